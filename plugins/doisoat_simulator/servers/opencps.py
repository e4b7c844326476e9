"""The one-stop-shop as OpenCPS v2: `GET /o/rest/v2/dossiers`, offsets `start` (0) and `end` (wire-contract §11.1).

A numeric `groupId` header is required, and Basic or the header `authenKey`: MD5 of the password and the frozen minute
as `dd/MM/yyyy hh:mm`, twelve hours. Without `end` only the first ten come, the trap of the real one. A request it
cannot understand is answered 500 `request body incorrect` by the real system (§13.2); here 400 with the same words, so
that a 500 always means misbehaviour or a bug.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import md5

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from doisoat_simulator.misbehaviour import Rule
from doisoat_simulator.servers.catalogue_records import opencps_service
from doisoat_simulator.servers.clock import frozen_now
from doisoat_simulator.servers.listing import BadQuery, Listing, whole_number
from doisoat_simulator.servers.opencps_items import opencps_item
from doisoat_simulator.servers.responses import dump, json_answer
from doisoat_simulator.servers.spellings import OPENCPS_WORDS
from doisoat_simulator.servers.surroundings import spoilt
from doisoat_simulator.servers.tokens import is_basic_account, password
from doisoat_simulator.servers.windows import told_total, window
from doisoat_simulator.servers.world_protocol import Row, World, as_rows

MAX_SPAN = 5_000

SORT_COLUMNS = {
    "dossierId": "source_id",
    "dossierNo": "MaHoSo",
    "modifiedDate": "updated_at",
    "submitDate": "NgayNopHoSo",
    "receiveDate": "NgayTiepNhan",
    "dueDate": "NgayHenTra",
}
PERIODS = {
    "SubmitDate": "NgayNopHoSo",
    "ReceiveDate": "NgayTiepNhan",
    "DueDate": "NgayHenTra",
    "ReleaseDate": "NgayKetThucXuLy",
    "FinishDate": "NgayTra",
}
EQUAL = {"agency": "MaCoQuan", "service": "MaTTHC"}


class Opencps:
    """The list of dossiers over one world."""

    def __init__(
        self,
        world: World,
        names: Mapping[str, str],
        *,
        pure_wire: bool,
        shapeless: int = 0,
        procedures: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self._services = [opencps_service(dict(row)) for row in procedures]
        self._world = world
        self._names = names
        self._pure_wire = pure_wire
        self._listing = Listing(world.shop_rows, self._serialise, shapeless)
        self._found({})  # the default order is ready before the first question

    def routes(self) -> list[Route]:
        return [
            Route("/o/rest/v2/dossiers", self.dossiers, methods=["GET"]),
            Route("/o/rest/v2/serviceinfos", self.serviceinfos, methods=["GET"]),
        ]

    async def dossiers(self, request: Request) -> Response:
        """Dossiers `start` up to before `end`, or those of one `dossierNo`."""
        fired = spoilt(request.scope)
        if "expired_session" in fired or not self._is_known(request):
            refusal = {"code": 401, "message": "Unauthorized"}
            return json_answer(refusal, 401, {"WWW-Authenticate": 'Basic realm="OpenCPS"'})
        if not request.headers.get("groupid", "").isdigit():
            return json_answer({"code": 403, "message": "No permission: groupId"}, 403)
        try:
            return self._page(request.query_params, fired)
        except BadQuery as error:
            return json_answer({"code": 400, "message": f"request body incorrect: {error}"}, 400)

    async def serviceinfos(self, request: Request) -> Response:
        """Services `start` up to before `end`, and how many there are."""
        if not self._is_known(request):
            return json_answer({"code": 401, "message": "Unauthorized"}, 401)
        try:
            start = whole_number(request.query_params, "start", 0)
            end = whole_number(request.query_params, "end", start + 10)
        except BadQuery as error:
            return json_answer({"code": 400, "message": f"request body incorrect: {error}"}, 400)
        return json_answer({"total": len(self._services), "data": self._services[start:end]})

    def _is_known(self, request: Request) -> bool:
        key = request.headers.get("authenkey")
        if key is None:
            return is_basic_account(request.headers.get("authorization"))
        minute = f"{frozen_now(self._world.business_date):%d/%m/%Y %I:%M}"
        return key == md5(f"{password()}{minute}".encode(), usedforsecurity=False).hexdigest()

    def _page(self, query: Mapping[str, str], fired: Mapping[str, Rule]) -> Response:
        start = whole_number(query, "start", 0)
        end = whole_number(query, "end", 0)
        size = min(end - start, MAX_SPAN) if end else 10
        if size < 0:
            raise BadQuery("end: expected at least start")
        items = self._found(query)
        body = b",".join([items[place] for place in window(len(items), start, size, fired)])
        total = dump(told_total(len(items), fired))
        return json_answer(b'{"total":' + total + b',"data":[' + body + b"]}")

    def _found(self, query: Mapping[str, str]) -> list[bytes]:
        if code := query.get("dossierNo"):
            return [self._serialise(row) for row in as_rows(self._world.look_up_shop(code))]
        name, order = query.get("sort") or "modifiedDate", (query.get("order") or "true").lower()
        if name not in SORT_COLUMNS or order not in {"true", "false", "asc", "desc"}:
            raise BadQuery(f"sort: expected one of {', '.join(SORT_COLUMNS)}; order: true or false")
        periods = {column: (query.get(f"from{part}"), query.get(f"to{part}")) for part, column in PERIODS.items()}
        equal = {column: query[part] for part, column in EQUAL.items() if query.get(part)}
        statuses = read_words(query.get("status"))
        return self._listing.select(SORT_COLUMNS[name], order in {"true", "desc"}, periods, statuses, equal)

    def _serialise(self, row: Row) -> bytes:
        return dump(opencps_item(row, self._names, pure_wire=self._pure_wire))


def read_words(text: str | None) -> frozenset[int] | None:
    """Comma-separated status words as statuses 1..10; unknown words match nothing; None = no filter."""
    if not text:
        return None
    by_word = {word: status for status, word in OPENCPS_WORDS.items()}
    return frozenset(by_word[word] for word in text.split(",") if word in by_word)
