"""The whole life of a discrepancy: how often it came back, who acknowledged or accepted it, what superseded it.

The history gets a sequence (0 = the night's own change, above it people's words after that night) and what each change
rests on. Until now a discrepancy that came back was noted as opened once more: that is `reopened` from here on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(25), "sqlite")


def upgrade() -> None:
    _extend_history()
    _extend_discrepancies()


def _extend_history() -> None:
    """A table of its own first: a primary key cannot be extended in place everywhere."""
    op.create_table(
        "history_0002",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("changed_on", sa.Date, primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("province", sa.String(3), nullable=False),
        sa.Column("change", sa.String(16), nullable=False),
        sa.Column("rule_version", sa.String(12)),
        sa.Column("by_kind", sa.String(32)),
        sa.Column("person", sa.String(200)),
        sa.Column("reason", sa.Text),
        sa.Column("until", sa.Date),
        sa.Column("said_at", INSTANT),
    )
    op.execute(
        "INSERT INTO history_0002 (fingerprint, changed_on, sequence, province, change) "
        "SELECT fingerprint, changed_on, 0, province, "
        "CASE WHEN change = 'opened' AND ROW_NUMBER() OVER (PARTITION BY fingerprint, change ORDER BY changed_on) > 1 "
        "THEN 'reopened' ELSE change END FROM discrepancy_history"
    )
    op.drop_table("discrepancy_history")
    op.rename_table("history_0002", "discrepancy_history")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX history_0002_pkey RENAME TO discrepancy_history_pkey")
    op.create_index("discrepancy_history_by_date", "discrepancy_history", ["province", "changed_on", "sequence"])


def _extend_discrepancies() -> None:
    with op.batch_alter_table("discrepancies") as table:
        table.alter_column("last_seen_on", existing_type=sa.Date, nullable=True)
        table.add_column(sa.Column("opened_on", sa.Date))
        table.add_column(sa.Column("reopened", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("accepted_until", sa.Date))
        table.add_column(sa.Column("person", sa.String(200)))
        table.add_column(sa.Column("reason", sa.Text))
        table.add_column(sa.Column("superseded_by", sa.String(32)))
        table.add_column(sa.Column("began_on", sa.Date))
    op.execute(
        "UPDATE discrepancies SET opened_on = COALESCE((SELECT MIN(changed_on) FROM discrepancy_history AS history "
        "WHERE history.fingerprint = discrepancies.fingerprint AND history.change = 'opened'), first_seen_on), "
        "reopened = (SELECT COUNT(*) FROM discrepancy_history AS history "
        "WHERE history.fingerprint = discrepancies.fingerprint AND history.change = 'reopened')"
    )
    op.execute("UPDATE discrepancies SET state = 'reopened' WHERE state = 'open' AND reopened > 0")
    op.execute(
        "UPDATE discrepancies SET last_seen_on = NULL WHERE state <> 'resolved' AND kind <> 'catalogue_mismatch' "
        "AND last_seen_on = (SELECT MAX(business_date) FROM runs "
        "WHERE runs.province = discrepancies.province AND runs.moved_lifecycle)"
    )
    with op.batch_alter_table("discrepancies") as table:
        table.alter_column("opened_on", existing_type=sa.Date, nullable=False)
