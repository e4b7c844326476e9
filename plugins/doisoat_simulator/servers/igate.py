"""The one-stop-shop as VNPT iGate v2: Keycloak's token endpoint, its dossier search and the public one
(wire-contract §2, §11.3).

Order by default: `updatedDate,desc`, ties by id [ours: the source is silent]. `code=` asks for one dossier as it
is now, which may be newer than what the listing shows. Unknown parameters are ignored, as Spring does; values of
the wrong type are answered 400.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from doisoat_simulator.misbehaviour import Rule
from doisoat_simulator.servers.catalogue_records import igate_procedure
from doisoat_simulator.servers.igate_items import igate_item
from doisoat_simulator.servers.listing import BadQuery, Listing, whole_number
from doisoat_simulator.servers.responses import dump, json_answer
from doisoat_simulator.servers.spellings import IGATE_STATUS_IDS
from doisoat_simulator.servers.surroundings import spoilt
from doisoat_simulator.servers.tokens import USER, Issued, is_account
from doisoat_simulator.servers.windows import told_total, window
from doisoat_simulator.servers.world_protocol import Row, World, as_rows

MAX_SIZE = 5_000  # larger sizes are cut to this, silently, as Spring does with its own limit
DEFAULT_SIZE = 20
TOKEN_SECONDS = 300.0

SORT_COLUMNS = {
    "id": "source_id",
    "code": "MaHoSo",
    "updatedDate": "updated_at",
    "acceptedDate": "NgayTiepNhan",
    "appliedDate": "NgayNopHoSo",
    "appointmentDate": "NgayHenTra",
}
PERIODS = {"accepted": "NgayTiepNhan", "appointment": "NgayHenTra", "result-returned": "NgayTra"}


class Igate:
    """All endpoints over one world."""

    def __init__(
        self,
        world: World,
        names: Mapping[str, str],
        *,
        pure_wire: bool,
        shapeless: int = 0,
        token_seconds: float = TOKEN_SECONDS,
        procedures: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self._procedures = [igate_procedure(dict(row)) for row in procedures]
        self._world = world
        self._names = names
        self._pure_wire = pure_wire
        self._tokens = Issued(token_seconds)
        self._listing = Listing(world.shop_rows, self._serialise, shapeless)
        self._found({})  # the default order is ready before the first question

    def routes(self) -> list[Route]:
        return [
            Route("/auth/realms/digo/protocol/openid-connect/token", self.token, methods=["POST"]),
            Route("/pa/dossier/search", self.search, methods=["GET"]),
            Route("/bd/procedure", self.procedures, methods=["GET"]),
            Route("/pa/dossier-search/dvc", self.public, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """Keycloak: `grant_type=password` or `client_credentials`, form-encoded."""
        form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        given = {name: values[0] for name, values in form.items()}
        grant = given.get("grant_type")
        if grant == "password":
            known = is_account(given.get("username"), given.get("password"))
            refusal = {"error": "invalid_grant", "error_description": "Invalid user credentials"}
        elif grant == "client_credentials":
            known = is_account(given.get("client_id"), given.get("client_secret"))
            refusal = {"error": "unauthorized_client", "error_description": "Invalid client secret"}
        elif grant is None:
            missing = {"error": "invalid_request", "error_description": "Missing form parameter: grant_type"}
            return json_answer(missing, 400)
        else:
            unsupported = {"error": "unsupported_grant_type", "error_description": "Unsupported grant_type"}
            return json_answer(unsupported, 400)
        return json_answer(self._issue()) if known else json_answer(refusal, 401)

    def _issue(self) -> dict[str, Any]:
        return {
            "access_token": self._tokens.issue("igate"),
            "expires_in": int(self._tokens.ttl),
            "refresh_expires_in": 0,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": "profile email",
            "preferred_username": USER,
        }

    async def search(self, request: Request) -> Response:
        """One page of dossiers, or the dossiers of one code."""
        fired = spoilt(request.scope)
        if "expired_session" in fired:
            self._tokens.expire_all()
        if not self._is_let_in(request):
            return _turned_away()
        return self._answer(request, fired)

    async def public(self, request: Request) -> Response:
        """What a citizen finds by a code, without an account; nothing without a code."""
        if not request.query_params.get("code"):
            return json_answer({"content": []} | self._head("slice", 0, DEFAULT_SIZE, 0, 0))
        return self._answer(request, spoilt(request.scope))

    def _answer(self, request: Request, fired: Mapping[str, Rule]) -> Response:
        try:
            return self._page(request.query_params, fired)
        except BadQuery as error:
            wrong = {"status": 400, "error": "Bad Request", "message": str(error), "path": request.url.path}
            return json_answer(wrong, 400)

    async def procedures(self, request: Request) -> Response:
        """One Spring page of the procedures the shop offers."""
        if not self._is_let_in(request):
            return _turned_away()
        query = request.query_params
        try:
            page, size = whole_number(query, "page", 0), whole_number(query, "size", DEFAULT_SIZE, least=1)
        except BadQuery as error:
            return json_answer({"status": 400, "error": "Bad Request", "message": str(error)}, 400)
        shown = self._procedures[page * size : (page + 1) * size]
        last = (page + 1) * size >= len(self._procedures)
        return json_answer({"content": shown, "number": page, "last": last, "totalElements": len(self._procedures)})

    def _is_let_in(self, request: Request) -> bool:
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._tokens.is_valid(bearer.strip())

    def _page(self, query: Mapping[str, str], fired: Mapping[str, Rule]) -> Response:
        page = whole_number(query, "page", 0)
        size = min(whole_number(query, "size", DEFAULT_SIZE, least=1), MAX_SIZE)
        spec = query.get("spec", "page")
        if spec not in {"slice", "page"}:
            raise BadQuery("spec must be slice or page")
        items = self._found(query)
        shown = window(len(items), page * size, size, fired)
        body = b",".join([items[place] for place in shown])
        head = self._head(spec, page, size, len(shown), told_total(len(items), fired))
        return json_answer(b'{"content":[' + body + b"]," + dump(head)[1:])

    @staticmethod
    def _head(spec: str, page: int, size: int, shown: int, total: int) -> dict[str, Any]:
        """Spring's fields beside `content`; a slice knows no totals."""
        last = (page + 1) * size >= total
        head: dict[str, Any] = {"last": last, "first": page == 0, "number": page, "size": size}
        head |= {"numberOfElements": shown, "empty": shown == 0}
        if spec == "page":
            head |= {"totalPages": -(-total // size), "totalElements": total}
        return head

    def _found(self, query: Mapping[str, str]) -> list[bytes]:
        """Items that meet the query, in its order."""
        if code := query.get("code"):
            return [self._serialise(row) for row in as_rows(self._world.look_up_shop(code))]
        column, descending = read_sort(query.get("sort", "updatedDate,desc"))
        periods = {column: (query.get(f"{name}-from"), query.get(f"{name}-to")) for name, column in PERIODS.items()}
        statuses = read_statuses(query.get("dossier-status"))
        return self._listing.select(column, descending, periods, statuses)

    def _serialise(self, row: Row) -> bytes:
        return dump(igate_item(row, self._names, pure_wire=self._pure_wire))


def read_sort(text: str) -> tuple[str, bool]:
    """`updatedDate,desc` as (column of the world, descending)."""
    name, _, direction = text.partition(",")
    if name not in SORT_COLUMNS or direction.lower() not in {"", "asc", "desc"}:
        raise BadQuery(f"sort: expected one of {', '.join(SORT_COLUMNS)}, with ,asc or ,desc")
    return SORT_COLUMNS[name], direction.lower() == "desc"


def read_statuses(text: str | None) -> frozenset[int] | None:
    """Comma-separated iGate status ids as statuses 1..10; None = no filter."""
    if not text:
        return None
    by_id = {str(number): status for status, number in IGATE_STATUS_IDS.items()}
    wanted = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in wanted):
        raise BadQuery("dossier-status: expected numbers separated by commas")
    return frozenset(by_id[part] for part in wanted if part in by_id)


def _turned_away() -> Response:
    reason = {"error": "invalid_token", "error_description": "Token is not active"}
    return json_answer(reason, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
