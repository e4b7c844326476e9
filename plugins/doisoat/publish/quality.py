"""How good the data were: rejections, warnings, expectations and the quarantine list, counted by rule."""

from __future__ import annotations

from typing import Any

from doisoat.model import Side
from doisoat.publish.inputs import Inputs, rows
from doisoat.publish.report import Expectation, Quality, RuleCount
from doisoat.publish.wording import rule_label


def read_quality(inputs: Inputs) -> Quality:
    """Quality of a night; warnings come from `staged.json`, the reason behind a rule from the lists."""
    quarantine = list(rows(inputs, "quarantine_counts"))
    reasons = {row["rule"]: row["reason"] for row in quarantine}
    expectations = inputs.validation.get("expectations", [])
    return Quality(
        expectations=len(expectations),
        failed=tuple(_expectation(one) for one in expectations if not one["success"]),
        rejections=tuple(_rule_count(row) for row in rows(inputs, "rejection_counts")),
        warnings=_warnings(inputs.staged, reasons),
        quarantine=tuple(_rule_count(row) for row in quarantine),
        data_docs=inputs.data_docs is not None,
    )


def _expectation(one: dict[str, Any]) -> Expectation:
    observed = one.get("observed")
    return Expectation(
        id=str(one["id"]),
        side=str(one.get("side") or ""),
        severity=str(one["severity"]),
        meaning=str(one.get("meaning") or one["id"]),
        observed="" if observed is None else str(observed),
    )


def _rule_count(row: dict[str, Any]) -> RuleCount:
    label = rule_label(row["rule"], row["reason"])
    return RuleCount(row["side"], row["rule"], label, row["records"], row.get("severity") or "")


def _warnings(staged: dict[str, Any], reasons: dict[str, str | None]) -> tuple[RuleCount, ...]:
    found = [
        RuleCount(side.value, rule, rule_label(rule, reasons.get(rule)), records)
        for side in Side
        for rule, records in staged["sides"][side.value].get("warnings", {}).items()
    ]
    return tuple(sorted(found, key=lambda count: (count.side != Side.SHOP, -count.records, count.rule)))
