"""What DuckDB and Spark would answer differently, each: time zones, NULLs, numbers, dates, text, order, hostile values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doisoat.errors import DamagedSnapshot
from doisoat.model import VIETNAM
from doisoat.store.connection import Connection
from tests.spark.engines import Opener, here

Both = tuple[Connection, Connection]


def instant(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[misc, arg-type]


# One row each: what happens at borders. `a` and `b` are instants, `n` a small number, `s` a text, `f` a yes or no.
ROWS: list[dict[str, Any]] = [
    {"a": instant(2026, 9, 3, 0, 0, 0), "b": instant(2026, 9, 2, 23, 59, 59), "n": 0, "s": "", "f": True},
    {"a": instant(2026, 1, 31, 12, 0, 1), "b": instant(2026, 2, 28, 0, 0, 0), "n": -3, "s": "a.b", "f": False},
    {"a": instant(1900, 1, 1, 0, 0, 0), "b": instant(1582, 10, 4, 7, 0, 0), "n": 127, "s": "Ữ", "f": None},
    {"a": instant(101, 2, 3, 4, 5, 6), "b": instant(9999, 12, 31, 23, 59, 59), "n": None, "s": "z", "f": True},
    {"a": None, "b": instant(1968, 1, 1, 0, 30, 0), "n": 7, "s": "é", "f": False},
    {"a": instant(1975, 6, 13, 23, 0, 0), "b": None, "n": 2, "s": "Z%_'\\\"", "f": None},
    {"a": None, "b": None, "n": 3, "s": None, "f": None},
    {"a": instant(2026, 9, 3, 8, 30, 0), "b": instant(2026, 9, 3, 15, 30, 0), "n": 1, "s": "=1+1", "f": True},
    {
        "a": instant(2024, 2, 29, 23, 59, 59),
        "b": instant(2024, 3, 1, 0, 0, 0),
        "n": 9,
        "s": "\t'\U0001f600",
        "f": False,
    },
]
SCHEMA = pa.schema(
    {
        **dict.fromkeys("ab", pa.timestamp("us", tz="UTC")),
        **{"n": pa.int8(), "s": pa.string(), "f": pa.bool_(), "row": pa.int32()},
    }
)


@pytest.fixture(scope="module")
def both(on_spark: Opener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Spark and DuckDB with the rows as `instants`, and as `t` in local time."""
    file = tmp_path_factory.mktemp("rows") / "rows.parquet"
    pq.write_table(pa.Table.from_pylist([{**row, "row": place} for place, row in enumerate(ROWS)], schema=SCHEMA), file)
    with ExitStack() as opened:
        engines = [opened.enter_context(opener()) for opener in (on_spark, here)]
        for engine in engines:
            engine.read_parquet(str(file)).create_view("instants")
            engine.execute(
                "CREATE TEMP TABLE t AS SELECT local_time(a) AS a, local_time(b) AS b, n, s, f, row FROM instants", {}
            )
        yield engines[0], engines[1]


def answers(both: Both, query: str, parameters: dict[str, Any] | None = None) -> tuple[list[Any], list[Any]]:
    told = [engine.execute(query, parameters or {}).fetchall() for engine in both]
    return told[0], told[1]


