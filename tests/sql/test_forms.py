"""The figures of the statutory forms: SQL against a count in plain Python, and what holds for any input."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from doisoat.reconcile import reconcile_night
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import ReportingPeriod, read_period
from tests import oracle_forms
from tests.forms_world import AUGUST, DONE, FORM_REFERENCE, Rows, figures_of, night_of
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, staged_row
from tests.sql.test_aggregates import DAYS, ROW

COLUMNS = (
    *("received", "online_full", "online_partial", "post", "direct", "carried", "resolved", "early", "on_due", "late"),
    *("open", "open_in", "open_over"),
)
MARKS = ("level_unknown", "channel_unknown", "due_unknown", "unit_unknown")
RECEIVED, RESOLVED, OPEN = COLUMNS[1:6], COLUMNS[7:10], COLUMNS[11:]


def by_place(figures: dict[str, Any]) -> dict[tuple[str | None, ...], dict[str, int]]:
    """(side, scope, section, unit, field) -> column -> dossiers; the field of a sum is None, an unknown one ''."""
    return {
        (
            row["side"],
            row["scope"],
            row["section"],
            row["unit_code"],
            None if row["is_sum"] else row["field"] or "",
        ): row
        for row in figures["figures"]
    }


# --- one dossier, one place ----------------------------------------------------------------------------------

WAITING = {"status": 6, "step_at": "2026-07-24 09:00", "finished_at": None}
LATE_IN_THE_DAY = {"received_at": "2026-07-20 15:30", "due_at": None, "finished_at": "2026-07-28 08:00"}
PLACES: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"direct", "early"}),
    ({"channel": 2}, {"online_full", "early"}),
    ({"channel": 2, "procedure": "2.000477"}, {"online_partial", "early", "level_unknown"}),
    ({"channel": 2, "procedure": None}, {"online_partial", "early", "level_unknown"}),
    ({"channel": 3}, {"post", "early"}),
    ({"channel": None}, {"direct", "early", "channel_unknown"}),
    ({"received_at": "2026-07-14 16:59"}, {"carried", "early"}),
    ({"received_at": "2026-07-15 00:00"}, {"direct", "early"}),
    ({"finished_at": "2026-07-27 23:00"}, {"direct", "on_due"}),  # after the hour, on the day (NĐ 118: to 24:00)
    ({"finished_at": "2026-07-28 08:00"}, {"direct", "late"}),
    ({"due_at": "2026-07-25 17:00", "finished_at": "2026-07-27 09:00"}, {"direct", "on_due"}),  # a Saturday: moves on
    ({"status": 4, "finished_at": None}, {"direct", "open_over"}),
    ({"status": 4, "finished_at": None, "due_at": "2026-08-14 17:00"}, {"direct", "open_in"}),
    ({"finished_at": "2026-08-15 08:00"}, {"direct", "open_over"}),  # ended after the period: open when it ended
    ({"status": 8, "finished_at": "2026-07-28 08:00"}, {"direct", "late"}),  # refused after its day is late as well
    ({"status": 7}, {"direct", "early"}),
    ({"extension_count": 2}, {"direct", "late"}),  # a second re-appointment has no effect
    ({"due_at": None, "finished_at": "2026-07-20 15:00"}, {"direct", "on_due"}),  # at once, without an appointment
    ({"due_at": None}, {"direct", "early"}),  # by the limit of the procedure, five working days: to 27/7
    ({"due_at": None, "procedure": "1.000111"}, {"direct", "on_due", "due_unknown"}),
    ({"finished_at": None}, {"direct", "on_due", "due_unknown"}),  # ended, nobody knows when
    ({"status": 5, "finished_at": None}, {"direct", "open_in", "due_unknown"}),
    (
        {
            "supplement_count": 1,
            "supplement_requested_at": "2026-07-21 09:00",
            "supplement_completed_at": "2026-07-31 09:00",
            "finished_at": "2026-08-05 09:00",
        },
        {"direct", "early"},  # the term began anew on 31/7: five working days, to 7/8
    ),
    (WAITING, {"direct", "open_over"}),
    (WAITING | {"procedure": "1.001756"}, {"direct", "open_in"}),  # sector law does not count the wait
    (WAITING | {"procedure": "1.001756", "step_at": "2026-07-28 09:00"}, {"direct", "open_over"}),  # asked a day late
    (
        WAITING | {"procedure": "1.001756", "step_at": "2026-08-20 09:00"},
        {"direct", "open_over"},
    ),  # asked after the period
    (WAITING | {"procedure": "1.001756", "step_at": None}, {"direct", "open_in", "due_unknown"}),
    (LATE_IN_THE_DAY, {"direct", "late"}),
    (LATE_IN_THE_DAY | {"procedure": "1.004222"}, {"direct", "on_due"}),  # five working days from Tuesday 21/7
]


@pytest.mark.parametrize(("change", "places"), PLACES)
def test_where_a_dossier_stands(tmp_path: Path, change: dict[str, Any], places: set[str]) -> None:
    (row,) = (one for one in figures_of(night_of(tmp_path, [DONE | change]), AUGUST)["figures"] if is_shops_whole(one))
    whole = {"received", "open" if any(name.startswith("open") for name in places) else "resolved"}
    assert {name for name in (*COLUMNS, *MARKS) if row[name]} == places | whole
    assert all(row[name] in (0, 1) for name in COLUMNS)


def is_shops_whole(row: dict[str, Any]) -> bool:
    return bool(row["side"] == "shop" and row["scope"] == "province")


@pytest.mark.parametrize(
    "change",
    [
        {"status": 1},
        {"status": 3},
        {"status": 7, "received_at": None, "submitted_at": "2026-07-20"},
        {"received_at": "2026-08-15 00:00", "due_at": None, "finished_at": "2026-08-16"},
        {"received_at": "2026-07-01", "finished_at": "2026-07-14 23:59"},
        {"received_at": "2026-07-01", "finished_at": None},  # ended long ago or not: its own period counted it
    ],
)
def test_what_no_form_of_the_period_counts(tmp_path: Path, change: dict[str, Any]) -> None:
    figures = figures_of(night_of(tmp_path, [DONE | change]), AUGUST)
    assert figures["figures"] == [] and figures["unplaced"] == {}


def test_received_without_a_date_is_said_not_dropped(tmp_path: Path) -> None:
    rows = [DONE | {"code": "A1", "received_at": None}, DONE | {"code": "A2"}]
    assert figures_of(night_of(tmp_path, rows), AUGUST)["unplaced"] == {"shop": 1, "portal": 1}


def test_the_clock_is_a_setting(tmp_path: Path) -> None:
    """Ended on its day but after the hour: late by the portal's clock alone."""
    files = night_of(tmp_path, [DONE | {"finished_at": "2026-07-27 23:00"}])
    stand = {clock: whole(figures_of(files, AUGUST, clock=clock))["late"] for clock in ("luat", "dvcqg", "mot_cua")}
    assert stand == {"luat": 0, "dvcqg": 1, "mot_cua": 0}


