"""Exports as Parquet: by columns, of which only allow-listed ones are decoded."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.formats import ROWS_A_PAGE, Entry, Rows, Undecodable
from doisoat.land.record_columns import RecordColumns

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

_BROKEN = "tệp Parquet bị hỏng ở giữa"


def parquet_rows(file: Entry, names: ColumnNames) -> Rows:
    """Only allow-listed columns are decoded. Timestamps without a zone are local."""
    import pyarrow as pa
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        table = pq.ParquetFile(file if isinstance(file, Path) else io.BytesIO(file.read_bytes()))
    except (pa.ArrowException, OSError):
        raise Undecodable("không mở được như một tệp Parquet") from None
    header = list(table.schema_arrow.names)
    taken, columns = names.of_header(header, file.name)
    columns_taken = [(header[place], wire) for place, wire in taken]
    records = itertools.chain.from_iterable(_pieces(table, columns_taken, at_once=False))
    return Rows(records, set(columns), pieces=_pieces(table, columns_taken, at_once=True))


def _pieces(table: Any, taken: Sequence[tuple[str, str]], *, at_once: bool) -> Iterator[RecordColumns]:
    """See `Rows.pieces`. `at_once`: as texts where that is the same, else as Python values."""
    import pyarrow as pa

    from doisoat.land.exports.cell_texts import cells, python_values

    read = cells if at_once else python_values
    batches = table.iter_batches(batch_size=ROWS_A_PAGE, columns=[theirs for theirs, _ in taken])
    try:
        for piece in _of_page_size(batches):
            columns = {wire: read(piece.column(theirs).combine_chunks()) for theirs, wire in taken}
            yield RecordColumns(columns, len(piece))
    except UnicodeDecodeError:
        raise Undecodable("một cột chữ không phải bảng mã UTF-8") from None
    except pa.ArrowException:
        raise Undecodable(_BROKEN) from None


def _of_page_size(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows, so many at once as a page has; fewer at the end, and where the file breaks off."""
    import pyarrow as pa

    ahead: list[pa.RecordBatch] = []
    fault: Undecodable | None = None
    try:
        for batch in batches:
            ahead.append(batch)
            while sum(map(len, ahead)) >= ROWS_A_PAGE:
                whole = pa.Table.from_batches(ahead)
                yield whole.slice(0, ROWS_A_PAGE)
                ahead = whole.slice(ROWS_A_PAGE).to_batches()
    except (pa.ArrowException, OSError):
        fault = Undecodable(_BROKEN)
    if any(map(len, ahead)):
        yield pa.Table.from_batches(ahead)
    if fault is not None:
        raise fault
