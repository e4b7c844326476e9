"""Values of real databases, good and bad: what is handed over, what lands of it, and that one bad row ends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from doisoat.config import SqlSource
from doisoat.land import land
from doisoat.land.connect import open_source
from doisoat.land.readers import as_text
from doisoat.model import RunKey, Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.landing import read_part
from tests.contract.databases.conftest import DAYS, NIGHT, Database
from tests.mariadb import MariaDb
from tests.unit.warehouse.postgres import Server

KEY = RunKey("H44", DAYS["business_date"])
ORDINARY = {
    "MaHoSo": "'H44.1-1'",
    "TrangThaiHoSo": "'4'",
    "MaTTHC": "'1.001612'",
    "MaCoQuan": "'H44.1'",
    "NgayTiepNhan": "'20260820083000'",
    "NgayHenTra": "NULL",
    "NgayKetThucXuLy": "NULL",
}


def handed_over(database: Database, **expressions: str) -> dict[str, Any]:
    """The record of one row of these expressions."""
    listed = ", ".join(f"{value} AS {name}" for name, value in ({"MaHoSo": "'H44.1-1'"} | expressions).items())
    (record,) = database.records(f"SELECT {listed}")
    assert isinstance(record, dict)
    return record


def landed(database: Database, folder: Path, **expressions: str) -> dict[str, Any]:
    """What lands of one ordinary row in which these expressions stand."""
    listed = ", ".join(f"{value} AS {name}" for name, value in (ORDINARY | expressions).items())
    source = database.source(f"SELECT {listed}")
    land(Side.SHOP, KEY, source, folder / "shop", rules=RuleParameters(), digest_key=b"k")
    (record,) = read_part(folder / "shop" / "part-00000.jsonl.zst")
    return record


# --- times --------------------------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_local_and_a_day_is_a_day(database: Database, tmp_path: Path) -> None:
    kind = "DATETIME" if database.kind == "mariadb" else "TIMESTAMP"
    record = landed(
        database,
        tmp_path,
        NgayTiepNhan=f"CAST('2026-08-20 08:30:00' AS {kind})",
        NgayHenTra="CAST('2026-09-10' AS DATE)",
    )
    assert (record["NgayTiepNhan"], record["NgayHenTra"]) == ("2026-08-20T08:30:00", "2026-09-10")


def test_an_instant_is_an_instant(on_postgresql: Database, tmp_path: Path) -> None:
    record = landed(on_postgresql, tmp_path, NgayTiepNhan="CAST('2026-08-20 01:30:00+00' AS TIMESTAMPTZ)")
    assert record["NgayTiepNhan"] == "2026-08-20T08:30:00+07:00"


def test_a_mariadb_timestamp_is_told_in_our_zone_whatever_the_server_s(on_mariadb: Database, tmp_path: Path) -> None:
    on_mariadb.execute(
        "CREATE TABLE moc (luc TIMESTAMP)",
        "SET time_zone = '+00:00'",
        "INSERT INTO moc VALUES (FROM_UNIXTIME(1787189400))",  # 2026-08-20T01:30:00Z
    )
    assert landed(on_mariadb, tmp_path, NgayTiepNhan="(SELECT luc FROM moc)")["NgayTiepNhan"] == "2026-08-20T08:30:00"


def test_a_zero_date_is_the_empty_date_the_rules_know(on_mariadb: Database, tmp_path: Path) -> None:
    on_mariadb.execute(
        "SET sql_mode = ''",
        "CREATE TABLE moc (luc DATETIME, ngay DATE)",
        "INSERT INTO moc VALUES ('0000-00-00', '0000-00-00')",
    )
    record = landed(on_mariadb, tmp_path, NgayHenTra="(SELECT luc FROM moc)", NgayKetThucXuLy="(SELECT ngay FROM moc)")
    assert {record["NgayHenTra"], record["NgayKetThucXuLy"]} == {"0001-01-01 00:00:00"}


def test_an_impossible_day_stays_as_it_is_spelled(on_mariadb: Database, tmp_path: Path) -> None:
    on_mariadb.execute(
        "SET sql_mode = 'ALLOW_INVALID_DATES'",
        "CREATE TABLE moc (luc DATETIME)",
        "INSERT INTO moc VALUES ('2026-02-31')",
    )
    assert landed(on_mariadb, tmp_path, NgayHenTra="(SELECT luc FROM moc)")["NgayHenTra"].startswith("2026-02-31")


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar(database: Database, year: str, tmp_path: Path) -> None:
    kind = "DATETIME" if database.kind == "mariadb" else "TIMESTAMP"
    record = landed(database, tmp_path, NgayHenTra=f"CAST('{year}-12-31 23:59:59' AS {kind})")
    assert record["NgayHenTra"] == f"{year}-12-31T23:59:59"


@pytest.mark.parametrize("value", ["infinity", "-infinity", "10000-01-01 00:00:00", "0044-03-15 00:00:00 BC"])
@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "DATE"])
def test_what_python_calls_no_date_ends_nothing(on_postgresql: Database, value: str, kind: str, tmp_path: Path) -> None:
    record = landed(on_postgresql, tmp_path, NgayHenTra=f"CAST('{value}' AS {kind})")
    assert record["MaHoSo"] == "H44.1-1"
    assert "NgayHenTra" in record.get("_unreadable", []) or not record["NgayHenTra"].startswith("2")


# --- texts --------------------------------------------------------------------------------------------------


def test_huge_text_is_bounded(database: Database, tmp_path: Path) -> None:
    record = landed(database, tmp_path, TrangThaiHoSo="REPEAT('chờ ', 500000)", MaCoQuan="REPEAT('H44.', 300000)")
    assert set(record["_bounded"]) == {"TrangThaiHoSo", "MaCoQuan"}
    assert "TrangThaiHoSo" not in record


def test_nul_bytes_end_nothing(on_mariadb: Database, tmp_path: Path) -> None:
    record = landed(on_mariadb, tmp_path, MaHoSo="CONCAT('H44.1-', CHAR(0 USING utf8mb4), '1')", MaCoQuan="X'0041'")
    assert record["MaHoSo"].replace("\x00", "") == "H44.1-1"


def test_a_latin1_column_comes_as_its_characters(on_mariadb: Database, tmp_path: Path) -> None:
    on_mariadb.execute(
        "CREATE TABLE cu (tt VARCHAR(60) CHARACTER SET latin1, raw BLOB)",
        "INSERT INTO cu VALUES (X'C490616E672078E1BBAD206CC3BD', X'C490FF')",  # UTF-8 bytes in a latin1 column: mojibake
    )
    record = landed(on_mariadb, tmp_path, TrangThaiHoSo="(SELECT tt FROM cu)", MaCoQuan="(SELECT raw FROM cu)")
    assert record["TrangThaiHoSo"] != "Đang xử lý"
    assert record["_bounded"] == ["MaCoQuan"]  # no UTF-8: nothing of it lands


def test_a_database_without_an_encoding_ends_nothing(postgres: Server, on_postgresql: Database, tmp_path: Path) -> None:
    postgres.execute("DROP DATABASE IF EXISTS khong_bang_ma")
    postgres.execute(
        "CREATE DATABASE khong_bang_ma ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    on_postgresql.url = postgres.url("khong_bang_ma")
    with psycopg.connect(on_postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE cu (a TEXT, b TEXT)")
        connection.execute(b"INSERT INTO cu VALUES ('\xc4\x90ang x\xe1\xbb\xad l\xc3\xbd', 'H44.\xff')")
    record = landed(on_postgresql, tmp_path, TrangThaiHoSo="(SELECT a FROM cu)", MaCoQuan="(SELECT b FROM cu)")
    assert record["TrangThaiHoSo"] == "Đang xử lý"
    assert record["_bounded"] == ["MaCoQuan"]


def test_hostile_text_is_only_text(database: Database) -> None:
    hostile = "''; DROP TABLE ho_so; -- %s %(x)s :scope_from \\"
    hostile = hostile.replace("\\", "\\\\") if database.kind == "mariadb" else hostile
    database.execute("CREATE TABLE ho_so (tt TEXT)", f"INSERT INTO ho_so VALUES ('{hostile}')".replace("%", "%%"))
    database.records("SELECT 'H44.1-1' AS MaHoSo, tt AS TrangThaiHoSo FROM ho_so WHERE tt LIKE '%DROP%'")
    assert database.records("SELECT 'H44.1-1' AS MaHoSo FROM ho_so") == [{"MaHoSo": "H44.1-1"}]


# --- numbers, flags, other types ------------------------------------------------------------------------------


def test_numbers_and_flags(database: Database, tmp_path: Path) -> None:
    record = landed(
        database,
        tmp_path,
        TongLePhi="CAST(50000 AS DECIMAL(18, 2))",
        SoLanBoSung="CAST(2 AS DECIMAL(3, 0))",
        DuocSoHoa="TRUE",
        DuocLayTuKhoDMQG="FALSE",
        KenhThucHien="2",
        DuongDanTepTinKetQua="1",
    )
    assert (record["TongLePhi"], record["SoLanBoSung"], record["KenhThucHien"]) == ("50000", "2", "2")
    assert (record["DuocSoHoa"], record["DuocLayTuKhoDMQG"], record["has_result"]) == (1, 0, True)


def test_a_mariadb_bit_is_a_flag(on_mariadb: Database, tmp_path: Path) -> None:
    record = landed(on_mariadb, tmp_path, DuocSoHoa="b'1'", DuocLayTuKhoDMQG="b'0'")
    assert (record["DuocSoHoa"], record["DuocLayTuKhoDMQG"]) == (1, 0)


def test_other_types_are_unreadable_or_their_text(on_postgresql: Database, tmp_path: Path) -> None:
    record = landed(
        on_postgresql,
        tmp_path,
        NgayHenTra="INTERVAL '1 day'",
        TongLePhi="CAST('NaN' AS NUMERIC)",
        _id="CAST('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' AS UUID)",
        DanhSachHoSoBoSung="""CAST('[{"NgayBoSung": "20260821080000"}]' AS JSONB)""",
    )
    assert record["_unreadable"] == ["NgayHenTra"]
    assert record["_id"] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert record["DanhSachHoSoBoSung"] == [{"NgayBoSung": "20260821080000"}]
    assert "TongLePhi" not in record


def test_a_secret_row_does_not_land(database: Database, tmp_path: Path) -> None:
    listed = ", ".join(f"{value} AS {name}" for name, value in ORDINARY.items())
    source = database.source(f"SELECT {listed}, 'Mật' AS DoMat UNION ALL SELECT {listed}, 'Thường'")
    manifest = land(Side.SHOP, KEY, source, tmp_path / "shop", rules=RuleParameters(), digest_key=b"k")
    assert (manifest["landed"], manifest["expected_rows"], len(manifest["secret_digests"])) == (1, 1, 1)


# --- whatever is written is what is handed over -----------------------------------------------------------------

MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30), allow_imaginary=False).map(
    lambda moment: moment.replace(microsecond=0)
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.none() | MOMENTS,
        st.none() | st.dates(date(1000, 1, 1)),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.decimals(-(10**12), 10**12, places=2),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
NAMES = ("TrangThaiHoSo", "NgayTiepNhan", "NgayHenTra", "SoLanBoSung", "TongLePhi", "DuocSoHoa")


@pytest.fixture(scope="module", params=["mariadb", "postgresql"])
def round_trip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Writes rows into a table of a real database, and reads them back as a source."""
    server: Any = request.getfixturevalue("mariadb" if request.param == "mariadb" else "postgres")
    url = server.url(server.new_database()) if isinstance(server, MariaDb) else server.new_database()
    url = url.replace("mariadb://", "mariadb+pymysql://").replace("postgresql://", "postgresql+psycopg://")
    moment = "DATETIME" if request.param == "mariadb" else "TIMESTAMP"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                f"CREATE TABLE t (id INT PRIMARY KEY, a TEXT, b {moment}, c DATE, d BIGINT, e DECIMAL(20, 2), f BOOLEAN)"
            )
        )
    query = tmp_path_factory.mktemp("sql") / "t.sql"
    listed = ", ".join(f"{own} AS {name}" for own, name in zip("abcdef", NAMES, strict=True))
    query.write_text(f"SELECT id AS _id, 'H44.1-1' AS MaHoSo, {listed} FROM t", encoding="utf-8")

    def write_and_read(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM t"))
            for number, row in enumerate(rows):
                values = {"id": number, **dict(zip("abcdef", row, strict=True))}
                connection.execute(text("INSERT INTO t VALUES (:id, :a, :b, :c, :d, :e, :f)"), values)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("CSDL_VONG", url)
            section = SqlSource(kind="sql", url_env="CSDL_VONG", query=query, fetch_size=5)
            pages = open_source(section, clock=lambda: NIGHT, days=DAYS).pages(frozenset())
            return [dict(record) for page in pages for record in page.records if record is not None]

    yield write_and_read
    engine.dispose()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_what_was_written_is_handed_over(round_trip: Any, rows: list[tuple[Any, ...]]) -> None:
    found = round_trip(rows)
    for number, (row, record) in enumerate(zip(rows, found, strict=True)):
        assert record["_id"] == number
        written = {name: _as_read(value) for name, value in zip(NAMES, row, strict=True) if value not in (None, "")}
        assert {name: _as_read(record[name]) for name in NAMES if name in record} == written


def _as_read(value: Any) -> str | None:
    """What the readers see; a flag as 0 or 1, since MariaDB has no other."""
    return as_text(int(value) if isinstance(value, bool) else value)


def test_an_instant_of_any_zone_stays_that_instant(on_postgresql: Database) -> None:
    record = handed_over(on_postgresql, NgayTiepNhan="CAST('2026-08-20 08:30:00-05' AS TIMESTAMPTZ)")
    assert record["NgayTiepNhan"] == datetime(2026, 8, 20, 13, 30, tzinfo=UTC)
    assert handed_over(on_postgresql, TongLePhi="12.50")["TongLePhi"] == Decimal("12.50")
