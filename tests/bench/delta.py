"""A night's changes merged into a large snapshot: 20,000 records into 2,000,000 staged ones.

The snapshot is made by SQL from one staged row; what is measured is the stage as a process of its own, with both sides.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from doisoat.land import land
from doisoat.land.going_on import GoingOn
from doisoat.land.source import Closing, Listed, Page
from doisoat.model import VIETNAM, Side
from doisoat.store.chain import find_base
from doisoat.store.layout import RunFiles
from tests.bench.measured import measure, repeated
from tests.bench.results import Figure, Section, at_most
from tests.unit.incremental.changing_shop import COLUMNS, KEY, LISTING, ChangingShop, day, files_of, night, province
from tests.unit.land.sources import ListSource

MONTHS, RUNS = 20, 3
_STAGE = "from tests.bench.delta import stage_home; import sys; stage_home(sys.argv[1])"
_ROWS = """
COPY (
    SELECT staged.* REPLACE (
        'H21.05-' || strftime(CAST($first AS TIMESTAMP), '%y%m') || '01-' || lpad(CAST(number AS VARCHAR), 7, '0')
            AS dossier_code,
        'H21.05-' || strftime(CAST($first AS TIMESTAMP), '%y%m') || '01-' || lpad(CAST(number AS VARCHAR), 7, '0')
            AS code_raw,
        CAST($first AS TIMESTAMPTZ) + to_minutes(CAST(number % 30000 AS INTEGER)) AS received_at,
        'page-' || lpad(CAST(number // 1000 AS VARCHAR), 6, '0') AS source_file,
        number % 1000 + $offset AS source_row,
        CAST($offset + number AS VARCHAR) AS record_id
    )
    FROM read_parquet($staged) AS staged
    CROSS JOIN range($rows) AS numbers (number)
    ORDER BY dossier_code
) TO $path (FORMAT parquet, COMPRESSION zstd)
"""


@dataclass
class Changes:
    """A source of changes alone, as a listing hands them over."""

    records: list[dict[str, Any]]
    kind: str = "igate"
    address: str = "http://mot-cua"
    observed_at: datetime | None = None

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        for start in range(0, len(self.records), 1_000):
            yield Page(f"2026-09-02-page-{start // 1_000:06d}", self.records[start : start + 1_000], COLUMNS)

    def closing(self) -> Closing:
        extracted_at = datetime(2026, 9, 3, 0, 30, tzinfo=VIETNAM)
        return Closing(
            extracted_at, True, watermark={"updated_to": "2026-09-02T20:00:00.000+07:00"}, listed=Listed("delta", {})
        )


def first_of(month: int) -> date:
    """The first day of the n-th month of the snapshot, from 0."""
    return date(2025 + month // 12, month % 12 + 1, 1)


def make_home(home: Path, rows: int, changes: int, *, months: int) -> None:
    """A base of `rows` staged records, and a landing of `changes` spread over the last `months` months."""
    shop = ChangingShop()
    shop.put(1)
    night(home, day(0), shop)
    base, tonight, each = files_of(home, day(0)), files_of(home, day(1)), rows // MONTHS
    _make_snapshot(base, each)
    found, why = find_base(tonight, Side.SHOP, listing=LISTING, full_sweep_days=7)
    records = [_record(number, each, months) for number in range(changes)]
    read: dict[str, Any] = {"rules": province().rules, "digest_key": KEY}
    going_on = GoingOn(LISTING, found, why)
    land(Side.SHOP, tonight.key, Changes(records), tonight.landing(Side.SHOP), going_on=going_on, **read)
    portal = ListSource({"page": []}, extracted_at=datetime(2026, 9, 3, 0, 30, tzinfo=VIETNAM))
    land(Side.PORTAL, tonight.key, portal, tonight.landing(Side.PORTAL), **read)


def _make_snapshot(base: RunFiles, each: int) -> None:
    staged = base.partition(Side.SHOP, "2026-08")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Etc/GMT-7'")
        template = connection.read_parquet(str(staged)).to_arrow_table()
        connection.register("template", template)
        for month in range(MONTHS):
            text = _ROWS.replace("read_parquet($staged)", "template")
            path = base.partition(Side.SHOP, f"{first_of(month):%Y-%m}")
            parameters = {"first": first_of(month).isoformat(), "offset": month * each, "rows": each, "path": str(path)}
            connection.execute(text, parameters)


def _record(number: int, each: int, months: int) -> dict[str, Any]:
    """Nine of ten change a record of one of the last months, one is new."""
    month = MONTHS - 1 - number % months
    own_id = month * each + number // months if number % 10 else 10**9 + number
    received = first_of(month) + timedelta(days=number % 28)
    return {
        "_id": str(own_id),
        "_updated": "2026-09-02T20:00:00.000+07:00",
        "MaHoSo": f"H21.05-{received:%y%m%d}-{number:07d}",
        "TrangThaiHoSo": "9",
        "MaTTHC": "1.001612",
        "MaCoQuan": "H21.05",
        "NgayTiepNhan": f"{received:%Y%m%d}083000",
        "NgayKetThucXuLy": "20260902093000",
    }


def stage_home(home: str) -> None:
    """What the measured process does."""
    from tests.unit.incremental.changing_shop import stage

    entry = stage(Path(home), day(1))["sides"]["shop"]
    assert entry["reading"]["carried_over"] > entry["reading"]["read"], entry


def bench_delta(rows: int = 2_000_000, changes: int = 20_000) -> Section:
    """Changes in the last four months, as most are, and changes in every month, the worst case."""
    figures: list[Figure] = []
    for months in (4, MONTHS):
        with TemporaryDirectory() as folder:
            home = Path(folder)
            make_home(home, rows, changes, months=months)
            merged = repeated(RUNS, lambda home=home: measure([sys.executable, "-c", _STAGE, str(home)]))
        if merged.code:
            raise RuntimeError(f"the stage ended with exit code {merged.code}: {merged.stderr[-2000:]}")
        where = f"{changes:,} changes in {months} of {MONTHS} months into {rows:,}"
        figures += [
            at_most(f"{where}, wall", merged.wall, "s", 5 if months < MONTHS else 15),
            Figure(f"{where}, CPU", merged.cpu, "s"),
            Figure(f"{where}, peak memory", merged.pss, "MiB"),
        ]
    return Section("delta", f"Changes merged into yesterday's snapshot (stage alone, median of {RUNS})", tuple(figures))
