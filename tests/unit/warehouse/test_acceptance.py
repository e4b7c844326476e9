"""The yardsticks of the shrink guard, and a person's word."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from doisoat.errors import ConfigError
from doisoat.model import RunKey, Side
from doisoat.store.acceptance import AcceptedSnapshot, Confirmation
from doisoat.store.layout import RunFiles
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.conftest import NOW
from tests.unit.warehouse.nights import key, september

SCOPE = date(2025, 1, 1)


def _snapshot(day: int, rows: int, **agencies: int) -> AcceptedSnapshot:
    return AcceptedSnapshot(Side.SHOP, september(day), rows, agencies or {"H44.05": rows}, SCOPE)


def test_the_last_one_before_the_night_counts(warehouse: Warehouse) -> None:
    for day, rows in ((1, 900), (3, 1_000), (5, 700)):
        warehouse.accept_snapshot(key(day), _snapshot(day, rows))
    assert warehouse.accepted_snapshot(key(5), Side.SHOP) == _snapshot(3, 1_000)
    assert warehouse.accepted_snapshot(key(6), Side.SHOP) == _snapshot(5, 700)
    assert warehouse.accepted_snapshot(key(1), Side.SHOP) is None
    assert warehouse.accepted_snapshot(key(6), Side.PORTAL) is None
    assert warehouse.accepted_snapshot(key(6, "H21"), Side.SHOP) is None


def test_the_same_night_again_replaces_its_own(warehouse: Warehouse) -> None:
    warehouse.accept_snapshot(key(3), _snapshot(3, 900))
    warehouse.accept_snapshot(key(3), _snapshot(3, 1_000))
    assert warehouse.accepted_snapshot(key(4), Side.SHOP) == _snapshot(3, 1_000)


def test_another_scope_is_no_yardstick(warehouse: Warehouse) -> None:
    """In January both sides are read from a year later on: fewer rows, and nothing is wrong."""
    warehouse.accept_snapshot(key(3), _snapshot(3, 1_000))
    january = RunKey("H44", date(2027, 1, 2))
    assert warehouse.accepted_snapshot(january, Side.SHOP) is None
    assert warehouse.accepted_snapshot(january, Side.SHOP, scope_from=SCOPE) == _snapshot(3, 1_000)


def test_a_confirmed_night_is_held_against_nothing_and_becomes_the_yardstick(warehouse: Warehouse) -> None:
    warehouse.accept_snapshot(key(3), _snapshot(3, 1_000))
    warehouse.confirm(key(4), Side.SHOP, reason="Đã chuyển hồ sơ cũ sang kho lưu trữ", by="Nguyễn Văn A, TTPVHCC")
    assert warehouse.accepted_snapshot(key(4), Side.SHOP) is None
    assert warehouse.accepted_snapshot(key(5), Side.SHOP) == _snapshot(3, 1_000), "only that night was confirmed"
    warehouse.accept_snapshot(key(4), _snapshot(4, 500))
    kept = warehouse.accepted_snapshot(key(5), Side.SHOP)
    assert kept is not None
    assert (kept.rows, kept.accepted_by, kept.reason) == (
        500,
        "Nguyễn Văn A, TTPVHCC",
        "Đã chuyển hồ sơ cũ sang kho lưu trữ",
    )


def test_the_last_word_counts(warehouse: Warehouse) -> None:
    assert warehouse.confirmation(key(4), Side.PORTAL) is None
    warehouse.confirm(key(4), Side.PORTAL, reason=" lần 1 ", by="A")
    warehouse.confirm(key(4), Side.PORTAL, reason="lần 2", by=" B ")
    assert warehouse.confirmation(key(4), Side.PORTAL) == Confirmation(Side.PORTAL, "lần 2", "B", NOW)
    assert warehouse.confirmation(key(4), Side.SHOP) is None


@pytest.mark.parametrize(("reason", "by"), [("", "A"), ("đúng", "  ")])
def test_a_word_without_reason_or_name_is_none(warehouse: Warehouse, reason: str, by: str) -> None:
    with pytest.raises(ConfigError, match="--reason"):
        warehouse.confirm(key(4), Side.SHOP, reason=reason, by=by)


def test_accepting_counts_the_snapshots_and_leaves_out_what_was_read_in_part(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    files = RunFiles(tmp_path, key(3))
    for side in Side:
        files.partition(side).parent.mkdir(parents=True)
        duckdb.sql(
            "SELECT * FROM (VALUES ('a', 'H44.05'), ('b', 'H44.05'), ('c', NULL)) AS t(dossier_code, agency_final)"
        ).write_parquet(str(files.partition(side)))
    sides = {"shop": {"complete": True, "partial": False}, "portal": {"complete": True, "partial": True}}
    files.staged.write_text(json.dumps({"sides": sides}), encoding="utf-8")
    warehouse.accept_snapshots(key(3), files)
    assert warehouse.accepted_snapshot(key(4), Side.SHOP) == AcceptedSnapshot(
        Side.SHOP, september(3), 3, {"": 1, "H44.05": 2}, SCOPE
    )
    assert warehouse.accepted_snapshot(key(4), Side.PORTAL) is None
