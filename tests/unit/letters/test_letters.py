"""Draft letters: what they say, as DOCX and PDF, by the shipped template and by one of the office's own."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from doisoat.config import Province
from doisoat.errors import ConfigError
from doisoat.letters.document import letter_docx, template_docx
from doisoat.letters.writing import write_letters
from tests.unit.publish import factory

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> {{ 7 * 7 }} #panic()\x07 \u202eRTL"


def written(home: Path, night: factory.NightFiles, *agencies: str, **sections: Any) -> dict[str, Path]:
    """File name -> path of what was written."""
    files = night.write(home)
    write_letters(files, factory.province(**sections), factory.reference(), agencies)
    return {path.name: path for path in sorted(files.letters.iterdir())}


def docx_text(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


def test_one_to_all_and_one_to_each_that_lags(tmp_path: Path) -> None:
    found = written(tmp_path, factory.busy_night())
    stems = ("cong-van-H44.05", "cong-van-H44.37", "cong-van-chung")
    assert sorted(found) == sorted(f"{stem}.{form}" for stem in stems for form in ("docx", "pdf"))


def test_what_a_letter_to_an_agency_says(tmp_path: Path) -> None:
    section = {"letters": {"issuer": "SỞ TƯ PHÁP", "symbol": "STP-KSTT", "answer_working_days": 3}}
    found = written(tmp_path, factory.busy_night(), **section)
    for text in (docx_text(found["cong-van-H44.05.docx"]), pdf_text(found["cong-van-H44.05.pdf"])):
        for expected in (
            "ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ",
            "SỞ TƯ PHÁP",
            "/STP-KSTT",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Kính gửi: Sở Xây dựng",
            "khoản 2 Điều 15 Thông tư số 09/2026/TT-BTP",
            "xử lý xong trước hết ngày 08/09/2026",
            "Báo cáo kết quả xử lý về Sở tư pháp trước ngày 11/09/2026",
            "H44.05-260803-0001",
            "Lưu: VT",
        ):
            assert expected in text, expected
        assert "H44.05-260803-0003" not in text  # examined as a technical fault: not charged to the agency
        assert "H44.05-260803-0002" not in text  # of another agency


def test_what_the_letter_to_all_says(tmp_path: Path) -> None:
    found = written(tmp_path, factory.busy_night())
    text = docx_text(found["cong-van-chung.docx"])
    assert "Các sở, ban, ngành" in text and "Ủy ban nhân dân các xã, phường, đặc khu" in text
    assert "2 hồ sơ đã xong đúng hạn tại Một cửa nhưng Cổng đang tính quá hạn" in text
    table = Document(str(found["cong-van-chung.docx"])).tables[-1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == [
        *("STT", "Cơ quan", "Hồ sơ", "Đã xong, Cổng chưa ghi", "Chậm tiếp nhận", "Hồ sơ treo", "Lệch trạng thái"),
        *("Lệch ngày", "Khác", "Tổng số"),
    ]
    assert rows[1:] == [
        ["1", "Sở Xây dựng", "60", "1", "0", "0", "0", "0", "2", "3"],
        ["2", "Phường Việt Trì", "38", "1", "0", "0", "1", "0", "0", "2"],
    ]


def test_a_quiet_night_has_a_letter_without_an_annex_to_fill(tmp_path: Path) -> None:
    found = written(tmp_path, factory.NightFiles())
    assert list(found) == ["cong-van-chung.docx", "cong-van-chung.pdf"]
    assert "Không cơ quan nào còn việc phải xử lý" in docx_text(found["cong-van-chung.docx"])


def test_the_same_night_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again = (written(tmp_path / name, factory.busy_night()) for name in ("first", "again"))
    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in again.items()
    }


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    night = factory.NightFiles(
        discrepancies=[factory.discrepancy(HOSTILE, "status_lag", procedure_code=HOSTILE)],
        agencies=[factory.agency("H44.05", HOSTILE)],
    )
    found = written(tmp_path, night, mail={"technical_contact": HOSTILE})
    for text in (docx_text(found["cong-van-H44.05.docx"]), pdf_text(found["cong-van-H44.05.pdf"])):
        assert "<script>alert(1)</script> {{ 7 * 7 }} #panic()" in text
        assert "49" not in text and "\x07" not in text


def test_a_script_the_fonts_do_not_have_keeps_no_letter_from_being_made(tmp_path: Path) -> None:
    night = factory.NightFiles(discrepancies=[factory.discrepancy("A-漢字-1", "status_lag")])
    found = written(tmp_path, night)
    assert found["cong-van-H44.05.pdf"].read_bytes().startswith(b"%PDF")
    assert "A-漢字-1" in docx_text(found["cong-van-H44.05.docx"])


def test_only_to_those_named(tmp_path: Path) -> None:
    assert list(written(tmp_path, factory.busy_night(), "H44.37")) == ["cong-van-H44.37.docx", "cong-van-H44.37.pdf"]


def test_an_agency_without_anything_to_do_is_named_and_nothing_is_replaced(tmp_path: Path) -> None:
    before = written(tmp_path, factory.busy_night())
    with pytest.raises(ConfigError, match=r"nothing to write to H44\.99"):
        written(tmp_path, factory.busy_night(), "H44.37", "H44.99")
    assert all(path.is_file() for path in before.values())


def with_template(home: Path, content: bytes) -> Province:
    file = home / "letter.docx"
    home.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return factory.province(letters={"template": str(file)})


def changed(old: str, new: str) -> bytes:
    """The shipped template with other words."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(template_docx())) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8") if name == "word/document.xml" else source.read(name)
            target.writestr(name, content.replace(old, new) if isinstance(content, str) else content)
    return made.getvalue()


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    files = factory.busy_night().write(tmp_path)
    province = with_template(tmp_path / "own", changed("Đề nghị quý cơ quan quan tâm thực hiện./.", "Trân trọng./."))
    write_letters(files, province, factory.reference(), ("H44.05",))
    assert "Trân trọng./." in docx_text(files.letters / "cong-van-H44.05.docx")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no DOCX"),
        (b"PK\x03\x04 truncated", "is no DOCX"),
        (template_docx()[:900], "is no DOCX"),
        (changed("{{ contact }}", "{{ phone }}"), "'phone' is undefined"),
        (changed("{{ contact }}", "{{ contact | }}"), "cannot be filled in"),
    ],
)
def test_a_broken_template_says_what_is_wrong(tmp_path: Path, content: bytes, complaint: str) -> None:
    files = factory.busy_night().write(tmp_path)
    province = with_template(tmp_path / "own", content)
    with pytest.raises(ConfigError, match=complaint) as error:
        write_letters(files, province, factory.reference(), ("H44.05",))
    assert "letter.docx" in str(error.value)
    assert not files.letters.exists()


def test_a_template_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        letter_docx(tmp_path / "none.docx", {}, factory.at("03/09 23:59"))
