"""Compared month by month a night gives what it gives in one go, wherever its rows lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.errors import DamagedSnapshot, NullKey
from doisoat.model import Side
from doisoat.reconcile import Case, SideCoverage, judge, screening, summarise
from doisoat.reconcile.screening import Snapshots
from doisoat.rules.parameters import RuleParameters
from doisoat.store.engine import engine
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference
from tests.oracle import Night
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, REFERENCE, night, rejection_table, staged_row
from tests.sql.reconciliation.snapshots import dossier_table as table_of
from tests.sql.reconciliation.worlds import ABSENT, PARAMETERS, random_night
from tests.sql.test_against_oracle import table

MONTHS = ("2026-06", "2026-07", "2026-08", "none")
RELATIONS = ("discrepancies", "written_pairs", "agency_counts", "lateness", "unknown")
Answer = dict[str, Any]


def placed(rows: pa.Table) -> pa.Table:
    """Each row with a position of its own."""
    rows = rows.set_column(rows.schema.get_field_index("source_row"), "source_row", pa.array(range(rows.num_rows)))
    return rows.set_column(
        rows.schema.get_field_index("source_file"), "source_file", pa.array(["rows.csv"] * rows.num_rows)
    )


def written(folder: Path, rows: pa.Table, months: Iterable[str]) -> Path:
    """One partition a month, in the order of the keys, as `stage` writes them; the pattern of all."""
    folder.mkdir(parents=True)
    of_row = pa.array(list(months), pa.string())
    for month in MONTHS:
        pq.write_table(rows.filter(pc.equal(of_row, month)).sort_by("dossier_code"), folder / f"{month}.parquet")
    return folder / "*.parquet"


@contextmanager
def compared(
    sides: Mapping[Side, Any],
    case: Case,
    rejected: Mapping[Side, Iterable[str]],
    reference: Reference,
    snapshots: Snapshots | None,
    unanswered: Mapping[str, str],
) -> Any:
    with engine(threads=2) as connection:
        register_reference(connection, reference)
        silent = {"dossier_code": list(unanswered), "reason": list(unanswered.values())}
        connection.from_arrow(pa.table(silent, schema=pa.schema(dict.fromkeys(silent, pa.string())))).create(
            "unanswered"
        )
        for side in Side:
            if snapshots is None:
                connection.register(f"{side.value}_dossiers", sides[side])
            connection.register(f"{side.value}_rejections", rejection_table(rejected.get(side, ()), side))
        judge(connection, case, snapshots)
        yield connection


def answer(connection: duckdb.DuckDBPyConnection, case: Case) -> Answer:
    """Everything `reconcile` writes."""
    told: Answer = {name: connection.table(name).to_arrow_table() for name in RELATIONS}
    return told | {"summary": summarise(connection, case)}


def both_ways(
    sides: Mapping[Side, pa.Table],
    months: Mapping[Side, list[str]],
    case: Case,
    rejected: Mapping[Side, Iterable[str]] | None = None,
    reference: Reference = REFERENCE,
    unanswered: Mapping[str, str] | None = None,
) -> tuple[Answer, Answer]:
    """What is found in one go and month by month."""
    sides = {side: placed(rows) for side, rows in sides.items()}
    with TemporaryDirectory() as name:
        files = {side: written(Path(name) / side.value, sides[side], months[side]) for side in Side}
        answers = []
        for at_once in (None, 1, 1_000):  # rows: each month alone, all months together
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(screening, "_SCREENED_AT_ONCE", at_once)
                snapshots = Snapshots.of(files) if at_once else None
                with compared(sides, case, rejected or {}, reference, snapshots, unanswered or {}) as connection:
                    answers.append(answer(connection, case))
    assert answers[1] == answers[2]
    return answers[0], answers[1]


def month_of(code: str, random: Random, moved: float) -> str:
    """The month of a code on both sides, but for the share that has moved to another."""
    return random.choice(MONTHS) if random.random() < moved else MONTHS[sum(code.encode()) % len(MONTHS)]


def of_night(told: Night, random: Random, moved: float, *, twice: bool = False) -> tuple[Answer, Answer]:
    """`twice`: every row stands there once more, wherever."""
    copies = 2 if twice else 1
    sides = {Side.SHOP: table([*told.shop] * copies), Side.PORTAL: table([*told.portal] * copies)}
    months = {
        side: [month_of(code, random, moved) for code in rows["dossier_code"].to_pylist()]
        for side, rows in sides.items()
    }
    coverage = (
        SideCoverage(is_complete=side not in told.partial, absent_columns=told.absent.get(side, frozenset()))
        for side in Side
    )
    case = Case(
        told.business_date or BUSINESS_DATE,
        told.as_of,
        tuple(sorted(told.province_roots)),
        told.parameters,
        *coverage,
    )
    rejected = {Side.SHOP: sorted(told.rejected_shop), Side.PORTAL: sorted(told.rejected_portal)}
    silent = {row.dossier_code: "not_asked" for row in told.shop if row.dossier_code and random.random() < 0.05}
    return both_ways(sides, months, case, rejected, told.reference, silent)


@settings(max_examples=7, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    random=st.randoms(use_true_random=False),
    dossiers=st.integers(0, 12),
    parameters=st.sampled_from(PARAMETERS),
    absent=st.sampled_from(ABSENT),
    partial=st.sampled_from([frozenset(), frozenset({Side.SHOP}), frozenset({Side.PORTAL})]),
    moved=st.sampled_from([0.0, 0.3, 1.0]),
    twice=st.booleans(),
)
def test_a_small_night(
    random: Random,
    dossiers: int,
    parameters: RuleParameters,
    absent: Mapping[Side, frozenset[str]],
    partial: frozenset[Side],
    moved: float,
    twice: bool,
) -> None:
    told = random_night(random, dossiers, parameters=parameters, absent=absent, partial=partial)
    at_once, by_month = of_night(told, random, moved, twice=twice)
    assert by_month == at_once


@pytest.mark.parametrize("moved", [0.0, 0.1])
def test_a_large_night(moved: float) -> None:
    at_once, by_month = of_night(random_night(Random(7), 3_000), Random(8), moved)
    assert by_month == at_once


def alike(*codes: str) -> pa.Table:
    return table_of([{"code": code, "status": 10, "finished_at": "2026-08-30 09:00:00"} for code in codes])


def test_a_key_that_stands_in_two_months_is_no_pair_of_either() -> None:
    sides = {Side.SHOP: alike("H21.05-260824-0001", "H21.05-260824-0002"), Side.PORTAL: alike("H21.05-260824-0001")}
    months = {Side.SHOP: ["2026-07", "2026-07"], Side.PORTAL: ["2026-07"]}
    sides[Side.SHOP] = pa.concat_tables([sides[Side.SHOP], alike("H21.05-260824-0001")])
    months[Side.SHOP].append("2026-08")
    at_once, by_month = both_ways(sides, months, night())
    assert by_month == at_once
    kinds = by_month["discrepancies"].select(["dossier_code", "kind"]).to_pylist()
    assert {"dossier_code": "H21.05-260824-0001", "kind": "duplicate_in_shop"} in kinds


def test_a_pair_in_each_of_two_months_is_a_repeated_key() -> None:
    rows = {side: pa.concat_tables([alike("H21.05-260824-0001")] * 2) for side in Side}
    at_once, by_month = both_ways(rows, {side: ["2026-07", "2026-08"] for side in Side}, night())
    assert by_month == at_once
    assert by_month["discrepancies"]["kind"].to_pylist() == ["duplicate_in_shop", "duplicate_on_portal"]


def test_pairs_that_agree_are_counted_and_not_kept() -> None:
    codes = [f"H21.05-260824-{number:04d}" for number in range(50)]
    sides = {side: placed(alike(*codes)) for side in Side}
    with TemporaryDirectory() as name:
        files = {side: written(Path(name) / side.value, sides[side], ["2026-08"] * 50) for side in Side}
        with compared(sides, night(), {}, REFERENCE, Snapshots.of(files), {}) as connection:
            assert connection.table("dossiers").shape[0] == 0
            assert summarise(connection, night())["matched"] == 50


@pytest.mark.parametrize("damage", ["truncated", "another file", "older schema"])
def test_a_damaged_partition_is_named(tmp_path: Path, damage: str) -> None:
    files = {side: written(tmp_path / side.value, placed(alike("A-1")), ["2026-08"]) for side in Side}
    path = tmp_path / "shop" / "2026-07.parquet"
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "another file":
        path.write_text("không phải parquet", encoding="utf-8")
    else:
        pq.write_table(placed(alike("A-1")).drop_columns(["agency_final"]), path)
    with (
        pytest.raises(DamagedSnapshot, match=r"shop/2026-07\.parquet.*stage"),
        compared({}, night(), {}, REFERENCE, Snapshots.of(files), {}),
    ):
        pass


def test_a_row_without_a_key_stops_it(tmp_path: Path) -> None:
    nameless = pa.Table.from_pylist([{**staged_row({}), "dossier_code": None}], schema=alike().schema)
    files = {side: written(tmp_path / side.value, placed(nameless), ["2026-08"]) for side in Side}
    with pytest.raises(NullKey), compared({}, night(), {}, REFERENCE, Snapshots.of(files), {}):
        pass


def test_one_file_a_side_is_compared_in_one_go(tmp_path: Path) -> None:
    paths = {side: tmp_path / f"{side.value}.parquet" for side in Side}
    assert Snapshots.of(paths) is None
