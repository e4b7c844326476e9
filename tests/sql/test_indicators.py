"""The indicators of a night: both sides' counts against a count in plain Python, and every difference explained.

Small planted nights on disk, compared by `reconcile` as every night is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.assess.indicators import assess_indicators
from doisoat.config import Province
from doisoat.config.aggregates import PublishedFiles
from doisoat.config.indicators import Indicators
from doisoat.model import RunKey
from doisoat.reconcile import reconcile_night
from doisoat.rules.indicators import BY_CODE
from doisoat.rules.periods import Period
from doisoat.rules.reporting_periods import Length
from doisoat.rules.scoring import rounded, score
from doisoat.store.figures import Figure, write_figures
from doisoat.store.layout import RunFiles
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, DEFAULTS, REFERENCE
from tests.sql.test_aggregates import ROW, is_on_time

AUGUST = Indicators(periods=(), finished_months=1)
Rows = list[dict[str, Any]]
Key = tuple[str, str]  # (agency, indicator)


@dataclass(frozen=True)
class Assessed:
    """What a night left, of one period."""

    lines: dict[Key, dict[str, Any]]
    causes: dict[Key, dict[str, dict[str, Any]]]  # -> cause -> its line
    summary: dict[str, Any]
    ranking: dict[str, dict[str, Any]]  # agency -> its line

    def fair(self, agency: str) -> tuple[int, int, int]:
        """In time, handled, and set apart, of an agency that is ranked."""
        line = self.ranking[agency]
        return line["on_time_fair"], line["handled_fair"], line["set_apart"]

    def counts(self, agency: str, indicator: str) -> tuple[Any, ...]:
        """Numerators and denominators, shop first."""
        line = self.lines[agency, indicator]
        return tuple(line[name] for name in ("part_shop", "whole_shop", "part_portal", "whole_portal"))

    def changes(self, agency: str, indicator: str) -> dict[str, tuple[int, int, int]]:
        """Cause -> (dossiers, numerator, denominator), shop less portal."""
        found = self.causes.get((agency, indicator), {})
        return {cause: (one["dossiers"], one["part"], one["whole"]) for cause, one in found.items()}


def assessed(
    home: Path, shop: Rows, portal: Rows, *, wanted: Indicators = AUGUST, province: Province = PROVINCE, **more: Any
) -> Assessed:
    """The indicators of a night of these rows."""
    files = staged_night(home, shop, portal, **more)
    province = province.model_copy(update={"indicators": wanted})
    reconcile_night(files, province, REFERENCE, spill=home / "spill", memory_limit="1GB")
    summary = assess_indicators(files, province, REFERENCE, spill=home / "spill", memory_limit="1GB")
    folder = files.work("indicators")
    lines = {(row["agency_code"], row["indicator"]): row for row in read(folder / "indicators.parquet")}
    causes: dict[Key, dict[str, dict[str, Any]]] = {}
    for row in read(folder / "causes.parquet"):
        causes.setdefault((row["agency_code"], row["indicator"]), {})[row["cause"]] = row
    ranking = {row["agency_code"]: row for row in read(folder / "ranking.parquet")}
    return Assessed(lines, causes, summary, ranking)


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


# --- one dossier, one cause ------------------------------------------------------------------------------

IN_TIME = {"status": 9, "received_at": "2026-08-03 09:00", "due_at": "2026-08-10 17:00"}
DONE = IN_TIME | {"finished_at": "2026-08-07 16:00"}
ON_TIME = "PROGRESS_ON_TIME"


@pytest.mark.parametrize(
    ("shop", "portal", "indicator", "cause", "change"),
    [
        (DONE, None, ON_TIME, "missing_on_portal", (1, 1)),
        (DONE, None, "DOSSIER_SYNC", "missing_on_portal", (1, 0)),
        (None, DONE, ON_TIME, "missing_in_shop", (-1, -1)),
        (DONE, DONE | {"status": 4, "finished_at": None}, ON_TIME, "finished_not_synced", (1, 0)),
        (
            DONE,
            {"status": 1, "received_at": None, "submitted_at": "2026-08-03"},
            ON_TIME,
            "finished_not_synced",
            (1, 1),
        ),
        (DONE, DONE | {"due_at": "2026-08-06 17:00"}, ON_TIME, "due_at_mismatch", (1, 0)),
        (DONE, DONE | {"finished_at": "2026-08-11 08:00"}, ON_TIME, "finished_at_mismatch", (1, 0)),
        (DONE, DONE | {"received_at": "2026-07-31 09:00"}, "DOSSIER_SYNC", "received_at_mismatch", (1, 0)),
        (DONE | {"supplement_count": 2}, DONE, ON_TIME, "second_supplement", (-1, 0)),
        (DONE, DONE | {"supplement_count": 2}, ON_TIME, "lateness_disagreement", (1, 0)),
        (DONE, DONE | {"has_result": False}, "ORIGINAL_RESULT_AVAILABLE", "result_missing", (1, 0)),
        (
            *(DONE | {"online_payment": 1, "fee_total": 5}, DONE | {"online_payment": 0, "fee_total": 5}),
            *("DOSSIERS_PAID_ONLINE", "payment_mismatch", (1, 0)),
        ),
        (DONE | {"channel": 2, "has_result_code": True}, DONE, "ONLINE_DOSSIERS", "channel_mismatch", (1, 0)),
        (DONE | {"channel": 2}, DONE, "FULL_PROCESS_DOSSIERS", "channel_mismatch", (1, 0)),
        (DONE | {"is_vneid": True}, DONE, "CITIZEN_DATA_CONNECTED_DOSSIER", "other_field", (1, 0)),
        (DONE | {"is_digitised": True}, DONE, "REUSED_DIGITIZED_DATA", "other_field", (1, 0)),
    ],
)
def test_the_cause_of_one_dossier(
    tmp_path: Path, shop: Any, portal: Any, indicator: str, cause: str, change: tuple[int, int]
) -> None:
    """Beside nine dossiers both sides tell alike."""
    alike = [DONE | {"code": f"B{number}"} for number in range(9)]
    sides = [[*alike, *([] if one is None else [one | {"code": "A1"}])] for one in (shop, portal)]
    found = assessed(tmp_path, *sides)
    for agency in ("H21.05", "H21"):
        assert found.changes(agency, indicator) == {cause: (1, *change)}
        assert len(found.causes[agency, indicator]) == 1


def test_what_is_on_its_way_is_no_fault(tmp_path: Path) -> None:
    """Received an hour of work before the night: not yet missing; a running month shows it."""
    wanted = Indicators(periods=(Length.MONTH,), finished_months=0)
    row = {"code": "A1", "status": 4, "received_at": "2026-09-03 16:00", "due_at": "2026-09-10 17:00"}
    other = {"code": "A2", "status": 9, "received_at": "2026-09-03 08:00", "finished_at": "2026-09-03 16:30"}
    slower = other | {"status": 4, "finished_at": None, "due_at": "2026-09-03 16:00"}
    found = assessed(tmp_path, [row, other | {"due_at": "2026-09-03 17:00"}], [slower], wanted=wanted)
    assert found.changes("H21", "DOSSIER_SYNC") == {"in_flight": (1, 1, 0)}
    (period,) = found.summary["periods"]
    assert (period["period"], period["last_day"], period["is_running"]) == ("2026-09", "2026-09-03", True)


def test_what_could_not_be_compared_is_said(tmp_path: Path) -> None:
    """Rejected on the portal, and twice on the portal with two statuses."""
    twice = [DONE | {"code": "A2"}, DONE | {"code": "A2", "status": 4, "finished_at": None}]
    shop = [DONE | {"code": "A1"}, DONE | {"code": "A2", "due_at": "2026-08-06 17:00"}]
    found = assessed(tmp_path, shop, twice, rejected_portal=["A1"])
    assert set(found.changes("H21", ON_TIME)) == {"not_compared"}
    found = assessed(tmp_path / "partial", [DONE | {"code": "A1"}], [], partial=True)
    assert found.changes("H21", ON_TIME) == {"not_compared": (1, 1, 1)}


def test_another_agency_is_the_cause_only_below_both(tmp_path: Path) -> None:
    late = DONE | {"code": "A1", "agency": "H21.06", "due_at": "2026-08-06 17:00"}
    found = assessed(tmp_path, [DONE | {"code": "A1"}], [late])
    assert found.changes("H21.05", ON_TIME) == {"agency_mismatch": (1, 1, 1)}
    assert found.changes("H21.06", ON_TIME) == {"agency_mismatch": (1, 0, -1)}
    assert found.changes("H21", ON_TIME) == {"due_at_mismatch": (1, 1, 0)}


def test_agencies_add_up_to_those_above_them(tmp_path: Path) -> None:
    shop = [DONE | {"code": "A1", "agency": "H21.05.02"}, DONE | {"code": "A2"}, DONE | {"code": "A3", "agency": None}]
    shop += [DONE | {"code": "A4", "agency": "H08.05"}, DONE | {"code": "A5", "agency": "H99.01"}]
    found = assessed(tmp_path, shop, shop[:2])
    wholes = {agency: line["whole_shop"] for (agency, code), line in found.lines.items() if code == ON_TIME}
    assert wholes == {"H21": 5, "H21.05": 3, "H21.05.02": 1}


def test_a_portal_row_without_agency_goes_with_the_shop(tmp_path: Path) -> None:
    found = assessed(tmp_path, [DONE | {"code": "A1"}], [DONE | {"code": "A1", "agency": None}])
    assert found.counts("H21.05", ON_TIME) == (1, 1, 1, 1) and not found.causes


def test_pairs_under_another_code_and_other_provinces(tmp_path: Path) -> None:
    shop = [DONE | {"code": "A1", "national_code": "G1"}]
    portal = [DONE | {"code": "G1"}, DONE | {"code": "X1", "agency": "H15.05"}]
    found = assessed(tmp_path, shop, portal)
    assert found.counts("H21", ON_TIME) == (1, 1, 1, 1) and not found.causes


def test_the_procedure_of_either_side_limits_both(tmp_path: Path) -> None:
    """The shop names none, so the term of the portal's procedure ends for both; eight working hours are over."""
    row = DONE | {"code": "A1", "due_at": None, "finished_at": "2026-08-07 16:00"}
    found = assessed(tmp_path, [row | {"procedure": None}], [row | {"procedure": "2.000815"}])
    assert found.counts("H21", ON_TIME) == (0, 1, 0, 1) and not found.causes


