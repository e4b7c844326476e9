"""From a section of the province file to the source or look-up it names: the only module that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import AdapterSource, FilesSource, IgateSource, Incremental, OpencpsSource
from doisoat.errors import ConfigError
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.exports import files
from doisoat.land.portal.adapter import AdapterApi
from doisoat.land.portal.download import DownloadSource
from doisoat.land.shops.delta import DeltaSource
from doisoat.land.shops.igate import IgateApi
from doisoat.land.shops.notes import Notes
from doisoat.land.shops.opencps import OpencpsApi
from doisoat.land.shops.paging import Listing, PagedSource
from doisoat.land.source import LookUp, Source

if TYPE_CHECKING:
    from doisoat.store.chain import Base


def open_source(
    config: FilesSource | IgateSource | OpencpsSource | AdapterSource,
    *,
    clock: Callable[[], datetime],
    resolve: Callable[[Path], Path] = Path,
    notes: Path | None = None,
    id_key: bytes = b"",
    base: Base | None = None,
    business_date: date | None = None,
) -> Source:
    """The source a section means.

    `clock` (tz-aware now) stands in where a live source does not tell its own time. `resolve` makes a path of
    the province file absolute. `notes` is a file in which a paged listing remembers what it handed over, so that
    a killed reading goes on; without it a resumed reading has to read everything a second time to be sure.
    `id_key` keys the digests under which records are known; `base`: read only what changed since then, for
    `business_date`. ConfigError for a source that only answers about single dossiers.
    """
    if isinstance(config, FilesSource):
        return _open_export(config, clock, resolve)
    if isinstance(config, AdapterSource):
        raise ConfigError("an adapter lists nothing; its dossiers are looked up one by one", key="kind")
    listing: Listing = IgateApi(config) if isinstance(config, IgateSource) else OpencpsApi(config)
    lag = config.lag_minutes if isinstance(config, Incremental) else 60
    options: dict[str, Any] = {"clock": clock, "notes": Notes(notes, id_key), "lag_minutes": lag}
    if base is not None and business_date is not None:
        day = business_date.isoformat()
        return DeltaSource(listing, base, business_date=day, concurrency=config.concurrency, **options)
    return PagedSource(listing, concurrency=config.concurrency, **options)


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
