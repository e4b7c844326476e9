"""Two real servers in: the planted truth comes out, whatever the shop speaks and however the portal is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from doisoat.land import fields
from doisoat.rules.values import read_code
from doisoat.store.layout import read_json
from tests.e2e.fixtures import Ran
from tests.e2e.nights import Found, NightRun, difference, run_night
from tests.e2e.run_files import sightings
from tests.e2e.simulated import (
    IGATE,
    LOOK_UP_ONLY,
    OPENCPS,
    QUICK,
    SMALL_PAGES,
    TANDAN,
    Simulated,
    igate_province,
    province_file,
    simulated,
    tandan_look_up,
)


def open_questions(night: NightRun) -> set[tuple[str, str | None]]:
    """(kind, side) of `not_compared`, where a kind is named."""
    return {(one["kind"], one["side"]) for one in night.outcome["not_compared"] if one["kind"]}


NO_INPUT = {("aggregate_mismatch", None), ("catalogue_mismatch", None)}


def of_kinds(found: Found, *kinds: str) -> Found:
    return Counter({one: number for one, number in found.items() if one[1] in kinds})


def without_kinds(found: Found, *kinds: str) -> Found:
    return found - of_kinds(found, *kinds)


# --- iGate, the portal's export, look-ups -------------------------------------------------------------


def test_igate_with_look_ups_on_both_sides_finds_the_truth_and_nothing_else(http_night: Ran, served: Simulated) -> None:
    night = http_night.night
    assert night.code == 1, night.stderr
    assert difference(night.found(), served.planted(portal_now=True, shop_now=True)) == ""
    assert night.outcome["run"]["verdict"] == "complete"
    assert open_questions(night) == NO_INPUT


def test_dossiers_in_flight_vanish_in_the_recheck(http_night: Ran, served: Simulated) -> None:
    recheck = http_night.night.outcome["recheck"]
    in_flight = served.planted() - served.planted(portal_now=True, shop_now=True)
    assert in_flight.total() >= 2
    assert recheck["vanished"] == in_flight.total()
    assert recheck["confirmed"] == http_night.night.found().total()
    assert (recheck["unknown"], recheck["unchecked"], recheck["failed_look_ups"]) == (0, 0, 0)


def test_what_was_read_is_what_the_world_has(http_night: Ran, served: Simulated) -> None:
    counts, world = http_night.night.outcome["counts"], served.world
    for side, rows in (("shop", world.shop_rows), ("portal", world.portal_rows)):
        open_rows = [row for row in rows if read_code(row["MaHoSo"]) not in world.secret_codes]
        shapeless = world.expected_rejections[side].get("row_shape", 0)
        assert counts[side]["landed"] == len(open_rows) + shapeless
        assert counts[side]["rejected"] == world.expected_rejections[side]
        assert counts[side]["landed"] == counts[side]["staged"] + sum(counts[side]["rejected"].values())
        assert counts[side]["repeated"] == 0


# --- OpenCPS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def opencps_night(served: Simulated, tmp_path_factory: pytest.TempPathFactory) -> NightRun:
    served.misbehave()
    return run_night(OPENCPS, tmp_path_factory.mktemp("opencps") / "var", environment=served.environment)


def test_opencps_without_look_ups_finds_everything_planted(opencps_night: NightRun, served: Simulated) -> None:
    assert opencps_night.code == 1, opencps_night.stderr
    assert difference(opencps_night.found(), served.planted()) == ""
    assert opencps_night.outcome["run"]["verdict"] == "complete"
    assert opencps_night.outcome["recheck"]["unchecked"] == served.planted().total()


def test_opencps_carries_in_its_extension_what_its_wire_lacks(opencps_night: NightRun, served: Simulated) -> None:
    assert open_questions(opencps_night) == NO_INPUT
    manifest = read_json(opencps_night.home / "landing" / "H44" / "2026-09-03" / "shop" / "manifest.json")
    by_extension = {"KenhThucHien", "TongLePhi", "DuocThanhToanTrucTuyen", "SoLanGiaHan", "ThoiDiemXuLy", "DoMat"}
    assert by_extension <= set(manifest["columns"])
    # Wire and extension together lack nothing the world has (`nationCode` is iGate's own name of one code).
    assert set(manifest["absent_columns"]) - {"nationCode"} <= world_lacks(served)


def world_lacks(served: Simulated) -> set[str]:
    """Allow-listed columns no row of the world has, whatever the wire."""
    return set(fields.ALLOWED) - set().union(*(row.keys() for row in served.world.shop_rows))


# --- Tân Dân ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tandan_night(served: Simulated, tmp_path_factory: pytest.TempPathFactory) -> NightRun:
    """In small pages, every new discrepancy looked up again at the shop by `GetByMa` and the filtered list."""
    served.misbehave()
    served.forget()
    folder = tmp_path_factory.mktemp("tandan")
    shop = {**SMALL_PAGES, **QUICK, "look_up": tandan_look_up(look_up_by="code")}
    return run_night(
        province_file(folder / "t.yaml", TANDAN, shop=shop), folder / "var", environment=served.environment
    )


def test_tandan_finds_everything_planted_and_nothing_else(tandan_night: NightRun, served: Simulated) -> None:
    assert tandan_night.code == 1, tandan_night.stderr
    assert difference(tandan_night.found(), served.planted(shop_now=True)) == ""
    assert tandan_night.outcome["run"]["verdict"] == "complete"
    assert open_questions(tandan_night) == NO_INPUT


def test_tandan_was_asked_page_by_page_and_about_single_dossiers(tandan_night: NightRun, served: Simulated) -> None:
    recheck = tandan_night.outcome["recheck"]
    in_flight = served.planted() - served.planted(shop_now=True)
    assert (recheck["vanished"], recheck["failed_look_ups"]) == (in_flight.total(), 0)
    counts = tandan_night.outcome["counts"]["shop"]
    assert counts["rejected"] == served.world.expected_rejections["shop"]


def test_tandan_leaves_no_personal_data_and_no_secret_dossier(tandan_night: NightRun, served: Simulated) -> None:
    world = served.world
    assert sightings(tandan_night.home, world.canaries, world.secret_codes) == []


def test_tandan_carries_in_its_extension_what_its_wire_lacks(tandan_night: NightRun, served: Simulated) -> None:
    manifest = read_json(tandan_night.home / "landing" / "H44" / "2026-09-03" / "shop" / "manifest.json")
    by_list = {"DuongDanTepTinKetQua"}  # stands inside DanhSachGiayToKetQua
    assert set(manifest["absent_columns"]) - {"nationCode"} - by_list <= world_lacks(served)


# --- the portal by look-ups alone ----------------------------------------------------------------------


@dataclass(frozen=True)
class Asking:
    """A night whose portal is read by look-ups, and how many it made."""

    night: NightRun
    looked_up: int


@pytest.fixture(scope="module")
def look_up_night(served: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Asking:
    served.misbehave()
    served.forget()
    night = run_night(LOOK_UP_ONLY, tmp_path_factory.mktemp("look-up") / "var", environment=served.environment)
    return Asking(night, sum(one["service"] == "TraCuuHoSo" for one in served.asked()))


def asked_about(served: Simulated) -> set[str]:
    """Codes of the shop, as they are asked for: normalised, and not secret on the shop's own word."""
    codes = (read_code(row["MaHoSo"]) for row in served.world.shop_rows)
    return {code for code in codes if code}


