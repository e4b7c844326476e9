"""The figures the portal publishes about the world: counted from its own rows, with faults of publication planted.

Counted in plain Python, without the product's queries: what a comparison must find is said by `figure_truth`, which
counts the shop's rows in the same way.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from doisoat_simulator.lives import Row
from doisoat_simulator.published_rows import ReadRow, Unreadable, agency_tables, read_row
from doisoat_simulator.reference import PROVINCE
from doisoat_simulator.spelling import plain_code
from doisoat_simulator.workdays import workdays
from doisoat_simulator.world import World

MEASURES = ("received", "on_time", "overdue", "synced", "online", "paid_online")
ROOTS = ("H44", "H62", "H28")
Counts = Counter[tuple[str, str]]  # (unit, measure)
ENDED = (7, 8, 9, 10)


@dataclass(frozen=True)
class Month:
    """A published month: its first and last day."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(year: int, month: int) -> Month:
    """A calendar month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Month(date(year, month, 1), following - timedelta(days=1))


def last_month(day: date) -> Month:
    """The month that was over before a day."""
    before = day.replace(day=1) - timedelta(days=1)
    return month_of(before.year, before.month)


@cache
def published_units() -> tuple[tuple[str, str, str], ...]:
    """(code, name, type) of the province and its units, in the published order."""
    path = Path(__file__).parent / "data" / "agencies_phu_tho_2026.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        return tuple((row["department_code"], row["department_name"], row["department_type"]) for row in rows)


def _unit(agency: str) -> str | None:
    """The published unit that counts for an agency."""
    known = {code for code, _, _ in published_units()}
    parents = agency_tables()[2]
    code = agency
    while code not in known or code == PROVINCE:
        above = parents.get(code) or code.rpartition(".")[0]
        if "." not in above:
            return code if code.partition(".")[0] in ROOTS and "." in code else None
        code = above
    return code


def _readable(rows: Iterable[Row], as_of: datetime, secret: frozenset[str]) -> dict[str, ReadRow]:
    """One row a dossier: of several the one that changed last."""
    found: dict[str, ReadRow] = {}
    for row in rows:
        try:
            read = read_row(row, as_of)
        except Unreadable:
            continue
        if read.code not in secret:
            found[read.code] = max(found.get(read.code, read), read, key=_last_change)
    return found


def _last_change(read: ReadRow) -> tuple[datetime, int]:
    return read.dates["ThoiDiemXuLy"] or datetime.min, read.status


def count_side(world: World, side: str, month: Month) -> Counts:
    """What one side's rows come to in a month, per unit and for the province, by the portal's definitions."""
    as_of = world.as_of.replace(tzinfo=None)
    both = {
        name: _readable(rows, as_of, world.secret_codes)
        for name, rows in (("shop", world.shop_rows), ("portal", world.portal_rows))
    }
    named = {plain_code(str(row["MaHoSo"] or "")) for row in world.portal_rows}
    named |= {other for read in both["portal"].values() for other in read.others}
    counts: Counts = Counter()
    for read in both[side].values():
        lone_stranger = side == "portal" and (read.agency or PROVINCE).partition(".")[0] not in ROOTS
        if lone_stranger and not _is_paired(read, both["shop"]):
            continue
        is_national = side == "portal" or not named.isdisjoint({read.code, *read.others})
        unit = _unit(read.agency) if read.agency else None
        for measure in _measures(read, month, is_national):
            counts.update((owner, measure) for owner in {unit, PROVINCE} if owner)
    return counts


def _is_paired(read: ReadRow, others: dict[str, ReadRow]) -> bool:
    return read.code in others or any(other in others for other in read.others)


def _measures(read: ReadRow, month: Month, is_national: bool) -> Iterator[str]:
    received, end = read.dates["NgayTiepNhan"], read.end
    if read.status in (1, 3) or received is None or received.date() > month.last:
        return
    is_new = received.date() >= month.first
    if not is_new and read.status in ENDED and (end is None or end.date() < month.first):
        return
    yield "received"
    yield "on_time" if _is_on_time(read, month.last) else "overdue"
    if is_new:
        if is_national:
            yield "synced"
        if read.channel in (2, "2", "Trực tuyến"):
            yield "online"
        if read.paid in (1, 2) and read.fee != 0:
            yield "paid_online"


def _is_on_time(read: ReadRow, last: date) -> bool:
    """The portal's own formula at the end of a month: to the second once ended, by the day while open."""
    asked, answered = read.dates["NgayYeuCauBoSung"], read.dates["NgayHoanThanhBoSung"]
    received, count = read.dates["NgayTiepNhan"], read.supplements
    if asked and received and (asked < received or (answered and answered < asked)):
        asked = answered = None
    if asked and asked.date() > last:
        asked, count = None, count - 1
    if answered and answered.date() > last:
        answered = None
    if count > 1:
        return False
    due, by_day = _due(read)
    if due is None:
        return False
    waited = answered - asked if asked and answered else timedelta()
    if read.status in ENDED and read.end is None:
        return False
    if read.status in ENDED and read.end and read.end.date() <= last:
        stops = read.end - waited
    elif _waits(read, asked, answered):
        if asked is None:
            return False
        stops = asked
    else:
        return (datetime.combine(last, datetime.max.time()) - waited).date() <= due.date()
    return stops.date() <= due.date() if by_day else stops <= due


def _waits(read: ReadRow, asked: datetime | None, answered: datetime | None) -> bool:
    """Whether the applicant was being waited for at the end of the month."""
    was_answered_later = answered is None and read.dates["NgayHoanThanhBoSung"] is not None and asked is not None
    if read.status == 5:
        return was_answered_later or asked is not None or read.dates["NgayYeuCauBoSung"] is None
    return was_answered_later


def _due(read: ReadRow) -> tuple[datetime | None, bool]:
    """When it is due, and whether only its day counts."""
    due = read.dates["NgayHenTra"]
    if due is not None:
        return due, due.time() == datetime.min.time()
    received, term = read.dates["NgayTiepNhan"], _terms().get(read.procedure)
    if received is None or term is None:
        return None, True
    end = workdays().term_end(received.date(), *term)
    return datetime.combine(end, datetime.max.time()), True


@cache
def _terms() -> dict[str, tuple[int, str]]:
    from doisoat_simulator.reference import province

    terms = {}
    for item in (*province().procedures, *province().retired):
        for code in (item.code, f"{item.code}.000.00.00.H44", *map(plain_code, item.local_codes)):
            terms[code] = (item.term, item.unit)
    return terms
