"""The section `indicators` of a province file: which periods a night computes the indicators of QĐ 766 for."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field, field_validator

from doisoat.config.access import Section
from doisoat.rules.indicators import BY_CODE, INDICATORS, Indicator
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reporting_periods import Length
from doisoat.rules.scoring import GRADES, Grade


class Indicators(Section):
    """Every key has a default that suits the figures the portal publishes."""

    definition: PeriodDefinition = PeriodDefinition.CALENDAR
    periods: tuple[Length, ...] = tuple(Length)  # of each length the one that is running
    finished_months: int = Field(2, ge=0, le=12)  # and so many months that are over; two show a change
    points: dict[str, int] = Field(
        default_factory=dict
    )  # code of an indicator -> its maximum, where a later text changes it
    grades: dict[str, int] = Field(default_factory=dict)  # name of a grade -> from how many points of 100

    @field_validator("points")
    @classmethod
    def _known(cls, value: dict[str, int]) -> dict[str, int]:
        unknown = sorted(value.keys() - BY_CODE.keys())
        if unknown:
            raise ValueError(f"no such indicator: {', '.join(unknown)} (known: {', '.join(sorted(BY_CODE))})")
        if wrong := [code for code, points in value.items() if not 0 <= points <= 100]:
            raise ValueError(f"points are 0..100: {', '.join(wrong)}")
        return value

    @field_validator("grades")
    @classmethod
    def _from_nothing(cls, value: dict[str, int]) -> dict[str, int]:
        if value and 0 not in value.values():
            raise ValueError("one grade has to begin at 0")
        return value

    @property
    def in_force(self) -> tuple[Indicator, ...]:
        """All indicators with the points of this province file."""
        return tuple(replace(one, maximum=self.points.get(one.code, one.maximum)) for one in INDICATORS)

    @property
    def scale(self) -> tuple[Grade, ...]:
        """The grades, the best first."""
        own = [Grade(label, points) for label, points in self.grades.items()]
        return tuple(sorted(own, key=lambda one: -one.from_score)) or GRADES
