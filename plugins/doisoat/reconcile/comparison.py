"""Runs the queries of the comparison, in order, on one connection. What a query answers stands in its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from doisoat.errors import NullKey
from doisoat.model import ROW_KINDS, DiscrepancyKind, Side
from doisoat.reconcile.carrying import NOTHING_CARRIED, Carry
from doisoat.reconcile.case import Case
from doisoat.reconcile.screening import Progress, Snapshots, screen, show_nothing
from doisoat.rules.kinds import KIND_INFO
from doisoat.store.connection import Connection, Relation
from doisoat.store.engine import read_query, run_query

if TYPE_CHECKING:
    import duckdb

_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
# Which keys stand for what, among the rows that `staged_rows` shows; then every dossier of theirs, once.
_KEYS = (
    "duplicates",
    "chosen_rows",
    "keyed_rows",
    "rejected_keys",
    "lone_keys",
    "crosswalk",
    "unknown_keys",
    "joined_rows",
    "joined_dossiers",
)
_FINDING = (
    "lateness/clock_rows",
    "lateness/term_ends",
    "lateness/clock_dues",
    "lateness/row_clocks",
    "lateness/clocks",
    "reconciliation/matching/pairs",
    "reconciliation/matching/status_findings",
)
_TONIGHT = ("tonight_discrepancies", "tonight_pairs")
_RESULTS = ("discrepancies", "pairs", "agency_counts", "lateness", "unknown")
# With fewer rows than this matching them in one go is faster than month by month.
SCREENED_FROM = 400_000


def judge(
    connection: Connection,
    case: Case,
    snapshots: Snapshots | None = None,
    progress: Progress = lambda done, total: None,
    carry: Carry = NOTHING_CARRIED,
) -> None:
    """Compare both sides; NullKey if a staged row has no dossier code.

    Reads the relations shop_dossiers, portal_dossiers, shop_rejections, portal_rejections (columns of the snapshots)
    and the reference tables of `store.tables`, and the table unanswered where the portal was read by look-ups. With
    `snapshots` it goes a few months at a time, shows the dossiers of those files itself, tells its `progress`, and
    leaves out the months that `carry` takes over. Leaves, among the steps, the relations discrepancies, written_pairs,
    agency_counts, lateness, unknown as described in docs/data-contracts.md; `dossiers` has all dossiers, or those that
    needed a closer look. One use per connection.
    """
    connection.execute("SET preserve_insertion_order = false", {})  # what is written is ordered; a table need not be
    bindings = case.bindings()
    if snapshots:
        months = cast("duckdb.DuckDBPyConnection", connection)  # the only engine that is given `snapshots`
        show_nothing(months, snapshots)
    else:
        run_query(connection, "reconciliation/matching/undivided")
    for step in ("sides", "staged_rows", "unanswered"):
        run_query(connection, f"reconciliation/matching/{step}", bindings)
    run_query(connection, "lateness/day_clock", bindings)
    bindings |= _thresholds(connection, bindings)
    for step in ("reconciliation/matching/night", "lateness/clock_rules", "reconciliation/screening/counted_pairs"):
        run_query(connection, step, bindings)
    if snapshots:
        standing = screen(months, snapshots, carry, match=_match_keys, check=_refuse_null_keys, progress=progress)
    else:
        standing = _match_in_one_go(connection)
    _find_all(connection, case, bindings)
    _show_results(connection, carry, standing)
    if snapshots:
        carry.keep(months, snapshots.fingerprints, snapshots.whole.rows, standing, bindings)


def _match_in_one_go(connection: Connection) -> frozenset[str]:
    """Leaves `dossiers`; no month stands."""
    _refuse_null_keys(connection)
    _match_keys(connection)
    run_query(connection, "reconciliation/matching/dossiers")
    return frozenset()


def _find_all(connection: Connection, case: Case, bindings: dict[str, Any]) -> None:
    """Leaves `found`: what every kind says about `dossiers`."""
    for step in _FINDING:
        run_query(connection, step, bindings)
    run_query(connection, "reconciliation/results/found")
    connection.begin()  # rows that are added one after the other outside a transaction are copied twice
    for kind in ROW_KINDS:
        if case.is_judged(kind):
            _ask(connection, kind, bindings).create_view("found_rows")
            run_query(connection, "reconciliation/results/add_found", {"kind": kind.value})
    connection.commit()
    _describe_found(connection)


def _show_results(connection: Connection, carry: Carry, standing: frozenset[str]) -> None:
    """Leaves the relations that are written: what was found tonight, and what is carried over."""
    for result in _TONIGHT:
        run_query(connection, f"reconciliation/results/{result}")
        carry.show(connection, result.removeprefix("tonight_"), standing, result)
    for result in _RESULTS:
        run_query(connection, f"reconciliation/results/{result}")


def _match_keys(connection: Connection) -> None:
    for step in _KEYS:
        run_query(connection, f"reconciliation/matching/{step}")


def _refuse_null_keys(connection: Connection) -> None:
    for side, rows in run_query(connection, "reconciliation/matching/null_keys").fetchall():
        raise NullKey(
            f"{rows} staged row(s) of {side} ({Side(side).label}) have no dossier_code in dossiers.parquet; "
            "nothing was compared. Run the stage `stage` again; if it stays, `stage` is broken"
        )


def _thresholds(connection: Connection, bindings: dict[str, Any]) -> dict[str, Any]:
    row = run_query(connection, "lateness/thresholds", bindings).fetchone()
    assert row is not None  # an aggregate without GROUP BY has one row
    return dict(zip(("sync_border", "intake_border", "last_working_day"), row, strict=True))


def _ask(connection: Connection, kind: DiscrepancyKind, bindings: Mapping[str, Any]) -> Relation:
    """The answer of one kind as a relation: its rows never become Python objects."""
    text = _COMMENT.sub("", read_query(f"reconciliation/{kind.value}"))
    named = {name: bindings[name] for name in _PARAMETER.findall(text)}
    return connection.sql(_PARAMETER.sub(r"$\1", text), params=named)


def _describe_found(connection: Connection) -> None:
    """Side, severity and whether technical, for every (kind, subtype) that was found."""
    run_query(connection, "reconciliation/results/kind_facts")
    found = run_query(connection, "reconciliation/results/found_subtypes").fetchall()
    infos = [(KIND_INFO[DiscrepancyKind(kind)], subtype) for kind, subtype, _ in found]
    facts = {
        "kind": [kind for kind, _, _ in found],
        "subtype": [subtype for _, subtype, _ in found],
        "side": [info.side.value for info, _ in infos],
        "severity": [info.severity(subtype).value for info, subtype in infos],
        "technical": [info.is_technical(subtype) for info, subtype in infos],
    }
    run_query(connection, "reconciliation/results/add_kind_facts", facts)
