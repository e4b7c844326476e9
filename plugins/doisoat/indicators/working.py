"""How a ratio or score is made of the published figures, as one line people can check with a pocket calculator."""

from __future__ import annotations

from doisoat.rules.indicators import INDICATORS, Group, Indicator
from doisoat.rules.published_figures import RESULT_GROUPS
from doisoat.rules.recomputing import Figures
from doisoat.rules.text import number

_BY_SCORE = {one.score_figure: one for one in INDICATORS if one.score_figure}
_BY_RATIO = {one.ratio_figure: one for one in INDICATORS if one.ratio_figure}
_BY_GROUP = {group.figure: group for group in Group}


def working(figure: str, figures: Figures) -> str:
    """The arithmetic with the unit's own numbers, Vietnamese; empty for a figure nobody recomputes.

    >>> from decimal import Decimal
    >>> working("progress_ratio", {"progress_total_on_time": Decimal(2348), "progress_total_received": Decimal(2971)})
    '100 × 2.348 ÷ 2.971'
    """
    if indicator := _BY_RATIO.get(figure):
        return _of_counts(indicator, "100", figures)
    if indicator := _BY_SCORE.get(figure):
        return _points(indicator, figures)
    if figure == "overall_score":
        return " + ".join(_shown(f"overall_{group.lower()}", figures) for group in RESULT_GROUPS)
    group = _BY_GROUP.get(figure.removesuffix("_score").removesuffix("_ratio"))
    if group is None:
        return ""
    if figure.endswith("_ratio"):
        return f"100 × {_shown(f'{group.figure}_score', figures)} ÷ {group.maximum}"
    members = [one for one in INDICATORS if one.group is group and one.is_scored]
    if group is Group.PAYMENT:
        return " + ".join(_points(one, figures) for one in members)
    return " + ".join(_shown(one.score_figure or "", figures) for one in members)


def _points(one: Indicator, figures: Figures) -> str:
    """Beyond the full score nothing is earned: said where the score can be cut off there."""
    if one.full_at == 1:
        return _of_counts(one, str(one.maximum), figures)
    return f"min({one.maximum}; {_of_counts(one, number(float(one.maximum / one.full_at), 1), figures)})"


def _of_counts(one: Indicator, factor: str, figures: Figures) -> str:
    part, whole = one.figures or ("", "")
    if not figures.get(whole):
        return f"mẫu số 0: {one.of_nothing or 0}"
    return f"{factor} × {_shown(part, figures)} ÷ {_shown(whole, figures)}"


def _shown(figure: str, figures: Figures) -> str:
    value = figures.get(figure)
    if value is None:
        return "0"
    return number(float(value), 0 if value == value.to_integral_value() else 2)
