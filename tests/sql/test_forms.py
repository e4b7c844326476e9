"""The figures of the statutory forms: SQL against a count in plain Python, and what holds for any input."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from doisoat.config.forms import Forms
from doisoat.forms.computing import compute_period
from doisoat.rules.periods import PeriodDefinition
from doisoat.rules.reference import AgencyTable, ProcedureTable
from doisoat.rules.reporting_periods import Length, ReportingPeriod, read_period
from doisoat.store.layout import RunFiles
from tests import oracle_forms
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, REFERENCE, staged_row
from tests.sql.test_aggregates import DAYS, ROW

LEVELS = {"H21": "tinh", "H21.05": "so", "H21.05.02": "don_vi", "H21.06": "xa", "H08.05": "so", "H15.05": "so"}
FIELDS = {"1.001612": "Hộ tịch", "2.000815": "Đất đai", "2.000477": "Hộ tịch", "1.000111": ""}
FORM_REFERENCE = replace(
    REFERENCE,
    agencies=AgencyTable([replace(one, level=LEVELS[one.code]) for one in REFERENCE.agencies]),
    procedures=ProcedureTable(
        [replace(one, field=FIELDS.get(one.national_code, "Chứng thực")) for one in REFERENCE.procedures]
    ),
)
COLUMNS = (
    *("received", "online_full", "online_partial", "post", "direct", "carried", "resolved", "early", "on_due", "late"),
    *("open", "open_in", "open_over"),
)
RECEIVED, RESOLVED, OPEN = COLUMNS[1:6], COLUMNS[7:10], COLUMNS[11:]
Rows = list[dict[str, Any]]
AUGUST = ReportingPeriod(2026, Length.MONTH, 8, PeriodDefinition.STATUTORY)  # 15/7 to 14/8
NO_PAIRS = pa.schema([(name, pa.string()) for name in ("dossier_code", "shop_key", "portal_key")])


def night_of(home: Path, shop: Rows, portal: Rows, **more: Any) -> RunFiles:
    """A night of these rows in which no dossier has two codes, which is all that counting asks the comparison."""
    files = staged_night(home, shop, portal, **more)
    files.work("reconcile").mkdir(parents=True)
    pq.write_table(NO_PAIRS.empty_table(), files.work("reconcile") / "pairs.parquet")
    return files


def figures_of(files: RunFiles, period: ReportingPeriod, clock: str = "luat") -> dict[str, Any]:
    province = PROVINCE.model_copy(update={"forms": Forms(clock=clock)})
    return compute_period(files, province, FORM_REFERENCE, period, spill=files.home / "spill", memory_limit="1GB")


def by_place(figures: dict[str, Any]) -> dict[tuple[str | None, ...], dict[str, int]]:
    """(side, scope, section, unit, field) -> column -> dossiers; the field of a sum is None, an unknown one ''."""
    return {
        (
            row["side"],
            row["scope"],
            row["section"],
            row["unit_code"],
            None if row["is_sum"] else row["field"] or "",
        ): row
        for row in figures["figures"]
    }


# --- against a count in plain Python ---------------------------------------------------------------------

MORE = {
    "agency": st.sampled_from(["H21.05", "H21.05.02", "H21.06", "H08.05", "H21", "H15.05", "H21.99", None]),
    "procedure": st.sampled_from(["1.001612", "2.000815", "2.000477", "3.000001", "1.000111", "9.999999", None]),
    "first_supplement_completed_at": st.one_of(st.none(), DAYS),
    "extension_count": st.integers(0, 2),
}
DRAWN = st.tuples(ROW, st.fixed_dictionaries(MORE)).map(lambda both: both[0] | both[1])
PAIRS = st.tuples(st.one_of(st.none(), DRAWN), st.one_of(st.none(), DRAWN))
PERIODS = st.sampled_from(["2026-07", "2026-08", "2026-Q3", "2026-H1", "2026"]).flatmap(
    lambda text: st.sampled_from([read_period(text, one) for one in PeriodDefinition])
)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(PAIRS, min_size=1, max_size=14), PERIODS, st.sampled_from(["luat", "dvcqg", "mot_cua"]))
def test_as_a_plain_count_does(drawn: list[tuple[Any, Any]], period: ReportingPeriod, clock: str) -> None:
    sides: dict[str, Rows] = {"shop": [], "portal": []}
    for number, rows in enumerate(drawn):
        for side, row in zip(sides, rows, strict=True):
            if row is not None:
                sides[side].append({"code": f"A{number}", **row})
    with TemporaryDirectory() as home:
        files = night_of(Path(home), sides["shop"], sides["portal"])
        figures = figures_of(files, period, clock)
        before = figures_of(files, period.before(), clock)
    is_as_the_oracle_says(figures, sides, period, clock)
    holds_by_itself(figures)
    what_comes_over_is_what_was_left(figures, before)


def is_as_the_oracle_says(figures: dict[str, Any], sides: dict[str, Rows], period: ReportingPeriod, clock: str) -> None:
    staged = {side: [staged_row(row) for row in rows] for side, rows in sides.items()}
    days = oracle_forms.Days(period.first_day, min(period.last_day, BUSINESS_DATE))
    counted = oracle_forms.count(staged["shop"], staged["portal"], days, FORM_REFERENCE, clock)
    expected: Counter[tuple[Any, str]] = Counter()
    for place, name, dossiers in oracle_forms.sums(counted):
        expected[place, name] = dossiers
    found = by_place(figures)
    for place in found.keys() | {place for place, _ in expected}:
        for name in (*RECEIVED, *RESOLVED, *OPEN, "due_unknown"):
            assert found.get(place, {}).get(name, 0) == expected[place, name], (place, name)


def holds_by_itself(figures: dict[str, Any]) -> None:
    """The formula lines of the form hold in every row, whatever came in."""
    for row in figures["figures"]:
        assert row["received"] == sum(row[name] for name in RECEIVED) == row["resolved"] + row["open"]
        assert row["resolved"] == sum(row[name] for name in RESOLVED)
        assert row["open"] == sum(row[name] for name in OPEN)


def what_comes_over_is_what_was_left(figures: dict[str, Any], before: dict[str, Any]) -> None:
    """(8) of a period is (13) of the one before: of every unit and field, by the whole form and by the short count."""
    carried = {key: row["carried"] for key, row in by_place(figures).items() if row["carried"]}
    assert carried == {key: row["open"] for key, row in by_place(before).items() if row["open"]}
    short = {
        (row["side"], "unit", row["section"], row["unit_code"], row["field"] or ""): row["dossiers"]
        for row in figures["left_before"]
    }
    assert short == {key: count for key, count in carried.items() if key[1] == "unit" and key[4] is not None}
