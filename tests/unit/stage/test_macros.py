"""SQL reads single values exactly as `rules.values` does, on generated and on hostile texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.rules import values
from doisoat.stage.macros import load_macros
from doisoat.store.engine import engine

Evaluate = Callable[[str, list[str]], list[Any]]

BLANKS = " \t\n\r\x0b\x0c\x1c\x1f\x85\u00a0\u202f\u2003\u2028\u3000\u200b\ufeff\u00ad\u2060"
HOSTILE = [
    *[
        "",
        " ",
        "null",
        "NULL",
        "(null)",
        "\\N",
        "\\n",
        "NaN",
        "nat",
        "n u l l",
        "=CMD()|' /C calc'!A0",
        "'; DROP TABLE landed; --",
    ],
    *[
        "H21.05-1",
        "h21.05\u2013260820\u200b-0001",
        "đ-1",
        "e\u0301-1",
        "Ŀ1",
        "١٢٣",
        "１２",
        "²1",
        "a" * 50 + "1",
        "1" * 51,
        "-1",
        "1\x00",
    ],
    *["4", "04", "4.0", "4.5", "+4", "-4", "1e3", "0x10", "1_000", "9" * 18, "9" * 19, "9" * 400, "٤"],
    *["20260820", "00010101", "19000101", "20260230", "20260820240000", "2026082009", "1787202000999", "9787202000999"],
    *[
        "2026-08-20",
        "2026/08/20",
        "2026-08/20",
        "2026-08-20T24:00",
        "2026-08-20 23:59:60",
        "2026-08-20T10:00:00.123456789Z",
    ],
    *[
        "2026-08-20T17:00:00.000+0000",
        "2026-08-20T00:30:00-14:59",
        "0001-01-01T00:00:00+14:00",
        "0001-01-02T00:00:00+14:00",
    ],
    *[
        "1900-01-01T23:59:59Z",
        "1899-12-31T18:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59+07:00",
        "0000-01-01",
    ],
    *[
        "1/2/2026",
        "01-02-2026",
        "1/2-2026",
        "31/2/2026",
        "1/1/0000",
        "29/2/2024 12:00 SA",
        "29/2/2024 12:59:59 CH",
        "1/2/2026 13:00 CH",
    ],
    *[
        "1/2/26",
        "2026-8-2",
        "20/08/2026 3:30:00CH",
        "20/08/2026  3:30",
        "Thứ hai",
        "0912345678",
        "001099012345",
        "🙂1",
        "\ud7ff1",
    ],
]

# Letters whose capital is several letters never land as they are (`land.projection`), so SQL need not read them.
code_texts = st.text(
    st.one_of(
        st.sampled_from("Hh21.05-/_=đĐơƠéẾ\u0301\u2010\u2015\u2212\u2014" + BLANKS), st.characters(codec="utf-8")
    ),
    max_size=60,
).filter(lambda text: all(len(letter.upper()) == 1 for letter in text))
plain_texts = st.text(st.characters(codec="utf-8"), max_size=30)
number_texts = st.from_regex(r"[+-]?[0-9]{0,20}(\.[0-9]?)?", fullmatch=True)
instant_texts = st.from_regex(values.INSTANT_SHAPE, fullmatch=True)
USUAL = (
    *("%Y-%m-%dT%H:%M:%S+07:00", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d"),
    *("%d/%m/%Y", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S.000+0000", "%Y-%m-%dT%H:%M:%S.999+0000"),
)
YEARS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)) | st.datetimes(
    datetime(1895, 1, 1), datetime(1905, 1, 1)
)
usual_instants = st.builds(  # what SQL reads by a way of its own
    lambda instant, form: instant.strftime(form.replace("%Y", f"{instant.year:04d}")), YEARS, st.sampled_from(USUAL)
)
broken_instants = st.builds(
    lambda text, place, letter: text[:place] + letter + text[place + 1 :],
    instant_texts | usual_instants,
    st.integers(0, 20),
    st.sampled_from("0123456789-/: TZ+.SACH\u0660"),
)
many = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with engine(threads=1) as opened:
        load_macros(opened)
        yield opened


LAYERS = """
    SELECT {expression}
    FROM (
        SELECT *, read_local(text) AS local
        FROM (
            SELECT x, n, read_text(x) AS text, read_code(x, true) AS code
            FROM (SELECT unnest($texts::VARCHAR[]) AS x, generate_subscripts($texts::VARCHAR[], 1) AS n)
        )
    )
    ORDER BY n
