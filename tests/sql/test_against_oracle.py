"""The queries and the plain-Python oracle find the same: on the rules' worked examples and on generated worlds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.model import ROW_KINDS, Side
from doisoat.reconcile import Case, SideCoverage
from doisoat.rules.parameters import RuleParameters
from tests import oracle, worked_examples, worked_examples_status, worked_examples_values
from tests.oracle import Discrepancy, Night, StagedRow
from tests.oracle_staging import stage_rows
from tests.sql.reconciliation.snapshots import BUSINESS_DATE, SCHEMA, found, judged
from tests.sql.reconciliation.worlds import ABSENT, PARAMETERS, random_night

WORKED = (*worked_examples_status.CASES, *worked_examples_values.CASES)


def table(rows: Iterable[StagedRow]) -> pa.Table:
    """Oracle rows as a snapshot; what the oracle does not have is null."""
    empty = dict.fromkeys(SCHEMA.names)
    return pa.Table.from_pylist([{**empty, **asdict(row)} for row in rows], schema=SCHEMA)


def by_sql(night: Night) -> list[Discrepancy]:
    """What the queries find, in the order of the oracle."""
    case = Case(
        night.business_date or BUSINESS_DATE,
        night.as_of,
        tuple(sorted(night.province_roots)),
        night.parameters,
        *(
            SideCoverage(is_complete=side not in night.partial, absent_columns=night.absent.get(side, frozenset()))
            for side in (Side.SHOP, Side.PORTAL)
        ),
    )
    with judged(
        table(night.shop),
        table(night.portal),
        case=case,
        rejected_shop=night.rejected_shop,
        rejected_portal=night.rejected_portal,
        reference=night.reference,
    ) as connection:
        rows = [Discrepancy(**row) for row in found(connection)]
    return sorted(rows, key=lambda row: tuple(value or "" for value in row))


def worked_night(examples: Iterable[tuple[int, worked_examples.Case]], partial: frozenset[Side]) -> Night:
    """Many examples as one night: each has its own codes."""
    rows: dict[Side, list[StagedRow]] = {side: [] for side in Side}
    rejected: dict[Side, set[str]] = {side: set() for side in Side}
    for number, example in examples:
        for side, records in ((Side.SHOP, example.shop), (Side.PORTAL, example.portal)):
            staged, bad = stage_rows(
                records, worked_examples.REFERENCE, worked_examples.BUSINESS_DATE, worked_examples.AS_OF
            )
            rows[side] += [numbered(row, number) for row in staged]
            rejected[side] |= {f"{number}/{one.dossier_code}" for one in bad if one.dossier_code}
    return Night(
        rows[Side.SHOP],
        rows[Side.PORTAL],
        worked_examples.REFERENCE,
        worked_examples.AS_OF,
        rejected_shop=frozenset(rejected[Side.SHOP]),
        rejected_portal=frozenset(rejected[Side.PORTAL]),
        province_roots=worked_examples.PROVINCE_ROOTS,
        partial=partial,
        business_date=worked_examples.BUSINESS_DATE,
    )


def numbered(row: StagedRow, number: int) -> StagedRow:
    codes = ("dossier_code", "national_code", "alternative_code", "unit_code")
    return replace(row, **{name: f"{number}/{getattr(row, name)}" for name in codes if getattr(row, name)})


@pytest.fixture(scope="module")
def worked_answers() -> dict[int, list[Discrepancy]]:
    """What the queries find for each worked example; examples that share what was read of the sides run together."""
    answers: dict[int, list[Discrepancy]] = {number: [] for number in range(len(WORKED))}
    for partial in {example.partial for example in WORKED}:
        night = worked_night(((n, example) for n, example in enumerate(WORKED) if example.partial == partial), partial)
        for one in by_sql(night):
            answers[int(one.dossier_code.partition("/")[0])].append(one)
    return answers


@pytest.mark.parametrize("number", range(len(WORKED)), ids=[str(example) for example in WORKED])
def test_worked_example(number: int, worked_answers: dict[int, list[Discrepancy]]) -> None:
    example = WORKED[number]
    assert {(one.kind, one.subtype) for one in worked_answers[number]} == example.expected
    assert worked_answers[number] == oracle.reconcile(worked_night([(number, example)], example.partial))


# --- random nights ------------------------------------------------------------------------------------------------


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    random=st.randoms(use_true_random=False),
    dossiers=st.integers(1, 12),
    parameters=st.sampled_from(PARAMETERS),
    absent=st.sampled_from(ABSENT),
    partial=st.sampled_from([frozenset(), frozenset({Side.SHOP}), frozenset({Side.PORTAL})]),
)
def test_small_night(
    random: Random,
    dossiers: int,
    parameters: RuleParameters,
    absent: Mapping[Side, frozenset[str]],
    partial: frozenset[Side],
) -> None:
    night = random_night(random, dossiers, parameters=parameters, absent=absent, partial=partial)
    assert by_sql(night) == oracle.reconcile(night)


@pytest.mark.parametrize("seed", range(len(PARAMETERS)))
def test_large_night(seed: int) -> None:
    night = random_night(Random(seed), 3_000, parameters=PARAMETERS[seed])
    expected = oracle.reconcile(night)
    assert {one.kind for one in expected} == {kind.value for kind in ROW_KINDS}
    assert by_sql(night) == expected