EXPRESSIONS = {
    "local text": "REPLACE(CAST(a AS VARCHAR), ' ', 'T') || '+07:00', REPLACE(CAST(b AS VARCHAR), ' ', 'T') || '+07:00'",
    "there and back": "local_time(instant(a)) = a, CAST(local_time(instant(b)) AS VARCHAR)",
    "local days": "CAST(a AS DATE), CAST(b AS DATE), CAST(CAST(a AS DATE) AS VARCHAR)",
    "days between": "ABS(CAST(b AS DATE) - CAST(a AS DATE)), CAST(b AS DATE) - CAST(a AS DATE) > 0",
    "days earlier": "CAST(a AS DATE) - 3, CAST(b AS DATE) + CAST(n AS INTEGER)",
    "seconds between": "ABS(EXTRACT(EPOCH FROM (b - a))), ABS(EXTRACT(EPOCH FROM (b - a)) - 25200) <= 60",
    "second of the day": "CAST(EXTRACT(EPOCH FROM (a - CAST(a AS DATE))) AS INTEGER)",
    "midnight": "CAST(a AS TIME) = TIME '00:00:00', TIME '00:00:00' IN (CAST(a AS TIME), CAST(b AS TIME))",
    "end of a day": "CAST(CAST(a AS DATE) AS TIMESTAMP) + INTERVAL '1 day' - INTERVAL '1 second'",
    "months later": "CAST(CAST(a AS DATE) + CAST(n AS INTEGER) * INTERVAL '1 month' AS DATE)",
    "seconds later": "CAST(CAST(b AS DATE) AS TIMESTAMP) + n * INTERVAL '1 second'",
    "a pause": "CASE WHEN COALESCE(a, b) > TIMESTAMP '1500-01-01 00:00:00' THEN b - COALESCE(a - b, INTERVAL '0 seconds') END",
    "NULL in a list": "'late' IN (s, CASE WHEN f THEN 'late' END), n IN (1, 2), NOT n IN (1, 2)",
    "three truths": "f AND n > 0, f OR n > 0, NOT f, (a IS NULL) <> (b IS NULL), a IS DISTINCT FROM b",
    "first of two": "COALESCE(a, b), COALESCE(s, CAST(n AS VARCHAR)), CASE f WHEN TRUE THEN '1' WHEN FALSE THEN '0' END",
    "division": "n / 2, CAST(n AS DOUBLE PRECISION) / 2, CEIL(CAST(n AS DOUBLE PRECISION) / 2)",
    "rounding": "CAST(ROUND(CAST(n AS DOUBLE PRECISION) / 2) AS BIGINT), CAST(CEIL(0.5 * n) AS INTEGER)",
    "greatest of some": "GREATEST(0, LEAST(n, 5) - 2), GREATEST(n, NULL)",
    "numbers as text": "CAST(n AS VARCHAR), CAST(CAST(n AS BIGINT) * 100000000000 AS VARCHAR), CAST(f AS VARCHAR)",
    "parts of text": "LEFT(s, 1), SPLIT_PART(s, '.', 1), SPLIT_PART(s, '.', 3), STARTS_WITH(s, 'a' || '.'), s || '.'",
    "formulas": "CASE WHEN LEFT(s, 1) IN ('=', '+', '-', '@', CHR(9), CHR(13)) THEN '''' || s ELSE s END",
    "text in order": "s < 'a', s < 'é', s = 'Z%_''\\\"'",
}


@pytest.mark.parametrize("expressions", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_an_expression_is_the_same(both: Both, expressions: str) -> None:
    on_spark, on_duckdb = answers(both, f"SELECT row, {expressions} FROM t ORDER BY row")
    assert on_spark == on_duckdb
    assert len(on_spark) == len(ROWS)


@pytest.mark.parametrize(
    "query",
    [
        *(f"SELECT row FROM t ORDER BY {order}, row" for order in ("s", "s DESC", "n", "n DESC", "a", "b DESC", "f")),
        "SELECT row FROM t ORDER BY s NULLS FIRST, n DESC NULLS LAST, row",
        "SELECT f, COUNT(*), COUNT(n), SUM(n), MIN(s), MAX(a) FROM t GROUP BY f ORDER BY f",
        "SELECT COUNT(DISTINCT ROW(f, n > 2)), COUNT(DISTINCT f), COUNT(DISTINCT ROW(f, f)) FROM t",
        "SELECT SUM(n) AS n FROM t GROUP BY f HAVING SUM(n) + SUM(n) > 0 ORDER BY n",
        "SELECT f FROM t UNION SELECT n > 2 FROM t ORDER BY f",
        "SELECT row, ROW_NUMBER() OVER (PARTITION BY f ORDER BY a DESC NULLS LAST, s, n) FROM t ORDER BY row",
        "SELECT row, COUNT(*) OVER (PARTITION BY f) FROM t ORDER BY row",
        "SELECT one.row, other.row FROM t AS one FULL JOIN t AS other ON one.n = other.row AND one.f ORDER BY 1, 2",
        "SELECT row FROM t WHERE NOT EXISTS (SELECT 1 FROM instants WHERE instants.n = t.row) ORDER BY row",
    ],
)
def test_order_groups_and_joins_are_the_same(both: Both, query: str) -> None:
    on_spark, on_duckdb = answers(both, query)
    assert on_spark == on_duckdb
    assert on_spark


HOSTILE = "'); DROP TABLE t; -- :a $b ' \" \\ \n \u200b Đơn"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("CAST($given AS VARCHAR)", HOSTILE),
        ("CAST($given AS VARCHAR)", None),
        ("CAST($given AS TIMESTAMP)", datetime(2026, 9, 3, 23, 59, 59)),
        ("CAST($given AS DATE)", date(2024, 2, 29)),
        ("CAST($given AS BOOLEAN)", False),
        ("CAST($given AS INTEGER)", -7),
        ("CAST($given AS DOUBLE PRECISION) * 3600", 1.5),
        ("LIST_CONTAINS(CAST($given AS VARCHAR[]), SPLIT_PART(s, '.', 1))", ["a", "z", HOSTILE]),
        ("LIST_CONTAINS(CAST($given AS VARCHAR[]), s)", [""]),
    ],
)
def test_a_parameter_is_a_value_and_never_text(both: Both, expression: str, value: Any) -> None:
    query = f"SELECT row, {expression} FROM t ORDER BY row"
    on_spark, on_duckdb = answers(both, query, {"given": value})
    assert on_spark == on_duckdb


