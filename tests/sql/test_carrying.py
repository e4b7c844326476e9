"""A night that carries over what an earlier one has kept says what it says when it looks at everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.model import Side
from doisoat.reconcile import Case, carrying, judge, screening
from doisoat.reconcile.carrying import Carry, read_kept
from doisoat.reconcile.screening import Snapshots
from doisoat.store.engine import engine
from doisoat.store.partitions import describe_partitions
from doisoat.store.tables import register_reference
from tests.oracle import StagedRow
from tests.sql.reconciliation.snapshots import REFERENCE, night, rejection_table
from tests.sql.reconciliation.snapshots import dossier_table as table_of
from tests.sql.reconciliation.worlds import random_night
from tests.sql.test_against_oracle import table
from tests.sql.test_screening import MONTHS, Answer, answer, placed, written


@dataclass(frozen=True)
class Said:
    """What the sides say on one night: the rows of each month, what was rejected, and when."""

    rows: Mapping[Side, Mapping[str, pa.Table]]
    case: Case = field(default_factory=night)
    rejected: Mapping[Side, Iterable[str]] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)
    reference: Any = REFERENCE

    def with_rows(self, side: Side, month: str, rows: pa.Table) -> Said:
        return replace(self, rows={**self.rows, side: {**self.rows[side], month: rows}})

    def later(self, **by: float) -> Said:
        return replace(self, case=replace(self.case, as_of=self.case.as_of + timedelta(**by)))


def snapshots(home: Path, said: Said) -> Snapshots:
    files = {}
    for side, months in said.rows.items():
        rows = placed(pa.concat_tables(months.values()))
        of_row = [month for month, one in months.items() for _ in range(one.num_rows)]
        files[side] = written(home / side.value / "dossiers", rows, of_row)
        describe_partitions(files[side].parent)
    found = Snapshots.of(files)
    assert found is not None
    return found


@dataclass
class Nights:
    """Nights one after the other, below one folder; what each found, and the months it has looked at."""

    home: Path
    rules: str = "these"
    count: int = 0
    looked_at: list[int] = field(default_factory=list)  # rows, of the newest night

    def judged(self, said: Said, earlier: Path | None) -> tuple[Answer, Path]:
        self.count += 1
        home = self.home / str(self.count)
        told = snapshots(home, said)
        kept = None if earlier is None else read_kept(earlier)
        carry = Carry(self.rules, said.case.as_of, kept, home / "reconcile" / carrying.FOLDER)
        self.looked_at = []
        with engine(threads=2) as connection:
            register_reference(connection, said.reference)
            silent = {"dossier_code": list(said.unanswered), "reason": list(said.unanswered.values())}
            table = pa.table(silent, schema=pa.schema(dict.fromkeys(silent, pa.string())))
            connection.from_arrow(table).create("unanswered")
            for side in Side:
                connection.register(f"{side.value}_rejections", rejection_table(said.rejected.get(side, ()), side))
            judge(connection, said.case, told, lambda done, total: self.looked_at.append(total - done), carry)
            return answer(connection, said.case), home / "reconcile"

    def both_ways(self, *nights: Said) -> tuple[Answer, Answer]:
        """The last night, carried over from those before it, and looked at as a whole."""
        folder = None
        for said in nights:
            carried, folder = self.judged(said, folder)
        looked_at = self.looked_at
        full, _ = self.judged(nights[-1], None)
        self.looked_at = looked_at
        return carried, full

    @property
    def rows_looked_at(self) -> int:
        return self.looked_at[0]


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nights:
    monkeypatch.setattr(screening, "_SCREENED_AT_ONCE", 1)
    monkeypatch.setattr(carrying, "_WORTH_KEEPING", 1.0)
    return Nights(tmp_path)


def code(number: int) -> str:
    return f"H21.05-260824-{number:04d}"


def ended(numbers: Iterable[int], **more: object) -> pa.Table:
    return table_of([{"code": code(n), "status": 10, "finished_at": "2026-08-30 09:00:00", **more} for n in numbers])


def two_months() -> Said:
    """Ten dossiers in each of two months, told alike by both sides; one of the first is overdue on the portal only."""
    late = table_of([{"code": code(99), "status": 4}])
    june, july = ended(range(10)), ended(range(10, 20))
    shop = {"2026-06": pa.concat_tables([june, ended([99])]), "2026-07": july}
    return Said({Side.SHOP: shop, Side.PORTAL: {"2026-06": pa.concat_tables([june, late]), "2026-07": july}})


def kinds(found: Answer) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for one in found["discrepancies"].select(["dossier_code", "kind"]).to_pylist():
        told.setdefault(one["dossier_code"], set()).add(one["kind"])
    return told


def test_a_month_nobody_touched_is_not_looked_at_and_its_findings_stay(nights: Nights) -> None:
    first = two_months()
    carried, full = nights.both_ways(first, first.with_rows(Side.SHOP, "2026-07", ended(range(10, 21))).later(days=1))
    assert carried == full
    assert nights.rows_looked_at == 21  # July's
    assert "finished_not_synced" in kinds(carried)[code(99)]
    assert carried["summary"]["matched"] == 21


def test_other_rules_or_an_earlier_time_carry_nothing_over(nights: Nights) -> None:
    first = two_months()
    _, folder = nights.judged(first, None)
    nights.judged(first.later(hours=-1), folder)
    assert nights.rows_looked_at == 42
    nights.judged(first, folder)
    assert nights.looked_at == [0]
    nights.rules = "others"
    nights.judged(first, folder)
    assert nights.rows_looked_at == 42


def test_a_dossier_that_moves_to_another_month_leaves_the_first(nights: Nights) -> None:
    first = two_months()
    moved = first.with_rows(Side.SHOP, "2026-06", ended([*range(1, 10), 99]))
    moved = moved.with_rows(Side.SHOP, "2026-07", ended([0, *range(10, 20)])).later(days=1)
    carried, full = nights.both_ways(first, moved)
    assert carried == full
    assert carried["summary"]["matched"] == 21


@pytest.mark.parametrize("side", list(Side))
def test_a_key_told_again_in_another_month_makes_the_first_be_looked_at(nights: Nights, side: Side) -> None:
    first = two_months()
    again = pa.concat_tables([first.rows[side]["2026-07"], ended([3], agency="H21.09")])
    carried, full = nights.both_ways(first, first.with_rows(side, "2026-07", again).later(days=1))
    assert carried == full
    assert nights.rows_looked_at == 43
    assert carried["summary"]["dossiers"] == 21
    assert {one for found in kinds(carried).values() for one in found} >= {
        f"duplicate_{'in_shop' if side is Side.SHOP else 'on_portal'}"
    }


def test_a_key_that_is_rejected_on_the_later_night_is_unknown(nights: Nights) -> None:
    first = two_months()
    portal = first.with_rows(Side.PORTAL, "2026-07", ended(range(11, 20)))
    later = replace(portal, rejected={Side.PORTAL: [code(10)]}).later(days=1)
    carried, full = nights.both_ways(first, later)
    assert carried == full
    assert carried["unknown"]["dossier_code"].to_pylist() == [code(10)]


def test_a_key_nobody_answered_for_leaves_the_month_that_stands(nights: Nights) -> None:
    first = two_months()
    later = replace(first.later(days=1), unanswered={code(4): "not_asked"})
    carried, full = nights.both_ways(first, later)
    assert carried == full
    assert nights.rows_looked_at == 22  # June's
    assert carried["unknown"]["dossier_code"].to_pylist() == [code(4)]


def test_time_alone_makes_a_dossier_stuck_and_late(nights: Nights) -> None:
    waiting = table_of([{"code": code(50), "status": 5, "supplement_requested_at": "2026-08-24 09:00:00"}])
    opened = table_of([{"code": code(51), "status": 4, "due_at": "2026-09-10 17:00:00"}])
    first = two_months()
    for side in Side:
        first = first.with_rows(side, "2026-06", pa.concat_tables([first.rows[side]["2026-06"], waiting, opened]))
    found = []
    for said in (first, first.later(days=60)):
        carried, full = nights.both_ways(first, said)
        assert carried == full
        found.append(kinds(carried))
    assert code(50) not in found[0]
    assert "stuck" in found[1][code(50)]
    assert "stuck" in found[1][code(51)]
    assert nights.rows_looked_at == 0


def test_a_row_within_the_allowance_is_found_once_it_is_older(nights: Nights) -> None:
    first = two_months()
    changed = first.case.as_of.strftime("%Y-%m-%d 08:00:00")
    shop = pa.concat_tables([first.rows[Side.SHOP]["2026-06"], ended([60], step_at=changed)])
    portal = pa.concat_tables([first.rows[Side.PORTAL]["2026-06"], table_of([{"code": code(60), "status": 4}])])
    first = first.with_rows(Side.SHOP, "2026-06", shop).with_rows(Side.PORTAL, "2026-06", portal)
    early = replace(first, case=replace(first.case, as_of=first.case.as_of.replace(hour=9)))
    carried, full = nights.both_ways(early, first.later(days=30))
    assert carried == full
    assert nights.rows_looked_at == 0
    assert "finished_not_synced" in kinds(carried)[code(60)]
    assert code(60) not in kinds(nights.judged(early, None)[0])


def test_where_too_much_differs_nothing_is_kept(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "_WORTH_KEEPING", 0.01)
    _, folder = nights.judged(two_months(), None)
    assert read_kept(folder) is None
    nights.judged(two_months(), folder)
    assert nights.rows_looked_at == 42


def test_what_was_kept_and_cannot_be_read_is_nothing(nights: Nights) -> None:
    _, folder = nights.judged(two_months(), None)
    kept = read_kept(folder)
    assert kept is not None
    Path(
        kept.files("left_rows", kept.months)[0]
        if kept.files("left_rows", kept.months)
        else kept.files("counts", kept.months)[0]
    ).write_bytes(b"PAR1")
    assert read_kept(folder) is None
    (folder / carrying.FOLDER / "kept.json").write_text("{", encoding="utf-8")
    assert read_kept(folder) is None


# --- any history ------------------------------------------------------------------------------------------------------


def month_of(row: StagedRow, random: Random, moved: float) -> str:
    key = row.dossier_code or ""
    return random.choice(MONTHS) if random.random() < moved else MONTHS[sum(key.encode()) % len(MONTHS)]


def divided(rows: Iterable[StagedRow], random: Random, moved: float) -> dict[str, list[StagedRow]]:
    months: dict[str, list[StagedRow]] = {month: [] for month in MONTHS}
    for row in rows:
        months[month_of(row, random, moved)].append(row)
    return months


def tables(months: Mapping[str, list[StagedRow]]) -> dict[str, pa.Table]:
    return {month: table(rows) for month, rows in months.items()}


def changed(
    months: Mapping[str, list[StagedRow]], pool: list[StagedRow], touched: Collection[str], random: Random
) -> dict[str, list[StagedRow]]:
    """Of the touched months rows leave, come back changed, and come in, some with a key of another month."""
    told = {month: list(rows) for month, rows in months.items()}
    for month in touched:
        told[month] = [row for row in told[month] if random.random() < 0.7]
        told[month] += [random.choice(pool) for _ in range(random.randint(0, 3)) if pool]
    return told


histories = given(
    random=st.randoms(use_true_random=False),
    dossiers=st.integers(1, 10),
    moved=st.sampled_from([0.0, 0.3]),
    touched=st.lists(st.sets(st.sampled_from(MONTHS), max_size=2), min_size=1, max_size=3),
    hours=st.sampled_from([0, 3, 24, 24 * 40]),
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@histories
def test_any_history(random: Random, dossiers: int, moved: float, touched: list[set[str]], hours: int) -> None:
    carry_over(random, dossiers, moved, touched, hours)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@histories
def test_many_histories(random: Random, dossiers: int, moved: float, touched: list[set[str]], hours: int) -> None:
    carry_over(random, dossiers, moved, touched, hours)


def carry_over(random: Random, dossiers: int, moved: float, touched: list[set[str]], hours: int) -> None:
    told = random_night(random, dossiers)
    more = random_night(random, 3)
    case = Case(
        told.business_date or night().business_date, told.as_of, tuple(sorted(told.province_roots)), told.parameters
    )
    pools = {Side.SHOP: [*told.shop, *more.shop], Side.PORTAL: [*told.portal, *more.portal]}
    months = {Side.SHOP: divided(told.shop, random, moved), Side.PORTAL: divided(told.portal, random, moved)}
    history = []
    for number, some in enumerate([set[str](), *touched]):
        months = {side: changed(months[side], pools[side], sorted(some), random) for side in Side}
        rejected = {
            side: sorted({row.dossier_code or "" for row in pools[side] if random.random() < 0.1} - {""})
            for side in Side
        }
        silent = {row.dossier_code: "not_asked" for row in told.shop if row.dossier_code and random.random() < 0.05}
        said = Said({side: tables(rows) for side, rows in months.items()}, case, rejected, silent, told.reference)
        history.append(said.later(hours=hours * number))
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "_SCREENED_AT_ONCE", random.choice([1, 1_000]))
        patch.setattr(carrying, "_WORTH_KEEPING", 1.0)
        carried, full = Nights(Path(name)).both_ways(*history)
    assert carried == full
