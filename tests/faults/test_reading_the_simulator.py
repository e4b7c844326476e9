"""Both outside systems as the simulator serves them, well and misbehaving: what is read, and what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from doisoat.config import IgateSource, OpencpsSource, TandanSource
from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.connect import open_look_up, open_source
from doisoat.land.portal.download import DownloadSource
from doisoat.land.shops.delta import bounds
from doisoat.land.shops.igate import IgateApi
from doisoat.land.shops.opencps import OpencpsApi
from doisoat.land.shops.paging import month_of
from doisoat.land.source import Closing, Page
from doisoat.rules.values import code_problem, read_code
from doisoat_simulator.world import World

from .conftest import FROZEN, Simulator

SEARCH, LIST, CALL, FILE = "/pa/dossier/search", "/o/rest/v2/dossiers", "/mapi/g", "/portal-export/files"
SLICES = "spec=slice"
SHOPS = ("igate", "opencps", "tandan")
LISTS = {"igate": SEARCH, "opencps": LIST, "tandan": "/api/v1/HoSos"}
FOURTH_PAGE = {"igate": "page=3.*spec=slice", "opencps": "start=600", "tandan": "PageNumber=4"}
TOTAL = {"igate": "spec=page", "opencps": "end=1(&|$)", "tandan": "PageSize=1&"}


def read(section: IgateSource | OpencpsSource | TandanSource) -> tuple[list[Page], Closing]:
    source = open_source(section, clock=lambda: FROZEN)
    return list(source.pages(frozenset())), source.closing()


def read_export(simulator: Simulator) -> tuple[list[Page], Closing]:
    client = HttpClient(f"{simulator.address}/portal-export", CallRules(attempts=4, max_wait_s=0.05))
    source = DownloadSource(client, {}, clock=lambda: FROZEN)
    return list(source.pages(frozenset())), source.closing()


def codes(pages: Iterable[Page]) -> Counter[str | None]:
    """Codes as they are spelled, and how often each was handed over."""
    return Counter(record.get("MaHoSo") for page in pages for record in page.records if record)


def all_codes(world: World) -> Counter[str | None]:
    return Counter(row["MaHoSo"] or None for row in world.shop_rows)


def open_codes(world: World) -> list[str]:
    """Codes the portal has exactly once, well spelled."""
    codes = Counter(code for row in world.portal_rows if (code := read_code(row["MaHoSo"])))
    return sorted(code for code, number in codes.items() if number == 1 and code_problem(code) is None)[:300]


def section(simulator: Simulator, kind: str, **more: Any) -> IgateSource | OpencpsSource | TandanSource:
    return {"igate": simulator.igate, "opencps": simulator.opencps, "tandan": simulator.tandan}[kind](**more)


@pytest.mark.parametrize("kind", ["igate", "opencps"])
def test_a_month_is_asked_for_from_its_first_to_its_last_second(simulator: Simulator, world: World, kind: str) -> None:
    told = section(simulator, kind, page_size=50)
    api = IgateApi(told) if isinstance(told, IgateSource) else OpencpsApi(told, lambda: FROZEN)
    dates = [row["NgayTiepNhan"] for row in world.shop_rows if isinstance(row["NgayTiepNhan"], date)]  # as the wire's
    months = Counter(month_of(day) for day in dates)
    assert {month: api.month_total(*bounds(month)) for month in months} == months
    busiest = max(months, key=lambda month: months[month])
    pages = [api.month_page(*bounds(busiest), number) for number in range(-(-months[busiest] // 50))]
    assert {month_of(day) for page in pages for day in page.records.values("NgayTiepNhan")} == {busiest}
    assert sum(len(page.records) for page in pages) == months[busiest] and pages[-1].is_last


# --- everybody well ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SHOPS)
def test_the_shop_is_read_whole_and_once(simulator: Simulator, world: World, kind: str) -> None:
    pages, closing = read(section(simulator, kind))
    assert codes(pages) == all_codes(world)
    assert closing.complete
    assert closing.expected_rows == sum(len(page.records) for page in pages)
    assert closing.extracted_at == FROZEN
    listed = [one["path"] for one in simulator.asked() if "?" in one["path"]]
    assert len(set(listed)) == len(listed) - 1  # only the total is asked twice: before and after


@pytest.mark.parametrize("kind", SHOPS)
def test_what_the_wire_does_not_name_comes_by_its_extension(simulator: Simulator, kind: str) -> None:
    pages, _ = read(section(simulator, kind))
    offered: frozenset[str] = frozenset().union(*(page.columns for page in pages))
    assert {"NgayKetThucXuLy", "NgayTra", "SoLanGiaHan", "ThoiDiemXuLy", "DoMat"} <= offered


def test_the_export_is_read_whole(simulator: Simulator, world: World) -> None:
    pages, closing = read_export(simulator)
    assert sum(len(page.records) for page in pages) == closing.expected_rows
    assert set(open_codes(world)) <= {read_code(code) for code in codes(pages)}
    assert (closing.complete, closing.extracted_at) == (True, FROZEN)


def test_the_portal_answers_about_single_dossiers(simulator: Simulator, world: World) -> None:
    look_up = open_look_up(simulator.adapter())
    known = open_codes(world)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(look_up.look_up, known))
        strangers = list(threads.map(look_up.look_up, [f"H99.01-260101-{number:04d}" for number in range(20)]))
    assert Counter(answer.state for answer in answers)["failed"] == 0
    for code, answer in zip(known, answers, strict=True):
        assert answer.record is None or read_code(answer.record["MaHoSo"]) == code
    assert (
        Counter(answer.state for answer in answers)["found"] > 290
    )  # some dossiers vanish between listing and look-up
    assert {answer.state for answer in strangers} == {"absent"}
    assert sum("mapi/login" in one["path"] for one in simulator.asked()) == 1


# --- misbehaviour that heals ------------------------------------------------------------------------

HEALING = ("too_many_requests", "server_error", "reset", "truncated", "empty", "latency")


def rule(kind: str, path: str, **more: Any) -> dict[str, Any]:
    figures = {"latency": {"seconds": 0.2}, "too_many_requests": {"retry_after": "0"}}.get(kind, {})
    return {"path": path, "kind": kind, **figures, **more}


@pytest.mark.parametrize("misbehaviour", HEALING)
@pytest.mark.parametrize("kind", SHOPS)
def test_the_shop_in_trouble_is_read_all_the_same(
    simulator: Simulator, world: World, kind: str, misbehaviour: str
) -> None:
    simulator.misbehave(rule(misbehaviour, LISTS[kind], after=1, times=3))
    pages, closing = read(section(simulator, kind))
    assert codes(pages) == all_codes(world)
    assert closing.complete
    assert sum(one["misbehaviour"] == misbehaviour for one in simulator.asked()) == 3


@pytest.mark.parametrize(("kind", "token"), [("igate", "openid-connect/token"), ("tandan", "api/tokens")])
def test_tokens_that_end_in_the_middle_are_renewed(simulator: Simulator, world: World, kind: str, token: str) -> None:
    simulator.misbehave(rule("expired_session", LISTS[kind], after=3, times=1))
    pages, closing = read(section(simulator, kind))
    assert (codes(pages), closing.complete) == (all_codes(world), True)
    assert sum(token in one["path"] for one in simulator.asked()) == 2


@pytest.mark.parametrize("misbehaviour", ["duplicated_page", "shifted_page", "empty_page", "wrong_total"])
@pytest.mark.parametrize("kind", SHOPS)
def test_pages_that_move_once_are_made_up_for(simulator: Simulator, world: World, kind: str, misbehaviour: str) -> None:
    path = (TOTAL if misbehaviour == "wrong_total" else FOURTH_PAGE)[kind]
    simulator.misbehave(rule(misbehaviour, path, times=1))
    pages, closing = read(section(simulator, kind))
    assert set(codes(pages)) == set(all_codes(world))
    assert closing.complete
    assert any(page.name.startswith("pass2-") for page in pages)


@pytest.mark.parametrize("misbehaviour", ["duplicated_page", "shifted_page", "empty_page", "wrong_total"])
@pytest.mark.parametrize("kind", SHOPS)
def test_pages_that_stay_wrong_make_it_incomplete(simulator: Simulator, kind: str, misbehaviour: str) -> None:
    simulator.misbehave(rule(misbehaviour, f"{FOURTH_PAGE[kind]}|{TOTAL[kind]}"))
    pages, closing = read(section(simulator, kind))
    assert not closing.complete
    assert len(closing.reasons) == 1
    assert pages


@pytest.mark.parametrize("misbehaviour", HEALING)
def test_an_export_in_trouble_is_read_all_the_same(simulator: Simulator, misbehaviour: str) -> None:
    expected = read_export(simulator)
    simulator.misbehave(rule(misbehaviour, FILE, times=3))
    assert read_export(simulator) == expected


@pytest.mark.parametrize("misbehaviour", [*HEALING, "expired_session"])
def test_look_ups_in_trouble_say_the_same(simulator: Simulator, world: World, misbehaviour: str) -> None:
    some = open_codes(world)[:60]
    quiet = open_look_up(simulator.adapter())
    expected = [quiet.look_up(code) for code in some]
    often = {"times": 2} if misbehaviour == "expired_session" else {"share": 0.2}
    simulator.misbehave(rule(misbehaviour, CALL, **often))
    look_up = open_look_up(simulator.adapter(attempts=8))
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(look_up.look_up, some)) == expected


# --- misbehaviour that does not ---------------------------------------------------------------------


@pytest.mark.parametrize("misbehaviour", ["html", "request_rejected", "error_code"])
@pytest.mark.parametrize("kind", SHOPS)
def test_a_shop_that_speaks_something_else(simulator: Simulator, kind: str, misbehaviour: str) -> None:
    simulator.misbehave(rule(misbehaviour, LISTS[kind], after=3))
    with pytest.raises(SourceContractBroken):
        read(section(simulator, kind))


@pytest.mark.parametrize("misbehaviour", ["server_error", "reset", "truncated", "empty", "too_many_requests"])
@pytest.mark.parametrize("kind", SHOPS)
def test_a_shop_that_is_down(simulator: Simulator, kind: str, misbehaviour: str) -> None:
    simulator.misbehave(rule(misbehaviour, LISTS[kind]))
    with pytest.raises(SourceUnavailable):
        read(section(simulator, kind))


def test_a_shop_that_goes_down_in_the_middle(simulator: Simulator, world: World) -> None:
    simulator.misbehave(rule("server_error", "page=[3-9].*spec=slice"))
    pages, closing = read(simulator.igate())
    assert sum(len(page.records) for page in pages) == 600
    assert set(codes(pages)) < set(all_codes(world))
    assert not closing.complete
    assert closing.expected_rows is not None
    assert closing.expected_rows >= len(world.shop_rows)  # records without a shape are among them


def test_a_shop_that_asks_for_a_long_pause(simulator: Simulator) -> None:
    simulator.misbehave({"path": SEARCH, "kind": "too_many_requests", "retry_after": "600"})
    with pytest.raises(SourceUnavailable, match="600 s"):
        read(simulator.igate())
    assert sum(SEARCH in one["path"] for one in simulator.asked()) == 1


def test_a_wrong_password(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "sai")
    for kind in SHOPS:
        with pytest.raises(SourceRefused):
            read(section(simulator, kind))
    with pytest.raises(SourceRefused):
        open_look_up(simulator.adapter()).look_up("H44.05-260820-0001")


@pytest.mark.parametrize(
    "misbehaviour",
    ["html", "request_rejected", "error_code", "server_error", "reset", "truncated", "empty", "too_many_requests"],
)
def test_a_portal_in_trouble_never_says_absent(simulator: Simulator, world: World, misbehaviour: str) -> None:
    simulator.misbehave(rule(misbehaviour, CALL))
    look_up = open_look_up(simulator.adapter())
    assert {look_up.look_up(code).state for code in open_codes(world)[:5]} == {"failed"}


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (rule("incomplete", "manifest"), "tự ghi là chưa đầy đủ"),
        (rule("wrong_total", "manifest"), "thiếu 7 dòng"),
        (rule("html", f"{FILE}/ho-so-1"), "không tải được nguyên vẹn"),
    ],
)
def test_an_export_that_is_not_whole(simulator: Simulator, spoilt: dict[str, Any], reason: str) -> None:
    simulator.misbehave(spoilt)
    _, closing = read_export(simulator)
    assert not closing.complete
    assert reason in closing.reasons[0]


def test_a_page_is_asked_for_by_its_own_query(simulator: Simulator) -> None:
    read(simulator.igate(page_size=500))
    queries = [parse_qs(urlsplit(one["path"]).query) for one in simulator.asked() if SLICES in one["path"]]
    assert {tuple(sorted(query)) for query in queries} == {("page", "size", "sort", "spec")}
