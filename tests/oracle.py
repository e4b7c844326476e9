"""An independent reconciler in plain Python, written line by line after the rules' paragraphs "Matching, duplicates,
unknown" (here) and "Kinds" (`oracle_kinds`). The queries in `sql/` are tested against it; it is slow and reads like
the rule text.

Input are staged rows (the columns of `dossiers.parquet`), output are discrepancies. It shares the calendar and the
clocks with the product (they have golden cases of their own) and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from doisoat.model import VIETNAM
from tests.oracle_kinds import judge
from tests.oracle_night import Dossier, Found, Night, StagedRow

__all__ = ["Discrepancy", "Dossier", "Night", "StagedRow", "match", "reconcile"]

CROSSWALK_FIELDS = ("national_code", "alternative_code", "unit_code")


class Discrepancy(NamedTuple):
    dossier_code: str
    kind: str
    subtype: str
    field: str
    value_shop: str | None
    value_portal: str | None
    agency_code: str | None
    procedure_code: str | None


def reconcile(night: Night) -> list[Discrepancy]:
    """All discrepancies of one night, sorted."""
    found = (report(dossier, one) for dossier in match(night) for one in judge(dossier, night))
    return sorted(found, key=lambda one: tuple(value or "" for value in one))


def report(dossier: Dossier, found: Found) -> Discrepancy:
    """§8.6: the shop row's agency and procedure, else the portal row's."""
    rows = [row for row in (dossier.shop, dossier.portal) if row]
    agency = next((row.agency_final for row in rows if row.agency_final), None)
    codes = (code for row in rows for code in (row.procedure_code, row.procedure_raw))
    values = (text(found.value_shop), text(found.value_portal))
    procedure = next((code for code in codes if code), None)
    return Discrepancy(dossier.code, found.kind, found.subtype, found.field, *values, agency, procedure)


def match(night: Night) -> Iterator[Dossier]:
    """Every dossier that is not unknown: pairs by key, pairs by crosswalk, lone rows."""
    shop, portal = by_key(night.shop), by_key(night.portal)
    unknown = (night.rejected_shop - shop.keys()) | (night.rejected_portal - portal.keys())
    for key in shop.keys() & portal.keys() - unknown:
        yield Dossier(shop[key], portal[key])
    lone_shop = {key: rows for key, rows in shop.items() if key not in portal and key not in unknown}
    lone_portal = {key: rows for key, rows in portal.items() if key not in shop and key not in unknown}
    candidates = crosswalk_candidates(lone_shop, lone_portal)
    named_shop, named_portal = ([pair[n] for pair in candidates] for n in (0, 1))
    for (s, p), by in candidates.items():
        if named_shop.count(s) == 1 and named_portal.count(p) == 1:
            yield Dossier(lone_shop[s], lone_portal[p], by)  # otherwise `ambiguous_crosswalk`: both unknown
    yield from (Dossier(shop_rows=rows) for key, rows in lone_shop.items() if key not in named_shop)
    yield from (Dossier(portal_rows=rows) for key, rows in lone_portal.items() if key not in named_portal)


def by_key(rows: Sequence[StagedRow]) -> dict[str, tuple[StagedRow, ...]]:
    groups: dict[str, list[StagedRow]] = {}
    for row in rows:
        groups.setdefault(row.dossier_code, []).append(row)
    return {key: tuple(group) for key, group in groups.items()}


def crosswalk_candidates(
    shop: Mapping[str, Sequence[StagedRow]], portal: Mapping[str, Sequence[StagedRow]]
) -> dict[tuple[str, str], str]:
    """(shop key, portal key) -> the first field by which a row of one names the key of the other."""
    found: dict[tuple[str, str], str] = {}
    for name in CROSSWALK_FIELDS:
        for key, rows in shop.items():
            for code in {getattr(row, name) for row in rows} & portal.keys():
                found.setdefault((key, code), name)
        for key, rows in portal.items():
            for code in {getattr(row, name) for row in rows} & shop.keys():
                found.setdefault((code, key), name)
    return found


def text(value: object) -> str | None:
    """As reported: instants ISO with +07:00; what a spreadsheet could run (or a negative number) gets an apostrophe."""
    if value is None:
        return None
    spelled = value.astimezone(VIETNAM).isoformat() if isinstance(value, datetime) else str(value)
    return "'" + spelled if spelled.startswith(("=", "+", "-", "@", "\t", "\r")) else spelled
