"""A catalogue as a folder of exported lists; every file is read, its columns say what it lists (`rows`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from doisoat.errors import ConfigError
from doisoat.land.catalogues.rows import FIELDS, KEYS, read_entry, sort_of
from doisoat.land.exports.columns import ColumnNames
from doisoat.land.exports.drop import suffix_of
from doisoat.land.exports.files import READERS
from doisoat.land.exports.formats import Rows, Undecodable
from doisoat.rules.catalogue import Entry, Listing, Sort, Unread


def read_files(folder: Path, columns: Mapping[str, str], *, nationwide: bool = False) -> Listing:
    """The lists of a folder as one catalogue; ConfigError for a folder or file that cannot be meant.

    A file that cannot be decoded, or not to its end, leaves what it lists (or, where not even its heading could be
    read, everything) incomplete.
    """
    entries: list[Entry] = []
    unread: list[Unread] = []
    reasons: list[str] = []
    whole: dict[Sort, bool] = {}
    names = ColumnNames(columns, allowed=FIELDS, keys=frozenset(KEYS))
    for file in _files(folder):
        sort, faults = _read_file(file, names, entries, unread)
        for known in [sort] if sort else list(KEYS.values()):
            whole[known] = whole.get(known, True) and not faults and sort is not None
        reasons += [f"Tệp {file.name}: {fault}" for fault in faults]
    listed = frozenset(sort for sort, is_whole in whole.items() if is_whole)
    return Listing(str(folder), tuple(entries), listed, nationwide, tuple(reasons), unread=tuple(unread))


def _read_file(
    file: Path, names: ColumnNames, entries: list[Entry], unread: list[Unread]
) -> tuple[Sort | None, list[str]]:
    """Take one file in; (what it lists or None, why it could not be read to its end)."""
    rows: Rows | None = None
    sort: Sort | None = None
    try:
        rows = READERS[suffix_of(file.name)](file, names)
        for number, row in enumerate(rows.records, 1):
            sort = sort or _sort(file, rows)
            place = f"{file.name}, dòng dữ liệu {number}"
            if row is None:
                unread.append(Unread(place, "số ô khác với tiêu đề, hoặc không phải một đối tượng"))
                continue
            entry, notes = read_entry(sort, row, place)
            unread += notes
            if entry is not None:
                entries.append(entry)
        return sort or sort_of(rows.columns), list(rows.faults)
    except Undecodable as error:
        return sort, [str(error)]


def _sort(file: Path, rows: Rows) -> Sort:
    sort = sort_of(rows.columns)
    if sort is None:
        raise ConfigError(
            f"{file}: none of the columns {', '.join(KEYS)}; name theirs under columns:", key="catalogue.columns"
        )
    return sort


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder; put the lists there or correct path:", key="catalogue.path")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.is_file() or file.name.startswith(("_", ".", "~$")):
            continue
        if suffix_of(file.name) not in READERS:
            raise ConfigError(
                f"{file}: not a list this program reads ({', '.join(READERS)}); "
                "remove it, or let its name start with _",
                key="catalogue.path",
            )
        yield file
