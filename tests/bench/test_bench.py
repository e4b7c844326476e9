"""The bench's own arithmetic: what it counts, what it records. No time is asserted anywhere."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.carry import bench_carry
from tests.bench.gate import bench_gate
from tests.bench.landing import bench_csv, bench_land
from tests.bench.lifecycle import bench_lifecycle
from tests.bench.made_rows import COLUMNS, made_row
from tests.bench.mails import bench_mails
from tests.bench.measured import measure
from tests.bench.results import Figure, Section, at_most, record, table
from tests.bench.staging import bench_stage
from tests.bench.truth import Tally

LATE, STUCK = ("lateness_disagreement", ""), ("stuck", "payment")


def test_what_is_found_too_much_costs_precision_and_what_is_missed_costs_recall() -> None:
    tally = Tally("files", 4)
    planted = Counter({("A", *LATE): 1, ("B", *LATE): 1, ("C", *STUCK): 1})
    found = Counter({("A", *LATE): 1, ("C", *STUCK): 2})
    tally.add(found, planted)
    assert (tally.precision(LATE), tally.recall(LATE)) == (1.0, 0.5)
    assert (tally.precision(STUCK), tally.recall(STUCK)) == (0.5, 1.0)
    assert (tally.precision(), tally.recall()) == (2 / 3, 2 / 3)


def test_the_same_kind_on_another_dossier_is_no_hit() -> None:
    tally = Tally("files", 2)
    tally.add(Counter({("A", *LATE): 1}), Counter({("B", *LATE): 1}))
    assert (tally.precision(LATE), tally.recall(LATE)) == (0.0, 0.0)


def test_a_section_takes_its_own_place_and_leaves_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    file.write_text("# Figures\n\n<!-- a -->\nold\n<!-- /a -->\n\nby hand\n", encoding="utf-8")
    first, second = Section("a", "A", (Figure("rows", 1, "s"),)), Section("b", "B", (at_most("wall", 3, "s", 2),))
    for section in (first, second, second):
        record(file, section)
    assert file.read_text(encoding="utf-8") == (
        f"# Figures\n\n<!-- a -->\n{first.markdown()}<!-- /a -->\n\nby hand\n\n<!-- b -->\n{second.markdown()}<!-- /b -->\n"
    )
    assert "| wall | 3.00 s | < 2 s | **no** |" in second.markdown()


def test_a_table_is_markdown() -> None:
    assert table(("way", "found"), [("files", 3)]) == "| way | found |\n| --- | ---: |\n| files | 3 |"


def test_a_command_is_measured_with_its_children() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(90 << 20); sum(range(30_000_000))'])"
    done = measure([sys.executable, "-c", f"{child}; print('said'); sys.exit(3)"])
    assert (done.code, done.stdout) == (3, "said\n")
    assert done.rss > 90


def test_made_rows_are_the_same_each_time_and_none_is_twice() -> None:
    rows = [made_row(number) for number in range(5_000)]
    assert rows[7] == made_row(7)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.slow
def test_pages_and_a_csv_are_landed_whole_at_tiny_sizes() -> None:
    """The benches themselves raise when a row is missing."""
    pages, table_of_rows = bench_land(pages=3, runs=1), bench_csv(rows=500)
    assert {figure.unit for figure in pages.figures} >= {"dossiers/s", "%", "MiB"}
    assert all(figure.value > 0 for section in (pages, table_of_rows) for figure in section.figures)


@pytest.mark.slow
def test_the_night_after_leaves_the_bytes_of_a_full_look() -> None:
    section = bench_carry(rows=210_000)  # more rows on both sides than are compared in one go
    assert [figure.what for figure in section.figures if figure.met is not None] == [
        "carried over, of the full look's wall time"
    ]


@pytest.mark.slow
def test_exports_of_both_formats_are_landed_and_staged_whole_at_tiny_sizes() -> None:
    section = bench_stage(rows=500, copies=2)
    assert {figure.what.partition(",")[0] for figure in section.figures} == {"parquet", "jsonl"}
    assert all(figure.value > 0 for figure in section.figures)


@pytest.mark.slow
def test_every_part_of_the_gate_is_measured_at_every_size() -> None:
    section = bench_gate(sizes=(400, 800))
    assert set(section.raw) == {400, 800}
    assert section.raw[400].keys() == section.raw[800].keys()
    assert len(section.tables[0].splitlines()) == len(section.raw[400]) + 2


@pytest.mark.slow
def test_a_tiny_lifecycle_is_measured_on_both_databases() -> None:
    section = bench_lifecycle(200)
    promised = [figure.what for figure in section.figures if figure.goal]
    assert promised == [
        f"{engine}, {what}, wall"
        for engine in ("SQLite", "PostgreSQL")
        for what in ("all seen again", "one in ten over, one in ten new")
    ]


def test_a_few_mails_are_measured() -> None:
    assert [figure.what for figure in bench_mails(2).figures] == [
        "all written, wall",
        "all written, CPU",
        "their size",
    ]
