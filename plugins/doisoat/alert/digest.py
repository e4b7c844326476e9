"""How an agency's work stands against its last mail, and whether that is worth a mail. Pure: values in, values out.

Days are business dates. An agency has known of something since the first mail that went out after it was found (or
found again); from then on its working days count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from doisoat.rules.text import day as day_text
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.mail_memory import Ended
from doisoat.store.work_items import WorkItem

NAMED = 5  # of the codes that are put right


class Change(StrEnum):
    """How something to do stands against the last mail; the value is what people read."""

    NEW = "Mới"
    BACK = "Lệch trở lại"
    OVERDUE = "Quá hạn xử lý"
    OPEN = "Còn mở"


@dataclass(frozen=True)
class Digest:
    """What has changed for an agency; `last` = its last mail, None = there was none."""

    last: date | None = None
    changes: Counter[Change] = field(default_factory=Counter)
    overdue_since: int = 0  # of the overdue ones, those that were not in the last mail
    resolved: tuple[str, ...] = ()  # dossier codes, in order
    resolved_figures: int = 0  # published ones; told only where nothing is left

    @property
    def put_right(self) -> int:
        return len(self.resolved) + self.resolved_figures

    @property
    def has_news(self) -> bool:
        """Whether there is anything an agency does not know from its last mail."""
        return bool(self.changes[Change.NEW] + self.changes[Change.BACK] + self.overdue_since + self.put_right)

    @property
    def is_first(self) -> bool:
        """Nothing to compare with: everything is new and nothing has been put right."""
        return self.last is None and not self.resolved and set(self.changes) <= {Change.NEW}

    @property
    def parts(self) -> tuple[tuple[int, str], ...]:
        """(how many, of what) in the order they are told, without what there is none of."""
        words = {
            Change.NEW: "mới",
            Change.BACK: "lệch trở lại",
            Change.OVERDUE: "quá hạn xử lý",
            Change.OPEN: "còn mở",
        }
        counted = [(self.changes[change], word) for change, word in words.items()]
        return tuple((count, word) for count, word in (*counted, (len(self.resolved), "đã hết lệch")) if count)

    @property
    def named(self) -> tuple[str, ...]:
        """The first codes that were put right."""
        return self.resolved[:NAMED]


def told_on(item: WorkItem, back_on: date | None, sent: Sequence[date]) -> date | None:
    """The night whose mail named it first, of the nights an agency got one; None = tonight's would."""
    found = max(item.first_seen_on, back_on or item.first_seen_on)
    return next((night for night in sent if night >= found), None)


def compare(
    items: Sequence[WorkItem],
    told: Sequence[date | None],
    *,
    day: date,
    last: date | None,
    calendar: WorkingCalendar,
    remedy_working_days: int,
    resolved: tuple[str, ...],
) -> tuple[tuple[WorkItem, ...], Digest]:
    """The items as tonight's mail shows them, each with its own day, and what has changed since the last one."""
    act_by = {one: calendar.add_working_days(one or day, remedy_working_days) for one in set(told)}
    changes: Counter[Change] = Counter()
    shown, overdue_since = [], 0
    for item, since in zip(items, told, strict=True):
        change = _change(item, since, act_by[since], day)
        changes[change] += 1
        overdue_since += change is Change.OVERDUE and last is not None and act_by[since] > last
        shown.append(replace(item, since_last_mail=change.value, act_by=act_by[since]))
    return tuple(shown), Digest(last, changes, overdue_since, resolved)


def _change(item: WorkItem, told: date | None, act_by: date, day: date) -> Change:
    if told is None:
        return Change.BACK if item.reopened else Change.NEW
    return Change.OVERDUE if act_by <= day else Change.OPEN


def resolved_since(ended: Sequence[Ended], last: date | None, night: date, *, partial: bool) -> tuple[str, ...]:
    """Codes of what was put right after the last complete mail (else tonight); a partial night does not say so."""
    if partial:
        return ()
    codes = [one.dossier_code for one in ended if (one.day > last if last else one.day == night)]
    return tuple(sorted(set(codes) - {""}))


def nothing_left(last: date | None, put_right: Sequence[Ended], *, partial: bool) -> Digest:
    """The digest of an agency that has nothing to do; a partial night does not say what was put right."""
    ended = () if partial else put_right
    codes = tuple(sorted({one.dossier_code for one in ended} - {""}))
    return Digest(last, resolved=codes, resolved_figures=sum(not one.dossier_code for one in ended))


def why_not(digest: Digest, day: date, calendar: WorkingCalendar, every: int) -> str | None:
    """Why an agency is not written to tonight; None = it is."""
    last = digest.last
    if last is None or digest.has_news or calendar.working_days_between(last, day) >= every:
        return None
    return f"không có gì mới, đã nhắc ngày {day_text(last)}"
