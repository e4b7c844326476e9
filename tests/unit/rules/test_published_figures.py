"""Reading published figures, the tolerance, and what becomes of each one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.rules.published_figures import (
    CONFLICTING,
    UNREADABLE,
    Counted,
    FigureState,
    Published,
    exceeds,
    fits_better,
    judge_figure,
    read_figure,
)


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (6, "6"),
        (78.38, "78.38"),
        ("78,38", "78.38"),
        (" 184513 ", "184513"),
        (0, "0"),
        ("-3", "-3"),
        (100, "100"),
        (None, None),
        ("", None),
    ],
)
def test_numbers(sent: object, value: str | None) -> None:
    found = read_figure(sent)
    assert found == (None if value is None else Decimal(value))
    assert found is None or f"{found:f}" == value


@pytest.mark.parametrize(
    "sent",
    [True, "sáu", "1.234.567", "NaN", float("nan"), float("inf"), "=1+1", [], {}, "1" * 16, "1e9", "٣", "１２"],
)
def test_what_is_no_number_is_no_zero(sent: object) -> None:
    with pytest.raises(ValueError, match="no number"):
        read_figure(sent)


def test_worked_example() -> None:
    assert exceeds(Decimal(1000), 1011, absolute=0, percent=1)
    assert not exceeds(Decimal(1000), 1010, absolute=0, percent=1)
    assert not exceeds(Decimal(5), 7, absolute=2, percent=1)
    assert exceeds(Decimal(0), 1, absolute=0, percent=1)


@given(
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.integers(0, 50),
    st.integers(0, 500).map(lambda hundredths: hundredths / 100),
)
def test_tolerance_by_fractions(published: int, ours: int, absolute: int, percent: float) -> None:
    allowed = max(Fraction(absolute), Fraction(str(percent)) / 100 * published)
    expected = abs(published - ours) > allowed
    assert exceeds(Decimal(published), ours, absolute=absolute, percent=percent) is expected


@pytest.mark.parametrize(
    ("published", "state"),
    [
        (None, FigureState.NOT_PUBLISHED),
        (Published(None), FigureState.NULL),
        (Published(Decimal(0)), FigureState.MISMATCH),
        (Published(Decimal(10)), FigureState.EQUAL),
        (Published(Decimal(11)), FigureState.MISMATCH),
        (Published(Decimal(11), "TEMP_NATIONAL_REPORT_DENOMINATOR"), FigureState.FLAGGED),
        (Published(None, "NO_NATIONAL_REPORT_DATA"), FigureState.FLAGGED),
        (Published(Decimal(11), "SOMETHING_ELSE"), FigureState.MISMATCH),
        (Published(None, UNREADABLE), FigureState.UNREADABLE),
        (Published(None, CONFLICTING), FigureState.CONFLICTING),
        (Published(Decimal(-1)), FigureState.UNREADABLE),
        (Published(Decimal("10.5")), FigureState.UNREADABLE),
    ],
)
def test_states(published: Published | None, state: FigureState) -> None:
    assert judge_figure(published, Counted(shop=10), absolute=0, percent=1) is state
    assert state.is_compared is (state.reason == "")


def test_the_other_definition_has_to_fit_clearly_better() -> None:
    assert fits_better(Decimal(10), Decimal(4))
    assert not fits_better(Decimal(10), Decimal(5))
    assert not fits_better(Decimal(0), Decimal(0))
