"""Rows of the wire as Parquet and as JSON lines, landed and staged, beside the least that could be done with them.

The floor of a file, in the same run: DuckDB reads it and writes it again as Parquet, its dates and numbers typed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.landing import stage_of
from tests.bench.made_rows import COLUMNS, write_csv
from tests.bench.measured import Measured, measure
from tests.bench.results import Figure, Section, at_most
from tests.e2e.nights import FILES_PROVINCE

ROWS, COPIES = 1_000_000, 10  # rows that Python makes, and how often the engine repeats them under other codes
_RATIO = 4
_INSTANTS = tuple(name for name in COLUMNS if name.startswith("Ngay") or name == "ThoiDiemXuLy")
_NUMBERS = ("TrangThaiHoSo", "KenhThucHien", "DuocThanhToanTrucTuyen", "TongLePhi", "SoLanBoSung", "SoLanGiaHan")
_FORMS = {"parquet": "FORMAT parquet, COMPRESSION zstd", "jsonl": "FORMAT json"}
_QUERY = "import sys, duckdb; duckdb.execute(\"SET memory_limit = '2GB'\"); duckdb.execute(sys.argv[1])"


def bench_stage(rows: int = ROWS, copies: int = 1) -> Section:
    """`rows` × `copies` rows through `doisoat land_shop` and `doisoat stage`, once from each format."""
    figures = list[Figure]()
    for form in _FORMS:
        with TemporaryDirectory() as folder:
            figures += _figures(Path(folder), form, rows, copies)
    title = f"Parquet and JSON lines of {rows * copies:,} dossiers landed and staged (one run each)"
    return Section("stage", title, tuple(figures))


def _figures(folder: Path, form: str, rows: int, copies: int) -> Iterator[Figure]:
    config, export = _exports(folder, form, rows, copies)
    floor = _engine(_typed(export, folder / "floor.parquet"))
    home = folder / "var"
    landing, _, staging = (stage_of(config, home, stage) for stage in ("land_shop", "land_portal", "stage"))
    counted = json.loads(staging.stdout)["sides"]["shop"]
    if counted["staged"] + sum(counted["rejected"].values()) != rows * copies:
        raise RuntimeError(f"{rows * copies} rows were written, {counted} came out")
    wall, cpu = landing.wall + staging.wall, landing.cpu + staging.cpu
    yield Figure(f"{form}, floor: DuckDB reads and rewrites it, wall", floor.wall, "s")
    yield Figure(f"{form}, landed, wall", landing.wall, "s")
    yield Figure(f"{form}, staged, wall", staging.wall, "s")
    ratio = f"{form}, both : floor, wall", wall / floor.wall, "times"
    yield at_most(*ratio, _RATIO) if form == "parquet" else Figure(*ratio)
    yield Figure(f"{form}, staged : floor, wall", staging.wall / floor.wall, "times")
    yield Figure(f"{form}, both : floor, CPU", cpu / floor.cpu, "times")
    yield Figure(f"{form}, one row, landed, CPU", landing.cpu / rows / copies * 1e6, "µs")
    yield Figure(f"{form}, one row, staged, CPU", staging.cpu / rows / copies * 1e6, "µs")
    yield Figure(f"{form}, peak memory while landing, RSS", landing.rss, "MiB")
    yield Figure(f"{form}, peak memory while staging, RSS", staging.rss, "MiB")


def _exports(folder: Path, form: str, rows: int, copies: int) -> tuple[Path, Path]:
    """The province file and the shop's export; the portal has a small one."""
    config, export = folder / "phu_tho.yaml", folder / "exports" / "shop" / f"ho-so.{form}"
    config.write_text(FILES_PROVINCE, encoding="utf-8")
    for side in ("shop", "portal"):
        (folder / "exports" / side).mkdir(parents=True)
    write_csv(folder / "exports" / "portal" / "ho-so.csv", 10)
    made = folder / "made.csv"
    write_csv(made, rows)
    copied = 'left("MaHoSo", -7) || copy || right("MaHoSo", 6) AS "MaHoSo"'
    source = f"read_csv('{made}', all_varchar = true), range({copies}) AS copies (copy)"
    _engine(f"COPY (SELECT * EXCLUDE (copy) REPLACE ({copied}) FROM {source}) TO '{export}' ({_FORMS[form]})")
    made.unlink()
    return config, export


def _typed(export: Path, target: Path) -> str:
    types = dict.fromkeys(_INSTANTS, "TIMESTAMPTZ") | dict.fromkeys(_NUMBERS, "BIGINT")
    typed = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in types.items())
    reader = "read_parquet" if export.suffix == ".parquet" else "read_json"
    return (
        f"COPY (SELECT * REPLACE ({typed}) FROM {reader}('{export}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
    )


def _engine(query: str) -> Measured:
    done = measure([sys.executable, "-c", _QUERY, query])
    if done.code != 0:
        raise RuntimeError(f"DuckDB failed: {done.stderr[-2000:]}")
    return done
