"""A database as a side read to its end, and as a look-up of single dossiers.

All rows and their number come from one read-only snapshot, so they belong together, and fewer rows than counted mean
that the reading broke off. A snapshot ends with its connection: a killed reading begins anew.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func

from doisoat.errors import SourceContractBroken, SourceUnavailable
from doisoat.land import fields
from doisoat.land.calls.guard import Guard
from doisoat.land.databases.plans import Plan, Planner
from doisoat.land.databases.snapshots import Database
from doisoat.land.items import answer_about, greatest, sortable
from doisoat.land.readers import as_text
from doisoat.land.record_columns import RecordColumns
from doisoat.land.source import Answer, Closing, Page

_LOG = logging.getLogger(__name__)
_PLAIN = frozenset({str, int, float, bool, Decimal, datetime, date, list, dict})
_ZERO_DATE = "0000-00-00"  # how MySQL writes "no date" …
_NO_DATE = "0001-01-01 00:00:00"  # … and the empty date the rules know: null, with a warning
_BITS = {b"\x00": 0, b"\x01": 1}
_ALIKE = 1_000  # rows looked through for one code; with more, nothing is claimed
_SURE = re.compile(r"[A-Za-z0-9./]")


class DatabaseSource:
    """A `Source`: pages of `fetch_size` rows, in the order of the plan."""

    kind = "sql"

    def __init__(self, database: Database, planner: Planner, fetch_size: int):
        self.address = database.address
        self._database = database
        self._planner = planner
        self._fetch_size = fetch_size
        self._reasons: list[str] = []
        self._rows = 0
        self._expected: int | None = None
        self._updated_to: str | None = None

    @property
    def observed_at(self) -> datetime | None:
        """The database's own clock when the snapshot began."""
        return self._database.observed_at

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """Every page, whatever is done; raises what it met when not one page could be read."""
        self._reasons, self._rows, self._expected, self._updated_to = [], 0, None, None
        try:
            with self._database.snapshot() as connection:
                plan = self._planner(connection)
                self._expected = int(connection.execute(plan.count).scalar_one())
                options = {"stream_results": True, "yield_per": self._fetch_size}
                result = connection.execute(plan.rows, execution_options=options)
                yield from self._handed_over(result.partitions(self._fetch_size), plan)
        except (SourceUnavailable, SourceContractBroken) as error:
            if not self._rows:
                raise
            _LOG.warning("%s", error)
            self._reasons.append(f"{_broke_off(error)} sau {self._rows} dòng")
        finally:
            self._database.close()
        self._compare()

    def closing(self) -> Closing:
        watermark = {"updated_to": self._updated_to} if self._updated_to else None
        return Closing(self.observed_at, not self._reasons, tuple(self._reasons), self._expected, watermark)

    def _handed_over(self, pieces: Iterator[Any], plan: Plan) -> Iterator[Page]:
        number = 0
        for number, piece in enumerate(pieces, 1):
            records = RecordColumns.of([record_of(row, plan.names) for row in piece])
            self._rows += len(records)
            self._updated_to = max(filter(None, (self._updated_to, greatest(records))), default=None)
            yield Page(f"page-{number:06d}", records, plan.columns)
        if not number:
            yield Page("page-000001", (), plan.columns)

    def _compare(self) -> None:
        if self._reasons or self._expected is None or self._rows == self._expected:
            return
        self._reasons.append(f"Cơ sở dữ liệu đếm {self._expected} dòng nhưng trả về {self._rows}")


class DatabaseLookUp:
    """A `LookUp`: the rows of one code, each in a snapshot of its own."""

    kind = "sql"

    def __init__(self, database: Database, planner: Planner):
        self.address = database.address
        self._database = database
        self._planner = planner
        self._plan: Plan | None = None
        self._guard = Guard(database.address)

    @property
    def observed_at(self) -> datetime | None:
        """The database's own clock at its first answer."""
        return self._database.observed_at

    def look_up(self, code: str) -> Answer:
        """The dossier of a normalised code, however it is spelled there."""
        return self._guard.ask(lambda: self._answer(code))

    def close(self) -> None:
        self._database.close()

    def _answer(self, code: str) -> Answer:
        """By the code as it is (an index serves that); only if nothing is found, by all its possible spellings."""
        with self._database.snapshot() as connection:
            plan = self._plan = self._plan or self._planner(connection)

            def found(rows: Select[Any]) -> Answer:
                records = [record_of(row, plan.names) for row in connection.execute(rows.limit(_ALIKE))]
                answer = answer_about(code, records)
                is_sure = answer.state == "found" or len(records) < _ALIKE
                return answer if is_sure else Answer("failed", reason="quá nhiều mã gần giống")

            exact = found(plan.rows.where(plan.code == code))
            return found(plan.rows.where(_spelled(plan, code))) if exact.state == "absent" else exact


def _spelled(plan: Plan, code: str) -> Any:
    """True for every spelling of a code: blanks and invisible characters anywhere, any dash, any case."""
    pattern = "%".join(letter if _SURE.match(letter) else "" for letter in code)
    return func.upper(plan.code).like(f"%{pattern}%")


def _broke_off(error: Exception) -> str:
    gone = isinstance(error, SourceUnavailable)
    return "Kết nối cơ sở dữ liệu đứt hoặc quá thời hạn" if gone else "Cơ sở dữ liệu báo lỗi khi đang đọc"


def record_of(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The record of a row; of a name that stands twice the first value that is there."""
    record: dict[str, Any] = {}
    for name, value in zip(names, row, strict=True):
        if value is None or value == "" or name in record:
            continue
        record[name] = value if type(value) in _PLAIN else _plain(value)
        if type(value) is str and value.startswith(_ZERO_DATE) and name in fields.INSTANTS:
            record[name] = _NO_DATE
    if "_updated" in record:
        record["_updated"] = sortable(record["_updated"])
    if not isinstance(record.get(fields.CODE), str | None):
        record[fields.CODE] = _code_text(record[fields.CODE])
    return record


def _code_text(value: Any) -> Any:
    """A code kept as a number or as bytes as its text, so that a look-up knows it again."""
    try:
        return as_text(value)
    except ValueError:
        return value


def _plain(value: Any) -> Any:
    """What the readers know of a driver's own types; the rest as it is, which they find unreadable."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        return _BITS.get(raw, raw)
    return value
