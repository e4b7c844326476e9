"""An independent count of a statutory form in plain Python: row by row, after the text of `docs/forms.md`.

Shares the clocks and the calendar with the product (they have golden cases of their own) and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from doisoat.model import VIETNAM
from doisoat.rules import clocks
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Term
from doisoat.store.reference import Reference


@dataclass(frozen=True)
class Days:
    """A period as far as it is over; both days within."""

    first_day: date
    last_day: date


Row = Mapping[str, Any]  # a staged row: the columns of dossiers.parquet
Place = tuple[str, str, str | None, str | None]  # (side, section, unit, field)
ROOTS = ("H21", "H08")
ENDED = (7, 8, 9, 10)


@dataclass(frozen=True)
class Standing:
    """Where one dossier stands in the form of a period."""

    received_as: str
    stands_as: str
    is_due_unknown: bool = False


def count(
    shop: Sequence[Row], portal: Sequence[Row], period: Days, reference: Reference, clock: str
) -> Counter[tuple[Place, str]]:
    """(place, column) -> dossiers; of each code one row a side at most."""
    counts: Counter[tuple[Place, str]] = Counter()
    sides = {"shop": {row["dossier_code"]: row for row in shop}, "portal": {row["dossier_code"]: row for row in portal}}
    for side, other in (("shop", "portal"), ("portal", "shop")):
        for code, row in sides[side].items():
            twin = sides[other].get(code, {})
            if side == "portal" and not twin and is_foreign(row["agency_code"]):
                continue
            standing = stand(row, twin if side == "portal" else {}, twin, period, reference, clock)
            if standing is not None:
                where = place(side, row, twin, reference)
                marks = ["due_unknown"] if standing.is_due_unknown else []
                counts.update((where, name) for name in (standing.received_as, standing.stands_as, *marks))
    return counts


def is_foreign(agency: str | None) -> bool:
    return agency is not None and agency.split(".")[0] not in ROOTS


def place(side: str, row: Row, twin: Row, reference: Reference) -> Place:
    agency = row["agency_final"] or row["agency_code"]
    if side == "portal" and agency is None and twin:
        agency = twin["agency_final"] or twin["agency_code"]
    procedure = reference.procedures.get(row["procedure_code"] or twin.get("procedure_code"))
    field = (procedure.field if procedure else "") or None
    # in the small world of the tests H21.05.02 is a part of H21.05, and H21.06 is a commune
    unit = {"H21": "H21", "H21.05": "H21.05", "H21.05.02": "H21.05", "H21.06": "H21.06"}.get(agency or "")
    return side, "communes" if unit == "H21.06" else "province", unit, field


def day(instant: datetime | None) -> date | None:
    return instant.astimezone(VIETNAM).date() if instant else None


def stand(row: Row, shop: Row, twin: Row, period: Days, reference: Reference, clock: str) -> Standing | None:
    """None for what the period does not count. `shop` = the shop's row of a portal's, whose procedure limits both."""
    received, ended = day(row["received_at"]), day(row["finished_at"] or row["returned_at"])
    if row["status"] in (1, 3) or received is None or received > period.last_day:
        return None
    is_new = received >= period.first_day
    if not is_new and row["status"] in ENDED and (ended is None or ended < period.first_day):
        return None
    codes = (shop.get("procedure_code"), row["procedure_code"], twin.get("procedure_code"))
    term = reference.procedures.term(next((code for code in codes if code), None))
    then = row_then(row, period)
    as_of = datetime.combine(period.last_day, datetime.max.time(), VIETNAM).replace(microsecond=0)
    judge = {"luat": clocks.law, "dvcqg": clocks.portal, "mot_cua": clocks.province}[clock]
    verdict = judge(then, term, as_of, reference.calendar, RuleParameters())
    due, stopped = held_against(then, term, as_of, reference, clock)
    is_immediate = then.status in ENDED and then.due_at is None and ended == received
    unclear = verdict != "late" and not is_immediate and (verdict == "unknown" or due is None)
    return Standing(
        came_in(row, twin, reference) if is_new else "carried",
        became(then, verdict, due, stopped, is_immediate),
        unclear,
    )


def came_in(row: Row, twin: Row, reference: Reference) -> str:
    procedure = reference.procedures.get(row["procedure_code"] or twin.get("procedure_code"))
    if row["channel"] == 2:
        return "online_full" if procedure and procedure.online_level == "toan_trinh" else "online_partial"
    return "post" if row["channel"] == 3 else "direct"


def became(then: clocks.ClockRow, verdict: str, due: date | None, stopped: date | None, is_immediate: bool) -> str:
    if then.status not in ENDED:
        return "open_over" if verdict == "late" else "open_in"
    if verdict == "late":
        return "late"
    if is_immediate or verdict == "unknown" or due is None or stopped is None:
        return "on_due"
    return "early" if stopped < due else "on_due"


def row_then(row: Row, period: Days) -> clocks.ClockRow:
    """The row as it stood when the period ended."""
    asked, answered = row["supplement_requested_at"], row["supplement_completed_at"]
    if (asked and asked < row["received_at"]) or (asked and answered and answered < asked):
        asked = answered = None
    first, ended = row["first_supplement_completed_at"], row["finished_at"] or row["returned_at"]

    def later(instant: datetime | None) -> bool:
        return instant is not None and (day(instant) or date.min) > period.last_day

    status, count_then = row["status"], row["supplement_count"]
    if not (status in ENDED and not later(ended)):
        if later(answered) and not later(asked):
            status = 5
        elif (status == 5 and later(asked)) or (status == 6 and later(row["step_at"])) or status in ENDED:
            status = 4
    if later(asked):
        count_then = max(count_then - 1, 0)
    completed = None if later(answered) else answered
    first = None if later(first) else first
    if row["supplement_count"] > 1 and count_then <= 1:
        completed = first  # the one supplement there was then is the first of them
    return clocks.ClockRow(
        status=status,
        received_at=row["received_at"],
        due_at=row["due_at"],
        finished_at=None if later(ended) else ended,
        step_at=row["step_at"],
        supplement_count=count_then,
        supplement_requested_at=None if later(asked) else asked,
        supplement_completed_at=completed,
        first_supplement_completed_at=first,
        extension_count=row["extension_count"],
    )


def held_against(
    then: clocks.ClockRow, term: Term, as_of: datetime, reference: Reference, clock: str
) -> tuple[date | None, date | None]:
    """(due day, day it stopped) by a clock."""
    calendar, limit = reference.calendar, term.limit
    stopped = {5: then.supplement_requested_at}.get(then.status, then.finished_at if then.status in ENDED else as_of)
    by_term = calendar.term_end(then.received_at, *limit) if limit and then.received_at else None
    if clock == "mot_cua":
        return day(then.due_at), day(stopped)
    if clock == "dvcqg":
        asked, completed = then.supplement
        waited = completed - asked if asked and completed else timedelta()
        return day(then.due_at or by_term), day(stopped - waited if stopped and then.status != 5 else stopped)
    restart = then.first_supplement_completed_at if then.supplement_count > 1 else then.supplement[1]
    start = restart if restart and limit else then.received_at
    by_law = calendar.term_end(counted_from(start, term, reference), *limit) if limit and start else None
    if then.due_at and not (restart and limit):
        return calendar.roll(day(then.due_at) or date.min), day(stopped)
    return day(by_law), day(stopped)


def counted_from(start: datetime, term: Term, reference: Reference) -> datetime:
    """After 15:00 some procedures count from the next working day."""
    local = start.astimezone(VIETNAM)
    if not term.late_starts_next_day or local.time() <= time(15):
        return start
    next_day = reference.calendar.roll(local.date() + timedelta(days=1))
    return datetime.combine(next_day, time(7, 30), VIETNAM)


def sums(counts: Counter[tuple[Place, str]]) -> Iterator[tuple[tuple[str | None, ...], str, int]]:
    """Every unit's, section's and the province's row, and their sums: ((side, scope, section, unit, field), column, dossiers)."""
    found: Counter[tuple[tuple[str | None, ...], str]] = Counter()
    for ((side, section, unit, field), name), dossiers in counts.items():
        field = field or ""
        for key in (
            (side, "unit", section, unit, field),
            (side, "unit", section, unit, None),
            (side, "section", section, None, field),
            (side, "section", section, None, None),
            (side, "province", None, None, None),
        ):
            found[key, name] += dossiers
    for (key, name), dossiers in found.items():
        yield key, name, dossiers
