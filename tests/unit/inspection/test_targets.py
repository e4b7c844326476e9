"""The share of digital checks and the other targets, with what a night's files know of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from doisoat.inspection.targets import GoalLine, Targets, read_targets
from doisoat.inspection_desk.target_words import targets_object
from doisoat.model import RunKey, Side
from doisoat.rules.inspection import CheckState, Form
from doisoat.store.layout import RunFiles
from tests.unit.assess.nights import INSTANT, parquet
from tests.unit.assess.nights import at as instant
from tests.unit.inspection.registers import check
from tests.unit.publish import factory

LINE = {
    **dict.fromkeys(["period", "agency_code", "indicator", "why_not"], pa.string()),
    **dict.fromkeys(["part_shop", "whole_shop", "part_published", "whole_published"], pa.int64()),
}
ROW = {"status": pa.int8(), "submitted_at": INSTANT, "received_at": INSTANT}


def files(home: Path, lines: list[dict[str, Any]], rows: list[dict[str, Any]]) -> RunFiles:
    made = RunFiles(home, RunKey("H44", date(2026, 9, 3)))
    given = {"period": "2026", "agency_code": "H44", "why_not": ""}
    parquet(made.work("indicators") / "indicators.parquet", LINE, [{**given, **line} for line in lines])
    parquet(made.partition(Side.SHOP), ROW, rows)
    return made


def goals(told: Targets) -> dict[str, GoalLine]:
    return {one.code: one for one in told.goals}


def test_values_come_from_the_night_and_say_whose_they_are(tmp_path: Path) -> None:
    lines = [
        {"indicator": "FULL_PROCESS_DOSSIERS", "part_shop": 30, "whole_shop": 40},
        {
            "indicator": "ORIGINAL_RESULT_AVAILABLE",
            "part_shop": 1,
            "whole_shop": 4,
            "part_published": 3,
            "whole_published": 4,
        },
        {"indicator": "DOSSIER_RECEIVING_SATISFACTION", "part_shop": 85, "whole_shop": 100},
        {"indicator": "PETITION_PROCESSING_ON_TIME", "part_published": 0, "whole_published": 0},
        {"indicator": "SO_HOA_GIAY_TO_GIAI_QUYET", "part_shop": 1, "whole_shop": 1, "agency_code": "H44.05"},
    ]
    province = factory.province(inspection={"goals": {"online": 0.8}})
    found = goals(read_targets(2026, [], province, files(tmp_path, lines, [])))
    online = found["online"]
    assert (online.value, online.target, online.is_met) == (Fraction(3, 4), Fraction(4, 5), False)
    assert online.note.startswith("30 trên 40, tính từ Một cửa") and online.source == "tệp cấu hình của tỉnh"
    result = found["electronic_result"]
    assert (result.value, result.is_met, result.note) == (Fraction(3, 4), None, "3 trên 4, Cổng DVCQG công bố")
    for code in ("satisfaction", "petitions", "digitised"):
        assert found[code].value is None and found[code].note.startswith("không có dữ liệu"), code


def test_refusals_are_counted_and_their_reasons_are_not_known(tmp_path: Path) -> None:
    rows = [
        {"status": 3, "submitted_at": instant("02/01 08:00")},
        {"status": 8, "received_at": instant("02/09 08:00")},
        {"status": 8, "received_at": instant("03/09 08:00")},
        {"status": 9, "received_at": instant("03/09 08:00")},
        {"status": 3},  # without a day it belongs to no year
    ]
    counted = read_targets(2026, [], factory.province(), files(tmp_path, [], rows)).counts
    assert [one.value for one in counted] == [1, 2, None, None]
    assert all(one.note.startswith("không có dữ liệu") for one in counted[2:])


def test_without_a_night_nothing_is_known_but_the_share() -> None:
    checks = [check("2026-001", form=Form.REMOTE), check("2026-002", form=Form.ON_SITE, state=CheckState.CANCELLED)]
    checks.append(check("2025-001", form=Form.ON_SITE, opened_on=date(2025, 3, 1)))
    told = read_targets(2026, checks, factory.province(inspection={"targets": {2026: 0.7}}), None)
    assert (told.share.checks, told.share.value, told.share.target) == (1, Fraction(1), Fraction(7, 10))
    assert {one.value for one in told.goals} | {one.value for one in told.counts} == {None}
    answer = targets_object("H44", told)
    assert (answer["share"], answer["target"], answer["met"], answer["cancelled"]) == (1.0, 0.7, True, 1)
    assert answer["definition"].startswith("Tỷ lệ = ")


@pytest.mark.parametrize("definition", ["Theo Kế hoạch số 5/KH-UBND", "=1+1 <b>"])
def test_the_definition_is_the_provinces(definition: str) -> None:
    told = read_targets(2026, [], factory.province(inspection={"definition": definition}), None)
    assert told.definition == definition and told.share.value is None
