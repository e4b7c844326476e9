"""What people type at the inspection desk: one line, nothing personal, no header of a mail hidden in it."""

from __future__ import annotations

from datetime import date

import pytest

from doisoat.errors import ConfigError
from doisoat.inspection_desk.said import NUMBER, optional_text, read_day, read_document, required_text
from doisoat.rules.inspection import Act

DAY = date(2026, 9, 3)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12/UBND\r\nBcc: ai-do", "12/UBND Bcc: ai-do"),
        ("=1+1 <b>\x07", "=1+1 <b>"),
        ("\u202eđảo chiều", "đảo chiều"),
        ("  nhiều   khoảng trắng ", "nhiều khoảng trắng"),
        ("\t\n", None),
        (None, None),
    ],
)
def test_texts_are_one_printable_line(typed: str | None, kept: str | None) -> None:
    assert optional_text(typed, "--text") == kept


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("lan@example.vn", "--number is printed in reports: leave out addresses"),
        ("gọi 0912345678", "leave out addresses and numbers of people"),
        ("x" * (NUMBER + 1), f"--number has {NUMBER + 1} signs, {NUMBER} are the limit"),
        (" ", "--number is empty"),
    ],
)
def test_what_is_refused_names_its_option(typed: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        required_text(typed, "--number", NUMBER)


def test_a_document() -> None:
    said = read_document(Act.REQUESTED, DAY, by="Lan", number="12/UBND", text="", due="2026-09-17")
    assert (said.person, said.number, said.text, said.due_on) == ("Lan", "12/UBND", None, date(2026, 9, 17))


@pytest.mark.parametrize("wrong", ["2026-02-30", "03/09/2026", "", "hôm nay", "２０２６-09-03"])
def test_a_day_that_is_none(wrong: str) -> None:
    with pytest.raises(ConfigError, match="--day is a day like 2026-09-03"):
        read_day(wrong, "--day", DAY)
    assert read_day(None, "--day", DAY) == DAY
