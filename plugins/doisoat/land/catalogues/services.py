"""The portal's catalogue by its services of master data (wire-contract §3, §5), through whichever adapter.

`LayDanhSachTTHC` lists the procedures and must answer; `LayDanhMucCoQuan`, `LayDanhMucLinhVuc` and `LayDVC` add what
they can. `LayThuTuc` is asked once a procedure, within a budget; answers are noted at once, so that a killed reading
goes on. What was not asked or not answered is unknown, never missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson

from doisoat.config import AdapterCatalogue
from doisoat.errors import SourceContractBroken, SourceUnavailable
from doisoat.land.catalogues.details import flat_details, upper_keys
from doisoat.land.catalogues.rows import read_entry
from doisoat.rules.catalogue import Entry, Listing, Sort, Unread, read_catalogue_code, read_level
from doisoat.rules.values import read_text

_TOO_MANY_FAILURES = 20  # in a row; the portal is gone
_LISTS: tuple[tuple[Sort, str], ...] = (
    ("procedure", "LayDanhSachTTHC"),
    ("agency", "LayDanhMucCoQuan"),
    ("sector", "LayDanhMucLinhVuc"),
)
_LEVEL_ORDER = ("khong", "mot_phan", "toan_trinh")
Progress = Callable[[int, int], None]


class Reply(Protocol):
    """The part of an answer that is read here."""

    @property
    def is_success(self) -> bool: ...

    @property
    def result(self) -> Sequence[Mapping[str, Any]]: ...


class Portal(Protocol):
    """A way to the portal, as `land.portal.transport` has it."""

    @property
    def address(self) -> str: ...

    @property
    def observed_at(self) -> datetime | None: ...

    def call(self, service: str, fields: Mapping[str, Any]) -> Reply: ...


@dataclass
class _Reading:
    """What gathers while the services answer."""

    entries: dict[Sort, list[Entry]]
    whole: set[Sort]
    reasons: list[str]
    unread: list[Unread]


def read_services(
    portal: Portal, config: AdapterCatalogue, business_date: date, notes: Path, progress: Progress = lambda *_: None
) -> Listing:
    """The portal's catalogue; SourceUnavailable when not even the list of procedures answers."""
    reading = _Reading({sort: [] for sort, _ in _LISTS}, set(), [], [])
    for sort, service in _LISTS:
        _read_list(portal, sort, service, reading)
    procedures = {entry.code: entry for entry in reading.entries["procedure"]}
    wanted = _turn(sorted(procedures), config.details_budget, business_date)
    details = _read_details(portal, wanted, config.concurrency, notes, progress)
    for code, row in details.items():
        found, unread = read_entry("procedure", {"MATTHC": code, **row}, f"LayThuTuc {code}")
        reading.unread += unread
        if found is not None:
            procedures[code] = _united(procedures[code], found)
    if lost := len(wanted) - len(details):
        reading.reasons.append(f"LayThuTuc: {lost} thủ tục hỏi mà không nhận được chi tiết")
    _add_levels(portal, config, procedures, reading)
    left = len(procedures) - len(wanted)
    return Listing(
        portal.address,
        (*procedures.values(), *reading.entries["agency"], *reading.entries["sector"]),
        frozenset(reading.whole),
        config.nationwide,
        tuple(reading.reasons),
        (f"{left} thủ tục chưa hỏi chi tiết vì hết hạn mức {config.details_budget} lượt",) if left else (),
        tuple(reading.unread),
        portal.observed_at,
    )


def _read_list(portal: Portal, sort: Sort, service: str, reading: _Reading) -> None:
    rows = _rows(portal, service, {}, reading, must_answer=sort == "procedure")
    for number, row in enumerate(rows, 1):
        listed = {"TRANGTHAI": "1", **row} if sort == "agency" else row  # an agency that is listed is in force
        entry, unread = read_entry(sort, listed, f"{service}, mục {number}")
        reading.unread += unread
        if entry is not None:
            reading.entries[sort].append(entry)
    if rows:
        reading.whole.add(sort)


