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

    from doisoat.validate.gate import Judged


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
    from doisoat.validate.gate import SideBatch, judge
    from doisoat.validate.quarantine import write_quarantine

    staged = read_json(files.staged)
    with (
        replaced_folder(files.work("validate")) as folder,
        engine(spill, memory_limit=memory_limit) as connection,
    ):
        batches = [
            SideBatch(
                side,
                snapshot_frame(connection, files, side),
                side_figures(connection, files, side, staged, accepted.get(side), parameters),
            )
            for side in Side
        ]
        judged = judge(batches, set_rules(parameters), files.key, folder / "data_docs")
        make_offline(folder / "data_docs", files.key, judged)
        quarantined = write_quarantine(connection, files, folder / "quarantine.parquet")
        result = _result(judged, quarantined)
        write_json(folder / "result.json", result)
    _stop_on_critical(judged)
    return result


def snapshot_frame(connection: duckdb.DuckDBPyConnection, files: RunFiles, side: Side) -> Any:
    """The snapshot as a frame with all its columns, and with values in those that a row rule looks at."""
    rows = connection.read_parquet(str(files.dossiers(side)))
    judged = [name for name in rows.columns if name in ROW_COLUMNS]
    frame = rows.select(*judged).to_arrow_table().to_pandas()
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
