"""The first tables: runs, discrepancies and their history, accepted snapshots, confirmations, mails.

Forward only: a warehouse never goes back; restore the backup taken before `doisoat migrate` instead.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(25), "sqlite")


def upgrade() -> None:
    _create_runs()
    _create_discrepancies()
    _create_acceptance()
    _create_mails()


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("business_date", sa.Date, primary_key=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("rule_versions", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("manifests", sa.JSON, nullable=False),
        sa.Column("moved_lifecycle", sa.Boolean, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )


def _create_discrepancies() -> None:
    op.create_table(
        "discrepancies",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subtype", sa.String(32), nullable=False),
        sa.Column("dossier_code", sa.String(50), nullable=False),
        sa.Column("agency_code", sa.String(50)),
        sa.Column("procedure_code", sa.String(50)),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("value_shop", sa.Text),
        sa.Column("value_portal", sa.Text),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("technical", sa.Boolean, nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("first_seen_on", sa.Date, nullable=False),
        sa.Column("last_seen_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("discrepancies_by_state", "discrepancies", ["province", "state", "agency_code"])
    op.create_table(
        "discrepancy_history",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("changed_on", sa.Date, primary_key=True),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("change", sa.String(16), nullable=False),
    )
    op.create_index("discrepancy_history_by_date", "discrepancy_history", ["province", "changed_on"])


def _create_acceptance() -> None:
    op.create_table(
        "accepted_snapshots",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("side", sa.String(8), primary_key=True),
        sa.Column("business_date", sa.Date, primary_key=True),
        sa.Column("scope_from", sa.Date, nullable=False),
        sa.Column("staged_rows", sa.Integer, nullable=False),
        sa.Column("per_agency", sa.JSON, nullable=False),
        sa.Column("accepted_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=False),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("business_date", sa.Date, nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("confirmed_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
    )


def _create_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("business_date", sa.Date, primary_key=True),
        sa.Column("agency_code", sa.String(50), primary_key=True),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
    )
