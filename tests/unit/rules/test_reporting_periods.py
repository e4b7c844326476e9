"""Reporting periods of every length, by both definitions (NĐ 09/2019/NĐ-CP Điều 12; TT 09/2026/TT-BTP Điều 10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import Length, ReportingPeriod, nightly_periods, period_around, read_period

CALENDAR, STATUTORY = PeriodDefinition.CALENDAR, PeriodDefinition.STATUTORY
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("name", "definition", "first", "last", "label"),
    [
        ("2026-08", CALENDAR, "2026-08-01", "2026-08-31", "Tháng 8/2026"),
        ("2026-08", STATUTORY, "2026-07-15", "2026-08-14", "Tháng 8/2026"),
        ("2026-Q1", STATUTORY, "2025-12-15", "2026-03-14", "Quý I/2026"),
        ("2026-Q4", CALENDAR, "2026-10-01", "2026-12-31", "Quý IV/2026"),
        ("2026-H1", STATUTORY, "2025-12-15", "2026-06-14", "6 tháng đầu năm 2026"),
        ("2026-H2", CALENDAR, "2026-07-01", "2026-12-31", "6 tháng cuối năm 2026"),
        ("2026", STATUTORY, "2025-12-15", "2026-12-14", "Năm 2026"),
        ("2028", CALENDAR, "2028-01-01", "2028-12-31", "Năm 2028"),
    ],
)
def test_days_of_a_period(name: str, definition: PeriodDefinition, first: str, last: str, label: str) -> None:
    period = read_period(name, definition)
    assert period is not None and str(period) == name
    assert (period.first_day.isoformat(), period.last_day.isoformat(), period.label) == (first, last, label)


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-Q5", "2026-H3", "26-08", "2026-8", "2026 ", "1999", "2026-08-01"]
)
def test_what_names_no_period(text: str) -> None:
    assert read_period(text, CALENDAR) is None


@given(DAYS, st.sampled_from(Length), st.sampled_from(PeriodDefinition))
def test_periods_follow_each_other_without_gap(day: date, length: Length, definition: PeriodDefinition) -> None:
    period = period_around(day, length, definition)
    assert period.first_day <= day <= period.last_day
    assert period.before().last_day + timedelta(days=1) == period.first_day
    assert read_period(str(period), definition) == period


def test_the_periods_of_a_night() -> None:
    assert [str(one) for one in nightly_periods(date(2026, 1, 3), (Length.MONTH, Length.YEAR), STATUTORY, 2)] == [
        *("2025-12", "2025-11"),
        *("2026-01", "2026"),
    ]
    assert list(nightly_periods(date(2026, 1, 3), (), CALENDAR, 0)) == []
    assert ReportingPeriod(2026, Length.MONTH, 1).before() == ReportingPeriod(2025, Length.MONTH, 12)
