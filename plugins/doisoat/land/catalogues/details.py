"""What `LayThuTuc` says about one procedure, as the flat row that `rows` reads (wire-contract §5.1).

Real answers lack whole elements (a procedure without `LINHVUCTHUCHIEN` crashed a real client) and give an object where
others have a list. A procedure with several limits or fees on the counter has none that could be compared: unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from doisoat.rules.catalogue import read_fee
from doisoat.rules.values import read_text

_PLAIN = ("MATTHC", "TENTTHC", "TRANGTHAI", "NGAYHETHIEULUC")
_COUNTER = "1"  # KENH: trực tiếp


def upper_keys(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item with its keys in the spelling of the wire."""
    return {str(name).upper(): value for name, value in item.items()}


def flat_details(item: Mapping[str, Any]) -> dict[str, Any]:
    """Code, name, state, sector, limit and fee of one answer; what cannot be told is left out."""
    told = upper_keys(item)
    row: dict[str, Any] = {name: told[name] for name in _PLAIN if name in told}
    sectors = (sector.get("TENLINHVUC") for sector in _objects(told.get("LINHVUCTHUCHIEN")))
    row["LINHVUC"] = next((name for name in sectors if read_text(name)), None)
    terms = [term for way in _ways(told) for term in _objects(way.get("THOIGIAN"))]
    row |= _limit(terms)
    if terms:
        row["PHILEPHI"] = _fee(terms)
    return {name: value for name, value in row.items() if value is not None}


def _ways(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ways over the counter; those there are where none is."""
    ways = _objects(told.get("CACHTHUCTHUCHIEN"))
    return [way for way in ways if read_text(way.get("KENH")) == _COUNTER] or ways


def _limit(terms: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found = {(read_text(term.get("THOIGIANGIAIQUYET")), read_text(term.get("DONVITINH"))) for term in terms}
    amount, unit = found.pop() if len(found) == 1 else (None, None)
    return {"THOIHAN": amount, "DONVITINH": unit} if amount and unit else {}


def _fee(terms: Iterable[Mapping[str, Any]]) -> int | None:
    """The one fee of all cases; no fee named is none to pay."""
    fees = {read_fee(fee.get("SOTIEN")) for term in terms for fee in _objects(term.get("PHILEPHI"))} or {0}
    return fees.pop() if len(fees) == 1 else None


def _objects(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [upper_keys(item) for item in items if isinstance(item, Mapping)]
