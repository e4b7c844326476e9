"""What each agency is told: its work list, counted and sorted; data only, no wording of the mail.

Reads a run's files. Instants are tz-aware, `WorkItem`s carry local times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.alert.digest import Digest, compare, nothing_left, resolved_since, told_on
from doisoat.config import Province
from doisoat.errors import TerminalError
from doisoat.model import DiscrepancyKind, Side
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.lifecycle import State
from doisoat.rules.text import plain
from doisoat.store.engine import engine
from doisoat.store.fingerprints import fingerprint
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.mail_memory import MailMemory
from doisoat.store.work_items import WorkItem, open_work_list, work_items

if TYPE_CHECKING:
    from doisoat.store.reference import Reference

WORST = 5  # dossiers named in the mail itself; the workbook has all
_SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True)
class KindCount:
    """One kind in the mail's table."""

    label: str
    action: str
    discrepancies: int
    false_overdue: int


@dataclass(frozen=True)
class Reading:
    """When a side was read, and whether to its end."""

    label: str
    extracted_at: datetime | None
    partial: bool


@dataclass(frozen=True)
class Contents:
    """Everything one agency's mail says."""

    agency_code: str | None
    agency_name: str
    province_name: str
    business_date: date
    as_of: datetime
    act_by: date
    remedy_working_days: int
    readings: tuple[Reading, ...]
    look_ups_failed: bool
    todo: tuple[WorkItem, ...]  # worst first
    technical: tuple[WorkItem, ...]
    accepted: int = 0  # discrepancies that may stay for a while
    not_compared: bool = False  # something of it stands that was not compared tonight
    digest: Digest = field(default_factory=Digest)
    names: tuple[str, ...] = ()  # fingerprints of what is to do
    told: tuple[date | None, ...] = ()  # since which night's mail the agency knows of it; None = tonight's

    @property
    def partial(self) -> bool:
        return self.look_ups_failed or any(reading.partial for reading in self.readings)

    @property
    def closes(self) -> bool:
        """Whether all it was told of is put right, which it does not know yet."""
        return not self.todo and not self.not_compared and self.digest.put_right > 0

    @property
    def dossiers(self) -> int:
        """Dossiers the agency has to look at."""
        return len({item.dossier_code for item in self.todo} - {""})

    @property
    def figures(self) -> tuple[WorkItem, ...]:
        """Published figures that differ from the agency's dossiers."""
        return tuple(item for item in self.todo if item.kind == DiscrepancyKind.AGGREGATE_MISMATCH)

    @property
    def acknowledged(self) -> int:
        """Discrepancies that somebody at the agency has taken up already."""
        return sum(item.state == State.ACKNOWLEDGED for item in self.todo)

    @property
    def false_overdue(self) -> int:
        """Dossiers the portal counts as late although they were finished in time."""
        return len({item.dossier_code for item in self.todo if is_false_overdue(item)})

    @property
    def kinds(self) -> tuple[KindCount, ...]:
        """What there is to do, the gravest kind first, then the most frequent."""
        return _count(self.todo)

    @property
    def technical_kinds(self) -> tuple[KindCount, ...]:
        return _count(self.technical)

    @property
    def worst(self) -> tuple[WorkItem, ...]:
        """The first dossiers to take up, each once: the falsely overdue ones, then the worst."""
        ordered = sorted(self.todo, key=lambda item: (not is_false_overdue(item), item.work_rank))
        first: dict[str, WorkItem] = {}
        for item in ordered:
            if item.dossier_code:
                first.setdefault(item.dossier_code, item)
        return tuple(first.values())[:WORST]


def is_false_overdue(item: WorkItem) -> bool:
    """The founding case: finished in time, but the portal was not told."""
    return item.kind == DiscrepancyKind.FINISHED_NOT_SYNCED and item.subtype == "false_overdue"


def _count(items: tuple[WorkItem, ...]) -> tuple[KindCount, ...]:
    kinds: dict[str, list[WorkItem]] = {}
    for item in items:
        kinds.setdefault(item.kind, []).append(item)

    def order(kind: str) -> tuple[int, int, str]:
        return min(_SEVERITIES.index(item.severity) for item in kinds[kind]), -len(kinds[kind]), kind

    return tuple(
        KindCount(
            label=KIND_INFO[DiscrepancyKind(kind)].label,
            action=KIND_INFO[DiscrepancyKind(kind)].action,
            discrepancies=len(kinds[kind]),
            false_overdue=sum(is_false_overdue(item) for item in kinds[kind]),
        )
        for kind in sorted(kinds, key=order)
    )


