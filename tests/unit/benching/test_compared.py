"""All peers compare the same columns: those of `COMPARED`, whatever language they are asked in."""

from __future__ import annotations

import re

import pytest

from doisoat.benching.snapshots import COMPARED
from doisoat.store.engine import read_query


@pytest.mark.parametrize("query", ["bench/peers/join", "bench/postgresql/differences"])
def test_a_query_compares_and_lists_exactly_these_columns(query: str) -> None:
    text = read_query(query)
    compared = re.findall(r"OR shop_rows\.(\w+) IS DISTINCT FROM portal_rows\.(\w+)", text)
    listed = re.findall(
        r"\('(\w+)', CAST\(shop_rows\.(\w+) AS VARCHAR\), CAST\(portal_rows\.(\w+) AS VARCHAR\)\)", text
    )
    assert compared == [(name, name) for name in COMPARED]
    assert listed == [(name, name, name) for name in COMPARED]


@pytest.mark.parametrize("table", ["shop_table", "portal_table"])
def test_a_table_has_exactly_these_columns(table: str) -> None:
    columns = re.findall(r"^    (\w+) ", read_query(f"bench/postgresql/{table}"), re.MULTILINE)
    assert columns == ["dossier_code", *COMPARED]
