"""Reading a real database: one moment, all rows, stable pages, flat memory, and what happens when it breaks off."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doisoat.errors import ConfigError, SourceContractBroken, SourceUnavailable
from doisoat.land import land
from doisoat.land.source import Source
from doisoat.model import RunKey, Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.layout import read_json
from tests.contract.databases.conftest import DAYS, Database

KEY = RunKey("H44", DAYS["business_date"])
REQUIRED = ("MaHoSo", "TrangThaiHoSo", "MaTTHC", "MaCoQuan", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy")
QUERY = "SELECT ma AS MaHoSo, tt AS TrangThaiHoSo, id AS _id, chu AS ChuHoSo FROM ho_so"


def filled(database: Database, rows: int, width: int = 1) -> Database:
    """A table of numbered dossiers, the status `width` characters wide."""
    numbers = (
        f"SELECT seq AS n FROM seq_1_to_{rows}"
        if database.kind == "mariadb"
        else f"SELECT n FROM generate_series(1, {rows}) n"
    )
    database.execute(
        "CREATE TABLE ho_so (id BIGINT PRIMARY KEY, ma VARCHAR(60), tt TEXT, chu VARCHAR(60))",
        f"INSERT INTO ho_so SELECT n, CONCAT('H44.1-', {rows} - n), REPEAT('4', {width}), 'Nguyễn Văn A' FROM ({numbers}) s",
    )
    return database


def numbers_of(source: Source) -> list[int]:
    return [record["_id"] for page in source.pages(frozenset()) for record in page.records if record]


def landed(database: Database, folder: Path, **more: object) -> dict[str, object]:
    columns = ", ".join(f"ma AS {name}" for name in REQUIRED)
    source = database.source(f"SELECT {columns}, id AS _id, 'Thường' AS DoMat FROM ho_so", fetch_size=300)
    return land(Side.SHOP, KEY, source, folder, rules=RuleParameters(), digest_key=b"k", **more)  # type: ignore[arg-type]


def test_pages_come_by_the_own_key_under_stable_names(database: Database) -> None:
    source = filled(database, 1_050).source(QUERY, fetch_size=500)
    pages = list(source.pages(frozenset({"page-000001"})))
    assert [(page.name, len(page.records)) for page in pages] == [
        ("page-000001", 500),
        ("page-000002", 500),
        ("page-000003", 50),
    ]
    assert [record["_id"] for page in pages for record in page.records if record] == list(range(1, 1_051))
    closing = source.closing()
    assert (closing.complete, closing.reasons, closing.expected_rows) == (True, (), 1_050)


def test_personal_columns_are_named_but_never_asked_for(database: Database) -> None:
    (page,) = filled(database, 3).source(QUERY).pages(frozenset())
    assert {name.lower() for name in page.columns} == {"mahoso", "trangthaihoso", "chuhoso"}
    assert all(set(record) == {"MaHoSo", "TrangThaiHoSo", "_id"} for record in page.records if record)


def test_without_an_own_key_rows_come_by_their_code(database: Database) -> None:
    found = filled(database, 20).records("SELECT ma AS MaHoSo FROM ho_so")
    assert [record["MaHoSo"] for record in found] == sorted(record["MaHoSo"] for record in found)


def test_the_reading_sees_one_moment(database: Database) -> None:
    source = filled(database, 900).source(QUERY, fetch_size=100)
    pages = source.pages(frozenset())
    first = next(pages)
    database.execute("DELETE FROM ho_so WHERE id > 500", "INSERT INTO ho_so VALUES (1000000, 'H44.1-x1', '4', '')")
    assert len(first.records) + sum(len(page.records) for page in pages) == 900
    assert source.closing().complete


def test_the_clock_is_the_database_s_own(database: Database) -> None:
    source = filled(database, 1).source(QUERY)
    assert source.observed_at is None
    numbers_of(source)
    assert source.observed_at is not None
    assert abs(source.observed_at - datetime.now(UTC)) < timedelta(minutes=10)  # same machine: a lost zone is 7 hours
    assert source.closing().extracted_at == source.observed_at


def test_an_empty_table_is_read_to_its_end(database: Database) -> None:
    source = filled(database, 1).source(QUERY + " WHERE id < 0")
    assert [len(page.records) for page in source.pages(frozenset())] == [0]
    assert source.closing().complete
    assert source.closing().expected_rows == 0


def test_a_view_and_parameters_serve_as_well(database: Database) -> None:
    filled(database, 10).execute(
        "CREATE VIEW cong AS SELECT id, ma, CAST('2025-01-02' AS DATE) AS ngay FROM ho_so WHERE id <= 4"
    )
    query = "SELECT ma AS MaHoSo, id AS _id FROM cong WHERE ngay >= :scope_from AND ngay < :business_date"
    assert len(database.records(query)) == 4


def test_memory_stays_flat(database: Database) -> None:
    source = filled(database, 20_000, width=1_000).source(QUERY, fetch_size=500)
    tracemalloc.start()
    try:
        rows = sum(len(page.records) for page in source.pages(frozenset()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rows == 20_000
    assert peak < 8 << 20  # of 20 MB


def test_a_server_that_goes_away_leaves_an_incomplete_reading(database: Database) -> None:
    source = filled(database, 20_000, width=1_000).source(QUERY, fetch_size=100)
    pages = source.pages(frozenset())
    read = len(next(pages).records)
    database.terminate()
    read += sum(len(page.records) for page in pages)
    closing = source.closing()
    assert 100 <= read < 20_000
    assert not closing.complete
    assert closing.reasons == (f"Kết nối cơ sở dữ liệu đứt hoặc quá thời hạn sau {read} dòng",)
    assert closing.expected_rows == 20_000


def test_a_reading_given_up_frees_its_connection(database: Database) -> None:
    source = filled(database, 20_000, width=1_000).source(QUERY, fetch_size=100)
    pages = source.pages(frozenset())
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    database.execute("DROP TABLE ho_so")  # would wait for a reader's lock


def test_a_query_that_takes_too_long_is_ended(database: Database) -> None:
    slow = "SLEEP(30)" if database.kind == "mariadb" else "pg_sleep(30)"
    source = database.source(f"SELECT CAST({slow} AS CHAR(20)) AS MaHoSo", statement_timeout_s=1)
    with pytest.raises(SourceUnavailable, match="statement_timeout_s"):
        numbers_of(source)


def test_a_killed_landing_is_read_from_the_start(database: Database, tmp_path: Path) -> None:
    filled(database, 1_000)
    whole = landed(database, tmp_path / "whole" / "shop")

    class Killed(BaseException):
        pass

    def killed(done: int, total: int | None) -> None:
        raise Killed

    folder = tmp_path / "killed" / "shop"
    with pytest.raises(Killed):
        landed(database, folder, progress=killed)
    manifest = landed(database, folder)
    assert manifest["parts"] == whole["parts"]
    assert (manifest["landed"], manifest["complete"], manifest["kind"]) == (1_000, True, "sql")
    assert read_json(folder / "manifest.json")["pages"] == [f"page-{n:06d}" for n in range(1, 5)]


def test_a_query_without_a_code_is_named(database: Database) -> None:
    with pytest.raises(ConfigError, match=r"ho_so\.sql: no column MaHoSo"):
        filled(database, 1).records("SELECT id AS _id, ma AS ma_ho_so FROM ho_so")


def test_their_names_are_mapped(database: Database) -> None:
    (record,) = filled(database, 1).records("SELECT ma AS ma_ho_so, tt FROM ho_so", columns={"MaHoSo": "Ma_Ho_So"})
    assert record["MaHoSo"] == "H44.1-0"


def test_a_column_that_stands_twice_is_refused(database: Database) -> None:
    with pytest.raises((ConfigError, SourceContractBroken), match="two columns are MaHoSo|not accept the query"):
        filled(database, 1).records("SELECT ma AS MaHoSo, tt AS mahoso FROM ho_so")


def test_a_writing_function_meets_a_read_only_transaction(on_postgresql: Database) -> None:
    on_postgresql.execute("CREATE SEQUENCE dem")
    with pytest.raises(SourceContractBroken, match="25006"):
        on_postgresql.records("SELECT CAST(nextval('dem') AS TEXT) AS MaHoSo")


def test_a_writing_function_meets_a_read_only_transaction_on_mariadb(on_mariadb: Database) -> None:
    on_mariadb.execute(
        "CREATE TABLE dau_vet (n INT)",
        "CREATE FUNCTION ghi() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO dau_vet VALUES (1); RETURN 1; END",
    )
    with pytest.raises(SourceContractBroken, match="1792"):
        on_mariadb.records("SELECT CONCAT('H44.1-', ghi()) AS MaHoSo")


def test_rows_that_multiply_are_noticed(on_mariadb: Database) -> None:
    """An extension with two rows of one dossier would double it."""
    on_mariadb.execute(
        "CREATE TABLE opencps_dossier (dossierId BIGINT PRIMARY KEY, modifiedDate DATETIME, dossierNo VARCHAR(99),"
        " dossierStatus VARCHAR(75), serviceCode VARCHAR(75), govAgencyCode VARCHAR(75), submitDate DATETIME,"
        " receiveDate DATETIME, dueDate DATETIME, releaseDate DATETIME, finishDate DATETIME, online_ TINYINT,"
        " viaPostal INT, dossierActionId BIGINT)",
        "CREATE TABLE opencps_dossieraction (dossierActionId BIGINT PRIMARY KEY, createDate DATETIME)",
        "CREATE TABLE opencps_paymentfile (dossierId BIGINT, feeAmount BIGINT, paymentStatus INT, paymentMethod TEXT)",
        "CREATE TABLE opencps_dossierfile (dossierId BIGINT, dossierPartType INT, fileEntryId BIGINT, removed TINYINT)",
        "CREATE TABLE morong (dossierId BIGINT, SoLanGiaHan INT)",
        "INSERT INTO opencps_dossier (dossierId, dossierNo) VALUES (1, 'H44.1-1')",
        "INSERT INTO morong VALUES (1, 1), (1, 2)",
    )
    source = on_mariadb.source(extension_table="morong")
    assert numbers_of(source) == [1, 1]
    assert source.closing().reasons == ("Cơ sở dữ liệu đếm 1 dòng nhưng trả về 2",)


def test_a_missing_extension_is_named(on_mariadb: Database) -> None:
    with pytest.raises(ConfigError, match="no table khong_co"):
        numbers_of(on_mariadb.source(extension_table="khong_co"))
