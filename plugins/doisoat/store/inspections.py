"""Inspections, their findings and what these rest on, as the warehouse has them; inside the caller's transaction.

Reading and opening. What people and nights do to findings is `inspection_acts`, plans are `inspection_plans`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, func, or_, select

from doisoat.errors import ConfigError
from doisoat.rules.inspection import CheckState, FindingState, Form, Proof, Standing
from doisoat.rules.lifecycle import STANDING, State
from doisoat.store import decisions
from doisoat.store.history import OF_NIGHTS
from doisoat.store.tables_inspection import (
    inspection_findings,
    inspection_members,
    inspection_snapshots,
    inspections,
)
from doisoat.store.tables_warehouse import discrepancies, runs

_CHECK_ID = re.compile(r"(20\d\d)-0*(\d{1,6})")
OWN = (  # columns that an opening has as they are
    *("agency_code", "subject", "period_from", "period_to", "person", "opened_on"),
    *("plan_line", "unplanned_reason"),
)
_FINDING_ID = re.compile(r"(20\d\d-\d{1,7})\.(\d{1,6})")


@dataclass(frozen=True)
class Snapshot:
    """What was read of one side for the night an inspection rests on."""

    side: str
    source: str
    extracted_at: datetime | None
    records: int
    manifest_sha256: str
    partitions_sha256: str


@dataclass(frozen=True)
class NightNoted:
    """A night as its run is recorded; `manifests`: side -> sha256 of its landing's manifest."""

    business_date: date
    verdict: str
    as_of: datetime
    rule_versions: Mapping[str, str]
    manifests: Mapping[str, str]


@dataclass(frozen=True)
class Basis:
    """The night an inspection rests on: what was read, by which rules, and what it counted for the agency."""

    business_date: date
    as_of: datetime
    verdict: str
    rule_versions: Mapping[str, str]
    figures: Mapping[str, Any]
    snapshots: tuple[Snapshot, ...]


@dataclass(frozen=True)
class Opening:
    """A new inspection; planned (`plan_line`) or not (`unplanned_reason`)."""

    agency_code: str
    subject: str
    form: Form
    period_from: date
    period_to: date
    person: str
    opened_on: date
    online_steps: tuple[str, ...] = ()
    plan_line: str | None = None
    unplanned_reason: str | None = None
    basis: Basis | None = None


@dataclass(frozen=True)
class Finding:
    """One finding as it stands."""

    inspection_id: str
    number: int
    title: str
    kind: str | None
    standing: Standing
    proof: Proof

    @property
    def finding_id(self) -> str:
        return f"{self.inspection_id}.{self.number}"

    @property
    def state(self) -> FindingState:
        return self.standing.state


@dataclass(frozen=True)
class Check:
    """One inspection with its findings."""

    inspection_id: str
    opening: Opening
    state: CheckState
    closed_on: date | None
    findings: tuple[Finding, ...] = field(default=())


def read_night(connection: Connection, province: str, day: date | None) -> NightNoted | None:
    """The run of a business date, default the last one that moved the lifecycle; None where there is none."""
    day = day or decisions.last_night(connection, province)
    columns = [runs.c[name] for name in NightNoted.__dataclass_fields__]
    own = and_(runs.c.province == province, runs.c.business_date == day)
    row = connection.execute(select(*columns).where(own)).one_or_none()
    return None if row is None else NightNoted(*row)


def read_checks(connection: Connection, province: str, wanted: ColumnElement[bool] | None = None) -> list[Check]:
    """Inspections in the order of their ids, each with its findings."""
    query = select(inspections).where(inspections.c.province == province).order_by(inspections.c.inspection_id)
    rows = connection.execute(query if wanted is None else query.where(wanted)).mappings().all()
    names = [row["inspection_id"] for row in rows]
    findings, snapshots = _findings(connection, province, names), _snapshots(connection, province, names)
    return [_check(row, findings[row["inspection_id"]], snapshots[row["inspection_id"]]) for row in rows]


def read_check(connection: Connection, province: str, text: str) -> Check:
    """The inspection of that id; ConfigError tells which there are."""
    name = read_check_id(text)
    if name is not None and (found := read_checks(connection, province, inspections.c.inspection_id == name)):
        return found[0]
    table = inspections.c
    query = select(table.inspection_id).where(table.province == province).order_by(table.inspection_id)
    known = connection.execute(query).scalars().all()
    raise ConfigError(f"{province} has no inspection {text!r}{_among(known, 'inspection open')}")


def read_finding(connection: Connection, province: str, text: str) -> tuple[Check, Finding]:
    """The finding of that id with its inspection; ConfigError tells which there are."""
    shape = _FINDING_ID.fullmatch(text.strip())
    if shape is None:
        raise ConfigError(
            f"{text!r} is no id of a finding; it is one like 2026-001.2, as 'doisoat inspection list' shows it"
        )
    check = read_check(connection, province, shape[1])
    for finding in check.findings:
        if finding.number == int(shape[2]):
            return check, finding
    known = [finding.finding_id for finding in check.findings]
    among = _among(known, "inspection finding")
    raise ConfigError(f"inspection {check.inspection_id} has no finding {shape[2]}{among}")


