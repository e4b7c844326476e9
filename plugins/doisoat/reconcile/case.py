"""What a night is judged by: reference time, rules, and what each side can be asked. Values only; no SQL, no files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from doisoat.model import VIETNAM, DiscrepancyKind, Side
from doisoat.rules.kinds import KIND_INFO, Need
from doisoat.rules.parameters import RuleParameters

# A column of the snapshot says something only if the source has one of these (wire names).
_FAMILIES: dict[str, tuple[str, ...]] = {
    "due": ("NgayHenTra",),
    "procedure": ("MaTTHC",),
    "agency": ("MaCoQuan",),
    "channel": ("KenhThucHien",),
    "payment": ("DuocThanhToanTrucTuyen",),
    "fee": ("TongLePhi",),
    "result": ("DuongDanTepTinKetQua", "DanhSachGiayToKetQua"),
    "supplements": ("SoLanBoSung", "DanhSachHoSoBoSung", "NgayYeuCauBoSung", "NgayHoanThanhBoSung"),
    "extensions": ("SoLanGiaHan",),
}
# A lone dossier this close to the begin of the scope may have its counterpart just outside (rules §5.4).
_SCOPE_MARGIN = timedelta(days=2)
# Judged row by row: a side without the column is left out, the other side's rows are judged all the same.
_JUDGED_BY_ROW = frozenset(
    {DiscrepancyKind.PROCEDURE_UNMAPPED, DiscrepancyKind.AGENCY_LEGACY_CODE, DiscrepancyKind.CODE_SUBSTITUTED}
)


@dataclass(frozen=True)
class SideCoverage:
    """What was read of one side."""

    is_complete: bool = True  # False: its silence about a dossier proves nothing (rules §5, "Partial side")
    reasons: tuple[str, ...] = ()  # why it is not; Vietnamese
    absent_columns: frozenset[str] = frozenset()  # wire names the source does not have
    has_unasked: bool = False  # read by look-ups, and of some dossiers nothing is known tonight
    lists_dossiers: bool = True  # False: read by look-ups of the shop's codes, so it names no dossier of its own

    def has(self, *columns: str) -> bool:
        """At least one of the wire names is there."""
        return not self.absent_columns.issuperset(columns)


@dataclass(frozen=True)
class Case:
    """One comparison of two snapshots; `as_of` is tz-aware."""

    business_date: date
    as_of: datetime
    province_roots: tuple[str, ...]
    rules: RuleParameters
    shop: SideCoverage = SideCoverage()
    portal: SideCoverage = SideCoverage()
    catalogue_reason: str = (
        "chưa cấu hình nguồn danh mục TTHC và DVCTT của hai bên"  # why a night does not compare them
    )

    def coverage(self, side: Side) -> SideCoverage:
        return self.shop if side is Side.SHOP else self.portal

    def absent_needs(self, kind: DiscrepancyKind) -> tuple[Need, ...]:
        """The columns a kind needs and does not have (rules §2: a column that is absent is no null value).

        Where a side lacks what the whole kind needs, its subtypes are not named one by one.
        """
        absent = [need for need in KIND_INFO[kind].needs if not self.coverage(need.side).has(*need.columns)]
        without = {need.side for need in absent if not need.subtypes}
        return tuple(need for need in absent if not need.subtypes or need.side not in without)

    def is_judged(self, kind: DiscrepancyKind) -> bool:
        """False where a needed column is absent, so that no row of the kind could be believed."""
        if kind is DiscrepancyKind.MISSING_IN_SHOP and not self.portal.lists_dossiers:
            return False
        whole = [need for need in self.absent_needs(kind) if not need.subtypes]
        return not whole or kind in _JUDGED_BY_ROW

    def bindings(self) -> dict[str, Any]:
        """The bind parameters of `sql/reconciliation` and `sql/lateness`; instants naive in local time (+07:00)."""
        rules = self.rules.model_dump()
        starts, ends = zip(*rules.pop("working_hours"), strict=True)
        late_from = rules.pop("late_reception_from")
        return {
            **rules,
            **self._sides(),
            "as_of": self.as_of.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0),
            "province_roots": list(self.province_roots),
            "scope_edge": self.rules.scope_start(self.business_date) + _SCOPE_MARGIN,
            "late_reception_second": _second_of_day(late_from),
            "span_starts": [_second_of_day(start) for start in starts],
            "span_ends": [_second_of_day(end) for end in ends],
        }

    def _sides(self) -> dict[str, bool]:
        known: dict[str, bool] = {}
        for side in Side:
            coverage = self.coverage(side)
            known[f"{side.value}_complete"] = coverage.is_complete
            known |= {f"{side.value}_has_{name}": coverage.has(*columns) for name, columns in _FAMILIES.items()}
        return known


def night_case(
    business_date: date,
    staged: Mapping[str, Any],
    province_roots: tuple[str, ...],
    rules: RuleParameters,
    *,
    portal_lists_dossiers: bool = True,
    catalogue_reason: str = Case.catalogue_reason,
) -> Case:
    """The case of a night from what `stage` left in staged.json."""
    sides = {
        side: SideCoverage(
            is_complete=_is_silence_proof(staged["sides"][side.value]),
            reasons=tuple(staged["sides"][side.value]["partial_reasons"]),
            absent_columns=frozenset(staged["sides"][side.value]["absent_columns"]),
            has_unasked=_has_unasked(staged["sides"][side.value]),
            lists_dossiers=side is Side.SHOP or portal_lists_dossiers,
        )
        for side in Side
    }
    as_of = datetime.fromisoformat(staged["as_of"])
    return Case(business_date, as_of, province_roots, rules, sides[Side.SHOP], sides[Side.PORTAL], catalogue_reason)


def _is_silence_proof(side: Mapping[str, Any]) -> bool:
    """Whether a dossier the side does not show is surely not there: it was read whole, or asked one by one.

    Of a side read by look-ups every dossier without an answer is known by its code, and set aside alone.
    """
    if side.get("look_ups") is not None:
        return True
    return bool(side.get("complete", True)) and not side["partial"]


def _has_unasked(side: Mapping[str, Any]) -> bool:
    look_ups = side.get("look_ups") or {}
    return any(look_ups.get(name) for name in ("failed", "never_asked", "outdated"))


def _second_of_day(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
