"""The tables of the inspection register, in the warehouse beside those of `tables_warehouse`.

An inspection's id is its year and a number in it (`2026-003`), a finding's is the inspection's and a number in that
(`2026-003.2`). `…_on` are local dates, `…_at` instants.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, Index, Integer, String, Table, Text

from doisoat.store.tables_warehouse import Instant, metadata

_PROVINCE = 3
_ID = 16

plan_lines = Table(
    "inspection_plan_lines",
    metadata,
    Column("province", String(_PROVINCE), primary_key=True),
    Column("line_id", String(50), primary_key=True),
    Column("plan_code", String(50), nullable=False),
    Column("agency_code", String(50), nullable=False),
    Column("subject", Text, nullable=False),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, nullable=False),
    Column("quarter", Integer),  # expected, of the first year
    Column("month", Integer),
    Column("form", String(_ID)),  # rules.inspection.Form; NULL = not planned yet
    Column("source", String(200), nullable=False),  # file name and digest
    Column("imported_at", Instant, nullable=False),
)

inspections = Table(
    "inspections",
    metadata,
    Column("province", String(_PROVINCE), primary_key=True),
    Column("inspection_id", String(_ID), primary_key=True),
    Column("agency_code", String(50), nullable=False),
    Column("subject", Text, nullable=False),
    Column("form", String(_ID), nullable=False),
    Column("online_steps", JSON, nullable=False),  # names of the steps that were held online
    Column("plan_line", String(50)),
    Column("unplanned_reason", Text),  # exactly one of these two
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("state", String(_ID), nullable=False),  # rules.inspection.CheckState
    Column("person", String(200), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("business_date", Date),  # of the night it rests on; NULL = on none
    Column("as_of", Instant),
    Column("verdict", String(_ID)),
    Column("rule_versions", JSON, nullable=False),
    Column("figures", JSON, nullable=False),  # the agency's counts of that night
)

inspection_snapshots = Table(
    "inspection_snapshots",
    metadata,
    Column("province", String(_PROVINCE), primary_key=True),
    Column("inspection_id", String(_ID), primary_key=True),
    Column("side", String(8), primary_key=True),
    Column("source", Text, nullable=False),
    Column("extracted_at", Instant),
    Column("records", Integer, nullable=False),  # staged rows
    Column("manifest_sha256", String(64), nullable=False),  # of the landing's manifest; '' = there was none
    Column("partitions_sha256", String(64), nullable=False),  # of what is told of the snapshot's partitions
)

inspection_findings = Table(
    "inspection_findings",
    metadata,
    Column("province", String(_PROVINCE), primary_key=True),
    Column("inspection_id", String(_ID), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("kind", String(32)),  # of its discrepancies; NULL = several, or entered by hand
    Column("state", String(_ID), nullable=False),  # rules.inspection.FindingState
    Column("found_on", Date, nullable=False),
    Column("due_on", Date),
    Column("requested_on", Date),
    Column("answered_on", Date),
    Column("remedied_on", Date),
    Column("verified_on", Date),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Index("inspection_findings_by_state", "province", "state"),
)

inspection_members = Table(
    "inspection_members",
    metadata,
    Column("province", String(_PROVINCE), primary_key=True),
    Column("inspection_id", String(_ID), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(64), primary_key=True),
)

# Every document and every night's doing, in their order; the columns of a finding follow from them.
inspection_events = Table(
    "inspection_events",
    metadata,
    Column("province", String(_PROVINCE), primary_key=True),
    Column("inspection_id", String(_ID), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),  # of the finding; 0 = the inspection itself
    Column("act", String(_ID), nullable=False),
    Column("happened_on", Date, nullable=False),  # of the document; of a night its business date
    Column("due_on", Date),
    Column("document", String(100)),  # number and symbol
    Column("text", Text),
    Column("person", String(200)),  # NULL = a night's doing
    Column("run_on", Date),  # business date of that night
    Column("rule_version", String(12)),
    Column("recorded_at", Instant, nullable=False),
)
