"""`doisoat calendar` and `doisoat clocks`, as they are called: a year's days with their documents, and why one dossier is
in time or late; what is wrong is one sentence and exit code 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat.reconcile import reconcile_night
from doisoat.rules.calendar_days import DayRow, days_in_force
from doisoat.rules.parameters import CALENDAR_PARAMETERS, RuleParameters
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, REFERENCE

PROVINCE_FILE = """province: H21
name: Tỉnh thử
province_roots: [H21, H08]
reference: {procedures: procedures.csv}
shop: {kind: files, path: shop}
portal: {kind: files, path: portal}
"""
PROCEDURES = (
    "ma_quoc_gia,ma_dia_phuong,ten,linh_vuc,thoi_han,don_vi_tinh,co_ket_qua,muc_do,tru_cho_thanh_toan,sau_15_gio,"
    "hieu_luc_tu,hieu_luc_den\n"
    "1.001612,,Thủ tục 1,Hộ tịch,5,Ngày làm việc,,,,,,\n"
    "1.004222,,Thủ tục 2,Đất đai,5,Ngày làm việc,,,1,1,,\n"
)
SUPPLEMENTED = {
    "code": "A-1",
    "status": 9,
    "received_at": "2026-08-03 08:00:00",
    "due_at": "2026-08-10 17:00:00",
    "supplement_count": 1,
    "supplement_requested_at": "2026-08-05 08:00:00",
    "supplement_completed_at": "2026-08-12 08:00:00",
    "finished_at": "2026-08-18 10:00:00",
}

PAYING = {
    "code": "A-4",
    "status": 6,
    "procedure": "1.004222",
    "due_at": "2026-08-28 17:00:00",
    "step_at": "2026-08-27 09:00:00",
}
RECEIVED_LATE = {
    "code": "A-5",
    "procedure": "1.004222",
    "received_at": "2026-08-28 15:42:00",
    "due_at": None,
}


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def province_file(folder: Path, more: str = "") -> Path:
    (folder / "procedures.csv").write_text(PROCEDURES, encoding="utf-8")
    file = folder / "province.yaml"
    file.write_text(PROVINCE_FILE + more, encoding="utf-8")
    return file


# --- the calendar -------------------------------------------------------------------------------------------------


def year(number: int, *more: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run("calendar", str(number), "--json", *more))
    return value


def test_a_year_has_its_days_with_the_document_behind_each() -> None:
    shown = year(2026)
    assert (shown["province"], shown["working_days"]) == (None, 249)
    off = {one["day"]: one for one in shown["off"]}
    assert off["2026-01-02"]["switch"] == "swap_2026_01=true"
    assert not off["2026-01-02"]["verified"]
    assert off["2026-09-02"]["document"] == "Quốc khánh; theo thư viện holidays 0.109"
    assert [one["day"] for one in shown["worked"]] == ["2026-01-10", "2026-08-22"]
    assert all(one["document"] for one in (*shown["off"], *shown["worked"]))
    assert [one["name"] for one in shown["switches"]] == ["holiday_24_11", "swap_2026_01"]


def test_a_province_sees_its_own_calendar(tmp_path: Path) -> None:
    file = province_file(tmp_path, "rules: {tet_2027: option_2, holiday_24_11: false}\n")
    own, shipped = year(2027, "--config", str(file)), year(2027)
    days = {name: {one["day"] for one in of["off"]} for name, of in (("own", own), ("shipped", shipped))}
    assert days["own"] - days["shipped"] == {"2027-02-11", "2027-02-12"}
    assert days["shipped"] - days["own"] == {"2027-02-04", "2027-11-24"}
    assert own["version"] != shipped["version"]
    assert {one["name"]: one["value"] for one in own["switches"]}["tet_2027"] == "option_2"


def test_the_year_in_words_says_what_is_not_decided() -> None:
    told = run("calendar", "2027")
    assert "Lịch làm việc 2027: 249 ngày làm việc" in told
    assert "rules: tet_2027: library" in told
    assert "04/02/2027  thứ Năm" in told
    assert "chưa kiểm chứng: thư viện chưa có" in run("calendar", "2026")


def test_a_year_nobody_knows_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holidays.csv: the tables have no day off in 1999 \(years: 2015-2030\)"):
        run("calendar", "1999")


def test_every_calendar_parameter_is_one_of_the_rules() -> None:
    assert set(CALENDAR_PARAMETERS) <= RuleParameters.model_fields.keys()


def test_a_later_table_decides_about_a_day() -> None:
    day = BUSINESS_DATE
    base, over = DayRow(day, "nghi", "a"), DayRow(day, "bo_nghi", "b")
    parameters = RuleParameters()
    assert days_in_force([[base], [over]], parameters).off == {}
    assert days_in_force([[over], [base]], parameters).off == {day: base}


# --- one dossier --------------------------------------------------------------------------------------------------


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """The province file of a reconciled night with a supplemented dossier, one on a side alone, and a paired code."""
    shop = [SUPPLEMENTED, {"code": "A-2"}, {"code": "A-3", "status": 4}, PAYING, RECEIVED_LATE]
    portal = [{**SUPPLEMENTED}, {"code": "B-3", "status": 4, "unit_code": "A-3"}]
    files = staged_night(tmp_path / "home", shop, portal)
    reconcile_night(files, PROVINCE, REFERENCE, spill=tmp_path / "spill", memory_limit="1GB")
    return province_file(tmp_path)


def clocks(file: Path, code: str, *more: str) -> str:
    where = ("--config", str(file), "--home", str(file.parent / "home"))
    return run("clocks", "x", BUSINESS_DATE.isoformat(), code, *where, *more)


def test_each_clock_gives_its_reason_and_article(night: Path) -> None:
    told = json.loads(clocks(night, " a-1 ", "--json"))
    assert told["dossier_code"] == "A-1"
    assert told["law"]["one_stop"] == "NĐ 118/2025"
    assert told["law"]["limits"] == {
        "intake_hours": 8,
        "supplement_notice_days": 3,
        "close_unanswered_days": 15,
        "apology_lead_days": 1,
        "max_supplements": 1,
        "max_extensions": 1,
    }
    assert {clock: (one["verdict"], one["reason"], one["article"]) for clock, one in told["clocks"].items()} == {
        "luat": ("on_time", "term_restarted", "NĐ 118/2025 Đ19.5"),
        "dvcqg": ("late", "waiting_subtracted", "QĐ 766 mục 2.1 điểm 5"),
        "mot_cua": ("late", "appointment", "Cách tính của phần mềm Một cửa"),
    }
    assert told["clocks"]["luat"]["due_at"] == "2026-08-19T23:59:59+07:00"


def test_the_answer_in_words_is_three_lines(night: Path) -> None:
    told = clocks(night, "A-1")
    assert (
        "Theo luật        đúng hạn  Kết thúc 18/08/2026, bổ sung xong 12/08/2026 thì thời hạn 5 ngày làm việc" in told
    )
    assert "Theo Cổng DVCQG  quá hạn" in told
    assert "Theo Một cửa     quá hạn   Kết thúc 18/08/2026, hạn 10/08/2026" in told


def test_a_dossier_on_one_side_alone(night: Path) -> None:
    told = json.loads(clocks(night, "A-2", "--json"))
    assert told["clocks"]["dvcqg"] is None
    assert told["clocks"]["luat"]["verdict"] == "on_time"
    assert "Theo Cổng DVCQG  –         Bên này không có hồ sơ" in clocks(night, "A-2")


def test_what_the_procedure_rules_is_told_with_its_source(night: Path) -> None:
    paying, late = (json.loads(clocks(night, code, "--json")) for code in ("A-4", "A-5"))
    assert (paying["excludes_payment_wait"], paying["late_starts_next_day"]) == (True, True)
    assert paying["sides"]["shop"]["step_at"] == paying["clocks"]["luat"]["paused_at"] == "2026-08-27T09:00:00+07:00"
    assert paying["clocks"]["luat"]["verdict"] == "on_time"
    assert (paying["clocks"]["mot_cua"]["verdict"], paying["clocks"]["mot_cua"]["paused_at"]) == ("late", None)
    assert late["clocks"]["luat"]["begins_at"] == "2026-09-03T07:30:00+07:00"
    assert late["clocks"]["luat"]["due_at"] == "2026-09-10T23:59:59+07:00"
    assert late["clocks"]["luat"]["article"] == "NĐ 118/2025 Đ17.3, Đ18.2; quy định riêng của thủ tục"
    told = clocks(night, "A-4")
    assert "Đang chờ nộp nghĩa vụ tài chính từ 27/08/2026 (luật chuyên ngành không tính thời gian chờ)" in told
    assert "NĐ 118/2025 Đ17.3; luật chuyên ngành" in " ".join(told.split())


@pytest.mark.parametrize("code", ["A-3", "B-3"])
def test_a_dossier_that_stands_under_two_codes_is_found_by_either(night: Path, code: str) -> None:
    told = json.loads(clocks(night, code, "--json"))
    assert set(told["sides"]) == {"shop", "portal"}
    assert told["clocks"]["dvcqg"]["verdict"] == "on_time"


@pytest.mark.parametrize("code", ["A-9", "'; DROP TABLE pairs; --", "\u200b"])
def test_a_code_nobody_has_is_told(night: Path, code: str) -> None:
    with pytest.raises(ConfigError, match="neither side has a dossier"):
        clocks(night, code)


def test_a_night_that_was_not_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="was not staged; run the night first"):
        clocks(province_file(tmp_path), "A-1")
