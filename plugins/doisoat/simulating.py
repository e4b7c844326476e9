"""A made world as files or as a database, for `doisoat simulate`; only the command line knows the simulator."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.errors import ConfigError

if TYPE_CHECKING:
    from doisoat_simulator.databases import Schema
    from doisoat_simulator.exports import Formats
    from doisoat_simulator.world import World


def made_world(dossiers: int, seed: int, business_date: date) -> World:
    """ConfigError for a world that cannot be."""
    from doisoat_simulator.world import build_world

    try:
        return build_world(dossiers, seed, business_date)
    except ValueError as error:
        raise ConfigError(str(error)) from None


def write_shop_database(world: World, url: str, schema: Schema, *, pure_wire: bool) -> int:
    """The shop's side as tables, and how many dossiers; ConfigError, without the URL's account, when it cannot be."""
    from sqlalchemy.exc import SQLAlchemyError

    from doisoat_simulator.databases import write_database

    try:
        return write_database(world, url, schema, pure_wire=pure_wire)
    except (ValueError, ImportError) as error:
        raise ConfigError(str(error), key="--database") from None
    except SQLAlchemyError as error:
        raise ConfigError(f"the database was not written ({type(error).__name__})", key="--database") from None


def write_export(world: World, folder: Path, formats: Formats, *, figures: bool) -> None:
    """Both sides as files below `folder`, their catalogues in one of its own; `figures`: also the published ones."""
    from doisoat_simulator.catalogues import build_catalogues, write_catalogues
    from doisoat_simulator.exports import write_exports
    from doisoat_simulator.publication import write_publication
    from doisoat_simulator.servers.catalogue_records import portal_agencies

    write_exports(world, folder, formats=formats)
    made = build_catalogues(world.dossiers, world.seed)
    write_catalogues(made, portal_agencies(made), folder / "catalogue")
    if figures:
        write_publication(world, folder)
