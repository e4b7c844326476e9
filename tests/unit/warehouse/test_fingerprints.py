"""The lasting name of a discrepancy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doisoat.model import SET_KINDS
from doisoat.store.fingerprints import fingerprint

CODE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)


def test_values_and_subtype_of_a_dossiers_discrepancy_do_not_count() -> None:
    one = fingerprint(
        "H44", "finished_not_synced", "A-1", "TrangThaiHoSo", agency_code="H44.05", subtype="false_overdue"
    )
    assert one == fingerprint("H44", "finished_not_synced", "A-1", "TrangThaiHoSo")


@given(st.tuples(CODE, CODE, CODE), st.tuples(CODE, CODE, CODE))
def test_province_dossier_and_field_all_count(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    names = [fingerprint(province, "stuck", code, field) for province, code, field in (one, other)]
    assert (names[0] == names[1]) == (one == other)


@given(st.lists(CODE, min_size=4, max_size=4), st.lists(CODE, min_size=4, max_size=4))
def test_without_a_dossier_agency_procedure_period_and_subtype_count(one: list[str], other: list[str]) -> None:
    words = ("agency_code", "procedure_code", "period", "subtype")
    for kind in SET_KINDS:
        names = [fingerprint("H44", kind, "", "x", **dict(zip(words, given, strict=True))) for given in (one, other)]
        assert (names[0] == names[1]) == (one == other)
