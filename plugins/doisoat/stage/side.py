"""One side: from its landing to the relations `dossiers` and `rejections`, in a schema named after the side.

Meaning starts here; which rows exist was decided by `land`. Nothing is dropped silently: every landed row is
staged, rejected or repeated, and the counts are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from doisoat.stage.wording import REJECTIONS
from doisoat.store.engine import run_query
from doisoat.store.landing import check_parts

_NO_KEY = ("row_shape", "code_missing", "code_malformed")


@dataclass(frozen=True)
class Reading:
    """How the values of one side are to be read."""

    side: Side
    business_date: date
    rules: RuleParameters
    status_map: Mapping[str, int] = field(default_factory=dict)


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


def load_landing(
    connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Mapping[str, Any], rules: RuleParameters
) -> None:
    """Create `landed` from the parts the manifest names; IncompleteLanding if one of them is damaged."""
    parts = [str(path) for path in check_parts(folder, manifest)]
    run_query(connection, "staging/landed", {"parts": parts, "hyphens": rules.dashes_as_hyphen})


def read_side(connection: duckdb.DuckDBPyConnection, reading: Reading, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """From `landed` (which goes) to `dossiers` and `rejections`; the side's entry of `staged.json`.

    ValidationFailed when landed ≠ staged + rejected + repeated, which no input may cause.
    """
    repeated = _forget_repeats(connection)
    _read_words(connection, reading.status_map)
    for piece in ("supplements", "readings"):
        run_query(connection, f"staging/{piece}")
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
    for piece in ("judged", "dossiers", "rejections", "forget_landed"):
        run_query(connection, f"staging/{piece}", parameters)
    return _describe(connection, reading.rules, manifest, repeated)


def _forget_repeats(connection: duckdb.DuckDBPyConnection) -> int:
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
) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {"staged": {"": 0}}
    for what, name, rows in run_query(connection, "staging/counts").fetchall():
        counts.setdefault(what, {})[name] = rows
    landed, staged, rejected = manifest["landed"], counts["staged"][""], counts.get("rejected", {})
    _require_balance(manifest, staged, sum(rejected.values()), repeated)
    unattributable = sum(rejected.get(rule, 0) for rule in _NO_KEY)
    reasons = list(manifest["incomplete_reasons"])
    if unattributable > rules.unattributable_limit * landed:
        reasons.append(f"{unattributable} trong {landed} dòng không có mã hồ sơ đọc được, quá giới hạn cho phép")
    return {
        "landed": landed,
        "staged": staged,
        "repeated": repeated,
        "rejected": rejected,
        "warnings": counts.get("warned", {}),
        "complete": manifest["complete"],
        "partial": not manifest["complete"] or len(reasons) > len(manifest["incomplete_reasons"]),
        "partial_reasons": reasons,
        "notes": manifest.get("notes", []),
        "unattributable": unattributable,
        "extracted_at": manifest["extracted_at"],
        "absent_columns": manifest["absent_columns"],
        "has_secrecy_mark": manifest["has_secrecy_mark"],
        "source": manifest["source"],
        "kind": manifest["kind"],
        "look_ups": manifest.get("look_ups"),
    }


def _require_balance(manifest: Mapping[str, Any], staged: int, rejected: int, repeated: int) -> None:
    if manifest["landed"] != staged + rejected + repeated:
        raise ValidationFailed(
            f"{manifest['side']}: {manifest['landed']} rows landed, but {staged} were staged, {rejected} rejected and "
            f"{repeated} repeated; this is a fault of the program, report it",
            failed=("landed_is_staged_rejected_repeated",),
        )
