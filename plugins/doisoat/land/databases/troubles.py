"""What a database's error means to us. Messages name tables, columns and the error's code, never a value or an account.

A driver's own text may quote a row (`invalid input syntax for type integer: …`), so only names are taken from it,
and only of errors that speak of names.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from doisoat.errors import DoisoatError, SourceContractBroken, SourceRefused, SourceUnavailable

Meaning = Literal["refused", "absent", "query", "slow", "gone"]

# By SQLSTATE (PostgreSQL) or the maker's number.
_MEANINGS: dict[Meaning, tuple[str, ...]] = {
    "refused": (
        *("28000", "28P01", "3D000", "42501"),  # PostgreSQL
        *("1044", "1045", "1049", "1142", "1143", "1227", "1370", "1698"),  # MariaDB, MySQL
        *("ORA-01017", "ORA-01031", "ORA-01045", "ORA-12514", "ORA-28000", "ORA-28001"),
        *("229", "230", "916", "4060", "18456"),  # SQL Server
    ),
    "absent": (
        *("42P01", "42703", "3F000"),
        *("1054", "1109", "1146", "1305"),
        *("ORA-00904", "ORA-00942"),
        *("207", "208"),
    ),
    "query": (
        *("42601", "42702", "42804", "42883", "25006", "0A000"),
        *("1060", "1064", "1052", "1792", "1248"),
        *("ORA-00900", "ORA-00907", "ORA-00911", "ORA-00923", "ORA-00933", "ORA-00936", "ORA-01456"),
        *("102", "156", "1033", "3952"),
    ),
    "slow": ("57014", "1969", "3024", "1205", "DPY-4024", "20003"),
    "gone": (
        *("57P01", "57P02", "57P03", "53300", "55P03"),
        *("1040", "1053", "1158", "1159", "1160", "1161", "1317", "1927", "2002", "2003", "2006", "2013"),
        *("ORA-03113", "ORA-03114", "ORA-12541", "DPY-4011", "DPY-6005"),
        *("20002", "20004", "20006", "20009", "20047"),
    ),
}
_MEANING_OF: dict[str, Meaning] = {code: meaning for meaning, codes in _MEANINGS.items() for code in codes}
_GONE_CLASSES = ("08", "53", "58")  # of SQLSTATE: connection, resources, system
_REFUSED_WORDS = re.compile(r"authentication|pg_hba|does not exist|not permitted|FATAL:  role", re.IGNORECASE)
# Where the makers' texts name a table or column; a text in another language names none, and its code must do.
_NAMES = (
    re.compile(r"for table (\S+)"),  # MariaDB: … denied to user '…'@'…' for table `motcua`.`ho_so`
    re.compile(r"(?:[Cc]olumn|for column|Table|object name|column name) '([\w.$]+)'"),  # MariaDB, SQL Server
    re.compile(r'(?:relation|column|schema|table or view|^)\s*"([\w.$]+(?:"\."[\w.$]+)?)"'),  # PostgreSQL, Oracle
    re.compile(r"(?:permission denied for (?:table|view|schema|sequence)|^column) ([\w.$]+)"),  # PostgreSQL
)


class AccountRefused(SourceRefused):
    """The database does not let the account in, or not at what is read."""


class QueryRefused(SourceContractBroken):
    """The database cannot do what it is asked: a table or column that is not there, or no SQL of its kind."""


def translated(error: Exception, address: str) -> DoisoatError:
    """The error of ours that an error of SQLAlchemy means; for `raise … from None`, since its text may quote rows."""
    cause = getattr(error, "orig", None) or error
    code = code_of(cause)
    meaning = _meaning(error, cause, code)
    shown = f" ({code})" if code else ""
    if meaning == "refused":
        where = f" to {name}" if (name := _named(cause)) and code not in {"1044", "1045", "1049", "28P01"} else ""
        return AccountRefused(
            f"{address}: the database refuses the account access{where}{shown}; check user, password and database in "
            "the URL, and that the account may SELECT what is read"
        )
    if meaning == "absent":
        name = _named(cause) or "a table or column"
        return QueryRefused(f"{address}: the database has no {name}{shown}; correct the query or the schema")
    if meaning == "query":
        return QueryRefused(f"{address}: the database does not accept the query{shown}; try it in its console")
    if meaning == "slow":
        return SourceUnavailable(f"{address}: the query took longer than statement_timeout_s{shown}")
    if meaning == "gone":
        return SourceUnavailable(f"{address}: the database does not answer, or ended the connection{shown}")
    return SourceContractBroken(
        f"{address}: the database reports an error{shown} while it is read; try the query there"
    )


def code_of(cause: Any) -> str:
    """The maker's number, or SQLSTATE; "" where there is neither."""
    first = cause.args[0] if getattr(cause, "args", ()) else None
    if full := getattr(first, "full_code", None):  # oracledb
        return str(full)
    if isinstance(first, tuple) and first:  # pymssql, while connecting
        first = first[0]
    if isinstance(first, int) and not isinstance(first, bool):
        return str(first)
    return str(getattr(cause, "sqlstate", None) or "")


def _meaning(error: Exception, cause: Any, code: str) -> Meaning | None:
    if known := _MEANING_OF.get(code):
        return known
    if code[:2] in _GONE_CLASSES and len(code) == 5:
        return "gone"
    if isinstance(cause, UnicodeError):
        return None
    if not code and _REFUSED_WORDS.search(str(cause)):  # libpq says only in words why it could not connect
        return "refused"
    is_lost = bool(getattr(error, "connection_invalidated", False))
    return "gone" if is_lost or (not code and type(cause).__name__ in {"OperationalError", "InterfaceError"}) else None


def _named(cause: Any) -> str:
    """The table or column an error speaks of."""
    text = " ".join(str(part) for part in cause.args)
    for pattern in _NAMES:
        if match := pattern.search(text):
            return re.sub("[`'\"]", "", match[1])
    return ""
