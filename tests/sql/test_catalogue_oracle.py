"""The queries against `tests.oracle_catalogue` on random small catalogues."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.rules.catalogue import SORTS, Entry, Listing
from tests.oracle_catalogue import expected
from tests.sql.catalogue.lists import DAY, REFERENCE, ROOTS, found

DAYS = st.sampled_from([None, None, date(2026, 9, 2), date(2026, 9, 3), date(2025, 12, 31)])
PROCEDURE_CODES = st.sampled_from(
    [
        *("1.001612", "2.000477", "1.000002", "1.003560.000.00.00.H21", "1.001612.000.00.00.H21"),
        *("TTHC-01", "TTHC-99", "7.123456", "7.123456.H21", "8.000001"),
    ]
)
AGENCY_CODES = st.sampled_from(["H21", "H21.05", "000.00.05.H21", "H08.05", "H15.05", "H21.05.02"])
NAMES = st.sampled_from([None, "Hoà giải", "Hòa giải", "HÒA  GIẢI", "Cấp giấy", "Cấp giầy"])
ACTIVE = st.sampled_from([True, True, True, False, None])

procedures = st.builds(
    Entry,
    st.just("procedure"),
    PROCEDURE_CODES,
    name=NAMES,
    sector=st.sampled_from([None, "Hộ tịch", "hộ tịch", "Đất đai"]),
    level=st.sampled_from([None, "toan_trinh", "mot_phan", "khong"]),
    fee=st.sampled_from([None, 0, 10_000]),
    limit=st.sampled_from([1, 8, 3]),
    unit=st.sampled_from([None, "Giờ", "Ngày làm việc", "Ngày", "Tháng"]),
    is_active=ACTIVE,
    valid_to=DAYS,
)
agencies = st.builds(Entry, st.just("agency"), AGENCY_CODES, name=NAMES, is_active=ACTIVE, valid_to=DAYS)
sectors = st.builds(Entry, st.just("sector"), st.sampled_from(["LV1", "LV2"]), name=NAMES, is_active=ACTIVE)
listings = st.builds(
    Listing,
    st.just("thử"),
    st.lists(st.one_of(procedures, procedures, agencies, sectors), max_size=9).map(tuple),
    st.sets(st.sampled_from(SORTS), min_size=1).map(frozenset),
    st.booleans(),
)
dossiers = st.lists(
    st.tuples(st.sampled_from(["1.001612", "1.000002"]), st.sampled_from(["2025-12-31", "2026-01-01", "2026-09-03"])),
    max_size=3,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogue")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shop=listings, portal=listings, received=dossiers)
def test_the_queries_tell_what_the_rules_say(
    folder: Path, shop: Listing, portal: Listing, received: list[tuple[str, str]]
) -> None:
    rows = found(shop, portal, folder, received)
    told = [(row.subtype, row.field, row.sort, row.agency_code or row.procedure_code or "") for row in rows]
    assert len(told) == len(set(told)), "told twice"
    assert set(told) == expected(shop, portal, REFERENCE, DAY, ROOTS, received)
