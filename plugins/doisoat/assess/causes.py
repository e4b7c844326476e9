"""Judges tonight's discrepancies by evidence, and finds the one fault behind many.

What proves what is `rules.causes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from doisoat.assess.inputs import Night
from doisoat.config import Province
from doisoat.model import VIETNAM, DiscrepancyKind
from doisoat.rules.causes import EVIDENCE, LEAST_NEW, Segment, group_of, patterns
from doisoat.store.engine import run_query


def find_causes(night: Night, province: Province) -> list[Segment]:
    """Leaves the relation caused, made of tonight; returns the patterns of the night, strongest first."""
    connection = night.connection
    bindings = _bindings(night, province)
    run_query(connection, "lateness/day_clock", bindings)
    border = run_query(connection, "lateness/thresholds", bindings).fetchone()
    run_query(connection, "assessment/evidence_texts", _columns(list(EVIDENCE.values()), _EVIDENCE))
    run_query(connection, "assessment/evidence", {"sync_border": border and border[0]})
    groups = {kind.value: group_of(kind) for kind in DiscrepancyKind}
    run_query(connection, "assessment/kind_groups", {"kind": list(groups), "group_name": list(groups.values())})
    segments = run_query(connection, "assessment/segments", {"least_new": LEAST_NEW}).fetchall()
    found = patterns(Segment(*row) for row in segments)
    proven = [one for one in found if one.cause is not None]
    run_query(
        connection, "assessment/patterns", {"group_name": [one.group for one in proven]} | _columns(proven, _PROOF)
    )
    run_query(connection, "assessment/caused")
    return found


_EVIDENCE = ("code", "cause", "confidence", "sentence")
_PROOF = ("segment", "value", "cause", "began_at", "sentence")


def pattern_facts(one: Segment) -> dict[str, Any]:
    """A pattern as JSON values."""
    return {
        "group": one.group,
        "segment": one.segment,
        "value": one.value,
        "new": one.new,
        "new_in_all": one.new_in_all,
        "lift": round(one.lift, 1),
        "began_at": one.began_at and one.began_at.isoformat(),
        "changed_since": one.changed_since,
        "cause": one.cause,
        "sentence": one.sentence,
    }


def _bindings(night: Night, province: Province) -> dict[str, Any]:
    rules = province.rules
    seconds = [[60 * (60 * one.hour + one.minute) + one.second for one in span] for span in rules.working_hours]
    starts, ends = zip(*seconds, strict=True)
    return {
        "as_of": night.as_of.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0),
        "sync_allowance_hours": rules.sync_allowance_hours,
        "late_intake_hours": rules.late_intake_hours,
        "span_starts": list(starts),
        "span_ends": list(ends),
    }


def _columns(found: Sequence[Any], names: Sequence[str]) -> dict[str, list[Any]]:
    """Attributes as one list each: far quicker than row by row."""
    return {name: [getattr(one, name) for one in found] for name in names}
