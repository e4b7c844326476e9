"""The inspection register: plans, inspections with the snapshots they rest on, findings and their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(25), "sqlite")


def upgrade() -> None:
    _create_plans()
    _create_inspections()
    _create_findings()
    _create_events()


def _inspection_key() -> list[sa.Column[str]]:
    return [
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("inspection_id", sa.String(16), primary_key=True),
    ]


def _create_plans() -> None:
    op.create_table(
        "inspection_plan_lines",
        sa.Column("province", sa.String(3), primary_key=True),
        sa.Column("line_id", sa.String(50), primary_key=True),
        sa.Column("plan_code", sa.String(50), nullable=False),
        sa.Column("agency_code", sa.String(50), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("first_year", sa.Integer, nullable=False),
        sa.Column("last_year", sa.Integer, nullable=False),
        sa.Column("quarter", sa.Integer),
        sa.Column("month", sa.Integer),
        sa.Column("form", sa.String(16)),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
    )


def _create_inspections() -> None:
    op.create_table(
        "inspections",
        *_inspection_key(),
        sa.Column("agency_code", sa.String(50), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("online_steps", sa.JSON, nullable=False),
        sa.Column("plan_line", sa.String(50)),
        sa.Column("unplanned_reason", sa.Text),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_to", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("business_date", sa.Date),
        sa.Column("as_of", INSTANT),
        sa.Column("verdict", sa.String(16)),
        sa.Column("rule_versions", sa.JSON, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
    )
    op.create_table(
        "inspection_snapshots",
        *_inspection_key(),
        sa.Column("side", sa.String(8), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("extracted_at", INSTANT),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("partitions_sha256", sa.String(64), nullable=False),
    )


def _create_findings() -> None:
    op.create_table(
        "inspection_findings",
        *_inspection_key(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("found_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("requested_on", sa.Date),
        sa.Column("answered_on", sa.Date),
        sa.Column("remedied_on", sa.Date),
        sa.Column("verified_on", sa.Date),
        sa.Column("reopened", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("inspection_findings_by_state", "inspection_findings", ["province", "state"])
    op.create_table(
        "inspection_members",
        *_inspection_key(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.String(64), primary_key=True),
    )


def _create_events() -> None:
    op.create_table(
        "inspection_events",
        *_inspection_key(),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("document", sa.String(100)),
        sa.Column("text", sa.Text),
        sa.Column("person", sa.String(200)),
        sa.Column("run_on", sa.Date),
        sa.Column("rule_version", sa.String(12)),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )
