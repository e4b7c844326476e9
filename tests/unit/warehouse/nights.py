"""Nights for the lifecycle tests: discrepancies are single letters, dates are days of September 2026."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from doisoat.model import RunKey, Verdict
from doisoat.rules.lifecycle import Finding
from doisoat.store.fingerprints import fingerprint
from doisoat.store.lifecycle import NightRecord
from doisoat.store.night_update import Change, Found
from doisoat.store.warehouse import Warehouse


def september(day: int) -> date:
    return date(2026, 9, day)


def key(day: int, province: str = "H44") -> RunKey:
    return RunKey(province, september(day))


def name(letter: str, province: str = "H44") -> str:
    return fingerprint(province, "stuck", f"{province}.05-260803-{letter}", "TrangThaiHoSo")


def row(letter: str, province: str = "H44", **other: Any) -> dict[str, Any]:
    return {
        "fingerprint": name(letter, province),
        "kind": "stuck",
        "subtype": "payment",
        "dossier_code": f"{province}.05-260803-{letter}",
        "agency_code": "H44.05",
        "procedure_code": None,
        "field": "TrangThaiHoSo",
        "value_shop": "6",
        "value_portal": None,
        "cause": "undetermined",
        "side": "shop",
        "severity": "medium",
        "technical": False,
        "period": "",
        "began_on": september(1),
        "confidence": "low",
        "evidence": "Một cửa không ghi giờ thao tác nên không rõ chậm ở đâu.",
        "in_pattern": False,
        "charged_on": None,
        **other,
    }


def found_night(day: int, province: str = "H44", rules: str = "1") -> NightRecord:
    """A complete night."""
    return NightRecord(
        key=key(day, province),
        verdict=Verdict.COMPLETE,
        as_of=key(day, province).day_end,
        rule_versions={"rules": rules},
        counts={"open": 1},
        manifests={"shop": "ab" * 32},
    )


def record(
    warehouse: Warehouse,
    day: int,
    seen: Iterable[str],
    resolved: Iterable[str] = (),
    *,
    province: str = "H44",
    rewind: bool = False,
) -> Change:
    found = [Found(name(letter, province), Finding.RESOLVED) for letter in resolved]
    return warehouse.record_night(
        found_night(day, province), [row(letter, province) for letter in seen], found, rewind=rewind
    )


def open_letters(warehouse: Warehouse, day: int, province: str = "H44") -> dict[str, int]:
    """Letter -> day of September it was first seen, of what was open before that day."""
    found = warehouse.open_before(province, september(day))
    return {item.dossier_code[-1]: item.first_seen_on.day for item in sorted(found, key=lambda i: i.dossier_code)}
