"""The error paths of a night over HTTP, each with the simulator's misbehaviour: exit code, words, and what is not done."""

from __future__ import annotations

import email
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from doisoat.model import DiscrepancyKind
from doisoat.rules.kinds import KIND_INFO
from doisoat.store.landing import landed_codes
from doisoat.store.layout import read_json
from tests.e2e.fixtures import Ran
from tests.e2e.nights import DAY, NightRun, difference, run_night
from tests.e2e.run_files import artefacts, differing, mails
from tests.e2e.simulated import LOOK_UP_ONLY, QUICK, Simulated, igate_province, province_file

LONG_AGO = date(2026, 8, 28)
SHOP, SLICES, TOTAL = "/igate/pa/dossier/search", "spec=slice&sort", "spec=page"
EXPORT, FILE, LOOK_UP = "/portal-export/", "/portal-export/files", "/mapi/g"
DOWN: dict[str, Any] = {"kind": "server_error"}
REFUSED = ("SourceRefused: ", "Unauthorised: ")  # the second is one of the first


def landing(home: Path, side: str) -> Path:
    return home / "landing" / "H44" / DAY.isoformat() / side


def html(night: NightRun) -> str:
    return Path(night.outcome["artefacts"]["report.html"]).read_text(encoding="utf-8")


def one_sentence(night: NightRun) -> str:
    """The last line of standard error; a traceback is no sentence."""
    assert "Traceback" not in night.stderr
    return night.stderr.strip().splitlines()[-1]


def nothing_was_said(night: NightRun) -> None:
    """No object, no report, no mail."""
    assert night.outcome == {}
    assert not (night.home / "reports").exists()
    assert mails(night.home) == {}


def nothing_was_mailed(night: NightRun, *kinds: str) -> None:
    """No mail about a dossier says one of these kinds."""
    labels = [KIND_INFO[DiscrepancyKind(kind)].label for kind in kinds]
    told = [name for name, content in mails(night.home).items() if any(label in plain(content) for label in labels)]
    assert told == []


