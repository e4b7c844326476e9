"""The inspection register in a real database: findings move by documents and by proof, all of it in the events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from doisoat.errors import ConfigError
from doisoat.model import Verdict
from doisoat.rules.inspection import Act, CheckState, Entry, FindingState, Form, replay
from doisoat.rules.lifecycle import Finding as Outcome
from doisoat.store.inspection_acts import Document, Ending, Moved, NewFinding
from doisoat.store.inspection_plans import Imported, PlanLine
from doisoat.store.inspections import Basis, Check, Opening, Snapshot
from doisoat.store.night_update import Found
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.conftest import NOW
from tests.unit.warehouse.nights import found_night, key, name, record, row, september

HOSTILE = "x'); DROP TABLE inspections; -- =1+1 <b> \u202e"
BASIS = Basis(
    business_date=september(3),
    as_of=key(3).day_end,
    verdict="complete",
    rule_versions={"rules": "1"},
    figures={"dossiers_shop": 5, "found": [["H44.05", "stuck", "officer", False, 2]]},
    snapshots=(
        Snapshot("shop", "http://shop", key(3).day_end, 5, "ab" * 32, "cd" * 32),
        Snapshot("portal", HOSTILE, None, 4, "", ""),
    ),
)


def opening(**other: Any) -> Opening:
    given: dict[str, Any] = {
        "agency_code": "H44.05",
        "subject": HOSTILE,
        "form": Form.REMOTE,
        "period_from": date(2026, 1, 1),
        "period_to": september(3),
        "person": "Lan",
        "opened_on": september(3),
        "unplanned_reason": "phản ánh",
        "basis": BASIS,
        **other,
    }
    return Opening(**given)


@pytest.fixture
def check(warehouse: Warehouse) -> Check:
    """Night of the 3rd: a, b and c stand; a check with a finding of a and b."""
    record(warehouse, 3, "abc")
    opened = warehouse.register.open_check("H44", opening())
    warehouse.register.add_findings("H44", opened.inspection_id, [group("ab")])
    return warehouse.register.check("H44", opened.inspection_id)


def group(letters: str) -> NewFinding:
    return NewFinding("Hồ sơ treo", "Lan", september(3), tuple(name(letter) for letter in letters), "stuck")


def document(act: Act, day: int = 4, **other: Any) -> Document:
    return Document(act, september(day), "Lan", "12/UBND", **other)


def state(warehouse: Warehouse, number: int = 1) -> FindingState:
    return warehouse.register.finding("H44", f"2026-001.{number}")[1].state


def test_what_is_opened_is_read_again(warehouse: Warehouse, check: Check) -> None:
    assert check.inspection_id == "2026-001"
    assert check.opening == opening()
    assert [(one.finding_id, one.title, one.proof.members, one.proof.seen) for one in check.findings] == [
        ("2026-001.1", "Hồ sơ treo", 2, 2)
    ]


def test_ids_count_within_year_and_province(warehouse: Warehouse) -> None:
    register = warehouse.register
    made = [register.open_check(province, opening(opened_on=day, basis=None)) for province, day in ORDER]
    assert [one.inspection_id for one in made] == ["2026-001", "2025-001", "2026-002", "2026-001"]


ORDER = [("H44", september(1)), ("H44", date(2025, 12, 31)), ("H44", september(3)), ("H21", september(3))]


def test_all_resolved_is_verified_and_one_that_comes_back_reopens(warehouse: Warehouse, check: Check) -> None:
    assert warehouse.register.verify("H44").moved == (), "the night a finding rests on proves nothing about it"
    record(warehouse, 4, "bc", "a")
    assert warehouse.register.verify("H44").moved == ()
    record(warehouse, 5, "c", "b")
    told = warehouse.register.verify("H44")
    assert told.business_date == september(5)
    assert told.moved == (Moved("2026-001.1", "H44.05", Act.VERIFIED, FindingState.OPEN, FindingState.VERIFIED),)
    assert warehouse.register.verify("H44").moved == (), "the same night again moves nothing"
    record(warehouse, 8, "ac")
    assert [moved.act for moved in warehouse.register.verify("H44").moved] == [Act.REOPENED]
    _, finding = warehouse.register.finding("H44", "2026-001.1")
    assert (finding.state, finding.standing.reopened, finding.standing.verified_on) == (FindingState.REOPENED, 1, None)
    by_night = [event for event in warehouse.register.events("H44", "2026-001") if event.run_on]
    assert [(event.act, event.run_on, event.person, len(event.rule_version or "")) for event in by_night] == [
        ("verified", september(5), None, 12),
        ("reopened", september(8), None, 12),
    ]


def test_a_partial_night_proves_nothing(warehouse: Warehouse, check: Check) -> None:
    partial = replace(found_night(4), verdict=Verdict.PARTIAL)
    resolved = [Found(name(letter), Outcome.RESOLVED) for letter in "ab"]
    warehouse.record_night(partial, [row("c")], resolved)
    told = warehouse.register.verify("H44")
    assert (told.business_date, told.moved, told.why_nothing) == (september(4), (), "partial")
    assert state(warehouse) is FindingState.OPEN


@pytest.mark.parametrize("outcome", [Outcome.SUPERSEDED, Outcome.GONE, Outcome.LEFT_SCOPE])
def test_what_is_over_without_being_resolved_is_no_remedy(warehouse: Warehouse, check: Check, outcome: Outcome) -> None:
    found = [Found(name("a"), Outcome.RESOLVED), Found(name("b"), outcome, "status_lag")]
    warehouse.record_night(found_night(4), [row("c")], found)
    assert warehouse.register.verify("H44").moved == ()


def test_a_night_that_is_rewound_takes_its_proof_back(warehouse: Warehouse, check: Check) -> None:
    record(warehouse, 4, "c", "ab")
    warehouse.register.verify("H44")
    assert state(warehouse) is FindingState.VERIFIED
    record(warehouse, 4, "abc", rewind=True)
    assert [moved.act for moved in warehouse.register.verify("H44").moved] == [Act.REOPENED]


def test_deadlines_pass_only_by_a_night_that_could_have_proved_the_remedy(warehouse: Warehouse, check: Check) -> None:
    register = warehouse.register
    (asked,) = register.file_document("H44", ["2026-001.1"], document(Act.REQUESTED, due_on=september(4)))
    assert (asked.state, asked.standing.due_on) == (FindingState.REQUESTED, september(4))
    record(warehouse, 4, "abc")
    assert register.verify("H44").moved == ()
    warehouse.record_night(replace(found_night(7), verdict=Verdict.PARTIAL), [row("a")], [])
    assert register.verify("H44").moved == ()
    record(warehouse, 8, "ac", "b")
    assert [moved.after for moved in register.verify("H44").moved] == [FindingState.NOT_REMEDIED]


def test_the_present_follows_from_the_events(warehouse: Warehouse, check: Check) -> None:
    register = warehouse.register
    register.file_document("H44", ["2026-001.1"], document(Act.REQUESTED, due_on=september(4)))
    register.file_document("H44", ["2026-001.1"], document(Act.ANSWERED, text=HOSTILE))
    register.file_document("H44", ["2026-001.1"], document(Act.REMEDIED))
    record(warehouse, 4, "c", "ab")
    register.verify("H44")
    events = register.events("H44", "2026-001")
    own = [Entry(Act(one.act), one.happened_on, one.due_on) for one in events if one.number == 1]
    assert replay(own) == register.finding("H44", "2026-001.1")[1].standing
    assert [one.act for one in events] == ["open", "found", "requested", "answered", "remedied", "verified"]
    assert events[3].text == HOSTILE and {one.recorded_at for one in events} == {NOW}


def test_what_cannot_follow_says_what_can_and_leaves_all_as_it_was(warehouse: Warehouse, check: Check) -> None:
    register = warehouse.register
    register.add_findings("H44", "2026-001", [group("c")])
    with pytest.raises(
        ConfigError, match=r"2026-001\.2 is open: answered cannot follow \(possible: requested, remedied"
    ):
        register.file_document("H44", ["2026-001.2"], document(Act.ANSWERED))
    register.file_document("H44", ["2026-001.1"], document(Act.REQUESTED, due_on=september(9)))
    before = register.events("H44", "2026-001")
    with pytest.raises(ConfigError, match="2026-001.2 is open"):  # one of two cannot: neither is filed
        register.file_document("H44", ["2026-001.1", "2026-001.2"], document(Act.ANSWERED))
    assert register.events("H44", "2026-001") == before


REFUSED = [
    (document(Act.VERIFIED), "only a later night proves them resolved"),
    (document(Act.REMEDIED, day=2), "was opened on 2026-09-03, after 2026-09-02"),
    (document(Act.REMEDIED, day=5), r"2026-09-05 is yet to come \(today is 2026-09-04\)"),
    (document(Act.REQUESTED, due_on=september(3)), "the deadline 2026-09-03 lies before"),
]


@pytest.mark.parametrize(("said", "complaint"), REFUSED)
def test_documents_that_cannot_be(warehouse: Warehouse, check: Check, said: Document, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        warehouse.register.file_document("H44", ["2026-001.1"], said)
    assert state(warehouse) is FindingState.OPEN


def test_what_a_person_has_found_only_a_person_verifies(warehouse: Warehouse, check: Check) -> None:
    register = warehouse.register
    register.add_findings("H44", "2026-001", [NewFinding("Không niêm yết", "Lan", september(3))])
    record(warehouse, 4, "", "abc")
    register.verify("H44")
    assert state(warehouse, 2) is FindingState.OPEN
    register.file_document("H44", ["2026-001.2"], document(Act.VERIFIED, text="đã xem tại chỗ"))
    assert state(warehouse, 2) is FindingState.VERIFIED


def test_a_discrepancy_belongs_to_one_finding_of_a_check(warehouse: Warehouse, check: Check) -> None:
    with pytest.raises(ConfigError, match=r"2026-001\.1 holds some of these"):
        warehouse.register.add_findings("H44", "2026-001", [group("bc")])
    assert len(warehouse.register.check("H44", "2026-001").findings) == 1
    other = warehouse.register.open_check("H44", opening())
    warehouse.register.add_findings("H44", other.inspection_id, [group("b")])  # another check may ask about it, too


def test_closing_goes_on_following_and_cancelling_needs_an_empty_check(warehouse: Warehouse, check: Check) -> None:
    register = warehouse.register
    with pytest.raises(ConfigError, match="has 1 findings: it cannot be cancelled"):
        register.end_check("H44", "2026-001", Ending(CheckState.CANCELLED, september(4), "Lan", "hoãn"))
    closed = register.end_check("H44", "2026-1", Ending(CheckState.CLOSED, september(4), "Lan"))
    assert (closed.state, closed.closed_on) == (CheckState.CLOSED, september(4))
    with pytest.raises(ConfigError, match="is closed: findings belong to an open one"):
        register.add_findings("H44", "2026-001", [group("c")])
    with pytest.raises(ConfigError, match="is closed already, since 2026-09-04"):
        register.end_check("H44", "2026-001", Ending(CheckState.CLOSED, september(4), "Lan"))
    record(warehouse, 4, "c", "ab")
    assert [moved.after for moved in register.verify("H44").moved] == [FindingState.VERIFIED]


def test_members_are_the_discrepancies_as_they_stand(warehouse: Warehouse, check: Check) -> None:
    record(warehouse, 4, "bc", "a")
    told = warehouse.register.members("H44", "2026-001")
    assert [(number, one.dossier_code[-1], one.state) for number, one in told] == [
        (1, "a", "resolved"),
        (1, "b", "open"),
    ]


def test_what_stands_at_an_agency_and_below_it(warehouse: Warehouse) -> None:
    seen = [row("a"), row("b", agency_code="H44.05.02"), row("c", agency_code="H44.055"), row("d", kind="status_lag")]
    warehouse.record_night(found_night(3), seen, [])
    register = warehouse.register
    assert [one.dossier_code[-1] for one in register.standing_of("H44", "H44.05")] == ["d", "a", "b"]
    assert [one.dossier_code[-1] for one in register.standing_of("H44", "H44.05", ["stuck"])] == ["a", "b"]
    assert register.standing_of("H44", "H44.0%") == []


@pytest.mark.parametrize("wrong", ["", "2026", "2026-002", "nonsense", "' OR 1=1 --", "2026-001.1"])
def test_an_unknown_check_lists_the_known_ones(warehouse: Warehouse, check: Check, wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"known: 2026-001\)"):
        warehouse.register.check("H44", wrong)


@pytest.mark.parametrize(("wrong", "told"), [("2026-001.7", r"known: 2026-001\.1\)"), ("2026-001", "it is one like")])
def test_an_unknown_finding_lists_the_known_ones(warehouse: Warehouse, check: Check, wrong: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        warehouse.register.finding("H44", wrong)


def test_provinces_do_not_see_each_other(warehouse: Warehouse, check: Check) -> None:
    with pytest.raises(ConfigError, match="H21 has no inspection '2026-001'; there is none yet"):
        warehouse.register.check("H21", "2026-001")
    assert warehouse.register.verify("H21").why_nothing == "no_night"


# --- plans -------------------------------------------------------------------------------------------------


def line(number: int, **other: Any) -> PlanLine:
    given = {"plan_code": "KH-1", "agency_code": "H44.05", "subject": HOSTILE, "first_year": 2026, "last_year": 2030}
    return PlanLine(f"KH-{number}", **{**given, **other})


def test_importing_again_updates_by_id_and_keeps_what_was_done(warehouse: Warehouse) -> None:
    register = warehouse.register
    assert register.import_plan("H44", [line(1), line(2), line(3)], "a.xlsx") == Imported(3, 0, 0, ())
    register.open_check("H44", opening(plan_line="KH-2", unplanned_reason=None))
    again = [line(1), line(2, form=Form.ONLINE, quarter=3)]
    assert register.import_plan("H44", again, "b.xlsx") == Imported(0, 1, 1, ("KH-3",))
    assert register.import_plan("H44", again, "b.xlsx") == Imported(0, 0, 2, ("KH-3",))
    assert register.plan("H44") == [line(1), line(2, form=Form.ONLINE, quarter=3), line(3)]
    assert register.check("H44", "2026-001").opening.plan_line == "KH-2"


def test_lines_of_a_year(warehouse: Warehouse) -> None:
    warehouse.register.import_plan("H44", [line(1), line(2, last_year=2026)], "a.xlsx")
    assert [[one.line_id for one in warehouse.register.plan("H44", year)] for year in (2025, 2026, 2030)] == [
        [],
        ["KH-1", "KH-2"],
        ["KH-1"],
    ]


def test_a_line_there_is_not(warehouse: Warehouse) -> None:
    with pytest.raises(ConfigError, match="no line 'KH-9' in the plans of H44"):
        warehouse.register.open_check("H44", opening(plan_line="KH-9", unplanned_reason=None))
    assert warehouse.register.checks("H44") == []
