"""What people do to inspections and findings, and what a night proves about them; inside the caller's transaction.

Every act is one more event; whether it is possible is decided in `rules.inspection`, and the columns of a finding are
what its events lead to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, exists, select, update

from doisoat.errors import ConfigError
from doisoat.model import Verdict
from doisoat.rules.inspection import (
    Act,
    CheckState,
    Entry,
    FindingState,
    ImpossibleAct,
    Standing,
    night_act,
    possible_acts,
    step,
)
from doisoat.store import decisions
from doisoat.store.inspection_events import Event, note_event
from doisoat.store.inspections import (
    OWN,
    Check,
    Finding,
    Opening,
    Snapshot,
    read_check,
    read_checks,
    read_finding,
)
from doisoat.store.lifecycle import rule_version_of
from doisoat.store.tables_inspection import (
    inspection_findings,
    inspection_members,
    inspection_snapshots,
    inspections,
    plan_lines,
)
from doisoat.store.tables_warehouse import runs


@dataclass(frozen=True)
class NewFinding:
    """A finding to be recorded: a group of discrepancies of one agency, or (without any) a person's observation."""

    title: str
    person: str
    found_on: date
    fingerprints: tuple[str, ...] = ()
    kind: str | None = None


@dataclass(frozen=True)
class Document:
    """A letter that went out or came in, or a person's word, about a finding."""

    act: Act
    day: date
    person: str
    number: str | None = None  # number and symbol of the document
    text: str | None = None
    due_on: date | None = None  # of a request


@dataclass(frozen=True)
class Ending:
    """How an inspection ends."""

    state: CheckState  # closed or cancelled
    day: date
    person: str
    reason: str | None = None


@dataclass(frozen=True)
class Moved:
    """What a night did to a finding."""

    finding_id: str
    agency_code: str
    act: Act
    before: FindingState
    after: FindingState


@dataclass(frozen=True)
class Verification:
    """What the last night of a province did to its findings; `why_nothing` where it could prove nothing at all."""

    business_date: date | None
    moved: tuple[Moved, ...] = ()
    why_nothing: str = ""  # '', 'no_night', 'partial'


def open_check(connection: Connection, province: str, opening: Opening, at: datetime) -> Check:
    """Record a new inspection; ConfigError for a plan line there is not."""
    if opening.plan_line is not None:
        line = and_(plan_lines.c.province == province, plan_lines.c.line_id == opening.plan_line)
        if not connection.execute(select(exists().where(line))).scalar_one():
            raise ConfigError(
                f"no line {opening.plan_line!r} in the plans of {province}; 'doisoat inspection plan' reads them, "
                "--unplanned opens a check that stands in none"
            )
    return read_check(connection, province, _insert(connection, province, opening, at))


def _insert(connection: Connection, province: str, opening: Opening, at: datetime) -> str:
    """The id of the new inspection, the next of its year."""
    table, basis, year = inspections.c, opening.basis, f"{opening.opened_on.year}-"
    known = select(table.inspection_id).where(table.province == province, table.inspection_id.startswith(year))
    number = max((int(name.removeprefix(year)) for name in connection.execute(known).scalars()), default=0) + 1
    own = {"province": province, "inspection_id": f"{year}{number:03}"}
    connection.execute(
        inspections.insert().values(
            **own,
            **{name: getattr(opening, name) for name in OWN},
            **{name: getattr(basis, name) if basis else None for name in ("business_date", "as_of", "verdict")},
            form=opening.form.value,
            online_steps=list(opening.online_steps),
            state=CheckState.OPEN.value,
            rule_versions=dict(basis.rule_versions) if basis else {},
            figures=dict(basis.figures) if basis else {},
        )
    )
    for one in basis.snapshots if basis else ():
        values = {name: getattr(one, name) for name in Snapshot.__dataclass_fields__}
        connection.execute(inspection_snapshots.insert().values(**own, **values))
    opened = Event(0, CheckState.OPEN.value, opening.opened_on, at, person=opening.person)
    note_event(connection, province, own["inspection_id"], opened)
    return own["inspection_id"]


def add_finding(connection: Connection, province: str, inspection_id: str, new: NewFinding, at: datetime) -> Finding:
    """Record a finding of an open inspection; ConfigError where the inspection is over or has it already."""
    check = read_check(connection, province, inspection_id)
    if check.state is not CheckState.OPEN:
        raise ConfigError(f"inspection {check.inspection_id} is {check.state.value}: findings belong to an open one")
    if not new.fingerprints:
        _check_day(check, new.found_on, at)
    _refuse_known(connection, province, check, new.fingerprints)
    number = max((one.number for one in check.findings), default=0) + 1
    standing = step(None, Entry(Act.FOUND, new.found_on))
    own = {"province": province, "inspection_id": check.inspection_id, "number": number}
    connection.execute(inspection_findings.insert().values(**own, title=new.title, kind=new.kind, **_columns(standing)))
    if new.fingerprints:
        rows = [own | {"fingerprint": name} for name in sorted(set(new.fingerprints))]
        connection.execute(inspection_members.insert(), rows)
    found = Event(number, Act.FOUND.value, new.found_on, at, person=new.person)
    note_event(connection, province, check.inspection_id, found)
    return read_finding(connection, province, f"{check.inspection_id}.{number}")[1]


