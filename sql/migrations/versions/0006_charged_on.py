"""Since when a discrepancy that was technical is an agency's to put right.

Of what is there already nobody knows it any more: NULL, as if it never had been technical.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("discrepancies", sa.Column("charged_on", sa.Date))
