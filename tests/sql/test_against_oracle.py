"""The queries and the plain-Python oracle find the same: on the rules' worked examples and on generated worlds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from doisoat.model import VIETNAM, Side
from doisoat.reconcile import Case, SideCoverage
from doisoat.rules.parameters import RuleParameters
from tests import oracle, worked_examples, worked_examples_status, worked_examples_values
from tests.oracle import Discrepancy, Night, StagedRow
from tests.oracle_staging import stage_rows
from tests.sql.reconciliation.snapshots import AS_OF, BUSINESS_DATE, REFERENCE, ROOTS, SCHEMA, found, judged, local

WORKED = (*worked_examples_status.CASES, *worked_examples_values.CASES)


def table(rows: Iterable[StagedRow]) -> pa.Table:
    """Oracle rows as a snapshot; what the oracle does not have is null."""
    empty = dict.fromkeys(SCHEMA.names)
    return pa.Table.from_pylist([{**empty, **asdict(row)} for row in rows], schema=SCHEMA)


def by_sql(night: Night) -> list[Discrepancy]:
    """What the queries find, in the order of the oracle."""
    case = Case(
        night.business_date or BUSINESS_DATE,
        night.as_of,
        tuple(sorted(night.province_roots)),
        night.parameters,
        *(
            SideCoverage(
                is_complete=side not in night.partial, absent_columns=night.absent.get(side, frozenset())
            )
            for side in (Side.SHOP, Side.PORTAL)
        ),
    )
    with judged(
        table(night.shop),
        table(night.portal),
        case=case,
        rejected_shop=night.rejected_shop,
        rejected_portal=night.rejected_portal,
        reference=night.reference,
    ) as connection:
        rows = [Discrepancy(**row) for row in found(connection)]
    return sorted(rows, key=lambda row: tuple(value or "" for value in row))


def worked_night(examples: Iterable[tuple[int, worked_examples.Case]], partial: frozenset[Side]) -> Night:
    """Many examples as one night: each has its own codes."""
    rows: dict[Side, list[StagedRow]] = {side: [] for side in Side}
    rejected: dict[Side, set[str]] = {side: set() for side in Side}
    for number, example in examples:
        for side, records in ((Side.SHOP, example.shop), (Side.PORTAL, example.portal)):
            staged, bad = stage_rows(
                records, worked_examples.REFERENCE, worked_examples.BUSINESS_DATE, worked_examples.AS_OF
            )
            rows[side] += [numbered(row, number) for row in staged]
            rejected[side] |= {f"{number}/{one.dossier_code}" for one in bad if one.dossier_code}
    return Night(
        rows[Side.SHOP],
        rows[Side.PORTAL],
        worked_examples.REFERENCE,
        worked_examples.AS_OF,
        rejected_shop=frozenset(rejected[Side.SHOP]),
        rejected_portal=frozenset(rejected[Side.PORTAL]),
        province_roots=worked_examples.PROVINCE_ROOTS,
        partial=partial,
        business_date=worked_examples.BUSINESS_DATE,
    )


def numbered(row: StagedRow, number: int) -> StagedRow:
    codes = ("dossier_code", "national_code", "alternative_code", "unit_code")
    return replace(row, **{name: f"{number}/{getattr(row, name)}" for name in codes if getattr(row, name)})


@pytest.fixture(scope="module")
def worked_answers() -> dict[int, list[Discrepancy]]:
    """What the queries find for each worked example; examples that share what was read of the sides run together."""
    answers: dict[int, list[Discrepancy]] = {number: [] for number in range(len(WORKED))}
    for partial in {example.partial for example in WORKED}:
        night = worked_night(((n, example) for n, example in enumerate(WORKED) if example.partial == partial), partial)
        for one in by_sql(night):
            answers[int(one.dossier_code.partition("/")[0])].append(one)
    return answers


@pytest.mark.parametrize("number", range(len(WORKED)), ids=[str(example) for example in WORKED])
def test_worked_example(number: int, worked_answers: dict[int, list[Discrepancy]]) -> None:
    example = WORKED[number]
    assert {(one.kind, one.subtype) for one in worked_answers[number]} == example.expected
    assert worked_answers[number] == oracle.reconcile(worked_night([(number, example)], example.partial))


# --- generated worlds: few keys and few values, close to every border -------------------------------------------

KEYS = ("A1", "B1", "C1", "D1", "E1", "F1", "G1", "H1")
AGENCIES = ("H21.05", "H21.05.02", "H21.06", "H21", "H08.05", "H15.05", "H21.99", None)
PROCEDURES = (
    *("1.001612", "1.001612.000.00.00.H21", "2.000815", "2.000477", "1.003560.000.00.00.H21"),
    *("3.000001", "1.000999", "1.000111", "=1+1", None),
)
_DAYS = (
    *("2024-12-31", "2025-01-03", "2025-01-04", "2025-06-27", "2025-06-30", "2025-07-01", "2026-08-03"),
    *("2026-08-04", "2026-08-10", "2026-08-13", "2026-08-14", "2026-08-16", "2026-08-18", "2026-08-19"),
    *("2026-08-21", "2026-08-22", "2026-08-24", "2026-08-26", "2026-08-28", "2026-08-29", "2026-08-31"),
    *("2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04", "2026-09-10"),
)
_TIMES = (
    *("00:00:00", "03:30:00", "07:30:00", "08:00:00", "09:00:00", "09:01:00", "09:01:01", "11:30:00"),
    *("12:00:00", "15:30:00", "16:00:00", "16:59:59", "17:00:00", "17:00:01", "17:10:00", "23:59:59"),
)
instants = st.builds(lambda day, time: local(f"{day} {time}"), st.sampled_from(_DAYS), st.sampled_from(_TIMES))
maybe_instants = st.none() | instants
shifts = st.sampled_from(
    [timedelta(seconds=s * sign) for s in (1, 59, 60, 61, 3_600, 25_139, 25_140, 25_200, 25_260, 25_261, 43_200, 86_400)
     for sign in (1, -1)]
)  # fmt: skip


@st.composite
def staged_rows(draw: st.DrawFn, key: str) -> StagedRow:
    procedure, agency = draw(st.sampled_from(PROCEDURES)), draw(st.sampled_from(AGENCIES))
    return _staged(
        dossier_code=key,
        status=draw(st.integers(1, 10)),
        procedure_raw=procedure,
        agency_raw=agency,
        received_at=draw(maybe_instants),
        submitted_at=draw(maybe_instants),
        due_at=draw(maybe_instants),
        finished_at=draw(maybe_instants),
        returned_at=draw(maybe_instants),
        step_at=draw(st.none() | maybe_instants),
        supplement_count=draw(st.sampled_from([0, 0, 1, 2])),
        supplement_requested_at=draw(st.none() | maybe_instants),
        supplement_completed_at=draw(st.none() | maybe_instants),
        first_supplement_completed_at=draw(st.none() | maybe_instants),
        extension_count=draw(st.sampled_from([0, 0, 1, 2])),
        channel=draw(st.sampled_from([None, 1, 2, 3])),
        online_payment=draw(st.sampled_from([None, 0, 1, 2, 3])),
        fee_total=draw(st.sampled_from([None, -5, 0, 45_000, 50_000])),
        has_result=draw(st.booleans()),
        **draw(alternatives),
    )


alternatives = st.fixed_dictionaries(
    {name: st.none() | st.none() | st.sampled_from(KEYS) for name in ("national_code", "alternative_code", "unit_code")}
)


def _staged(**values: Any) -> StagedRow:
    """What `stage` derives from the codes and the reference day."""
    began = values["received_at"] or values["submitted_at"]
    on = began.astimezone(VIETNAM).date() if began else BUSINESS_DATE
    agencies, procedures = REFERENCE.agencies, REFERENCE.procedures
    procedure, agency = values["procedure_raw"], agencies.canonical(values["agency_raw"])
    derived = {
        "procedure_code": procedures.national(procedure),
        "procedure_issue": procedures.issue(procedure, on),
        "agency_code": agency,
        "agency_known": agency is not None and agencies.is_known(agency),
        "agency_ended": agency is not None and agencies.ended_before(agency, on),
        "agency_final": agency and agencies.final(agency),
    }
    return StagedRow(**{**values, **derived})


@st.composite
def counterparts(draw: st.DrawFn, row: StagedRow) -> StagedRow:
    """The other side's row of the same dossier: equal but for a few fields, some of them shifted by a border."""
    values = {name: value for name, value in asdict(row).items() if not name.startswith(("agency_", "procedure_"))}
    values |= {"agency_raw": row.agency_raw, "procedure_raw": row.procedure_raw}
    other = draw(staged_rows(row.dossier_code))
    for name in draw(st.lists(st.sampled_from(sorted(values.keys() - {"dossier_code"})), max_size=3, unique=True)):
        value = values[name]
        is_shifted = isinstance(value, datetime) and draw(st.booleans())
        values[name] = value + draw(shifts) if is_shifted else getattr(other, name)
    return _staged(**values)


