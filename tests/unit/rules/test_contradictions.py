"""The portal's figures against each other: the real ones of Phú Thọ, August 2026, and one planted fault of each rule."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

import doisoat_simulator
from doisoat.rules.contradictions import RULES, Contradiction, find_contradictions
from doisoat.rules.published_figures import FIGURES, read_figure

REAL = Path(doisoat_simulator.__file__).parent / "data" / "national_scores_phu_tho_2026-08.csv"
Units = dict[str, dict[str, Decimal | None]]


def real() -> Units:
    with REAL.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["department_code"]: {name: read_figure(row[name]) for name in FIGURES & row.keys()} for row in rows}


def test_the_real_figures_have_exactly_these_oddities() -> None:
    """Every published ratio and score of 164 units is recomputed; two things remain."""
    units = real()
    assert len(units) == 164
    assert find_contradictions("H44", units) == [
        Contradiction(None, "temporary_denominator", "dossier_sync_den", Decimal(138744), Decimal(138744)),
        Contradiction("H44.46", "sync_over_received", "dossier_sync_num", Decimal(6), Decimal(5)),
    ]


@pytest.mark.parametrize(
    ("figure", "by", "rule"),
    [
        ("progress_ratio", "0.01", "ratio"),
        ("progress_score", "-0.01", "score"),
        ("progress_total_overdue", "1", "received_split"),
        ("online_provision_ratio", "0.01", "ratio"),
        ("payment_ratio", "0.1", "ratio"),
        ("payment_score", "0.01", "score"),
        ("dossier_sync_ratio", "-0.01", "ratio"),
        ("dossier_sync_score", "0.01", "score"),
        ("transparency_score", "0.01", "score"),
        ("public_content_full_score", "0.01", "score"),
        ("digitized_score", "-0.01", "score"),
        ("reused_digitized_data_score", "0.01", "score"),
        ("original_result_available_den", "1", "denominator"),
        ("total_dossiers", "-1", "denominator"),
        ("satisfaction_score", "0.01", "score"),
        ("dossier_receiving_satisfaction_score", "0.02", "score"),
        ("petition_processing_on_time_score", "-1", "score"),
    ],
)
def test_one_wrong_figure_is_found(figure: str, by: str, rule: str) -> None:
    units, code = real(), "H44.03"
    before = units[code][figure]
    assert before is not None
    units[code][figure] = before + Decimal(by)
    found = {(one.agency_code, one.rule) for one in find_contradictions("H44", units)}
    assert (code, rule) in found


def test_sums_of_children() -> None:
    units = real()
    units["H44"]["dossier_sync_num"] = Decimal(138745)
    (found,) = [one for one in find_contradictions("H44", units) if one.rule == "children_sum"]
    assert (found.agency_code, found.published, found.expected) == ("H44", Decimal(138745), Decimal(138744))


def test_a_sum_with_a_null_in_it_is_no_sum() -> None:
    units = real()
    units["H44"]["dossier_sync_num"] = Decimal(138745)
    units["H44.03"]["dossier_sync_num"] = None
    assert not [one for one in find_contradictions("H44", units) if one.rule == "children_sum"]


@pytest.mark.parametrize(
    ("figures", "rule"),
    [
        (
            {"channel_online": 150956, "channel_direct": 1639, "channel_postal": 0, "channel_total": 152594},
            "channel_sum",
        ),
        ({"channel_online": 150956, "online_on_time": 134160, "online_overdue": 16797}, "channel_sum"),
        (
            {"overall_score": 62, **dict.fromkeys([f"overall_{g}" for g in ("ckmb", "tdgq", "clgq", "tttt")], 10)}
            | {"overall_mdhl": 11, "overall_mdsh": 12},
            "group_sum",
        ),
    ],
)
def test_channels_and_groups(figures: dict[str, int], rule: str) -> None:
    decimals: dict[str, Decimal | None] = {name: Decimal(value) for name, value in figures.items()}
    assert {one.rule for one in find_contradictions("H44", {"H44": decimals})} == {rule}


def test_the_real_channels_of_the_province_agree() -> None:
    channels = {"online": 150956, "direct": 1639, "postal": 0, "total": 152595}
    figures: dict[str, Decimal | None] = {f"channel_{name}": Decimal(value) for name, value in channels.items()}
    figures |= {"online_on_time": Decimal(134160), "online_overdue": Decimal(16796)}
    groups = {"ckmb": "7.96", "tdgq": "17.63", "clgq": "9.09", "tttt": "6.58", "mdhl": "11.79", "mdsh": "9.55"}
    figures |= {f"overall_{group}": Decimal(value) for group, value in groups.items()}
    figures["overall_score"] = Decimal("62.6")
    assert find_contradictions("H44", {"H44": figures}) == []


def test_nothing_published_contradicts_nothing() -> None:
    assert find_contradictions("H44", {}) == []
    assert find_contradictions("H44", {"H44": {}, "H44.03": dict.fromkeys(FIGURES)}) == []


def test_every_rule_has_words() -> None:
    assert all(RULES.values()) and len(set(RULES.values())) == len(RULES)
