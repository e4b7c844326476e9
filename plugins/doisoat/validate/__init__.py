"""validate: both snapshots against their contracts, before anything is opened, closed or mailed.

Critical expectations stop the night (exit 3), the others warn. Reads snapshots, writes
`runs/<province>/<date>/validate/`: result.json, quarantine.parquet, data_docs/. Rows of the quarantine stay in
the snapshot: it is a list for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import ValidationFailed
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.engine import engine
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json
from doisoat.validate.contracts import ROW_COLUMNS, ROW_RULES, set_rules
from doisoat.validate.figures import Accepted, side_figures

if TYPE_CHECKING:
    import duckdb

    from doisoat.validate.gate import Judged, SideBatch

_FRAMED = 250_000  # rows of a side; Great Expectations takes thirty times as long for a row as SQL, and half a kilobyte


def validate_night(
    files: RunFiles,
    parameters: RuleParameters,
    accepted: Mapping[Side, Accepted | None],
    *,
    spill: Path,
    memory_limit: str,
) -> dict[str, Any]:
    """Judge both snapshots; raises ValidationFailed naming every critical expectation that failed.

    `accepted`: the last accepted snapshot of each side, None where there is none or a person confirmed.
    """
    from doisoat.validate.data_docs import make_offline
    from doisoat.validate.gate import judge
    from doisoat.validate.quarantine import find_broken, write_quarantine

    staged = read_json(files.staged)
    with (
        replaced_folder(files.work("validate")) as folder,
        engine(spill, memory_limit=memory_limit) as connection,
    ):
        find_broken(connection, files)
        figures = {side: side_figures(connection, files, side, staged, accepted.get(side), parameters) for side in Side}
        batches = [_batch(connection, files, side, figures[side]) for side in Side]
        judged = judge(batches, set_rules(parameters), files.key, folder / "data_docs")
        make_offline(folder / "data_docs", files.key, judged)
        quarantined = write_quarantine(connection, folder / "quarantine.parquet")
        result = _result(judged, quarantined)
        write_json(folder / "result.json", result)
    _stop_on_critical(judged)
    return result


def _batch(
    connection: duckdb.DuckDBPyConnection, files: RunFiles, side: Side, figures: Mapping[str, float]
) -> SideBatch:
    """What is judged of a side: its rows while they are few, else how many the sweep over all of them has found."""
    from doisoat.validate.gate import SideBatch
    from doisoat.validate.quarantine import broken_counts

    is_small = figures["rows"] <= _FRAMED
    broken = None if is_small else broken_counts(connection, side)
    return SideBatch(side, snapshot_frame(connection, files, side, with_rows=is_small), figures, broken)


def snapshot_frame(
    connection: duckdb.DuckDBPyConnection, files: RunFiles, side: Side, *, with_rows: bool = True
) -> Any:
    """The snapshot as a frame with all its columns, and with values in those that a row rule looks at."""
    rows = connection.read_parquet(str(files.dossiers(side)))
    judged = [name for name in rows.columns if name in ROW_COLUMNS]
    seen = rows.select(*judged)
    frame = (seen if with_rows else seen.limit(0)).to_arrow_table().to_pandas()
    return frame.reindex(columns=rows.columns, copy=False)


def _result(judged: list[Judged], quarantined: int) -> dict[str, Any]:
    critical = [item for item in judged if item.severity == "critical" and not item.success]
    return {
        "passed": not critical,
        "expectations": [asdict(item) for item in judged],
        "warnings": sum(not item.success and item.severity == "warning" for item in judged),
        "quarantined": quarantined,
    }


def _stop_on_critical(judged: list[Judged]) -> None:
    failed = [item for item in judged if item.severity == "critical" and not item.success]
    if not failed:
        return
    lines = "; ".join(f"{item.side}.{item.id} ({item.meaning}; thấy {item.observed or '–'})" for item in failed)
    hint = ""
    if any(item.id in {"side_not_shrunken", "agency_not_shrunken"} for item in failed):
        hint = ". Nếu mức giảm là đúng: doisoat confirm PROVINCE DATE --side shop|portal --reason … --by …"
    raise ValidationFailed(
        f"kỳ vọng nghiêm trọng không đạt: {lines}{hint}", failed=tuple(f"{i.side}.{i.id}" for i in failed)
    )


__all__ = ["ROW_RULES", "snapshot_frame", "validate_night"]
