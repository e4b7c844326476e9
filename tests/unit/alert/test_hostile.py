"""Header injection, HTML and formulas in every field that reaches a mail or its sheet: each stays a text."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from doisoat.rules.reference import Agency
from tests.unit.alert.nights import BUILDING, opened, province, reference, text_of

HOSTILE = ("=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "a\r\nBcc: ke.gian", "\u202egnp.exe", "{{ 7*7 }}")
FIELDS = ("procedure_code", "value_shop", "value_portal", "field", "subtype")
LADDER = [{"after_working_days": 1, "to": "lanh_dao"}]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field(tmp_path: Path, text: str) -> None:
    agencies = [
        Agency("H44", name=text),
        Agency(BUILDING, name=text, parent="H44", mailbox="sxd@phutho.example"),
    ]
    places = reference(agencies=agencies)
    mail = {"escalation": LADDER, "sender_name": text, "technical_contact": text}
    found: dict[str, dict[str, Any]] = {f"A-{field}": {field: text} for field in FIELDS}
    found |= {"T-1": {"technical": True, "value_shop": text}}
    with opened(tmp_path, province=province(["kysu@phutho.example"], **mail), reference=places) as nights:
        first = nights.night(3, found)
        second = nights.night(7, found)
    assert (sorted(first), sorted(second)) == (sorted([BUILDING, "technical"]), [f"{BUILDING}.lanh_dao"])
    for message in (*first.values(), *second.values()):
        assert message["Bcc"] is None and "\n" not in str(message["Subject"])
        page = text_of(message, "html")
        assert "<img" not in page and "\u202e" not in str(message["Subject"])
        for attached in message.iter_attachments():
            with ZipFile(BytesIO(attached.get_content())) as book:
                sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
            assert not any(b"<f>" in sheet for sheet in sheets), "no formula"
