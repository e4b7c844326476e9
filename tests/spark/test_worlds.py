"""DuckDB = Spark = the plain-Python oracle, row by row: every kind and subtype, worked examples, random nights."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.model import ROW_KINDS, Side
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.parameters import RuleParameters
from tests import oracle
from tests.spark.engines import Opener, Told, assert_same, found, here, results
from tests.sql.reconciliation.worlds import ABSENT, PARAMETERS, random_night
from tests.sql.test_against_oracle import WORKED, worked_night


@pytest.mark.parametrize("number", range(len(PARAMETERS)))
def test_a_night_of_every_kind(on_spark: Opener, number: int) -> None:
    night = random_night(Random(number), 1_500, parameters=PARAMETERS[number])
    written = results(on_spark, Told.of(night))
    assert_same(written, results(here, Told.of(night)))
    assert found(written) == oracle.reconcile(night)
    assert {one.kind for one in found(written)} == {kind.value for kind in ROW_KINDS}


@pytest.mark.parametrize("partial", sorted({example.partial for example in WORKED}, key=sorted), ids=str)
def test_the_worked_examples_of_the_rules(on_spark: Opener, partial: frozenset[Side]) -> None:
    night = worked_night(((n, one) for n, one in enumerate(WORKED) if one.partial == partial), partial)
    written = results(on_spark, Told.of(night))
    assert_same(written, results(here, Told.of(night)))
    assert found(written) == oracle.reconcile(night)
    if not partial:
        known = {(kind.value, subtype) for kind in ROW_KINDS for subtype in KIND_INFO[kind].subtypes}
        assert {(one.kind, one.subtype) for one in found(written)} == known


def test_a_portal_of_look_ups(on_spark: Opener) -> None:
    night = random_night(Random(11), 300)
    silent = {row.dossier_code: ("not_asked", "look_up_failed")[n % 2] for n, row in enumerate(night.shop[::9])}
    told = Told.of(night, silent)
    written = results(on_spark, told)
    assert_same(written, results(here, told))
    assert {"not_asked", "look_up_failed"} <= set(written["unknown.parquet"]["reason"].to_pylist())


def test_a_night_without_any_dossier(on_spark: Opener) -> None:
    told = Told.of(random_night(Random(1), 0))
    written = results(on_spark, told)
    assert_same(written, results(here, told))
    assert written["summary"]["dossiers"] == 0


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    random=st.randoms(use_true_random=False),
    dossiers=st.integers(1, 40),
    parameters=st.sampled_from(PARAMETERS),
    absent=st.sampled_from(ABSENT),
    partial=st.sampled_from([frozenset(), frozenset({Side.SHOP}), frozenset({Side.PORTAL})]),
)
def test_a_small_night(
    on_spark: Opener,
    random: Random,
    dossiers: int,
    parameters: RuleParameters,
    absent: Mapping[Side, frozenset[str]],
    partial: frozenset[Side],
) -> None:
    night = random_night(random, dossiers, parameters=parameters, absent=absent, partial=partial)
    written = results(on_spark, Told.of(night))
    assert_same(written, results(here, Told.of(night)))
    assert found(written) == oracle.reconcile(night)
