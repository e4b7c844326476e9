"""How the warehouse remembers discrepancies from night to night, inside the caller's transaction.

`discrepancies` holds the present, `discrepancy_history` the changes that led there: at most one a night, and people's
words after it. From the changes the state before any business date can be told again, which is what a replay and a
rewind need. Which state follows which is decided in `rules.lifecycle`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select, true

from doisoat.errors import WarehouseBusy
from doisoat.model import RunKey, Verdict
from doisoat.rules.causes import Cause
from doisoat.rules.lifecycle import OVER, PENDING, STANDING, Standing, State
from doisoat.store import history
from doisoat.store.history import OF_NIGHTS
from doisoat.store.night_update import Change, Found, update_lives
from doisoat.store.tables_warehouse import discrepancies, discrepancy_history, runs


@dataclass(frozen=True, slots=True)
class OpenDiscrepancy:
    """Something a night may still have something to say about, as far as it needs it."""

    fingerprint: str
    kind: str
    dossier_code: str
    first_seen_on: date
    state: str = State.OPEN.value  # it stands, or was superseded
    opened_on: date | None = None  # the very first time
    reopened: int = 0
    accepted_until: date | None = None
    person: str | None = None
    reason: str | None = None
    agency_code: str | None = None
    procedure_code: str | None = None
    began_on: date | None = None
    technical: bool = False
    cause: str = Cause.UNDETERMINED.value
    evidence: str | None = None
    in_pattern: bool = False  # what proved it then holds until it is over
    charged_on: date | None = None  # the night on which it stopped being technical


_COLUMNS = tuple(OpenDiscrepancy.__slots__)
_BATCH = 5_000
_TOLD = ("first_seen_on", "state", "opened_on", "reopened", "accepted_until", "person", "reason")


class WordsSaid(WarehouseBusy):
    """A person was quicker: what the night took as the state before it no longer is."""


@dataclass(frozen=True)
class NightRecord:
    """What is noted about a run."""

    key: RunKey
    verdict: Verdict
    as_of: datetime
    rule_versions: Mapping[str, str]
    counts: Mapping[str, Any]
    manifests: Mapping[str, str]

    @property
    def rule_version(self) -> str:
        """The rule versions in twelve digits, as the history names them."""
        return rule_version_of(self.rule_versions)


def rule_version_of(rule_versions: Mapping[str, str]) -> str:
    """Rule versions in twelve digits."""
    told = json.dumps(dict(rule_versions), sort_keys=True, ensure_ascii=False)
    return sha256(told.encode()).hexdigest()[:12]


def has_later_night(connection: Connection, key: RunKey) -> bool:
    """Whether a later business date of the province has moved the lifecycle."""
    later = and_(runs.c.province == key.province_code, runs.c.business_date > key.business_date, runs.c.moved_lifecycle)
    return bool(connection.execute(select(exists().where(later))).scalar_one())


def is_recorded(connection: Connection, key: RunKey) -> bool:
    """Whether this very night stands recorded."""
    own = and_(runs.c.province == key.province_code, runs.c.business_date == key.business_date)
    return bool(connection.execute(select(exists().where(own))).scalar_one())


def pending_before(connection: Connection, province: str, day: date) -> list[OpenDiscrepancy]:
    """What stood or was superseded when that business date began; in fingerprint order."""
    past = _Past(connection, province, day)
    return sorted(past.lives(PENDING, true()), key=lambda item: item.fingerprint)


def over_before(connection: Connection, province: str, day: date, among: Sequence[str]) -> list[OpenDiscrepancy]:
    """What of these fingerprints had been open and was over when that business date began."""
    past, over = _Past(connection, province, day), [state for state in OVER if state not in PENDING]
    parts = (among[start : start + _BATCH] for start in range(0, len(among), _BATCH))
    found = (item for part in parts for item in past.lives(over, discrepancies.c.fingerprint.in_(part)))
    return sorted(found, key=lambda item: item.fingerprint)


class _Past:
    """The present as it was before a business date; told from the changes where something came since."""

    def __init__(self, connection: Connection, province: str, day: date) -> None:
        self._connection, self._province = connection, province
        self._is_present = history.is_untouched_since(connection, province, day)
        self._told: dict[str, Standing] = {}
        self._touched: set[str] = set()
        if not self._is_present:
            self._told = history.standings_before(connection, province, day)
            self._touched = {name for (name,) in connection.execute(history.changed_since(province, day))}

    def lives(self, states: Sequence[State], condition: ColumnElement[bool]) -> Iterator[OpenDiscrepancy]:
        """What was in these states then."""
        table = discrepancies.c
        ours = and_(table.province == self._province, OF_NIGHTS, condition)
        if self._is_present:
            ours = and_(ours, table.state.in_(states))
        for row in self._connection.execute(select(*(table[name] for name in _COLUMNS)).where(ours)):
            item = self._then(OpenDiscrepancy(*row))
            if item is not None and item.state in states:
                yield item

    def _then(self, item: OpenDiscrepancy) -> OpenDiscrepancy | None:
        """The same as it stood then; None where it was not there yet."""
        if item.fingerprint not in self._touched:
            return item
        standing = self._told.get(item.fingerprint)
        if standing is None:
            return None
        return replace(item, **{name: getattr(standing, name) for name in _TOLD} | {"state": standing.state.value})


def open_before(connection: Connection, province: str, day: date) -> list[OpenDiscrepancy]:
    """What stood when that business date began, whatever later nights did."""
    return [item for item in pending_before(connection, province, day) if item.state in STANDING]


def record_night(
    connection: Connection,
    night: NightRecord,
    seen: Iterable[Mapping[str, Any]],
    findings: Iterable[Found],
    *,
    rewind: bool,
    at: datetime,
    words: int | None = None,
) -> Change:
    """Note the run and apply it to the state before it; WarehouseBusy if people have said more than `words` since."""
    key = night.key
    if words is not None and count_words(connection, key.province_code) != words:
        raise WordsSaid("somebody has acknowledged or accepted a discrepancy meanwhile: run 'doisoat assess' again")
    if has_later_night(connection, key) and not rewind:
        _note_run(connection, night, moved=False, at=at)
        return Change(moved=False)
    history.take_back(connection, key)
    _note_run(connection, night, moved=True, at=at)
    previous = history.previous_night(connection, key)
    change = update_lives(connection, key, night.rule_version, previous, seen, findings)
    history.say_again(connection, key)
    return change


def count_words(connection: Connection, province: str) -> int:
    """How much people have said about the province's discrepancies."""
    table = discrepancy_history.c
    said = select(func.count()).where(table.province == province, table.sequence > 0)
    return int(connection.execute(said).scalar_one())


def _note_run(connection: Connection, night: NightRecord, *, moved: bool, at: datetime) -> None:
    """The row of the run; a replay below a later night keeps that it once moved the lifecycle."""
    key = night.key
    own = and_(runs.c.province == key.province_code, runs.c.business_date == key.business_date)
    did = connection.execute(select(runs.c.moved_lifecycle).where(own)).scalar_one_or_none()
    connection.execute(delete(runs).where(own))
    connection.execute(
        runs.insert().values(
            province=key.province_code,
            business_date=key.business_date,
            verdict=night.verdict.value,
            as_of=night.as_of,
            rule_versions=dict(night.rule_versions),
            counts=dict(night.counts),
            manifests=dict(night.manifests),
            moved_lifecycle=moved or bool(did),
            recorded_at=at,
        )
    )