def test_what_a_side_does_not_carry_is_not_computed(tmp_path: Path) -> None:
    row = DONE | {"code": "A1", "is_vneid": True}
    found = assessed(tmp_path, [row], [row], absent_columns=["TaiKhoanDuocXacThucVoiVNeID", "DuocSoHoa"])
    line = found.lines["H21", "CITIZEN_DATA_CONNECTED_DOSSIER"]
    assert found.counts("H21", "CITIZEN_DATA_CONNECTED_DOSSIER") == (1, 1, None, None)
    assert line["why_not"] == "Cổng DVCQG không có cột TaiKhoanDuocXacThucVoiVNeID"
    assert found.lines["H21", "REUSED_DIGITIZED_DATA"]["why_not"] == ""  # the other mark of the two is there
    assert found.lines["H21", "PUBLISH_ON_TIME"]["why_not"] and ("H21.05", "PUBLISH_ON_TIME") not in found.lines


def test_published_figures_stand_beside_the_month_they_are_of(tmp_path: Path) -> None:
    """Of a merged agency under its successor; a statutory month is none of those published by the calendar."""
    figures = [
        Figure("2026-08", "H08.05", None, "progress_total_on_time", "7"),
        Figure("2026-08", "H08.05", None, "progress_total_received", "9"),
        Figure("2026-08", "H08.05", None, "progress_score", "15.56"),
        Figure("2026-07", "H21", None, "progress_score", "1"),
    ]
    section = {"aggregates": PublishedFiles(kind="files", path=Path("published"))}
    province = PROVINCE.model_copy(update=section)
    names = ("part_published", "whole_published", "score_published")
    for definition, expected in (("calendar", (7, 9, Decimal("15.56"))), ("statutory", (None, None, None))):
        home = tmp_path / definition
        files = RunFiles(home, RunKey("H21", BUSINESS_DATE))
        files.landing_aggregates.mkdir(parents=True)
        write_figures(files.landing_aggregates, figures, {"kind": "files"} | LANDED)
        wanted = Indicators(definition=definition, periods=())
        found = assessed(home, [DONE | {"code": "A1"}], [], wanted=wanted, province=province)
        assert tuple(found.lines["H21.05", ON_TIME][name] for name in names) == expected
        assert found.lines["H21", ON_TIME]["score_published"] is None