def elsewhere(served: Simulated) -> set[str]:
    """Dossiers the portal has under another code than the one they are asked for by."""
    ambiguous = {code.removesuffix("-2") for code in served.world.expected_unknown}
    return (
        {code for code, kind, _ in served.planted() if kind == "code_substituted"}
        | ambiguous
        | {f"{code}-2" for code in ambiguous}
    )


def visible(found: Found, served: Simulated) -> Found:
    """Without what only the portal knows: dossiers of its own, and those it has under another code."""
    asked, hidden = asked_about(served), elsewhere(served)
    kept = {one: n for one, n in found.items() if one[0] in asked and one[0] not in hidden}
    return without_kinds(Counter(kept), "missing_in_shop")


def test_a_portal_of_look_ups_says_first_how_many_calls_it_will_take(look_up_night: Asking) -> None:
    planned = next(line for line in look_up_night.night.stderr.splitlines() if "lượt tra cứu" in line)
    calls = int(planned.split("land_portal:")[1].split()[0])
    assert calls == look_up_night.looked_up > 1_000
    assert "phút" in planned


def test_a_portal_of_look_ups_names_what_it_cannot_see(look_up_night: Asking) -> None:
    assert open_questions(look_up_night.night) == NO_INPUT | {("missing_in_shop", "portal")}
    assert of_kinds(look_up_night.night.found(), "missing_in_shop").total() == 0