def read_check_id(text: str) -> str | None:
    """The id a text means; None if it is none.

    >>> read_check_id(" 2026-7 "), read_check_id("2026-007.1")
    ('2026-007', None)
    """
    shape = _CHECK_ID.fullmatch(text.strip())
    return f"{shape[1]}-{int(shape[2]):03}" if shape else None


def _among(known: Sequence[str], command: str) -> str:
    if not known:
        return f"; there is none yet: 'doisoat {command}' makes one"
    more = f" and {len(known) - 8} more" if len(known) > 8 else ""
    return f" (known: {', '.join(known[-8:])}{more})"


def _check(row: RowMapping, findings: list[Finding], snapshots: list[Snapshot]) -> Check:
    basis = None
    if row["business_date"] is not None:
        told = {name: row[name] for name in ("business_date", "as_of", "verdict", "rule_versions", "figures")}
        basis = Basis(**told, snapshots=tuple(snapshots))
    opening = Opening(
        **{name: row[name] for name in OWN},
        form=Form(row["form"]),
        online_steps=tuple(row["online_steps"]),
        basis=basis,
    )
    return Check(row["inspection_id"], opening, CheckState(row["state"]), row["closed_on"], tuple(findings))


def _findings(connection: Connection, province: str, names: Collection[str]) -> Mapping[str, list[Finding]]:
    table, found = inspection_findings.c, defaultdict[str, list[Finding]](list)
    proofs = _proofs(connection, province, names)
    query = (
        select(inspection_findings)
        .where(*_of(inspection_findings, province, names))
        .order_by(table.inspection_id, table.number)
    )
    for row in connection.execute(query).mappings():
        standing = Standing(
            **{name: row[name] for name in Standing.__dataclass_fields__} | {"state": FindingState(row["state"])}
        )
        name, number = row["inspection_id"], row["number"]
        proof = proofs.get((name, number), Proof(0))
        found[name].append(Finding(name, number, row["title"], row["kind"], standing, proof))
    return found


def _proofs(connection: Connection, province: str, names: Collection[str]) -> dict[tuple[str, int], Proof]:
    """How the discrepancies of findings stand; one the warehouse no longer has proves nothing."""
    member, table = inspection_members.c, discrepancies.c
    stands = table.state.in_([state.value for state in STANDING])
    count = func.count
    query = (
        select(
            *(member.inspection_id, member.number, count()),
            count().filter(table.state == State.RESOLVED.value),
            count().filter(stands),
            count().filter(and_(stands, table.last_seen_on.is_(None))),
        )
        .select_from(inspection_members.outerjoin(discrepancies, member.fingerprint == table.fingerprint))
        .where(*_of(inspection_members, province, names))
        .group_by(member.inspection_id, member.number)
    )
    return {(name, number): Proof(*counts) for name, number, *counts in connection.execute(query)}


def _snapshots(connection: Connection, province: str, names: Collection[str]) -> Mapping[str, list[Snapshot]]:
    table, found = inspection_snapshots.c, defaultdict[str, list[Snapshot]](list)
    query = (
        select(inspection_snapshots)
        .where(*_of(inspection_snapshots, province, names))
        .order_by(table.inspection_id, table.side.desc())
    )
    for row in connection.execute(query).mappings():
        found[row["inspection_id"]].append(Snapshot(**{name: row[name] for name in Snapshot.__dataclass_fields__}))
    return found


def _of(table: Table, province: str, names: Collection[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.province == province, table.c.inspection_id.in_(names)


def read_members(connection: Connection, province: str, inspection_id: str) -> list[tuple[int, decisions.Known]]:
    """(number of the finding, discrepancy) of everything an inspection found, in the order of its annex."""
    member = inspection_members.c
    numbers = select(member.fingerprint, member.number).where(*_of(inspection_members, province, [inspection_id]))
    named = connection.execute(numbers).all()
    chosen = select(member.fingerprint).where(*_of(inspection_members, province, [inspection_id]))
    known = {one.fingerprint: one for one in decisions.find_where(connection, province, _ours(province, chosen))}
    pairs = [(number, known[name]) for name, number in named if name in known]
    return sorted(pairs, key=lambda one: (one[0], one[1].dossier_code, one[1].kind, one[1].fingerprint))


def _ours(province: str, chosen: Any) -> ColumnElement[bool]:
    return and_(discrepancies.c.province == province, discrepancies.c.fingerprint.in_(chosen))


def standing_of(
    connection: Connection, province: str, agency_code: str, kinds: Collection[str] = ()
) -> list[decisions.Known]:
    """What stands of an agency and those below it, of these kinds (default: of all that nights judge)."""
    table = discrepancies.c
    below = table.agency_code.startswith(f"{agency_code}.", autoescape=True)
    wanted = [
        table.province == province,
        or_(table.agency_code == agency_code, below),
        table.state.in_([state.value for state in STANDING]),
        OF_NIGHTS,
    ]
    if kinds:
        wanted.append(table.kind.in_(kinds))
    found = decisions.find_where(connection, province, and_(*wanted))
    return sorted(found, key=lambda one: (one.kind, one.dossier_code, one.fingerprint))
