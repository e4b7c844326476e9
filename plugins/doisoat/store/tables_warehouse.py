"""The tables of the warehouse as SQLAlchemy knows them; `sql/migrations` is how they come to be.

Columns ending in `_on` are local dates, in `_at` instants (timestamptz; in SQLite ISO text with +07:00). A
test compares this metadata with the migrated schema, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
)

from doisoat.model import VIETNAM, local_iso

SCHEMA_VERSION = "0006"  # the head of sql/migrations; a test holds both together
VERSION_TABLE = "doisoat_schema_version"  # not Alembic's default: Airflow may live in the same database


class Instant(TypeDecorator[datetime]):
    """A tz-aware instant to the second; refuses naive ones."""

    impl = DateTime(timezone=True).with_variant(String(25), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return local_iso(value) if dialect.name == "sqlite" else value.replace(microsecond=0)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.astimezone(VIETNAM)


metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("province", String(3), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("rule_versions", JSON, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("manifests", JSON, nullable=False),  # side -> sha256 of its landing manifest
    Column("moved_lifecycle", Boolean, nullable=False),  # false: a later night had been recorded before
    Column("recorded_at", Instant, nullable=False),
)

discrepancies = Table(
    "discrepancies",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("province", String(3), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subtype", String(32), nullable=False),
    Column("dossier_code", String(50), nullable=False),
    Column("agency_code", String(50)),
    Column("procedure_code", String(50)),
    Column("field", String(64), nullable=False),
    Column("value_shop", Text),
    Column("value_portal", Text),
    Column("cause", String(32), nullable=False),
    Column("side", String(8), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("technical", Boolean, nullable=False),
    Column("period", String(16), nullable=False),
    Column("first_seen_on", Date, nullable=False),
    Column("last_seen_on", Date),  # NULL = on every night since, so that most rows need no writing
    Column("state", String(16), nullable=False),  # rules.lifecycle.State
    Column("opened_on", Date, nullable=False),  # the very first time; first_seen_on is of this time
    Column("reopened", Integer, nullable=False, server_default="0"),  # how often it came back
    Column("accepted_until", Date),
    Column("person", String(200)),  # who acknowledged or accepted
    Column("reason", Text),
    Column("superseded_by", String(32)),  # a kind
    Column("confidence", String(8)),  # rules.causes.Confidence
    Column("evidence", Text),  # what proves the cause, one sentence
    Column("in_pattern", Boolean, nullable=False, server_default=false()),  # one fault behind many brought it forth
    Column("began_on", Date),  # reception (else submission) of the dossier; NULL = unknown
    Column("charged_on", Date),  # the night on which it stopped being technical; NULL = it is, or never was this time
    Index("discrepancies_by_state", "province", "state", "agency_code"),
)

# One row per change, not per night; `change` is a rules.lifecycle.Turn.
discrepancy_history = Table(
    "discrepancy_history",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("changed_on", Date, primary_key=True),  # business date; of a person's word that of the night before it
    Column("sequence", Integer, primary_key=True, autoincrement=False),  # 0 = the night's, above it people's words
    Column("province", String(3), nullable=False),
    Column("change", String(16), nullable=False),
    Column("rule_version", String(12)),  # digest of the run's rule versions; NULL = a person's word
    Column("by_kind", String(32)),  # what superseded it
    Column("person", String(200)),
    Column("reason", Text),
    Column("until", Date),  # last day of an acceptance
    Column("said_at", Instant),
    Index("discrepancy_history_by_date", "province", "changed_on", "sequence"),
)

accepted_snapshots = Table(
    "accepted_snapshots",
    metadata,
    Column("province", String(3), primary_key=True),
    Column("side", String(8), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("scope_from", Date, nullable=False),
    Column("staged_rows", Integer, nullable=False),
    Column("per_agency", JSON, nullable=False),  # final agency code ('' = none) -> staged rows
    Column("accepted_by", String(200), nullable=False),  # '' = by the checks
    Column("reason", Text, nullable=False),
    Column("accepted_at", Instant, nullable=False),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("province", String(3), nullable=False),
    Column("business_date", Date, nullable=False),
    Column("side", String(8), nullable=False),
    Column("confirmed_by", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("confirmed_at", Instant, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("province", String(3), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("agency_code", String(80), primary_key=True),  # the receiver: store.ledger.receiver
    Column("message_id", String(255), nullable=False),
    Column("recipients", Text, nullable=False),  # mailboxes of the agency, joined by ", "
    Column("state", String(16), nullable=False),  # planned, sending, sent, failed, refused, unknown
    Column("sha256", String(64), nullable=False),  # of the message as it goes over the wire
    Column("reason", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("sent_at", Instant),
)

# Which discrepancy was named in which mail to a rung of the escalation ladder.
escalations = Table(
    "escalations",
    metadata,
    Column("province", String(3), primary_key=True),
    Column("business_date", Date, primary_key=True),
    Column("receiver", String(80), primary_key=True),  # mails.agency_code
    Column("fingerprint", String(64), primary_key=True),
    Column("rung", String(16), nullable=False),  # the contacts' role
)

# Agencies that get no reminder until a day, and why; an ended one stays written.
mutes = Table(
    "mutes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("province", String(3), nullable=False),
    Column("agency_code", String(50), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ticket", String(100), nullable=False),
    Column("until", Date, nullable=False),  # last day without mail
    Column("said_at", Instant, nullable=False),
    Column("ended_at", Instant),  # taken back by a person before `until`
)
