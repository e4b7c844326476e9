"""The snapshot with the fresh rows in it: only the partitions that an answer concerns are written again."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from doisoat.recheck.fresh import write_replaced
from tests.sql.reconciliation.nights import staged_answers
from tests.sql.reconciliation.snapshots import dossier_table


def rows_of(path: Path) -> list[tuple[str, int]]:
    """(code, status) in the order of the file."""
    return [(row["dossier_code"], row["status"]) for row in pq.read_table(path).to_pylist()]


def test_only_what_an_answer_concerns_is_written(tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    months = {"2026-07": [{"code": "A-1"}, {"code": "A-2"}], "2026-08": [{"code": "B-1"}, {"code": "B-2"}]}
    for month, rows in months.items():
        pq.write_table(dossier_table(rows), tmp_path / "night" / f"{month}.parquet")
    fresh = [{"code": "B-1", "status": 9}, {"code": "C-9", "status": 9}]  # nobody asked for C-9
    answers = staged_answers(tmp_path / "answers", {"B-1": "found", "A-9": "absent"}, fresh)
    pattern = write_replaced(
        tmp_path / "night" / "*.parquet",
        answers,
        ["B-1", "A-9"],
        tmp_path / "replaced",
        spill=tmp_path / "spill",
        memory_limit="200MB",
    )
    written = sorted(pattern.parent.glob(pattern.name))
    assert [path.name for path in written if path.is_symlink()] == ["2026-07.parquet"]
    assert [row for path in written for row in rows_of(path)] == [("A-1", 4), ("A-2", 4), ("B-2", 4), ("B-1", 9)]
