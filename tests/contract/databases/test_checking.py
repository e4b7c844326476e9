"""`doisoat check-source` against a live database: what it says of the table, and of what is wrong with account or query."""

from __future__ import annotations

import psycopg
import pytest
import yaml

from doisoat.config import load_province
from doisoat.errors import ExitCode
from doisoat.pipeline.checking import SourceCheck, check_source
from tests.contract.databases.conftest import NIGHT, Database
from tests.mariadb import PASSWORD
from tests.unit.warehouse.postgres import GUARDED

QUERY = "SELECT h.*, id AS _id, cap_nhat AS _updated FROM ho_so h"
TABLE = (
    "CREATE TABLE ho_so (id INT PRIMARY KEY, cap_nhat TIMESTAMP, MaHoSo VARCHAR(60), TrangThaiHoSo VARCHAR(60),"
    " MaTTHC VARCHAR(60), MaCoQuan VARCHAR(60), NgayTiepNhan VARCHAR(60), NgayHenTra VARCHAR(60),"
    " NgayKetThucXuLy VARCHAR(60), ChuHoSo VARCHAR(60))"
)
ROW = (
    "INSERT INTO ho_so VALUES (1, '2026-09-03 08:00:00', 'H44.05-260820-0001', '4', '1.001612', 'H44.05',"
    " '20260820080000', '20260824170000', '', 'Nguyễn Văn Kín')"
)
EXPORT = "MaHoSo,TrangThaiHoSo,MaTTHC,MaCoQuan,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy\n"
ACCOUNT = (
    "Cơ sở dữ liệu từ chối tài khoản: kiểm tra tên, mật khẩu và tên cơ sở dữ liệu trong biến môi trường nêu ở url_env"
)
NO_TABLE = "Cơ sở dữ liệu không thực hiện được câu truy vấn: sửa tên bảng, tên cột trong tệp nêu ở query"


@pytest.fixture
def check(database: Database) -> SourceCheck:
    database.execute(TABLE, ROW)
    return checked(database, QUERY)


def checked(database: Database, query: str, url: str | None = None) -> SourceCheck:
    """The shop is the database, the portal an export beside it."""
    database.environment.setenv("CSDL_THU", url or database.url)
    folder = database.folder
    (folder / "cong").mkdir()
    (folder / "cong" / "a.csv").write_text(EXPORT, encoding="utf-8")
    (folder / "shop.sql").write_text(query, encoding="utf-8")
    province = {
        "province": "H44",
        "name": "Phú Thọ",
        "shop": {"kind": "sql", "url_env": "CSDL_THU", "query": "shop.sql"},
        "portal": {"kind": "files", "path": "cong"},
    }
    file = folder / "phu_tho.yaml"
    file.write_text(yaml.safe_dump(province, allow_unicode=True), encoding="utf-8")
    return check_source(load_province(file), clock=lambda: NIGHT)


def test_a_table_is_read_and_described(check: SourceCheck) -> None:
    shop, portal = check.sides
    assert (shop.kind, shop.trouble, portal.trouble) == ("sql", None, None)
    assert shop.page is not None and shop.page.rows == 1
    assert shop.page.absent_required == ()
    assert {"MaHoSo", "TrangThaiHoSo", "NgayTiepNhan"} <= {field.name for field in shop.page.fields}
    assert "Nguyễn" not in str(check) and "H44.05-260820-0001" not in str(check)
    assert PASSWORD not in str(check)


def trouble_of(check: SourceCheck, sentence: str, code: ExitCode) -> str:
    """What is said of the shop, which begins with the sentence; the portal is read all the same."""
    shop, portal = check.sides
    assert shop.trouble is not None and shop.page is None
    assert shop.trouble.sentence.startswith(sentence)
    assert check.exit_code is code
    assert portal.page is not None and portal.trouble is None
    return shop.trouble.sentence


def test_a_wrong_table_says_to_correct_the_query(database: Database) -> None:
    said = trouble_of(checked(database, QUERY.replace("ho_so h", "hoso h")), NO_TABLE, ExitCode.UNREACHABLE)
    assert "hoso" in said


def test_a_wrong_column_says_to_correct_the_query(database: Database) -> None:
    database.execute(TABLE, ROW)
    said = trouble_of(checked(database, QUERY.replace("cap_nhat", "thay_doi")), NO_TABLE, ExitCode.UNREACHABLE)
    assert "thay_doi" in said


def wrong_password(database: Database) -> str:
    """The database's URL with a password that is not the account's."""
    if database.kind == "mariadb":
        return database.url.replace(PASSWORD, "nham-lan")
    database.execute(f"DROP ROLE IF EXISTS {GUARDED}", f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
    right = database.url.replace("postgres@", f"{GUARDED}:{PASSWORD}@")
    assert let_in(right)
    return right.replace(PASSWORD, "nham-lan")


def let_in(url: str) -> bool:
    """Whether PostgreSQL lets this account in: the trouble below must be the password's."""
    with psycopg.connect(url) as connection:
        return not connection.closed


def test_a_wrong_password_says_where_it_stands_and_not_what_it_is(database: Database) -> None:
    said = trouble_of(checked(database, QUERY, wrong_password(database)), ACCOUNT, ExitCode.UNREACHABLE)
    assert "nham-lan" not in said and PASSWORD not in said and GUARDED not in said
    assert "127.0.0.1" in said
