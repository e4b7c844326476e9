"""A token for a client's id and secret, as an LGSP gives it: form-encoded, with the secret as Basic as well.

WSO2 takes Basic, Keycloak takes the form; both ignore what they do not need.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from doisoat.config import AdapterSource
from doisoat.land.calls.client import HttpClient
from doisoat.land.portal.replies import broken

_TOKEN_SECONDS = 300.0  # where the answer does not say how long the token lasts


def client_credentials(client: HttpClient, config: AdapterSource) -> Callable[[], tuple[str, float]]:
    """How a bearer token is fetched: (token, seconds it lasts)."""
    name, secret = config.secret("username"), config.secret("password")
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}

    def fetch() -> tuple[str, float]:
        given = client.post_form(config.oauth_endpoint, form, {"Authorization": basic(name, secret)})
        token = given.get("access_token") if isinstance(given, dict) else None
        if not isinstance(token, str) or not token:
            raise broken(client.address, "access_token", "a text")
        lasts = given.get("expires_in")
        return token, float(lasts) if isinstance(lasts, int | float) and lasts > 0 else _TOKEN_SECONDS

    return fetch


def basic(name: str, secret: str) -> str:
    """The value of an `Authorization` header."""
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"
