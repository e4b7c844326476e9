"""The engine that spreads one comparison over many machines, where the settings name one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from doisoat.config import Settings
from doisoat.store.connection import Connection

_LOG = logging.getLogger(__name__)


def spread_engine(settings: Settings, spill: Path) -> Callable[[], AbstractContextManager[Connection]] | None:
    """What opens Spark for one comparison; None where DuckDB compares on this machine."""
    if settings.engine != "spark":
        return None

    @contextmanager
    def opened() -> Iterator[Connection]:
        from doisoat.store.spark_session import shown, spark_session

        _LOG.info("reconcile: Spark %s", shown(settings.spark_url))
        folder = spill / "spark"
        with spark_session(settings.spark_url, folder / "local", memory_limit=settings.memory_limit) as session:
            from doisoat.store.spark import spark_connection

            with spark_connection(session, folder / "tables") as connection:
                yield connection

    return opened