"""


@pytest.fixture(scope="module")
def evaluate(connection: duckdb.DuckDBPyConnection) -> Evaluate:
    """One expression over many texts, read in layers as `readings.sql` does (macros repeat what they are given)."""

    def run(expression: str, texts: list[str]) -> list[Any]:
        found = connection.execute(LAYERS.format(expression=expression), {"texts": texts}).fetchall()
        return [value for (value,) in found]

    return run


def or_none(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


def local(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=None)


def code_is_sound(text: str) -> bool | None:
    code = values.read_code(text)
    return None if code is None else values.code_problem(code) is None


# NUL becomes another control character: neither is part of any word.
EXPRESSIONS: dict[str, Callable[[str], Any]] = {
    "text": lambda text: values.read_text(text.replace("\x00", "\x01")),
    "code": values.read_code,
    "read_code(x, false)": lambda text: values.read_code(text, dashes_as_hyphen=False),
    "is_dossier_code(code)": code_is_sound,
    "read_integer(text)": lambda text: or_none(values.read_integer, text),
    "unless_sentinel(local)": lambda text: local(or_none(values.read_instant, text)),
    "COALESCE(is_sentinel(local), false)": values.is_sentinel,
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_hostile_texts_are_read_alike(evaluate: Evaluate, expression: str) -> None:
    assert evaluate(expression, HOSTILE) == [EXPRESSIONS[expression](text) for text in HOSTILE]


@many
@given(texts=st.lists(code_texts, min_size=1, max_size=30))
def test_codes_are_read_alike(evaluate: Evaluate, texts: list[str]) -> None:
    assert evaluate("code", texts) == [values.read_code(text) for text in texts]
    assert evaluate("is_dossier_code(code)", texts) == [code_is_sound(text) for text in texts]


@many
@given(texts=st.lists(st.one_of(plain_texts, st.text(BLANKS + "nulNUL()\\", max_size=8)), min_size=1, max_size=30))
def test_texts_are_read_alike(evaluate: Evaluate, texts: list[str]) -> None:
    assert evaluate("text", texts) == [EXPRESSIONS["text"](text) for text in texts]


@many
@given(texts=st.lists(number_texts, min_size=1, max_size=30))
def test_numbers_are_read_alike(evaluate: Evaluate, texts: list[str]) -> None:
    expression = "read_integer(text)"
    assert evaluate(expression, texts) == [EXPRESSIONS[expression](text) for text in texts]


@many
@given(texts=st.lists(st.one_of(instant_texts, usual_instants, broken_instants), min_size=1, max_size=30))
def test_instants_are_read_alike(evaluate: Evaluate, texts: list[str]) -> None:
    for expression in ("unless_sentinel(local)", "COALESCE(is_sentinel(local), false)"):
        assert evaluate(expression, texts) == [EXPRESSIONS[expression](text) for text in texts]


@many
@given(
    texts=st.lists(st.one_of(instant_texts, usual_instants, broken_instants), min_size=1, max_size=30),
    around=st.tuples(st.sampled_from(["", *BLANKS]), st.sampled_from(["", *BLANKS])),
)
def test_usual_instants_need_not_be_trimmed_first(
    evaluate: Evaluate, texts: list[str], around: tuple[str, str]
) -> None:
    values_as_landed = [f"{around[0]}{text}{around[1]}" for text in texts]
    assert all(evaluate("read_usual_local(x) IS NULL OR read_usual_local(x) = local", values_as_landed))


@many
@given(code=st.from_regex(r"(000\.00\.[0-9]{2}|00\.00\.00|H[0-9]{2})\.[A-Z0-9]{2,3}(\.[0-9]{2})?", fullmatch=True))
def test_old_agency_spellings_are_rewritten_alike(evaluate: Evaluate, code: str) -> None:
    from doisoat.rules.reference import AgencyTable

    assert evaluate("COALESCE(agency_of_old_spelling(x), x)", [code]) == [AgencyTable([]).canonical(code)]
