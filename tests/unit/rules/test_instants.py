"""Every spelling of an instant, and the numbers that must never pass for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import VIETNAM, local_iso
from doisoat.rules.values import INSTANT_SHAPE, has_day_precision, is_sentinel, read_instant, read_text

INSTANTS = st.datetimes(datetime(2001, 9, 10), datetime(2096, 1, 1), timezones=st.just(VIETNAM)).map(
    lambda instant: instant.replace(microsecond=0)
)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("20260820153001", "2026-08-20T15:30:01+07:00"),
        ("202608201530", "2026-08-20T15:30:00+07:00"),
        ("20260820", "2026-08-20T00:00:00+07:00"),
        ("1787214601999", "2026-08-20T15:30:01+07:00"),
        ("2026-08-20", "2026-08-20T00:00:00+07:00"),
        ("2026/08/20", "2026-08-20T00:00:00+07:00"),
        ("2026-08-20T15:30", "2026-08-20T15:30:00+07:00"),
        ("2026-08-20 15:30:01", "2026-08-20T15:30:01+07:00"),
        ("2026-08-20T15:30:01.9999999", "2026-08-20T15:30:01+07:00"),
        ("2026-08-19T17:00:00Z", "2026-08-20T00:00:00+07:00"),
        ("2026-08-20T15:30:01+0700", "2026-08-20T15:30:01+07:00"),
        ("2026-08-20T10:30:01.5+02:00", "2026-08-20T15:30:01+07:00"),
        ("2026/08/20 15:30:01-05:30", "2026-08-21T04:00:01+07:00"),
        ("20/8/2026", "2026-08-20T00:00:00+07:00"),
        ("1-2-2026", "2026-02-01T00:00:00+07:00"),
        ("20/08/2026 5:30", "2026-08-20T05:30:00+07:00"),
        ("20-08-2026 15:30:01", "2026-08-20T15:30:01+07:00"),
        ("20/08/2026 3:30:01 CH", "2026-08-20T15:30:01+07:00"),
        ("20/08/2026 12:05 SA", "2026-08-20T00:05:00+07:00"),
        ("20/08/2026 12:05 CH", "2026-08-20T12:05:00+07:00"),
        ("20/08/2026 3:30:01\u202fSA", "2026-08-20T03:30:01+07:00"),
        (" 29/02/2024 ", "2024-02-29T00:00:00+07:00"),
    ],
)
def test_spellings(text: str, iso: str) -> None:
    instant = read_instant(text)
    assert instant is not None
    assert local_iso(instant) == iso
    assert INSTANT_SHAPE.fullmatch(read_text(text) or "")


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (date(2026, 8, 20), "2026-08-20T00:00:00+07:00"),
        (datetime(2026, 8, 20, 15, 30, 1, 999), "2026-08-20T15:30:01+07:00"),
        (datetime(2026, 8, 20, 8, 30, 1, tzinfo=UTC), "2026-08-20T15:30:01+07:00"),
        (1787214601999, "2026-08-20T15:30:01+07:00"),
        (20260820, "2026-08-20T00:00:00+07:00"),
        (20260820153001.0, "2026-08-20T15:30:01+07:00"),
    ],
)
def test_values_that_are_no_text(value: object, iso: str) -> None:
    instant = read_instant(value)
    assert instant is not None
    assert instant.isoformat() == iso


@pytest.mark.parametrize(
    "value",
    [
        *("31/02/2026", "2026-02-29", "20260231", "29/02/2025"),  # days a month does not have
        *("2026-08-20T24:00", "2026-08-20 12:60", "2026-13-01", "20/13/2026", "0/1/2026", "2026-8-20", "32/1/2026"),
        *("20/08/26", "260820", "8/20/2026", "20.08.2026", "2026-08/20", "20/08-2026", "2026"),
        *("20/08/2026 13:00 CH", "20/08/2026 0:30 SA", "20/08/2026 SA", "20/08/2026 3 CH"),
        *("2026-08-20T15", "2026-08-20T15:30:01.", "2026-08-20T15:30+7", "2026-08-20 15:30 +07:00", "2026-08-20t15:30"),
        *(
            "0000-01-01",
            "9999-12-31T23:59:59-12:00",
            "hôm qua",
            "45000",
            "=NOW()",
            "<b>",
            "٢٠٢٦-٠٨-٢٠",
            "2026-08-20\n2026-08-20",
        ),
        *(True, 0, 45000.5, [], {}),
    ],
    ids=repr,
)
def test_what_is_no_instant_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(ValueError) as refused:
        read_instant(value)
    assert len(str(value)) < 3 or str(value) not in str(refused.value)


@pytest.mark.parametrize("value", [None, "", "NULL", "NaT", float("nan")], ids=repr)
def test_nothing_is_no_instant_and_no_sentinel(value: object) -> None:
    assert read_instant(value) is None
    assert not is_sentinel(value)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "0001-01-01",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "01/01/0001 12:00:00 SA",
        ),
        *("00010101", "00010101000000", "1900-01-01", "1/1/1900 00:00", "19000101", "1899-12-31T17:00:00Z"),
        *(date(1, 1, 1), datetime(1900, 1, 1), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))),
    ],
    ids=repr,
)
def test_empty_dates_of_other_systems_are_nothing(value: object) -> None:
    assert read_instant(value) is None
    assert is_sentinel(value)


@pytest.mark.parametrize("value", ["1900-01-02", "2026-01-01", "garbage", "00010102"])
def test_other_dates_are_no_sentinels(value: str) -> None:
    assert not is_sentinel(value)


@given(INSTANTS)
def test_every_form_of_an_instant_reads_as_that_instant(instant: datetime) -> None:
    utc = instant.astimezone(UTC)
    forms = [
        f"{instant:%Y%m%d%H%M%S}",
        f"{round(instant.timestamp() * 1000) + 999}",
        f"{instant:%Y-%m-%dT%H:%M:%S}",
        f"{instant:%Y/%m/%d %H:%M:%S.123}",
        f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        instant.isoformat(),
        f"{instant.day}/{instant.month}/{instant.year} {instant:%H:%M:%S}",
        f"{instant:%d-%m-%Y %I:%M:%S} {'SA' if instant.hour < 12 else 'CH'}",
    ]
    assert {read_instant(form) for form in forms} == {instant}


@given(st.from_regex(INSTANT_SHAPE, fullmatch=True))
def test_whatever_has_the_shape_is_read_or_refused_as_an_impossible_day(text: str) -> None:
    try:
        instant = read_instant(text)
    except ValueError:
        return
    assert instant is None or (instant.utcoffset() == timedelta(hours=7) and instant.microsecond == 0)


@given(
    st.one_of(
        st.from_regex(r"[0-9]{9}", fullmatch=True),  # old identity numbers
        st.from_regex(r"0[0-9]{2}[0-3][0-9]{8}", fullmatch=True).filter(lambda number: number[:8] != "00010101"),
        st.from_regex(r"0[35789][0-9]{8}|\+?84[0-9]{9}", fullmatch=True),  # phones
        st.from_regex(r"[0-9]{10}(-[0-9]{3})?", fullmatch=True),  # tax numbers
    )
)
def test_numbers_of_people_never_have_the_shape_of_an_instant(number: str) -> None:
    assert INSTANT_SHAPE.fullmatch(number) is None
    with pytest.raises(ValueError):
        read_instant(number)


@given(st.text(max_size=30))
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    try:
        read_instant(text)
    except ValueError:
        assert not is_sentinel(text)


@pytest.mark.parametrize(
    "text", ["20/08/2026 3:30:01 CH", "2026-08-20T15:30:01.5+02:00", "012345678901", "0912345678", "31/02/2026"]
)
def test_the_engine_understands_the_same_shape(text: str) -> None:
    found = duckdb.execute("SELECT regexp_full_match($1, $2)", [text, INSTANT_SHAPE.pattern]).fetchall()[0]
    assert found == (INSTANT_SHAPE.fullmatch(text) is not None,)


def test_only_local_midnight_has_day_precision() -> None:
    assert has_day_precision(datetime(2026, 8, 19, 17, tzinfo=UTC))
    assert not has_day_precision(datetime(2026, 8, 20, tzinfo=UTC))
    assert not has_day_precision(datetime(2026, 8, 20, 0, 0, 1, tzinfo=VIETNAM))
