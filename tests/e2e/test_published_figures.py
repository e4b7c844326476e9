"""The portal's published figures beside the dossiers: every planted deviation comes out, and nothing else.

What must be found is counted by the simulator in plain Python, apart from the product's queries.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat_simulator.publication import UNKNOWN_UNIT, FigureTruth, figure_truth, write_publication
from doisoat_simulator.published import last_month
from doisoat_simulator.servers.catalogue import ROOT_ID
from doisoat_simulator.world import World, build_world
from tests.e2e.fixtures import Ran
from tests.e2e.nights import DAY, FILES_PROVINCE, NightRun, export_world, run_night
from tests.e2e.run_files import artefacts, differing, mails
from tests.e2e.simulated import DOSSIERS, SEED, Simulated, igate_province

FILES = "aggregates: {kind: files, path: exports/published}\n"
API: dict[str, Any] = {
    "kind": "api",
    "base_url": "http://127.0.0.1:1",
    "base_url_env": "DOISOAT_PORTAL_REPORTS_URL",
    "root_department_id": ROOT_ID,
    "seconds_between_calls": 0.001,
}
KIND = "aggregate_mismatch"
COLUMNS = {
    "received": "progress_total_received",
    "on_time": "progress_total_on_time",
    "overdue": "progress_total_overdue",
    "synced": "dossier_sync_num",
    "online": "channel_online",
    "paid_online": "payment_dossier_online_success",
}


def reported(night: NightRun) -> Counter[FigureTruth]:
    """(agency, measure) of every reported figure."""
    with Path(night.outcome["artefacts"]["discrepancies.csv"]).open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] == KIND]
    assert {(row["dossier_code"], row["severity"], row["period"]) for row in rows} <= {("", "medium", "2026-08")}
    return Counter(FigureTruth(row["agency_code"], row["subtype"]) for row in rows)


def reasons(night: NightRun) -> list[str]:
    return [one["reason"] for one in night.outcome["not_compared"] if one["kind"] == KIND]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(DOSSIERS, SEED, DAY)


@pytest.fixture(scope="module")
def published(world: World, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A night over export folders and a folder with one published table."""
    folder = tmp_path_factory.mktemp("published")
    config = export_world(folder, DOSSIERS, SEED)
    write_publication(world, folder / "exports")
    config.write_text(FILES_PROVINCE + FILES, encoding="utf-8")
    return Ran(run_night(config, folder / "var"), config, folder, {})


def test_truth_in_files(published: Ran, world: World) -> None:
    assert published.night.code == 1, published.night.stderr
    planted = Counter(figure_truth(world, last_month(DAY), units_online=True))
    assert reported(published.night) == planted
    assert min(Counter(one.measure for one in planted).values()) >= 30
    assert published.night.outcome["discrepancies"][KIND] == len(planted)


def test_what_is_not_compared_is_named(published: Ran) -> None:
    said = "\n".join(reasons(published.night))
    assert "chưa cấu hình" not in said
    for part in ("TEMP_NATIONAL_REPORT_DENOMINATOR", "NO_NATIONAL_REPORT_DATA", "null, không phải 0", UNKNOWN_UNIT[0]):
        assert part in said
    assert "không có trong số liệu công bố" in said


def test_contradictions_are_reported_apart(published: Ran) -> None:
    report = json.loads(Path(published.night.outcome["artefacts"]["report.json"]).read_text(encoding="utf-8"))
    (month,) = report["aggregates"]["months"]
    labels = Counter(one["label"] for one in month["contradictions"])
    assert labels["Đúng hạn + quá hạn khác tổng số"] == 1
    assert labels["Tỷ lệ công bố khác tỷ lệ tính lại"] == 1
    assert labels["Tổng các đơn vị khác số của toàn tỉnh"] >= 1
    assert labels["Số đã đồng bộ lớn hơn tổng số hồ sơ"] >= 30  # the planted deviations of `synced` in small units


def test_counts_explain_the_difference(published: Ran) -> None:
    report = json.loads(Path(published.night.outcome["artefacts"]["report.json"]).read_text(encoding="utf-8"))
    lines = report["aggregates"]["months"][0]["lines"]
    assert all(
        one["shop"] - one["portal"] == one["not_synced"] + one["differing"] - one["portal_only"] for one in lines
    )
    assert any(one["not_synced"] for one in lines) and any(one["differing"] for one in lines)


