"""The page `index.html` of the register: the overview poured into one template; one self-contained file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.inspection.overview import CAP, Overview
from doisoat.inspection.targets import percent
from doisoat.model import Verdict
from doisoat.pages import environment, style
from doisoat.pages.charts import Bar, segments
from doisoat.rules.inspection import FindingState, Form
from doisoat.rules.text import number

if TYPE_CHECKING:
    from jinja2 import Environment

_COLOURS = {  # classes of the shared style
    FindingState.OPEN: "unknown",
    FindingState.REQUESTED: "low",
    FindingState.ANSWERED: "shop",
    FindingState.REMEDIED: "portal",
    FindingState.NOT_REMEDIED: "high",
    FindingState.REOPENED: "medium",
    FindingState.VERIFIED: "on-time",
}
_FORM_COLOURS = {Form.REMOTE: "on-time", Form.ONLINE: "low", Form.COMBINED: "portal", Form.ON_SITE: "not-counted"}
CHART_CAP = 15  # inspections in the chart


def render_page(overview: Overview) -> str:
    """The whole page; the same overview gives the same text."""
    return (
        _environment()
        .get_template("register.html.j2")
        .render(
            overview=overview,
            style=style(),
            is_complete=overview.verdict == Verdict.COMPLETE.value,
            share_bars=share_bars(overview),
            share_legend=[(colour, form.label) for form, colour in _FORM_COLOURS.items()],
            state_bars=state_bars(overview),
            state_legend=[(colour, state.label) for state, colour in _COLOURS.items()],
            states=FindingState,
            cap=CAP,
        )
    )


@cache
def _environment() -> Environment:
    return environment(Path(__file__).parent / "templates", {"percent": percent})


def share_bars(overview: Overview) -> tuple[Bar, ...]:
    """The year's checks by form, and the target below at the same scale."""
    share = overview.targets.share
    if not share.checks:
        return ()
    held = [(colour, form.label, share.by_form[form]) for form, colour in _FORM_COLOURS.items()]
    counted = f"{number(share.digital)} trên {number(share.checks)}"
    goal = [("usual", "Chỉ tiêu (phần trăm)", round(float(100 * share.target)))]
    return (
        Bar(f"Năm {share.year}", segments(held, share.checks), percent(share.value), counted),
        Bar("Chỉ tiêu", segments(goal, 100), percent(share.target)),
    )


def state_bars(overview: Overview) -> tuple[Bar, ...]:
    """All findings by state, then those of the latest inspections that have any."""
    with_findings = [line for line in overview.checks if line.findings][:CHART_CAP]
    total = sum(overview.states.values())
    if not total:
        return ()
    bars = [Bar("Tất cả", segments(_parts(overview.states), total), number(total))]
    full = max(line.findings for line in with_findings)
    for line in with_findings:
        label = f"{line.check.inspection_id} · {line.agency_name}"
        bars.append(Bar(label, segments(_parts(line.states), full), number(line.findings)))
    return tuple(bars)


def _parts(states: Mapping[FindingState, int]) -> list[tuple[str, str, int]]:
    return [(colour, state.label, states.get(state, 0)) for state, colour in _COLOURS.items()]
