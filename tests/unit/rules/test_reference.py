"""Agencies and procedures by code; the files they come from, right and wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.config import FilesSource, Province, ReferenceFiles
from doisoat.errors import ConfigError
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.reference import Agency, AgencyTable, Contact, Procedure, ProcedureTable, Term, root
from doisoat.rules.values import read_code
from doisoat.store.reference import Reference, load_reference

AGENCIES = """ma,ma_cu,ten,cap,cha,hieu_luc_tu,hieu_luc_den,ke_thua_boi,hop_thu
H21,,UBND tỉnh,tinh,,,,,tinh@example.invalid
h21.05 ,H21-TP; 000.11.22.H21 ;,Sở Tư pháp,so,H21,2025-07-01,,,
H21.06,,"Sở Y tế, tỉnh",so,H21,,,,yte@example.invalid
H08.05,,Sở cũ,so,,,2025-06-30,H21-TP,

"""
PROCEDURES = """ma_quoc_gia,ma_dia_phuong,ten,linh_vuc,thoi_han,don_vi_tinh,co_ket_qua,muc_do,hieu_luc_tu,hieu_luc_den
1.001612,1.001612-A;9.999999.H21,Thủ tục 1,Hộ tịch,5,ngày làm việc,,toan_trinh,,
2.000477,1.003560.000.00.00.H21,Thủ tục 2,Đất đai,,,0,,,2025-12-31
"""
HOLIDAYS = "ngay,loai,can_cu\n2026-11-24,nghi,x\n2026-08-22,lam_bu,y\n"
CONTACTS = "ma,vai_tro,hop_thu,hieu_luc_tu,hieu_luc_den\nH21.05,co_quan,tp@example.invalid,2026-01-01,\n"
FILES = {"agencies": AGENCIES, "procedures": PROCEDURES, "holidays": HOLIDAYS, "contacts": CONTACTS}


def province(folder: Path, *tables: str, **rules: object) -> Province:
    source = FilesSource(kind="files", path=folder)
    named = ReferenceFiles(**{table: Path(f"{table}.csv") for table in tables})
    parameters = RuleParameters.model_validate(rules)
    return Province(
        province="H21",
        name="Gia Lai",
        shop=source,
        portal=source,
        reference=named,
        rules=parameters,
        source_file=folder / "x.yaml",
    )


def load(folder: Path, **changed: str | bytes) -> Reference:
    """Reference of these files, some replaced."""
    for name, text in {**FILES, **changed}.items():
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_reference(province(folder, *FILES))


def test_tables_are_read(tmp_path: Path) -> None:
    reference = load(tmp_path, contacts="\ufeff" + CONTACTS.replace("\n", "\r\n"))
    assert list(reference.agencies) == [
        Agency("H08.05", (), "Sở cũ", "so", None, None, date(2025, 6, 30), "H21-TP", None),
        Agency("H21", (), "UBND tỉnh", "tinh", mailbox="tinh@example.invalid"),
        Agency("H21.05", ("H21-TP", "000.11.22.H21"), "Sở Tư pháp", "so", "H21", date(2025, 7, 1)),
        Agency("H21.06", (), "Sở Y tế, tỉnh", "so", "H21", mailbox="yte@example.invalid"),
    ]
    assert list(reference.procedures) == [
        Procedure(
            "1.001612",
            ("1.001612-A", "9.999999.H21"),
            "Thủ tục 1",
            "Hộ tịch",
            5.0,
            "Ngày làm việc",
            online_level="toan_trinh",
        ),
        Procedure(
            "2.000477",
            ("1.003560.000.00.00.H21",),
            "Thủ tục 2",
            "Đất đai",
            returns_document=False,
            valid_to=date(2025, 12, 31),
        ),
    ]
    assert reference.contacts == (Contact("H21.05", "co_quan", "tp@example.invalid", date(2026, 1, 1)),)
    assert not reference.calendar.is_working(date(2026, 11, 24))
    assert reference.calendar.is_working(date(2026, 8, 22))


RULED = PROCEDURES.replace(",muc_do,", ",muc_do,tru_cho_thanh_toan,sau_15_gio,")
RULED = RULED.replace("toan_trinh,", "toan_trinh,1,,").replace(",0,,", ",0,,0,1,")


def test_rules_of_a_procedure_about_its_time(tmp_path: Path) -> None:
    """1 = yes; 0, an empty cell and a table without the columns = no."""
    procedures = load(tmp_path, procedures=RULED).procedures
    assert procedures.term("1.001612") == Term((5.0, "Ngày làm việc"), excludes_payment_wait=True)
    assert procedures.term("2.000477") == Term(None, late_starts_next_day=True)
    assert procedures.term("9.999999") == Term()
    without = load(tmp_path).procedures
    assert [without.term(code) for code in ("1.001612", "2.000477")] == [Term((5.0, "Ngày làm việc")), Term()]


def test_versions_name_file_and_content(tmp_path: Path) -> None:
    before = load(tmp_path).versions
    after = load(tmp_path, holidays=HOLIDAYS + "2026-12-25,nghi,z\n").versions
    assert sorted(before) == [
        "agencies",
        "agency_crosswalk",
        "calendar",
        "contacts",
        "holiday_overrides",
        "holidays",
        "procedure_crosswalk",
        "procedures",
        "status_words",
    ]
    assert {name for name in before if before[name] != after[name]} == {"calendar", "holidays"}
    assert before["agencies"].startswith("agencies.csv sha256:")


def test_the_shipped_tables_are_right(tmp_path: Path) -> None:
    reference = load_reference(province(tmp_path))
    assert {root(agency.code) for agency in reference.agencies} >= {"H44"}
    assert all(agency.parent is None or reference.agencies.is_known(agency.parent) for agency in reference.agencies)
    assert all(reference.agencies.is_known(reference.agencies.final(agency.code)) for agency in reference.agencies)
    assert all(reference.agencies.mailbox(agency.code) for agency in reference.agencies if agency.valid_to is None)
    assert any(reference.procedures.term(procedure.national_code).limit for procedure in reference.procedures)
    assert reference.calendar.add_working_days(date(2026, 8, 28), 1) == date(2026, 9, 3)


def test_parameters_reach_the_calendar(tmp_path: Path) -> None:
    load(tmp_path)
    hours = [["08:00", "12:00"]]
    calendar = load_reference(province(tmp_path, *FILES, holiday_24_11=False, working_hours=hours)).calendar
    assert calendar.is_working(date(2026, 11, 24))
    assert calendar.day_seconds == 4 * 3600


OVERRIDES = "ngay,loai,can_cu,dieu_kien,ghi_chu,da_kiem_chung\n"


def test_a_provinces_own_overrides_decide_over_the_shipped_tables(tmp_path: Path) -> None:
    """A local day off, a shipped swap taken back, and a row that waits for its parameter."""
    rows = (
        "2026-10-05,nghi,QĐ 1/UBND,,,co\n2026-01-02,bo_nghi,CV 2/SNV,,,co\n2026-01-10,bo_lam_bu,CV 2/SNV,,,co\n"
        "2027-02-15,nghi,CV 3/SNV,tet_2027=option_2,chưa chắc,khong\n"
    )
    (tmp_path / "holiday_overrides.csv").write_text(OVERRIDES + rows, encoding="utf-8")
    calendar = load_reference(province(tmp_path, "holiday_overrides")).calendar
    days = [date(2026, 10, 5), date(2026, 1, 2), date(2026, 1, 10), date(2026, 9, 2), date(2027, 2, 15)]
    assert [calendar.is_working(day) for day in days] == [False, True, False, False, True]
    chosen = load_reference(province(tmp_path, "holiday_overrides", tet_2027="option_2")).calendar
    assert not chosen.is_working(date(2027, 2, 15))


def test_a_provinces_own_table_is_taken_at_its_word(tmp_path: Path) -> None:
    """Shipped overrides say nothing about it, unless the province changes their parameter."""
    (tmp_path / "holidays.csv").write_text(HOLIDAYS, encoding="utf-8")
    plain = load_reference(province(tmp_path, "holidays")).calendar
    assert (plain.is_working(date(2026, 1, 2)), plain.is_working(date(2026, 11, 24))) == (True, False)
    changed = load_reference(province(tmp_path, "holidays", holiday_24_11=False, tet_2027="option_2")).calendar
    assert (changed.is_working(date(2026, 11, 24)), changed.is_working(date(2027, 2, 12))) == (True, False)


def test_the_version_of_the_calendar_is_that_of_what_is_in_force(tmp_path: Path) -> None:
    def version(**rules: object) -> str:
        return load_reference(province(tmp_path, **rules)).versions["calendar"]

    assert version() == version(tet_2027="option_1")  # the library guesses the same days
    different = [
        version(),
        version(tet_2027="option_2"),
        version(swap_2026_01=False),
        version(working_hours=[["08:00", "12:00"]]),
    ]
    assert len(set(different)) == len(different)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2026-02-30,nghi,x,,,co", r":2 \[ngay\]: expected a date like 2026-09-03"),
        ("2026-02-03,lễ,x,,,co", r":2 \[loai\]: expected one of nghi, lam_bu, bo_nghi, bo_lam_bu"),
        ("2026-02-03,nghi,,,,co", r":2 \[can_cu\]: name the document behind this row"),
        ("2026-02-03,nghi,x,,,", r":2 \[da_kiem_chung\]: say whether the document was read: co or khong"),
        ("2026-02-03,nghi,x,tet_2099=option_1,,co", r":2 \[dieu_kien\]: no parameter 'tet_2099' decides about days"),
        ("2026-02-03,nghi,x,sync_allowance_hours=8,,co", r":2 \[dieu_kien\]: no parameter 'sync_allowance_hours'"),
        (
            "2026-02-03,nghi,x,tet_2027=option_3,,co",
            r":2 \[dieu_kien\]: expected tet_2027= and one of library, option_1",
        ),
        ("2026-02-03,nghi,x,tet_2027,,co", r":2 \[dieu_kien\]: expected tet_2027= and one of"),
        ("2026-02-03,nghi,x,,,co\n2026-02-03,lam_bu,x,,,co", r":3 \[ngay\]: 2026-02-03 is both off and worked"),
        ("2026-02-03,nghi,x,,,co\n2026-02-03,bo_nghi,x,,,co", r":3 \[ngay\]: 2026-02-03 is both nghi and bo_nghi"),
        (",nghi,x,,,co", r":2 \[ngay\]: must not be empty"),
        ("2026-02-03,nghi,x", r":2: 3 cells, the header has 6 columns"),
    ],
)
def test_wrong_overrides_are_told_by_file_line_and_column(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "holiday_overrides.csv").write_text(f"{OVERRIDES}{row}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"holiday_overrides.csv" + message):
        load_reference(province(tmp_path, "holiday_overrides"))


def test_rows_that_never_hold_at_once_do_not_contradict_each_other(tmp_path: Path) -> None:
    rows = "2027-02-03,nghi,x,tet_2027=option_1,,khong\n2027-02-03,bo_nghi,x,tet_2027=option_2,,khong\n"
    (tmp_path / "holiday_overrides.csv").write_text(OVERRIDES + rows, encoding="utf-8")
    assert load_reference(province(tmp_path, "holiday_overrides", tet_2027="option_2")).calendar


def test_wrong_working_hours_are_a_setting_to_correct(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[rules.working_hours\]: working hours must be intervals"):
        load_reference(province(tmp_path, working_hours=[["12:00", "08:00"]]))


@pytest.mark.parametrize(
    ("table", "text", "message"),
    [
        ("agencies", "", r"agencies.csv: the file is empty; expected the columns ma, ma_cu"),
        (
            "agencies",
            AGENCIES.replace("ke_thua_boi", "ke_thua"),
            r"agencies.csv:1 \[ke_thua_boi\]: the column ke_thua_boi is missing",
        ),
        ("agencies", AGENCIES.replace("cap,cha", "cha,cha"), r"agencies.csv:1 \[cap\]: the column cap is missing"),
        ("agencies", AGENCIES.replace("H21,,UBND", ",,UBND"), r"agencies.csv:2 \[ma\]: a code is missing"),
        (
            "agencies",
            AGENCIES.replace("2025-06-30", "30/6/2025"),
            r"agencies.csv:5 \[hieu_luc_den\]: expected a date like",
        ),
        (
            "agencies",
            AGENCIES.replace("2025-07-01,", "2025-07-01,2025-06-30"),
            r"agencies.csv:3 \[hieu_luc_den\]: ends before it begins",
        ),
        (
            "agencies",
            AGENCIES.replace("yte@example.invalid", "yte@a.vn, x@b.vn"),
            r"agencies.csv:4: 10 cells, the header has 9 columns",
        ),
        (
            "agencies",
            AGENCIES.replace("yte@example.invalid", "a@b;c@d"),
            r"agencies.csv:4 \[hop_thu\]: expected one e-mail address",
        ),
        ("agencies", AGENCIES.replace("H21.06", "H21.05"), r"agencies.csv: the code H21.05 stands twice"),
        ("agencies", AGENCIES.replace("H08.05,", "H08.05,H21-TP"), r"agencies.csv: the code H21-TP stands twice"),
        ("agencies", AGENCIES.replace('"Sở Y tế, tỉnh"', '"Sở Y tế'), r"agencies.csv:\d+: not CSV"),
        ("agencies", AGENCIES.encode("utf-16"), r"agencies.csv: not UTF-8 \(byte 0\); save the table as UTF-8"),
        ("procedures", PROCEDURES.replace(",5,ngày", ",năm,ngày"), r"procedures.csv:2 \[thoi_han\]: expected a number"),
        ("procedures", PROCEDURES.replace(",5,ngày", ",-5,ngày"), r"procedures.csv:2 \[thoi_han\]: expected a number"),
        (
            "procedures",
            PROCEDURES.replace("ngày làm việc", "tuần"),
            r"procedures.csv:2 \[don_vi_tinh\]: expected one of Giờ, Ngày",
        ),
        (
            "procedures",
            PROCEDURES.replace("5,ngày làm việc", "5,"),
            r"procedures.csv:2 \[don_vi_tinh\]: a limit needs its unit",
        ),
        ("procedures", PROCEDURES.replace(",,0,,", ",,2,,"), r"procedures.csv:3 \[co_ket_qua\]: expected one of 0, 1"),
        (
            "procedures",
            PROCEDURES.replace("toan_trinh", "4"),
            r"procedures.csv:2 \[muc_do\]: expected one of toan_trinh",
        ),
        (
            "procedures",
            RULED.replace(",1,,", ",có,,"),
            r"procedures.csv:2 \[tru_cho_thanh_toan\]: expected one of 0, 1",
        ),
        ("procedures", RULED.replace(",0,1,", ",0,01,"), r"procedures.csv:3 \[sau_15_gio\]: expected one of 0, 1"),
        ("procedures", RULED.replace(",0,1,", ",0,-1,"), r"procedures.csv:3 \[sau_15_gio\]: expected one of 0, 1"),
        (
            "procedures",
            RULED.replace(",0,1,", ",0,1;DROP TABLE x,"),
            r"procedures.csv:3 \[sau_15_gio\]: expected one of 0, 1",
        ),
        ("procedures", RULED.replace(",1,,", ",1,"), r"procedures.csv:2: 11 cells, the header has 12 columns"),
        ("procedures", PROCEDURES.replace("2.000477", "1.001612"), r"procedures.csv: the code 1.001612 stands twice"),
        ("holidays", HOLIDAYS.replace("lam_bu", "lễ"), r"holidays.csv:3 \[loai\]: expected one of nghi, lam_bu"),
        ("holidays", HOLIDAYS + ",nghi,\n", r"holidays.csv:4 \[ngay\]: must not be empty"),
        ("holidays", HOLIDAYS + "2026-11-24,lam_bu,\n", r"holidays.csv:4 \[ngay\]: 2026-11-24 is both off and worked"),
    ],
)
def test_a_wrong_table_names_file_line_and_column(tmp_path: Path, table: str, text: str | bytes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, **{table: text})


def test_a_limit_spelled_as_nothing_is_no_limit(tmp_path: Path) -> None:
    procedures = load(tmp_path, procedures=PROCEDURES.replace(",5,ngày", ",nan,ngày")).procedures
    assert procedures.term("1.001612") == Term()


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"agencies.csv: no such reference table"):
        load_reference(province(tmp_path, "agencies"))


TABLE = AgencyTable(
    [
        Agency("H21", mailbox="tinh@example.invalid"),
        Agency("H21.05", ("H21-TP",), parent="H21", name="Sở Tư pháp"),
        Agency("H21.05.02", parent="H21.05"),
        Agency("H08.05", valid_to=date(2025, 6, 30), successor="H21-TP"),
        Agency("H08.06", successor="H08.05"),
        Agency("A1", ("H21.05",), successor="A2"),
        Agency("A2", successor="A1"),
        Agency("B1", successor="B1"),
        Agency("C1", successor="H99.01"),
    ]
)


@pytest.mark.parametrize(
    ("code", "canonical"),
    [
        ("H21.05", "H21.05"),  # its own code, although another agency has it as a spelling
        ("H21-TP", "H21.05"),
        ("000.00.05.H21", "H21.05"),
        ("000.00.77.H21", "H21.77"),
        ("000.00.00.H56", "H56"),
        ("000.17.22.H56", "000.17.22.H56"),
        ("H99", "H99"),
        (None, None),
    ],
)
def test_canonical_agencies(code: str | None, canonical: str | None) -> None:
    assert TABLE.canonical(code) == canonical


@pytest.mark.parametrize(
    ("code", "final"),
    [
        ("H21.05", "H21.05"),
        ("H08.06", "H21.05"),
        ("A1", "A2"),
        ("A2", "A1"),
        ("B1", "B1"),
        ("C1", "H99.01"),
        ("H77", "H77"),
    ],
)
def test_final_agencies(code: str, final: str) -> None:
    assert TABLE.final(code) == final


def test_what_the_agency_table_knows() -> None:
    assert (TABLE.is_known("H21.05"), TABLE.is_known("H21.99")) == (True, False)
    assert (TABLE.ended_before("H08.05", date(2025, 6, 30)), TABLE.ended_before("H08.05", date(2025, 7, 1))) == (
        False,
        True,
    )
    assert not TABLE.ended_before("H21.99", date(2026, 1, 1))
    assert (TABLE.name("H21.05"), TABLE.name("H21"), TABLE.name("H77")) == ("Sở Tư pháp", "H21", "H77")
    assert (TABLE.parent("H21.05.02"), TABLE.parent("H77")) == ("H21.05", None)
    assert [TABLE.mailbox(code) for code in ("H21.05.02", "A1", "H77")] == ["tinh@example.invalid", None, None]
    assert ("H21-TP", "H21.05", date.min, date.max) in list(TABLE.spellings())


PROCEDURE_TABLE = ProcedureTable(
    [
        Procedure("1.001612", limit=5, limit_unit="Ngày làm việc"),
        Procedure("2.000477", ("1.001612.000.00.00.H21", "1.001612.X"), returns_document=False),
        Procedure("1.000002", valid_to=date(2025, 12, 31)),
    ]
)


@pytest.mark.parametrize(
    ("code", "national"),
    [
        ("1.001612", "1.001612"),
        ("1.001612.000.00.00.H08", "1.001612"),
        ("1.001612.000.00.00.H21", "2.000477"),  # a mapped code may have another stem
        ("1.001612-H21", None),
        ("1.0016123", None),
        ("9.123456.H21", None),
        ("=1+1", None),
        (None, None),
    ],
)
def test_national_procedures(code: str | None, national: str | None) -> None:
    assert PROCEDURE_TABLE.national(code) == national


def test_issues_of_procedures() -> None:
    last, next_day = date(2025, 12, 31), date(2026, 1, 1)
    cases = [(None, last), ("9.123456", last), ("1.000002", last), ("1.000002", next_day), ("1.001612", next_day)]
    assert [PROCEDURE_TABLE.issue(*case) for case in cases] == ["blank", "unknown", None, "retired", None]


def test_limits_and_documents() -> None:
    codes = ["1.001612", "2.000477", "9.123456", None]
    assert [PROCEDURE_TABLE.term(code).limit for code in codes] == [(5, "Ngày làm việc"), None, None, None]
    assert [PROCEDURE_TABLE.returns_document(code) for code in codes] == [True, False, True, True]


@given(st.text(max_size=40))
def test_any_code_finds_its_place_and_stays_there(text: str) -> None:
    code = read_code(text)
    canonical = TABLE.canonical(code)
    assert TABLE.canonical(canonical) == canonical
    assert canonical is None or TABLE.final(canonical)
    assert PROCEDURE_TABLE.national(code) in {None, "1.001612", "2.000477", "1.000002"}


def test_a_wrong_contact_is_left_out_with_its_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        "H21.05,giam_doc,a@x.vn,,",
        "H21.05,co_quan,,,",
        "H21.05,co_quan,a@x.vn; b@x.vn,,",
        'H21.05,co_quan,"a@x.vn\r\nBcc: b@x.vn",,',
        "H21.05,co_quan,<script>@x.vn,,",
        ",co_quan,a@x.vn,,",
        "H21.77,co_quan,a@x.vn,,",
        "H21.05,co_quan,a@x.vn,2026-02-30,",
        "H21.05,co_quan,a@x.vn,2026-09-02,2026-09-01",
        "H21.05,co_quan,a@x.vn",
        "000.11.22.H21,LANH_DAO,gd@x.vn,,2026-12-31",
    ]
    reference = load(tmp_path, contacts=CONTACTS + "\n".join(lines) + "\n")
    assert reference.contacts == (
        Contact("H21.05", "co_quan", "tp@example.invalid", date(2026, 1, 1)),
        Contact("H21.05", "lanh_dao", "gd@x.vn", None, date(2026, 12, 31)),
    )
    assert [(one.line, one.column, one.reason.split("(")[0].strip()) for one in reference.contacts_rejected] == [
        (3, "vai_tro", "vai trò phải là một trong: co_quan, lanh_dao, van_phong, ky_thuat"),
        (4, "hop_thu", "thiếu hộp thư"),
        (5, "hop_thu", "không phải một địa chỉ thư"),
        (7, "hop_thu", "không phải một địa chỉ thư"),
        (8, "hop_thu", "không phải một địa chỉ thư"),
        (9, "ma", "thiếu mã cơ quan"),
        (10, "ma", "cơ quan không có trong bảng cơ quan"),
        (11, "hieu_luc_tu", "không có ngày này, hoặc không viết như 2026-09-03"),
        (12, "hieu_luc_den", "kết thúc trước khi bắt đầu"),
        (13, "", "có 3 ô, dòng đầu có 5 cột"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("ma,vai_tro\n", r"contacts.csv:1 \[hop_thu\]: the column hop_thu is missing"),
        (CONTACTS.encode("utf-16"), "not UTF-8"),
        (CONTACTS + 'H21.05,co_quan,"a@x.vn', "not CSV"),
    ],
)
def test_what_is_no_table_of_contacts_stops(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, contacts=text)
