"""Mails that follow up: to whom a discrepancy was escalated, and which agencies are muted for a while.

The ledger names receivers, not only agencies: an agency's leaders, the engineers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(25), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("mails") as table:
        table.alter_column("agency_code", existing_type=sa.String(50), type_=sa.String(80), existing_nullable=False)
    op.create_table(
        "escalations",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("business_date", sa.Date, primary_key=True),
        sa.Column("receiver", sa.String(80), primary_key=True),
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("rung", sa.String(16), nullable=False),
    )
    op.create_table(
        "mutes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("agency_code", sa.String(50), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ticket", sa.String(100), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
    )
