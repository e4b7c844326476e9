"""One real night over two folders of exports, in which each dossier has met one trouble.

Read, staged and compared by the stages the command line calls. One night serves a whole module: whatever a trouble
does to its own dossier, it must do nothing to the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow.parquet as pq

from doisoat.model import Side
from doisoat.pipeline import open_night, run_stage
from doisoat.store.landing import read_manifest, read_part
from doisoat.store.layout import RunFiles, read_json
from tests.e2e.run_files import texts

Row = Mapping[str, Any]
Pair = tuple[Row | None, Row | None]  # what the shop says of a dossier, and what the portal says

PROVINCE = """\
province: H44
name: Phú Thọ
province_roots: [H44]
shop: {kind: files, path: shop%s}
portal: {kind: files, path: portal}
aggregates: {kind: files, path: published}
rules: {unattributable_limit: 0.5}
"""
STAGES = ("land_shop", "land_portal", "stage", "reconcile")
BASE: Row = {
    "TrangThaiHoSo": "4",
    "MaTTHC": "1.001612",
    "MaCoQuan": "H44.100",
    "NgayNopHoSo": "20260824080000",
    "NgayTiepNhan": "20260824090000",
    "NgayHenTra": "20260910170000",
    "NgayKetThucXuLy": "",
    "ThoiDiemXuLy": "20260824090000",
    "KenhThucHien": "2",
    "DuocThanhToanTrucTuyen": "0",
    "SoLanBoSung": "0",
    "DuongDanTepTinKetQua": "https://motcua.example/1.pdf",
    "MaHoSoQG": "",
}


def said(**changes: Any) -> Row:
    """What one side says of a dossier under way: the base under these changes."""
    return {**BASE, **changes}


def both(**changes: Any) -> Pair:
    """Both sides say the same."""
    return said(**changes), said(**changes)


def finished(at: str = "20260826160000", **changes: Any) -> Row:
    """A dossier whose result was ready on 26/8."""
    return said(TrangThaiHoSo="9", NgayKetThucXuLy=at, ThoiDiemXuLy=at, **changes)


@dataclass(frozen=True)
class Compared:
    """What the night came to."""

    files: RunFiles

    @cached_property
    def discrepancies(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = pq.read_table(self.files.work("reconcile") / "discrepancies.parquet").to_pylist()
        return found

    @cached_property
    def summary(self) -> dict[str, Any]:
        summary: dict[str, Any] = read_json(self.files.work("reconcile") / "summary.json")
        return summary

    @cached_property
    def figures(self) -> dict[tuple[str, str], dict[str, Any]]:
        """(agency, measure) -> what became of its published figure."""
        lines = pq.read_table(self.files.work("reconcile") / "aggregates.parquet").to_pylist()
        return {(line["agency_code"], line["measure"]): line for line in lines}

    def about(self, code: str) -> list[dict[str, Any]]:
        return [one for one in self.discrepancies if one["dossier_code"] == code]

    def kinds(self, code: str) -> list[str]:
        """`kind` or `kind/subtype` of all that was found about one dossier."""
        return [f"{one['kind']}/{one['subtype']}".rstrip("/") for one in self.about(code)]

    def rejections(self, side: Side, code: str | None) -> list[tuple[str, str]]:
        """(rule, reason) of the records of that dossier which could not be read; None: those without a readable code."""
        table = pq.read_table(self.files.rejections(side)).to_pylist()
        return [(one["rule"], one["reason"]) for one in table if one["dossier_code"] == code]

    def staged(self, side: Side, code: str, column: str) -> list[Any]:
        """One column of a dossier's rows as the comparison read them."""
        rows = duckdb.sql(
            f"SELECT {column} FROM read_parquet('{self.files.dossiers(side)}') WHERE dossier_code = $code",
            params={"code": code},
        )
        return [value for (value,) in rows.fetchall()]

    def landed(self, side: Side, code: str) -> list[dict[str, Any]]:
        """The records of a dossier as they landed."""
        folder = self.files.landing(side)
        parts = [folder / part["file"] for part in read_manifest(folder)["parts"]]
        return [record for part in parts for record in read_part(part) if record.get("MaHoSo") == code]

    def unknown(self) -> dict[str, str]:
        """Dossiers about which nothing is said, and why."""
        table = pq.read_table(self.files.work("reconcile") / "unknown.parquet").to_pylist()
        return {one["dossier_code"]: one["reason"] for one in table}

    def on_disk(self, *wanted: str) -> list[str]:
        """Which of these stand in any file the night left."""
        everything = [text for _, text in texts(self.files.home)]
        return [one for one in wanted if any(one in text for text in everything)]


def compare(
    folder: Path, dossiers: Mapping[str, Pair], *, system: str = "", files: Mapping[str, bytes] | None = None
) -> Compared:
    """Export both sides below `folder`, compare them. `files`: further files of the exports, by path."""
    for number, side in enumerate(Side):
        rows = [{"MaHoSo": code} | dict(row) for code, pair in dossiers.items() if (row := pair[number]) is not None]
        _write(folder / side.value / "ho-so.jsonl", _lines(rows))
    _write(folder / "published" / "2026-08.csv", b"department_code,progress_total_received\n")
    for path, content in (files or {}).items():
        _write(folder / path, content)
    config = folder / "phu_tho.yaml"
    config.write_text(PROVINCE % (f", system: {system}" if system else ""), encoding="utf-8")
    night = open_night("phu_tho", "2026-09-03", config=config, home=folder / "var")
    for name in STAGES:
        run_stage(night, name)
    return Compared(night.files)


def _lines(rows: Sequence[Row]) -> bytes:
    return b"\n".join(map(orjson.dumps, rows))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
