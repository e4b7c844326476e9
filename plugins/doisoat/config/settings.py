"""What the machine decides, from the environment (`DOISOAT_…`) or the command line; and the secrets.

Secrets are read from the environment variables a province file names, when a stage asks for them, and are never
part of the settings.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from doisoat.errors import ConfigError


class Settings(BaseModel):
    """What the machine decides, from the environment (`DOISOAT_…`) or the command line."""

    model_config = ConfigDict(frozen=True)

    home: Path
    warehouse_url: str
    memory_limit: str = "2GB"
    threads: int | None = None
    engine: Literal["duckdb", "spark"] = "duckdb"  # what `reconcile` compares with
    spark_url: str = "local[*]"  # or a cluster's, or sc://host:port of a Spark Connect server

    @classmethod
    def from_environment(cls, home: Path | None = None) -> Settings:
        root = (home or Path(os.environ.get("DOISOAT_HOME", "var"))).resolve()
        url = os.environ.get("DOISOAT_WAREHOUSE_URL") or f"sqlite:///{root / 'warehouse.sqlite'}"
        threads = os.environ.get("DOISOAT_THREADS")
        engine = os.environ.get("DOISOAT_ENGINE") or "duckdb"
        if engine not in ("duckdb", "spark"):
            raise ConfigError(f"duckdb or spark, not {engine!r}", key="DOISOAT_ENGINE")
        return cls(
            home=root,
            warehouse_url=url,
            memory_limit=os.environ.get("DOISOAT_MEMORY_LIMIT", "2GB"),
            threads=int(threads) if threads else None,
            engine=engine,
            spark_url=os.environ.get("DOISOAT_SPARK_URL") or "local[*]",
        )


def digest_key(home: Path) -> bytes:
    """Key of the digests of secret codes: DOISOAT_DIGEST_KEY, else a private file made once below home."""
    if value := os.environ.get("DOISOAT_DIGEST_KEY"):
        return value.encode()
    file = home / ".digest_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=home, prefix=".digest_key-") as fresh:  # readable by its owner only
            fresh.write(os.urandom(32).hex().encode())
            fresh.flush()
            with contextlib.suppress(FileExistsError):  # another first process was quicker: its key holds
                os.link(fresh.name, file)
    return file.read_bytes()


def read_secret(variable: str | None, key: str) -> str | None:
    """Value of the environment variable a file names; ConfigError when it is named but not set."""
    if variable is None:
        return None
    if variable not in os.environ:
        raise ConfigError(f"environment variable {variable} is not set", key=key)
    return os.environ[variable]


def any_env(value: Any, variable: str | None) -> Any:
    """`value`, unless the named environment variable is set."""
    return os.environ.get(variable, value) if variable else value


def pool_slots() -> int | None:
    """How many Airflow tasks may read one outside system at once; None: no pools (DOISOAT_POOL_SLOTS is not set)."""
    slots = os.environ.get("DOISOAT_POOL_SLOTS")
    if not slots:
        return None
    if not slots.isdecimal() or int(slots) < 1:
        raise ConfigError(f"a number from 1, not {slots!r}", key="DOISOAT_POOL_SLOTS")
    return int(slots)


def retry_delay() -> timedelta:
    """First wait before Airflow tries a task again; DOISOAT_RETRY_SECONDS shortens it in drills."""
    return timedelta(seconds=float(os.environ.get("DOISOAT_RETRY_SECONDS", "300")))
