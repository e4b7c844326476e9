"""Which agency people mean, by code or by name; ValueError says what is wrong with it."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from doisoat.rules.reference import AgencyTable
from doisoat.rules.text import fold
from doisoat.rules.values import read_code

if TYPE_CHECKING:
    from doisoat.inspection.secrecy import Secrecy


def read_agency(text: str, agencies: AgencyTable, secrecy: Secrecy, day: date) -> str:
    """The code of the agency as it is now: a merged one leads to its successor."""
    code = read_code(text)
    found = None if code is None else agencies.canonical(code, day)
    if found is None or not agencies.is_known(found):
        found = _by_name(text, agencies)
    found = agencies.final(found)
    if secrecy.hides_agency(found):
        raise ValueError("cơ quan thuộc phạm vi bí mật, không đưa vào sổ kiểm tra")
    return found


def _by_name(text: str, agencies: AgencyTable) -> str:
    wanted = fold(text)
    named = [one.code for one in agencies if fold(one.name) == wanted]
    current = [code for code in named if agencies.final(code) == code] or named
    if len(current) == 1:
        return current[0]
    if current:
        raise ValueError(f"có {len(current)} cơ quan cùng tên, ghi mã thay cho tên: {', '.join(current[:5])}")
    names = {fold(one.name): one for one in agencies} | {one.code.casefold(): one for one in agencies}
    near = [f"{names[name].code} {names[name].name}".strip() for name in get_close_matches(wanted, names, 2, 0.75)]
    hint = f"; gần nhất: {'; '.join(near)}" if near else ""
    raise ValueError(f"không có cơ quan {text.strip()[:80]!r} trong bảng cơ quan{hint}")