def gather(files: RunFiles, province: Province, reference: Reference, memory: MailMemory) -> Iterator[Contents]:
    """The contents per agency, in code order; discrepancies without an agency come last, under None.

    Of agencies that have something, or were told of something that is put right since.
    """
    nobody, pairs = _night(files, province, reference)
    found = _work_items(files.work("assess") / "discrepancies.parquet", pairs, nobody.act_by, reference)
    accepted = Counter(item.agency_code for item in found if item.state == State.ACCEPTED)
    groups: dict[str | None, list[WorkItem]] = {code: [] for code in memory.resolved if code}
    for item in found:
        if item.state != State.ACCEPTED:
            groups.setdefault(item.agency_code, []).append(item)
    for code in sorted(groups, key=lambda code: (code is None, code or "")):
        items = groups[code]
        contents = replace(
            nobody,
            agency_code=code,
            agency_name=plain(items[0].agency_name if items else reference.agencies.name(code or "")),
            todo=tuple(item for item in items if not item.technical),
            technical=tuple(item for item in items if item.technical),
            accepted=accepted[code],
            not_compared=(code or "") in memory.not_compared,
        )
        told = _since_last_mail(contents, province, reference, memory)
        if items or told.digest.has_news:
            yield told


def _night(files: RunFiles, province: Province, reference: Reference) -> tuple[Contents, Path]:
    """What the mails of a night have in common, and the file of its pairs."""
    staged, judged, pairs = _night_files(files)
    day, days = files.key.business_date, province.rules.remedy_working_days
    nobody = Contents(
        agency_code=None,
        agency_name="",
        province_name=plain(province.name),
        business_date=day,
        as_of=datetime.fromisoformat(staged["as_of"]),
        act_by=reference.calendar.add_working_days(day, days),
        remedy_working_days=days,
        readings=tuple(_reading(staged, side) for side in Side),
        look_ups_failed=judged.get("recheck", {}).get("failed_look_ups", 0) > 0,
        todo=(),
        technical=(),
    )
    return nobody, pairs


def _since_last_mail(contents: Contents, province: Province, reference: Reference, memory: MailMemory) -> Contents:
    """The same, beside what the agency was told before."""
    code = contents.agency_code or ""
    if not contents.todo:
        digest = nothing_left(memory.last(code), memory.put_right(code), partial=contents.partial)
        return replace(contents, digest=digest)
    names = tuple(_name(province.province, item) for item in contents.todo)
    sent = [one.day for one in memory.told.get(code, ())]
    told = tuple(
        told_on(item, memory.came_back.get(name), sent) for item, name in zip(contents.todo, names, strict=True)
    )
    ended = memory.resolved.get(code, ())
    todo, digest = compare(
        contents.todo,
        told,
        day=contents.business_date,
        last=memory.last(code),
        calendar=reference.calendar,
        remedy_working_days=contents.remedy_working_days,
        resolved=resolved_since(ended, memory.last_complete(code), contents.business_date, partial=contents.partial),
    )
    return replace(contents, todo=todo, digest=digest, names=names, told=told)


def _name(province: str, item: WorkItem) -> str:
    return fingerprint(
        province,
        item.kind,
        item.dossier_code,
        item.field,
        agency_code=item.agency_code,
        procedure_code=item.procedure_code,
        period=item.period,
        subtype=item.subtype,
    )


def _reading(staged: dict[str, Any], side: Side) -> Reading:
    facts = staged["sides"][side.value]
    at = facts.get("extracted_at")
    return Reading(
        label=side.label,
        extracted_at=datetime.fromisoformat(at) if at else None,
        partial=bool(facts.get("partial")) or not facts.get("complete", True),
    )


def _night_files(files: RunFiles) -> tuple[dict[str, Any], dict[str, Any], Path]:
    """staged.json, the summary after the look-ups (else of reconcile), and the pairs that belong to it."""
    folder = files.work("recheck")
    if not (folder / "pairs.parquet").is_file():
        folder = files.work("reconcile")
    needed = {
        files.staged: "stage",
        folder / "summary.json": "reconcile",
        folder / "pairs.parquet": "reconcile",
        files.work("assess") / "discrepancies.parquet": "assess",
    }
    for path, stage in needed.items():
        if not path.is_file():
            raise TerminalError(f"{path} is missing: run 'doisoat {stage}' for this date first")
    return read_json(files.staged), read_json(folder / "summary.json"), folder / "pairs.parquet"


def _work_items(discrepancies: Path, pairs: Path, act_by: date, reference: Reference) -> list[WorkItem]:
    """Worst first, then the accepted ones."""
    with engine(threads=1) as connection:
        connection.read_parquet(str(discrepancies)).create_view("discrepancies")
        connection.read_parquet(str(pairs)).create_view("pairs")
        open_work_list(connection)
        name = reference.agencies.name
        accepted = work_items(connection, act_by, name, query="reports/accepted")
        return [*work_items(connection, act_by, name), *accepted]
