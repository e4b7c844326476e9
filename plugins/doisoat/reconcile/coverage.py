"""What a comparison could not say, and why: the list `not_compared`. Information for people, not a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from doisoat.config import Province
from doisoat.model import ROW_KINDS, DiscrepancyKind, NotCompared, Side
from doisoat.reconcile.case import Case
from doisoat.rules.kinds import KIND_INFO, Need
from doisoat.store.connection import Connection
from doisoat.store.engine import run_query
from doisoat.store.layout import RunFiles

_SET_KIND_REASONS = {
    DiscrepancyKind.AGGREGATE_MISMATCH: "chưa cấu hình nguồn số liệu tổng hợp đã công bố của DVCQG",
}
_STANDING_REASONS = {
    "rejected": "bản ghi của hồ sơ bị loại khi đọc nên chưa biết bên này nói gì",
    "not_asked": "đêm nay chưa hỏi DVCQG về hồ sơ này, cũng không còn câu trả lời trước nào đủ mới",
    "look_up_failed": "lượt tra cứu hồ sơ trên DVCQG không có câu trả lời",
    "ambiguous_crosswalk": "mã thay thế dẫn tới nhiều hồ sơ nên chưa biết hồ sơ nào khớp với hồ sơ nào",
    "other_province": "hồ sơ chỉ có trên DVCQG và thuộc cơ quan ngoài tỉnh",
    "duplicated": "mã hồ sơ trùng, các bản ghi khác nhau nên chưa biết bản ghi nào đúng",
}
_OUT_OF_SCOPE = "hồ sơ chỉ có ở một bên và nằm ngoài phạm vi thời gian đối soát"
_LOOK_UPS_ONLY = "DVCQG chỉ được tra cứu theo mã của Một cửa nên không biết DVCQG còn hồ sơ nào khác"
_ONE_SIDED_SUPPLEMENTS = "một bên có thông tin bổ sung, bên kia không có các cột này nên không so được cách tính hạn"


def catalogue_reason(files: RunFiles, province: Province) -> str:
    """Why the night says nothing about the catalogues: they have a run of their own, or no source.

    Only runs of earlier dates count, so that the night says the same whenever it runs.
    """
    if province.catalogue is None:
        return Case.catalogue_reason
    root = files.home / "runs" / files.key.province_code
    today = files.key.business_date.isoformat()
    days = sorted(path.parent.parent.name for path in root.glob("*/catalogue/summary.json"))
    earlier = [day for day in days if day < today]
    last = (
        f"lần gần nhất ngày {date.fromisoformat(earlier[-1]):%d/%m/%Y}"
        if earlier
        else "chưa chạy lần nào trước đêm này"
    )
    return f"danh mục được đối soát riêng (catalogue.html), {last}"


def standings(connection: Connection) -> dict[tuple[str, str | None], int]:
    """(standing, rejected side) -> number of dossiers, after `judge`."""
    rows = run_query(connection, "reconciliation/results/standings").fetchall()
    return {(standing, side): number for standing, side, number in rows}


def not_compared(connection: Connection, case: Case) -> list[NotCompared]:
    """Everything this comparison leaves open, after `judge`: unknown dossiers, partial sides, absent columns, inputs
    that are not configured. `dossiers` is 0 where no dossier in particular is meant."""
    answer = run_query(connection, "reconciliation/results/undecided", case.bindings())
    columns = [column[0] for column in answer.description or ()]
    undecided = dict(zip(columns, answer.fetchone() or (), strict=True))
    listed = [
        *_unknown_dossiers(connection),
        *_lone_dossiers(case, undecided),
        *_absent_columns(case),
        *_undecided_tests(undecided),
        *(NotCompared(kind.value, None, reason, 0) for kind, reason in _SET_KIND_REASONS.items()),
        NotCompared(DiscrepancyKind.CATALOGUE_MISMATCH.value, None, case.catalogue_reason, 0),
    ]
    return sorted(listed, key=lambda one: (one.kind or "", one.side or "", one.reason))


def _unknown_dossiers(connection: Connection) -> Iterator[NotCompared]:
    for (standing, side), number in standings(connection).items():
        if standing in _STANDING_REASONS:
            yield NotCompared(None, side, _STANDING_REASONS[standing], number)


def _lone_dossiers(case: Case, undecided: dict[str, Any]) -> Iterator[NotCompared]:
    for side, kind, lone, outside in (
        (Side.PORTAL, DiscrepancyKind.MISSING_ON_PORTAL, "shop_only", "shop_out_of_scope"),
        (Side.SHOP, DiscrepancyKind.MISSING_IN_SHOP, "portal_only", "portal_out_of_scope"),
    ):
        coverage = case.coverage(side)
        if not coverage.is_complete:
            reasons = "; ".join(coverage.reasons) or "chưa rõ lý do"
            reason = f"{side.label} chỉ đọc được một phần ({reasons})"
            yield NotCompared(kind.value, side.value, reason, undecided[lone])
        if undecided[outside]:
            yield NotCompared(None, side.value, _OUT_OF_SCOPE, undecided[outside])
    if not case.portal.lists_dossiers:
        yield NotCompared(DiscrepancyKind.MISSING_IN_SHOP.value, Side.PORTAL.value, _LOOK_UPS_ONLY, 0)


def _absent_columns(case: Case) -> Iterator[NotCompared]:
    for kind in ROW_KINDS:
        for need in case.absent_needs(kind):
            yield NotCompared(kind.value, need.side.value, _absence(kind, need), 0)


def _absence(kind: DiscrepancyKind, need: Need) -> str:
    """Which columns are missing, and which subtypes of the kind that concerns (none named = all of it)."""
    labels = [KIND_INFO[kind].subtype_label(subtype) for subtype in need.subtypes]
    concerned = f", không xét: {', '.join(labels)}" if labels else ""
    return f"nguồn {need.side.label} không có cột {' / '.join(need.columns)}{concerned}"


def _undecided_tests(undecided: dict[str, Any]) -> Iterator[NotCompared]:
    if number := undecided["one_sided_supplements"]:
        kind = DiscrepancyKind.LATENESS_DISAGREEMENT
        yield NotCompared(kind.value, None, _ONE_SIDED_SUPPLEMENTS, number)
