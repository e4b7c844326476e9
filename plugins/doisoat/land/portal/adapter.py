"""The national portal behind a security server's adapter (variant A): one `TraCuuHoSo` per dossier.

A login gives a session, which travels in the body of every call. HTTP says 200 whatever happened; `error_code`
decides, and only an `error_code` of success **with an empty list** means that the portal has no such dossier:
every other trouble is `failed`, never `absent`. How a session that ended is reported is not documented; a refusal
that speaks of the session is taken as one. Replies may arrive as JSON text inside `message` (some provinces' adapters).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from doisoat.config import AdapterSource
from doisoat.errors import SourceContractBroken
from doisoat.land.calls.answers import Unauthorised
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.calls.guard import Guard
from doisoat.land.calls.tokens import Token
from doisoat.land.items import answer_about, is_about
from doisoat.land.source import Answer
from doisoat.rules.values import fold

SERVICE = "TraCuuHoSo"
_SESSION_SECONDS = 600.0  # clients keep a session ten minutes; what the portal allows is not documented
_SUCCESS = frozenset({"0", "00"})
_SESSION_WORDS = ("session", "phiên", "đăng nhập", "hết hạn", "token")


class AdapterApi:
    """A `LookUp` at the portal; safe for several threads, which share one session."""

    kind = "adapter"

    def __init__(self, config: AdapterSource):
        self._config = config
        self._client = HttpClient(config.address, CallRules.of(config))
        self.address = self._client.address
        self._account = {"username": config.secret("username"), "password": config.secret("password")}
        self._session = Token(self._log_in)
        self._guard = Guard(config.address)
        named = {"dstcode": config.dstcode} if config.dstcode else {}
        self._query, self._headers = (named, {}) if config.dstcode_in == "query" else ({}, named)

    @property
    def observed_at(self) -> datetime | None:
        """The portal's own clock at its first answer."""
        return self._client.observed_at

    def look_up(self, code: str) -> Answer:
        """What the portal says about a normalised code; SourceRefused when it does not let us in."""

        def question() -> Answer:
            return self._answer(code, self._session.call(lambda session: self._ask(session, code)))

        return self._guard.ask(question)

    def stop(self) -> None:
        self._client.stop()

    def close(self) -> None:
        self._client.close()

    def _answer(self, code: str, reply: Mapping[str, Any]) -> Answer:
        if not _is_success(reply):
            return Answer("failed", reason="cổng từ chối trả lời (error_code khác 0)")
        result = reply.get("result")
        if not isinstance(result, list) or not all(isinstance(item, Mapping) for item in result):
            raise self._broken("result", "a list of objects")
        records = [self._record(item) for item in result]
        if any(not is_about(record, code) for record in records):
            return Answer("failed", reason="cổng trả lời hồ sơ khác với hồ sơ được hỏi")
        return answer_about(code, records)

    def _ask(self, session: str, code: str) -> Mapping[str, Any]:
        """One reply; Unauthorised when the session has ended."""
        body = {"session": session, "madonvi": self._config.madonvi, "service": SERVICE, "mahoso": code}
        reply = self._call(self._config.integration_endpoint, body)
        if not _is_success(reply) and _speaks_of_session(reply):
            raise Unauthorised(f"{self.address}: the portal ends every session at once; ask its operator")
        return reply

    def _log_in(self) -> tuple[str, float]:
        reply = self._call(self._config.auth_endpoint, self._account)
        session = reply.get("session")
        if not _is_success(reply) or not isinstance(session, str) or not session:
            raise Unauthorised(f"{self.address}: the portal refused the login; check user name and password")
        return session, _SESSION_SECONDS

    def _call(self, endpoint: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._unwrapped(self._client.post_json(endpoint, body, self._query, self._headers))

    def _unwrapped(self, reply: Any) -> Mapping[str, Any]:
        """The reply as an object, taken out of `message` where an adapter has put it there as text."""
        if isinstance(reply, dict) and "result" not in reply and "session" not in reply:
            inner = reply.get("message")
            if isinstance(inner, str) and inner.lstrip().startswith("{"):
                try:
                    reply = orjson.loads(inner)
                except orjson.JSONDecodeError:
                    raise self._broken("message", "the portal's reply as JSON text") from None
        if not isinstance(reply, dict) or "error_code" not in reply:
            raise self._broken("error_code", "a number or text")
        return reply

    def _record(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The item under the canonical names, which are its own unless the province file says otherwise."""
        renamed = {name: item[theirs] for name, theirs in self._config.columns.items() if theirs in item}
        return {name: value for name, value in (dict(item) | renamed).items() if not name.startswith("_")}

    def _broken(self, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}: the portal's reply has no usable {field!r} (expected {expected}); "
            "check auth_endpoint and integration_endpoint in the province file"
        )


def _is_success(reply: Mapping[str, Any]) -> bool:
    """`error_code` is 0, "0" or "00", depending on the portal's version."""
    return not isinstance(reply["error_code"], bool) and str(reply["error_code"]).strip() in _SUCCESS


def _speaks_of_session(reply: Mapping[str, Any]) -> bool:
    message = reply.get("message")
    return isinstance(message, str) and any(word in fold(message) for word in _SESSION_WORDS)
