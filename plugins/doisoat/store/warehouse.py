"""The warehouse: what people work with across nights. SQLite embedded, PostgreSQL by URL.

One class, one transaction per method. The rules of the lifecycle are in `lifecycle`, the shrink guard's
yardsticks in `acceptance`, mails in `warehouse_mails`, the way to the server in
`warehouse_engine`. Not here: snapshots, reports, any rule about a dossier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from doisoat.errors import ConfigError, MigrationNeeded
from doisoat.model import VIETNAM, DiscrepancyKind, RunKey, Side
from doisoat.store import acceptance, decisions, lifecycle, set_lifecycle
from doisoat.store.acceptance import AcceptedSnapshot, Confirmation, Measured
from doisoat.store.decisions import Known, Line, Wanted, Word
from doisoat.store.engine import engine as duckdb_engine
from doisoat.store.engine import run_query, sql_folder
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.lifecycle import NightRecord, OpenDiscrepancy
from doisoat.store.night_update import Change, Found
from doisoat.store.register import Register
from doisoat.store.set_lifecycle import OpenSetDiscrepancy
from doisoat.store.spells import Spell, closed_spells
from doisoat.store.tables_warehouse import SCHEMA_VERSION, VERSION_TABLE
from doisoat.store.warehouse_engine import open_engine, read_url, reading, writing
from doisoat.store.warehouse_mails import MailTables


def _now() -> datetime:
    return datetime.now(VIETNAM)


class Warehouse(MailTables):
    """The warehouse behind a database URL; `clock` stamps what is recorded, never what is reported.

    Every method may raise WarehouseBusy (try again) or ConfigError (wrong address or password).
    """

    def __init__(self, url: str, *, clock: Callable[[], datetime] = _now) -> None:
        self._engine: Engine = open_engine(read_url(url))
        self._clock = clock

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @property
    def register(self) -> Register:
        """The inspection register in it."""
        return Register(self._engine, self._clock)

    # --- schema -----------------------------------------------------------------------------------

    def schema_version(self) -> str | None:
        """The version the database has; None when nothing was ever migrated."""
        with reading(self._engine) as connection:
            return _schema_version(connection)

    def migrate(self) -> str:
        """Bring the schema to the newest version, in one transaction, one process at a time."""
        if self.schema_version() == SCHEMA_VERSION:
            return SCHEMA_VERSION
        from alembic import command
        from alembic.config import Config

        config = Config()
        folder = str(sql_folder() / "migrations")
        config.set_main_option("script_location", folder.replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with writing(self._engine, "migrate") as connection:
            _refuse_newer(_schema_version(connection))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return SCHEMA_VERSION

    def require_current(self) -> None:
        """MigrationNeeded unless the database has the schema this program was written for."""
        found = self.schema_version()
        _refuse_newer(found)
        if found != SCHEMA_VERSION:
            raise MigrationNeeded(
                f"the warehouse has schema {found or 'none'}, this program needs {SCHEMA_VERSION}: "
                "run 'doisoat migrate'"
            )

    # --- discrepancies ----------------------------------------------------------------------------

    def open_before(self, province: str, day: date) -> list[OpenDiscrepancy]:
        """What stood before that business date, whatever later nights did; in fingerprint order."""
        with reading(self._engine) as connection:
            return lifecycle.open_before(connection, province, day)

    def pending_before(self, province: str, day: date) -> tuple[list[OpenDiscrepancy], int]:
        """The same, and what was superseded then; with how much people have said until now."""
        with reading(self._engine) as connection:
            pending = lifecycle.pending_before(connection, province, day)
            return pending, lifecycle.count_words(connection, province)

    def over_before(self, province: str, day: date, among: Sequence[str]) -> list[OpenDiscrepancy]:
        """What of these fingerprints had been open before and was over then; in fingerprint order."""
        with reading(self._engine) as connection:
            return lifecycle.over_before(connection, province, day, among)

    def closed_spells(self, province: str, *, since: date, before: date) -> list[Spell]:
        """Discrepancies charged to agencies that were put right in [since, before)."""
        with reading(self._engine) as connection:
            return closed_spells(connection, province, since=since, before=before)

    def is_recorded(self, key: RunKey) -> bool:
        """Whether this very night stands recorded."""
        with reading(self._engine) as connection:
            return lifecycle.is_recorded(connection, key)

    def known_fingerprints(self, province: str, day: date) -> frozenset[str]:
        """The fingerprints of `open_before`: whatever is not among them is seen for the first time."""
        return frozenset(item.fingerprint for item in self.open_before(province, day))

    def has_later_night(self, key: RunKey) -> bool:
        """Whether a later business date of the province has moved the lifecycle already."""
        with reading(self._engine) as connection:
            return lifecycle.has_later_night(connection, key)

    def record_night(
        self,
        night: NightRecord,
        seen: Iterable[Mapping[str, Any]],
        findings: Iterable[Found],
        *,
        rewind: bool = False,
        words: int | None = None,
    ) -> Change:
        """Record a night and move the lifecycle in one transaction; the same key again gives the same state.

        `seen` are tonight's discrepancies (the columns of the table without those of the lifecycle), `findings` what
        was found about pending ones that were not seen; the rest was not compared. When a later night is recorded,
        only the run is noted, unless `rewind` takes the later nights' lifecycle back first. With `words` (of
        `pending_before`) WordsSaid if somebody has said something since: then the night has to be assessed anew.
        """
        at = self._clock()
        with writing(self._engine, night.key.province_code) as connection:
            return lifecycle.record_night(connection, night, seen, findings, rewind=rewind, at=at, words=words)

    # --- single discrepancies, as people look at them ----------------------------------------------

    def last_night(self, province: str) -> date | None:
        """The last business date that moved the lifecycle."""
        with reading(self._engine) as connection:
            return decisions.last_night(connection, province)

    def find(self, province: str, wanted: Wanted) -> list[Known]:
        """Discrepancies as they stand now, the longest known first."""
        with reading(self._engine) as connection:
            return decisions.find(connection, province, wanted)

    def find_one(self, province: str, short_id: str) -> tuple[Known, list[Line]]:
        """The one whose fingerprint begins so, and its history; ConfigError tells what there is instead."""
        with reading(self._engine) as connection:
            known = decisions.find_one(connection, province, short_id)
            return known, decisions.read_history(connection, province, known.fingerprint)

    def say(self, province: str, short_id: str, word: Word) -> Known:
        """Add a person's word to a discrepancy, how it stands then; waits for a night that is being recorded."""
        with writing(self._engine, province) as connection:
            known = decisions.find_one(connection, province, short_id)
            return decisions.say(connection, province, known, word, self._clock())

    # --- discrepancies about no dossier, of a kind with runs of its own ----------------------------

    def open_set_before(self, key: RunKey, kind: DiscrepancyKind) -> list[OpenSetDiscrepancy]:
        """What of the kind was open before that business date; in fingerprint order."""
        with reading(self._engine) as connection:
            return set_lifecycle.open_before(connection, key, kind)

    def record_set(
        self, key: RunKey, kind: DiscrepancyKind, seen: Iterable[Mapping[str, Any]], resolved: Iterable[str]
    ) -> Change:
        """Record a run of the kind and move its lifecycle; nothing moves when a later run stands recorded."""
        with writing(self._engine, key.province_code) as connection:
            return set_lifecycle.record_set(connection, key, kind, seen, frozenset(resolved))

    # --- the shrink guard -------------------------------------------------------------------------

    def accepted_snapshot(
        self, key: RunKey, side: Measured, *, scope_from: date | None = None
    ) -> AcceptedSnapshot | None:
        """The last accepted snapshot before this night, of the same scope.

        None when there is none, or when a person has confirmed this very night and side: nothing to hold it
        against. `scope_from` is the first reception date the night reads (default: the rules' default).
        """
        with reading(self._engine) as connection:
            if acceptance.last_confirmation(connection, key, side) is not None:
                return None
            return acceptance.last_accepted(connection, key, side, scope_from or _default_scope(key))

    def accept_snapshots(self, key: RunKey, files: RunFiles, *, scope_from: date | None = None) -> None:
        """Take both staged sides as right from now on; a side that was read in part is no yardstick."""
        staged = read_json(files.staged)["sides"]
        for side in Side:
            facts = staged[side.value]
            if facts.get("partial") or not facts.get("complete", True):
                continue
            per_agency = _rows_per_agency(files, side)
            rows, scope = sum(per_agency.values()), scope_from or _default_scope(key)
            self.accept_snapshot(key, AcceptedSnapshot(side, key.business_date, rows, per_agency, scope))

    def accept_snapshot(self, key: RunKey, snapshot: AcceptedSnapshot) -> None:
        """Store a yardstick, in place of one of the same night and side."""
        with writing(self._engine, key.province_code) as connection:
            acceptance.store_accepted(connection, key, snapshot, self._clock())

    def confirm(self, key: RunKey, side: Measured, *, reason: str, by: str) -> None:
        """Record a person's word that this night's side is right; the next run of the key goes on."""
        if not reason.strip() or not by.strip():
            raise ConfigError("a confirmation needs --reason (why it is right) and --by (who says so)")
        word = Confirmation(side, reason.strip(), by.strip()[:200], self._clock())
        with writing(self._engine, key.province_code) as connection:
            acceptance.store_confirmation(connection, key, word)

    def confirmation(self, key: RunKey, side: Measured) -> Confirmation | None:
        """The last word about this night and side, if there is one."""
        with reading(self._engine) as connection:
            return acceptance.last_confirmation(connection, key, side)


def open_warehouse(url: str) -> Warehouse:
    """The warehouse, migrated when it is the embedded one, else required to be current."""
    warehouse = Warehouse(url)
    if url.startswith("sqlite"):
        warehouse.migrate()
    warehouse.require_current()
    return warehouse


def _schema_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()
    return None if found is None else str(found)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > SCHEMA_VERSION:
        raise MigrationNeeded(
            f"the warehouse has schema {found}, this program knows only {SCHEMA_VERSION}: install the newer program"
        )


def _default_scope(key: RunKey) -> date:
    return date(key.business_date.year - 1, 1, 1)


def _rows_per_agency(files: RunFiles, side: Side) -> dict[str, int]:
    parameters = {"snapshot": str(files.dossiers(side))}
    with duckdb_engine(threads=1) as connection:
        return dict(run_query(connection, "checks/rows_per_agency", parameters).fetchall())