LANDED = {"source": "published", "captured_at": "2026-09-03T23:59:59+07:00", "complete": True, "incomplete_reasons": []}


def test_points_and_periods_of_a_province_file(tmp_path: Path) -> None:
    wanted = Indicators(
        definition="statutory", periods=(Length.QUARTER,), finished_months=0, points={ON_TIME: 18}, grades={"Đạt": 0}
    )
    found = assessed(tmp_path, [DONE | {"code": "A1"}], [], wanted=wanted)
    assert [one["first_day"] for one in found.summary["periods"]] == ["2026-06-15"]
    assert found.lines["H21", ON_TIME]["score_shop"] == 18
    with pytest.raises(ValueError, match="no such indicator"):
        Indicators(points={"PROGRESS": 18})
    with pytest.raises(ValueError, match="begin at 0"):
        Indicators(grades={"Đạt": 50})


def test_an_empty_night(tmp_path: Path) -> None:
    found = assessed(tmp_path, [], [])
    assert not found.causes and all(line["why_not"] for line in found.lines.values())


# --- what agencies are ranked by ---------------------------------------------------------------------------

LATE = {"finished_at": "2026-08-11 08:00"}
TIGHT = {"due_at": "2026-08-07 17:00"}


@pytest.mark.parametrize(
    ("shop", "portal", "fair"),
    [
        (DONE, None, (10, 10, 1)),  # a broken sync: as if it had arrived
        (DONE, DONE | {"status": 4, "finished_at": None}, (9, 10, 0)),  # clicked late: charged
        (DONE, DONE | LATE, (9, 10, 0)),  # another end: charged
        (DONE | TIGHT, DONE | TIGHT | {"finished_at": "2026-08-07 23:00"}, (10, 10, 1)),  # seven hours: a wrong clock
        (DONE | LATE, None, (9, 10, 1)),  # lost on the way, and late all the same
    ],
)
def test_technical_faults_are_not_charged(tmp_path: Path, shop: Any, portal: Any, fair: tuple[int, ...]) -> None:
    """Beside nine dossiers in time on both sides."""
    alike = [DONE | {"code": f"B{number}"} for number in range(9)]
    sides = [[*alike, *([] if one is None else [one | {"code": "A1"}])] for one in (shop, portal)]
    assert assessed(tmp_path, *sides).fair("H21.05") == fair


