"""One side: from its landing to the relations `dossiers` and `rejections`, in a schema named after the side.

Meaning starts here; which rows exist was decided by `land`. Nothing is dropped silently: every landed row is
staged, rejected or repeated, and the counts are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from doisoat.errors import ValidationFailed
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.rules.values import read_channel, read_status
from doisoat.stage.records import Records
from doisoat.stage.steps import StepFindings, fill_from_steps
from doisoat.stage.wording import REJECTIONS
from doisoat.store.engine import run_query

_NO_KEY = ("row_shape", "code_missing", "code_malformed")


@dataclass(frozen=True)
class Reading:
    """How the values of one side are to be read."""

    side: Side
    business_date: date
    rules: RuleParameters
    status_map: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Below:
    """What stands from earlier nights under a landing of changes: counts."""

    older: int = 0  # landed records that are staged again tonight
    kept: int = 0  # rows of the base's snapshot that stay as they are
    warnings: Mapping[str, int] = field(default_factory=dict)  # of the kept ones

    @property
    def records(self) -> int:
        return self.older + self.kept


@contextmanager
def schema_of(connection: duckdb.DuckDBPyConnection, side: Side) -> Iterator[None]:
    """Inside, new tables go to the side's schema; macros and reference tables of `main` stay visible."""
    name = {Side.SHOP: "shop", Side.PORTAL: "portal"}[side]
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
    connection.execute(f"SET search_path = '{name},main'")
    try:
        yield
    finally:
        connection.execute("SET search_path = 'main'")


def read_side(
    records: Records,
    reading: Reading,
    manifest: Mapping[str, Any],
    below: Below | None = None,
    *,
    steps: Sequence[Path] = (),
) -> dict[str, Any]:
    """From `landed` to `dossiers`, `rejections` and `carried`; the side's entry of `staged.json`.

    `below`: what the landing stands on; its older records are in `landed` already.

    `steps`: parts of the side table, which fills what rows do not say.
    ValidationFailed when landed ≠ staged + rejected + repeated, which no input may cause.
    """
    connection = records.connection
    repeated = forget_repeats(connection)
    told = fill_from_steps(records, steps, reading.status_map, reading.rules) if steps else StepFindings()
    _read_words(connection, reading.status_map)
    absent = frozenset(manifest["absent_columns"])
    parameters = {
        "side": reading.side.value,
        "business_date": reading.business_date,
        "extracted_at": manifest["extracted_at"],
        "future_tolerance_hours": reading.rules.future_tolerance_hours,
        "agency_absent": "MaCoQuan" in absent,
        "procedure_absent": "MaTTHC" in absent,
        "finished_absent": "NgayKetThucXuLy" in absent,
        "rules": list(REJECTIONS),
        "reasons": list(REJECTIONS.values()),
    }
    for piece in ("supplements", "readings", "circumstances", "judging"):
        run_query(connection, f"staging/{piece}", parameters)
    records.judge()
    for piece in ("dossiers", "rejections", "carried"):
        run_query(connection, f"staging/{piece}", parameters)
    described = _describe(connection, reading.rules, manifest, repeated, below or Below())
    warnings = _added(described["warnings"], told.warnings)
    return described | {"warnings": warnings, "notes": _notes(manifest, told.strangers)}


def _notes(manifest: Mapping[str, Any], strangers: int) -> list[str]:
    """What the landing noted, and what staging has to add."""
    added = [f"{strangers} hồ sơ chỉ có trong bảng steps, không có dòng hồ sơ nào"] if strangers else []
    return [*manifest.get("notes", []), *added]


def forget_repeats(connection: duckdb.DuckDBPyConnection) -> int:
    """Only one reading of each record of an API stays; the number of the others."""
    positions = run_query(connection, "staging/repeats").fetchall()
    parameters = {"files": [file for file, _ in positions], "rows": [row for _, row in positions]}
    if positions:
        run_query(connection, "staging/forget_rows", parameters)
    return len(positions)


def _read_words(connection: duckdb.DuckDBPyConnection, status_map: Mapping[str, int]) -> None:
    """Statuses and channels are few different words: `rules.values` reads each once."""
    found = run_query(connection, "staging/spoken_words").fetchall()
    numbers = [read_status(word, status_map) if name == "TrangThaiHoSo" else _channel(word) for name, word in found]
    words = {"field": [name for name, _ in found], "word": [word for _, word in found], "number": numbers}
    run_query(connection, "staging/words", words)


def _channel(word: str) -> int | None:
    try:
        return read_channel(word)
    except ValueError:
        return None


def _describe(
    connection: duckdb.DuckDBPyConnection,
    rules: RuleParameters,
    manifest: Mapping[str, Any],
    repeated: int,
    below: Below,
) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {"staged": {"": 0}}
    for what, name, rows in run_query(connection, "staging/counts").fetchall():
        counts.setdefault(what, {})[name] = rows
    landed, rejected = manifest["landed"] + below.records, counts.get("rejected", {})
    staged = counts["staged"][""] + below.kept
    _require_balance(manifest["side"], landed, staged, sum(rejected.values()), repeated)
    unattributable = sum(rejected.get(rule, 0) for rule in _NO_KEY)
    reasons = list(manifest["incomplete_reasons"])
    if unattributable > rules.unattributable_limit * landed:
        reasons.append(f"{unattributable} trong {landed} dòng không có mã hồ sơ đọc được, quá giới hạn cho phép")
    return {
        "landed": landed,
        "staged": staged,
        "repeated": repeated,
        "rejected": rejected,
        "warnings": _added(counts.get("warned", {}), below.warnings),
        "complete": manifest["complete"],
        "partial": not manifest["complete"] or len(reasons) > len(manifest["incomplete_reasons"]),
        "partial_reasons": reasons,
        "unattributable": unattributable,
        "extracted_at": manifest["extracted_at"],
        "absent_columns": manifest["absent_columns"],
        "has_secrecy_mark": manifest["has_secrecy_mark"],
        "source": manifest["source"],
        "kind": manifest["kind"],
        "look_ups": manifest.get("look_ups"),
        "reading": _reading_of(manifest, below),
    }


def _reading_of(manifest: Mapping[str, Any], below: Below) -> dict[str, Any]:
    """How much of the state was read tonight, and how much stands from earlier nights."""
    said = manifest.get("incremental") or {}
    told = {name: said.get(name) for name in ("base", "full_on", "why_full")}
    return {"mode": said.get("mode", "full"), "read": manifest["landed"], "carried_over": below.records, **told}


def _added(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {name: some.get(name, 0) + others.get(name, 0) for name in sorted({*some, *others})}


def _require_balance(side: str, landed: int, staged: int, rejected: int, repeated: int) -> None:
    if landed != staged + rejected + repeated:
        raise ValidationFailed(
            f"{side}: {landed} rows landed, but {staged} were staged, {rejected} rejected and "
            f"{repeated} repeated; this is a fault of the program, report it",
            failed=("landed_is_staged_rejected_repeated",),
        )
