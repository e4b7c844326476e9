"""From a section of the province file to the source or look-up it names: the only module that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import (
    AdapterSource,
    Aggregates,
    FilesSource,
    IgateSource,
    Incremental,
    OpencpsSource,
    PublishedFiles,
    SqlSource,
    TandanSource,
)
from doisoat.errors import ConfigError
from doisoat.land.aggregates import FigureSource
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.exports import files
from doisoat.land.exports.drop import Marker
from doisoat.land.exports.published import PublishedTables
from doisoat.land.portal.adapter import AdapterApi
from doisoat.land.portal.download import DownloadSource
from doisoat.land.portal.evaluation import EvaluationApi
from doisoat.land.shops.delta import DeltaSource
from doisoat.land.shops.igate import IgateApi
from doisoat.land.shops.notes import Notes
from doisoat.land.shops.opencps import OpencpsApi
from doisoat.land.shops.paging import PagedSource
from doisoat.land.shops.tandan import TandanApi
from doisoat.land.source import LookUp, Source
from doisoat.model import VIETNAM, RunKey
from doisoat.rules.periods import finished_months

if TYPE_CHECKING:
    from doisoat.land.databases.plans import Planner
    from doisoat.store.chain import Base

_NO_DAYS: Mapping[str, date] = {}


def open_source(
    config: FilesSource | IgateSource | OpencpsSource | TandanSource | SqlSource | AdapterSource,
    *,
    clock: Callable[[], datetime],
    resolve: Callable[[Path], Path] = Path,
    notes: Path | None = None,
    days: Mapping[str, date] = _NO_DAYS,
    id_key: bytes = b"",
    base: Base | None = None,
) -> Source:
    """The source a section means.

    `clock` (tz-aware now) stands in where a live source does not tell its own time. `resolve` makes a path of
    the province file absolute. `notes` is a file in which a paged listing remembers what it handed over, so that
    a killed reading goes on; without it a resumed reading has to read everything a second time to be sure. `days`
    are what a province's own query may bind (`scope_from`, `business_date`); `business_date` also names the folder
    where exports lie in one a day (default: the date that has just ended), and the pages of a reading by changes.
    `id_key` keys the digests under which records are known; `base`: read only what changed since then.
    ConfigError for a source that only answers about single dossiers.
    """
    if isinstance(config, FilesSource):
        return _open_export(config, clock, resolve, days.get("business_date") or (clock() - timedelta(days=1)).date())
    if isinstance(config, SqlSource):
        return _open_database(config, resolve, days)
    if isinstance(config, AdapterSource):
        raise ConfigError("an adapter lists nothing; its dossiers are looked up one by one", key="kind")
    listing = _open_shop(config, clock)
    lag = config.lag_minutes if isinstance(config, Incremental) else 60
    options: dict[str, Any] = {"clock": clock, "notes": Notes(notes, id_key), "lag_minutes": lag}
    if base is not None:
        day = days["business_date"].isoformat()
        return DeltaSource(listing, base, business_date=day, concurrency=config.concurrency, **options)
    return PagedSource(listing, concurrency=config.concurrency, **options)


def _open_export(
    config: FilesSource, clock: Callable[[], datetime], resolve: Callable[[Path], Path], business_date: date
) -> Source:
    if config.path is not None:
        marker = Marker(config.done_marker, waits=config.without_marker == "tomorrow") if config.done_marker else None
        folder = config.folder_of(business_date)
        return files.FilesSource(
            resolve(folder),
            config.columns,
            config.extracted_at,
            address=str(folder),  # as the province file has it: a report does not depend on where the machine keeps it
            marker=marker,
            all_sheets=config.sheets == "all",
        )
    rules = CallRules(
        connect_timeout_s=config.connect_timeout_s, read_timeout_s=config.read_timeout_s, attempts=config.attempts
    )
    return DownloadSource(HttpClient(config.address, rules), config.columns, clock=clock)


def _open_shop(
    config: IgateSource | OpencpsSource | TandanSource, clock: Callable[[], datetime]
) -> IgateApi | OpencpsApi | TandanApi:
    """What both lists and answers about one dossier."""
    if isinstance(config, IgateSource):
        return IgateApi(config)
    return OpencpsApi(config, clock) if isinstance(config, OpencpsSource) else TandanApi(config)


def _open_database(config: SqlSource, resolve: Callable[[Path], Path], days: Mapping[str, date]) -> Source:
    from doisoat.land.databases.reading import DatabaseSource
    from doisoat.land.databases.snapshots import Database

    return DatabaseSource(Database(config), _planner(config, resolve, days), config.fetch_size)


def _planner(config: SqlSource, resolve: Callable[[Path], Path], days: Mapping[str, date]) -> Planner:
    """What asks for the rows: the schema's own tables, or the province's query."""
    if config.query is None:
        from doisoat.land.databases.opencps_tables import OpencpsTables

        return OpencpsTables(config)
    from doisoat.land.databases.queries import MappedQuery

    return MappedQuery(resolve(config.query), config.columns, days)


def open_look_up(
    config: IgateSource | OpencpsSource | TandanSource | SqlSource | AdapterSource,
    *,
    resolve: Callable[[Path], Path] = Path,
    days: Mapping[str, date] = _NO_DAYS,
) -> LookUp:
    """The look-up a section means; its `close()` ends the connections."""
    if isinstance(config, AdapterSource):
        return AdapterApi(config)
    if isinstance(config, SqlSource):
        from doisoat.land.databases.reading import DatabaseLookUp
        from doisoat.land.databases.snapshots import Database

        return DatabaseLookUp(Database(config), _planner(config, resolve, days))
    return _open_shop(config, lambda: datetime.now(VIETNAM))


def open_figures(
    config: Aggregates, key: RunKey, *, clock: Callable[[], datetime], resolve: Callable[[Path], Path] = Path
) -> FigureSource:
    """The source of published figures a section means; an API is asked for the months that are over on the date."""
    if isinstance(config, PublishedFiles):
        return PublishedTables(resolve(config.path), clock=lambda: key.day_end, address=str(config.path))
    months = finished_months(key.business_date, config.period, config.months)
    return EvaluationApi(config, months, clock=clock, province=key.province_code)
