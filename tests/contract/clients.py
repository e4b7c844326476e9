"""Signed-in clients of the served systems."""

from __future__ import annotations

import requests

PASSWORD = "mat-khau-thu"  # the documented default


def igate_session(address: str) -> requests.Session:
    """A session that carries a fresh Bearer token."""
    form = {"grant_type": "password", "username": "doisoat", "password": PASSWORD, "client_id": "cli"}
    answer = requests.post(f"{address}/igate/auth/realms/digo/protocol/openid-connect/token", data=form, timeout=10)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def opencps_session() -> requests.Session:
    """A session with the account and a group."""
    session = requests.Session()
    session.auth = ("doisoat", PASSWORD)
    session.headers["groupId"] = "35166"
    return session


def tandan_session(address: str) -> requests.Session:
    """A session that carries a fresh Bearer token."""
    given = {"userName": "doisoat", "password": PASSWORD}
    answer = requests.post(f"{address}/tandan/api/tokens", json=given, timeout=10)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return session
