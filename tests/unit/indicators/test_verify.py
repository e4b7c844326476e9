"""`doisoat indicators verify`: the real figures agree with themselves, a planted fault is named, bad files are told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import doisoat_simulator
from doisoat.cli import app
from doisoat.errors import ConfigError, ExitCode
from doisoat.indicators.published_table import read_published_table
from doisoat.indicators.verification import Verification, verify
from doisoat.rules.indicators import INDICATORS
from doisoat.rules.scoring import rounded, score

REAL = Path(doisoat_simulator.__file__).parent / "data" / "national_scores_phu_tho_2026-08.csv"
HEADER = "department_code,department_name,progress_total_received,progress_total_on_time,progress_ratio,progress_score"
GOOD = "H44.100,UBND Phường Việt Trì,2971,2348,79.03,15.81"


def table(folder: Path, content: str | bytes, name: str = "scores.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def verified(folder: Path, content: str | bytes) -> Verification:
    return verify(read_published_table(table(folder, content)))


def changed_real(code: str, column: str, change: Callable[[Decimal], Decimal]) -> str:
    """The real table with one cell changed."""
    with REAL.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows, names = list(reader), list(reader.fieldnames or ())
    for row in rows:
        if row["department_code"] == code:
            row[column] = str(change(Decimal(row[column])))
    out = io.StringIO()
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# --- the real figures ------------------------------------------------------------------------------------


def test_every_published_ratio_and_score_of_the_164_units_is_recomputed_within_rounding() -> None:
    done = verify(read_published_table(REAL))
    assert (done.units, done.deviations, done.unreadable) == (164, (), ())
    with REAL.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    recomputable = [name for name in rows[0] if name.endswith(("_ratio", "_score")) and name not in NOT_MADE_OF_OTHERS]
    published = sum(bool(row[name]) for row in rows for name in recomputable)
    assert done.recomputed == published
    assert done.exit_code is ExitCode.CLEAN


# The table has no figures these are made of.
NOT_MADE_OF_OTHERS = {"online_provision_score", "electronic_certified_copy_score"}


@pytest.mark.parametrize(
    ("code", "column", "by", "others"),
    [
        ("H44", "progress_ratio", "0.01", set()),
        ("H44.100", "progress_score", "-0.02", set()),
        ("H44.100", "progress_total_on_time", "-1", {"progress_ratio", "progress_score"}),
        ("H44.03", "online_provision_score", "1", {"online_provision_ratio"}),
        ("H44.03", "payment_score", "-0.01", {"payment_ratio", "payment_score"}),
        ("H44.03", "digitized_score", "0.02", set()),
        ("H44.03", "reused_digitized_data_score", "0.01", set()),
        ("H44.03", "dossier_receiving_satisfaction_num", "-40", {"dossier_receiving_satisfaction_score"}),
        ("H44", "dossier_sync_ratio", "-0.01", set()),
    ],
)
def test_one_changed_cell_is_found_with_both_values(
    tmp_path: Path, code: str, column: str, by: str, others: set[str]
) -> None:
    """`others`: what deviates because it is made of the changed cell; else the cell itself, and nothing beside it."""
    done = verified(tmp_path, changed_real(code, column, lambda value: value + Decimal(by)))
    found = {one.column: one for one in done.deviations}
    expected = (others | {column}) if not column.endswith(("_num", "_on_time")) else others
    expected -= NOT_MADE_OF_OTHERS
    assert set(found) == expected and {one.unit.code for one in done.deviations} == {code}
    assert all(one.published != one.recomputed and one.working for one in done.deviations)
    assert done.exit_code is ExitCode.DISCREPANCIES


def test_a_deviation_says_where_and_how(tmp_path: Path) -> None:
    (one,) = verified(tmp_path, f"{HEADER}\n{GOOD.replace('79.03', '79.13')}\n").deviations
    assert (one.unit.row, one.unit.label, one.column) == (2, "H44.100 UBND Phường Việt Trì", "progress_ratio")
    assert (one.published, one.recomputed, one.difference) == (Decimal("79.13"), Decimal("79.03"), Decimal("0.10"))
    assert one.working == "100 × 2.348 ÷ 2.971"


def test_absent_and_empty_columns_are_skipped(tmp_path: Path) -> None:
    few = "department_code,progress_score,transparency_score,dossier_sync_score\nH01,15,7.96,6\n"
    done = verified(tmp_path, few)
    assert (done.recomputed, done.deviations, done.exit_code) == (0, (), ExitCode.USAGE)
    done = verified(tmp_path, f"{HEADER},digitized_score\n{GOOD},\nH44.101,,,,,,\n")
    assert (done.units, done.recomputed, done.deviations) == (2, 2, ())


def test_sums_over_units_are_a_remark_only(tmp_path: Path) -> None:
    """A table may hold a few units of a province."""
    content = REAL.read_text(encoding="utf-8").splitlines()[:4]
    done = verified(tmp_path, "\n".join(content))
    assert done.exit_code is ExitCode.CLEAN
    assert any("Tổng các đơn vị" in one.why for one in done.remarks)


# --- other spellings of the same table -------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\n{GOOD}\n",
        f"{HEADER}\r\n{GOOD}\r\n".replace(",", ";").replace(".03", ",03").replace("15.81", "15,81"),
        f"{HEADER}\n{GOOD}\n".replace(",", "\t"),
        f"{HEADER}\n{GOOD}\n".replace("79.03", "79.03%"),
        f"{HEADER}\n{GOOD}\n".replace("79.03", '"79,03 %"'),
        f"{HEADER}\n{GOOD}\n".replace("2971", "2971.0"),
        f"Bảng điểm tháng 8/2026\n\n{HEADER.upper()}\n{GOOD}\n",
        f"{HEADER},Ghi chú\n{GOOD},=cmd()\n",
    ],
    ids=["bom", "semicolon", "tab", "percent", "quoted", "float", "title", "unknown"],
)
def test_spellings_of_one_table(tmp_path: Path, content: str) -> None:
    done = verified(tmp_path, content)
    assert (done.units, done.recomputed, done.deviations, done.unreadable) == (1, 2, (), ())
    assert done.exit_code is ExitCode.CLEAN


def test_thousands_separators_of_counts_are_read_and_told(tmp_path: Path) -> None:
    done = verified(tmp_path, f"{HEADER}\nH44,UBND tỉnh,184.513,144.625,78.38,15.68\n")
    assert (done.recomputed, done.deviations) == (2, ())
    assert [(one.row, one.written) for one in done.remarks] == [(2, "144.625"), (2, "184.513")]


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "scores.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        book.add_worksheet("Trống")
        sheet = book.add_worksheet("Điểm")
        sheet.write(0, 0, "Điểm tháng 8")
        sheet.write_row(2, 0, HEADER.split(","))
        sheet.write_row(3, 0, ["H44.100", "UBND Phường Việt Trì", 2971, 2348, 79.03, 15.9])
    (one,) = verify(read_published_table(file)).deviations
    assert (one.unit.row, one.column, one.recomputed) == (4, "progress_score", Decimal("15.81"))


# --- hostile input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "tệp trống"),
        (b"\n\n", "tệp trống"),
        (HEADER.encode() + b"\n", "chỉ có dòng tiêu đề"),
        (f"{GOOD}\n".encode(), "không có cột nào nhận ra được"),
        (f"{HEADER}\n{GOOD}\n".encode("utf-16"), "UTF-8"),
        ((f"{HEADER}\n{GOOD}\n" + "H44.1,Phường Việt Trì,1,1,100,20\n").encode("cp1258", "replace"), "UTF-8"),
        (f"{HEADER}\n{GOOD}\0\n".encode(), "NUL"),
        (f'{HEADER}\n"H44.100,UBND,1,1,1,1\n'.encode(), "nháy"),
        (f"{HEADER},progress_score\n{GOOD},1\n".encode(), "hai lần"),
        (b"PK\x03\x04 cut off", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "CSV"),
        (b"%PDF-1.7", "CSV"),
    ],
)
def test_a_file_that_is_no_table_is_told_with_its_name_and_a_remedy(tmp_path: Path, content: bytes, says: str) -> None:
    file = table(tmp_path, content)
    with pytest.raises(ConfigError, match=says) as told:
        read_published_table(file)
    assert str(file) in str(told.value)
    assert CliRunner().invoke(app, ["indicators", "verify", str(file)]).exit_code != 0


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for file in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ConfigError, match="kiểm tra đường dẫn"):
            read_published_table(file)


@pytest.mark.parametrize(
    ("cell", "written", "says"),
    [
        (2, "-5", "số âm"),
        (2, "2971.5", "số nguyên"),
        (2, "rất nhiều", "không phải một con số"),
        (4, "1,234.56", "dấu hàng nghìn"),
        (4, "inf", "không phải một con số"),
        (5, "15%", "không phải một con số"),
        (5, "1e3", "không phải một con số"),
        (5, "9" * 400, "không phải một con số"),
    ],
)
def test_a_cell_that_is_no_number_is_listed_and_the_rest_is_checked(
    tmp_path: Path, cell: int, written: str, says: str
) -> None:
    cells = GOOD.split(",")
    cells[cell] = f'"{written}"'
    done = verified(tmp_path, f"{HEADER}\n{','.join(cells)}\nH44.101,UBND,10,5,50,10\n")
    (one,) = done.unreadable
    assert (one.row, one.column) == (2, HEADER.split(",")[cell]) and says in one.why
    assert done.recomputed >= 2 and done.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("written", ["NaN", "null", "N/A", "–"])
def test_words_for_nothing_are_empty_and_told(tmp_path: Path, written: str) -> None:
    done = verified(tmp_path, f"{HEADER}\n{GOOD.replace('15.81', written)}\n")
    assert (done.recomputed, done.unreadable) == (1, ())
    assert [(one.column, one.written, one.why) for one in done.remarks] == [
        ("progress_score", written, "coi là ô trống")
    ]


def test_more_than_everything_is_a_remark_beside_the_deviation(tmp_path: Path) -> None:
    done = verified(tmp_path, f"{HEADER}\nH44.1,UBND,100,120,120,24\n")
    assert {one.why.split(" (")[0] for one in done.remarks} == {"lớn hơn mức cao nhất", "Tử số lớn hơn mẫu số"}
    assert [(one.column, one.recomputed) for one in done.deviations] == [("progress_score", Decimal(20))]


def test_shifted_rows_are_listed_and_not_read(tmp_path: Path) -> None:
    done = verified(tmp_path, f"{HEADER}\nH44.1,UBND,100,50\n{GOOD},7\n{GOOD},\n")
    assert [(one.row, one.column) for one in done.unreadable] == [(2, ""), (3, "")]
    assert (done.units, done.deviations, done.exit_code) == (1, (), ExitCode.USAGE)


def test_two_rows_of_one_unit_are_told_and_both_checked(tmp_path: Path) -> None:
    done = verified(tmp_path, f"{HEADER}\n{GOOD}\n{GOOD}\n{GOOD.replace('15.81', '16')}\n")
    assert [one.why for one in done.remarks] == [
        "đơn vị đã có ở dòng 2, giống hệt nhau",
        "đơn vị đã có ở dòng 2, số liệu khác nhau, xóa dòng sai",
    ]
    assert [one.unit.row for one in done.deviations] == [4]


def test_one_unit_in_two_periods_is_no_twin(tmp_path: Path) -> None:
    done = verified(tmp_path, f"{HEADER},period\n{GOOD},2026-07\n{GOOD},2026-08\n")
    assert (done.units, done.remarks) == (2, ())


# --- the command -----------------------------------------------------------------------------------------


def invoke(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["indicators", *words], env={"COLUMNS": "200"})
    return done.exit_code, done.stdout


def test_the_command_in_words_and_as_json(tmp_path: Path) -> None:
    assert invoke("verify", str(REAL))[0] == 0
    file = str(table(tmp_path, f"{HEADER}\n{GOOD.replace('79.03', '80')}\nH44.1,\x1b[31mđỏ,x,1,1,1\n"))
    code, told = invoke("verify", file)
    assert code == 1 and "\x1b[31m" not in told
    assert all(word in told for word in ("progress_ratio", "80,00", "79,03", "+0,97", "dòng 3", "Không đọc được"))
    code, told = invoke("verify", file, "--json")
    facts = json.loads(told)
    assert code == facts["exit_code"] == 1
    (one,) = facts["deviations"]
    assert (one["row"], one["department_code"], one["column"], one["published"], one["recomputed"]) == (
        *(2, "H44.100", "progress_ratio"),
        *(80.0, 79.03),
    )
    assert [one["column"] for one in facts["unreadable"]] == ["progress_total_received"]


def test_the_columns_are_listed() -> None:
    code, told = invoke("columns")
    assert code == 0
    assert all(name in told for one in INDICATORS for name in one.figures or ())


# --- properties ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(part=st.integers(0, 10**7), whole=st.integers(0, 10**7))
def test_what_is_scored_by_the_rules_verifies(part: int, whole: int) -> None:
    """Whatever the counts, a table made by the rules agrees with itself."""
    for one in INDICATORS:
        if one.figures and one.score_figure and (points := score(one, part, whole)) is not None:
            names = ",".join((*one.figures, one.score_figure))
            content = f"department_code,{names}\nH44,{part},{whole},{rounded(points):f}\n"
            assert verify_text(content).deviations == ()


@settings(deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_no_content_is_an_accident(content: bytes) -> None:
    with suppress(ConfigError):
        verify_text(content)


@settings(deadline=None)
@given(cells=st.lists(st.text(max_size=12), min_size=6, max_size=6))
def test_no_row_is_an_accident(cells: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    with suppress(ConfigError):
        done = verify_text(f"{HEADER}\n{out.getvalue()}")
        assert (done.exit_code is ExitCode.CLEAN) <= (done.recomputed > 0)


def verify_text(content: str | bytes) -> Verification:
    """In a folder of its own: hypothesis runs many examples in one test."""
    with TemporaryDirectory() as folder:
        return verified(Path(folder), content)
