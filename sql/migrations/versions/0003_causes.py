"""Why a discrepancy is there: how surely, by what evidence, and whether one fault behind many brought it forth."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("discrepancies") as table:
        table.add_column(sa.Column("confidence", sa.String(8)))
        table.add_column(sa.Column("evidence", sa.Text))
        table.add_column(sa.Column("in_pattern", sa.Boolean, nullable=False, server_default=sa.false()))