def test_a_portal_of_look_ups_that_answered_everything_is_complete(look_up_night: Asking) -> None:
    night = look_up_night.night
    assert night.outcome["run"]["verdict"] == "complete", night.outcome["not_compared"]
    assert night.code == 1


def test_a_portal_of_look_ups_names_no_secret_dossier(look_up_night: Asking, served: Simulated) -> None:
    """A dossier may be marked on the portal alone: then its code was asked for, and is forgotten."""
    world = served.world
    assert sightings(look_up_night.night.home, world.canaries, world.secret_codes) == []


# What a look-up shows of a dossier the portal has several times is one of its rows.
SEVERAL = ("duplicate_on_portal",)


def several_on_the_portal(served: Simulated) -> set[str]:
    return {code for code, kind, _ in served.planted() if kind in SEVERAL}


def test_a_portal_of_look_ups_finds_all_that_can_be_asked_for_and_nothing_else(
    look_up_night: Asking, served: Simulated
) -> None:
    several = several_on_the_portal(served)
    found, planted = (
        Counter({one: n for one, n in visible(given, served).items() if one[0] not in several})
        for given in (look_up_night.night.found(), served.planted(portal_now=True))
    )
    assert difference(found, planted) == ""


def test_a_portal_of_look_ups_sees_duplicates(look_up_night: Asking, served: Simulated) -> None:
    several = several_on_the_portal(served)
    found, planted = (
        Counter({one: n for one, n in visible(given, served).items() if one[0] in several})
        for given in (look_up_night.night.found(), served.planted(portal_now=True))
    )
    assert difference(found, planted) == ""


def test_a_portal_of_look_ups_asks_for_the_codes_the_shop_itself_names(
    look_up_night: Asking, served: Simulated
) -> None:
    named = {
        code
        for row in served.world.shop_rows
        if row["MaHoSoQG"] or row["MaHoSoKhac"] or row["MaHoSoDonVi"]
        if (code := read_code(row["MaHoSo"]))
    }
    found, planted = (
        Counter({one: n for one, n in given.items() if one[0] in named and one[1] != "missing_in_shop"})
        for given in (look_up_night.night.found(), served.planted(portal_now=True))
    )
    assert difference(found, planted) == ""


# --- only what the real wires name ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def pure(served: Simulated) -> Iterator[Simulated]:
    """The same world without `moRong`."""
    with simulated(pure_wire=True) as running:
        yield running


@pytest.fixture(scope="module")
def pure_igate_night(pure: Simulated, tmp_path_factory: pytest.TempPathFactory) -> NightRun:
    """The shop asked about single dossiers where citizens look."""
    folder = tmp_path_factory.mktemp("pure-igate")
    config = igate_province(folder / "phu_tho.yaml", shop={"look_up": {"look_up_by": "public"}})
    return run_night(config, folder / "var", environment=pure.environment)


@pytest.fixture(scope="module")
def pure_opencps_night(pure: Simulated, tmp_path_factory: pytest.TempPathFactory) -> NightRun:
    return run_night(OPENCPS, tmp_path_factory.mktemp("pure-opencps") / "var", environment=pure.environment)


@pytest.fixture(scope="module")
def pure_tandan_night(pure: Simulated, tmp_path_factory: pytest.TempPathFactory) -> NightRun:
    return run_night(TANDAN, tmp_path_factory.mktemp("pure-tandan") / "var", environment=pure.environment)


BY_NO_SHOP_WIRE = {
    ("payment_mismatch", "shop"),
    ("result_missing", "shop"),
    ("second_extension", "shop"),
    ("second_supplement", "shop"),
    ("stuck", "shop"),  # its subtype `supplement`
    ("lateness_disagreement", None),  # the dossiers of which the portal knows a supplement and the shop does not
}


def test_pure_igate_names_exactly_these_kinds(pure_igate_night: NightRun) -> None:
    by_igate = {("code_substituted", "shop")}  # its subtypes other than `national_code`
    assert open_questions(pure_igate_night) == NO_INPUT | BY_NO_SHOP_WIRE | by_igate


def test_the_public_search_answers_about_the_shops_dossiers(pure_igate_night: NightRun, pure: Simulated) -> None:
    recheck = pure_igate_night.outcome["recheck"]
    paths = Counter(one["path"].partition("?")[0] for one in pure.asked())
    assert paths["/igate/pa/dossier-search/dvc"] > 100
    assert recheck["failed_look_ups"] == 0


