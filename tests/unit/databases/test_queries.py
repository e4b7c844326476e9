"""A province's query file: one SELECT that only reads, known parameters, a file that can be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from doisoat.errors import ConfigError
from doisoat.land.databases.queries import MappedQuery, read_select

DAYS = {"scope_from": date(2025, 1, 1), "business_date": date(2026, 9, 3)}


def query(tmp_path: Path, content: str | bytes) -> Path:
    file = tmp_path / "ho_so.sql"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t",
        "-- ghi chú; có chấm phẩy\nSELECT a FROM t WHERE b = 'x;y' ;\n-- hết\n",
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
        "SELECT a FROM t UNION ALL SELECT b FROM u",
        "/* drop table t */ SELECT t.update_time, t.deleted FROM t",
        "\ufeffSELECT a FROM t",
    ],
)
def test_one_select_is_taken(tmp_path: Path, text: str) -> None:
    found = read_select(query(tmp_path, text))
    assert "SELECT" in found
    assert not found.rstrip().endswith(";")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "found 0 statements"),
        ("-- chỉ có ghi chú\n;\n", "found 0 statements"),
        ("SELECT 1; DROP TABLE t", "found 2 statements"),
        ("SELECT 1; SELECT 2", "found 2 statements"),
        ("DELETE FROM t", "DELETE"),
        ("CREATE TABLE t (a INT)", "CREATE"),
        ("CALL xoa_het()", "UNKNOWN"),
        ("SELECT * INTO OUTFILE '/tmp/x' FROM t", "INTO"),
        ("WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "DELETE"),
        ("SELECT a FROM t FOR UPDATE", "UPDATE"),
        ("hôm nay trời đẹp", "UNKNOWN"),
        (b"\xff\xfeS\x00E\x00L\x00", "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
    ],
)
def test_anything_else_is_refused_with_the_file_name(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=r"ho_so\.sql") as wrong:
        read_select(query(tmp_path, text))
    assert says in str(wrong.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"khong_co\.sql: no such query file"):
        read_select(tmp_path / "khong_co.sql")


def test_a_folder_is_no_query(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not readable"):
        read_select(tmp_path)


def test_an_unknown_parameter_is_named(tmp_path: Path) -> None:
    file = query(tmp_path, "SELECT a FROM t WHERE b >= :scope_from AND c = :ma_tinh")
    with pytest.raises(ConfigError, match=r":ma_tinh is not known \(known: :scope_from, :business_date\)"):
        MappedQuery(file, {}, DAYS)


def test_casts_and_texts_are_no_parameters(tmp_path: Path) -> None:
    MappedQuery(query(tmp_path, "SELECT a::text, '08:30' FROM t WHERE b >= :scope_from"), {}, DAYS)


def test_a_wrong_field_of_the_wire_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MaHoSoo is no field"):
        MappedQuery(query(tmp_path, "SELECT a FROM t"), {"MaHoSoo": "a"}, DAYS)