@st.composite
def worlds(draw: st.DrawFn) -> Night:
    shop: list[StagedRow] = []
    portal: list[StagedRow] = []
    for key in KEYS:
        row = draw(staged_rows(key))
        other = draw(counterparts(row))
        sides = draw(st.sampled_from(["both", "both", "both", "shop", "portal", "none", "repeated"]))
        shop += [row] * (sides in ("both", "shop", "repeated"))
        portal += [other] * (sides in ("both", "portal"))
        if sides == "repeated":
            (shop if draw(st.booleans()) else portal).append(draw(st.sampled_from([row, other])))
    keys = st.frozensets(st.sampled_from(KEYS), max_size=1)
    absent = draw(st.sampled_from([{}, {}, *_ABSENT]))
    parameters = draw(st.sampled_from([RuleParameters(), *_OTHER_PARAMETERS]))
    return Night(
        [as_staged_without(row, absent.get(Side.SHOP, frozenset())) for row in shop],
        [as_staged_without(row, absent.get(Side.PORTAL, frozenset())) for row in portal],
        REFERENCE,
        AS_OF,
        parameters,
        rejected_shop=draw(keys),
        rejected_portal=draw(keys),
        province_roots=frozenset(ROOTS),
        partial=draw(st.frozensets(st.sampled_from(list(Side)), max_size=1)),
        absent=absent,
        business_date=BUSINESS_DATE,
    )


