"""Exports as tables of typed cells: XLSX and Parquet. Values are handed on typed; `projection` spells them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doisoat.errors import ConfigError
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.formats import Entry, Rows, Undecodable
from doisoat.land.source import Record

_BATCH = 10_000


def xlsx_rows(file: Entry, names: ColumnNames) -> Rows:
    """The first sheet whose first non-empty row names the dossier code; empty rows are skipped."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
        for number in range(len(workbook.sheet_names)):
            rows = workbook.get_sheet_by_index(number).iter_rows()
            filled = (row for row in rows if any(cell != "" for cell in row))
            header = [_heading(cell) for cell in next(filled, [])]
            if names.keys & {names.wire_name(name) for name in header}:
                taken, columns = names.of_header(header, file.name)
                return Rows(_xlsx_records(filled, taken), set(columns) - {""})
    except (CalamineError, OSError, ValueError):
        raise Undecodable("không mở được như một tệp XLSX") from None
    raise ConfigError(
        f"{file.name}: no sheet begins with a row that names {' or '.join(sorted(names.keys))}; remove title rows, or "
        "name their column in the province file",
        key=f"columns.{min(names.keys)}",
    )


def _heading(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _xlsx_records(rows: Iterator[list[Any]], taken: list[tuple[int, str]]) -> Iterator[Record | None]:
    for row in rows:
        yield {name: row[place] for place, name in taken if row[place] != ""}


def parquet_rows(file: Entry, names: ColumnNames) -> Rows:
    """Only allow-listed columns are decoded. Timestamps without a zone are local."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        table = pq.ParquetFile(file if isinstance(file, Path) else io.BytesIO(file.read_bytes()))
    except (pa.ArrowException, OSError):
        raise Undecodable("không mở được như một tệp Parquet") from None
    header = list(table.schema_arrow.names)
    taken, columns = names.of_header(header, file.name)
    return Rows(_parquet_records(table, [(header[place], wire) for place, wire in taken]), set(columns))


def _parquet_records(table: Any, taken: list[tuple[str, str]]) -> Iterator[Record | None]:
    import pyarrow as pa

    try:
        for batch in table.iter_batches(batch_size=_BATCH, columns=[theirs for theirs, _ in taken]):
            cells = [_cells(batch.column(theirs)) for theirs, _ in taken]
            for row in range(batch.num_rows):
                yield {wire: column[row] for (_, wire), column in zip(taken, cells, strict=True)}
    except (pa.ArrowException, OSError):
        raise Undecodable("tệp Parquet bị hỏng ở giữa") from None


def _cells(column: Any) -> list[Any]:
    """Python values; nanoseconds are cut off, since Python's own instants do not have them."""
    import pyarrow as pa
    import pyarrow.compute as pc  # type: ignore[import-untyped]

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = pc.cast(column, pa.timestamp("us", column.type.tz), safe=False)
    return list(column.to_pylist())
