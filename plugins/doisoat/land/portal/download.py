"""An export that a system offers for download: a manifest, and the files it names.

`GET {url}/manifest.json` → `{"extracted_at", "complete", "expected_rows", "files": [{"name", "rows", "sha256"}]}`,
`GET {url}/files/<name>` → the bytes. Exports hold personal columns, so a file stays in memory, is checked against its
digest, projected by `land` like any other, and forgotten; nothing of it touches a disk. How a file of which format
is read stands in `files`.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.client import HttpClient
from doisoat.land.exports.files import FilesSource
from doisoat.land.source import Closing, Page
from doisoat.rules.values import read_instant

MANIFEST_PATH = "manifest.json"
_LOG = logging.getLogger(__name__)
_MAX_FILE = 512 << 20  # bytes
_NAME = re.compile(r"[^/\\\x00-\x1f]{1,200}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LAST, _BROKEN = "last", "broken"


@dataclass(frozen=True)
class ExportFile:
    """One file of the manifest. `rows` is None where the exporter did not count them."""

    name: str
    rows: int | None
    digest: str

    @property
    def base(self) -> str:
        """Begins the names of this file's pages; another content is another file."""
        return f"{self.name}@{self.digest[:16]}"


@dataclass(frozen=True)
class Manifest:
    """What the export says about itself."""

    extracted_at: datetime | None
    complete: bool
    expected_rows: int | None
    files: tuple[ExportFile, ...]


class DownloadSource:
    """A `Source` over a downloaded export. `columns`: wire name -> their name. `clock` = tz-aware now.

    A file that was landed whole is not asked again by a resumed reading; one that was landed in part is.
    """

    kind = "download"

    def __init__(self, client: HttpClient, columns: Mapping[str, str], *, clock: Callable[[], datetime]):
        self.address = client.address
        self._client = client
        self._columns = columns
        self._clock = clock
        self._manifest: Manifest | None = None
        self._reasons: list[str] = []
        self._notes: list[str] = []
        self._copies: dict[str, str] = {}

    @property
    def observed_at(self) -> datetime | None:
        """The server's clock at its first answer, None before it."""
        return self._client.observed_at

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """Pieces of the files, in name order; raises what it met when not one file could be read."""
        manifest = self._manifest = self._read_manifest()
        self._reasons = [] if manifest.complete else ["Bản xuất tự ghi là chưa đầy đủ"]
        bases = tuple(f"{file.base}#" for file in manifest.files)
        if any(not name.startswith(bases) for name in done):
            self._reasons.append("Bản xuất đã được thay bằng bản khác giữa hai lần đọc")
        rows: list[int | None] = []
        trouble: Exception | None = None
        self._notes = []
        self._copies = _copies(manifest.files)
        for file in manifest.files:
            if file.name in self._copies:
                rows.append(file.rows)
                continue
            try:
                rows.append((yield from self._file(file, done)))
            except (SourceUnavailable, SourceRefused) as error:
                _LOG.warning("%s", error)
                trouble = error
                self._reasons.append(f"Tệp {file.name} không tải được nguyên vẹn")
        self._client.stop()
        if trouble is not None and not rows:
            raise trouble
        self._compare(manifest, rows)

    def closing(self) -> Closing:
        """The export's own instant, else the server's clock at its first answer, else ours."""
        assert self._manifest is not None, "closing() comes after pages()"
        extracted_at = self._manifest.extracted_at or self._client.observed_at or self._clock()
        copied = [f"Tệp {name} có cùng nội dung với {same}, chỉ đọc một lần" for name, same in self._copies.items()]
        return Closing(
            extracted_at,
            not self._reasons,
            tuple(self._reasons),
            self._manifest.expected_rows,
            notes=(*self._notes, *copied),
            copies=self._copies,
        )

    def _file(self, file: ExportFile, done: frozenset[str]) -> Generator[Page, None, int | None]:
        """Pieces of one file that are not done; how many rows it has (None = not counted)."""
        if f"{file.base}#{_LAST}" in done:
            return file.rows
        content = self._client.get_bytes(
            f"files/{quote(file.name)}", _MAX_FILE, lambda body: sha256(body).hexdigest() == file.digest
        )
        source = FilesSource(_in_memory(file.name, content), self._columns, address=self.address)
        rows, pending = 0, None
        for page in source.pages(frozenset()):
            if pending is not None:
                yield from _unless_done(pending, f"{file.base}#{pending.first_row}", done)
            rows, pending = rows + len(page.records), page
        closing = source.closing()
        reasons = list(closing.reasons)
        self._notes += closing.notes
        if file.rows is not None and rows < file.rows:
            reasons.append(f"Tệp {file.name} thiếu {file.rows - rows} dòng so với số đã báo")
        self._reasons += reasons
        if pending is not None:
            yield from _unless_done(pending, f"{file.base}#{_BROKEN if reasons else _LAST}", done)
        return rows

    def _compare(self, manifest: Manifest, rows: list[int | None]) -> None:
        """Fewer rows than the manifest announces for all files together make the landing incomplete."""
        counted = [read for read in rows if read is not None]
        if manifest.expected_rows is None or len(counted) < len(manifest.files):
            return
        if (missing := manifest.expected_rows - sum(counted)) > 0 and not self._reasons:
            self._reasons.append(f"Bản xuất thiếu {missing} dòng so với số đã báo")

    def _read_manifest(self) -> Manifest:
        """The manifest; SourceContractBroken names the field that is not as agreed."""
        found = self._client.get_json(MANIFEST_PATH)
        if not isinstance(found, dict):
            raise self._broken("the manifest", "an object")
        files = found.get("files")
        if not isinstance(files, list):
            raise self._broken("files", "a list")
        complete, expected = found.get("complete", True), found.get("expected_rows")
        if not isinstance(complete, bool):
            raise self._broken("complete", "true or false")
        if expected is not None and not _is_count(expected):
            raise self._broken("expected_rows", "a number")
        try:
            extracted_at = read_instant(found.get("extracted_at"))
        except ValueError:
            raise self._broken("extracted_at", "an instant like 2026-09-03T23:30:00+07:00") from None
        listed = sorted((self._export_file(entry) for entry in files), key=lambda file: file.name)
        if len({file.name for file in listed}) < len(listed):
            raise self._broken("files", "each name once")
        return Manifest(extracted_at, complete, expected, tuple(listed))

    def _export_file(self, entry: Any) -> ExportFile:
        entry = entry if isinstance(entry, dict) else {}
        name, rows, digest = entry.get("name"), entry.get("rows"), entry.get("sha256")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name.strip(".") == "":
            raise self._broken("files.name", "a file name")
        if rows is not None and not _is_count(rows):
            raise self._broken("files.rows", "a number")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest.lower()):
            raise self._broken("files.sha256", "64 hexadecimal digits")
        return ExportFile(name, rows, digest.lower())

    def _broken(self, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}/{MANIFEST_PATH}: no usable {field!r} (expected {expected}); ask the exporter to correct it"
        )


def _copies(files: Iterable[ExportFile]) -> dict[str, str]:
    """Files that are announced with the bytes of one before them, and that one."""
    first: dict[str, str] = {}
    return {file.name: first[file.digest] for file in files if first.setdefault(file.digest, file.name) != file.name}


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _unless_done(page: Page, name: str, done: frozenset[str]) -> Iterator[Page]:
    if name not in done:
        yield replace(page, name=name)


def _in_memory(name: str, content: bytes) -> zipfile.Path:
    """A folder that holds one file and lies in memory only."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return zipfile.Path(zipfile.ZipFile(packed))
