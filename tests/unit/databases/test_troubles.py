"""What drivers' errors become: the right kind of ours, with names and codes, without values and accounts.

PostgreSQL and MariaDB say these things themselves in `tests/contract/databases`; here stands what Oracle and SQL
Server are documented to say, and what must never be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pymysql
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from doisoat.errors import DoisoatError, SourceContractBroken, SourceUnavailable
from doisoat.land.databases.troubles import AccountRefused, QueryRefused, translated

ADDRESS = "oracle://127.0.0.1/motcua"


@dataclass
class OracleDetail:
    """What oracledb puts into its exceptions."""

    full_code: str
    message: str

    def __str__(self) -> str:
        return self.message


class DriverError(Exception):
    """An exception of a driver that is not installed."""


def meant(cause: Exception) -> DoisoatError:
    return translated(DBAPIError("SELECT 1", {}, cause), ADDRESS)


@pytest.mark.parametrize(
    ("cause", "kind", "says"),
    [
        (DriverError(OracleDetail("ORA-01017", "invalid username/password")), AccountRefused, "ORA-01017"),
        (DriverError(OracleDetail("ORA-00942", 'table or view "MOTCUA"."HO_SO" …')), QueryRefused, "MOTCUA"),
        (DriverError(OracleDetail("ORA-00933", "SQL command not properly ended")), QueryRefused, "query"),
        (DriverError(OracleDetail("DPY-6005", "cannot connect")), SourceUnavailable, "does not answer"),
        (DriverError(OracleDetail("DPY-4024", "call timeout")), SourceUnavailable, "statement_timeout_s"),
        (DriverError(18456, b"Login failed for user 'ai'."), AccountRefused, "18456"),
        (DriverError((18456, b"Login failed for user 'ai'.")), AccountRefused, "18456"),
        (DriverError(208, "Invalid object name 'ho_so'."), QueryRefused, "ho_so"),
        (DriverError(20003, b"timed out"), SourceUnavailable, "statement_timeout_s"),
        (pymysql.err.OperationalError(2013, "Lost connection"), SourceUnavailable, "2013"),
        (DriverError("lỗi lạ"), SourceContractBroken, "reports an error"),
    ],
)
def test_an_error_becomes_one_of_ours(cause: Exception, kind: type[DoisoatError], says: str) -> None:
    error = meant(cause)
    assert type(error) is kind
    assert says in str(error)
    assert ADDRESS in str(error)


@pytest.mark.parametrize(
    "cause",
    [
        psycopg.errors.InvalidTextRepresentation('invalid input syntax for type integer: "Nguyễn Văn A 0912345678"'),
        psycopg.errors.DatatypeMismatch('column "Nguyễn Văn A 0912345678"'),
        pymysql.err.DataError(1292, "Truncated incorrect DOUBLE value: 'Nguyễn Văn A 0912345678'"),
        pymysql.err.OperationalError(1045, "Access denied for user 'Nguyễn Văn A 0912345678'@'10.0.0.1'"),
        DriverError("Nguyễn Văn A 0912345678"),
        UnicodeDecodeError("utf-8", "Nguyễn Văn A 0912345678".encode(), 0, 1, "invalid start byte"),
    ],
)
def test_no_value_of_a_row_and_no_account_is_repeated(cause: Exception) -> None:
    assert "Nguyễn" not in str(meant(cause))
    assert "0912345678" not in str(meant(cause))


def test_without_a_code_an_operational_error_means_that_nobody_answers() -> None:
    error = translated(OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused")), ADDRESS)
    assert isinstance(error, SourceUnavailable)
