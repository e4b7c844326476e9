"""Who asks a one-stop-shop: the headers of a call that prove an account, fixed ones or ones that end some day.

Which headers a system wants, and how a token is fetched, belongs to the systems.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeGuard, TypeVar

from doisoat.land.calls.tokens import Token

T = TypeVar("T")
Headers = Mapping[str, str]


class Account(Protocol):
    def call(self, send: Callable[[Headers], T]) -> T:
        """`send(headers)`, once more with fresh headers where these had ended."""


class FixedAccount:
    """Headers that never end: Basic, a token handed out by an administrator, or none at all."""

    def __init__(self, headers: Headers):
        self._headers = headers

    def call(self, send: Callable[[Headers], T]) -> T:
        return send(self._headers)


class TokenAccount:
    """Headers made of a token. `fetch` returns (token, seconds it lasts)."""

    def __init__(self, fetch: Callable[[], tuple[str, float]], headers: Callable[[str], Headers]):
        self._token = Token(fetch)
        self._headers = headers

    def call(self, send: Callable[[Headers], T]) -> T:
        return self._token.call(lambda token: send(self._headers(token)))


def basic(user: str, password: str) -> Headers:
    """Basic authentication, its text in UTF-8."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def is_token(value: Any) -> TypeGuard[str]:
    """Whether a value can stand in a header as a token: visible ASCII, so that no error ever has to show it.

    >>> is_token("eyJhbGciOi.x-y_z"), is_token(""), is_token("mã"), is_token("a\\nb"), is_token(None)
    (True, False, False, False, False)
    """
    return isinstance(value, str) and value != "" and all("!" <= char <= "~" for char in value)


def bearer(token: str) -> Headers:
    """A bearer token."""
    return {"Authorization": f"Bearer {token}"}
