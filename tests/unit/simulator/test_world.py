"""The simulated world: same arguments same world, plants complete, one day follows the other."""

from collections import Counter
from datetime import date, datetime, time

import pytest

from doisoat_simulator import build_world
from doisoat_simulator.reference import province
from doisoat_simulator.spelling import plain_code
from doisoat_simulator.workdays import workdays

KINDS = {
    "missing_on_portal": ("",),
    "missing_in_shop": ("",),
    "finished_not_synced": ("", "false_overdue"),
    "status_lag": ("", "cycle", "refusal_not_synced"),
    "status_conflict": (
        "swapped_3_8",
        "swapped_1_2",
        "masked_as_9",
        "return_not_synced",
        "portal_ahead",
        "different_end",
    ),
    "received_at_mismatch": ("", "timezone_7h", "clock_12h", "absent"),
    "due_at_mismatch": ("", "timezone_7h", "clock_12h", "absent"),
    "finished_at_mismatch": ("", "timezone_7h", "clock_12h", "absent"),
    "lateness_disagreement": (
        "second_supplement",
        "second_extension",
        "open_supplement",
        "supplement_reset",
        "no_due_date",
        "due_on_day_off",
        "same_day_time",
        "other",
    ),
    "channel_mismatch": ("",),
    "procedure_unmapped": ("blank", "unknown", "retired"),
    "procedure_mismatch": ("",),
    "agency_legacy_code": ("",),
    "agency_mismatch": ("", "unknown_agency", "parent"),
    "duplicate_in_shop": ("identical", "conflicting_status", "differing"),
    "duplicate_on_portal": ("identical", "conflicting_status", "differing"),
    "code_substituted": ("national_code", "alternative_code", "unit_code"),
    "result_missing": ("not_digitised", "not_synced"),
    "payment_mismatch": ("flag", "amount"),
    "stuck": ("supplement", "payment", "processing"),
    "late_intake": ("",),
    "second_supplement": ("",),
    "second_extension": ("",),
}
PERSONAL = {"ChuHoSo", "SoGiayToChuHoSo", "Email", "SoDienThoai", "DiaChi", "TrichYeuHoSo", "GhiChu", "NguoiXuLy"}
WANTED = {(kind, subtype) for kind, subtypes in KINDS.items() for subtype in subtypes}


def counted(world):
    return Counter((item.kind, item.subtype) for item in world.truth if not item.in_flight)


def test_same_arguments_give_the_same_world(world):
    again = build_world(2000, 7, date(2026, 9, 3))
    assert again.shop_rows == world.shop_rows
    assert again.portal_rows == world.portal_rows
    assert again.truth == world.truth


def test_another_seed_gives_another_world(world):
    other = build_world(2000, 8, date(2026, 9, 3))
    assert {row["source_id"] for row in other.shop_rows}.isdisjoint(row["source_id"] for row in world.shop_rows)


@pytest.mark.parametrize("day", [date(2026, 9, 3), date(2026, 2, 22), date(2026, 7, 1), date(2027, 6, 30)])
def test_every_kind_and_subtype_is_planted_on_any_night(day):
    found = counted(build_world(2000, 3, day))
    assert set(found) == WANTED
    assert min(found.values()) >= 3


def test_thirty_of_each_at_twenty_thousand():
    world = build_world(20_000, 1, date(2026, 9, 3))
    found = counted(world)
    assert set(found) == WANTED
    assert min(found.values()) >= 30
    assert world.distinct_dossiers == 20_000
    assert {item.plant for item in world.truth if item.in_flight} == {"in_flight_portal", "in_flight_shop"}


def test_truth_names_each_fact_once(world):
    facts = [(item.dossier_code, item.kind, item.subtype) for item in world.truth]
    assert len(set(facts)) == len(facts)


def test_codes_are_unique_but_for_planted_repetitions(world):
    doubled = {item.dossier_code for item in world.truth if item.kind.startswith("duplicate_")}
    for rows in (world.shop_rows, world.portal_rows):
        codes = Counter(plain_code(str(row["MaHoSo"] or "")) for row in rows)
        repeated = {code for code, times in codes.items() if times > 1 and code}
        rejected_twice = repeated - doubled
        assert len(rejected_twice) <= 8
        assert len({row["source_id"] for row in rows}) == len(rows)


def test_nothing_is_said_about_secret_or_unknown_dossiers(world):
    said = {item.dossier_code for item in world.truth}
    assert world.secret_codes
    assert said.isdisjoint(world.secret_codes)
    assert said.isdisjoint(world.expected_unknown)


def test_rows_without_a_key_stay_rare(world):
    for side, rows in (("shop", world.shop_rows), ("portal", world.portal_rows)):
        found = world.expected_rejections[side]
        keyless = sum(found.get(rule, 0) for rule in ("row_shape", "code_missing", "code_malformed"))
        assert keyless / len(rows) < 0.005


