"""Random nights close to every border, for the queries against the oracle: few values, many coincidences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from random import Random
from typing import Any

from doisoat.model import VIETNAM, Side
from doisoat.rules.parameters import RuleParameters
from tests.oracle import Night, StagedRow
from tests.sql.reconciliation.snapshots import AS_OF, BUSINESS_DATE, INSTANTS, REFERENCE, ROOTS, local

AGENCIES = ("H21.05", "H21.05", "H21.05.02", "H21.06", "H21", "H08.05", "H15.05", "H21.99", None)
PROCEDURES = (
    *("1.001612", "1.001612", "1.001612.000.00.00.H21", "2.000815", "2.000477", "1.003560.000.00.00.H21"),
    *("3.000001", "1.000999", "1.000111", "=1+1", "9.123456", None),
    *("1.001756", "1.004221", "1.004222", "1.012821"),  # those with rules of their own about time
)
DAYS = (
    *("2024-12-31", "2025-01-03", "2025-01-04", "2025-06-27", "2025-06-30", "2025-07-01", "2026-08-03"),
    *("2026-08-04", "2026-08-10", "2026-08-13", "2026-08-14", "2026-08-16", "2026-08-18", "2026-08-19"),
    *("2026-08-21", "2026-08-22", "2026-08-24", "2026-08-26", "2026-08-28", "2026-08-29", "2026-08-31"),
    *("2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04", "2026-09-10"),
)
TIMES = (
    *("00:00:00", "03:30:00", "07:30:00", "08:00:00", "09:00:00", "09:01:00", "09:01:01", "11:30:00"),
    *("12:00:00", "15:30:00", "16:00:00", "16:59:59", "17:00:00", "17:00:01", "17:10:00", "23:59:59"),
)
SHIFTS = (1, 59, 60, 61, 3_600, 25_139, 25_140, 25_200, 25_260, 25_261, 43_139, 43_200, 43_260, 86_400)
ALTERNATIVES = ("national_code", "alternative_code", "unit_code")
PARAMETERS = (
    RuleParameters(),
    RuleParameters(sync_allowance_hours=0, late_intake_hours=1.5, received_at_tolerance_s=0),
    RuleParameters(
        portal_granularity="day", portal_second_supplement="open", province_pauses_payment=True, law_supplement="pause"
    ),
    RuleParameters(
        late_reception_from=time(16),
        midnight_is_day=False,
        due_at_tolerance_days=1,
        stuck_days=10,
        stuck_past_due_days=5,
    ),
)
ABSENT: tuple[Mapping[Side, frozenset[str]], ...] = (
    {},
    {Side.PORTAL: frozenset({"MaTTHC", "MaCoQuan"})},
    {Side.PORTAL: frozenset({"NgayHenTra", "DuocThanhToanTrucTuyen"})},
    {Side.PORTAL: frozenset({"NgayKetThucXuLy", "DuongDanTepTinKetQua", "DanhSachGiayToKetQua"})},
    {Side.SHOP: frozenset({"KenhThucHien", "DuongDanTepTinKetQua", "DanhSachGiayToKetQua"})},
)
_EMPTY: dict[str, dict[str, Any]] = {
    "MaTTHC": {"procedure_raw": None},
    "MaCoQuan": {"agency_raw": None},
    "NgayHenTra": {"due_at": None},
    "NgayKetThucXuLy": {"finished_at": None},
    "DuocThanhToanTrucTuyen": {"online_payment": None},
    "DuongDanTepTinKetQua": {"has_result": False},
    "DanhSachGiayToKetQua": {"has_result": False},
    "KenhThucHien": {"channel": 1},
}


def random_night(
    random: Random,
    dossiers: int,
    *,
    parameters: RuleParameters = PARAMETERS[0],
    absent: Mapping[Side, frozenset[str]] = ABSENT[0],
    partial: frozenset[Side] = frozenset(),
) -> Night:
    """A night of that many codes: pairs, lone rows, repeated rows, rejected keys, crosswalks among them."""
    rows: dict[Side, list[StagedRow]] = {side: [] for side in Side}
    rejected: dict[Side, set[str]] = {side: set() for side in Side}
    for number in range(dossiers):
        shop = _values(random, number)
        portal = _counterpart(random, shop)
        said = {Side.SHOP: shop, Side.PORTAL: portal}
        for side in random.choice([tuple(Side), tuple(Side), tuple(Side), (Side.SHOP,), (Side.PORTAL,), ()]):
            copies = [said[side]] if random.random() < 0.9 else [said[side], random.choice([shop, portal])]
            rows[side] += [_staged(values, absent.get(side, frozenset())) for values in copies]
        if random.random() < 0.05:
            rejected[random.choice(list(Side))].add(shop["dossier_code"])
    return Night(
        rows[Side.SHOP],
        rows[Side.PORTAL],
        REFERENCE,
        AS_OF,
        parameters,
        rejected_shop=frozenset(rejected[Side.SHOP]),
        rejected_portal=frozenset(rejected[Side.PORTAL]),
        province_roots=frozenset(ROOTS),
        partial=partial,
        absent=absent,
        business_date=BUSINESS_DATE,
    )


def _values(random: Random, number: int) -> dict[str, Any]:
    """One row before `stage` derives anything; what is usual is usual, the rest is anything."""
    count = random.choice([0, 0, 0, 1, 1, 2])
    values: dict[str, Any] = {
        "dossier_code": f"K{number}",
        "status": random.randint(1, 10),
        "procedure_raw": random.choice(PROCEDURES),
        "agency_raw": random.choice(AGENCIES),
        **{name: _instant(random) if random.random() < 0.7 else None for name in INSTANTS},
        "supplement_count": count,
        "supplement_requested_at": _instant(random) if count and random.random() < 0.8 else None,
        "supplement_completed_at": _instant(random) if count and random.random() < 0.6 else None,
        "first_supplement_completed_at": _instant(random) if count and random.random() < 0.3 else None,
        "extension_count": random.choice([0, 0, 0, 1, 2]),
        "channel": random.choice([None, 1, 2, 3]),
        "online_payment": random.choice([None, 0, 1, 2, 3]),
        "fee_total": random.choice([None, -5, 0, 45_000, 50_000]),
        "has_result": random.random() < 0.6,
        **dict.fromkeys(ALTERNATIVES),
    }
    if random.random() < 0.5:
        values["step_at"] = None
    if random.random() < 0.3:
        values[random.choice(ALTERNATIVES)] = f"K{max(0, number + random.randint(-3, 3))}"
    return values


def _instant(random: Random) -> Any:
    return local(f"{random.choice(DAYS)} {random.choice(TIMES)}")


def _counterpart(random: Random, values: Mapping[str, Any]) -> dict[str, Any]:
    """The other side's row of the same dossier: equal but for a few fields, instants moved by a border."""
    other = dict(values)
    strange = _values(random, int(values["dossier_code"][1:]))
    for name in random.sample(sorted(values.keys() - {"dossier_code"}), random.choice([0, 1, 1, 2, 3])):
        is_moved = name.endswith("_at") and values[name] is not None and random.random() < 0.7
        moved_by = timedelta(seconds=random.choice(SHIFTS) * random.choice([1, -1]))
        other[name] = values[name] + moved_by if is_moved else strange[name]
    return other


def _staged(values: Mapping[str, Any], absent: frozenset[str]) -> StagedRow:
    """What `stage` leaves: columns the source lacks are empty, codes are looked up on the row's reference day."""
    kept = {**values, **{name: value for column in absent for name, value in _EMPTY[column].items()}}
    began = kept["received_at"] or kept["submitted_at"]
    on = began.astimezone(VIETNAM).date() if began else BUSINESS_DATE
    agencies, procedures = REFERENCE.agencies, REFERENCE.procedures
    procedure, agency = kept["procedure_raw"], agencies.canonical(kept["agency_raw"])
    return StagedRow(
        **kept,
        procedure_code=procedures.national(procedure),
        procedure_issue=procedures.issue(procedure, on),
        agency_code=agency,
        agency_known=agency is not None and agencies.is_known(agency),
        agency_ended=agency is not None and agencies.ended_before(agency, on),
        agency_final=agency and agencies.final(agency),
    )
