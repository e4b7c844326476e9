"""Whom to write to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from doisoat.alert.recipients import find_recipients
from doisoat.rules.reference import Agency, AgencyTable, Contact
from doisoat.store.reference import Reference
from tests.unit.publish.factory import reference

DAY = date(2026, 9, 3)


def _tables(*contacts: Contact, **mailboxes: str | None) -> Reference:
    """H44 > H44_05 > H44_05_02, with these mailboxes of their own ("_" stands for ".")."""
    boxes = {code.replace("_", "."): box for code, box in mailboxes.items()}
    agencies = [
        Agency("H44", mailbox=boxes.get("H44")),
        Agency("H44.05", parent="H44", mailbox=boxes.get("H44.05")),
        Agency("H44.05.02", parent="H44.05", mailbox=boxes.get("H44.05.02")),
    ]
    return replace(reference(), agencies=AgencyTable(agencies), contacts=contacts)


def _contact(box: str, role: str = "co_quan", code: str = "H44.05", **validity: date) -> Contact:
    return Contact(code, role, box, **validity)


@pytest.mark.parametrize(
    ("tables", "agency", "expected"),
    [
        (_tables(_contact("b@x.vn"), _contact("a@x.vn"), H44_05="own@x.vn"), "H44.05", ("a@x.vn", "b@x.vn")),
        (_tables(_contact("a@x.vn", "lanh_dao"), H44_05="own@x.vn"), "H44.05", ("own@x.vn",)),
        (_tables(_contact("a@x.vn", valid_to=DAY)), "H44.05", ("a@x.vn",)),
        (_tables(_contact("a@x.vn", valid_to=date(2026, 9, 2)), H44="p@x.vn"), "H44.05", ("p@x.vn",)),
        (_tables(_contact("a@x.vn", valid_from=date(2026, 9, 4))), "H44.05", ()),
        (_tables(_contact("a@x.vn")), "H44.05.02", ("a@x.vn",)),
        (_tables(H44="p@x.vn"), "H44.05.02", ("p@x.vn",)),
        (_tables(_contact("a@x.vn\r\nBcc: b@x.vn"), H44_05=" own@x.vn "), "H44.05", ("own@x.vn",)),
        (_tables(_contact("a@x.vn, b@x.vn")), "H44.05", ()),
        (_tables(_contact("a@x.vn")), "H21.99", ()),
        (_tables(_contact("a@x.vn")), None, ()),
    ],
)
def test_recipients(tables: Reference, agency: str | None, expected: tuple[str, ...]) -> None:
    assert find_recipients(tables, agency, DAY) == expected


def test_agencies_that_are_each_others_parent_end() -> None:
    circle = AgencyTable([Agency("A", parent="B"), Agency("B", parent="A")])
    assert find_recipients(replace(reference(), agencies=circle), "A", DAY) == ()