def test_mail_names_the_figures_and_no_empty_code(published: Ran) -> None:
    import email
    from email.policy import default

    texts = []
    for content in mails(published.night.home).values():
        body = email.message_from_bytes(content, policy=default).get_body(("plain",))  # type: ignore[attr-defined]
        texts.append(body.get_content())
    told = [text for text in texts if "SỐ LIỆU CÔNG BỐ KHÁC SỐ ĐẾM TỪ HỒ SƠ" in text]
    assert len(told) >= 100
    assert all(") \n" not in text and ")  –" not in text for text in told)
    assert all("Số liệu kỳ 2026-08" in text for text in told)


@pytest.mark.slow
def test_same_landing_gives_the_same_bytes(published: Ran) -> None:
    before = artefacts(published.night.home)
    again = run_night(published.config, published.night.home)
    assert again.code == 1, again.stderr
    assert differing(before, artefacts(published.night.home)) == []


@pytest.mark.slow
def test_figures_resolve_only_when_compared(published: Ran, world: World) -> None:
    """The next night the table is right for one agency and hidden for another."""
    folder, day = published.folder, DAY + timedelta(days=1)
    opened = reported(published.night)
    righted, hidden = sorted({one.agency_code for one in opened})[-2:]
    path = next((folder / "exports" / "published").glob("*.csv"))
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    report = json.loads(Path(published.night.outcome["artefacts"]["report.json"]).read_text(encoding="utf-8"))
    ours = {(one["agency_code"], one["measure"]): one["shop"] for one in report["aggregates"]["months"][0]["lines"]}
    for row in rows:
        for measure, column in COLUMNS.items():
            if row["department_code"] == righted:
                row[column] = str(ours[righted, measure])
            if row["department_code"] == hidden:
                row[column] = ""
    other = folder / "next"
    (other / "exports" / "published").mkdir(parents=True)
    for side in ("shop", "portal"):
        (other / "exports" / side).symlink_to(folder / "exports" / side)
    with (other / "exports" / "published" / path.name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    config = other / "phu_tho.yaml"
    config.write_text(FILES_PROVINCE + FILES, encoding="utf-8")
    night = run_night(config, published.night.home, day)
    found = reported(night)
    assert not any(one.agency_code in (righted, hidden) for one in found)
    assessed = json.loads((published.night.home / "runs/H44" / day.isoformat() / "assess/summary.json").read_text())
    gone = sum(one.agency_code == righted for one in opened)
    assert 0 < gone <= assessed["resolved"]
    assert assessed["carried"] >= sum(one.agency_code == hidden for one in opened) > 0


@pytest.mark.slow
def test_truth_over_the_api(served: Simulated, tmp_path: Path) -> None:
    served.misbehave()
    served.forget()
    config = igate_province(tmp_path / "phu_tho.yaml", aggregates=API)
    night = run_night(config, tmp_path / "var", environment=served.environment)
    assert night.code == 1, night.stderr
    assert reported(night) == Counter(figure_truth(served.world, last_month(DAY), units_online=False))
    asked = [one["path"] for one in served.asked() if "/reporting/" in one["path"]]
    assert len(asked) == len(set(asked)) == 7
    served.forget()
    again = run_night(config, tmp_path / "var", environment=served.environment, command="land_portal")
    assert again.code == 0, again.stderr
    assert again.outcome["aggregates"]["complete"] is True
    assert not any("/reporting/" in one["path"] for one in served.asked())


@pytest.mark.slow
def test_a_refusal_costs_the_figures_and_nothing_else(served: Simulated, tmp_path: Path) -> None:
    served.misbehave({"path": ".*/reporting/evaluation/provide-online-tree", "kind": "request_rejected"})
    served.forget()
    config = igate_province(tmp_path / "phu_tho.yaml", aggregates=API)
    night = run_night(config, tmp_path / "var", environment=served.environment)
    served.misbehave()
    assert night.code == 1, night.stderr
    assert night.outcome["run"]["verdict"] == "complete"
    assert len([one for one in served.asked() if "/reporting/" in one["path"]]) == 3
    assert any("4 phần chưa hỏi" in reason for reason in reasons(night))
    found = {one.measure for one in reported(night)}
    assert found == {"received", "on_time", "overdue", "synced"}


@pytest.mark.slow
def test_without_the_section_the_report_is_as_before(files_night: Ran) -> None:
    assert reasons(files_night.night) == ["chưa cấu hình nguồn số liệu tổng hợp đã công bố của DVCQG"]
    page = Path(files_night.night.outcome["artefacts"]["report.html"]).read_text(encoding="utf-8")
    assert "Số liệu tổng hợp" not in page
