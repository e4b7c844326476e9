"""Runs the migrations on the connection that `doisoat.store.warehouse` hands over; no other way in."""

from __future__ import annotations

from alembic import context

from doisoat.errors import ConfigError
from doisoat.store.tables_warehouse import VERSION_TABLE, metadata


def run() -> None:
    """Everything in the transaction of the caller: all versions, or none."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        raise ConfigError("the warehouse is migrated by `doisoat migrate`, not by alembic itself")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