def test_departments_and_communes_are_ranked_not_what_is_below_them(tmp_path: Path) -> None:
    rows = [DONE | {"code": "A1", "agency": "H21.05.02"}, DONE | {"code": "A2"}]
    rows += [DONE | {"code": "A3", "agency": "H08.05"}, DONE | {"code": "A4", "agency": None}]
    found = assessed(tmp_path, rows, rows)
    assert {agency: found.fair(agency) for agency in found.ranking} == {"H21.05": (3, 3, 0)}


# --- against a count in plain Python ---------------------------------------------------------------------

MARKS = {name: st.booleans() for name in ("has_result", "has_result_code", "is_digitised", "from_personal_store")}
MARKED = st.tuples(ROW, st.fixed_dictionaries(MARKS | {"is_vneid": st.booleans()})).map(lambda both: both[0] | both[1])
PROCEDURES = st.sampled_from(["1.001612", "2.000815"])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """A dossier on either side; mostly alike but for some fields, sometimes drawn apart, sometimes missing."""
    shop = draw(MARKED) | {"procedure": draw(PROCEDURES)}
    drawn = draw(MARKED) | {"procedure": shop["procedure"]}
    changed = draw(st.sets(st.sampled_from(sorted(drawn))))
    portal = shop | {name: drawn[name] for name in changed}
    return draw(st.sampled_from([(shop, portal), (shop, portal), (shop, None), (None, portal)]))


