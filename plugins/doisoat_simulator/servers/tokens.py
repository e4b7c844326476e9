"""Who may ask: the test-only account, and what was issued to it; sessions and tokens age in real seconds.

The account is `doisoat` with the password of DOISOAT_SIMULATOR_PASSWORD (default `mat-khau-thu`). It protects
nothing: the simulator holds invented dossiers only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import time
from collections.abc import Callable
from hashlib import sha256
from itertools import count

USER = "doisoat"


def password() -> str:
    """The test-only password."""
    return os.environ.get("DOISOAT_SIMULATOR_PASSWORD", "mat-khau-thu")


def is_account(user: object, secret: object) -> bool:
    """Whether both are texts and are the account's."""
    if not isinstance(user, str) or not isinstance(secret, str):
        return False
    return user == USER and hmac.compare_digest(secret.encode(), password().encode())


def is_basic_account(header: str | None) -> bool:
    """Whether an `Authorization` header names the account by Basic."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return False
    return is_account(user, secret)


class Issued:
    """Tokens or sessions given out and not yet over. `ttl` in seconds of `clock`."""

    def __init__(self, ttl: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.ttl = ttl
        self._clock = clock
        self._until: dict[str, float] = {}
        self._numbers = count(1)

    def issue(self, prefix: str) -> str:
        """A new one; its text depends only on how many were issued before."""
        number = next(self._numbers)
        token = f"{prefix}{number:06d}.{sha256(f'{prefix}{number}'.encode()).hexdigest()[:32]}"
        self._until[token] = self._clock() + self.ttl
        return token

    def is_valid(self, token: object) -> bool:
        return isinstance(token, str) and self._until.get(token, 0.0) > self._clock()

    def expire_all(self) -> None:
        """Void everything issued so far."""
        self._until.clear()
