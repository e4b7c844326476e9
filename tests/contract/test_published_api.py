"""Our reading of the portal's public reporting API against the simulator's: the real figures, and every way to go wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests
from pytest_httpserver import HTTPServer

import doisoat_simulator
from doisoat.config import PublishedApi
from doisoat.land.aggregates import land_aggregates
from doisoat.land.portal.evaluation import ENDPOINTS, EvaluationApi
from doisoat.land.portal.evaluation_figures import READERS, Entry, entry_figures
from doisoat.model import VIETNAM
from doisoat.rules.periods import Period, PeriodDefinition, finished_months
from doisoat.rules.published_figures import FIGURES
from doisoat.store.figures import Figure, read_figures
from doisoat_simulator.servers.catalogue import ROOT_ID
from tests.contract.tiny_world import ten_dossiers

REAL = Path(doisoat_simulator.__file__).parent / "data" / "national_scores_phu_tho_2026-08.csv"
AUGUST = [Period(2026, 8)]
NAMES = [endpoint.name for endpoint in ENDPOINTS]
NOW = datetime(2026, 9, 4, 1, 0, tzinfo=VIETNAM)


def read(address: str, folder: Path, months: list[Period] = AUGUST, **changes: Any) -> tuple[Any, list[Figure]]:
    config = PublishedApi(
        kind="api", base_url=address, root_department_id=ROOT_ID, seconds_between_calls=0.001, **changes
    )
    source = EvaluationApi(config, months, clock=lambda: NOW, province="H44")
    land_aggregates(source, folder / "aggregates")
    return read_figures(folder / "aggregates")


def asked(address: str) -> list[dict[str, Any]]:
    lines = requests.get(f"{address}/__requests", timeout=10).content.splitlines()
    return [one for one in map(orjson.loads, lines) if "/reporting/" in one["path"]]


def misbehave(address: str, *rules: dict[str, Any]) -> None:
    requests.post(f"{address}/__misbehave", data=orjson.dumps(list(rules)), timeout=10).raise_for_status()


@pytest.fixture
def server(serve: Callable[..., str]) -> str:
    return serve(ten_dossiers())


def test_the_real_figures_land_whole(server: str, tmp_path: Path) -> None:
    """Figure by figure what the published table says; the agencies of `transparency` by their id."""
    manifest, figures = read(server, tmp_path)
    assert (manifest["complete"], manifest["incomplete_reasons"]) == (True, [])
    assert [one["state"] for one in manifest["pieces"]] == ["read"] * 7
    with REAL.open(encoding="utf-8", newline="") as handle:
        rows = {row["department_code"]: row for row in csv.DictReader(handle)}
    landed = {(one.agency_code, one.figure): one.value for one in figures}
    assert None not in {code for code, _ in landed}
    compared = {key: value for key, value in landed.items() if key[1] in next(iter(rows.values()))}
    assert compared == {key: rows[str(key[0])][key[1]] or None for key in compared}
    assert {key for key in compared if key[1] == "dossier_sync_num"} == {(code, "dossier_sync_num") for code in rows}
    assert landed["H44", "channel_online"] == "150956"
    assert landed["H44", "overall_ckmb"] == "7.96"
    assert {one.figure for one in figures} <= FIGURES


def test_how_it_asks(server: str, tmp_path: Path) -> None:
    read(server, tmp_path, finished_months(date(2026, 9, 3), PeriodDefinition.CALENDAR, 2))
    requests_ = asked(server)
    assert [one["path"].rpartition("/")[2] for one in requests_] == NAMES * 2
    assert {one["method"] for one in requests_} == {"POST"}


def test_a_second_reading_of_a_killed_one_asks_only_the_rest(server: str, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def kill_after_three(done: int, total: int) -> None:
        if done == 3:
            raise Killed

    config = PublishedApi(kind="api", base_url=server, root_department_id=ROOT_ID, seconds_between_calls=0.001)
    source = EvaluationApi(config, AUGUST, clock=lambda: NOW, province="H44")
    with pytest.raises(Killed):
        land_aggregates(source, tmp_path / "aggregates", kill_after_three)
    manifest, figures = read(server, tmp_path)
    assert [one["path"].rpartition("/")[2] for one in asked(server)] == NAMES
    assert manifest["complete"] is True
    whole, others = read(server, tmp_path / "whole")
    assert (figures, manifest["parts"]) == (others, whole["parts"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aggregates", "whole"]


@pytest.mark.parametrize(
    "kind", ["request_rejected", "too_many_requests", "html", "truncated", "empty", "server_error"]
)
def test_whatever_goes_wrong_ends_the_reading_at_once(kind: str, server: str, tmp_path: Path) -> None:
    misbehave(server, {"path": ".*transparency", "kind": kind})
    manifest, figures = read(server, tmp_path)
    assert [one["path"].rpartition("/")[2] for one in asked(server)] == NAMES[:2]
    assert [one["state"] for one in manifest["pieces"]] == ["read", "failed", *["not_asked"] * 5]
    assert manifest["complete"] is False
    assert manifest["incomplete_reasons"][0].startswith("transparency kỳ 2026-08: ")
    assert "5 phần chưa hỏi" in manifest["incomplete_reasons"][1]
    assert {one.figure for one in figures} >= {"progress_total_received"}
    assert not any(one.figure.startswith("dossier_sync") for one in figures)


def test_what_stands_in_a_request_and_that_200_is_as_good_as_201(tmp_path: Path) -> None:
    tree = {"parent": {"departmentId": ROOT_ID, "departmentCode": "h44", "totalReceived": 7}, "children": []}
    flat = {"overview": {"departmentId": ROOT_ID.upper()}, "evaluation": [], "pagination": {"totalPages": 1}}
    with HTTPServer(host="127.0.0.1") as running:
        for endpoint in ENDPOINTS:
            answer = {"code": "OK", "data": tree if endpoint.root == "parent" else flat, "message": "OK"}
            path = f"/api/v1/reporting/evaluation/{endpoint.name}"
            running.expect_request(path, method="POST").respond_with_json(answer, status=200)
        manifest, figures = read(running.url_for(""), tmp_path)
        sent = {request.path.rpartition("/")[2]: request for request, _ in running.log}
    assert manifest["complete"] is True
    assert ("H44", "progress_total_received", "7") in {(one.agency_code, one.figure, one.value) for one in figures}
    assert {request.headers["User-Agent"] for request in sent.values()} == {"doisoat"}
    assert not any("Authorization" in request.headers or request.cookies for request in sent.values())
    page = {"rootDepartmentId": ROOT_ID, "currentPage": 1}
    month = {"timeType": "month", "year": 2026, "month": 8}
    assert sent["dvc-progress-tree"].get_json() == page | {"pageSize": 100} | month
    assert sent["dossier-digitized"].get_json() == page | {"pageSize": 200} | month
    days = {"fromDate": "2026-08-01", "toDate": "2026-08-31"}
    assert sent["handling-satisfaction"].get_json() == page | {"pageSize": 200} | days


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"code": "OK"},
        {"code": "ERROR", "data": {}, "message": "x"},
        {"code": "OK", "data": {"parent": [], "children": []}},
        {"code": "OK", "data": {"parent": {"departmentId": ROOT_ID}, "children": [3]}},
        {"code": "OK", "data": {"parent": {"departmentId": "another"}, "children": []}},
    ],
)
def test_an_answer_of_another_shape_is_refused_whole(answer: Any, tmp_path: Path) -> None:
    with HTTPServer(host="127.0.0.1") as running:
        running.expect_request("/api/v1/reporting/evaluation/dvc-progress-tree").respond_with_json(answer)
        manifest, figures = read(running.url_for(""), tmp_path)
        assert len(running.log) == 1
    assert (manifest["complete"], figures) == (False, [])
    assert "không đúng dạng" in manifest["incomplete_reasons"][0]


def test_slow_and_alone_unless_told_otherwise() -> None:
    """One call every two seconds, one at a time, one attempt."""
    config = PublishedApi(kind="api", base_url="http://127.0.0.1:1", root_department_id=ROOT_ID)
    rules = EvaluationApi(config, AUGUST, clock=lambda: NOW, province="H44")._client.rules
    assert (rules.calls_per_second, rules.concurrency, rules.attempts) == (0.5, 1, 1)


def test_another_province_is_no_province_of_ours(server: str, tmp_path: Path) -> None:
    manifest, figures = _read_as(server, tmp_path, "H21")
    assert (manifest["complete"], figures) == (False, [])


def _read_as(address: str, folder: Path, province: str) -> tuple[Any, list[Figure]]:
    config = PublishedApi(kind="api", base_url=address, root_department_id=ROOT_ID, seconds_between_calls=0.001)
    land_aggregates(EvaluationApi(config, AUGUST, clock=lambda: NOW, province=province), folder / "aggregates")
    return read_figures(folder / "aggregates")


def test_numbers_as_text_and_what_is_none() -> None:
    sent = {"totalReceived": "2971", "totalOnTime": "2.348", "totalOverdue": None, "ratio": "79,03", "score": True}
    found = {one.figure: (one.value, one.flag) for one in entry_figures("dvc-progress-tree", "2026-08", entry(sent))}
    assert found == {
        "progress_total_received": ("2971", ""),
        "progress_total_on_time": ("2.348", ""),
        "progress_total_overdue": (None, ""),
        "progress_ratio": ("79.03", ""),
        "progress_score": (None, "UNREADABLE"),
    }


@pytest.mark.parametrize(
    "metrics", [None, "x", [None, 3, {"code": ["DOSSIER_SYNC"]}, {"code": "KHÁC", "numerator": 1}]]
)
def test_metrics_of_another_shape_are_no_figures(metrics: Any) -> None:
    assert list(entry_figures("transparency", "2026-08", entry({"metrics": metrics}))) == []


def test_nothing_but_allow_listed_names_is_kept() -> None:
    personal = {"nguoiLap": "Nguyễn Văn A", "departmentName": "Sở X", "totalReceived": 1}
    for name in READERS:
        kept = repr(list(entry_figures(name, "2026-08", entry(personal))))
        assert "Nguyễn" not in kept and "Sở X" not in kept


def test_every_endpoint_has_its_reader() -> None:
    assert set(NAMES) == set(READERS)


def entry(item: dict[str, Any]) -> Entry:
    return Entry("H44.05", None, item, is_root=False)
