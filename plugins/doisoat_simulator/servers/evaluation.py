"""The portal's public reporting API, `POST /api/v1/reporting/…`: eight endpoints, HTTP 201, no account.

Figures are the published ones of Phú Thọ for August 2026; other months, quarters, years and single procedures
were not published in a form we have and answer zeros in the same shape [ours]. A request the portal would not
understand is answered 400, an unknown province 404 [ours: not seen].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from doisoat_simulator.servers import evaluation_shapes as shapes
from doisoat_simulator.servers.catalogue import ROOT_ID, ProcedureEntry, procedures
from doisoat_simulator.servers.figures import Figures, Unit, department_id, period_units, rounded, units, uuid7_of
from doisoat_simulator.servers.responses import dump, read_object

JSON_UTF8 = "application/json; charset=utf-8"
_PERIODS = {"month": range(1, 13), "quarter": range(1, 5)}
_PROCEDURE_IDS = {
    "1.000030": "019d2bfd-a5c8-769e-95eb-d9f1da37b10d",
    "2.000815": "019d2bfd-8e22-77ef-819f-e49460350904",
}
TREES = {
    "dvc-progress-tree": shapes.progress_tree,
    "provide-online-tree": shapes.online_tree,
    "formality-online-payment-tree": shapes.payment_tree,
}
Flat = Callable[[int, Unit], dict[str, Any]]
FLATS: dict[str, tuple[Flat, str, str]] = {
    "transparency": (
        shapes.transparency,
        "formalityId",
        "reporting_766_transparency_* and reporting_dvc_calendar Mongo collections",
    ),
    "dossier-digitized": (shapes.digitized, "formalityID", "reporting_digitized_dossiers_daily Mongo collection"),
    "handling-satisfaction": (
        shapes.satisfaction,
        "",
        "reporting_766_satisfaction_petition_months, reporting_766_satisfaction_dossier_periods",
    ),
}


class BadRequest(ValueError):
    """The body is not what the endpoint takes; `status` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def routes(figures: Figures = period_units) -> list[Route]:
    """All endpoints, below `/api/v1/reporting`; `figures` gives the units of a period."""

    async def evaluation(request: Request) -> Response:
        return await _evaluation(request, figures)

    return [
        Route("/evaluation/{name}", evaluation, methods=["POST"]),
        Route("/formalities", _formalities, methods=["POST"]),
    ]


async def _evaluation(request: Request, figures: Figures) -> Response:
    name = request.path_params["name"]
    try:
        body = await _body(request)
        if name in TREES:
            _check_root(body)
            month = _check_period(body)
            return _answer(TREES[name](_asked_units(body, "formalityId", figures), month))
        if name in FLATS:
            _check_root(body)
            return _answer(_flat(name, body, figures))
        if name == "service-results":
            _check_period(body)
            return _answer(service_results())
    except BadRequest as error:
        return _answer(None, code="BAD_REQUEST", message=str(error), status=error.status)
    return _answer(None, code="NOT_FOUND", message="no such endpoint", status=404)


async def _formalities(request: Request) -> Response:
    try:
        body = await _body(request)
        found = [entry for entry in procedures() if _fits(entry, str(body.get("q") or ""))]
        shown, pagination = _paged(found, body, default_size=10)
    except BadRequest as error:
        return _answer(None, code="BAD_REQUEST", message=str(error), status=error.status)
    return _answer({"items": [_formality(entry) for entry in shown], "pagination": pagination})


def _flat(name: str, body: Mapping[str, Any], figures: Figures) -> dict[str, Any]:
    shape, filter_name, source = FLATS[name]
    if name == "handling-satisfaction":
        _check_days(body)
    else:
        _check_period(body)
    found = _asked_units(body, filter_name, figures)
    entries = [shape(place, unit) for place, unit in enumerate(found[1:], start=1)]
    overview = shape(1, found[0])
    data: dict[str, Any] = {"overview": overview}
    if name == "transparency":
        scores = [entry["totalScore"] for entry in entries if entry["totalScore"] is not None]
        overview["averageScore"] = rounded(sum(scores) / len(scores)) if scores else 0
        data["monthlyChart"] = []
    shown, pagination = _paged(entries, body, default_size=200)
    return data | {"evaluation": shown, "pagination": pagination, "source": source}


