"""What goes wrong between us and a real database: told in one sentence, with names and codes, without the account."""

from __future__ import annotations

import socket

import pytest

from doisoat.errors import ConfigError, SourceContractBroken, SourceRefused, SourceUnavailable
from tests.contract.databases.conftest import Database
from tests.mariadb import ACCOUNT, PASSWORD, MariaDb

QUERY = "SELECT ma AS MaHoSo FROM ho_so"


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(database: Database, query: str = QUERY, **more: object) -> None:
    list(database.source(query, **more).pages(frozenset()))


def table(database: Database) -> Database:
    database.execute(
        "CREATE TABLE ho_so (ma VARCHAR(60), luong VARCHAR(60))", "INSERT INTO ho_so VALUES ('H44.1-1', 'x')"
    )
    return database


def test_nobody_listens(database: Database, closed_port: int) -> None:
    url = f"{database.url.split('://')[0]}://ai:bi-mat@127.0.0.1:{closed_port}/motcua"
    with pytest.raises(
        SourceUnavailable, match=f"127.0.0.1:{closed_port}/motcua: the database does not answer"
    ) as wrong:
        read(database, url=url)
    assert "bi-mat" not in str(wrong.value)


def test_a_wrong_password(on_mariadb: Database) -> None:
    with pytest.raises(SourceRefused, match="1045.*check user, password") as wrong:
        read(on_mariadb, url=on_mariadb.url.replace(PASSWORD, "nham-lan"))
    assert ACCOUNT not in str(wrong.value)
    assert "nham-lan" not in str(wrong.value)


def test_an_unknown_account_of_postgresql(on_postgresql: Database) -> None:
    with pytest.raises(SourceRefused, match="refuses the account") as wrong:
        read(on_postgresql, url=on_postgresql.url.replace("postgres@", "khong_ai:bi-mat@"))
    assert "khong_ai" not in str(wrong.value)


def test_an_unknown_database(database: Database) -> None:
    with pytest.raises(SourceRefused):
        read(database, url=database.url.rsplit("/", 1)[0] + "/khong_co")


def test_a_table_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(SourceContractBroken, match=r"has no \S*ho_so \("):
        read(database)


def test_a_column_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(SourceContractBroken, match=r"has no \S*han_tra \("):
        read(table(database), "SELECT ma AS MaHoSo, h.han_tra AS NgayHenTra FROM ho_so h")


def test_opencps_tables_that_are_not_there_are_named(database: Database) -> None:
    with pytest.raises(SourceContractBroken, match=r"has no \S*opencps_\w+ \("):
        list(database.source().pages(frozenset()))


def test_an_account_without_the_right_to_one_table(on_mariadb: Database, mariadb: MariaDb) -> None:
    name = on_mariadb.url.rsplit("/", 1)[1]
    table(on_mariadb).execute(
        "CREATE OR REPLACE TABLE luong (ma VARCHAR(60))",
        "CREATE OR REPLACE USER chi_doc@'%' IDENTIFIED BY 'd'",
        f"GRANT SELECT ON {name}.luong TO chi_doc@'%'",
    )
    with pytest.raises(SourceRefused, match=rf"refuses the account access to {name}\.ho_so \(1142\)") as wrong:
        read(on_mariadb, url=mariadb.url(name, user="chi_doc", password="d"))
    assert "chi_doc" not in str(wrong.value)


def test_an_account_without_the_right_to_one_table_of_postgresql(on_postgresql: Database) -> None:
    table(on_postgresql).execute("DROP ROLE IF EXISTS chi_doc", "CREATE ROLE chi_doc LOGIN")
    with pytest.raises(SourceRefused, match=r"access to ho_so \(42501\)"):
        read(on_postgresql, url=on_postgresql.url.replace("postgres@", "chi_doc@"))
    on_postgresql.execute("DROP ROLE chi_doc")


def test_what_is_no_sql_for_the_database(database: Database) -> None:
    with pytest.raises(SourceContractBroken, match="does not accept the query"):
        read(database, "SELECT ma AS MaHoSo FRM ho_so WHERE ORDER")


def test_a_value_that_breaks_the_query_is_not_repeated(on_postgresql: Database) -> None:
    on_postgresql.execute("CREATE TABLE ho_so (ma TEXT)", "INSERT INTO ho_so VALUES ('Nguyễn Văn A')")
    with pytest.raises(SourceContractBroken, match="22P02") as wrong:
        read(on_postgresql, "SELECT CAST(CAST(ma AS INTEGER) AS TEXT) AS MaHoSo FROM ho_so")
    assert "Nguyễn" not in str(wrong.value)
    assert wrong.value.__suppress_context__  # a log's traceback shows no driver's text either