def plain(content: bytes) -> str:
    """The text of a mail."""
    body = email.message_from_bytes(content, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


# --- a side that is not there ---------------------------------------------------------------------------


def test_a_shop_that_is_down_is_exit_4_and_the_portal_is_not_even_asked(
    http_night: Ran, behaving: Simulated, tmp_path: Path
) -> None:
    behaving.misbehave({"path": "/igate/", **DOWN})
    night = run_night(http_night.config, tmp_path, environment=behaving.environment)
    assert night.code == 4
    assert one_sentence(night).startswith("SourceUnavailable: ")
    assert "503" in one_sentence(night)
    nothing_was_said(night)
    assert [one["path"] for one in behaving.asked() if EXPORT in one["path"] or "adapter" in one["path"]] == []


def test_a_portal_that_is_down_is_exit_4_and_the_shop_is_kept_for_the_retry(
    http_night: Ran, behaving: Simulated, tmp_path: Path
) -> None:
    behaving.misbehave({"path": EXPORT, **DOWN})
    night = run_night(http_night.config, tmp_path, environment=behaving.environment)
    assert night.code == 4
    assert "/portal-export" in one_sentence(night)
    nothing_was_said(night)
    assert read_json(landing(tmp_path, "shop") / "manifest.json")["complete"]
    behaving.misbehave()
    behaving.forget()
    again = run_night(http_night.config, tmp_path, environment=behaving.environment)
    assert again.code == 1, again.stderr
    asked = [one["path"] for one in behaving.asked()]
    assert [path for path in asked if SLICES in path] == []  # the listing is not read a second time
    assert differing(artefacts(tmp_path), artefacts(http_night.night.home)) == []


def test_nobody_listens(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    elsewhere = behaving.environment | {"DOISOAT_SHOP_URL": "http://127.0.0.1:9/igate"}
    night = run_night(http_night.config, tmp_path, environment=elsewhere)
    assert (night.code, night.outcome) == (4, {})
    assert "http://127.0.0.1:9/igate" in one_sentence(night)


@pytest.mark.parametrize(("whose", "command"), [("SHOP", "land_shop"), ("PORTAL", "recheck")])
def test_a_wrong_password_is_exit_4_with_a_sentence_and_never_shown(
    http_night: Ran, behaving: Simulated, tmp_path: Path, whose: str, command: str
) -> None:
    home = tmp_path / "var"
    if command == "recheck":
        shutil.copytree(http_night.night.home, home)
        shutil.rmtree(landing(home, "recheck"))
    wrong = behaving.environment | {f"DOISOAT_{whose}_PASSWORD": "mat-khau-sai-bet"}
    night = run_night(http_night.config, home, environment=wrong, command=command)
    assert (night.code, night.outcome) == (4, {})
    assert one_sentence(night).startswith(REFUSED)
    assert "password" in one_sentence(night)
    assert "mat-khau-sai-bet" not in night.stderr


def test_a_password_that_is_not_set_is_exit_2_and_named(
    http_night: Ran, behaving: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOISOAT_SHOP_PASSWORD", raising=False)
    unset = {name: value for name, value in behaving.environment.items() if name != "DOISOAT_SHOP_PASSWORD"}
    night = run_night(http_night.config, tmp_path, environment=unset)
    assert (night.code, night.outcome) == (2, {})
    assert "DOISOAT_SHOP_PASSWORD" in one_sentence(night)


# --- trouble that time heals ------------------------------------------------------------------------------


def test_a_night_full_of_trouble_that_heals_gives_the_same_bytes(
    http_night: Ran, behaving: Simulated, tmp_path: Path
) -> None:
    behaving.misbehave(
        {"path": SLICES, "kind": "too_many_requests", "retry_after": "0", "after": 1, "times": 2},
        {"path": SLICES, "kind": "server_error", "after": 3, "times": 2},
        {"path": SLICES, "kind": "reset", "after": 5, "times": 1},
        {"path": SLICES, "kind": "truncated", "after": 7, "times": 1},
        {"path": SLICES, "kind": "expired_session", "after": 4, "times": 1},
        {"path": TOTAL, "kind": "empty", "times": 1},
        {"path": f"{FILE}/ho-so-2", "kind": "reset", "times": 1},
        {"path": f"{FILE}/ho-so-3", "kind": "truncated", "times": 1},
        {"path": "manifest.json", "kind": "server_error", "times": 1},
        {"path": LOOK_UP, "kind": "too_many_requests", "retry_after": "0", "after": 10, "times": 3},
        {"path": LOOK_UP, "kind": "expired_session", "after": 30, "times": 1},
        {"path": LOOK_UP, "kind": "truncated", "after": 60, "times": 2},
    )
    patient = {"attempts": 8}
    config = igate_province(tmp_path / "phu_tho.yaml", shop=patient, portal={"look_up": patient})
    night = run_night(config, tmp_path / "var", environment=behaving.environment)
    assert night.code == 1, night.stderr
    spoilt = Counter(kind for one in behaving.asked() if one["misbehaviour"] for kind in one["misbehaviour"].split("+"))
    assert spoilt == {
        "too_many_requests": 5,
        "server_error": 3,
        "reset": 2,
        "truncated": 4,
        "expired_session": 2,
        "empty": 1,
    }
    assert differing(artefacts(tmp_path / "var"), artefacts(http_night.night.home)) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"path": f"page=3&.*{SLICES}", "kind": "duplicated_page", "times": 1},
        {"path": f"page=3&.*{SLICES}", "kind": "shifted_page", "times": 1},
        {"path": TOTAL, "kind": "wrong_total", "times": 1},
    ],
    ids=lambda rule: str(rule["kind"]),
)
def test_pages_that_move_are_made_up_for(
    http_night: Ran, behaving: Simulated, tmp_path: Path, rule: dict[str, Any]
) -> None:
    """Other pages land, so positions differ; but every dossier lands, and the side is whole."""
    behaving.misbehave(rule)
    night = run_night(http_night.config, tmp_path, environment=behaving.environment, command="land_shop")
    assert (night.code, night.outcome["complete"]) == (0, True), night.stderr
    assert set(landed_codes(landing(tmp_path, "shop"))) == {
        *landed_codes(landing(http_night.night.home, "shop")),
        *(set(landed_codes(landing(tmp_path, "shop"))) & behaving.world.secret_codes),
    }


# --- trouble that stays -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", "HtmlAnswer: "),
        ("request_rejected", "HtmlAnswer: "),
        ("truncated", "SourceUnavailable: "),
        ("reset", "SourceUnavailable: "),
        ("empty", "SourceUnavailable: "),
        ("too_many_requests", "SourceUnavailable: "),
        ("expired_session", REFUSED),
    ],
)
def test_a_shop_that_never_answers_well_is_exit_4(
    http_night: Ran, behaving: Simulated, tmp_path: Path, kind: str, error: str | tuple[str, ...]
) -> None:
    behaving.misbehave({"path": SHOP, "kind": kind, "retry_after": "0"})
    night = run_night(http_night.config, tmp_path, environment=behaving.environment, command="land_shop")
    assert (night.code, night.outcome) == (4, {})
    assert one_sentence(night).startswith(error)
    assert not landing(tmp_path, "shop").exists()


