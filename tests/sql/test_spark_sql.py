"""Every query of the comparison has a Spark form, known without a Spark; what has none is refused by name."""

from __future__ import annotations

import re

import pytest
import sqlglot

from doisoat.store.engine import sql_folder
from doisoat.store.spark_sql import Statement, Untranslatable, spark_statements

FOLDERS = ("reconciliation", "reconciliation/matching", "reconciliation/results", "lateness")
SINGLE = (
    "reconciliation/screening/counted_pairs",
    "aggregates/side_rows",
    *(
        f"staging/{table}"
        for table in ("agencies", "agency_spellings", "calendar", "procedures", "procedure_spellings")
    ),
)
NAMES = sorted(
    [f"{folder}/{file.stem}" for folder in FOLDERS for file in (sql_folder() / folder).glob("*.sql")] + list(SINGLE)
)


def spark_statement(text: str) -> Statement:
    (statement,) = spark_statements(text)
    return statement


def bound(name: str) -> str:
    """The text as `run_query` hands it on."""
    text = re.sub(r"--[^\n]*", "", (sql_folder() / f"{name}.sql").read_text(encoding="utf-8"))
    return re.sub(r"(?<![:\w]):([a-z_][a-z0-9_]*)", r"$\1", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_has_a_spark_form(name: str) -> None:
    statements = spark_statements(bound(name))
    assert all(sqlglot.parse_one(statement.query, dialect="spark") for statement in statements)
    named = frozenset[str]().union(*(statement.parameters for statement in statements))
    listed = {parameter for one in statements for lists in one.lists for _, parameter, _ in lists.columns}
    assert named | listed == set(re.findall(r"\$([a-z_0-9]+)", bound(name)))


def spark(text: str) -> str:
    return spark_statement(text).query


@pytest.mark.parametrize(
    ("duckdb", "expected"),
    [
        ("SELECT local_time(a) FROM t", "SELECT CAST(a AS TIMESTAMP_NTZ) FROM t"),
        ("SELECT instant(a) FROM t", "SELECT CAST(a AS TIMESTAMP) FROM t"),
        ("SELECT CAST($a AS TIMESTAMP)", "SELECT CAST(:a AS TIMESTAMP_NTZ)"),
        ("SELECT CAST(a AS DATE) - CAST(b AS DATE) FROM t", "SELECT DATEDIFF(CAST(a AS DATE), CAST(b AS DATE)) FROM t"),
        ("SELECT CAST(a AS DATE) - 3 FROM t", "SELECT CAST(a AS DATE) - 3 FROM t"),
        (
            "SELECT EXTRACT(EPOCH FROM (local_time(a) - b)) FROM t",
            "SELECT (UNIX_MICROS(CAST(CAST(a AS TIMESTAMP_NTZ) AS TIMESTAMP)) - UNIX_MICROS(CAST(b AS TIMESTAMP)))"
            " / 1000000 FROM t",
        ),
        (
            "SELECT TIME '00:00:00' = CAST(a AS TIME) FROM t",
            "SELECT '00:00:00.000000' = DATE_FORMAT(a, 'HH:mm:ss.SSSSSS') FROM t",
        ),
        ("SELECT COUNT(DISTINCT ROW(a, b)) FROM t", "SELECT COUNT(DISTINCT STRUCT(a, b)) FROM t"),
        ("SELECT n FROM GENERATE_SERIES(0, 9) AS s (n)", "SELECT n FROM RANGE(0, 9 + 1) AS s(n)"),
        ("SELECT TRY(a) AS a FROM t", "SELECT a AS a FROM t"),
        ("SELECT * EXCLUDE (a) FROM t", "SELECT * EXCEPT (a) FROM t"),
        ("SELECT a FROM t ORDER BY a, b DESC", "SELECT a FROM t ORDER BY a NULLS LAST, b DESC"),
        ("CREATE TABLE t (a VARCHAR NOT NULL)", "SELECT CAST(NULL AS STRING) AS a WHERE FALSE"),
        ("INSERT INTO t VALUES ($a, $b)", "SELECT * FROM VALUES (:a, :b)"),
    ],
)
def test_what_differs_is_rewritten(duckdb: str, expected: str) -> None:
    assert spark(duckdb) == expected


def test_lists_become_a_relation_wherever_they_stand() -> None:
    statement = spark_statement(
        "CREATE TABLE t AS WITH spans AS (SELECT UNNEST(CAST($a AS INTEGER[])) AS begins) SELECT begins FROM spans"
    )
    (lists,) = statement.lists
    assert lists.columns == (("begins", "a", "INT"),)
    assert f"FROM {lists.name}" in statement.query
    assert statement.parameters == frozenset()


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("CREATE TABLE t AS SELECT CAST($a AS INTEGER) AS a", set()),
        ("CREATE TABLE t AS SELECT UNNEST(CAST($a AS DATE[])) AS day", set()),
        ("INSERT INTO t SELECT a FROM u", {"u"}),
        ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)", {"t", "u"}),
    ],
)
def test_what_a_statement_reads_is_known(text: str, reads: set[str]) -> None:
    assert spark_statement(text).reads == reads


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SELECT HASH(a) FROM t", "HASH"),
        ("SELECT strptime_or_null(a) FROM t", "STRPTIME_OR_NULL"),
        ("SELECT EXTRACT(EPOCH FROM a) FROM t", "EXTRACT"),
        ("SELECT UNNEST([1, 2]) AS a", "UNNEST"),
        ("SELECT a, UNNEST(CAST($b AS INTEGER[])) AS b FROM t", "UNNEST"),
        ("SELECT COUNT(*) FILTER (WHERE a) FROM t", "FILTER"),
        ("SELECT * FROM read_parquet('x.parquet')", "READ_PARQUET"),
        ("SELECT MD5(a) FROM t", "MD5"),
        ("DELETE FROM t", "DELETE"),
        ("CREATE MACRO f(a) AS a", "MACRO"),
        ("SELECT FROM WHERE", "sqlglot"),
    ],
)
def test_what_has_no_spark_form_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(Untranslatable, match=named):
        spark_statements(text)


def test_statements_follow_each_other_and_settings_are_duckdbs_own() -> None:
    first, second = spark_statements("SET threads = 1; CREATE VIEW v AS SELECT a FROM t; DROP TABLE t")
    assert (first.target, first.is_view) == ("v", True)
    assert (second.target, second.query) == ("t", "")
