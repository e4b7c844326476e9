"""What the engineers have to look at after a night's mails: unclear, refused, nowhere to send, held back.

Nothing of it is sent again by itself. The words of mail servers and of names pass the last look (`scan`): what could
belong to a person is blotted out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from doisoat.alert import scan
from doisoat.alert.dispatch import Outbox
from doisoat.alert.notices import Notice, Table
from doisoat.alert.recipients import to_whom
from doisoat.config import Province
from doisoat.model import RunKey
from doisoat.rules.text import day as day_text
from doisoat.rules.text import number, plain
from doisoat.store.ledger import ENGINEERS, UNSETTLED, Mail, MailState
from doisoat.store.mail_memory import MailMemory

Rows = list[tuple[str, ...]]


def engineers_notice(
    outbox: Outbox, memory: MailMemory, key: RunKey, province: Province, as_of: datetime
) -> Notice | None:
    """The mail to the engineers; None where there is nothing to look at."""
    sent = [mail for code, mail in outbox.ledger.items() if code != ENGINEERS]
    unclear = [mail for mail in (*memory.unsettled, *sent) if mail.state in UNSETTLED]
    is_news = any((mail.business_date or key.business_date) >= _last(memory) for mail in unclear)
    refused = [mail for mail in sent if mail.reason and mail.state in (MailState.SENT, MailState.REFUSED)]
    boxes = {box for mail in (*unclear, *refused) for box in (*mail.recipients, mail.message_id.strip("<>"))}
    tables = [
        _unclear(unclear, key, province),
        _refused(refused),
        _nowhere(outbox),
        _rejected(outbox),
        _held(outbox),
    ]
    found = [_blotted(table, boxes) for table in tables if table.rows]
    if not found or (len(found) == 1 and unclear and not is_news):
        return None
    muted = _blotted(_muted(memory), ())
    count = sum(len(table.rows) for table in found)
    return Notice(
        receiver=ENGINEERS,
        agency_name=plain(province.name),
        greeting=f"Kỹ sư vận hành đối soát ({plain(province.name)})",
        subject=f"[Đối soát {key.province_code}] {day_text(key.business_date)}: {number(count)} việc về thư cần xem",
        lead=("Hệ thống không tự gửi lại thư nào dưới đây.",),
        tables=(*found, *([muted] if muted.rows else [])),
        as_of=as_of,
        meant=tuple(sorted(boxes)),
    )


def _last(memory: MailMemory) -> date:
    return memory.last(ENGINEERS) or date.min


def resend_command(mail: Mail, province: Province) -> str:
    """What an engineer types once it is sure that a mail has not arrived."""
    label = province.source_file.stem or province.province
    return f"doisoat mail resend {label} {mail.business_date} '{mail.message_id}' --yes"


def _unclear(mails: Iterable[Mail], key: RunKey, province: Province) -> Table:
    rows: Rows = []
    for mail in (replace(mail, business_date=mail.business_date or key.business_date) for mail in mails):
        boxes = ", ".join(mail.recipients)
        rows.append((to_whom(mail.agency_code), day_text(mail.business_date), boxes, resend_command(mail, province)))
    return Table(
        "Không rõ đã gửi",
        "Kết nối hoặc chương trình dừng giữa chừng. Hỏi nơi nhận; chưa có thì gửi lại bằng lệnh (cùng Message-ID).",
        ("Nơi nhận", "Đêm", "Hộp thư", "Gửi lại"),
        tuple(rows),
    )


def _refused(mails: Iterable[Mail]) -> Table:
    rows = tuple((to_whom(mail.agency_code), ", ".join(mail.recipients), mail.reason) for mail in mails)
    note = "Hộp thư sai hoặc đã đóng: sửa danh bạ, rồi chạy lại alert của đêm này."
    return Table("Máy chủ thư từ chối", note, ("Nơi nhận", "Hộp thư", "Máy chủ trả lời"), rows)


def _nowhere(outbox: Outbox) -> Table:
    rows = tuple(
        (to_whom(one.agency_code or "(chưa rõ)"), one.agency_name, number(one.dossiers), one.reason)
        for one in outbox.undeliverable
    )
    note = "Có việc cần báo mà danh bạ không có hộp thư dùng được."
    return Table("Thiếu đầu mối", note, ("Nơi nhận", "Tên", "Số hồ sơ", "Vì sao"), rows)


def _rejected(outbox: Outbox) -> Table:
    rows = tuple((f"dòng {one.line}", one.column, one.reason) for one in outbox.contacts_rejected)
    note = "Các dòng khác của danh bạ vẫn được dùng."
    return Table("Dòng danh bạ bị loại", note, ("Dòng", "Cột", "Vì sao"), rows)


def _held(outbox: Outbox) -> Table:
    rows = tuple((to_whom(one.agency_code), one.reason) for one in outbox.held)
    note = "Thư trông như có dữ liệu cá nhân: sửa ở nguồn hoặc bảng cơ quan, rồi chạy lại alert."
    return Table("Thư bị giữ lại", note, ("Nơi nhận", "Thấy có"), rows)


def _muted(memory: MailMemory) -> Table:
    rows = tuple(
        (code, day_text(one.until), one.ticket, plain(one.reason)) for code, one in sorted(memory.mutes.items())
    )
    return Table("Đang tạm ngừng nhắc", "Tự hết hạn.", ("Cơ quan", "Đến hết ngày", "Phiếu", "Lý do"), rows)


def _blotted(table: Table, meant: Iterable[str]) -> Table:
    rows = tuple(tuple(_cells(row, meant)) for row in table.rows)
    return Table(table.heading, table.note, table.columns, rows)


def _cells(row: Iterable[str], meant: Iterable[str]) -> Iterator[str]:
    for cell in row:
        yield scan.blotted(plain(cell), frozenset(meant))