def test_a_value_that_breaks_the_query_half_way_leaves_an_incomplete_reading(on_postgresql: Database) -> None:
    on_postgresql.execute(
        "CREATE TABLE ho_so AS SELECT n AS id FROM generate_series(1, 3000) n",
        "ALTER TABLE ho_so ADD PRIMARY KEY (id)",  # rows come by it, none is computed before its turn
        "ANALYZE ho_so",
    )
    query = "SELECT id AS _id, CAST(100 / (2500 - id) AS TEXT) AS MaHoSo FROM ho_so"
    source = on_postgresql.source(query, fetch_size=500)
    assert sum(len(page.records) for page in source.pages(frozenset())) == 2_000
    assert source.closing().reasons == ("Cơ sở dữ liệu báo lỗi khi đang đọc sau 2000 dòng",)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("khong phai url", "no database URL"),
        ("postgresql://ai:mat-khau@[::1/x", "no database URL"),
        ("mongodb://ai:mat-khau@127.0.0.1/x", "kind 'mongodb' is not known"),
        ("oracle://ai:mat-khau@127.0.0.1/x", r"install doisoat\[oracle\]"),
        ("mssql://ai:mat-khau@127.0.0.1/x", r"install doisoat\[sqlserver\]"),
        ("postgresql+khongco://ai:mat-khau@127.0.0.1/x", "leave the driver out"),
    ],
    ids=[
        "no url",
        "half an address",
        "unknown",
        "oracle",
        "sqlserver",
        "driver",
    ],  # "::" in an id splits a scope of xdist
)
def test_a_url_that_is_none(on_mariadb: Database, url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as wrong:
        read(on_mariadb, url=url)
    assert "mat-khau" not in str(wrong.value)
    assert wrong.value.key == "url_env"


# --- look-ups ---------------------------------------------------------------------------------------------


def dossiers(database: Database, *codes: str) -> Database:
    database.execute("CREATE TABLE ho_so (id INT PRIMARY KEY, ma VARCHAR(99), cap_nhat TIMESTAMP)")
    for number, code in enumerate(codes, 1):
        database.execute(f"INSERT INTO ho_so VALUES ({number}, '{code}', '2026-09-0{number} 08:00:00')")
    return database


LOOK_UP = "SELECT id AS _id, ma AS MaHoSo, cap_nhat AS _updated FROM ho_so"


def test_a_dossier_is_looked_up_however_it_is_spelled(database: Database) -> None:
    spelled = ("H44.1-1", "h44.1–2 ", "H44.1\u200b-\u00a03", "H44_1-4", "H44.1-SỬA")
    look_up = dossiers(database, *spelled).look_up(LOOK_UP)
    answers = [look_up.look_up(code) for code in ("H44.1-1", "H44.1-2", "H44.1-3", "H44_1-4", "H44.1-SỬA")]
    assert [answer.record and answer.record["_id"] for answer in answers] == [1, 2, 3, 4, 5]


def test_a_code_kept_as_bytes_or_as_a_number_is_known_again(on_mariadb: Database) -> None:
    on_mariadb.execute("CREATE TABLE ho_so (ma VARBINARY(60), so INT)", "INSERT INTO ho_so VALUES ('H44.1-1', 260820)")
    assert on_mariadb.look_up(QUERY).look_up("H44.1-1").state == "found"
    assert on_mariadb.look_up("SELECT so AS MaHoSo FROM ho_so").look_up("260820").state == "found"


def test_what_is_not_there_is_absent(database: Database) -> None:
    look_up = dossiers(database, "H44.1-10", "H44.1-1X", "XH44.1-1").look_up(LOOK_UP)
    assert look_up.look_up("H44.1-1").state == "absent"


def test_among_too_many_alike_nothing_is_claimed(on_postgresql: Database) -> None:
    on_postgresql.execute(
        "CREATE TABLE ho_so AS SELECT n AS id, 'H44.1-' || n AS ma, now() AS cap_nhat FROM generate_series(2, 9999) n"
    )
    look_up = on_postgresql.look_up(LOOK_UP)
    assert [look_up.look_up(code).state for code in ("H44.1-1", "H44.1-9999", "H44.1-99990")] == [
        "failed",
        "found",
        "absent",
    ]


def test_of_several_the_last_changed_counts(database: Database) -> None:
    answer = dossiers(database, "H44.1-1", "H44.1-1", "H44.1-1").look_up(LOOK_UP).look_up("H44.1-1")
    assert answer.record is not None
    assert answer.record["_id"] == 3
    assert {record["_id"] for record in answer.others} == {1, 2}


def test_a_database_that_does_not_answer_is_no_knowledge(database: Database, closed_port: int) -> None:
    url = f"{database.url.split('://')[0]}://ai:bi-mat@127.0.0.1:{closed_port}/motcua"
    assert database.look_up(LOOK_UP, url=url).look_up("H44.1-1").state == "failed"


def test_a_connection_that_was_ended_between_two_look_ups_is_replaced(database: Database) -> None:
    look_up = dossiers(database, "H44.1-1").look_up(LOOK_UP)
    assert look_up.look_up("H44.1-1").state == "found"
    database.terminate()
    assert [look_up.look_up("H44.1-1").state for _ in range(2)][-1] == "found"
