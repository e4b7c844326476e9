"""Apache Spark behind the interface of `store.connection`: the same statements, spread over as many machines as it has.

Tables are folders of Parquet below `scratch`, which a cluster must see under the same path (as it must the run's
home); views and questions are plans. A file that is written goes through DuckDB, so that it is one file, in order, with
the types every other stage knows. Needs the extra `spark`; which Spark it is, the URL says.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from doisoat.errors import DamagedSnapshot, OutOfSpace
from doisoat.store.engine import engine
from doisoat.store.spark_sql import Lists, Statement, spark_statements

_ARROW_TYPES = {
    "STRING": pa.string(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "DOUBLE": pa.float64(),
    "INT": pa.int32(),
    "BIGINT": pa.int64(),
}
_STAGE_AGAIN = "run the stage `stage` of this night again"


class SparkAnswer:
    """The rows of one question, fetched when they are asked for."""

    def __init__(self, frame: DataFrame | None = None) -> None:
        self._frame = frame  # None: of a statement that answers nothing
        self._rows: Iterator[tuple[Any, ...]] | None = None

    @property
    def description(self) -> list[tuple[str]]:
        return [(name,) for name in self._frame.columns] if self._frame else []

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._fetched(), None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._fetched())

    def _fetched(self) -> Iterator[tuple[Any, ...]]:
        if self._rows is None:
            self._rows = iter([tuple(row) for row in self._frame.collect()] if self._frame else [])
        return self._rows


class SparkRelation:
    """A plan that may get a name, or be written."""

    def __init__(self, connection: SparkConnection, frame: DataFrame) -> None:
        self._connection = connection
        self.frame = frame

    @property
    def columns(self) -> list[str]:
        return list(self.frame.columns)

    def create_view(self, view_name: str, /, replace: bool = True) -> SparkRelation:
        self.frame.createOrReplaceTempView(view_name)
        return self

    def create(self, table_name: str, /) -> None:
        self._connection.keep(table_name, self.frame)

    def write_parquet(self, file_name: str, /, *, compression: str) -> None:
        parts = self._connection.write("written", self.frame)
        files = [str(path) for path in sorted(parts.glob("part-*.parquet"))]  # numbered in the order of the rows
        with engine(parts.parent / "merging") as merging:
            merging.read_parquet(files).write_parquet(file_name, compression=compression)


class SparkConnection:
    """The relations of one comparison, on a session of its own."""

    def __init__(self, session: SparkSession, scratch: Path) -> None:
        self._session = session
        self._scratch = scratch
        self._tables: dict[str, DataFrame] = {}
        self._added: dict[str, list[str]] = {}  # views of rows that join a table when it is next asked for
        self._written = 0

    def execute(self, query: str, parameters: Mapping[str, Any] | None = None, /) -> SparkAnswer:
        answer = SparkAnswer()
        for statement in spark_statements(query):
            answer = self._done(statement, parameters or {})
        return answer

    def begin(self) -> None:
        """No other reads these relations, and rows are added at once anyway."""

    def commit(self) -> None:
        """Nothing was begun."""

    def sql(self, query: str, /, *, params: Mapping[str, Any] | None = None) -> SparkRelation:
        (statement,) = spark_statements(query)
        return SparkRelation(self, self._frame(statement, params or {}))

    def _done(self, statement: Statement, parameters: Mapping[str, Any]) -> SparkAnswer:
        target = statement.target
        if not statement.query:
            self._session.catalog.dropTempView(target)
            return SparkAnswer()
        frame = self._frame(statement, parameters)
        if not target:
            return SparkAnswer(frame)
        if statement.is_view:
            frame.createOrReplaceTempView(target)
        elif statement.is_added:
            self._later(target, frame)
        elif statement.reads:
            self.keep(target, frame)
        elif not (statement.is_kept and target in self._tables):
            self._show(target, frame)
        return SparkAnswer()

    def _frame(self, statement: Statement, parameters: Mapping[str, Any]) -> DataFrame:
        for name in statement.reads & self._added.keys():
            self._add(name)
        for lists in statement.lists:
            self._frame_of(lists, parameters).createOrReplaceTempView(lists.name)
        bound = {name: _bindable(parameters[name]) for name in statement.parameters}
        return self._session.sql(statement.query, args=bound)

    def table(self, table_name: str, /) -> SparkRelation:
        if table_name in self._added:
            self._add(table_name)
        return SparkRelation(self, self._session.table(table_name))

    def read_parquet(self, file_glob: str, /) -> SparkRelation:
        files = _alike(file_glob)
        return SparkRelation(self, self._session.read.parquet(*map(_address, files)))

    def _show(self, name: str, frame: DataFrame) -> None:
        """A table that is so small that its plan will do."""
        self._tables[name] = frame
        frame.createOrReplaceTempView(name)

    def keep(self, name: str, frame: DataFrame) -> None:
        """A table: computed now, and read from its folder whenever it is asked."""
        folder = self.write(name, frame)
        self._show(name, self._session.read.schema(frame.schema).parquet(_address(folder)))

    def write(self, name: str, frame: DataFrame) -> Path:
        """Compute a plan into a folder of its own; one it reads may have the same name."""
        self._written += 1
        folder = self._scratch / f"{name}-{self._written}"
        frame.write.parquet(_address(folder))
        return folder

    def _later(self, name: str, frame: DataFrame) -> None:
        """Rows that are to join a table; a view now, as Spark Connect would read what the names in it mean by then."""
        waiting = self._added.setdefault(name, [])
        waiting.append(f"{name}_added_{len(waiting)}")
        frame.createOrReplaceTempView(waiting[-1])

    def _add(self, name: str) -> None:
        """All at once: one job of many parts instead of many."""
        known = self._tables[name]
        types = [f"CAST({one.name} AS {one.dataType.simpleString()}) AS {one.name}" for one in known.schema]
        frames = map(self._session.table, self._added.pop(name))
        added = (frame.toDF(*known.columns).selectExpr(*types) for frame in frames)
        self.keep(name, reduce(DataFrame.unionAll, added, known))

    def _frame_of(self, lists: Lists, parameters: Mapping[str, Any]) -> DataFrame:
        columns = {column: pa.array(parameters[name], _ARROW_TYPES[kind]) for column, name, kind in lists.columns}
        return self._session.createDataFrame(pa.table(columns))


def _bindable(value: Any) -> Any:
    """Instants and days go as text, which the statements cast: as values Spark would move them to a zone."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _address(path: Path) -> str:
    """A path on the volume all machines share, whatever the cluster's own file system is."""
    return f"file://{path.resolve()}"


