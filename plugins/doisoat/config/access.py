"""What every section of a province file shares: typed keys, unknown ones are errors; how a live system is reached."""

from __future__ import annotations

import os
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from doisoat.errors import ConfigError


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpAccess(Section):
    """How to reach a live system; values with `_env` name environment variables."""

    base_url: str
    base_url_env: str | None = None  # where set, its value replaces base_url
    username_env: str | None = None
    password_env: str | None = None
    concurrency: int = Field(8, ge=1, le=64)
    calls_per_second: float = Field(50, gt=0)
    connect_timeout_s: float = Field(10, gt=0)
    read_timeout_s: float = Field(60, gt=0)
    attempts: int = Field(5, ge=1, le=20)  # of one call, with growing, jittered waits
    max_wait_s: float = Field(30, gt=0)  # of one wait between two attempts

    @property
    def address(self) -> str:
        """The address in force, without a trailing slash."""
        return (os.environ.get(self.base_url_env or "") or self.base_url).rstrip("/")

    def secret(self, name: Literal["username", "password"]) -> str:
        """User name or password from the environment; ConfigError names the missing variable."""
        variable = getattr(self, f"{name}_env")
        if not variable:
            return ""
        if variable not in os.environ:
            raise ConfigError(f"environment variable {variable} is not set", key=f"{name}_env")
        return os.environ[variable]


class Mapped(Section):
    columns: dict[str, str] = {}  # canonical wire name -> their name
    system: str | None = None  # whose words of the reference table `status_words` this source speaks
    status_map: dict[str, int] = {}  # their word -> 1..10, before the table

    @field_validator("status_map")
    @classmethod
    def _scale(cls, value: dict[str, int]) -> dict[str, int]:
        wrong = {word: code for word, code in value.items() if not 1 <= code <= 10}
        if wrong:
            raise ValueError(f"statuses are 1..10, found {wrong}")
        return value


class Incremental(Section):
    """How a listing is read from night to night: what changed since, and now and then everything."""

    incremental: bool = True
    full_sweep_days: int = Field(7, ge=1, le=92)  # the nights between two readings of everything
    lag_minutes: int = Field(60, ge=0, le=10_080)  # a reading goes back this far behind the last change it knows
