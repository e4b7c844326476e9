"""All outside systems of a province behind one address.

| below | is |
|---|---|
| `/igate` | the one-stop-shop as VNPT iGate v2 (variant `igate`, `both` or `all`) |
| `/opencps` | the one-stop-shop as OpenCPS v2 (variant `opencps`, `both` or `all`) |
| `/tandan` | the one-stop-shop as Tân Dân (variant `tandan` or `all`) |
| `/adapter/XrdAdapter/RestService/forward` | the national portal's adapter, variant A |
| `/vendor-paths`, `/vendor-query`, `/vendor-get`, `/lgsp` | the same portal behind adapters B, C, D and E |
| `/portal-export` | the national portal's dossiers as files |
| `/api/v1/reporting` | the national portal's public figures |
| `/healthz`, `/__requests`, `/__misbehave` | the simulator itself: state, request log, misbehaviour at run time |
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any, Literal

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Lifespan

from doisoat_simulator.catalogues import Catalogues, build_catalogues
from doisoat_simulator.misbehaviour import BadRule, Misbehaviour
from doisoat_simulator.request_log import RequestLog
from doisoat_simulator.servers import adapter_ways, catalogue, evaluation
from doisoat_simulator.servers.adapter import SESSION_SECONDS, Adapter
from doisoat_simulator.servers.clock import frozen_now, http_date
from doisoat_simulator.servers.figures import Figures, period_units
from doisoat_simulator.servers.igate import TOKEN_SECONDS, Igate
from doisoat_simulator.servers.opencps import Opencps
from doisoat_simulator.servers.portal_export import PortalExport, WriteExport, write_plain_export
from doisoat_simulator.servers.responses import json_answer
from doisoat_simulator.servers.surroundings import Surroundings
from doisoat_simulator.servers.tandan import Tandan
from doisoat_simulator.servers.world_protocol import World

Variant = Literal["igate", "opencps", "tandan", "both", "all"]  # both: the first two
ADAPTER_PATH = "/adapter/XrdAdapter/RestService/forward"


def create_app(
    world: World,
    *,
    variant: Variant = "both",
    pure_wire: bool = False,
    misbehaviour: Misbehaviour | None = None,
    request_log: RequestLog | None = None,
    write_export: WriteExport = write_plain_export,
    shapeless: int = 0,
    catalogues: Catalogues | None = None,
    figures: Figures = period_units,
    token_seconds: float = TOKEN_SECONDS,
    session_seconds: float = SESSION_SECONDS,
) -> Starlette:
    """The application over one world, everything serialised and ready.

    `pure_wire` leaves out every field the real wires do not name. `write_export(world, folder)` writes the
    portal's files when the export is first asked for, or when `app.state.portal_export.files()` is called. `shapeless`
    items of the shop's listing are no objects. `figures` are those the public reporting API publishes. Lifetimes are in
    real seconds.
    """
    log = request_log if request_log is not None else RequestLog()
    spoiling = misbehaviour if misbehaviour is not None else Misbehaviour()
    names = catalogue.names()
    made = catalogues if catalogues is not None else build_catalogues(len(world.shop_rows), 1)
    routes: list[BaseRoute] = [*_own_routes(world, variant, pure_wire, log, spoiling)]
    shop: dict[str, Any] = {"pure_wire": pure_wire, "shapeless": shapeless, "token_seconds": token_seconds}
    routes += _shop_routes(world, variant, names, made, **shop)
    adapter = Adapter(world, names, made, pure_wire=pure_wire, session_seconds=session_seconds)
    routes.append(Mount(ADAPTER_PATH, routes=adapter.routes()))
    routes += adapter_ways.routes(adapter, session_seconds)
    export = PortalExport(world, write_export)
    routes.append(Mount("/portal-export", routes=export.routes()))
    routes.append(Mount("/api/v1/reporting", routes=evaluation.routes(figures)))
    app = Starlette(routes=routes, middleware=[_around(world, log, spoiling)], lifespan=_closing(export))
    app.state.portal_export = export
    return app


def _shop_routes(
    world: World,
    variant: Variant,
    names: Mapping[str, str],
    made: Catalogues,
    *,
    pure_wire: bool,
    shapeless: int,
    token_seconds: float,
) -> Iterator[Mount]:
    """The one-stop-shop in every language the variant speaks."""
    if variant in {"igate", "both", "all"}:
        igate = Igate(
            world, names, pure_wire=pure_wire, shapeless=shapeless, token_seconds=token_seconds, procedures=made.shop
        )
        yield Mount("/igate", routes=igate.routes())
    if variant in {"opencps", "both", "all"}:
        opencps = Opencps(world, names, pure_wire=pure_wire, shapeless=shapeless, procedures=made.shop)
        yield Mount("/opencps", routes=opencps.routes())
    if variant in {"tandan", "all"}:
        tandan = Tandan(world, names, pure_wire=pure_wire, shapeless=shapeless)
        yield Mount("/tandan", routes=tandan.routes())


def _around(world: World, log: RequestLog, spoiling: Misbehaviour) -> Middleware:
    date = http_date(frozen_now(world.business_date))
    return Middleware(Surroundings, date=date, log=log, misbehaviour=spoiling)


def _closing(export: PortalExport) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        export.close()

    return lifespan


def _own_routes(
    world: World, variant: Variant, pure_wire: bool, log: RequestLog, spoiling: Misbehaviour
) -> list[Route]:
    state = {
        "status": "ok",
        "variant": variant,
        "pure_wire": pure_wire,
        "business_date": world.business_date.isoformat(),
        "frozen_at": frozen_now(world.business_date).isoformat(),
        "shop_rows": len(world.shop_rows),
        "portal_rows": len(world.portal_rows),
    }

    async def healthz(request: Request) -> Response:
        return json_answer(state)

    async def requests(request: Request) -> Response:
        if request.method == "DELETE":
            log.clear()
        return Response(log.as_lines(), media_type="application/x-ndjson")

    async def misbehave(request: Request) -> Response:
        if request.method == "POST":
            try:
                spoiling.replace(_parsed(await request.body()))
            except BadRule as error:
                return json_answer({"error": str(error)}, 400)
        return json_answer([asdict(rule) for rule in spoiling.rules])

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/__requests", requests, methods=["GET", "DELETE"]),
        Route("/__misbehave", misbehave, methods=["GET", "POST"]),
    ]


def _parsed(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRule(f"not JSON: {error}") from None