@pytest.mark.parametrize("kind", ["duplicated_page", "shifted_page", "wrong_total"])
def test_a_listing_that_does_not_add_up_is_partial_and_says_so(
    http_night: Ran, behaving: Simulated, tmp_path: Path, kind: str
) -> None:
    behaving.misbehave({"path": TOTAL if kind == "wrong_total" else f"page=3&.*{SLICES}", "kind": kind})
    night = run_night(http_night.config, tmp_path, environment=behaving.environment, command="land_shop")
    assert (night.code, night.outcome["complete"]) == (0, False), night.stderr
    (reason,) = read_json(landing(tmp_path, "shop") / "manifest.json")["incomplete_reasons"]
    assert "phần chênh lệch chưa đọc được" in reason


# --- a side that was read in part -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def half_shop(http_night: Ran, served: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NightRun]:
    """The shop breaks off after five pages and stays away for the listing, not for look-ups."""
    served.misbehave({"path": SLICES, "after": 5, **DOWN})
    home = tmp_path_factory.mktemp("half-shop") / "var"
    yield run_night(http_night.config, home, environment=served.environment)
    served.misbehave()


@pytest.fixture(scope="module")
def half_portal(http_night: Ran, served: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NightRun]:
    """One file of the portal's export cannot be had."""
    served.misbehave({"path": f"{FILE}/ho-so-2", **DOWN})
    home = tmp_path_factory.mktemp("half-portal") / "var"
    yield run_night(http_night.config, home, environment=served.environment)
    served.misbehave()


HALVES = [("half_shop", "missing_in_shop", "shop"), ("half_portal", "missing_on_portal", "portal")]


@pytest.fixture
def half(request: pytest.FixtureRequest) -> NightRun:
    night: NightRun = request.getfixturevalue(request.param)
    return night


@pytest.mark.parametrize(("half", "kind", "side"), HALVES, indirect=["half"])
def test_a_side_read_in_part_makes_the_night_partial(half: NightRun, kind: str, side: str) -> None:
    assert (half.code, half.outcome["exit_code"]) == (5, 5), half.stderr
    assert half.outcome["run"]["verdict"] == "partial"
    assert half.outcome["discrepancies"].get(kind, 0) == 0
    assert [one for one in half.found() if one[1] == kind] == []
    (entry,) = (one for one in half.outcome["not_compared"] if one["kind"] == kind)
    assert entry["side"] == side
    assert entry["dossiers"] > 100
    assert "chỉ đọc được một phần" in entry["reason"]


@pytest.mark.parametrize(("half", "kind", "side"), HALVES, indirect=["half"])
def test_the_report_of_a_half_read_night_says_so_first(half: NightRun, kind: str, side: str) -> None:
    page = html(half)
    assert page.index("MỘT PHẦN") < page.index("tom-tat")
    assert "ĐẦY ĐỦ" not in page
    assert read_json(Path(half.outcome["artefacts"]["report.json"]))["coverage"]["verdict"] == "partial"


@pytest.mark.parametrize(("half", "kind", "side"), HALVES, indirect=["half"])
def test_nothing_is_mailed_about_what_was_not_read(half: NightRun, kind: str, side: str) -> None:
    assert half.outcome["mails"] == len(mails(half.home)) > 0
    nothing_was_mailed(half, kind)
    for content in mails(half.home).values():
        assert "MỘT PHẦN" in plain(content)


@pytest.mark.parametrize(("half", "kind", "side"), HALVES, indirect=["half"])
def test_what_was_read_on_both_sides_is_compared_as_usual(
    half: NightRun, kind: str, side: str, served: Simulated
) -> None:
    """Nothing is invented. Only where one of several rows of a dossier was read, the others cannot be known of."""
    planted = served.planted(portal_now=True, shop_now=True)
    several = {code for code, found, _ in planted if found.startswith("duplicate_")} | served.world.expected_unknown
    found = half.found()
    invented = Counter({one: number for one, number in (found - planted).items() if one[0] not in several})
    assert difference(invented, Counter()) == ""
    assert found.total() > planted.total() // 4


