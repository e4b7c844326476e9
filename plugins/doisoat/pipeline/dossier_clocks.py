"""Why one dossier of a night is in time or late: its rows on both sides, judged by the three clocks; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from doisoat.errors import ConfigError
from doisoat.model import VIETNAM, Side
from doisoat.pipeline.night import Night
from doisoat.rules.clock_reasons import Explanation, explain
from doisoat.rules.clocks import ClockRow
from doisoat.rules.legal_periods import LegalPeriod, period_of
from doisoat.rules.reference import Term
from doisoat.rules.values import read_code

if TYPE_CHECKING:
    import duckdb

# Which side's row each clock reads.
_FED_BY = {"luat": Side.SHOP, "dvcqg": Side.PORTAL, "mot_cua": Side.SHOP}


@dataclass(frozen=True)
class SideRow:
    """What one side says of the dossier; `repeated`: rows with this code, of which the first is told."""

    side: Side
    row: ClockRow
    procedure_code: str | None
    agency_code: str | None
    repeated: int = 1


@dataclass(frozen=True)
class DossierClocks:
    """A dossier and what each clock says; a clock whose side has no row says nothing (None)."""

    dossier_code: str
    as_of: datetime
    rows: dict[Side, SideRow]
    term: Term
    period: LegalPeriod
    explanations: dict[str, Explanation | None]


def clocks_of(night: Night, code: str) -> DossierClocks:
    """The three clocks on a dossier, by the night's rules and reference time.

    ConfigError for a night that was not staged, or a code neither side has.
    """
    from doisoat.store.layout import read_json

    if not night.files.staged.is_file():
        raise ConfigError(f"{night.key} was not staged; run the night first", file=night.files.staged)
    wanted = read_code(code, dashes_as_hyphen=night.province.rules.dashes_as_hyphen)
    rows = _rows(night, wanted) if wanted else {}
    if not rows:
        raise ConfigError(
            f"neither side has a dossier {code!r} in {night.key} (rejected rows are in rejections.parquet)"
        )
    as_of = datetime.fromisoformat(read_json(night.files.staged)["as_of"])
    procedures = night.reference.procedures
    told = (rows[side].procedure_code for side in Side if side in rows)
    term = procedures.term(next((procedure for procedure in told if procedure), None))
    judged = (term, as_of, night.reference.calendar, night.province.rules)
    received = next((rows[side].row.received_at for side in Side if side in rows and rows[side].row.received_at), None)
    return DossierClocks(
        dossier_code=str(wanted),
        as_of=as_of,
        rows=rows,
        term=term,
        period=period_of(received.date() if received else None),
        explanations={
            clock: explain(clock, rows[side].row, *judged) if side in rows else None for clock, side in _FED_BY.items()
        },
    )


def _rows(night: Night, code: str) -> dict[Side, SideRow]:
    """The rows of both sides, found by the code or by the night's pairing of two codes."""
    from doisoat.store.engine import engine, run_query

    with engine(night.spill, memory_limit=night.settings.memory_limit) as connection:
        pairs = night.files.work("reconcile") / "pairs.parquet"
        for side in Side:
            connection.read_parquet(str(night.files.dossiers(side))).create_view(f"{side.value}_rows")
        if pairs.is_file():
            connection.read_parquet(str(pairs)).create_view("pairs")
        else:
            connection.execute("CREATE VIEW pairs AS SELECT '' AS shop_key, '' AS portal_key WHERE FALSE")
        found = _dictionaries(run_query(connection, "deadlines/one_dossier", {"code": code}))
    return {side: _side_row(side, one) for side in Side if (one := [row for row in found if row["side"] == side.value])}


def _dictionaries(answer: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _side_row(side: Side, found: list[dict[str, Any]]) -> SideRow:
    first = found[0]
    values = {name: first[name] for name in ClockRow.__dataclass_fields__}
    instants = {name: at.replace(tzinfo=VIETNAM) for name, at in values.items() if isinstance(at, datetime)}
    return SideRow(side, ClockRow(**{**values, **instants}), first["procedure_code"], first["agency_code"], len(found))
