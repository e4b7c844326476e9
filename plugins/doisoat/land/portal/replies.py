"""What an answer of the portal says, whichever adapter it came through: code, message, a list of objects.

| on the wire | becomes |
|---|---|
| `error_code` 0, "0", "00", with blanks | success; anything else is a refusal, also in a 200 |
| no `error_code`, but objects in `result` (or the bare dossier, as `search/call` answers) | success: they are there |
| no `error_code` and no objects | SourceContractBroken: silence is not absence |
| the whole reply as JSON text, in `message`, or `result` as JSON text | taken out of the text |
| `result` an object with `data` (LayDVC) | the list in it |

The words of a message ("thành công", "đã tồn tại") tell nothing about a look-up; they only count for pushes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from doisoat.errors import SourceContractBroken
from doisoat.rules.text import fold

_SUCCESS = frozenset({"0", "00"})
_SESSION_WORDS = ("session", "phiên", "đăng nhập", "hết hạn", "token")
_CODES = ("error_code", "errorCode")
_RESULTS = ("result", "data")
_PUSHES = ("DongBo", "CapNhat")  # services that send: their success carries no result
_WRAPPED = frozenset({"LayDVC"})  # services whose result is an object with `data`


@dataclass(frozen=True)
class Reply:
    """One answer. `code` is stripped text, "" where there is none; `result` holds objects only."""

    code: str
    message: str
    result: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_success(self) -> bool:
        """The portal's versions spell it 0, "0" and "00"."""
        return self.code in _SUCCESS

    @property
    def speaks_of_session(self) -> bool:
        """A refusal that is about the session or token; how the portal reports one that ended is not documented."""
        told = fold(self.message)
        return not self.is_success and any(word in told for word in _SESSION_WORDS)


def read_reply(where: str, answer: Any, service: str, *, status_tells: bool = False) -> Reply:
    """The reply to a call of `service`; SourceContractBroken names the field that is not as agreed.

    `status_tells`: the adapter reports success by its HTTP status, so that a code may be missing, and one object
    may stand where others have a list.
    """
    envelope = _envelope(where, answer)
    code = _code(envelope)
    found = next((envelope[name] for name in _RESULTS if envelope.get(name) is not None), None)
    if found is None and not code and "MaHoSo" in envelope:
        found = [envelope]
    reply = Reply(code, str(envelope.get("message") or ""))
    if code and not reply.is_success:
        return reply
    if found is None and code and service.startswith(_PUSHES):
        return reply
    if found is None and not code and not status_tells:
        raise broken(where, "error_code", "a number or text")
    rows = _objects(where, found, unwrap=status_tells or service in _WRAPPED, single=status_tells)
    if not code and not status_tells and not rows:
        raise broken(where, "error_code", "a number or text")
    return Reply(code or "0", reply.message, rows)


def read_session(where: str, answer: Any) -> tuple[Reply, str]:
    """The reply to a login and the session it gives, "" where it gives none."""
    envelope = _envelope(where, answer)
    session = envelope.get("session")
    reply = Reply(_code(envelope), str(envelope.get("message") or ""))
    return reply, session if isinstance(session, str) else ""


def broken(where: str, field: str, expected: str) -> SourceContractBroken:
    """The error for a reply without a usable field."""
    return SourceContractBroken(
        f"{where}: the portal's reply has no usable {field!r} (expected {expected}); "
        "check transport, endpoints and paths in the province file"
    )


def _envelope(where: str, answer: Any) -> Mapping[str, Any]:
    """The reply as one object, out of whatever text it is wrapped in."""
    if isinstance(answer, str):
        answer = _parsed(where, "answer", answer)
    if isinstance(answer, Mapping) and _is_wrapper(answer):
        answer = _parsed(where, "message", answer["message"])
    if isinstance(answer, list):
        return {"result": answer}
    if not isinstance(answer, Mapping):
        raise broken(where, "answer", "an object or a list")
    return answer


def _is_wrapper(answer: Mapping[str, Any]) -> bool:
    """Nothing but JSON text in `message`, and no refusal of the adapter itself around it."""
    inner = answer.get("message")
    if not isinstance(inner, str) or not inner.lstrip().startswith(("{", "[")):
        return False
    return not answer.keys() & {*_RESULTS, "session"} and _code(answer) in _SUCCESS | {""}


def _code(envelope: Mapping[str, Any]) -> str:
    """The code as stripped text; a boolean is none."""
    value = next((envelope[name] for name in _CODES if name in envelope), None)
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _objects(where: str, found: Any, *, unwrap: bool, single: bool) -> tuple[Mapping[str, Any], ...]:
    if isinstance(found, str):
        found = _parsed(where, "result", found)
    if isinstance(found, Mapping) and unwrap and isinstance(found.get("data"), list):
        found = found["data"]
    if isinstance(found, Mapping) and single:
        found = [found] if found else []
    if not isinstance(found, Sequence) or not all(isinstance(item, Mapping) for item in found):
        raise broken(where, "result", "a list of objects")
    return tuple(found)


def _parsed(where: str, field: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise broken(where, field, "the portal's reply as JSON text") from None
