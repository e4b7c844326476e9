"""The section `inspection` of a province file: targets and deadlines of the inspection register, and its DAG."""

from __future__ import annotations

from pydantic import Field, field_validator

from doisoat.config.access import Section
from doisoat.rules.inspection_targets import DEFINITION, GOAL_CODES


class Inspection(Section):
    """Every key has a default; without the section the register works the same, only its DAG is missing."""

    schedule: str = "30 5 * * *"  # after the nights
    targets: dict[int, float] = Field(default_factory=dict)  # year -> share of checks through the digital environment
    definition: str = DEFINITION  # printed under the share
    goals: dict[str, float] = Field(default_factory=dict)  # code of another target -> its value, 0 to 1
    remedy_working_days: int = Field(10, ge=1, le=250)  # where a request names no deadline
    bases: tuple[str, ...] = ()  # further grounds of the report (căn cứ), one a line

    @field_validator("targets", "goals")
    @classmethod
    def _shares(cls, value: dict[int | str, float]) -> dict[int | str, float]:
        if wrong := [name for name, share in value.items() if not 0 <= share <= 1]:
            raise ValueError(f"a share lies between 0 and 1, like 0.5 for 50 %: {', '.join(map(str, wrong))}")
        return value

    @field_validator("targets")
    @classmethod
    def _years(cls, value: dict[int, float]) -> dict[int, float]:
        if wrong := [year for year in value if not 2000 <= year <= 2100]:
            raise ValueError(f"no year of a plan: {', '.join(map(str, wrong))}")
        return value

    @field_validator("goals")
    @classmethod
    def _known(cls, value: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(value.keys() - GOAL_CODES):
            raise ValueError(f"no such target: {', '.join(unknown)} (known: {', '.join(sorted(GOAL_CODES))})")
        return value