def test_every_rejection_rule_occurs(world):
    rules = {rule for found in world.expected_rejections.values() for rule in found}
    assert rules == {
        "row_shape",
        "code_missing",
        "code_malformed",
        "status_invalid",
        "date_invalid",
        "received_in_future",
        "finished_in_future",
        "finished_before_received",
    }


def test_volumes_follow_the_published_ones():
    world = build_world(20_000, 2, date(2026, 9, 3))
    found = Counter(row["MaCoQuan"] for row in world.shop_rows)
    total = sum(unit.weight for unit in province().agencies)
    assert len(province().agencies) == 163
    for unit in province().agencies:
        expected = unit.weight / total * len(world.shop_rows)
        assert abs(found[unit.code] - expected) < 6 * expected**0.5 + 45, unit.code


def test_officers_work_in_office_hours(world):
    calendar = workdays()
    touched = {item.dossier_code for item in world.truth}
    clean = [row for row in world.shop_rows if row["MaHoSo"] not in touched]
    moments = [row["NgayTiepNhan"] for row in clean if isinstance(row["NgayTiepNhan"], datetime)]
    good = [m for m in moments if calendar.is_open(m.date()) and time(7, 30) <= m.time() <= time(17)]
    assert len(good) / len(moments) > 0.95


def test_persons_appear_only_where_a_reader_drops_them(world):
    marks = ("Hoàngyến", "canary.example")
    kept = Counter()
    for row in (*world.shop_rows, *world.portal_rows):
        assert any(marks[0] in str(row[name]) for name in PERSONAL)
        for name in row.keys() - PERSONAL:
            if isinstance(row[name], str) and any(mark in row[name] for mark in marks):
                kept[name] += 1
    assert kept
    assert set(kept) <= {
        "MaHoSo",
        "TrangThaiHoSo",
        "NgayTiepNhan",
        "NgayNopHoSo",
        "KenhThucHien",
        "TongLePhi",
        "SoLanGiaHan",
        "ThoiDiemXuLy",
    }
    assert sum(kept.values()) < 40


def test_all_canaries_are_listed(world):
    listed = set(world.canaries)
    for row in world.shop_rows[:500]:
        assert {row["ChuHoSo"], row["SoGiayToChuHoSo"], row["Email"], row["SoDienThoai"]} <= listed


def test_the_next_day_continues(world, next_world):
    codes = {plain_code(str(row["MaHoSo"] or "")) for row in (*world.shop_rows, *world.portal_rows)}
    later = {plain_code(str(row["MaHoSo"] or "")) for row in (*next_world.shop_rows, *next_world.portal_rows)}
    lost = codes - later
    substitutes = {
        code
        for code in lost
        if code.startswith("G22.")
        or len(code.rsplit("-", 1)[-1]) > 4
        or code.startswith("H21.")
        or code.endswith(("-2", "-SỬA"))
        or "@" in code
        or "=" in code
    }
    assert lost == substitutes
    before, after = set(counted_facts(world)), set(counted_facts(next_world))
    assert len(before & after) > 0.8 * len(before)
    assert before - after
    assert after - before


def counted_facts(world):
    return [(item.dossier_code, item.kind, item.subtype) for item in world.truth if not item.in_flight]


def test_ordinary_dossiers_keep_their_facts_the_next_day(world, next_world):
    later = {row["MaHoSo"]: row for row in next_world.shop_rows}
    said = {item.dossier_code for item in (*world.truth, *next_world.truth)}
    same = [row for row in world.shop_rows if row["MaHoSo"] in later and row["MaHoSo"] not in said]
    assert len(same) > 1000
    kept = [row for row in same if row["NgayNopHoSo"] == later[row["MaHoSo"]]["NgayNopHoSo"]]
    assert len(kept) > 0.98 * len(same)
    assert {row["source_id"] for row in kept} <= {row["source_id"] for row in next_world.shop_rows}


def test_look_up_shows_what_the_listing_did_not_yet(world):
    for item in (item for item in world.truth if item.in_flight):
        code = item.dossier_code
        assert code in world.fresh_shop_rows or code in world.fresh_portal_rows
        shop, portal = world.look_up_shop(code), world.look_up_portal(code)
        assert isinstance(shop, dict) and isinstance(portal, dict)
        assert shop["TrangThaiHoSo"] == portal["TrangThaiHoSo"]
        assert shop["NgayHenTra"] == portal["NgayHenTra"]


def test_look_up_finds_misspelled_codes_and_all_repetitions(world):
    row = world.shop_rows[0]
    assert world.look_up_shop(f" {row['MaHoSo'].lower()}\u200b") == row
    assert world.look_up_shop("H44.100-000000-0000") is None
    item = next(item for item in world.truth if item.kind == "duplicate_in_shop")
    assert len(world.look_up_all("shop", item.dossier_code)) == 2
    assert len(world.look_up_shop(item.dossier_code)) == 2


def test_business_date_and_size_have_limits():
    with pytest.raises(ValueError, match="business date"):
        build_world(2000, 1, date(2025, 1, 1))
    with pytest.raises(ValueError, match="at least"):
        build_world(10, 1, date(2026, 9, 3))