def test_pure_opencps_names_exactly_these_kinds(pure_opencps_night: NightRun) -> None:
    by_opencps = {("channel_mismatch", "shop"), ("code_substituted", "shop")}
    assert open_questions(pure_opencps_night) == NO_INPUT | BY_NO_SHOP_WIRE | by_opencps


@pytest.mark.slow
def test_pure_tandan_names_exactly_these_kinds(pure_tandan_night: NightRun) -> None:
    told_by_tandan = {("payment_mismatch", "shop"), ("result_missing", "shop")}
    by_tandan = {("code_substituted", "shop")}
    assert open_questions(pure_tandan_night) == (NO_INPUT | BY_NO_SHOP_WIRE | by_tandan) - told_by_tandan


# What a pure wire touches in no way; everything else either is in `not_compared`, or depends on the time of the
# last step (`status_lag`, `stuck`) or on a code the wire does not carry (`code_substituted`, hence `missing_*`).
UNTOUCHED = (
    *("due_at_mismatch", "duplicate_on_portal", "finished_at_mismatch"),
    *("late_intake", "procedure_mismatch", "procedure_unmapped", "received_at_mismatch", "status_conflict"),
)


BY_AGENCY = ("agency_legacy_code", "agency_mismatch")


def secret_to_the_world(pure: Simulated, found: Found) -> Found:
    """Without dossiers whose secrecy mark the pure wire does not carry: the report says that there is no mark."""
    return Counter({one: n for one, n in found.items() if one[0] not in pure.world.secret_codes})


def test_pure_igate_still_finds_what_its_wire_carries(pure_igate_night: NightRun, pure: Simulated) -> None:
    expected = of_kinds(pure.planted(portal_now=True, shop_now=True), *UNTOUCHED)
    found = secret_to_the_world(pure, of_kinds(pure_igate_night.found(), *UNTOUCHED))
    assert difference(found, expected) == ""


def test_a_look_up_without_an_agency_makes_no_discrepancy_of_agencies_vanish(
    pure_igate_night: NightRun, pure: Simulated
) -> None:
    expected = of_kinds(pure.planted(portal_now=True, shop_now=True), *BY_AGENCY)
    found = secret_to_the_world(pure, of_kinds(pure_igate_night.found(), *BY_AGENCY))
    assert difference(found, expected) == ""


def test_pure_opencps_still_finds_what_its_wire_carries(pure_opencps_night: NightRun, pure: Simulated) -> None:
    expected = of_kinds(pure.planted(), *UNTOUCHED, *BY_AGENCY)
    found = secret_to_the_world(pure, of_kinds(pure_opencps_night.found(), *UNTOUCHED, *BY_AGENCY))
    assert difference(found, expected) == ""


@pytest.mark.slow
def test_pure_tandan_still_finds_what_its_wire_carries(pure_tandan_night: NightRun, pure: Simulated) -> None:
    by_tandan = ("channel_mismatch", "payment_mismatch", "result_missing")
    expected = of_kinds(pure.planted(), *UNTOUCHED, *BY_AGENCY, *by_tandan)
    found = secret_to_the_world(pure, of_kinds(pure_tandan_night.found(), *UNTOUCHED, *BY_AGENCY, *by_tandan))
    assert difference(found, expected) == ""


def test_the_report_names_a_shop_without_a_secrecy_mark(pure_opencps_night: NightRun) -> None:
    report = read_json(Path(pure_opencps_night.outcome["artefacts"]["report.json"]))
    marks = {side["side"]: side["has_secrecy_mark"] for side in report["coverage"]["sides"]}
    assert marks == {"shop": False, "portal": True}
    html = Path(pure_opencps_night.outcome["artefacts"]["report.html"]).read_text(encoding="utf-8")
    assert "nguồn không có dấu độ mật" in html


# --- the province file as it stands, at size -------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("config", "looked_up"), [(IGATE, True), (OPENCPS, False), (TANDAN, False)], ids=["igate", "opencps", "tandan"]
)
def test_the_truth_at_20_000_dossiers(tmp_path: Path, seed: int, config: Path, looked_up: bool) -> None:
    with simulated(20_000, seed) as running:
        night = run_night(config, tmp_path / "var", environment=running.environment)
        assert difference(night.found(), running.planted(portal_now=looked_up)) == ""
        assert (night.code, night.outcome["run"]["verdict"]) == (1, "complete"), night.stderr
