"""A landing on disk: parts of compressed JSON lines, and the manifest that says what they are worth.

`land` writes it, `stage` reads it and takes secret rows out of it; both decide here whether what was read may
be used. What stands in a record is not this module's business (`docs/data-contracts.md`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import zstandard

from doisoat.errors import IncompleteLanding
from doisoat.rules.values import code_problem, read_code
from doisoat.store.layout import read_json, write_json

MANIFEST = "manifest.json"
UNKNOWN = "unknown.jsonl.zst"  # of look-ups alone: the codes nothing is known about, and why
_LEVEL = 3
_CODES = ("MaHoSo", "MaHoSoQG", "nationCode", "MaHoSoKhac", "MaHoSoDonVi")

Position = tuple[str, int]  # (`_file`, `_row`)


def write_part(path: Path, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Write one part whole or not at all; its entry for the manifest: file, rows, sha256 of the file.

    The same records give the same bytes.
    """
    return write_lines(path, [record_line(record) for record in records])


def record_line(record: Mapping[str, Any]) -> str:
    """One record as it stands in a part, with its line end."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE).decode()


def write_lines(path: Path, lines: Sequence[str]) -> dict[str, Any]:
    """Like `write_part`, for records that are lines already, each with its end."""
    return write_content(path, "".join(lines).encode(), len(lines))


def write_content(path: Path, content: bytes | memoryview, rows: int) -> dict[str, Any]:
    """Like `write_lines`, for lines that stand in memory one after the other already."""
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(content)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(packed)
    fresh.replace(path)
    return {"file": path.name, "rows": rows, "sha256": hashlib.sha256(packed).hexdigest()}


def read_part(path: Path) -> Iterator[dict[str, Any]]:
    """The records of one part, in their order."""
    yield from map(orjson.loads, _lines(path))


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        return stream.read().splitlines(keepends=True)


def is_landed(folder: Path) -> bool:
    """Whether a finished landing lies here; it is replayed, never read again."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished landing; IncompleteLanding when there is none."""
    try:
        manifest: dict[str, Any] = read_json(folder / MANIFEST)
    except FileNotFoundError:
        raise IncompleteLanding(f"{folder}: no finished landing here; run the land stage of this side first") from None
    return manifest


def require_usable(manifest: Mapping[str, Any], *, allow_partial: bool) -> None:
    """`discrepancy-rules` §5, partial side: a landing that broke off goes on only under two conditions.

    At least one whole page or file was read, and `allow_partial` is on; otherwise IncompleteLanding (exit 4).
    """
    if manifest["complete"]:
        return
    why = "; ".join(manifest["incomplete_reasons"]) or "lý do không được ghi lại"
    if not allow_partial:
        raise IncompleteLanding(
            f"{manifest['side']}: read in part ({why}) and allow_partial is off; run again when the source is whole"
        )
    if not manifest["whole_pages"]:
        raise IncompleteLanding(
            f"{manifest['side']}: not one page or file could be read to its end ({why}); repair the source, run again"
        )


def check_parts(folder: Path, manifest: Mapping[str, Any]) -> list[Path]:
    """Paths of the parts, each as it was landed; IncompleteLanding names the first that is not.

    Files that no manifest names are what a killed rewrite left behind: they are removed.
    """
    parts = [folder / part["file"] for part in manifest["parts"]]
    for part in manifest["parts"]:
        _require_whole(folder, part)
    for leftover in set(folder.glob("*part-*")) - set(parts):
        leftover.unlink()
    return parts


def check_step_parts(folder: Path, manifest: Mapping[str, Any]) -> list[Path]:
    """Paths of the parts of the side table `steps`; IncompleteLanding names one that is damaged."""
    parts = manifest.get("step_parts", [])
    for part in parts:
        _require_whole(folder, part)
    return [folder / part["file"] for part in parts]


def _require_whole(folder: Path, part: Mapping[str, Any]) -> None:
    if not is_whole(folder, part):
        path = folder / part["file"]
        raise IncompleteLanding(f"{path}: damaged since it was landed; remove {folder} to have the side read again")


def keep_steps(folder: Path, is_kept: Callable[[str], bool]) -> None:
    """Take the steps of dossiers that are not to be kept (by normalised code) out of a landing."""
    manifest = read_manifest(folder)
    before, parts = manifest.get("step_parts", []), []
    for part in before:
        lines = _lines(folder / part["file"])
        kept = [line for line in lines if is_kept(read_code(orjson.loads(line)["MaHoSo"]) or "")]
        parts.append(part if len(kept) == len(lines) else _write_again(folder, part["file"], kept))
    gone = {part["file"] for part in before} - {part["file"] for part in parts}
    if gone:
        write_json(folder / MANIFEST, manifest | {"step_parts": parts})
        for name in gone:
            (folder / name).unlink()


def is_whole(folder: Path, entry: Mapping[str, Any]) -> bool:
    """Whether a file of a landing is there and still the one its entry (`write_part`) describes."""
    path = folder / entry["file"]
    digest: str = entry["sha256"]
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def landed_codes(folder: Path) -> list[str]:
    """Normalised dossier codes of a finished landing, each once, sorted: what look-ups can ask for.

    Also the other codes its records name: the dossier may stand under one of those on the other side.
    """
    paths = (folder / part["file"] for part in read_manifest(folder)["parts"])
    records = (record for path in paths for record in read_part(path))
    codes = {read_code(record.get(name)) for record in records for name in _CODES}
    return sorted(code for code in codes if code is not None and code_problem(code) is None)


def remove_rows(folder: Path, positions: Collection[Position], *, digests: Collection[str] = ()) -> dict[str, Any]:
    """Take rows out of a landing as if they had never been read; the manifest afterwards.

    `digests`: under which the dossiers of these rows are known as secret from now on.
    Affected parts are written under new names, the manifest changes over in one step, the old parts go last.
    """
    manifest = read_manifest(folder)
    gone = set(positions)
    parts = []
    for part in manifest["parts"]:
        lines = _lines(folder / part["file"])
        kept = [line for line in lines if _position(line) not in gone]
        parts.append(part if len(kept) == len(lines) else _write_again(folder, part["file"], kept))
    manifest |= {
        "parts": parts,
        "landed": sum(part["rows"] for part in parts),
        "secret_digests": sorted({*manifest["secret_digests"], *digests}),
    }
    if manifest["expected_rows"] is not None:
        manifest["expected_rows"] = max(manifest["expected_rows"] - len(gone), 0)
    write_json(folder / MANIFEST, manifest)
    check_parts(folder, manifest)
    return manifest


def _position(line: bytes) -> Position:
    record = orjson.loads(line)
    return record["_file"], record["_row"]


def _write_again(folder: Path, name: str, lines: list[bytes]) -> dict[str, Any]:
    return write_lines(folder / _next_name(name), [line.decode() for line in lines])


def _next_name(name: str) -> str:
    """`part-00001.jsonl.zst` is written again as `part-00001-1.jsonl.zst`, then `-2`."""
    stem, _, rest = name.partition(".")
    kind, number, *generation = stem.split("-")
    return f"{kind}-{number}-{int(generation[0] if generation else 0) + 1}.{rest}"
