"""A province's own query: checked to be one SELECT, its columns mapped, and only what may land asked for.

The query becomes a derived table, of which the allow-listed columns are selected: personal columns it may have
never leave the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import sqlparse
from sqlalchemy import ColumnElement, Connection, Select, TextClause, column, func, literal_column, select, text
from sqlparse import tokens

from doisoat.errors import ConfigError
from doisoat.land import fields
from doisoat.land.databases.plans import Plan
from doisoat.land.exports.columns import ColumnNames

BINDS = ("scope_from", "business_date")
_OWN = ("_id", "_updated")
_WRITES = {"INTO", "CALL", "EXEC", "EXECUTE", "LOCK"}


class MappedQuery:
    """A planner over a query file. ConfigError names the file and what is wrong with it."""

    def __init__(self, file: Path, columns: Mapping[str, str], values: Mapping[str, date]):
        self._file = file
        self._sql = read_select(file)
        self._names = ColumnNames(columns)
        self._values = dict(values)
        unknown = sorted(set(self._from()._bindparams) - set(self._values))
        if unknown:
            known = ", ".join(f":{name}" for name in BINDS)
            raise ConfigError(f"{file}: parameter :{unknown[0]} is not known (known: {known})", key="query")

    def __call__(self, connection: Connection) -> Plan:
        """The plan for this database: its answer about the query's columns decides."""
        probe: Select[Any] = select(literal_column("*")).select_from(self._from()).where(text("1 = 0"))
        header = list(connection.execute(probe).keys())
        taken, offered = self._names.of_header(header, str(self._file))
        own = [(place, name.strip().lower()) for place, name in enumerate(header) if name.strip().lower() in _OWN]
        by_name: dict[str, ColumnElement[Any]] = {wire: column(header[place]) for place, wire in [*taken, *own]}
        if fields.CODE not in by_name:
            raise ConfigError(f"{self._file}: no column {fields.CODE}; name theirs under columns:", key="columns")
        rows = select(*by_name.values()).select_from(self._from())
        return Plan(
            rows=rows.order_by(by_name.get("_id", by_name[fields.CODE])),
            count=select(func.count()).select_from(self._from()),
            code=by_name[fields.CODE],
            names=tuple(by_name),
            columns=frozenset(name for name in offered if name.strip().lower() not in _OWN),
        )

    def _from(self) -> TextClause:
        """The query as a derived table with its values bound."""
        clause = text(f"(\n{self._sql}\n) q")
        return clause.bindparams(**{name: self._values[name] for name in clause._bindparams if name in self._values})


def read_select(file: Path) -> str:
    """The text of the one SELECT in a file; ConfigError for anything else."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{file}: no such query file", key="query") from None
    except (UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{file}: not readable as UTF-8 text ({type(error).__name__})", key="query") from None
    statements = [one for one in sqlparse.parse(content) if _is_statement(one)]
    if len(statements) != 1:
        raise ConfigError(f"{file}: expected one SELECT, found {len(statements)} statements", key="query")
    statement: Any = statements[0]
    if statement.get_type() != "SELECT" or (word := _writing_word(statement)):
        found = statement.get_type() if statement.get_type() != "SELECT" else word
        raise ConfigError(f"{file}: expected one SELECT that only reads, found {found}", key="query")
    return "".join(token.value for token in statement.flatten() if not _ends(token)).strip()


def _is_statement(parsed: Any) -> bool:
    """Whether there is more than comments, blanks and a semicolon."""
    return any(not (token.is_whitespace or token.ttype in tokens.Comment or _ends(token)) for token in parsed.flatten())


def _ends(token: Any) -> bool:
    return token.ttype is tokens.Punctuation and token.value == ";"


def _writing_word(statement: Any) -> str:
    """A keyword that does not belong into a query that only reads; "" when there is none."""
    for token in statement.flatten():
        word = token.value.upper()
        if token.ttype in tokens.Keyword.DML and word != "SELECT":
            return str(word)
        if token.ttype in tokens.Keyword.DDL or (token.ttype in tokens.Keyword and word in _WRITES):
            return str(word)
    return ""
