"""The stage with published figures: what is compared, what is not and why, and the hint about the other period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from doisoat.config import Province
from doisoat.errors import IncompleteLanding
from doisoat.reconcile import reconcile_night
from doisoat.store.figures import Figure, write_figures
from doisoat.store.layout import RunFiles, read_json
from tests.sql.reconciliation.nights import staged_night
from tests.sql.reconciliation.snapshots import REFERENCE

ROWS = [{"code": f"A{number}"} for number in range(1, 5)]
RECEIVED = "progress_total_received"


def province(**changes: Any) -> Province:
    """The test province with a source of published figures."""
    return Province(
        **{
            "province": "H21",
            "name": "Tỉnh thử",
            "province_roots": ("H21", "H08"),
            "shop": {"kind": "files", "path": "shop"},
            "portal": {"kind": "files", "path": "portal"},
            "aggregates": {"kind": "files", "path": "published"},
            **changes,
        }
    )


def figures(values: Mapping[str, Mapping[str, Any]], period: str = "2026-08") -> list[Figure]:
    """{agency: {figure: value or (value, flag)}} as it lands."""
    found = []
    for agency, named in values.items():
        for figure, value in named.items():
            told, flag = value if isinstance(value, tuple) else (value, "")
            found.append(Figure(period, agency, None, figure, None if told is None else str(told), flag))
    return found


def run(
    home: Path,
    published: Iterable[Figure],
    the_province: Province | None = None,
    reasons: tuple[str, ...] = (),
    **night: Any,
) -> tuple[RunFiles, list[dict[str, Any]], list[str]]:
    """Reconcile; the lines of aggregates.parquet and the reasons of what was not compared."""
    files = staged_night(home, night.pop("shop", ROWS), night.pop("portal", ROWS), **night)
    files.landing_aggregates.mkdir(parents=True)
    manifest = {"kind": "files", "source": "published", "captured_at": "2026-09-03T23:59:59+07:00"}
    manifest |= {"complete": not reasons, "incomplete_reasons": list(reasons), "pieces": []}
    write_figures(files.landing_aggregates, published, manifest)
    summary = reconcile_night(files, the_province or province(), REFERENCE, spill=home / "spill", memory_limit="512MB")
    lines = pq.read_table(files.work("reconcile") / "aggregates.parquet").to_pylist()
    told = [one["reason"] for one in summary["not_compared"] if one["kind"] == "aggregate_mismatch"]
    assert summary["counts"]["aggregate_mismatch"] == sum(line["state"] == "mismatch" for line in lines)
    return files, lines, told


def state(lines: list[dict[str, Any]], agency: str, measure: str) -> str:
    (found,) = [line["state"] for line in lines if (line["agency_code"], line["measure"]) == (agency, measure)]
    return str(found)


def test_one_row_of_each_state(tmp_path: Path) -> None:
    published = {
        "H21": {RECEIVED: 4, "progress_total_on_time": 3},
        "H21.05": {
            RECEIVED: 5,
            "progress_total_on_time": 4,
            "progress_total_overdue": None,
            "dossier_sync_num": (4, "TEMP_NATIONAL_REPORT_DENOMINATOR"),
            "payment_dossier_online_success": (None, "UNREADABLE"),
        },
        "H21.06": {RECEIVED: 0},
        "H21.77": {RECEIVED: 7},
    }
    files, lines, told = run(tmp_path, figures(published))
    found = {line["measure"]: line["state"] for line in lines if line["agency_code"] == "H21.05"}
    assert found == {
        "received": "mismatch",
        "on_time": "equal",
        "overdue": "null",
        "synced": "flagged",
        "online": "not_published",
        "paid_online": "unreadable",
    }
    assert (state(lines, "H21", "received"), state(lines, "H21", "on_time")) == ("equal", "mismatch")
    assert (state(lines, "H21.06", "received"), state(lines, "H21.77", "received")) == ("equal", "only_published")
    assert any("H21.77" in reason and "chỉ có trong số liệu công bố" in reason for reason in told)
    discrepancies = pq.read_table(files.work("reconcile") / "discrepancies.parquet").to_pylist()
    found_rows = [row for row in discrepancies if row["kind"] == "aggregate_mismatch"]
    assert [(row["agency_code"], row["subtype"], row["field"]) for row in found_rows] == [
        ("H21", "on_time", "totalOnTime"),
        ("H21.05", "received", "totalReceived"),
    ]
    row = found_rows[1]
    assert (row["dossier_code"], row["value_shop"], row["value_portal"], row["period"]) == ("", "4", "5", "2026-08")
    assert (row["severity"], row["side"], row["technical"], row["since"]) == ("medium", "shop", False, None)
    assert not (files.work("reconcile") / ".side_rows.parquet").exists()


def test_an_agency_that_none_publishes_is_named(tmp_path: Path) -> None:
    _, lines, told = run(tmp_path, figures({"H21": {RECEIVED: 4}, "H21.06": {RECEIVED: 0}}))
    assert state(lines, "H21.05", "received") == "only_ours"
    assert any("H21.05" in reason and "không có trong số liệu công bố" in reason for reason in told)


def test_a_month_that_still_runs_is_not_compared(tmp_path: Path) -> None:
    _, lines, told = run(tmp_path, figures({"H21.05": {RECEIVED: 99}}, "2026-09"))
    assert lines == []
    assert told == ["kỳ 2026-09 chưa kết thúc tại thời điểm số liệu"]


def test_a_portal_read_in_part_gives_no_synced_and_a_shop_without_channels_no_online(tmp_path: Path) -> None:
    published = figures({"H21.05": {RECEIVED: 4, "dossier_sync_num": 4, "channel_online": 4}})
    _, lines, told = run(tmp_path, published, partial=True, partial_reasons=["thiếu trang"])
    assert (state(lines, "H21.05", "received"), state(lines, "H21.05", "synced")) == ("equal", "not_countable")
    assert any("chưa đếm được từ hồ sơ" in reason for reason in told)


def test_a_portal_that_was_not_asked_about_every_dossier_gives_no_synced(tmp_path: Path) -> None:
    published = figures({"H21.05": {RECEIVED: 4, "dossier_sync_num": 4}})
    asked = {"dossiers": 5, "asked": 4, "carried": {}, "failed": 0, "never_asked": 1, "outdated": 0}
    _, lines, _ = run(tmp_path, published, look_ups=asked)
    assert (state(lines, "H21.05", "received"), state(lines, "H21.05", "synced")) == ("equal", "not_countable")


def test_a_scope_that_begins_inside_the_month_compares_nothing(tmp_path: Path) -> None:
    late = province(rules={"scope_from": "2026-08-02"})
    _, lines, _ = run(tmp_path, figures({"H21.05": {RECEIVED: 99}}), late)
    assert state(lines, "H21.05", "received") == "not_countable"


def test_the_same_figure_twice_with_two_values_is_neither(tmp_path: Path) -> None:
    twice = figures({"H21.05": {RECEIVED: 4}}) + figures({"H08.05": {RECEIVED: 5}})
    _, lines, _ = run(tmp_path, twice)
    assert state(lines, "H21.05", "received") == "conflicting"


def test_the_tolerance_of_the_rules(tmp_path: Path) -> None:
    generous = province(rules={"aggregate_tolerance_abs": 1})
    _, lines, _ = run(tmp_path, figures({"H21.05": {RECEIVED: 5}}), generous)
    assert state(lines, "H21.05", "received") == "equal"


def test_the_hint_when_the_other_definition_fits(tmp_path: Path) -> None:
    days = ["2026-07-20", "2026-07-21", "2026-08-10", "2026-08-20"]
    rows = [
        {"code": f"A{n}", "received_at": f"{day} 09:00", "status": 9, "finished_at": f"{day} 10:00"}
        for n, day in enumerate(days)
    ]
    published = figures({"H21.05": {RECEIVED: 3}, "H21": {RECEIVED: 3}})
    files, lines, _ = run(tmp_path, published, shop=rows, portal=rows)
    assert state(lines, "H21.05", "received") == "mismatch"
    (month,) = read_json(files.work("reconcile") / "aggregates.json")["periods"]
    assert month["hint"].startswith("số công bố khớp kỳ báo cáo (từ ngày 15 tháng trước đến ngày 14) hơn")


def test_the_statutory_definition_is_compared_and_named(tmp_path: Path) -> None:
    rows = [{"code": "A1", "received_at": "2026-07-20 09:00", "status": 9, "finished_at": "2026-07-20 10:00"}]
    statutory = province(aggregates={"kind": "files", "path": "published", "period": "statutory"})
    files, lines, _ = run(tmp_path, figures({"H21.05": {RECEIVED: 2}}), statutory, shop=rows, portal=rows)
    assert {line["period"] for line in lines} == {"2026-08 (15/7–14/8)"}
    assert state(lines, "H21.05", "received") == "mismatch"
    (month,) = read_json(files.work("reconcile") / "aggregates.json")["periods"]
    assert (month["first_day"], month["last_day"], month["hint"]) == ("2026-07-15", "2026-08-14", "")


def test_what_the_landing_lacks_is_told(tmp_path: Path) -> None:
    nameless = [Figure("2026-08", None, "id-1", "dossier_sync_num", "3")]
    _, _, told = run(tmp_path, nameless, reasons=("transparency kỳ 2026-08: Cổng từ chối",))
    assert "chưa đọc hết số liệu công bố: transparency kỳ 2026-08: Cổng từ chối" in told
    assert any("1 đơn vị công bố chỉ có mã nội bộ" in reason for reason in told)


def test_contradictions_are_told_beside(tmp_path: Path) -> None:
    odd = {RECEIVED: 4, "progress_total_on_time": 3, "progress_total_overdue": 2}
    files, _, _ = run(tmp_path, figures({"H21.05": odd}))
    (month,) = read_json(files.work("reconcile") / "aggregates.json")["periods"]
    assert month["contradictions"] == [
        {
            "agency_code": "H21.05",
            "rule": "received_split",
            "figure": RECEIVED,
            "published": "4",
            "expected": "5",
        }
    ]


def test_configured_but_never_landed(tmp_path: Path) -> None:
    files = staged_night(tmp_path, ROWS, ROWS)
    with pytest.raises(IncompleteLanding, match="no finished landing here"):
        reconcile_night(files, province(), REFERENCE, spill=tmp_path / "spill", memory_limit="512MB")
