"""The national portal behind a security server's adapter, variant A (wire-contract §1–§5).

`POST …/mapi/login` gives a session; `POST …/mapi/g` does everything else, dispatched by the body's `service`.
HTTP is 200 whatever happened; `error_code` says it: success is spelled 0, "0" or "00" depending on the dossier
(§13.2). Our decisions where no source speaks [ours]: `TraCuuHoSo` of an unknown code is a success with an empty
`result`; a void session is "-1" with `session` in the message; a `dstcode` may be absent (OC21) but not garbled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from doisoat_simulator.catalogues import Catalogues
from doisoat_simulator.servers import catalogue_records as records
from doisoat_simulator.servers.adapter_records import adapter_record
from doisoat_simulator.servers.pushes import Pushes, Refusal
from doisoat_simulator.servers.responses import json_answer, read_object
from doisoat_simulator.servers.spellings import pick
from doisoat_simulator.servers.surroundings import asked, spoilt
from doisoat_simulator.servers.tokens import Issued, is_account
from doisoat_simulator.servers.world_protocol import World, as_rows

Envelope = dict[str, Any]
SESSION_SECONDS = 600.0  # clients cache ten minutes; the real lifetime is unknown
EXPIRED: Refusal = ("-1", "Phiên làm việc (session) không hợp lệ hoặc đã hết hạn")
SUCCESS = (0, "0", "00")
_DSTCODE = re.compile(r"VN:(GOV|COM):[^:\s]+:[^:\s]+")


class Adapter:
    """Login, look-up, pushes and master data over one world."""

    def __init__(
        self,
        world: World,
        names: Mapping[str, str],
        catalogues: Catalogues,
        *,
        pure_wire: bool,
        session_seconds: float = SESSION_SECONDS,
    ) -> None:
        self._world = world
        self._catalogues = catalogues
        self._names = names
        self._pure_wire = pure_wire
        self._sessions = Issued(session_seconds)
        self.pushes = Pushes(lambda code: bool(as_rows(world.look_up_portal(code))))

    def routes(self) -> list[Route]:
        return [
            Route("/mapi/login", self.login, methods=["POST"]),
            Route("/mapi/g", self.call, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        """`{username, password}` → `{session, error_code, message}`."""
        if not _is_addressed(request):
            return _unknown_destination()
        given = await read_object(request) or {}
        if not is_account(given.get("username"), given.get("password")):
            wrong = {"session": "", "error_code": -1, "message": "Sai tên đăng nhập hoặc mật khẩu"}
            return json_answer(wrong)
        session = self._sessions.issue("phien")
        return json_answer({"session": session, "error_code": 0, "message": "Thành công"})

    async def call(self, request: Request) -> Response:
        """One service call: `{session, madonvi, service, …}` → `{error_code, message, result}`."""
        if not _is_addressed(request):
            return _unknown_destination()
        given = await read_object(request)
        if given is None:
            return json_answer(refused(("-1", "Nội dung yêu cầu không phải JSON")))
        service = given.get("service")
        note(request, service, given)
        fired = spoilt(request.scope)
        if "expired_session" in fired:
            self._sessions.expire_all()
        if not self._sessions.is_valid(given.get("session")):
            return json_answer(refused(EXPIRED))
        if "madonvi" not in given:
            return json_answer(refused(("-1", "Thiếu madonvi")))
        return json_answer(done([]) if "empty_page" in fired else self.answer(service, given))

    def answer(self, service: Any, given: Mapping[str, Any]) -> Envelope:
        """What the portal says to a service's fields, whichever adapter brought them."""
        if service == "TraCuuHoSo":
            return self._look_up(given.get("mahoso"))
        if service == "DongBoHoSoMC":
            return done([]) if (problem := self.pushes.push_dossiers(given)) is None else refused(problem)
        if service == "CapNhatTienDoHoSoMC":
            return done([]) if (problem := self.pushes.push_steps(given)) is None else refused(problem)
        if service == "LayThuTuc":
            return done(records.procedure_details(self._catalogues, given.get("maTTHC")))
        if service == "LayDVC":
            return {**done([]), "result": {"data": records.online_services(self._catalogues)}}
        if (lists := _LISTS.get(str(service))) is not None:
            return done(lists(self._catalogues))
        return refused(("-1", "Dịch vụ (service) không tồn tại"))

    def _look_up(self, code: Any) -> Envelope:
        if not isinstance(code, str) or not code.strip():
            return refused(("-1", "Thiếu mahoso"))
        rows = as_rows(self._world.look_up_portal(code))
        records = [adapter_record(row, self._names, pure_wire=self._pure_wire) for row in rows]
        pushed = self.pushes.shown(code, records[0] if records else None)
        if pushed is not None:
            records = [pushed, *records[1:]]
        return done(records, pick(code, len(SUCCESS)))


_LISTS: dict[str, Callable[[Catalogues], list[dict[str, str]]]] = {
    "LayDanhSachTTHC": records.listed_procedures,
    "LayDanhMucCoQuan": records.portal_agencies,
    "LayDanhMucLinhVuc": lambda made: made.portal_sectors,
}
SERVICES = frozenset(["TraCuuHoSo", "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "LayThuTuc", "LayDVC", *_LISTS])


def _is_addressed(request: Request) -> bool:
    """The destination subsystem, as query parameter or header; absent is allowed."""
    named = request.query_params.get("dstcode") or request.headers.get("dstcode")
    return not named or _DSTCODE.fullmatch(named) is not None


def _unknown_destination() -> Response:
    return json_answer({"type": "Server.ClientProxy.UnknownMember", "message": "Unknown member"}, 404)


def refused(refusal: Refusal) -> Envelope:
    """The envelope of a refusal."""
    return {"error_code": refusal[0], "message": refusal[1], "result": []}


def done(result: list[Any], spelling: int = 0) -> Envelope:
    """The envelope of a success, its code in one of its spellings."""
    return {"error_code": SUCCESS[spelling], "message": "Thành công", "result": result}


def note(request: Request, service: Any, given: Mapping[str, Any]) -> None:
    """Tell the request log which service was called, and about what without naming it."""
    if entry := asked(request.scope):
        entry.service = service if isinstance(service, str) and service in SERVICES else None
        entry.subject = _subject(given)


def _subject(given: Mapping[str, Any]) -> str | None:
    code = given.get("mahoso") or given.get("maTTHC")
    return sha256(code.encode()).hexdigest()[:16] if isinstance(code, str) else None
