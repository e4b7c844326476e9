"""Why a clock says what it says: the status cases of the portal's formula and of the law by name, each with its article,
and what holds for the words of any history."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from doisoat.model import Lateness
from doisoat.rules.clock_reasons import OUTCOMES, Explanation, explain
from doisoat.rules.clocks import CLOCKS, ClockRow, Reason, law, portal, province
from doisoat.rules.legal_periods import LEGAL_PERIODS, period_of
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Limit, Term
from tests.unit.rules.test_clocks import CALENDAR, DEFAULTS, FIVE_DAYS, ROWS, TERMS, at, row

DUE_10_9 = "10/09 17:00:00"


def told(
    clock: str, one: ClockRow, as_of: str = "30/09", limit: Limit | None = FIVE_DAYS, **parameters: Any
) -> Explanation:
    return explain(clock, one, Term(limit), at(as_of), CALENDAR, RuleParameters(**parameters))


# --- the six status cases -----------------------------------------------------------------------------------------

SUPPLEMENTED = row(
    9,
    "01/09",
    DUE_10_9,
    supplement_count=1,
    supplement_requested_at="01/09",
    supplement_completed_at="20/09",
    finished_at="25/09",
)


def test_a_portal_subtracts_the_citizens_time_766_2_1_point_5() -> None:
    assert told("dvcqg", SUPPLEMENTED).full == (
        "Kết thúc 25/09/2026, sau hạn 10/09/2026; trừ 19 ngày chờ bổ sung còn 06/09/2026: đúng hạn "
        "(QĐ 766 mục 2.1 điểm 5)"
    )


def test_a_law_starts_a_new_term_after_the_supplement_118_d19_5() -> None:
    said = told("luat", SUPPLEMENTED)
    assert said.full == (
        "Kết thúc 25/09/2026, bổ sung xong 20/09/2026 thì thời hạn 5 ngày làm việc tính lại từ đầu, "
        "hạn mới 25/09/2026: đúng hạn (NĐ 118/2025 Đ19.5)"
    )
    assert told("luat", replace(SUPPLEMENTED, finished_at=at("28/09"))).judgement.verdict is Lateness.LATE


def test_b_one_open_request_before_due_is_on_time_766_2_1_point_4() -> None:
    said = told("dvcqg", row(5, "01/09", DUE_10_9, supplement_count=1, supplement_requested_at="05/09"))
    assert said.full == "Đang chờ bổ sung từ 05/09/2026, hạn 10/09/2026: đúng hạn (QĐ 766 mục 2.1 điểm 4)"


def test_c_two_requests_are_overdue_766_2_1_point_4() -> None:
    twice = row(5, "01/09", DUE_10_9, supplement_count=2, supplement_requested_at="05/09")
    assert told("dvcqg", twice, "07/09").full == ("Yêu cầu bổ sung 2 lần, quá một lần: quá hạn (QĐ 766 mục 2.1 điểm 4)")
    assert told("mot_cua", twice, "07/09").judgement.verdict is Lateness.ON_TIME


def test_d_open_past_due_at_the_end_of_the_period_is_overdue_766_2_1_point_7() -> None:
    said = told("dvcqg", row(4, "01/09", DUE_10_9), "14/09 23:59:59")
    assert said.full == "Đến 14/09/2026 chưa kết thúc, hạn 10/09/2026: quá hạn (QĐ 766 mục 2.1 điểm 7)"


def test_e_done_counts_before_returned_766_2_1_point_3() -> None:
    said = told("dvcqg", row(10, "01/09", DUE_10_9, finished_at="09/09", returned_at="12/09"), "14/09")
    assert said.full == "Kết thúc 09/09/2026, hạn 10/09/2026: đúng hạn (QĐ 766 mục 2.1 điểm 1)"


def test_f_withdrawn_without_reception_is_excluded_766_2_1_point_2() -> None:
    withdrawn = row(7, None, DUE_10_9, finished_at="12/09")
    said = told("dvcqg", withdrawn, "14/09")
    assert said.full == "Công dân rút hồ sơ trước khi được tiếp nhận: không tính (QĐ 766 mục 2.1 điểm 2)"
    assert told("luat", withdrawn).judgement.verdict is Lateness.NOT_COUNTED


# --- each other rule ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "one", "limit", "sentence", "article"),
    [
        (
            "luat",
            row(9, due="08/08 17:00:00", finished_at="10/08"),
            FIVE_DAYS,
            "Kết thúc 10/08/2026, ngày hẹn 08/08/2026 là ngày nghỉ nên hạn chuyển sang 10/08/2026: đúng hạn",
            "NĐ 118/2025 Đ17.3; BLDS Đ148.5",
        ),
        (
            "luat",
            row(9, due=None, finished_at="11/08"),
            FIVE_DAYS,
            "Kết thúc 11/08/2026, không có ngày hẹn; thời hạn 5 ngày làm việc từ ngày tiếp nhận 03/08/2026 hết vào "
            "10/08/2026: quá hạn",
            "NĐ 118/2025 Đ17.3",
        ),
        (
            "luat",
            row(9, due=None, finished_at="04/08 09:30:00"),
            (8.0, "Giờ"),
            "Kết thúc 04/08/2026 09:30, không có ngày hẹn; thời hạn 8 giờ từ ngày tiếp nhận 03/08/2026 hết vào "
            "04/08/2026 09:00: quá hạn",
            "NĐ 118/2025 Đ17.3",
        ),
        (
            "luat",
            row(9, finished_at="04/08", extension_count=2),
            FIVE_DAYS,
            "Đã hẹn lại 2 lần, chỉ được hẹn lại một lần nên ngày hẹn mới không có giá trị: quá hạn",
            "NĐ 118/2025 Đ19.6",
        ),
        ("luat", row(9), FIVE_DAYS, "Không có ngày kết thúc: chưa xác định được", "NĐ 118/2025 Đ17.3"),
        (
            "luat",
            row(5),
            FIVE_DAYS,
            "Đang chờ bổ sung nhưng không có ngày yêu cầu: chưa xác định được",
            "NĐ 118/2025 Đ17.3",
        ),
        (
            "dvcqg",
            row(9, finished_at="10/08 17:00:01"),
            FIVE_DAYS,
            "Kết thúc 10/08/2026 17:00:01, hạn 10/08/2026 17:00: quá hạn",
            "QĐ 766 mục 2.1 điểm 1",
        ),
        (
            "dvcqg",
            row(4, due=None),
            None,
            "Không có ngày hẹn trả, thủ tục cũng không ghi thời hạn: chưa xác định được",
            "QĐ 766 mục 2.1 điểm 6",
        ),
        ("dvcqg", row(4, None), FIVE_DAYS, "Không có ngày tiếp nhận: chưa xác định được", "QĐ 766 mục 2.1 điểm 2"),
        (
            "mot_cua",
            row(5),
            FIVE_DAYS,
            "Đang chờ bổ sung, khi chờ công dân thì chưa tính: đúng hạn",
            "Cách tính của phần mềm Một cửa",
        ),
        (
            "mot_cua",
            row(9, due=None, finished_at="11/08"),
            FIVE_DAYS,
            "Không có ngày hẹn trả nên không coi là quá hạn: đúng hạn",
            "Cách tính của phần mềm Một cửa",
        ),
    ],
)
def test_each_rule_in_words(clock: str, one: ClockRow, limit: Limit | None, sentence: str, article: str) -> None:
    said = told(clock, one, limit=limit)
    assert (said.sentence, said.article) == (sentence, article)


def test_a_province_that_pauses_for_payment_says_so() -> None:
    said = told("mot_cua", row(6), province_pauses_payment=True)
    assert said.sentence == "Đang chờ công dân nộp nghĩa vụ tài chính, đồng hồ dừng: đúng hạn"


def test_a_term_that_is_only_paused_says_so() -> None:
    said = told("luat", SUPPLEMENTED, law_supplement="pause")
    assert said.full == (
        "Kết thúc 25/09/2026, sau hạn 10/09/2026; trừ 19 ngày chờ bổ sung còn 06/09/2026: đúng hạn "
        "(NĐ 118/2025 Đ19.5, tính theo cách tạm dừng)"
    )


PAYING = row(6, due=DUE_10_9, step_at="05/09")


def by_own_rules(
    one: ClockRow, as_of: str = "30/09", limit: Limit | None = FIVE_DAYS, **parameters: Any
) -> Explanation:
    """By law, of a procedure that pauses for payment and starts late terms next day."""
    return explain("luat", one, Term(limit, True, True), at(as_of), CALENDAR, RuleParameters(**parameters))


def test_sector_law_that_does_not_count_the_wait_for_payment_says_so() -> None:
    assert by_own_rules(PAYING).full == (
        "Đang chờ nộp nghĩa vụ tài chính từ 05/09/2026 (luật chuyên ngành không tính thời gian chờ), hạn 10/09/2026: đúng hạn "
        "(NĐ 118/2025 Đ17.3; luật chuyên ngành)"
    )
    assert by_own_rules(replace(PAYING, step_at=None)).full == (
        "Đang chờ nộp nghĩa vụ tài chính (luật chuyên ngành không tính thời gian chờ) nhưng không có ngày bắt đầu chờ: "
        "chưa xác định được (NĐ 118/2025 Đ17.3; luật chuyên ngành)"
    )
    assert told("luat", PAYING).sentence == "Đến 30/09/2026 chưa kết thúc, hạn 10/09/2026: quá hạn"


def test_a_late_reception_says_from_when_it_counts_118_d18_2() -> None:
    late = row(9, "03/08 15:42:00", None, finished_at="11/08")
    assert by_own_rules(late).full == (
        "Kết thúc 11/08/2026, không có ngày hẹn; thời hạn 5 ngày làm việc từ ngày tiếp nhận 03/08/2026 15:42, "
        "quá giờ nhận trong ngày nên tính từ 04/08/2026, hết vào 11/08/2026: đúng hạn "
        "(NĐ 118/2025 Đ17.3, Đ18.2; quy định riêng của thủ tục)"
    )
    by_the_hour = by_own_rules(replace(late, finished_at=at("04/08 17:00:01")), limit=(8.0, "Giờ"))
    assert "nên tính từ 04/08/2026 07:30, hết vào 04/08/2026 17:00: quá hạn" in by_the_hour.sentence


def test_a_late_supplement_says_from_when_the_new_term_counts() -> None:
    late = replace(SUPPLEMENTED, supplement_completed_at=at("18/09 15:42:00"))
    assert by_own_rules(late).full == (
        "Kết thúc 25/09/2026, bổ sung xong 18/09/2026 15:42, quá giờ nhận trong ngày nên tính từ 21/09/2026, "
        "thời hạn 5 ngày làm việc tính lại từ đầu, hạn mới 28/09/2026: đúng hạn "
        "(NĐ 118/2025 Đ18.2, Đ19.5; quy định riêng của thủ tục)"
    )


def test_both_rules_and_a_pause_for_a_supplement_are_told_together() -> None:
    waiting = row(
        6,
        "01/09 15:42:00",
        None,
        step_at="14/09",
        supplement_count=1,
        supplement_requested_at="03/09",
        supplement_completed_at="07/09",
    )
    assert by_own_rules(waiting, law_supplement="pause").full == (
        "Đang chờ nộp nghĩa vụ tài chính từ 14/09/2026 (luật chuyên ngành không tính thời gian chờ), sau hạn 10/09/2026 "
        "(tiếp nhận 01/09/2026 15:42, quá giờ nhận trong ngày nên tính từ 03/09/2026); trừ 4 ngày chờ bổ sung còn "
        "10/09/2026: đúng hạn (NĐ 118/2025 Đ18.2, Đ19.5, tính theo cách tạm dừng; quy định riêng của thủ tục; luật chuyên ngành)"
    )


def test_what_a_sentence_does_not_tell_is_not_cited() -> None:
    assert by_own_rules(replace(PAYING, extension_count=2)).article == "NĐ 118/2025 Đ19.6"
    assert by_own_rules(replace(PAYING, due_at=None), limit=None).article == "NĐ 118/2025 Đ17.3"


# --- what holds for any history -----------------------------------------------------------------------------------


@given(ROWS, TERMS)
def test_every_judgement_is_one_sentence_that_ends_with_the_verdict(one: ClockRow, term: Term) -> None:
    for clock, verdict in (("luat", law), ("dvcqg", portal), ("mot_cua", province)):
        said = explain(clock, one, term, at("20/08 12:00:00"), CALENDAR, DEFAULTS)
        assert said.judgement.verdict is verdict(one, term, at("20/08 12:00:00"), CALENDAR, DEFAULTS)
        assert said.sentence.endswith(f": {OUTCOMES[said.judgement.verdict]}")
        assert not re.search(r"None|–|\. ", said.sentence)
        assert said.article


@given(ROWS, TERMS)
def test_what_is_compared_gives_the_verdict(one: ClockRow, term: Term) -> None:
    """Late only after the due instant, in time only up to the end of the due day."""
    by_count = {Reason.SECOND_EXTENSION, Reason.SECOND_SUPPLEMENT, Reason.WAITING_FOR_CITIZEN}
    for clock in CLOCKS.values():
        said = clock(one, term, at("20/08 12:00:00"), CALENDAR, DEFAULTS)
        if said.due_at is None or said.end_at is None or said.reason in by_count:
            continue
        if said.verdict is Lateness.LATE:
            assert said.end_at > said.due_at
        if said.verdict is Lateness.ON_TIME:
            assert said.end_at.date() <= said.due_at.date()


# --- the texts in force -------------------------------------------------------------------------------------------


def test_the_text_is_that_of_the_day_of_reception() -> None:
    before = replace(SUPPLEMENTED, received_at=at("01/09") - timedelta(days=500))
    assert told("luat", before).article == "NĐ 61/2018 (sửa bởi NĐ 107/2021) Đ17–19"
    assert told("luat", SUPPLEMENTED).article == "NĐ 118/2025 Đ19.5"


@pytest.mark.parametrize(
    ("received", "statute", "electronic", "intake_hours"),
    [
        (date(2025, 6, 30), "QĐ 31/2021/QĐ-TTg", "NĐ 45/2020", None),
        (date(2025, 7, 1), "QĐ 31/2021/QĐ-TTg", "NĐ 45/2020 (sửa bởi NĐ 118/2025 Đ40.8)", 8),
        (date(2026, 7, 19), "QĐ 31/2021/QĐ-TTg", "NĐ 45/2020 (sửa bởi NĐ 118/2025 Đ40.8)", 8),
        (date(2026, 7, 20), "QĐ 29/2026/QĐ-TTg", "NĐ 45/2020 (sửa bởi NĐ 118/2025 Đ40.8)", 8),
        (date(2026, 8, 5), "QĐ 29/2026/QĐ-TTg", "NĐ 45/2020 (sửa bởi NĐ 310/2026)", 8),
    ],
)
def test_periods_by_reception(received: date, statute: str, electronic: str, intake_hours: float | None) -> None:
    period = period_of(received)
    assert (period.portal_statute, period.electronic, period.intake_hours) == (statute, electronic, intake_hours)


def test_periods_follow_each_other() -> None:
    begins = [one.begins_on for one in LEGAL_PERIODS]
    assert begins == sorted(set(begins))
    assert period_of(date.min) is LEGAL_PERIODS[0]
    assert period_of(None) is LEGAL_PERIODS[-1]
