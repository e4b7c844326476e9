"""The report as data: what it counts, what it cuts, when it calls a night partial."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]


def test_the_whole_report_of_a_busy_night(publish: Publish, snapshot: SnapshotAssertion) -> None:
    assert publish(factory.busy_night()).json == snapshot


def test_a_quiet_night_is_complete_and_empty(publish: Publish) -> None:
    report = publish(factory.NightFiles()).json
    assert report["coverage"]["verdict"] == "complete"
    assert set(report["totals"].values()) == {0}
    assert (report["kinds"], report["agencies"], report["false_overdue"]["items"]) == ([], [], [])


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        (
            {
                "shop": factory.side(
                    complete=False, partial=True, partial_reasons=["Mất trang 12", "Nguồn ngắt kết nối"]
                )
            },
            ["Một cửa: Mất trang 12; Nguồn ngắt kết nối"],
        ),
        ({"portal": factory.side(partial=True)}, ["Cổng DVCQG: dữ liệu chưa được đọc hết"]),
        ({"portal": factory.side(complete=False)}, ["Cổng DVCQG: dữ liệu chưa được đọc hết"]),
        (
            {"summary": {"recheck": {"asked": 3, "failed_look_ups": 2}}},
            ["Có 2 lần tra cứu lại không nhận được trả lời"],
        ),
    ],
)
def test_a_night_is_partial_for_the_three_reasons_of_the_rules(
    publish: Publish, changes: dict[str, Any], reasons: list[str]
) -> None:
    coverage = publish(factory.NightFiles(**changes)).json["coverage"]
    assert (coverage["verdict"], coverage["reasons"]) == ("partial", reasons)


def test_rejections_and_what_was_not_compared_leave_a_night_complete(publish: Publish) -> None:
    coverage = publish(factory.busy_night()).json["coverage"]
    assert coverage["verdict"] == "complete"
    assert [(one["kind"], one["dossiers"]) for one in coverage["not_compared"]] == [
        (None, 2),
        ("aggregate_mismatch", 0),
    ]


def test_technical_faults_are_not_charged_to_an_agency(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[
            factory.discrepancy("A1", "missing_on_portal", severity="high", technical=True),
            factory.discrepancy("A2", "status_lag", agency_code="H44.37"),
        ],
        agencies=[factory.agency("H44.05", "Sở Xây dựng"), factory.agency("H44.37", "Phường Việt Trì")],
    )
    report = publish(night).json
    by_code = {one["agency_code"]: (one["charged"], one["high"], one["technical"]) for one in report["agencies"]}
    assert by_code == {"H44.37": (1, 0, 0), "H44.05": (0, 0, 1)}
    assert list(by_code) == ["H44.37", "H44.05"]  # worst first: what is charged
    assert report["totals"]["lagging_agencies"] == 1


def test_lists_are_cut_and_say_so_while_counts_are_whole(publish: Publish) -> None:
    night = factory.NightFiles(discrepancies=[factory.false_overdue(f"A{number:03}") for number in range(73)])
    report = publish(night).json
    assert (len(report["false_overdue"]["items"]), report["false_overdue"]["total"]) == (50, 73)
    kind = report["kinds"][0]
    assert (len(kind["worst"]["items"]), kind["worst"]["total"], kind["discrepancies"]) == (20, 73, 73)
    assert kind["worst"]["items"][0]["dossier_code"] == "A000"


def test_new_tonight_is_what_was_first_seen_on_the_business_date(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[
            factory.discrepancy("A1", "stuck"),
            factory.discrepancy("A2", "stuck", first_seen_on=factory.DAY - timedelta(days=1)),
        ]
    )
    report = publish(night).json
    assert (report["totals"]["first_seen"], report["kinds"][0]["first_seen"]) == (1, 1)


def test_the_deadline_counts_working_days_after_the_business_date(publish: Publish) -> None:
    assert publish(factory.NightFiles()).json["act_by"] == "2026-09-08"  # Thu 3/9 + 3: Fri, Mon, Tue
    changed = publish(factory.NightFiles(), "other", rules={"remedy_working_days": 1}).json
    assert changed["act_by"] == "2026-09-04"
    assert [one["name"] for one in changed["parameters"] if one["changed"]] == ["remedy_working_days"]


def test_every_parameter_of_the_rules_has_a_vietnamese_name(publish: Publish) -> None:
    parameters = publish(factory.NightFiles()).json["parameters"]
    assert [one["name"] for one in parameters if one["label"] == one["name"]] == []
    assert len(parameters) > 20


def test_a_dossier_without_an_agency_is_counted_as_unclear(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[factory.discrepancy("A1", "stuck", agency_code=None)],
        agencies=[{"agency_code": None, "agency_name": None, "dossiers_shop": 4}],
    )
    (agency,) = publish(night).json["agencies"]
    assert (agency["agency_code"], agency["agency_name"]) == (None, "Chưa rõ cơ quan")
    assert (agency["charged"], agency["dossiers_shop"]) == (1, 4)


def test_discrepancies_without_a_dossier_are_counted_and_listed(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[factory.discrepancy("", "aggregate_mismatch", "received", field="received", period="2026-08")]
    )
    report = publish(night).json
    assert (report["totals"]["discrepancies"], report["totals"]["dossiers"]) == (1, 0)
    assert "Số liệu kỳ 2026-08" in publish(night, "other").html