def test_lists_keep_what_they_hold(both: Both) -> None:
    query = (
        "SELECT UNNEST(CAST($s AS VARCHAR[])) AS s, UNNEST(CAST($d AS DATE[])) AS d, UNNEST(CAST($b AS BOOLEAN[])) AS b"
    )
    lists = {"s": [HOSTILE, None, ""], "d": [date(1, 1, 1), None, date(9999, 12, 31)], "b": [True, None, False]}
    on_spark, on_duckdb = answers(both, query, lists)
    assert on_spark == on_duckdb == list(zip(*lists.values(), strict=True))


def test_a_table_is_made_once_and_added_to(both: Both) -> None:
    for engine in both:
        engine.execute("CREATE TEMP TABLE made (a TINYINT, b VARCHAR NOT NULL)", {})
        engine.execute("CREATE TABLE IF NOT EXISTS made (a TINYINT, b VARCHAR)", {})
        engine.execute("INSERT INTO made VALUES ($a, $b)", {"a": 1, "b": HOSTILE})
        engine.execute("INSERT INTO made SELECT n, s FROM t WHERE EXISTS (SELECT 1 FROM made WHERE made.a = t.n)", {})
        engine.execute("CREATE TABLE IF NOT EXISTS made (a TINYINT, b VARCHAR)", {})
    on_spark, on_duckdb = answers(both, "SELECT a, b FROM made ORDER BY b")
    assert on_spark == on_duckdb == [(1, HOSTILE), (1, "=1+1")]


def test_numbers_that_do_not_fit_stop_it(both: Both) -> None:
    for engine in both:
        with pytest.raises(Exception, match=r"(?i)overflow|out of range|cast"):
            engine.execute("SELECT CAST(n * CAST(1000000000 AS BIGINT) AS INTEGER) FROM t", {}).fetchall()


@pytest.mark.parametrize("damage", ["truncated", "another file", "older schema", "gone"])
def test_a_damaged_snapshot_is_named(on_spark: Opener, tmp_path: Path, damage: str) -> None:
    rows = pa.table({"dossier_code": ["A-1"], "status": [4]})
    for month in ("2026-07", "2026-08"):
        pq.write_table(rows, tmp_path / f"{month}.parquet")
    path = tmp_path / "2026-07.parquet"
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "another file":
        path.write_text("không phải parquet", encoding="utf-8")
    elif damage == "older schema":
        pq.write_table(rows.drop_columns(["status"]), path)
    else:
        tmp_path = tmp_path / "nowhere"
    with pytest.raises(DamagedSnapshot, match=r"(2026-07|\*)\.parquet.*stage"), on_spark() as connection:
        connection.read_parquet(str(tmp_path / "*.parquet"))


def test_damage_inside_a_file_is_named_when_it_is_read(on_spark: Opener, tmp_path: Path) -> None:
    path = tmp_path / "2026-07.parquet"
    pq.write_table(pa.table({"dossier_code": [f"A-{number}" for number in range(5_000)]}), path, use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[40:4_000] = b"\xff" * 3_960
    path.write_bytes(content)
    with pytest.raises(DamagedSnapshot, match=r"2026-07\.parquet.*stage"), on_spark() as connection:
        connection.read_parquet(str(path)).create_view("damaged")
        connection.execute("SELECT COUNT(DISTINCT dossier_code) FROM damaged", {}).fetchall()