def _refuse_known(connection: Connection, province: str, check: Check, fingerprints: Sequence[str]) -> None:
    """A discrepancy belongs to one finding of an inspection."""
    member = inspection_members.c
    ours = and_(member.province == province, member.inspection_id == check.inspection_id)
    taken = dict(connection.execute(select(member.fingerprint, member.number).where(ours)).all())
    number = next((taken[name] for name in fingerprints if name in taken), None)
    if number is not None:
        raise ConfigError(f"finding {check.inspection_id}.{number} holds some of these discrepancies already")


def file_document(connection: Connection, province: str, finding_id: str, document: Document, at: datetime) -> Finding:
    """Add a document to a finding; ConfigError tells what is possible instead."""
    check, finding = read_finding(connection, province, finding_id)
    if check.state is CheckState.CANCELLED:
        raise ConfigError(f"inspection {check.inspection_id} was cancelled")
    if document.act is Act.VERIFIED and finding.proof.is_of_data:
        raise ConfigError(
            f"finding {finding.finding_id} is about {finding.proof.members} discrepancies: only a later night proves "
            "them resolved ('doisoat inspection verify PROVINCE' without an id)"
        )
    _check_day(check, document.day, at)
    if document.due_on is not None and document.due_on < document.day:
        raise ConfigError(f"the deadline {document.due_on} lies before the day of the request, {document.day}")
    _move(connection, province, finding, Entry(document.act, document.day, document.due_on))
    event = Event(
        *(finding.number, document.act.value, document.day, at),
        *(document.due_on, document.number, document.text, document.person),
    )
    note_event(connection, province, finding.inspection_id, event)
    return read_finding(connection, province, finding.finding_id)[1]


def _move(connection: Connection, province: str, finding: Finding, entry: Entry) -> Standing:
    try:
        standing = step(finding.standing, entry)
    except ImpossibleAct:
        possible = ", ".join(act.value for act in possible_acts(finding.state))
        told = f"{finding.finding_id} is {finding.state.value}: {entry.act.value} cannot follow (possible: {possible})"
        raise ConfigError(f"finding {told}") from None
    table = inspection_findings.c
    own = (table.province == province, table.inspection_id == finding.inspection_id, table.number == finding.number)
    connection.execute(update(inspection_findings).where(*own).values(_columns(standing)))
    return standing


def _columns(standing: Standing) -> dict[str, object]:
    return asdict(standing) | {"state": standing.state.value}


def end_check(connection: Connection, province: str, inspection_id: str, ending: Ending, at: datetime) -> Check:
    """Close or cancel an inspection; ConfigError where that cannot be."""
    check = read_check(connection, province, inspection_id)
    name = check.inspection_id
    if check.state is not CheckState.OPEN:
        raise ConfigError(f"inspection {name} is {check.state.value} already, since {check.closed_on}")
    if ending.state is CheckState.CANCELLED and check.findings:
        raise ConfigError(f"inspection {name} has {len(check.findings)} findings: it cannot be cancelled, only closed")
    _check_day(check, ending.day, at)
    own = (inspections.c.province == province, inspections.c.inspection_id == name)
    connection.execute(update(inspections).where(*own).values(state=ending.state.value, closed_on=ending.day))
    event = Event(0, ending.state.value, ending.day, at, text=ending.reason, person=ending.person)
    note_event(connection, province, name, event)
    return read_check(connection, province, name)


def _check_day(check: Check, day: date, at: datetime) -> None:
    """What happens to an inspection happens between its opening and today."""
    if day < check.opening.opened_on:
        raise ConfigError(f"inspection {check.inspection_id} was opened on {check.opening.opened_on}, after {day}")
    if day > at.date():
        raise ConfigError(f"{day} is yet to come (today is {at.date()})")


def verify(connection: Connection, province: str, at: datetime) -> Verification:
    """Move findings by what the last night proves; the same night again moves nothing."""
    day = decisions.last_night(connection, province)
    if day is None:
        return Verification(None, why_nothing="no_night")
    own = and_(runs.c.province == province, runs.c.business_date == day)
    verdict, versions = connection.execute(select(runs.c.verdict, runs.c.rule_versions).where(own)).one()
    if verdict != Verdict.COMPLETE.value:
        return Verification(day, why_nothing="partial")
    moved = []
    for check in read_checks(connection, province, inspections.c.state != CheckState.CANCELLED.value):
        for finding in check.findings:
            act = night_act(finding.standing, finding.proof, day, is_complete=True)
            if act is None:
                continue
            standing = _move(connection, province, finding, Entry(act, day))
            event = Event(finding.number, act.value, day, at, run_on=day, rule_version=rule_version_of(versions))
            note_event(connection, province, check.inspection_id, event)
            moved.append(Moved(finding.finding_id, check.opening.agency_code, act, finding.state, standing.state))
    return Verification(day, tuple(moved))
