"""Where the portal's published figures contradict each other; never charged to an agency.

Ratios and scores are computed again by `recomputing`; here counts are held against each other too. Pure: values in,
values out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from doisoat.rules.indicators import INDICATORS
from doisoat.rules.recomputing import Figures, counts_of, recompute

_ZERO = Decimal(0)

RULES: dict[str, str] = {
    "children_sum": "Tổng các đơn vị khác số của toàn tỉnh",
    "received_split": "Đúng hạn + quá hạn khác tổng số",
    "ratio": "Tỷ lệ công bố khác tỷ lệ tính lại",
    "score": "Điểm công bố khác điểm tính lại",
    "denominator": "Mẫu số khác tổng số hồ sơ của cùng đơn vị",
    "part_over_whole": "Tử số lớn hơn mẫu số",
    "sync_over_received": "Số đã đồng bộ lớn hơn tổng số hồ sơ",
    "channel_sum": "Tổng các kênh không khớp",
    "group_sum": "Tổng điểm các nhóm khác tổng điểm",
    "temporary_denominator": "Tử số = mẫu số ở mọi đơn vị (mẫu số tạm): tỷ lệ đồng bộ không nói lên hồ sơ thiếu",
}
# The rules that recompute a ratio or a score; the others hold counts against each other.
RECOMPUTED = frozenset({"ratio", "score", "group_sum"})
# Counts of dossiers or petitions that add up over the units; procedures and catalogues do not.
SUMMED = (
    "progress_total_received",
    "progress_total_on_time",
    "progress_total_overdue",
    "dossier_sync_num",
    "payment_dossier_online_success",
    "payment_dossier_financial_obligation",
    "total_petitions",
    "total_dossiers",
)
_DOSSIER_METRICS = (
    *("original_result_available", "so_hoa_giay_to_giai_quyet", "reused_digitized_data"),
    *("synced_personal_storage", "citizen_data_connected_dossier", "dossier_receiving_satisfaction"),
)


@dataclass(frozen=True, order=True)
class Contradiction:
    """One figure that others of the same publication refute; `agency_code` None = the whole publication."""

    agency_code: str | None
    rule: str
    figure: str
    published: Decimal
    expected: Decimal


def find_contradictions(root: str, units: Mapping[str, Figures]) -> list[Contradiction]:
    """All contradictions of one publication (agency code -> its figures, the province's own under `root`), sorted."""
    found = [
        Contradiction(code, rule, figure, published, expected)
        for code, figures in units.items()
        for rule, figure, published, expected in _of_unit(figures)
    ]
    found += _sums(root, units)
    found += _temporary(root, units)
    return sorted(found, key=lambda one: (one.agency_code or "", one.rule, one.figure))


_Found = tuple[str, str, Decimal, Decimal]  # rule, figure, published, expected


def _of_unit(figures: Figures) -> Iterator[_Found]:
    for check in _CHECKS:
        yield from check(figures)


def _received(figures: Figures) -> Iterator[_Found]:
    received, on_time = figures.get("progress_total_received"), figures.get("progress_total_on_time")
    overdue, synced = figures.get("progress_total_overdue"), figures.get("dossier_sync_num")
    if received is None:
        return
    if on_time is not None and overdue is not None and on_time + overdue != received:
        yield "received_split", "progress_total_received", received, on_time + overdue
    if synced is not None and synced > received:
        yield "sync_over_received", "dossier_sync_num", synced, received


def _recomputed(figures: Figures) -> Iterator[_Found]:
    for one in recompute(figures):
        if not one.agrees:
            yield one.rule, one.figure, one.published, one.expected


def _parts(figures: Figures) -> Iterator[_Found]:
    for one in INDICATORS:
        counts = counts_of(one, figures)
        if one.figures and counts and counts[0] > counts[1]:
            part, whole = (figures[name] or _ZERO for name in one.figures)
            yield "part_over_whole", one.figures[0], part, whole


def _denominators(figures: Figures) -> Iterator[_Found]:
    received = figures.get("progress_total_received")
    if received is not None:
        for name in ("total_dossiers", *(f"{metric}_den" for metric in _DOSSIER_METRICS)):
            yield from _unless(figures, "denominator", name, received)


def _channels(figures: Figures) -> Iterator[_Found]:
    for total, parts in (
        ("channel_total", ("channel_online", "channel_direct", "channel_postal")),
        ("channel_online", ("online_on_time", "online_overdue")),
    ):
        values = [figures.get(name) for name in parts]
        if all(value is not None for value in values):
            yield from _unless(figures, "channel_sum", total, sum((v for v in values if v is not None), _ZERO))


_CHECKS: tuple[Callable[[Figures], Iterator[_Found]], ...] = (
    _received,
    _recomputed,
    _parts,
    _denominators,
    _channels,
)


def _unless(figures: Figures, rule: str, figure: str, expected: Decimal) -> Iterator[_Found]:
    """The contradiction, unless the figure was not published or is as expected."""
    published = figures.get(figure)
    if published is not None and published != expected:
        yield rule, figure, published, expected


def _sums(root: str, units: Mapping[str, Figures]) -> Iterator[Contradiction]:
    """A sum is only held against the province where every unit published the figure."""
    own = units.get(root, {})
    children = [figures for code, figures in units.items() if code != root]
    for figure in SUMMED:
        whole, parts = own.get(figure), [figures.get(figure) for figures in children]
        if whole is None or not parts or any(part is None for part in parts):
            continue
        total = sum((part for part in parts if part is not None), _ZERO)
        if total != whole:
            yield Contradiction(root, "children_sum", figure, whole, total)


def _temporary(root: str, units: Mapping[str, Figures]) -> Iterator[Contradiction]:
    """Every unit's numerator equals its denominator: the ratio is no measurement."""
    pairs = {code: (one.get("dossier_sync_num"), one.get("dossier_sync_den")) for code, one in units.items()}
    known = {code: (part, whole) for code, (part, whole) in pairs.items() if part is not None and whole}
    if len(known) > 1 and all(part == whole for part, whole in known.values()):
        part, whole = known.get(root) or next(iter(known.values()))
        yield Contradiction(None, "temporary_denominator", "dossier_sync_den", whole, part)
