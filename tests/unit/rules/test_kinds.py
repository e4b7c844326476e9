"""The catalogue is complete and says what the rules say."""

from __future__ import annotations

import pytest

from doisoat.model import DiscrepancyKind, Severity, Side
from doisoat.rules.kinds import KIND_INFO, KindInfo

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
PAIRS = [(kind.value, subtype) for kind in DiscrepancyKind for subtype in KIND_INFO[kind].subtypes]


def test_every_kind_is_described_once() -> None:
    assert list(KIND_INFO) == list(DiscrepancyKind)
    assert all(info.kind is kind for kind, info in KIND_INFO.items())
    assert len({info.label for info in KIND_INFO.values()}) == len(DiscrepancyKind)


@pytest.mark.parametrize("info", KIND_INFO.values(), ids=lambda info: info.kind.value)
def test_texts_are_for_people(info: KindInfo) -> None:
    assert info.label[0].isupper() and not info.label.endswith(".")
    assert info.meaning.endswith(".") and len(info.meaning) <= 120
    assert info.action.endswith(".") and len(info.action) <= 220
    assert "Đề nghị" in info.action or "đề nghị" in info.action
    assert len({info.subtype_label(subtype) for subtype in info.subtypes}) == len(info.subtypes)
    assert all(info.subtype_label(subtype) for subtype in info.subtypes)


def test_severities() -> None:
    high = {("finished_not_synced", "false_overdue"), ("missing_on_portal", ""), ("missing_in_shop", "")}
    high |= {(kind, "conflicting_status") for kind in ("duplicate_in_shop", "duplicate_on_portal")}
    low = {("agency_legacy_code", ""), ("channel_mismatch", "")}
    low |= {(kind, "identical") for kind in ("duplicate_in_shop", "duplicate_on_portal")}
    expected = {pair: HIGH if pair in high else LOW if pair in low else MEDIUM for pair in PAIRS}
    assert {(k, s): KIND_INFO[DiscrepancyKind(k)].severity(s) for k, s in PAIRS} == expected


def test_technical_kinds() -> None:
    whole = {"missing_on_portal", "code_substituted", "procedure_unmapped"}
    expected = {(k, s) for k, s in PAIRS if k in whole or s in ("timezone_7h", "clock_12h")}
    assert {(k, s) for k, s in PAIRS if KIND_INFO[DiscrepancyKind(k)].is_technical(s)} == expected


def test_only_two_kinds_ask_the_portals_side_to_act() -> None:
    portal = {kind.value for kind, info in KIND_INFO.items() if info.side is Side.PORTAL}
    assert portal == {"received_at_mismatch", "duplicate_on_portal"}


def test_needed_columns_belong_to_subtypes_the_kind_has() -> None:
    needs = [(info, need) for info in KIND_INFO.values() for need in info.needs]
    assert all(set(need.subtypes) <= set(info.subtypes) and need.columns for info, need in needs)
    required = {"MaHoSo", "TrangThaiHoSo", "MaTTHC", "MaCoQuan", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy"}
    assert not any(need.side is Side.SHOP and set(need.columns) & required for _, need in needs)
