"""From one dossier of Tân Dân to a record under the canonical names.

Its names are those of the record pushed to the portal (`MaHoSo`, `DanhSachLePhi`, ...), with a small first letter where
the serialiser is .NET's own, and a few of the maker's database. Which spelling a system uses is seen from the items
of a page, not configured. The fee is the sum of `DanhSachLePhi[].Gia` where the record has no total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from doisoat.land import fields
from doisoat.land.items import ItemMap, filled_up
from doisoat.land.record_columns import RecordColumns
from doisoat.rules.values import read_integer

FEES = "DanhSachLePhi"
_LISTS = frozenset({FEES, fields.SUPPLEMENTS, fields.RESULTS[1]})
_RESULT = fields.RESULTS[0]
# The maker's own names of what the pushed record calls otherwise, or does not have.
OWN_NAMES: Mapping[str, tuple[str, ...]] = {
    fields.STATUS: ("maTrangThai", "trangThaiHoSoId"),
    "MaCoQuan": ("maDinhDanh", "donViId"),
    "NgayHoanThanhBoSung": ("ngayCongDanBoSung",),
    "HoSoCoThanhPhanSoHoa": ("HoSoCoThanhPhanSoHo", "hoSoCoThanhPhanSoHo"),  # so spelled in its database
    _RESULT: ("dinhKemKetQua",),
}
_NAMES = tuple(sorted(fields.ALLOWED | {FEES}))


class TandanItems:
    """Knows the spellings; `columns` of the province file come first."""

    def __init__(self, columns: Mapping[str, str]):
        self._columns = columns

    def reader(self, items: Sequence[Any]) -> TandanReader:
        """How the items of one answer are read."""
        shapes = [item for item in items if isinstance(item, Mapping)]
        offered = frozenset[str]().union(*shapes)
        paths = {name: _spelling(name, offered) for name in _NAMES}
        own_id, updated = _spelling("Id", offered), _spelling("LastModifiedOn", offered)
        return TandanReader(ItemMap(paths, self._columns, own_id=own_id, updated=updated))


class TandanReader:
    """Reads the items of one answer."""

    def __init__(self, items: ItemMap):
        self._items = items

    def records(self, items: Sequence[Any]) -> RecordColumns:
        """The records of the items; one that is no object has no shape."""
        records = self._items.records(items)
        for name in records.columns.keys() & _LISTS:
            records = records.put(name, [_capitalised(value) for value in records.values(name)])
        fees = [fee_total(value) for value in records.values(FEES)]
        totals = filled_up(records.values(fields.FEE), fees)
        return records.put(fields.FEE, totals).put(FEES, [None] * len(items))

    def identities(self, items: Sequence[Any], number: int) -> list[str]:
        return self._items.identities(items, number)

    def columns(self, items: Sequence[Any]) -> frozenset[str]:
        """Names these items offer; a list of fees offers their total."""
        offered = self._items.columns(items)
        return offered | {fields.FEE} if FEES in offered else offered


def fee_total(fees: Any) -> int | None:
    """The sum of `Gia` in đồng; None where there is no list, nothing in it, or an amount that cannot be read.

    >>> fee_total([{"Gia": "30000"}, {"Gia": 20000}]), fee_total([]), fee_total([{"Gia": "miễn"}, {"Gia": "5"}])
    (50000, None, None)
    """
    if not isinstance(fees, list) or not fees:
        return None
    try:
        amounts = [read_integer(fee["Gia"]) for fee in fees]
    except (ValueError, TypeError, KeyError):
        return None
    return None if None in amounts else sum(filter(None, amounts))


def _spelling(name: str, offered: frozenset[str]) -> str:
    """The key under which a system spells a canonical name; the canonical one where it does not have it."""
    spellings = (name, name[0].lower() + name[1:], *OWN_NAMES.get(name, ()))
    return next((spelling for spelling in spellings if spelling in offered), name)


def _capitalised(value: Any) -> Any:
    """A list with the keys of its elements as the pushed record spells them; any other value as it is."""
    if not isinstance(value, list):
        return value
    return [
        {key[:1].upper() + key[1:]: inner for key, inner in one.items()} if isinstance(one, Mapping) else one
        for one in value
    ]
