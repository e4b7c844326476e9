"""The escalation ladder: who else is told of what an agency has known of for so long and not put right.

Once per rung and discrepancy, until it is over (one that comes back starts anew). An agency that can be reached knows
of something since its mail; one that cannot (no mailbox, or its server refused the last mail), since it was found to
be its own to put right. Technical and accepted ones are no work of an agency.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from doisoat.alert.contents import Contents
from doisoat.alert.notices import Notice, Table
from doisoat.config.sections import Rung
from doisoat.model import RunKey
from doisoat.rules.text import day as day_text
from doisoat.rules.text import number
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.ledger import receiver
from doisoat.store.mail_memory import MailMemory
from doisoat.store.work_items import WorkItem

_SHOWN = 20  # lines in the mail itself; the workbook has all


@dataclass(frozen=True)
class Late:
    """Something an agency has not put right."""

    item: WorkItem
    name: str  # fingerprint
    since: date  # business date of the night that told the agency
    working_days: int


@dataclass(frozen=True)
class Escalation:
    """What a rung is told about one agency tonight."""

    rung: Rung
    late: tuple[Late, ...]  # worst first


def escalations(
    contents: Contents,
    ladder: Sequence[Rung],
    memory: MailMemory,
    calendar: WorkingCalendar,
    *,
    can_be_reached: bool,
) -> Iterator[Escalation]:
    """One for every rung that has something to be told tonight."""
    known = list(_late(contents, memory, calendar, can_be_reached=can_be_reached)) if ladder else []
    for rung in ladder:
        due = [
            (late, found)
            for late, found in known
            if late.working_days >= rung.after_working_days and not _was_told(memory, rung.to, late.name, found)
        ]
        if due:
            yield Escalation(rung, tuple(late for late, _ in due))


def _was_told(memory: MailMemory, rung: str, name: str, found: date) -> bool:
    """Whether the rung knows of it since it was found (or found again, or became the agency's)."""
    told = memory.escalated.get((rung, name))
    return told is not None and told >= found


def _late(
    contents: Contents, memory: MailMemory, calendar: WorkingCalendar, *, can_be_reached: bool
) -> Iterator[tuple[Late, date]]:
    """What the agency knows of, and when it was found."""
    counted: dict[date, int] = {}
    for item, name, told in zip(contents.todo, contents.names, contents.told, strict=True):
        found = max(item.charged_since, memory.came_back.get(name, item.first_seen_on))
        since = told if told or can_be_reached else found
        if since is None:
            continue
        if since not in counted:
            counted[since] = calendar.working_days_between(since, contents.business_date)
        yield Late(item, name, since, counted[since]), found


_GREETINGS = {"lanh_dao": "Lãnh đạo {agency}", "van_phong": "Văn phòng Ủy ban nhân dân {province}"}


def escalation_notice(contents: Contents, one: Escalation, key: RunKey) -> Notice:
    """The mail to the rung, in its own words."""
    count, days = number(len(one.late)), number(one.rung.after_working_days)
    names = {"agency": contents.agency_name, "province": contents.province_name}
    head = f"[Đối soát {key.province_code}] {day_text(contents.business_date)}"
    rest = len(one.late) - _SHOWN
    rows = tuple(
        (
            late.item.subject,
            f"{late.item.kind_label}" + (f" – {late.item.subtype_label}" if late.item.subtype_label else ""),
            f"{day_text(late.since)} ({number(late.working_days)} ngày làm việc)",
            late.item.state_label,
            late.item.action,
        )
        for late in one.late[:_SHOWN]
    )
    return Notice(
        receiver=receiver(contents.agency_code or "", one.rung.to),
        agency_name=contents.agency_name,
        greeting=_GREETINGS[one.rung.to].format(**names),
        subject=f"{head}: {count} việc quá {days} ngày làm việc chưa xong – {contents.agency_name}",
        lead=(
            f"{contents.agency_name} có {count} chênh lệch giữa Một cửa điện tử và Cổng DVCQG đã được báo từ "
            f"{days} ngày làm việc trở lên mà đối soát ngày {day_text(contents.business_date)} vẫn thấy. "
            "Mỗi việc chỉ được báo lên một lần, cho đến khi hết lệch.",
            "Đề nghị xem vướng mắc ở đâu và chỉ đạo xử lý dứt điểm. Lỗi kỹ thuật và chênh lệch đã được chấp nhận có "
            "thời hạn không nằm trong thư này.",
        ),
        tables=(
            Table(
                "Việc chưa xong",
                f"{number(len(rows))} việc nặng nhất; {number(rest)} việc nữa ở tệp đính kèm." if rest > 0 else "",
                ("Hồ sơ", "Chênh lệch", "Đã báo từ đêm", "Tình trạng", "Cách xử lý"),
                rows,
            ),
        ),
        as_of=contents.as_of,
        items=tuple(late.item for late in one.late),
    )
