"""What `assess` makes of a night: tables in the engine, files in the run's folder, rows for the warehouse."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from doisoat.assess.causes import pattern_facts
from doisoat.assess.inputs import Night
from doisoat.model import DiscrepancyKind, Verdict
from doisoat.rules.causes import Segment
from doisoat.rules.lifecycle import STANDING, Finding
from doisoat.store.engine import read_query, run_query
from doisoat.store.fingerprints import fingerprint
from doisoat.store.layout import replaced_folder, write_json
from doisoat.store.night_update import Found

_FIGURES = DiscrepancyKind.AGGREGATE_MISMATCH


@dataclass(frozen=True)
class Limits:
    """What is not to be compared at all."""

    scope_edge: date  # last day on which a lone dossier is out of scope
    province_roots: Sequence[str] = ()
    secret_agencies: Sequence[str] = ()
    secret_procedures: Sequence[str] = ()
    digest_key: bytes = b""


def assess_discrepancies(night: Night) -> None:
    """Date, age and rank tonight's discrepancies: the relation assessed."""
    key = night.files.key
    first_day = night.connection.execute("SELECT MIN(day) FROM calendar").fetchall()[0][0]
    parameters = {"business_date": key.business_date, "first_day": first_day}
    run_query(night.connection, "assessment/discrepancies", parameters)


def night_findings(night: Night, limits: Limits) -> list[Found]:
    """What the night proves about pending discrepancies that it did not see; nothing in a partial run."""
    if night.verdict is Verdict.PARTIAL:
        return []
    parameters = {
        "not_compared_kinds": night.not_compared_kinds,
        "scope_edge": limits.scope_edge,
        "province_roots": list(limits.province_roots),
        "secret_agencies": list(limits.secret_agencies),
        "secret_procedures": list(limits.secret_procedures),
        "hidden_codes": _hidden_codes(night, limits.digest_key),
        "portal_is_listed": night.portal_is_listed,
    }
    rows = run_query(night.connection, "assessment/outcomes", parameters).fetchall()
    dossiers = [Found(name, Finding(finding), by_kind) for name, finding, by_kind in rows]
    figures = [Found(name, Finding.RESOLVED) for name in _resolved_figures(night)]
    return sorted([*dossiers, *figures], key=lambda one: one.fingerprint)


def _hidden_codes(night: Night, digest_key: bytes) -> list[str]:
    """Dossiers of pending discrepancies that became secret: told by the keyed digests of the landings alone."""
    digests = night.secret_digests
    if not digests:
        return []
    codes = night.connection.table("prior_state").project("dossier_code").distinct().fetchall()
    return sorted(
        code
        for (code,) in codes
        if not digests.isdisjoint(hmac.digest(digest_key, text.encode(), "sha256").hex() for text in (code, f"={code}"))
    )


def _resolved_figures(night: Night) -> set[str]:
    """Published figures that were open and compared as equal tonight; one that was not compared stays as it is."""
    path = night.files.work("reconcile") / "aggregates.parquet"
    if not path.is_file():
        return set()
    province = night.files.key.province_code
    relation = night.connection.read_parquet(str(path)).filter("state = 'equal'")
    equal = {
        fingerprint(province, _FIGURES, "", field, agency_code=agency, period=period, subtype=measure)
        for field, agency, period, measure in relation.project("field, agency_code, period, measure").fetchall()
    }
    known = night.connection.table("prior_state").project("fingerprint").fetchall()
    return equal & {name for (name,) in known}


def recorded_rows(night: Night) -> list[dict[str, Any]]:
    """Tonight's discrepancies as the warehouse keeps them."""
    cursor = run_query(night.connection, "assessment/recorded")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def write_files(night: Night, findings: Sequence[Found], patterns: Sequence[Segment]) -> dict[str, Any]:
    """Replace the stage's folder; returns the summary."""
    connection = night.connection
    summary = _summary(night, findings) | {"patterns": [pattern_facts(one) for one in patterns]}
    with replaced_folder(night.files.work("assess")) as folder:
        for name, rows in (
            ("prior", connection.table("prior_state").order("fingerprint")),
            ("discrepancies", connection.sql(read_query("assessment/discrepancies_file"))),
            ("agencies", connection.sql(read_query("assessment/agencies"))),
            ("spells", connection.table("earlier_spells")),
            ("lags", connection.table("lags")),
        ):
            rows.write_parquet(str(folder / f"{name}.parquet"), compression="zstd")
        write_json(folder / "summary.json", summary)
    return summary


def _summary(night: Night, findings: Sequence[Found]) -> dict[str, Any]:
    """Counts of the night: `new` first seen tonight or again, `open` what stays open (without accepted ones)."""
    connection = night.connection
    totals = run_query(connection, "assessment/totals").fetchall()
    figures = run_query(connection, "assessment/figures")
    names = [column[0] for column in figures.description or ()]
    (row,) = figures.fetchall()
    numbers = dict(zip(names, row, strict=True))
    over = _ended(night, findings)
    carried = numbers.pop("unseen") - sum(over.values())
    return {
        **numbers,
        "verdict": night.verdict.value,
        "counts": {kind: found for kind, found, _ in totals},
        "first_seen": {kind: new for kind, _, new in totals if new},
        "new": sum(new for *_, new in totals),
        "open": sum(found for _, found, _ in totals) + carried - numbers["accepted"],
        "carried": carried,
        **{finding.value: over[finding] for finding in Finding},
    }


def _ended(night: Night, findings: Sequence[Found]) -> Counter[Finding]:
    """How many of those that stood ended tonight, and how."""
    rows = night.connection.table("prior_state").project("fingerprint, state").fetchall()
    stood = {name for name, state in rows if state in STANDING}
    return Counter(one.finding for one in findings if one.fingerprint in stood)
