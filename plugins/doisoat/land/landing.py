"""Land one side: page by page into a `.partial` folder, then whole into its place, the manifest last.

Each page that is written leaves a receipt, so a killed run asks for no finished page again. The receipts hold
what the manifest needs (names, counts, digests) and nothing of the records.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import ConfigError
from doisoat.land import fields
from doisoat.land.ahead import made_ahead
from doisoat.land.coverage import Coverage, bounded_names
from doisoat.land.going_on import GoingOn
from doisoat.land.projection import Projection
from doisoat.land.source import Closing, LookUp, Page, Source
from doisoat.model import RunKey, Side, local_iso
from doisoat.rules.parameters import RuleParameters
from doisoat.store.chain import RECORDS
from doisoat.store.known_records import write_records
from doisoat.store.landing import MANIFEST, read_manifest, require_usable, write_content
from doisoat.store.layout import read_json, write_json

if TYPE_CHECKING:
    from doisoat.land.page_lines import PageLines, Taken

Progress = Callable[[int, int | None], None]  # (records landed so far, of how many if known)

# An export may have been replaced since it was read in part; a database's snapshot ended with its transaction.
_READ_FROM_THE_START = {"files", "sql"}


def land(
    side: Side,
    key: RunKey,
    source: Source,
    folder: Path,
    *,
    rules: RuleParameters,
    digest_key: bytes,
    secret_procedures: Iterable[str] = (),
    secret_agencies: Iterable[str] = (),
    progress: Progress | None = None,
    late: bool = False,
    going_on: GoingOn | None = None,
) -> dict[str, Any]:
    """Read `source` to its end into `folder`; the manifest. A stored landing is returned as it is.

    ConfigError when a required column is absent, IncompleteLanding when the source broke off and nothing may
    follow; then what was read stays beside `folder` and the next attempt goes on from there. `going_on`: of a listing,
    what it goes on from and what later nights need to go on from it.
    """
    if (folder / MANIFEST).is_file():
        return read_manifest(folder)
    partial = PartialLanding.beside(folder)
    if partial.is_finished:
        return partial.move_to(folder)
    if source.kind in _READ_FROM_THE_START:
        partial.clear()
    projection = Projection(secret_procedures=secret_procedures, secret_agencies=secret_agencies, digest_key=digest_key)
    landed = partial.landed
    for page, taken in _taken_pages(source, partial, projection):
        landed += partial.keep(page, taken)
        if progress is not None:
            progress(landed, None)
    partial.require_part(projection)
    manifest = _conclude(side, key, source, partial, going_on) | {"late": late}
    require_usable(manifest, allow_partial=rules.allow_partial)
    return partial.finish(folder, manifest)


def _taken_pages(source: Source, partial: PartialLanding, projection: Projection) -> Iterator[tuple[Page, Taken]]:
    """Each page with what lands of it. Files are read and projected ahead, in threads; other sources call ahead."""
    is_folder = source.kind == "files"
    pages = source.pages(partial.done)
    if is_folder:
        pages = made_ahead(pages)
    taken = ((page, partial.take(page, projection)) for page in pages)
    return made_ahead(taken) if is_folder else taken


def _conclude(
    side: Side, key: RunKey, source: Source, partial: PartialLanding, going_on: GoingOn | None
) -> dict[str, Any]:
    """The manifest of what was read; of a listing also the file of its records."""
    closing, coverage = source.closing(), Coverage.of(partial.receipts)
    require_columns(side, coverage, source.address)
    manifest = describe(side, key, source, closing, partial.receipts, coverage)
    if closing.listed is None or going_on is None:
        return manifest
    write_records(partial.folder / RECORDS, closing.listed.records, closing.listed.gone)
    return going_on.describe(key, manifest, closing.listed, partial.receipts)


def require_columns(side: Side, coverage: Coverage, address: str) -> None:
    """ConfigError naming the first file (or source) that lacks a required column."""
    for place, columns in coverage.places():
        absent = sorted(fields.REQUIRED[side] - columns)
        if absent:
            where = f"{address}/{place}" if place else address
            raise ConfigError(
                f"{where}: no column {', '.join(absent)}; export it, or name theirs in the province file",
                key=f"{side.value}.columns",
            )


def describe(
    side: Side,
    key: RunKey,
    source: Source | LookUp,
    closing: Closing,
    receipts: list[dict[str, Any]],
    coverage: Coverage,
) -> dict[str, Any]:
    """The manifest (`docs/data-contracts.md`); secret rows are in none of its counts."""
    dossiers = [receipt for receipt in receipts if not receipt.get("steps")]
    steps = [receipt for receipt in receipts if receipt.get("steps")]
    secret_rows = sum(receipt["secret_rows"] for receipt in dossiers)
    expected = closing.expected_rows
    columns = coverage.columns & fields.ALLOWED | (fields.STEP_DERIVES if steps else frozenset())
    return {
        "side": side.value,
        "kind": source.kind,
        "source": source.address,
        "extracted_at": local_iso(closing.extracted_at or key.day_end),
        "complete": closing.complete,
        "incomplete_reasons": list(closing.reasons),
        "notes": [*closing.notes, *_about_steps(steps)],
        "duplicate_files": [{"file": name, "same_as": same} for name, same in sorted(closing.copies.items())],
        "expected_rows": None if expected is None else max(expected - secret_rows, 0),
        "landed": sum(receipt["part"]["rows"] for receipt in dossiers),
        "whole_pages": sum(receipt["whole"] for receipt in dossiers),
        "secret_digests": sorted({digest for receipt in receipts for digest in receipt["secret_digests"]}),
        "has_secrecy_mark": fields.SECRECY in coverage.columns,
        "columns": sorted(columns),
        "absent_columns": sorted(fields.ALLOWED - columns),
        "dropped_columns": coverage.dropped,
        "parts": [receipt["part"] for receipt in dossiers],
        "step_parts": [receipt["part"] for receipt in steps],
        "pages": [receipt["page"] for receipt in receipts],
        "watermark": closing.watermark,
        "late": False,
    }


def _about_steps(receipts: list[dict[str, Any]]) -> Iterator[str]:
    if useless := sum(receipt["useless"] for receipt in receipts):
        yield f"{useless} dòng của bảng steps không có mã hồ sơ hoặc thời điểm đọc được, bỏ qua"


@dataclass
class PartialLanding:
    """The folder in which a landing grows: one part and one receipt a page."""

    folder: Path
    receipts: list[dict[str, Any]]
    _page_lines: PageLines | None = None
    _secret: set[str] = field(default_factory=set)  # digests of what was taken, ahead of the receipts

    @classmethod
    def beside(cls, target: Path) -> PartialLanding:
        """The partial landing that belongs to `target`, with what an earlier attempt finished."""
        folder = target.parent / f".{target.name}.partial"
        folder.mkdir(parents=True, exist_ok=True)
        receipts = [read_json(path) for path in sorted(folder.glob("receipt-*.json"))]
        known = {receipt["part"]["file"] for receipt in receipts}
        for path in folder.iterdir():
            if ("part-" in path.name or "steps-" in path.name) and path.name not in known:
                path.unlink()
        return cls(folder, receipts)

    @property
    def done(self) -> frozenset[str]:
        return frozenset(receipt["page"] for receipt in self.receipts)

    @property
    def landed(self) -> int:
        return sum(receipt["part"]["rows"] for receipt in self.receipts if not receipt.get("steps"))

    def clear(self) -> None:
        shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.receipts = []

    def add(self, page: Page, projection: Projection, *, is_projected: bool = False, **more: Any) -> int:
        """Write one page and its receipt; the number of records that landed of it.

        `is_projected`: its records come from an earlier landing and stay as they are.
        """
        return self.keep(page, self.take(page, projection, is_projected=is_projected), **more)

    def keep(self, page: Page, taken: Taken, **more: Any) -> int:
        """The same for what `take` gave of a page, page by page in its order."""
        number = len(self.receipts)
        name = "steps" if page.steps else "part"
        part = write_content(self.folder / f"{name}-{number:05d}.jsonl.zst", taken.content, taken.rows)
        receipt = {
            "page": page.name,
            "place": page.file or "",
            "whole": page.whole,
            "steps": page.steps,
            "useless": taken.useless,
            "part": part,
            "secret_rows": taken.secret_rows,
            "secret_digests": sorted(taken.digests),
            "secret_ids": sorted(taken.identities),
            "columns": sorted(page.columns & fields.ALLOWED),
            "dropped": bounded_names(page.columns),
        }
        write_json(self.folder / f"receipt-{number:05d}.json", receipt | more)
        self.receipts.append(receipt | more)
        return 0 if page.steps else int(part["rows"])

    def take(self, page: Page, projection: Projection, *, is_projected: bool = False) -> Taken:
        """What lands of a page. One reader for all pages of a landing: it remembers what it read."""
        from doisoat.land.page_lines import (  # with pyarrow; by now the next pages are on their way
            PageLines,
            take_steps,
        )

        if page.steps:
            earlier = {digest for receipt in self.receipts for digest in receipt["secret_digests"]}
            return take_steps(page, projection, earlier | self._secret)
        self._page_lines = self._page_lines or PageLines(projection)
        taken = self._page_lines.carry(page) if is_projected else self._page_lines.take(page)
        self._secret |= taken.digests
        return taken

    @property
    def is_finished(self) -> bool:
        """A killed attempt had written the manifest and only not moved the folder yet."""
        return (self.folder / MANIFEST).is_file()

    def require_part(self, projection: Projection) -> None:
        """A landing without a page still has a part, an empty one, so that it can be read like any other."""
        if all(receipt.get("steps") for receipt in self.receipts):
            self.add(Page("", (), frozenset(), whole=False), projection, answers={})

    def finish(self, folder: Path, manifest: Mapping[str, Any], **files: Any) -> dict[str, Any]:
        """Write other JSON files (by stem), then the manifest, and move into place; the manifest."""
        for name, content in files.items():
            write_json(self.folder / f"{name}.json", content)
        write_json(self.folder / MANIFEST, manifest)
        return self.move_to(folder)

    def move_to(self, folder: Path) -> dict[str, Any]:
        if folder.exists():  # without a manifest: nobody's landing
            shutil.rmtree(folder)
        self.folder.replace(folder)
        for path in folder.glob("receipt-*.json"):
            path.unlink()
        return read_manifest(folder)