def whole(figures: dict[str, Any]) -> dict[str, Any]:
    (row,) = (one for one in figures["figures"] if is_shops_whole(one))
    found: dict[str, Any] = row
    return found


def test_a_pair_under_two_codes_and_rows_of_other_provinces(tmp_path: Path) -> None:
    shop = [DONE | {"code": "A1", "national_code": "G1"}]
    portal = [DONE | {"code": "G1", "agency": None, "procedure": None}, DONE | {"code": "X1", "agency": "H15.05"}]
    files = staged_night(tmp_path, shop, portal)
    reconcile_night(files, PROVINCE, FORM_REFERENCE, spill=tmp_path / "spill", memory_limit="1GB")
    rows = by_place(figures_of(files, AUGUST))
    for side in ("shop", "portal"):  # what the portal leaves out, agency and procedure, the shop knows
        assert rows[side, "unit", "province", "H21.05", "Hộ tịch"]["received"] == 1
        assert rows[side, "province", None, None, None]["received"] == 1


def test_no_agency_no_field_and_agencies_there_are_not(tmp_path: Path) -> None:
    lost: list[dict[str, Any]] = [
        {"agency": None},
        {"agency": "H21.99"},
        {"agency": "H99.01"},
        {"procedure": "9.999999"},
    ]
    rows = [DONE | change | {"code": f"A{at}"} for at, change in enumerate(lost)]
    rows += [DONE | {"code": "B1", "agency": "H21.05.02"}, DONE | {"code": "B2", "agency": "H08.05"}]
    figures = figures_of(night_of(tmp_path, rows), AUGUST)
    found = by_place(figures)
    assert found["shop", "unit", "province", "H21.05", None]["received"] == 3  # its part, its predecessor, itself
    assert found["shop", "unit", "province", "H21.05", ""]["received"] == 1
    assert found["shop", "province", None, None, None]["received"] == 6
    assert found["shop", "province", None, None, None]["unit_unknown"] == 3


