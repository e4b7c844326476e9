"""The section `aggregates` of a province file: where the portal's published figures come from. Off without it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from doisoat.config.access import Section
from doisoat.rules.periods import PeriodDefinition


class PublishedFigures(Section):
    """What both kinds share."""

    period: PeriodDefinition = PeriodDefinition.CALENDAR  # which days a published month is held against


class PublishedFiles(PublishedFigures):
    """A folder of CSV tables of published figures; the month stands in the file's name or a column `period`."""

    kind: Literal["files"]
    path: Path


class PublishedApi(PublishedFigures):
    """The portal's public reporting API, no account: one call at a time, slowly, and never again after a refusal."""

    kind: Literal["api"]
    base_url: str = "https://dichvucong.gov.vn"
    base_url_env: str | None = None  # where set, its value replaces base_url
    root_department_id: str = Field(pattern=r"^[0-9a-fA-F-]{36}$")  # the province's id on the portal
    months: int = Field(1, ge=1, le=12)  # how many finished months are asked for
    seconds_between_calls: float = Field(2, gt=0)
    connect_timeout_s: float = Field(10, gt=0)
    read_timeout_s: float = Field(45, gt=0)

    @property
    def address(self) -> str:
        """The address in force, without a trailing slash."""
        return (os.environ.get(self.base_url_env or "") or self.base_url).rstrip("/")


Aggregates = Annotated[PublishedFiles | PublishedApi, Field(discriminator="kind")]
