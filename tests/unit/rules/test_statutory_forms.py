"""The statutory forms as data, and what may not be filed: TT 09/2026/TT-BTP, Biểu 07a, 07b, 07c, and II.06 before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import read_period
from doisoat.rules.statutory_forms import (
    FORM_06A,
    FORM_06B,
    FORM_07A,
    FORM_07B,
    FORM_07C,
    FORMS,
    Form,
    FormCounts,
    FormPart,
    FormRow,
    Role,
    carry_problem,
    deadlines,
    form_for,
    form_problems,
    is_required,
)
from doisoat.rules.vietnamese_order import vietnamese_order

RIGHT = FormCounts(
    received=20, online_full=7, online_partial=3, post=1, direct=5, carried=4,
    resolved=12, early=6, on_due=4, late=2, open=8, open_in=5, open_over=3,
)  # fmt: skip


def test_the_columns_of_07_are_those_of_the_circular() -> None:
    formulas = [column.formula for column in FORM_07A.columns]
    assert formulas[0] == "(3)=(4)+(5)+(6)+(7)+(8)" and formulas[6] == "(9)=(10)+(11)+(12)"
    assert formulas[10] == "(13)=(14)+(15)" and [formulas[at] for at in (1, 12)] == ["(4)", "(15)"]
    assert [column.heading for column in FORM_07A.columns] == [
        *(
            "Tổng số",
            "Trực tuyến toàn trình",
            "Trực tuyến một phần",
            "Qua dịch vụ bưu chính",
            "Trực tiếp",
            "Từ kỳ trước",
        ),
        *("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn"),
    ]
    assert FORM_07A.cells(RIGHT) == (20, 7, 3, 1, 5, 4, 12, 6, 4, 2, 8, 5, 3)
    assert FORM_07A.columns == FORM_07B.columns == FORM_07C.columns


def test_the_older_form_has_fewer_columns_of_the_same_counts() -> None:
    assert [column.formula for column in FORM_06A.columns if column.sum_of] == [
        *("(3)=(4)+(5)+(6)", "(7)=(8)+(9)+(10)", "(11)=(12)+(13)"),
    ]
    assert FORM_06A.cells(RIGHT) == (20, 10, 6, 4, 12, 6, 4, 2, 8, 5, 3)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_count_stands_in_exactly_one_column(form: Form) -> None:
    names = [name for column in form.columns for name in column.counts]
    assert sorted(names) == sorted(RIGHT.__dataclass_fields__)
    assert [column.number for column in form.columns] == list(range(3, 3 + len(form.columns)))


def test_sections_titles_and_receivers() -> None:
    assert (len(FORM_07A.sections), len(FORM_07B.sections), len(FORM_07C.sections)) == (0, 2, 4)
    assert FORM_07B.sections[1].endswith("thuộc phạm vi thẩm quyền của UBND cấp xã")
    assert (FORM_07B.receiver, FORM_06B.receiver, FORM_07A.receiver) == ("Bộ Tư pháp", "Văn phòng Chính phủ", "")
    assert FORM_07A.title_lines[1].startswith("TẠI CƠ QUAN") and FORM_07B.title_lines[1] == "CỦA UBND CẤP TỈNH"
    assert all(" ".join(form.title_lines) == form.title for form in FORMS.values())


@pytest.mark.parametrize(
    ("period", "agency", "province"),
    [("2026-07", FORM_06A, FORM_06B), ("2026-08", FORM_07A, FORM_07B), ("2026", FORM_07A, FORM_07B)],
)
def test_the_day_a_period_ends_decides_its_form(period: str, agency: Form, province: Form) -> None:
    last = read_period(period, PeriodDefinition.STATUTORY).last_day  # type: ignore[union-attr]
    assert (form_for(Role.AGENCY, last), form_for(Role.PROVINCE, last)) == (agency, province)


def test_of_the_calendar_july_is_the_last_of_the_older_forms() -> None:
    assert form_for(Role.AGENCY, date(2026, 7, 31)) is FORM_06A and form_for(Role.AGENCY, date(2026, 8, 1)) is FORM_07A


# --- what may not be filed -----------------------------------------------------------------------------------


def problems(form: Form, total: FormCounts, *rows: FormCounts) -> list[str]:
    parts = [FormPart("", tuple(FormRow(f"Lĩnh vực {at}", row) for at, row in enumerate(rows, start=1)))]
    return list(form_problems(form, "Biểu thử", parts, total))


@pytest.mark.parametrize("form", [FORM_07A, FORM_06A], ids=["07a", "II.06a"])
def test_a_form_that_adds_up_may_be_filed(form: Form) -> None:
    assert (
        problems(form, RIGHT, RIGHT)
        == problems(form, RIGHT + RIGHT, RIGHT, RIGHT)
        == problems(form, FormCounts())
        == []
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"direct": 6}, "Biểu thử, dòng “Lĩnh vực 1”, cột (3): ghi 20, (4)+(5)+(6)+(7)+(8) = 21"),
        ({"late": 1}, "Biểu thử, dòng “Lĩnh vực 1”, cột (9): ghi 12, (10)+(11)+(12) = 11"),
        ({"open_over": 4}, "Biểu thử, dòng “Lĩnh vực 1”, cột (13): ghi 8, (14)+(15) = 9"),
        ({"resolved": 13, "late": 3}, "Biểu thử, dòng “Lĩnh vực 1”, cột (3): ghi 20, (9)+(13) = 21"),
        ({"post": -1, "direct": 7}, "Biểu thử, dòng “Lĩnh vực 1”, cột (6): số âm -1"),
    ],
)
def test_each_rule_names_row_column_and_both_numbers(change: dict[str, int], sentence: str) -> None:
    wrong = replace(RIGHT, **change)
    assert sentence in problems(FORM_07A, wrong, wrong)
    assert sentence.replace("“Lĩnh vực 1”", "TỔNG CỘNG") in problems(FORM_07A, wrong, wrong)


def test_the_last_line_is_the_sum_of_the_others() -> None:
    assert "Biểu thử, cột (4): cộng các dòng được 14, dòng TỔNG CỘNG ghi 7" in problems(FORM_07A, RIGHT, RIGHT, RIGHT)
    assert "Biểu thử, cột (5): cộng các dòng được 0, dòng TỔNG CỘNG ghi 6" in problems(FORM_06A, RIGHT)


def test_what_comes_over_is_what_was_left_even_across_the_change_of_forms() -> None:
    assert carry_problem(FORM_07A, FORM_06A, "UBND xã X", 5, 5) is None
    assert carry_problem(FORM_07A, FORM_06A, "UBND xã X", 1_005, 1_003) == (
        "UBND xã X: cột (8) kỳ này ghi 1.005, cột (11) kỳ trước ghi 1.003"
    )


# --- when ----------------------------------------------------------------------------------------------------


def test_which_reports_the_circular_wants() -> None:
    names = [
        *(f"2026-{month:02}" for month in range(1, 13)),
        *(f"2026-Q{n}" for n in range(1, 5)),
        "2026-H1",
        "2026-H2",
        "2026",
    ]
    periods: Any = [read_period(name, PeriodDefinition.STATUTORY) for name in names]
    wanted = [str(one) for one in periods if is_required(one)]
    assert wanted == [
        *(f"2026-{month:02}" for month in (1, 2, 4, 5, 7, 8, 10, 11)),
        "2026-Q1",
        "2026-Q3",
        "2026-H1",
        "2026",
    ]


def test_until_when() -> None:
    assert deadlines(date(2026, 8, 14)) == (date(2026, 8, 20), date(2026, 8, 23))


def test_vietnamese_order() -> None:
    names = [
        "Xây dựng",
        "đất đai",
        "Đầu tư",
        "Dân tộc",
        "Ơn",
        "On",
        "Ôn",
        "Hộ tịch",
        "Hoà",
        "Hòa",
        "1. Khác",
        "Ẩm thực",
        "",
    ]
    assert sorted(names, key=vietnamese_order) == [
        *(
            "",
            "1. Khác",
            "Ẩm thực",
            "Dân tộc",
            "đất đai",
            "Đầu tư",
            "Hoà",
            "Hòa",
            "Hộ tịch",
            "On",
            "Ôn",
            "Ơn",
            "Xây dựng",
        ),
    ]
    assert vietnamese_order("A\u0302m")[0] == vietnamese_order("Âm")[0]
