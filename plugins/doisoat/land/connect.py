"""From a section of the province file to the source or look-up it names: the only module that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from doisoat.config import AdapterSource, Aggregates, FilesSource, IgateSource, OpencpsSource, PublishedFiles
from doisoat.errors import ConfigError
from doisoat.land.aggregates import FigureSource
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.exports import files
from doisoat.land.exports.published import PublishedTables
from doisoat.land.portal.adapter import AdapterApi
from doisoat.land.portal.download import DownloadSource
from doisoat.land.portal.evaluation import EvaluationApi
from doisoat.land.shops.igate import IgateApi
from doisoat.land.shops.notes import Notes
from doisoat.land.shops.opencps import OpencpsApi
from doisoat.land.shops.paging import Listing, PagedSource
from doisoat.land.source import LookUp, Source
from doisoat.model import RunKey
from doisoat.rules.periods import finished_months


def open_source(
    config: FilesSource | IgateSource | OpencpsSource | AdapterSource,
    *,
    clock: Callable[[], datetime],
    resolve: Callable[[Path], Path] = Path,
    notes: Path | None = None,
) -> Source:
    """The source a section means.

    `clock` (tz-aware now) stands in where a live source does not tell its own time. `resolve` makes a path of
    the province file absolute. `notes` is a file in which a paged listing remembers what it handed over, so that
    a killed reading goes on; without it a resumed reading has to read everything a second time to be sure.
    ConfigError for a source that only answers about single dossiers.
    """
    if isinstance(config, FilesSource):
        return _open_export(config, clock, resolve)
    if isinstance(config, AdapterSource):
        raise ConfigError("an adapter lists nothing; its dossiers are looked up one by one", key="kind")
    listing: Listing = IgateApi(config) if isinstance(config, IgateSource) else OpencpsApi(config)
    return PagedSource(listing, concurrency=config.concurrency, clock=clock, notes=Notes(notes))


def _open_export(config: FilesSource, clock: Callable[[], datetime], resolve: Callable[[Path], Path]) -> Source:
    if config.path is not None:
        return files.FilesSource(resolve(config.path), config.columns, config.extracted_at)
    rules = CallRules(
        connect_timeout_s=config.connect_timeout_s, read_timeout_s=config.read_timeout_s, attempts=config.attempts
    )
    return DownloadSource(HttpClient(config.address, rules), config.columns, clock=clock)


def open_look_up(config: IgateSource | OpencpsSource | AdapterSource) -> LookUp:
    """The look-up a section means; its `close()` ends the connections."""
    if isinstance(config, AdapterSource):
        return AdapterApi(config)
    return IgateApi(config) if isinstance(config, IgateSource) else OpencpsApi(config)


def open_figures(
    config: Aggregates, key: RunKey, *, clock: Callable[[], datetime], resolve: Callable[[Path], Path] = Path
) -> FigureSource:
    """The source of published figures a section means; an API is asked for the months that are over on the date."""
    if isinstance(config, PublishedFiles):
        return PublishedTables(resolve(config.path), clock=lambda: key.day_end)
    months = finished_months(key.business_date, config.period, config.months)
    return EvaluationApi(config, months, clock=clock, province=key.province_code)
