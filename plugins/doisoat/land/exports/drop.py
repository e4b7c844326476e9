"""Which files of a drop folder may be read now: finished ones, each content once.

An exporter that copies files in says with a marker when one is whole. What has none, or still carries the name of an
upload, is not read: the landing is incomplete, or the file waits for tomorrow where the province file says so.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from doisoat.errors import ConfigError
from doisoat.land.exports.formats import Entry, Undecodable, content_chunks

UPLOADS = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".upload")
PACKS = (".gz", ".zst")
_IGNORED = ("_", ".", "~$")

State = tuple[int, int]  # size in bytes, time of change in ns


@dataclass(frozen=True)
class Marker:
    """What says that a file is whole: `{name}.done`, `{stem}.ok` beside each, or one for the folder (`_SUCCESS`)."""

    pattern: str
    waits: bool = False  # a file without one is left for tomorrow

    @property
    def is_per_file(self) -> bool:
        return "{" in self.pattern

    def of(self, name: str) -> str:
        return self.pattern.format(name=name, stem=PurePath(name).stem)


@dataclass
class Drop:
    """A folder as it is found. `copies`: file -> the file read instead, which has the same content."""

    files: list[Entry]
    reasons: list[str] = field(default_factory=list)  # Vietnamese: why it is incomplete
    notes: list[str] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    states: dict[str, State | None] = field(default_factory=dict)


def suffix_of(name: str) -> str:
    """`.csv`, or `.csv.gz` for a packed one; lower case."""
    suffixes = Path(name.lower()).suffixes
    return "".join(suffixes[-2:] if suffixes[-1:] and suffixes[-1] in PACKS else suffixes[-1:])


def look_into(folder: Entry, address: str, readable: Collection[str], marker: Marker | None) -> Drop:
    """What may be read of a folder, in name order; ConfigError names the folder that is not there, or a stranger."""
    if not folder.is_dir():
        raise ConfigError(f"{address}: no such folder; put the exports there or correct path:", key="path")
    present = {entry.name: entry for entry in folder.iterdir() if entry.is_file()}
    visible = {name: entry for name, entry in sorted(present.items()) if not name.startswith(_IGNORED)}
    drop = Drop([])
    uploads = [name for name in visible if name.lower().endswith(UPLOADS)]
    markers = _markers(visible, readable, marker)
    for name in visible.keys() - set(uploads) - markers:
        _require_readable(name, address, readable)
    if marker is not None and not marker.is_per_file and marker.pattern not in present:
        drop.reasons.append(f"Thư mục chưa có {marker.pattern}: bên xuất chưa ghi xong")
        return drop
    exports = [name for name in visible if name not in uploads and name not in markers]
    unmarked = _unmarked(exports, present, marker)
    _leave_out(drop, uploads, "còn đang được ghi", waits=marker is not None and marker.waits)
    _leave_out(drop, unmarked, "chưa có dấu đã ghi xong", waits=marker is not None and marker.waits)
    drop.reasons += [
        f"Có dấu {name} nhưng không có tệp" for name in sorted(_orphans(markers, exports, uploads, marker))
    ]
    drop.files = [visible[name] for name in exports if name not in unmarked]
    if not drop.files and drop.notes:  # a side of which everything waits is not an empty side
        drop.reasons, drop.notes = drop.reasons + drop.notes, []
    drop.states = {entry.name: state_of(entry) for entry in drop.files}
    drop.copies = _copies(drop.files)
    drop.files = [entry for entry in drop.files if entry.name not in drop.copies]
    return drop


def state_of(entry: Entry) -> State | None:
    """Size and time of change; None for what lies in memory, or has gone."""
    try:
        stat = entry.stat() if isinstance(entry, Path) else None
    except OSError:
        return None
    return None if stat is None else (stat.st_size, stat.st_mtime_ns)


def _require_readable(name: str, address: str, readable: Collection[str]) -> None:
    if suffix_of(name) not in readable:
        raise ConfigError(
            f"{address}/{name}: not an export this program reads ({', '.join(readable)}); "
            "remove it, or let its name start with _",
            key="path",
        )


def _markers(names: Collection[str], readable: Collection[str], marker: Marker | None) -> set[str]:
    """Names that are markers: of files that are here, or of the pattern's form and no export."""
    if marker is None:
        return set()
    if not marker.is_per_file:
        return {marker.pattern}
    start, _, end = marker.of("\0").partition("\0")
    formed = {name for name in names if (start or end) and name.startswith(start) and name.endswith(end)}
    beside = {marker.of(name) for name in names if suffix_of(name) in readable}
    return {name for name in formed if suffix_of(name) not in readable} | beside.intersection(names)


def _unmarked(exports: Iterable[str], present: Collection[str], marker: Marker | None) -> list[str]:
    if marker is None or not marker.is_per_file:
        return []
    return [name for name in exports if marker.of(name) not in present]


def _orphans(markers: set[str], exports: Iterable[str], uploads: Iterable[str], marker: Marker | None) -> set[str]:
    """Markers whose file is nowhere, not even being uploaded."""
    if marker is None or not marker.is_per_file:
        return set()
    uploaded = {name[: name.rfind(".")] for name in uploads}
    return markers - {marker.of(name) for name in (*exports, *uploaded)}


def _leave_out(drop: Drop, names: Iterable[str], why: str, *, waits: bool) -> None:
    for name in names:
        if waits:
            drop.notes.append(f"Tệp {name} {why}, để lại đêm sau")
        else:
            drop.reasons.append(f"Tệp {name} {why} nên không đọc; nếu là tệp bỏ lại, xoá nó đi")


def _copies(files: Iterable[Entry]) -> dict[str, str]:
    """Files whose unpacked content another file of the same format has, which comes before them by name."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in files:
        groups[suffix_of(entry.name).removesuffix(".gz").removesuffix(".zst")].append(entry)
    copies = {}
    for group in groups.values():
        first: dict[bytes, str] = {}
        for entry in _candidates(group):
            digest = _digest(entry)
            if digest is not None and first.setdefault(digest, entry.name) != entry.name:
                copies[entry.name] = first[digest]
    return copies


def _candidates(group: list[Entry]) -> list[Entry]:
    """Those that could be equal: of plain files of different sizes none can."""
    if any(entry.name.lower().endswith(PACKS) for entry in group):
        return group if len(group) > 1 else []
    sizes: dict[int, list[Entry]] = defaultdict(list)
    for entry in group:
        state = state_of(entry)
        sizes[state[0] if state else -1].append(entry)
    alike = {entry.name for same in sizes.values() if len(same) > 1 for entry in same}
    return [entry for entry in group if entry.name in alike]


def _digest(entry: Entry) -> bytes | None:
    """Of the unpacked content; None for one that cannot be unpacked, which reading it will tell."""
    digest = hashlib.sha256()
    try:
        for chunk in content_chunks(entry):
            digest.update(chunk)
    except Undecodable:
        return None
    return digest.digest()
