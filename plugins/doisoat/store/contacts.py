"""The table of contacts: whom to write to, by agency and role. People edit it often: no wrong line stops a night.

A wrong line is left out with its reason (Vietnamese: it is mailed to the engineers); the rest goes on.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from doisoat.rules.reference import AgencyTable, Contact, is_mailbox
from doisoat.store.reference_rows import Cells, RejectedRow, read_good_rows

ROLES = ("co_quan", "lanh_dao", "van_phong", "ky_thuat")
_COLUMNS = ("ma", "vai_tro", "hop_thu", "hieu_luc_tu", "hieu_luc_den")


def read_contacts(file: Path, agencies: AgencyTable) -> tuple[tuple[Contact, ...], tuple[RejectedRow, ...]]:
    """The contacts in file order and the lines left out; ConfigError if the file is no table of contacts."""
    return read_good_rows(file, _COLUMNS, lambda cells: _contact(cells, agencies))


def _contact(cells: Cells, agencies: AgencyTable) -> Contact:
    code = agencies.canonical(cells.code("ma"))
    if code is None:
        raise ValueError("ma", "thiếu mã cơ quan")
    if not agencies.is_known(code):
        raise ValueError("ma", "cơ quan không có trong bảng cơ quan")
    role = (cells.text("vai_tro") or "").casefold()
    if role not in ROLES:
        raise ValueError("vai_tro", f"vai trò phải là một trong: {', '.join(ROLES)}")
    mailbox = cells.text("hop_thu")
    if mailbox is None:
        raise ValueError("hop_thu", "thiếu hộp thư")
    if not is_mailbox(mailbox):
        raise ValueError("hop_thu", "không phải một địa chỉ thư (mỗi dòng một hộp thư, không dấu, không khoảng trắng)")
    valid_from, valid_to = _day(cells, "hieu_luc_tu"), _day(cells, "hieu_luc_den")
    if valid_from and valid_to and valid_to < valid_from:
        raise ValueError("hieu_luc_den", "kết thúc trước khi bắt đầu")
    return Contact(code, role, mailbox, valid_from, valid_to)


def _day(cells: Cells, column: str) -> date | None:
    try:
        return cells.day(column)
    except ValueError:
        raise ValueError(column, "không có ngày này, hoặc không viết như 2026-09-03") from None
