"""The rules' table of worked examples, both signs, against the oracle: the oracle itself is right."""

from __future__ import annotations

import pytest

from doisoat.model import ROW_KINDS
from doisoat.rules.kinds import KIND_INFO
from tests.oracle import Night, reconcile
from tests.oracle_staging import stage_rows
from tests.worked_examples import AS_OF, BUSINESS_DATE, PROVINCE_ROOTS, REFERENCE, Case
from tests.worked_examples_status import CASES as STATUS_CASES
from tests.worked_examples_values import CASES as VALUE_CASES

CASES = STATUS_CASES + VALUE_CASES


def night_of(case: Case) -> Night:
    shop, rejected_shop = stage_rows(case.shop, REFERENCE, BUSINESS_DATE, AS_OF)
    portal, rejected_portal = stage_rows(case.portal, REFERENCE, BUSINESS_DATE, AS_OF)
    return Night(
        shop,
        portal,
        REFERENCE,
        AS_OF,
        rejected_shop=frozenset(row.dossier_code for row in rejected_shop if row.dossier_code),
        rejected_portal=frozenset(row.dossier_code for row in rejected_portal if row.dossier_code),
        province_roots=PROVINCE_ROOTS,
        partial=case.partial,
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_worked_example(case: Case) -> None:
    found = reconcile(night_of(case))
    assert {(one.kind, one.subtype) for one in found} == case.expected
    assert len(found) == len(case.expected)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_order_of_rows_never_changes_a_result(case: Case) -> None:
    turned = Case(case.line, case.name, case.shop[::-1], case.portal[::-1], case.expected, case.partial)
    assert reconcile(night_of(turned)) == reconcile(night_of(case))


def test_the_examples_cover_every_row_kind_and_subtype() -> None:
    shown = {found for case in CASES for found in case.expected}
    assert shown == {(kind.value, subtype) for kind in ROW_KINDS for subtype in KIND_INFO[kind].subtypes}