# --- against a count in plain Python ---------------------------------------------------------------------

WITH_RULES = ("1.001756", "1.004221", "1.004222", "1.012821")  # they pause for payment, or start late terms next day
MORE = {
    "agency": st.sampled_from(["H21.05", "H21.05.02", "H21.06", "H08.05", "H21", "H15.05", "H21.99", None]),
    "procedure": st.sampled_from(
        ["1.001612", "2.000815", "2.000477", "3.000001", "1.000111", "9.999999", None, *WITH_RULES]
    ),
    "step_at": st.one_of(st.none(), DAYS),
    "first_supplement_completed_at": st.one_of(st.none(), DAYS),
    "extension_count": st.integers(0, 2),
}
DRAWN = st.tuples(ROW, st.fixed_dictionaries(MORE)).map(lambda both: both[0] | both[1])
PAIRS = st.tuples(st.one_of(st.none(), DRAWN), st.one_of(st.none(), DRAWN))
PERIODS = st.sampled_from(["2026-07", "2026-08", "2026-Q3", "2026-H1", "2026"]).flatmap(
    lambda text: st.sampled_from([read_period(text, one) for one in PeriodDefinition])
)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(PAIRS, min_size=1, max_size=14), PERIODS, st.sampled_from(["luat", "dvcqg", "mot_cua"]))
def test_as_a_plain_count_does(drawn: list[tuple[Any, Any]], period: ReportingPeriod, clock: str) -> None:
    sides: dict[str, Rows] = {"shop": [], "portal": []}
    for number, rows in enumerate(drawn):
        for side, row in zip(sides, rows, strict=True):
            if row is not None:
                sides[side].append({"code": f"A{number}", **row})
    with TemporaryDirectory() as home:
        files = night_of(Path(home), sides["shop"], sides["portal"])
        figures = figures_of(files, period, clock=clock)
        before = figures_of(files, period.before(), clock=clock)
    is_as_the_oracle_says(figures, sides, period, clock)
    holds_by_itself(figures)
    what_comes_over_is_what_was_left(figures, before)


def is_as_the_oracle_says(figures: dict[str, Any], sides: dict[str, Rows], period: ReportingPeriod, clock: str) -> None:
    staged = {side: [staged_row(row) for row in rows] for side, rows in sides.items()}
    days = oracle_forms.Days(period.first_day, min(period.last_day, BUSINESS_DATE))
    counted = oracle_forms.count(staged["shop"], staged["portal"], days, FORM_REFERENCE, clock)
    expected: Counter[tuple[Any, str]] = Counter()
    for place, name, dossiers in oracle_forms.sums(counted):
        expected[place, name] = dossiers
    found = by_place(figures)
    for place in found.keys() | {place for place, _ in expected}:
        for name in (*RECEIVED, *RESOLVED, *OPEN, "due_unknown"):
            assert found.get(place, {}).get(name, 0) == expected[place, name], (place, name)


def holds_by_itself(figures: dict[str, Any]) -> None:
    """The formula lines of the form hold in every row, whatever came in."""
    for row in figures["figures"]:
        assert row["received"] == sum(row[name] for name in RECEIVED) == row["resolved"] + row["open"]
        assert row["resolved"] == sum(row[name] for name in RESOLVED)
        assert row["open"] == sum(row[name] for name in OPEN)


def what_comes_over_is_what_was_left(figures: dict[str, Any], before: dict[str, Any]) -> None:
    """(8) of a period is (13) of the one before: of every unit and field, by the whole form and by the short count."""
    carried = {key: row["carried"] for key, row in by_place(figures).items() if row["carried"]}
    assert carried == {key: row["open"] for key, row in by_place(before).items() if row["open"]}
    short = {
        (row["side"], "unit", row["section"], row["unit_code"], row["field"] or ""): row["dossiers"]
        for row in figures["left_before"]
    }
    assert short == {key: count for key, count in carried.items() if key[1] == "unit" and key[4] is not None}
