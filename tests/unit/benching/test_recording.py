"""Recorded comparisons: one block, every size once, the rest of the file untouched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from doisoat.benching.peers import PEERS_PYTHON, Setting
from doisoat.benching.recording import record_comparison

NO_PYTHON = Setting(peers_python=Path("/nirgends/python"))


def comparison(rows: int, wall: float, differing: int = 3) -> dict[str, Any]:
    took = {"cpu": 2 * wall, "peak_mib": 1024.0}
    peers = {"ours": {"wall": wall, **took}, "join": {"wall": wall / 2, **took}, "reladiff": {"not_run": "chưa có"}}
    return {"rows": rows, "differing": differing, "runs": 3, "counts_agree": True, "peers": peers}


def test_a_size_is_replaced_and_the_others_stay_in_order(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    file.write_text("# Figures\n", encoding="utf-8")
    for one in (comparison(10_000, 4), comparison(1_000, 1), comparison(10_000, 8)):
        assert "bench-peers" in record_comparison(file, one, NO_PYTHON)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Figures\n\n<!-- bench-reconcile -->\n")
    assert [line for line in text.splitlines() if line.startswith("| 1")] == [
        "| 1,000, 3 % | **doisoat reconcile** | 1.00 | 2.00 | 1,024 | 1.00 |",
        "| 1,000, 3 % | join | 0.50 | 2.00 | 1,024 | 0.50 |",
        "| 10,000, 3 % | **doisoat reconcile** | 8.00 | 16.00 | 1,024 | 1.00 |",
        "| 10,000, 3 % | join | 4.00 | 16.00 | 1,024 | 0.50 |",
    ]
    assert [one["rows"] for one in json.loads((tmp_path / "bench-reconcile.json").read_text())] == [1_000, 10_000]


def test_without_the_peers_environment_there_is_no_chart_and_no_link_to_one(tmp_path: Path) -> None:
    record_comparison(tmp_path / "figures.md", comparison(1_000, 1), NO_PYTHON)
    assert ".svg" not in (tmp_path / "figures.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not PEERS_PYTHON.exists(), reason="make bench-peers makes the peers' environment")
def test_the_chart_is_the_same_file_each_time(tmp_path: Path) -> None:
    pictures = []
    for _ in range(2):
        for rows in (1_000, 10_000):
            assert record_comparison(tmp_path / "figures.md", comparison(rows, rows / 1_000), Setting()) == ""
        pictures.append((tmp_path / "bench-reconcile.svg").read_bytes())
    assert pictures[0] == pictures[1]
    assert "![" in (tmp_path / "figures.md").read_text(encoding="utf-8")