def service_results() -> dict[str, Any]:
    """The national list as published on 2026-09-17, as far as it was: one province, one month of the charts."""
    root = units(published=True)[0]
    radar = (
        ("CKMB", "Công khai, minh bạch", 8.79, 18, 48.83),
        ("TDGQ", "Tiến độ giải quyết", 15.58, 20, 77.88),
        ("ONLINE_SERVICE", "Dịch vụ trực tuyến", 13.1, 22, 59.24),
        ("MDHL", "Mức độ hài lòng", 10.49, 18, 58.26),
        ("MDSH", "Số hóa hồ sơ", 8.6, 22, 39.07),
    )
    names = ("code", "name", "score", "maxScore", "ratio")
    groups = {"CKMB": 7.96, "TDGQ": 17.63, "CLGQ": 9.09, "TTTT": 6.58, "MDHL": 11.79, "MDSH": 9.55}
    province: dict[str, Any] = {"departmentId": root.id, "departmentName": root.name, "departmentCode": root.code}
    province |= {"totalScore": 62.6, "ratio": 62.6, "scoreDelta": 18.58, "groupScores": groups}
    whole: dict[str, Any] = {"departmentName": "Cả nước", "departmentCode": None, "totalScore": 56.56}
    return {
        "overview": whole | {"totalMaxScore": 100, "ratio": 56.56},
        "growthPercent": 39.79,
        "radar": [dict(zip(names, entry, strict=True)) for entry in radar],
        "donuts": _donuts(),
        "evaluation": [province],
        "monthlyChart": [{"month": f"{m:02d}", "averageScore": 54.67 if m == 8 else None} for m in range(1, 13)],
        "dossierChart": [
            {"month": f"{m:02d}"} | {"onTimePct": 78.12 if m == 8 else None, "overduePct": 21.88 if m == 8 else None}
            for m in range(1, 13)
        ],
    }


def _donuts() -> dict[str, Any]:
    names = ("code", "name", "value", "percent")
    filed = (("ONLINE", "Trực tuyến", 11122091, 94.88), ("OTHER", "Trực tiếp, bưu chính", 600732, 5.12))
    offered = (
        ("FULL", "Toàn trình", 390, 24.36),
        ("PARTIAL", "Một phần", 701, 43.79),
        ("NONE", "Chưa cung cấp", 510, 31.86),
    )
    return {
        "onlineDossier": [dict(zip(names, entry, strict=True)) for entry in filed],
        "onlineProvision": [dict(zip(names, entry, strict=True)) for entry in offered],
    }


def _formality(entry: ProcedureEntry) -> dict[str, Any]:
    applied = [] if entry.state == "INACTIVE" else [ROOT_ID, department_id("H44.100")]
    return {
        "id": _PROCEDURE_IDS.get(entry.code) or uuid7_of(entry.code),
        "code": entry.code,
        "name": entry.name,
        "state": entry.state,
        "departmentId": entry.owner_id,
        "publishingDepartmentIds": [entry.owner_id],
        "appliedDepartmentIds": applied,
    }


def _fits(entry: ProcedureEntry, text: str) -> bool:
    return text.casefold() in entry.code.casefold() or text.casefold() in entry.name.casefold()


def _asked_units(body: Mapping[str, Any], filter_name: str, figures: Figures) -> tuple[Unit, ...]:
    return units(published=False) if filter_name and body.get(filter_name) else figures(body)


def _check_root(body: Mapping[str, Any]) -> None:
    if body.get("rootDepartmentId") != ROOT_ID:
        raise BadRequest("rootDepartmentId: unknown department", 404)


def _check_period(body: Mapping[str, Any]) -> int | None:
    """The month asked for, if it is a month."""
    kind, year = body.get("timeType"), body.get("year")
    if kind not in ("month", "quarter", "year") or not isinstance(year, int) or not 2000 <= year <= 2100:
        raise BadRequest("timeType: month, quarter or year; year: a number")
    if kind == "year":
        return None
    part = body.get(kind)
    if not isinstance(part, int) or part not in _PERIODS[kind]:
        raise BadRequest(f"{kind}: a number")
    return part if kind == "month" else None


def _check_days(body: Mapping[str, Any]) -> None:
    for name in ("fromDate", "toDate"):
        if not isinstance(body.get(name), str) or len(body[name]) != 10:
            raise BadRequest(f"{name}: yyyy-MM-dd")


def _paged(found: list[Any], body: Mapping[str, Any], *, default_size: int) -> tuple[list[Any], dict[str, int]]:
    page, size = body.get("currentPage", 1), body.get("pageSize", default_size)
    if not all(isinstance(value, int) and 1 <= value < 2**31 for value in (page, size)):
        raise BadRequest("currentPage, pageSize: numbers from 1")
    pagination = {"total": len(found), "currentPage": page, "pageSize": size}
    return found[(page - 1) * size : page * size], pagination | {"totalPages": -(-len(found) // size)}


async def _body(request: Request) -> dict[str, Any]:
    body = await read_object(request)
    if body is None:
        raise BadRequest("the body must be a JSON object")
    return body


def _answer(data: Any, *, code: str = "OK", message: str = "OK", status: int = 201) -> Response:
    answer = dump({"code": code, "data": data, "message": message})
    return Response(answer, status_code=status, media_type=JSON_UTF8)
