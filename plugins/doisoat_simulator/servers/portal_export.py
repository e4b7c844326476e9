"""The portal's dossiers as files to download: a manifest, and the files it names; written once, when first asked for.

`/portal-export/manifest.json`: `{"extracted_at", "complete", "expected_rows", "files": [{"name", "rows", "sha256"}]}`.
`rows` counts records: of CSV without the header, of JSONL the lines that are not empty, other formats null.
No account is needed: a download of files carries none.
"""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import IO, Any

import orjson
import zstandard
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from doisoat_simulator.misbehaviour import Rule
from doisoat_simulator.servers.clock import frozen_now
from doisoat_simulator.servers.responses import json_answer
from doisoat_simulator.servers.spellings import compact
from doisoat_simulator.servers.surroundings import spoilt
from doisoat_simulator.servers.windows import told_total
from doisoat_simulator.servers.world_protocol import World

WriteExport = Callable[[Any, Path], object]  # writes a world's portal files into a folder


@dataclass(frozen=True)
class ExportFile:
    """One file of the export; `rows` None where the format is not counted."""

    path: Path
    rows: int | None
    digest: str


def write_plain_export(world: World, folder: Path) -> None:
    """The portal's rows as one JSONL file, dates as the portal spells them."""
    lines = [orjson.dumps(row, default=compact, option=orjson.OPT_PASSTHROUGH_DATETIME) for row in world.portal_rows]
    (folder / "ho-so.jsonl").write_bytes(b"\n".join([*lines, b""]))


class PortalExport:
    """Both endpoints over one world."""

    def __init__(self, world: World, write: WriteExport) -> None:
        self._world = world
        self._write = write
        self._lock = Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: dict[str, ExportFile] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/manifest.json", self.manifest, methods=["GET"]),
            Route("/files/{name}", self.file, methods=["GET"]),
        ]

    async def manifest(self, request: Request) -> Response:
        """What the export consists of."""
        files = await run_in_threadpool(self.files)
        return json_answer(self._described(files, spoilt(request.scope)))

    async def file(self, request: Request) -> Response:
        """The bytes of one file; ranges are answered."""
        files = await run_in_threadpool(self.files)
        found = files.get(request.path_params["name"])
        if found is None:
            return json_answer({"error": "no such file"}, 404)
        return FileResponse(found.path, media_type="application/octet-stream")

    def files(self) -> dict[str, ExportFile]:
        """The export's files by name, written at the first call."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="doisoat-portal-export-")
                folder = Path(self._folder.name)
                self._write(self._world, folder)
                paths = sorted(path for path in folder.iterdir() if path.is_file())
                self._files = {path.name: describe(path) for path in paths if path.name[0] not in "._~"}
            return self._files

    def close(self) -> None:
        """Remove what was written."""
        with self._lock:
            if self._folder is not None:
                self._folder.cleanup()
                self._folder, self._files = None, {}

    def _described(self, files: Mapping[str, ExportFile], fired: Mapping[str, Rule]) -> dict[str, Any]:
        listed = [] if "empty_page" in fired else list(files.values())
        counts = [entry.rows for entry in listed]
        known = [rows for rows in counts if rows is not None]
        total = told_total(sum(known), fired) if len(known) == len(counts) else None
        return {
            "extracted_at": frozen_now(self._world.business_date).isoformat(),
            "complete": "incomplete" not in fired,
            "expected_rows": total,
            "files": [{"name": entry.path.name, "rows": entry.rows, "sha256": entry.digest} for entry in listed],
        }


def describe(path: Path) -> ExportFile:
    """Rows and digest of one file."""
    with path.open("rb") as handle:
        digest = sha256()
        while block := handle.read(1 << 20):
            digest.update(block)
    return ExportFile(path, count_rows(path), digest.hexdigest())


def count_rows(path: Path) -> int | None:
    """Records of a `.csv` or `.jsonl`, plain or packed as `.gz` or `.zst`; None for other formats."""
    kind = [suffix for suffix in path.suffixes if suffix not in {".gz", ".zst"}][-1:]
    if kind not in ([".csv"], [".jsonl"]):
        return None
    with _unpacked(path) as handle:
        if kind == [".jsonl"]:
            return sum(1 for line in handle if line.strip())
        header = handle.readline()
        separator = max(",;\t", key=header.count)
        return sum(1 for row in csv.reader(handle, delimiter=separator) if row)


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[str]]:
    """A file's text, line ends untouched; bytes that are no UTF-8 do not stop the counting."""
    with ExitStack() as stack:
        raw: Any = stack.enter_context(path.open("rb"))
        if path.suffix == ".gz":
            raw = stack.enter_context(gzip.GzipFile(fileobj=raw))
        elif path.suffix == ".zst":
            raw = stack.enter_context(zstandard.ZstdDecompressor().stream_reader(raw))
        yield stack.enter_context(io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline=""))
