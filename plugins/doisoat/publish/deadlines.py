"""What the report tells around deadlines: why the clocks disagree about a dossier, and the duties of NĐ 118.

Types, and reading them from a night's files; rendering is `page` and `deadline_sheets`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from doisoat.model import VIETNAM, DiscrepancyKind, Lateness
from doisoat.publish.inputs import Inputs, rows
from doisoat.rules.clock_reasons import put_in_words
from doisoat.rules.clocks import ClockRow, Judgement, Reason
from doisoat.rules.duties import DUTY_INFO, Duty
from doisoat.rules.reference import Limit
from doisoat.store.work_items import NO_AGENCY, VERDICT_LABELS, subtype_label

CAP = 20  # dossiers listed on the page, of the clocks and of each duty
AgencyName = Callable[[str], str]


@dataclass(frozen=True)
class ClockWord:
    """What one clock says about a dossier, and why."""

    clock: str  # luat | dvcqg | mot_cua
    verdict: str
    verdict_label: str
    sentence: str
    article: str


@dataclass(frozen=True)
class ClockCase:
    """A dossier the clocks disagree about; `words` in the order of the clocks."""

    dossier_code: str
    agency_code: str | None
    agency_name: str
    procedure_code: str | None
    detail: str
    words: tuple[ClockWord, ...]


@dataclass(frozen=True)
class DutyBreach:
    """A dossier with which a duty was not kept; instants are local without a zone."""

    duty: str
    dossier_code: str
    agency_code: str | None
    agency_name: str
    procedure_code: str | None
    began_at: datetime | None
    done_at: datetime | None
    measured: float | None


@dataclass(frozen=True)
class DutyAgency:
    """How many dossiers of an agency broke a duty."""

    agency_code: str | None
    agency_name: str
    dossiers: int


@dataclass(frozen=True)
class DutyCount:
    """One duty: how often it was not kept, or why nothing is known."""

    duty: str
    label: str
    meaning: str
    article: str
    unit: str  # of `measured`; empty where nothing is measured
    reason: str  # why it was not judged; empty where it was
    broken: int
    judged: int | None  # dossiers for which it could be judged; None = as the kind of discrepancy it is
    without_data: int | None
    earlier: int | None  # received before there was such a duty
    agencies: tuple[DutyAgency, ...]
    worst: tuple[DutyBreach, ...]


@dataclass(frozen=True)
class Deadlines:
    """The part of the report; `cases` are the first of `disagreeing`."""

    disagreeing: int
    cases: tuple[ClockCase, ...]
    duties: tuple[DutyCount, ...]


def read_deadlines(inputs: Inputs, agency_name: AgencyName) -> Deadlines | None:
    """None where the night was assessed before this was told."""
    if inputs.deadlines is None:
        return None
    ((disagreeing,),) = inputs.connection.sql("SELECT COUNT(DISTINCT dossier_code) FROM clock_lines").fetchall()
    worst = _by_duty(duty_breaches(inputs, agency_name, cap=CAP))
    agencies = _by_duty(rows(inputs, "duty_agencies"))
    duties = [
        _duty_count(told, tuple(agencies.get(told["duty"], ())), tuple(worst.get(told["duty"], ())), agency_name)
        for told in inputs.deadlines["duties"]
    ]
    return Deadlines(disagreeing, tuple(clock_cases(inputs, agency_name, cap=CAP)), tuple(duties))


def clock_cases(inputs: Inputs, agency_name: AgencyName, *, cap: int | None = None) -> Iterator[ClockCase]:
    """The dossiers the clocks disagree about, worst first, streamed."""
    for code, lines in groupby(rows(inputs, "clock_reasons", {"cap": cap}), key=lambda row: row["dossier_code"]):
        told = list(lines)
        first = told[0]
        yield ClockCase(
            dossier_code=code,
            agency_code=first["agency_code"],
            agency_name=_named(first["agency_code"], agency_name),
            procedure_code=first["procedure_code"],
            detail=subtype_label(DiscrepancyKind.LATENESS_DISAGREEMENT.value, first["subtype"]),
            words=tuple(clock_word(row) for row in told),
        )


def duty_breaches(inputs: Inputs, agency_name: AgencyName, *, cap: int | None = None) -> Iterator[DutyBreach]:
    """The breaches, duty after duty, streamed."""
    for row in rows(inputs, "duty_breaches", {"cap": cap}):
        yield DutyBreach(**row, agency_name=_named(row["agency_code"], agency_name))


def clock_word(row: dict[str, Any]) -> ClockWord:
    """A line of `reports/clock_reasons` in words."""
    at = {name: _aware(row[name]) for name in row if name.endswith("_at")}
    compared = (at["due_at"], at["end_at"], at["begins_at"], at["paused_at"])
    judgement = Judgement(Lateness(row["verdict"]), Reason(row["reason"]), *compared)
    read = ClockRow(
        status=row["status"],
        received_at=at["received_at"],
        due_at=at["appointed_at"],
        supplement_count=row["supplement_count"],
        supplement_requested_at=at["requested_at"],
        supplement_completed_at=at["completed_at"],
        first_supplement_completed_at=at["restarts_at"],
        extension_count=row["extension_count"],
    )
    limit: Limit | None = (row["limit_amount"], row["limit_unit"]) if row["limit_unit"] else None
    said = put_in_words(row["clock"], judgement, read, limit)
    return ClockWord(row["clock"], row["verdict"], VERDICT_LABELS[row["verdict"]], said.sentence, said.article)


def _duty_count(
    told: dict[str, Any], agencies: tuple[dict[str, Any], ...], worst: tuple[DutyBreach, ...], agency_name: AgencyName
) -> DutyCount:
    info = DUTY_INFO[Duty(told["duty"])]
    return DutyCount(
        duty=info.duty.value,
        label=info.label,
        meaning=info.meaning,
        article=info.article,
        unit=info.measured,
        reason=told.get("reason", ""),
        broken=told.get("broken", 0),
        judged=told.get("judged"),
        without_data=told.get("without_data"),
        earlier=told.get("earlier"),
        agencies=tuple(
            DutyAgency(one["agency_code"], _named(one["agency_code"], agency_name), one["dossiers"]) for one in agencies
        ),
        worst=worst,
    )


def _by_duty(found: Iterator[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for one in found:
        groups.setdefault(one["duty"] if isinstance(one, dict) else one.duty, []).append(one)
    return groups


def _named(code: str | None, agency_name: AgencyName) -> str:
    return NO_AGENCY if code is None else agency_name(code)


def _aware(local: datetime | None) -> datetime | None:
    return None if local is None else local.replace(tzinfo=VIETNAM)
