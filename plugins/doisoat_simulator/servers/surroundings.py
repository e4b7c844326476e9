"""What surrounds every answer: the frozen `Date` header, the request log, and misbehaviour of the transport.

Kinds that concern sessions, pages and totals are only announced here (`spoilt(scope)`); the servers act on them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from doisoat_simulator.misbehaviour import Misbehaviour, Rule
from doisoat_simulator.request_log import Asked, RequestLog
from doisoat_simulator.servers.responses import json_answer

_SPOILT = "doisoat.spoilt"
_ASKED = "doisoat.asked"
_OWN_PATHS = frozenset({"/healthz", "/__requests", "/__misbehave"})
_NOTHING: Mapping[str, Rule] = {}

PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1>{1}</body></html>"
REJECTED = PAGE.format("Request Rejected", "The requested URL was rejected. Your support ID is: 1234567890")
LOGIN_PAGE = PAGE.format("Đăng nhập", "<form method='post'><input name='username'></form>")


def spoilt(scope: Scope) -> Mapping[str, Rule]:
    """Rules that fired on this request, by kind."""
    found: Mapping[str, Rule] = scope.get(_SPOILT, _NOTHING)
    return found


def asked(scope: Scope) -> Asked | None:
    """The log entry of this request, for servers that can say more about it."""
    entry: Asked | None = scope.get(_ASKED)
    return entry


class Surroundings:
    """ASGI middleware around all servers."""

    def __init__(self, app: ASGIApp, *, date: str, log: RequestLog, misbehaviour: Misbehaviour) -> None:
        self._app = app
        self._date = (b"date", date.encode("ascii"))
        self._log = log
        self._misbehaviour = misbehaviour

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = _path_with_query(scope)
        if scope["path"] in _OWN_PATHS:
            entry = Asked(0, scope["method"], path)
        else:
            entry = self._log.open(scope["method"], path)
        scope[_ASKED] = entry
        noted = self._noting(entry, send)
        rules = [] if entry.order == 0 else self._misbehaviour.concerning(scope["method"], path)
        if not rules:
            await self._app(scope, receive, noted)
            return
        await self._spoil(rules, entry, scope, receive, noted)

    def _noting(self, entry: Asked, send: Send) -> Send:
        """`send` with the frozen date that notes status and completion."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                message["headers"] = [*message.get("headers", ()), self._date]
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                entry.completed = True
            await send(message)

        return noted

    async def _spoil(self, rules: list[Rule], entry: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        body, receive = await _read_ahead(receive)
        fired = {rule.kind: rule for rule in rules if rule.due(body)}
        entry.misbehaviour = "+".join(fired) or None
        scope[_SPOILT] = fired
        if "latency" in fired:
            await asyncio.sleep(fired["latency"].seconds)
        answer = instead(fired)
        if answer is not None:
            await answer(scope, receive, send)
        elif "reset" in fired or "truncated" in fired:
            await _cut(self._app, scope, receive, send, whole_length="reset" in fired)
        else:
            await self._app(scope, receive, send)


def instead(fired: Mapping[str, Rule]) -> Response | None:
    """The answer given instead of the server's own, if one of the rules means that."""
    if rule := fired.get("too_many_requests"):
        return Response("Too Many Requests", 429, {"Retry-After": rule.retry_after}, "text/plain")
    if rule := fired.get("server_error"):
        return Response(PAGE.format("Service Unavailable", ""), rule.status, media_type="text/html")
    if "request_rejected" in fired:
        return Response(REJECTED, 403, media_type="text/html")
    if "html" in fired:
        return Response(LOGIN_PAGE, 200, media_type="text/html")
    if "empty" in fired:
        return Response(b"", 200, media_type="application/json")
    if rule := fired.get("error_code"):
        return json_answer({"error_code": rule.code, "message": rule.message, "result": []})
    return None


def _path_with_query(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (path + b"?" + query if query else path).decode("latin-1")


async def _read_ahead(receive: Receive) -> tuple[bytes, Receive]:
    """The request's body, and a `receive` that hands it over once more."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    body = b"".join(parts)
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return body, again


async def _cut(app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, whole_length: bool) -> None:
    """Answer with half of the body: under its full length (the connection then breaks), or as if whole."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, collect)
    body = b"".join(parts)
    half = body[: len(body) // 2]
    length = str(len(body if whole_length else half)).encode()
    headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", length)]})
    # An answer left unfinished makes the HTTP server close the connection: the client reads a broken body.
    await send({"type": "http.response.body", "body": half, "more_body": whole_length})
