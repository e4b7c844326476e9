"""What a snapshot says of its partitions: rows and a fingerprint, so that later stages know what has not changed.

A fingerprint is a SHA-256 over the stored bytes of a partition's columns, without those that only tell where a record
was read. `stage` orders rows by their key and writes the same bytes for the same rows, so it does not depend on the
order in which they were landed; two partitions of one fingerprint say the same.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import duckdb

from doisoat.store.engine import run_query
from doisoat.store.layout import read_json, write_json

_TOLD = "partitions.json"  # beside the folder of the partitions
_POSITIONS = ("source_file", "source_row")  # of the record, not of the dossier

Told = Mapping[str, Mapping[str, int | str]]  # partition -> rows, fingerprint


def describe_partitions(folder: Path, unchanged: Collection[str] = (), base: Path | None = None) -> None:
    """Write what is told of the partitions in `folder`; of the `unchanged` ones what the folder `base` told."""
    before = read_partitions(base) if base else {}
    paths = sorted(folder.glob("*.parquet"))
    kept = {path.stem: before[path.stem] for path in paths if path.stem in unchanged and path.stem in before}
    written = {path.stem: path for path in paths if path.stem not in kept}
    told = {path: {"rows": rows, "fingerprint": text} for path, rows, text in _fingerprints(written.values())}
    write_json(folder.parent / _TOLD, kept | {stem: told[path] for stem, path in written.items()})


def read_partitions(folder: Path) -> Told:
    """What is told of the partitions in `folder`; empty where nothing is, or nothing that can be read."""
    try:
        told = read_json(folder.parent / _TOLD)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def told_fingerprints(paths: Iterable[Path]) -> dict[Path, str]:
    """The fingerprints that were told of partitions; empty where none was. A link is what it points at."""
    origins = {path: path.resolve() for path in paths}
    told = {folder: read_partitions(folder) for folder in {origin.parent for origin in origins.values()}}
    return {path: _fingerprint(told[origin.parent].get(origin.stem)) for path, origin in origins.items()}


def _fingerprint(partition: object) -> str:
    fingerprint = partition.get("fingerprint") if isinstance(partition, dict) else None
    return fingerprint if isinstance(fingerprint, str) else ""


def _fingerprints(paths: Iterable[Path]) -> Iterable[tuple[Path, int, str]]:
    """(path, rows, fingerprint) of each."""
    chunks = defaultdict(list)
    names = [str(path) for path in paths]
    if names:
        with duckdb.connect(":memory:") as connection:
            for name, *chunk in run_query(connection, "staging/stored_columns", {"paths": names}).fetchall():
                chunks[name].append(chunk)
    for name in names:
        digest, rows = hashlib.sha256(), 0
        with Path(name).open("rb") as file:
            for column, kind, first, number, begins, size in chunks[name]:
                rows += number if first else 0
                if column in _POSITIONS:
                    continue
                digest.update(f"{column}\x1f{kind}\x1f{number}\x1f{size}\x1e".encode())
                file.seek(begins)
                digest.update(file.read(size))
        yield Path(name), rows, digest.hexdigest()
