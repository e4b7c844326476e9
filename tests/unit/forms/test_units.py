"""Who reports whose dossiers."""

from __future__ import annotations

from datetime import date

import pytest

from doisoat.forms.units import Units
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reference import Agency, AgencyTable
from doisoat.rules.reporting_periods import Length, ReportingPeriod
from doisoat.rules.statutory_forms import Section

AGENCIES = AgencyTable(
    [
        Agency("H21", name="UBND tỉnh Gia Lai", level="tinh"),
        Agency("H08", name="UBND tỉnh Bình Định (cũ)", level="tinh", valid_to=date(2025, 6, 30), successor="H21"),
        Agency("H21.05", name="Sở Nội vụ", level="so", parent="H21"),
        Agency("H21.05.02", name="Phòng Công chức", level="don_vi", parent="H21.05"),
        Agency("H21.90", name="UBND phường Pleiku", level="xa", parent="H21", valid_from=date(2025, 7, 1)),
        Agency("H21.90.01", name="Trung tâm PVHCC phường", level="don_vi", parent="H21.90"),
        Agency(
            "H21.70",
            name="UBND huyện (cũ)",
            level="huyen",
            parent="H21",
            valid_to=date(2025, 6, 30),
            successor="H21.90",
        ),
        Agency("H21.71", name="Quay vòng", level="so", parent="H21.72"),
        Agency("H21.72", name="", level="so", parent="H21.71"),
        Agency("H15.05", name="Sở của tỉnh khác", level="so"),
    ]
)
UNITS = Units(AGENCIES, "H21", ("H21", "H08"))


@pytest.mark.parametrize(
    ("agency", "code", "section"),
    [
        ("H21.05", "H21.05", Section.PROVINCE),
        ("H21.05.02", "H21.05", Section.PROVINCE),
        ("H21.05.99", "H21.05", Section.PROVINCE),  # unknown, but of a known one
        ("H21.90", "H21.90", Section.COMMUNES),
        ("H21.90.01", "H21.90", Section.COMMUNES),
        ("H21", "H21", Section.PROVINCE),
        ("H08", "H21", Section.PROVINCE),
        ("H21.71", "H21.72", Section.PROVINCE),  # a loop in the table ends somewhere
    ],
)
def test_who_reports(agency: str, code: str, section: Section) -> None:
    unit = UNITS.unit_of(agency)
    assert unit is not None and (unit.code, unit.section) == (code, section)


@pytest.mark.parametrize("agency", [None, "", "H21.99", "H15.05", "H99", "<script>", "H21."])
def test_nobody_known_reports_the_others(agency: str | None) -> None:
    assert UNITS.unit_of(agency) is None


def test_who_reports_in_a_period_is_who_existed_then() -> None:
    def reporting(year: int, month: int) -> list[str]:
        period = ReportingPeriod(year, Length.MONTH, month, PeriodDefinition.STATUTORY)
        return [unit.code for unit in UNITS.reporting_in(period)]

    assert reporting(2026, 8) == ["H21.05", "H21.90"]
    assert reporting(2025, 6) == ["H21.05"]  # before the commune; the district is reported by its successor


def test_an_agency_without_a_name_is_called_by_its_code() -> None:
    unit = UNITS.unit_of("H21.72")
    assert unit is not None and unit.name
