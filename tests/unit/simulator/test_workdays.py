"""The simulator's own calendar against known cases."""

from datetime import date, datetime

import pytest

from doisoat_simulator.workdays import workdays


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        (date(2026, 8, 28), 5, "Ngày làm việc", date(2026, 9, 9)),
        (date(2026, 8, 21), 1, "Ngày làm việc", date(2026, 8, 22)),
        (date(2026, 2, 13), 3, "Ngày làm việc", date(2026, 2, 25)),
        (date(2025, 4, 29), 2, "Ngày làm việc", date(2025, 5, 6)),
        (date(2024, 4, 26), 2, "Ngày làm việc", date(2024, 5, 3)),
        (date(2025, 12, 31), 1, "Ngày làm việc", date(2026, 1, 5)),
        (date(2026, 1, 9), 1, "Ngày làm việc", date(2026, 1, 10)),
        (date(2026, 11, 23), 1, "Ngày làm việc", date(2026, 11, 25)),
        (date(2026, 8, 18), 15, "Ngày", date(2026, 9, 3)),
        (date(2026, 1, 31), 1, "Tháng", date(2026, 3, 2)),
        (date(2026, 12, 15), 1, "Tháng", date(2027, 1, 15)),
    ],
)
def test_terms(start, amount, unit, end):
    assert workdays().term_end(start, amount, unit) == end


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (datetime(2026, 8, 28, 16, 59, 59), date(2026, 9, 3)),
        (datetime(2026, 8, 28, 17, 0, 0), date(2026, 9, 4)),
        (datetime(2026, 8, 29, 9, 0), date(2026, 9, 4)),
        (datetime(2026, 9, 2, 9, 0), date(2026, 9, 4)),
        (datetime(2026, 9, 3, 7, 30), date(2026, 9, 4)),
    ],
)
def test_the_allowance_of_eight_hours(moment, first):
    assert workdays().older_from(moment) == first


def test_steps_skip_days_off_both_ways():
    calendar = workdays()
    assert calendar.shift(date(2026, 9, 3), -1) == date(2026, 8, 28)
    assert calendar.shift(date(2026, 8, 30), 1) == date(2026, 9, 3)
    assert calendar.roll(date(2026, 8, 31)) == date(2026, 9, 3)
    assert calendar.back(date(2026, 9, 2)) == date(2026, 8, 28)
    assert calendar.between(date(2026, 8, 28), date(2026, 9, 3)) == [date(2026, 8, 28), date(2026, 9, 3)]
