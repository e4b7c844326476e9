"""The national portal behind other adapters than the security server's (wire-contract §1, variants B–E).

| below | variant | takes | gives |
|---|---|---|---|
| `/vendor-paths/` | B | POST, a bare array | the portal's envelope |
| `/vendor-query/api/SynsTTHCC/` | C | POST, a bare array, `?MaDinhDanhDV=…&isUpdating=` | the portal's envelope |
| `/vendor-get/KetNoiMotCuaQuocGia/` | D | GET, fields in the query, Bearer | the envelope as text in `message` |
| `/lgsp/` | E | POST, an object, Bearer | `{message, data}`; the HTTP status tells |

`/vendor-get/token` and `/lgsp/token` give a token for the account as client id and secret. The adapter keeps the
portal's session itself. That these adapters look dossiers up under the service's own name, and that E answers 404 with
an empty `data`, is our decision [ours]: only pushes (B, C, E) and master data (D) were seen in the wild.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from doisoat_simulator.servers.adapter import SERVICES, SUCCESS, Adapter, Envelope, done, note, refused
from doisoat_simulator.servers.responses import dump, json_answer
from doisoat_simulator.servers.surroundings import spoilt
from doisoat_simulator.servers.tokens import Issued, is_account, is_basic_account

NO_TOKEN = "Token không hợp lệ hoặc đã hết hạn"


def routes(adapter: Adapter, token_seconds: float) -> list[BaseRoute]:
    """All four over one portal."""
    arrays, getting, lgsp = Arrays(adapter), Getting(adapter, token_seconds), Lgsp(adapter, token_seconds)
    return [
        Mount("/vendor-paths", routes=[Route("/{service}", arrays.by_path, methods=["POST"])]),
        Mount("/vendor-query/api/SynsTTHCC", routes=[Route("/{service}", arrays.by_query, methods=["POST"])]),
        Mount("/vendor-get", routes=[getting.tokens.route(), Route(_GETTING, getting.call, methods=["GET"])]),
        Mount("/lgsp", routes=[lgsp.tokens.route(), Route("/{service}", lgsp.call, methods=["POST"])]),
    ]


_GETTING = "/KetNoiMotCuaQuocGia/{service}"


class Arrays:
    """B and C: a bare array in, the portal's own envelope out; no session, no `service`."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    async def by_path(self, request: Request) -> Response:
        """B: updating or not is a matter of the path, which is configuration; here everything is new."""
        return await self._answer(request, {"isUpdating": "False"})

    async def by_query(self, request: Request) -> Response:
        """C: the agency and, for pushes, `isUpdating` stand in the query."""
        if not request.query_params.get("MaDinhDanhDV"):
            return json_answer(refused(("-1", "Thiếu MaDinhDanhDV")))
        return await self._answer(request, {"isUpdating": request.query_params.get("isUpdating")})

    async def _answer(self, request: Request, flags: Mapping[str, Any]) -> Response:
        given = _parsed(await request.body())
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            return json_answer(refused(("-1", "Nội dung yêu cầu không phải mảng JSON")))
        service = request.path_params["service"]
        fields = {"data": given, **flags} if service.startswith(("DongBo", "CapNhat")) else dict(*given[:1])
        return json_answer(_said(self._adapter, request, service, fields))


class Getting:
    """D: fields in the query, a Bearer, and the portal's JSON as text in `message`."""

    def __init__(self, adapter: Adapter, token_seconds: float) -> None:
        self._adapter = adapter
        self.tokens = Tokens(token_seconds)

    async def call(self, request: Request) -> Response:
        if not self.tokens.carries_one(request):
            return json_answer({"error_code": 401, "message": NO_TOKEN}, 401)
        said = _said(self._adapter, request, request.path_params["service"], dict(request.query_params))
        return json_answer({"error_code": 0, "message": dump(said).decode()})


class Lgsp:
    """E: objects, and HTTP statuses that mean something: 200, 201 for what was pushed, 400, 401, 404."""

    def __init__(self, adapter: Adapter, token_seconds: float) -> None:
        self._adapter = adapter
        self.tokens = Tokens(token_seconds)

    async def call(self, request: Request) -> Response:
        if not self.tokens.carries_one(request):
            return json_answer({"message": NO_TOKEN}, 401)
        service, given = request.path_params["service"], _parsed(await request.body())
        pushes = service.startswith(("DongBo", "CapNhat"))
        if service not in SERVICES or not isinstance(given, list if pushes else dict):
            return json_answer({"message": "Thiếu nội dung yêu cầu"}, 400)
        fields: Mapping[str, Any] = {"data": given, "isUpdating": "False"} if pushes else dict(given)
        said = _said(self._adapter, request, service, fields)
        if said["error_code"] not in SUCCESS:
            return json_answer({"message": said["message"]}, 400)
        if service == "TraCuuHoSo" and not said["result"]:
            return json_answer({"message": "Không tìm thấy hồ sơ", "data": []}, 404)
        return json_answer({"message": said["message"], "data": said["result"]}, 201 if pushes else 200)


class Tokens:
    """Bearer tokens of one adapter, for the account as a client."""

    def __init__(self, seconds: float) -> None:
        self._issued = Issued(seconds)

    def route(self) -> Route:
        return Route("/token", self.give, methods=["POST"])

    async def give(self, request: Request) -> Response:
        """`grant_type=client_credentials`, the client in Basic or in the form → `{access_token, expires_in}`."""
        pairs = parse_qs((await request.body()).decode("utf-8", "replace"))
        form = {name: values[0] for name, values in pairs.items()}
        known = is_basic_account(request.headers.get("authorization"))
        known = known or is_account(form.get("client_id"), form.get("client_secret"))
        if form.get("grant_type") != "client_credentials" or not known:
            return json_answer({"error": "invalid_client"}, 401)
        return json_answer({"access_token": self._issued.issue("lgsp"), "expires_in": self._issued.ttl})

    def carries_one(self, request: Request) -> bool:
        """Whether the call carries a token that is not over."""
        if "expired_session" in spoilt(request.scope):
            self._issued.expire_all()
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and self._issued.is_valid(token)


def _said(adapter: Adapter, request: Request, service: str, fields: Mapping[str, Any]) -> Envelope:
    note(request, service, fields)
    return done([]) if "empty_page" in spoilt(request.scope) else adapter.answer(service, fields)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