def _alike(pattern: str) -> list[Path]:
    """The files of a pattern; DamagedSnapshot names the one that cannot be read, or lacks a column another has.

    Spark itself would read an absent column as null.
    """
    files = sorted(Path(pattern).parent.glob(Path(pattern).name))
    if not files:
        raise DamagedSnapshot(f"{pattern}: there is no such file; {_STAGE_AGAIN}")
    columns = {path: set(_columns(path)) for path in files}
    for path in files:
        if absent := sorted(set[str]().union(*columns.values()) - columns[path]):
            raise DamagedSnapshot(
                f"{path}: has no column {', '.join(absent)}, it was written by another version; {_STAGE_AGAIN}"
            )
    return files


def _columns(path: Path) -> Sequence[str]:
    try:
        names: list[str] = pq.read_schema(path).names
    except (OSError, pa.ArrowException) as error:
        raise DamagedSnapshot(f"{path}: cannot be read ({str(error).splitlines()[0]}); {_STAGE_AGAIN}") from error
    return names


@contextmanager
def spark_connection(session: SparkSession, scratch: Path) -> Iterator[SparkConnection]:
    """The engine of one comparison; tables lie below `scratch`, which is emptied before and gone afterwards."""
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        yield SparkConnection(session, scratch)
    except (Py4JError, PySparkException) as error:
        raise _told(str(error), scratch) or error from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _told(message: str, scratch: Path) -> Exception | None:
    """What a message of Spark means to whoever runs the night; None where it is a bug."""
    if broken := re.search(r"FAILED_READ_FILE.*?file://(.+?\.parquet)", message, re.DOTALL):
        return DamagedSnapshot(f"{broken[1]}: cannot be read; {_STAGE_AGAIN}")
    if "No space left on device" in message:
        return OutOfSpace(f"{scratch}: no space left on this disk; free some and run this stage again")
    if "OutOfMemoryError" in message:
        return OutOfSpace("Spark has too little memory; set DOISOAT_MEMORY_LIMIT, or the cluster's own setting, higher")
    return None
