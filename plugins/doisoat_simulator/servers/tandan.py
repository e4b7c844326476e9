"""The one-stop-shop as Tân Dân's DichVuCongApi: a token endpoint, the list, one dossier by code (wire-contract §11.4).

Its traps are the real ones: `PageSize` is 10 unless given, certified copies are hidden unless `SearchAllType` is true,
`GetByMa` does not find a dossier whose procedure is not in the catalogue, and says so with 200. Authentication is
documented nowhere [ours]: a bearer token of `POST api/tokens`, or Basic. Query names are read whatever their capitals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from doisoat_simulator.misbehaviour import Rule
from doisoat_simulator.servers.clock import frozen_now
from doisoat_simulator.servers.listing import BadQuery, Listing, whole_number
from doisoat_simulator.servers.responses import dump, json_answer, read_object
from doisoat_simulator.servers.spellings import TANDAN_WORDS, iso_naive
from doisoat_simulator.servers.surroundings import spoilt
from doisoat_simulator.servers.tandan_items import tandan_item
from doisoat_simulator.servers.tokens import Issued, is_account, is_basic_account
from doisoat_simulator.servers.windows import told_total, window
from doisoat_simulator.servers.world_protocol import Row, World, as_rows

DEFAULT_SIZE = 10
TOKEN_SECONDS = 3_600.0
LIST = "/api/v1/HoSos"

SORT_COLUMNS = {
    "id": "source_id",
    "mahoso": "MaHoSo",
    "lastmodifiedon": "updated_at",
    "ngaytiepnhan": "NgayTiepNhan",
    "ngayhentra": "NgayHenTra",
}
PERIODS = {
    "NgayTiepNhan": ("tiepnhanfrom", "tiepnhanto"),
    "NgayHenTra": ("hentrafrom", "hentrato"),
    "NgayTra": ("ngaytrafrom", "ngaytrato"),
    "NgayNopHoSo": ("nophosotungay", "nophosodenngay"),
}
EQUAL = {"matthc": "MaTTHC", "kenhthuchien": "KenhThucHien", "groupcode": "MaCoQuan"}


class Tandan:
    """Token endpoint, list and look-up over one world."""

    def __init__(
        self,
        world: World,
        names: Mapping[str, str],
        *,
        pure_wire: bool,
        shapeless: int = 0,
        token_seconds: float = TOKEN_SECONDS,
    ) -> None:
        self._world = world
        self._names = names
        self._pure_wire = pure_wire
        self._tokens = Issued(token_seconds)
        self._listing = Listing(world.shop_rows, self._serialise, shapeless)

    @cached_property
    def certified(self) -> frozenset[str]:
        """Codes of the procedures that certify copies."""
        return frozenset(code for code, name in self._names.items() if name.startswith("Chứng thực"))

    def routes(self) -> list[Route]:
        return [
            Route("/api/tokens", self.token, methods=["POST"]),
            Route(LIST, self.dossiers, methods=["GET"]),
            Route(LIST + "/GetByMa/{code:path}", self.one, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """`{userName | email, password}` → `{token, refreshToken, refreshTokenExpiryTime}`."""
        given = await read_object(request) or {}
        if not is_account(given.get("userName") or given.get("email"), given.get("password")):
            return _unauthorised()
        until = frozen_now(self._world.business_date) + timedelta(days=7)
        token = {"token": self._tokens.issue("tandan"), "refreshToken": "x", "refreshTokenExpiryTime": iso_naive(until)}
        return json_answer(token)

    async def dossiers(self, request: Request) -> Response:
        """One page of the list."""
        fired = spoilt(request.scope)
        if not self._is_known(request, fired):
            return _unauthorised()
        query: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name.lower(), []).append(value)
        try:
            return self._page(query, fired)
        except BadQuery as error:
            title = "One or more validation errors occurred."
            return json_answer({"title": title, "status": 400, "errors": {"$": [str(error)]}}, 400)

    async def one(self, request: Request) -> Response:
        """One dossier by its code, inside a `Result`; 200 also when there is none."""
        if not self._is_known(request, spoilt(request.scope)):
            return _unauthorised()
        rows = as_rows(self._world.look_up_shop(request.path_params["code"]))
        known = [row for row in rows if str(row.get("MaTTHC")) in self._names]
        if not known:
            return json_answer({"data": None, "messages": [""], "succeeded": False})
        return json_answer(b'{"data":' + self._serialise(known[0]) + b',"messages":[],"succeeded":true}')

    def _is_known(self, request: Request, fired: Mapping[str, Rule]) -> bool:
        if "expired_session" in fired:
            self._tokens.expire_all()
        header = request.headers.get("authorization", "")
        scheme, _, value = header.partition(" ")
        if scheme.lower() == "bearer":
            return self._tokens.is_valid(value.strip())
        return is_basic_account(header)

    def _page(self, query: Mapping[str, list[str]], fired: Mapping[str, Rule]) -> Response:
        single = {name: values[-1] for name, values in query.items()}
        number = max(1, whole_number(single, "pagenumber", 1))
        size = whole_number(single, "pagesize", DEFAULT_SIZE, least=1)
        items = self._found(query, single)
        total = told_total(len(items), fired)
        shown = window(len(items), (number - 1) * size, size, fired)
        head = {"currentPage": number, "totalPages": -(-total // size), "pageSize": size, "totalCount": total}
        body = b",".join([items[place] for place in shown])
        return json_answer(b'{"data":[' + body + b"]," + dump(head)[1:])

    def _found(self, query: Mapping[str, list[str]], single: Mapping[str, str]) -> list[bytes]:
        if code := single.get("mahoso"):
            return [self._serialise(row) for row in as_rows(self._world.look_up_shop(code))]
        column, descending = read_order(single.get("orderby") or "MaHoSo")
        periods = {name: (single.get(start), single.get(stop)) for name, (start, stop) in PERIODS.items()}
        equal = {name: single[part] for part, name in EQUAL.items() if single.get(part)}
        words = [*query.get("matrangthai", []), *query.get("inmatrangthais", [])]
        everything = single.get("searchalltype", "false").lower() == "true"
        without = {} if everything else {"MaTTHC": self.certified}
        return self._listing.select(column, descending, periods, read_words(words), equal, without)

    def _serialise(self, row: Row) -> bytes:
        return dump(tandan_item(row, self._names, pure_wire=self._pure_wire))


def read_order(text: str) -> tuple[str, bool]:
    """`NgayTiepNhan desc` as (column of the world, descending)."""
    name, _, direction = text.strip().lower().partition(" ")
    if name not in SORT_COLUMNS or direction not in {"", "asc", "desc"}:
        raise BadQuery(f"OrderBy: expected one of {', '.join(SORT_COLUMNS)}, with or without desc")
    return SORT_COLUMNS[name], direction == "desc"


def read_words(words: list[str]) -> frozenset[int] | None:
    """Local status words as statuses 1..10; unknown words match nothing; None = no filter."""
    by_word = {word: status for status, word in TANDAN_WORDS.items()}
    given = [word for word in words if word]
    return frozenset(by_word[word] for word in given if word in by_word) if given else None


def _unauthorised() -> Response:
    """The error object of the code base."""
    error: dict[str, Any] = {"messages": [], "source": None, "exception": "Authentication Failed.", "statusCode": 401}
    return json_answer(error, 401)
