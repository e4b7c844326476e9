"""One dossier as the portal gives it, under the canonical names: the push record, spelled as its clients spell it.

Nobody has published the answer of `TraCuuHoSo`; clients and adapters differ in the case of names and in a few of the
names themselves. What the push record holds only in lists is taken out of them: the total of the fees, and whether a
result has a code. Values stay as they are spelled; what may land is decided by `land.projection`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doisoat.land import fields
from doisoat.rules.values import read_integer

FEES = "DanhSachLePhi"
_PRICE = "Gia"
_LISTED_CODES = ("MaKetQua", "MaGiayToKetQua")
_RESULTS = "DanhSachGiayToKetQua"
_NAMES = {name.casefold(): name for name in (*sorted(fields.ALLOWED), FEES)} | {
    "hosocothanhphansoho": "HoSoCoThanhPhanSoHoa",  # Tân Dân's own spelling
    "ngaynop": "NgayNopHoSo",  # the newest iGate's
    "madonvitiepnhan": "MaCoQuan",  # the same
}


def portal_record(item: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The record of an item; `columns` (canonical name -> theirs) of the province file goes over everything.

    >>> portal_record({"maHoSo": "H44.05-1", "DanhSachLePhi": [{"Gia": "5000"}, {"Gia": "700"}]}, {})["TongLePhi"]
    5700
    """
    renamed = {name: item[theirs] for name, theirs in columns.items() if theirs in item}
    aliased = {_NAMES[key.casefold()]: value for key, value in item.items() if key.casefold() in _NAMES}
    record = {name: value for name, value in (aliased | dict(item) | renamed).items() if not name.startswith("_")}
    total = _total(record.get(FEES))
    if total is not None and record.get(fields.FEE) in (None, ""):
        record[fields.FEE] = total
    if record.get(fields.RESULT_CODE) in (None, "") and (code := _result_code(record.get(_RESULTS))):
        record[fields.RESULT_CODE] = code
    return record


def _total(listed: Any) -> int | None:
    """The sum of the prices; None where there is none, or one of them is no amount: half a total is none."""
    if not isinstance(listed, list) or not listed:
        return None
    prices = [_price(fee) for fee in listed]
    return None if None in prices else sum(price for price in prices if price is not None)


def _price(fee: Any) -> int | None:
    if not isinstance(fee, Mapping):
        return None
    try:
        price = read_integer(fee.get(_PRICE))
    except ValueError:
        return None
    return None if price is None or price < 0 else price


def _result_code(listed: Any) -> str | None:
    """The first code of a listed result."""
    papers = (paper for paper in listed if isinstance(paper, Mapping)) if isinstance(listed, list) else ()
    codes = (paper.get(name) for paper in papers for name in _LISTED_CODES)
    return next((code for code in codes if isinstance(code, str) and code.strip()), None)