def _rows(
    portal: Portal, service: str, fields: Mapping[str, Any], reading: _Reading, *, must_answer: bool = False
) -> list[dict[str, Any]]:
    """The objects of a service, keys as on the wire; none of them is told as a reason, for an empty list is suspect."""
    try:
        reply = portal.call(service, fields)
    except (SourceUnavailable, SourceContractBroken):
        if must_answer:
            raise
        reading.reasons.append(f"{service}: Cổng DVCQG không trả lời")
        return []
    if not reply.is_success:
        reading.reasons.append(f"{service}: Cổng DVCQG từ chối trả lời")
    elif not reply.result:
        reading.reasons.append(f"{service}: Cổng DVCQG trả về danh sách rỗng")
    return [upper_keys(item) for item in reply.result] if reply.is_success else []


def _turn(codes: Sequence[str], budget: int, business_date: date) -> list[str]:
    """The codes whose turn it is: all, or the next `budget` of them, so that weeks cover what one run cannot."""
    if len(codes) <= budget:
        return list(codes)
    start = business_date.toordinal() // 7 * budget % len(codes)
    return [*codes[start:], *codes[:start]][:budget]


def _united(listed: Entry, told: Entry) -> Entry:
    """What the list and the details say together; the details where both do."""
    known = {name: value for name, value in vars(told).items() if value is not None}
    return replace(listed, **known)


# --- details, noted as they come -------------------------------------------------------------------------


def _read_details(
    portal: Portal, codes: Sequence[str], concurrency: int, notes: Path, progress: Progress
) -> dict[str, dict[str, Any]]:
    """Code -> flat row of those that answered, in the order of the codes."""
    noted = _noted(notes)
    missing = [code for code in codes if code not in noted]
    notes.parent.mkdir(parents=True, exist_ok=True)
    with notes.open("ab") as file:
        for number, (code, row) in enumerate(_ask(portal, missing, concurrency), 1):
            progress(len(codes) - len(missing) + number, len(codes))
            if row is not None:
                noted[code] = row
                file.write(b"\n" + orjson.dumps({"code": code, "row": row}))  # a torn line before it stays alone
                file.flush()
    return {code: noted[code] for code in codes if code in noted}


def _noted(notes: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line in notes.read_bytes().split(b"\n") if notes.exists() else ():
        try:
            note = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        found[note["code"]] = note["row"]
    return found


def _ask(portal: Portal, codes: Sequence[str], concurrency: int) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(code, flat row or None) in order; ends when too many in a row do not answer."""
    failures = 0
    with ThreadPoolExecutor(concurrency) as pool:
        for start in range(0, len(codes), 2 * concurrency):
            part = codes[start : start + 2 * concurrency]
            for code, row in zip(part, pool.map(lambda one: _details(portal, one), part), strict=True):
                failures = failures + 1 if row is None else 0
                yield code, row
            if failures >= _TOO_MANY_FAILURES:
                return


def _details(portal: Portal, code: str) -> dict[str, Any] | None:
    try:
        reply = portal.call("LayThuTuc", {"maTTHC": code})
    except (SourceUnavailable, SourceContractBroken):
        return None
    rows = (flat_details(item) for item in reply.result) if reply.is_success else iter(())
    return next((row for row in rows if read_catalogue_code(row.get("MATTHC", code)) == code), None)


# --- online services ---------------------------------------------------------------------------------------


def _add_levels(portal: Portal, config: AdapterCatalogue, procedures: dict[str, Entry], reading: _Reading) -> None:
    """What `LayDVC` says about levels: none where a procedure has no service, unknown where the level is not told."""
    rows = _rows(portal, "LayDVC", config.service_details, reading)
    if not rows:
        return
    levels = _levels(rows, config.level_field.upper())
    for code, entry in procedures.items():
        procedures[code] = replace(entry, level=levels.get(code, "khong"))


def _levels(rows: Iterable[Mapping[str, Any]], field: str) -> dict[str, str | None]:
    """Procedure -> highest level of its services; None if one of them has none that can be read."""
    found: dict[str, str | None] = {}
    for row in rows:
        code = read_catalogue_code(row.get("MATTHC"))
        level = read_level(row.get(field)) if read_text(row.get(field)) else None
        if code is not None:
            known = found.get(code, level)
            found[code] = max(level, known, key=_LEVEL_ORDER.index) if level and known else None
    return found
