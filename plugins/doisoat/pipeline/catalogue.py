"""The steps of the catalogue run, in their order: both lists landed, compared, published. A DAG of its own calls them.

A stored landing is replayed, never read again; a live list is read only for the date that has just ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import (
    AdapterCatalogue,
    Catalogue,
    FilesCatalogue,
    IgateCatalogue,
    OpencpsCatalogue,
    ReferenceCatalogue,
    ReportingCatalogue,
)
from doisoat.errors import ConfigError
from doisoat.model import VIETNAM, Side
from doisoat.pipeline.night import Counts, Night

if TYPE_CHECKING:
    from doisoat.rules.catalogue import Listing


def land_catalogues(night: Night) -> Counts:
    """Read both sides' catalogues into their landings."""
    from doisoat.catalogue.guard import sizes
    from doisoat.catalogue.landing import read_listing, write_listing

    section = _section(night)
    counts: Counts = {}
    for side in Side:
        path = night.files.landing_catalogue(side)
        if not path.is_file():
            write_listing(path, _read(night, section, side))
        counts[side.value] = sizes(read_listing(path))
    _notes(night).unlink(missing_ok=True)
    return counts


def compare_catalogues(night: Night) -> Counts:
    """Find what differs; a list that shrank stops here (exit 3) until someone confirms it."""
    from doisoat.catalogue.stages import compare_catalogues as compare

    _section(night)
    for side in Side:
        if not night.files.landing_catalogue(side).is_file():
            raise ConfigError(f"the catalogues of {night.key} are not landed; run 'doisoat catalogue' for this date")
    with night.warehouse() as warehouse:
        return compare(night.files, night.province, night.reference, warehouse)


def publish_catalogue(night: Night) -> Counts:
    """Write page, workbook and lists into the date's report folder."""
    from doisoat.catalogue.stages import publish_catalogue as publish

    return {"artefacts": {name: str(path) for name, path in publish(night.files, night.province).items()}}


CATALOGUE_STAGES: dict[str, Callable[[Night], Counts]] = {
    "land_catalogues": land_catalogues,
    "compare_catalogues": compare_catalogues,
    "publish_catalogue": publish_catalogue,
}


def _section(night: Night) -> Catalogue:
    if night.province.catalogue is None:
        raise ConfigError(
            "no section catalogue: name the portal's list there (kind: files, adapter or reporting)",
            file=night.province.source_file,
            key="catalogue",
        )
    return night.province.catalogue


def _read(night: Night, section: Catalogue, side: Side) -> Listing:
    source = section.shop if side is Side.SHOP else section.portal
    night.progress(f"land_catalogues: {side.value}", 0, None)
    listing = _listing(night, source)
    if not isinstance(source, ReferenceCatalogue | FilesCatalogue):
        from doisoat.land.freshness import require_fresh

        require_fresh(listing.extracted_at or datetime.now(VIETNAM), night.key.business_date, late=night.late)
    return listing


def _listing(night: Night, source: Any) -> Listing:
    if isinstance(source, ReferenceCatalogue):
        from doisoat.catalogue.own import own_listing

        return own_listing(night.reference, night.province.province_roots)
    if isinstance(source, FilesCatalogue):
        from doisoat.land.catalogues.files import read_files

        return read_files(night.province.resolve(source.path), source.columns, nationwide=source.nationwide)
    if isinstance(source, ReportingCatalogue):
        from doisoat.land.catalogues.reporting import read_reporting

        return read_reporting(source)
    if isinstance(source, AdapterCatalogue):
        return _services(night, source)
    return _shop_api(source)


def _services(night: Night, source: AdapterCatalogue) -> Listing:
    from doisoat.land.catalogues.services import read_services
    from doisoat.land.portal.transport import open_transport

    portal = open_transport(source)
    try:
        day = night.key.business_date
        return read_services(portal, source, day, _notes(night), lambda d, n: night.progress("LayThuTuc", d, n))
    finally:
        portal.close()


def _notes(night: Night) -> Path:
    """Details the portal has told so far, so that a killed reading goes on."""
    return night.files.landing_catalogue(Side.PORTAL).with_name(".details.jsonl")


def _shop_api(source: IgateCatalogue | OpencpsCatalogue) -> Listing:
    from doisoat.land.catalogues.shops import read_igate, read_opencps
    from doisoat.land.shops.igate import IgateApi
    from doisoat.land.shops.opencps import OpencpsApi

    if isinstance(source, IgateCatalogue):
        igate = IgateApi(source)
        try:
            return read_igate(igate, source.procedures_path)
        finally:
            igate.close()
    opencps = OpencpsApi(source, clock=lambda: datetime.now(VIETNAM))
    try:
        return read_opencps(opencps, source.serviceinfos_path)
    finally:
        opencps.close()