@settings(max_examples=8, deadline=None)
@given(st.lists(pairs(), min_size=1, max_size=10))
def test_as_a_plain_count_does(drawn: list[tuple[Any, Any]]) -> None:
    """Every agency and indicator; and what causes explain adds up to the difference, nothing is left unexplained."""
    sides: dict[str, Rows] = {"shop": [], "portal": []}
    for number, rows in enumerate(drawn):
        for side, row in zip(sides, rows, strict=True):
            if row is not None:
                sides[side].append({"code": f"A{number}", **row})
    with TemporaryDirectory() as home:
        found = assessed(Path(home), sides["shop"], sides["portal"])
    expected = {side: plain_counts(rows) for side, rows in sides.items()}
    units = {unit for side in expected.values() for unit, _ in side}
    for unit in units:
        for code in CODES:
            shop, portal = (expected[side].get((unit, code), (0, 0)) for side in sides)
            if code == "DOSSIER_SYNC":
                portal = (portal[0], max(shop[1], portal[1]))
            assert found.counts(unit, code) == (*shop, *portal), (unit, code)
            is_explained(found, unit, code)


def is_explained(found: Assessed, unit: str, code: str) -> None:
    """Counts exactly; points up to the six decimals they are written with."""
    line, causes = found.lines[unit, code], found.causes.get((unit, code), {})
    assert "unexplained" not in causes
    for name in ("part", "whole"):
        assert sum(one[name] for one in causes.values()) == line[f"{name}_shop"] - line[f"{name}_portal"], (unit, code)
    exact = [score(BY_CODE[code], line[f"part_{side}"], line[f"whole_{side}"]) for side in ("shop", "portal")]
    if BY_CODE[code].is_scored and None not in exact:
        assert (line["score_shop"], line["score_portal"]) == tuple(rounded(one) for one in exact if one is not None)
        points = sum(one["points"] for one in causes.values())
        assert abs(points - Decimal(float((exact[0] or 0) - (exact[1] or 0)))) < Decimal("0.00002")


CODES = (
    *("DOSSIER_SYNC", "PROGRESS_ON_TIME", "ONLINE_DOSSIERS", "DOSSIERS_PAID_ONLINE", "ORIGINAL_RESULT_AVAILABLE"),
    "FULL_PROCESS_DOSSIERS",
    *("REUSED_DIGITIZED_DATA", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "CITIZEN_DATA_CONNECTED_DOSSIER"),
    "DOSSIER_RECEIVING_SATISFACTION",
)


def plain_counts(rows: Iterable[Mapping[str, Any]]) -> dict[Key, tuple[int, int]]:
    """(numerator, denominator) per agency, those above it, and indicator."""
    counts: dict[Key, tuple[int, int]] = {}
    for row in rows:
        full = {**DEFAULTS, **row}
        for code, is_counted in plain_marks(full):
            for unit in {REFERENCE.agencies.final(full["agency"]), "H21"}:
                part, whole = counts.get((unit, code), (0, 0))
                counts[unit, code] = (part + is_counted, whole + 1)
    return counts


def plain_marks(row: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """In which denominators a row is, and whether it is in the numerator."""
    period = Period(2026, 8)
    received, ended, status = row["received_at"], row["finished_at"], row["status"]
    if received is None or status in (1, 3) or received.date() > period.last_day:
        return
    is_new = received.date() >= period.first_day
    if not is_new and status >= 7 and (ended is None or ended.date() < period.first_day):
        return
    on_time, is_paid = is_on_time(row, period), row["online_payment"] in (1, 2)
    yield "PROGRESS_ON_TIME", on_time
    yield "DOSSIER_RECEIVING_SATISFACTION", on_time
    yield "ORIGINAL_RESULT_AVAILABLE", row["has_result"]
    yield "REUSED_DIGITIZED_DATA", row["is_digitised"]
    yield "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", row["from_personal_store"]
    yield "CITIZEN_DATA_CONNECTED_DOSSIER", row["is_vneid"]
    if is_new:
        yield "DOSSIER_SYNC", True
        paperless = not REFERENCE.procedures.returns_document(row["procedure"])
        yield "ONLINE_DOSSIERS", row["channel"] == 2 and (paperless or (row["has_result"] and row["has_result_code"]))
        if row["procedure"] == "1.001612":  # offered as a full online service
            yield "FULL_PROCESS_DOSSIERS", row["channel"] == 2
        if row["fee_total"] or (row["fee_total"] is None and is_paid):
            yield "DOSSIERS_PAID_ONLINE", is_paid
