"""Where the portal's published figures contradict each other; never charged to an agency.

Formulas of the portal's scoring (Bộ chỉ số 766, as published figures reproduce them): ratios and scores are rounded
half up to two decimals, so a recomputed value may differ by the rounding and no more. Pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from doisoat.rules.published_figures import (
    DIGITIZED_METRICS,
    RESULT_GROUPS,
    SATISFACTION_METRICS,
    TRANSPARENCY_METRICS,
)

Figures = Mapping[str, Decimal | None]  # figure -> value; a missing one was not published
_ZERO = Decimal(0)
_CENT = Decimal("0.01")

RULES: dict[str, str] = {
    "children_sum": "Tổng các đơn vị khác số của toàn tỉnh",
    "received_split": "Đúng hạn + quá hạn khác tổng số",
    "ratio": "Tỷ lệ công bố khác tỷ lệ tính lại",
    "score": "Điểm công bố khác điểm tính lại",
    "denominator": "Mẫu số khác tổng số hồ sơ của cùng đơn vị",
    "sync_over_received": "Số đã đồng bộ lớn hơn tổng số hồ sơ",
    "channel_sum": "Tổng các kênh không khớp",
    "group_sum": "Tổng điểm các nhóm khác tổng điểm",
    "temporary_denominator": "Tử số = mẫu số ở mọi đơn vị (mẫu số tạm): tỷ lệ đồng bộ không nói lên hồ sơ thiếu",
}
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
_MOST = {"publish_on_time": 6, "public_update_on_time": 4, "public_content_full": 2, "dossier_sync": 6}
_MOST |= {"original_result_available": 6, "so_hoa_giay_to_giai_quyet": 4, "reused_digitized_data": 2}
_MOST |= {"synced_personal_storage": 4, "citizen_data_connected_dossier": 2, "citizen_data_connected_formality": 2}
_MOST |= {"dossier_receiving_satisfaction": 6, "petition_processing_on_time": 6, "petition_handling_satisfaction": 6}
_FULL_AT = {"reused_digitized_data": Decimal("0.8"), "dossier_receiving_satisfaction": Decimal("0.9")}
_OF_NOTHING = {"petition_processing_on_time": 6, "petition_handling_satisfaction": 6}  # nothing to handle = full score
_PAYMENT_ROUNDING = Decimal("0.015")  # three terms, each rounded on its own
_DOSSIER_METRICS = (
    *("original_result_available", "so_hoa_giay_to_giai_quyet", "reused_digitized_data"),
    *("synced_personal_storage", "citizen_data_connected_dossier", "dossier_receiving_satisfaction"),
)
_PAYMENT_PARTS = (
    *("dossier_online_success", "dossier_financial_obligation", "formality_online_success"),
    *("fee_dossier_formality_distinct", "fee_dossier_formality", "fee_formality"),
)


@dataclass(frozen=True, order=True)
class Contradiction:
    """One figure that others of the same publication refute; `agency_code` None = the whole publication."""

    agency_code: str | None
    rule: str
    figure: str
    published: Decimal
    expected: Decimal


def rounded(value: Decimal) -> Decimal:
    """Half up to two decimals, as published."""
    return value.quantize(_CENT, ROUND_HALF_UP)


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


def _progress(figures: Figures) -> Iterator[_Found]:
    received, on_time = figures.get("progress_total_received"), figures.get("progress_total_on_time")
    overdue = figures.get("progress_total_overdue")
    if received is None or on_time is None:
        return
    if overdue is not None and on_time + overdue != received:
        yield "received_split", "progress_total_received", received, on_time + overdue
    yield from _unless(figures, "ratio", "progress_ratio", _share(100, on_time, received))
    yield from _unless(figures, "score", "progress_score", _share(20, on_time, received))


def _synced(figures: Figures) -> Iterator[_Found]:
    received, synced = figures.get("progress_total_received"), figures.get("dossier_sync_num")
    if received is not None and synced is not None and synced > received:
        yield "sync_over_received", "dossier_sync_num", synced, received
    whole = figures.get("dossier_sync_den")
    if synced is not None and whole:
        yield from _unless(figures, "ratio", "dossier_sync_ratio", _share(100, synced, whole))


def _ratios_of_scores(figures: Figures) -> Iterator[_Found]:
    for group, most in (("online_provision", 12), ("payment", 10)):
        score = figures.get(f"{group}_score")
        if score is not None:
            yield from _unless(figures, "ratio", f"{group}_ratio", rounded(100 * score / most))


def _payment(figures: Figures) -> Iterator[_Found]:
    values = [figures.get(f"payment_{name}") for name in _PAYMENT_PARTS]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return
    paid, owed, active, distinct, offered, fees = known
    half = Decimal("2.5")
    score = _of(6, paid, owed) + min(Decimal(2), _of(half, active, distinct)) + _of(half, offered, fees)
    yield from _unless(figures, "score", "payment_score", score, _PAYMENT_ROUNDING)


def _metric_scores(figures: Figures) -> Iterator[_Found]:
    for metric, most in _MOST.items():
        part, whole = figures.get(f"{metric}_num"), figures.get(f"{metric}_den")
        if part is None or whole is None:
            continue
        if whole:
            yield from _unless(figures, "score", f"{metric}_score", _metric_score(metric, most, part, whole))
        elif figures.get(f"{metric}_score") is not None:
            expected = Decimal(_OF_NOTHING.get(metric, 0))
            yield from _unless(figures, "score", f"{metric}_score", expected)


def _metric_score(metric: str, most: int, part: Decimal, whole: Decimal) -> Decimal:
    full_at = _FULL_AT.get(metric, Decimal(1))
    return rounded(min(Decimal(most), most * part / whole / full_at))


def _group_scores(figures: Figures) -> Iterator[_Found]:
    for group, metrics in (
        ("transparency", TRANSPARENCY_METRICS),
        ("digitized", DIGITIZED_METRICS),
        ("satisfaction", SATISFACTION_METRICS),
    ):
        scores = [figures.get(f"{metric}_score") for metric in metrics.values()]
        if any(score is not None for score in scores):
            total = sum((score for score in scores if score is not None), _ZERO)
            yield from _unless(figures, "score", f"{group}_score", total)


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


def _overall(figures: Figures) -> Iterator[_Found]:
    scores = [figures.get(f"overall_{group.lower()}") for group in RESULT_GROUPS]
    if all(score is not None for score in scores):
        yield from _unless(figures, "group_sum", "overall_score", sum((s for s in scores if s is not None), _ZERO))


_CHECKS: tuple[Callable[[Figures], Iterator[_Found]], ...] = (
    _progress,
    _synced,
    _ratios_of_scores,
    _payment,
    _metric_scores,
    _group_scores,
    _denominators,
    _channels,
    _overall,
)


def _unless(
    figures: Figures, rule: str, figure: str, expected: Decimal, tolerance: Decimal = _ZERO
) -> Iterator[_Found]:
    """The contradiction, unless the figure was not published or is as expected."""
    published = figures.get(figure)
    if published is not None and abs(published - expected) > tolerance:
        yield rule, figure, published, rounded(expected).normalize()


def _of(most: Decimal | int, part: Decimal, whole: Decimal) -> Decimal:
    return most * part / whole if whole else _ZERO


def _share(most: int, part: Decimal, whole: Decimal) -> Decimal:
    return rounded(_of(most, part, whole))


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