def as_staged_without(row: StagedRow, columns: frozenset[str]) -> StagedRow:
    """What `stage` leaves in the column of the snapshot where the source has none."""
    emptied = {name: value for column in columns for name, value in _EMPTY[column].items()}
    values = {name: value for name, value in asdict(row).items() if not name.startswith(("agency_", "procedure_"))}
    return _staged(**values | {"agency_raw": row.agency_raw, "procedure_raw": row.procedure_raw} | emptied)


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
_OTHER_PARAMETERS = (
    RuleParameters(sync_allowance_hours=0, late_intake_hours=1.5, received_at_tolerance_s=0),
    RuleParameters(portal_granularity="day", portal_second_supplement="open", province_pauses_payment=True),
    RuleParameters(midnight_is_day=False, due_at_tolerance_days=1, stuck_days=10, stuck_past_due_days=5),
)
_ABSENT = (
    {Side.PORTAL: frozenset({"MaTTHC", "MaCoQuan"})},
    {Side.PORTAL: frozenset({"NgayHenTra", "DuocThanhToanTrucTuyen"})},
    {Side.PORTAL: frozenset({"NgayKetThucXuLy", "DuongDanTepTinKetQua", "DanhSachGiayToKetQua"})},
    {Side.SHOP: frozenset({"KenhThucHien", "DuongDanTepTinKetQua", "DanhSachGiayToKetQua"})},
)


_SETTINGS = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}


def agree(world: Night) -> None:
    expected = oracle.reconcile(world)
    for one in expected:
        event(f"{one.kind} {one.subtype}")
    assert by_sql(world) == expected


@settings(max_examples=40, **_SETTINGS)
@given(worlds())
def test_generated_world(world: Night) -> None:
    agree(world)


@pytest.mark.slow
@settings(max_examples=1_000, **_SETTINGS)
@given(worlds())
def test_many_generated_worlds(world: Night) -> None:
    agree(world)