def test_not_allowed_to_go_on_in_part_is_exit_4(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    config = igate_province(tmp_path / "phu_tho.yaml", rules={"allow_partial": False})
    behaving.misbehave({"path": SLICES, "after": 5, **DOWN})
    night = run_night(config, tmp_path / "var", environment=behaving.environment)
    assert night.code == 4
    assert one_sentence(night).startswith("IncompleteLanding: ")
    assert "allow_partial" in one_sentence(night)
    nothing_was_said(night)
    behaving.misbehave()
    again = run_night(config, tmp_path / "var", environment=behaving.environment, command="land_shop")
    assert (again.code, again.outcome["complete"]) == (0, True), again.stderr


# --- look-ups that fail -----------------------------------------------------------------------------------


def test_failed_look_ups_leave_their_dossiers_unknown(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    behaving.misbehave({"path": LOOK_UP, "kind": "error_code", "code": "-9", "share": 0.5})
    night = run_night(http_night.config, tmp_path, environment=behaving.environment)
    recheck = night.outcome["recheck"]
    assert night.code == 5, night.stderr
    assert night.outcome["run"]["verdict"] == "partial"
    assert recheck["failed_look_ups"] > 20
    assert recheck["unknown"] >= recheck["failed_look_ups"]
    found, planted = night.found(), behaving.planted(portal_now=True, shop_now=True)
    assert difference(found - planted, Counter()) == ""
    answers = read_json(landing(tmp_path, "recheck") / "portal" / "answers.json")
    silent = {code for code, state in answers.items() if state == "failed"}
    told = {re.sub(r"[^A-Z0-9.\-]", "", code) for code, kind, _ in found if kind == "missing_on_portal"}
    assert silent and not silent & told
    mailed = "".join(map(plain, mails(tmp_path).values()))
    about_nothing_else = {code for code, kind, _ in planted if kind == "missing_on_portal"} & silent - {
        code for code, _, _ in found
    }
    assert about_nothing_else and not any(code in mailed for code in about_nothing_else)
    assert "MỘT PHẦN" in html(night)


@pytest.mark.slow
def test_nsw_counted_a_failed_look_up_as_neither_ours_is_unknown_alone_and_the_others_are_judged(
    behaving: Simulated, tmp_path: Path
) -> None:
    """The portal is read by look-ups alone, and one in ten fails: a partial night, not a night without a word."""
    config = province_file(tmp_path / "phu_tho.yaml", LOOK_UP_ONLY, shop=QUICK, portal=QUICK)
    behaving.misbehave({"path": LOOK_UP, "kind": "error_code", "code": "-9", "share": 0.1})
    night = run_night(config, tmp_path / "var", environment=behaving.environment)
    assert (night.code, night.outcome["run"]["verdict"]) == (5, "partial"), night.stderr
    answers = read_json(landing(tmp_path / "var", "portal") / "answers.json")
    silent = {code for code, state in answers.items() if state == "failed"}
    found, planted = night.found(), behaving.planted(portal_now=True)
    missing = {code for code, kind, _ in found if kind == "missing_on_portal"}
    assert len(missing & {code for code, kind, _ in planted if kind == "missing_on_portal"}) > 5
    assert len(silent) > 50 and not silent & {code for code, _, _ in found}
    named = {one["reason"]: one["dossiers"] for one in night.outcome["not_compared"] if one["kind"] is None}
    assert named["lượt tra cứu hồ sơ trên DVCQG không có câu trả lời"] > 50


def test_a_portal_that_answers_no_look_up_confirms_nothing(
    http_night: Ran, behaving: Simulated, tmp_path: Path
) -> None:
    home = tmp_path / "var"
    shutil.copytree(http_night.night.home, home)
    shutil.rmtree(landing(home, "recheck"))
    behaving.misbehave({"path": LOOK_UP, "kind": "html"}, {"path": SHOP, "kind": "html"})
    night = run_night(http_night.config, home, environment=behaving.environment, command="recheck")
    assert night.code == 0, night.stderr
    assert night.outcome["recheck"]["confirmed"] == night.outcome["recheck"]["vanished"] == 0
    assert sum(night.outcome["counts"].values()) == 0
    assert sum(one["misbehaviour"] == "html" for one in behaving.asked()) < 60  # it stops asking


# --- dates ------------------------------------------------------------------------------------------------


def test_an_older_date_of_a_live_source_is_exit_2(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    night = run_night(http_night.config, tmp_path, LONG_AGO, environment=behaving.environment)
    assert (night.code, night.outcome) == (2, {})
    assert "--late" in one_sentence(night)
    assert not any((tmp_path / "landing").rglob("manifest.json"))


@pytest.mark.slow
def test_an_older_date_asked_for_late_says_so(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    night = run_night(http_night.config, tmp_path, LONG_AGO, environment=behaving.environment, options=["--late"])
    assert night.code in {1, 5}, night.stderr
    assert "đọc muộn" in html(night).lower()
    assert night.outcome["run"]["as_of"] == "2026-08-28T23:59:59+07:00"
