"""Read by changes, a side says what it would say read whole; what cannot be proved is read whole."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat.land.record_columns import RecordColumns
from doisoat.model import Side
from doisoat.store.layout import read_json
from tests.unit.incremental.changing_shop import (
    ChangingShop,
    contents,
    day,
    files_of,
    land_night,
    night,
    province,
    snapshot,
    stage,
)


def shop_of(count: int, **options: Any) -> ChangingShop:
    """Dossiers received in three months; the last change, to dossier 0, comes two hours after all others."""
    shop = ChangingShop(**options)
    for number in range(count):
        shop.put(number, NgayTiepNhan=f"20260{6 + number % 3}15083000")
    later(shop, hours=2)
    shop.put(0, TrangThaiHoSo="2")
    return shop


def later(shop: ChangingShop, **passed: float) -> None:
    shop.now += timedelta(**passed)


def said(home: Path, number: int) -> dict[str, Any]:
    manifest = read_json(files_of(home, day(number)).landing(Side.SHOP) / "manifest.json")
    incremental: dict[str, Any] = manifest["incremental"]
    return incremental


def same_as_whole(home: Path, number: int, shop: ChangingShop) -> None:
    """The night's snapshot is what reading everything at this moment gives."""
    whole = home / "whole"
    now = shop.now
    shutil.rmtree(whole, ignore_errors=True)
    night(whole, day(number), shop, full=True)
    shop.now = now
    assert snapshot(home, day(number)) == snapshot(whole, day(number))


def test_only_changes_are_asked_for_and_the_rest_stands(tmp_path: Path) -> None:
    shop = shop_of(30)
    first = night(tmp_path, day(0), shop)
    assert (first["reading"]["mode"], first["landed"]) == ("full", 30)
    later(shop, hours=12)
    shop.put(7, TrangThaiHoSo="9", NgayKetThucXuLy="20260901093000")
    shop.put(99, NgayTiepNhan="20260801083000")
    shop.asked.clear()
    second = night(tmp_path, day(1), shop)
    assert shop.asked == ["total", "page 0", "page 1", "total"]
    assert second["reading"] == {
        "mode": "delta",
        "read": 3,  # the two changes, and dossier 0 within the lag
        "carried_over": 28,
        "base": "2026-09-01",
        "full_on": "2026-09-01",
        "why_full": "",
    }
    assert (second["landed"], second["staged"], second["complete"]) == (31, 31, True)
    same_as_whole(tmp_path, 1, shop)


def test_a_month_without_a_change_is_the_file_of_the_night_before(tmp_path: Path) -> None:
    shop = shop_of(30)
    night(tmp_path, day(0), shop)
    later(shop, hours=12)
    for number in (3, 6, 9):
        shop.put(number, TrangThaiHoSo="6")
    night(tmp_path, day(1), shop)
    first, second = (files_of(tmp_path, day(number)) for number in (0, 1))
    months = sorted(path.stem for path in second.dossiers(Side.SHOP).parent.iterdir())
    assert months == ["2026-06", "2026-07", "2026-08", "none"]
    same = [
        month
        for month in months
        if first.partition(Side.SHOP, month).stat().st_ino == second.partition(Side.SHOP, month).stat().st_ino
    ]
    assert same == ["2026-07", "2026-08"]


def test_a_record_moves_with_its_date_of_reception(tmp_path: Path) -> None:
    shop = shop_of(4)
    shop.put(50, NgayTiepNhan="20260101083000")
    night(tmp_path, day(0), shop)
    later(shop, hours=12)
    shop.put(50, NgayTiepNhan="20260201083000")
    night(tmp_path, day(1), shop)
    months = [path.stem for path in files_of(tmp_path, day(1)).dossiers(Side.SHOP).parent.iterdir()]
    assert ("2026-01" in months, "2026-02" in months) == (False, True)
    same_as_whole(tmp_path, 1, shop)


@pytest.mark.slow
def test_deleted_is_what_a_month_read_again_does_not_show(tmp_path: Path) -> None:
    shop = shop_of(30)
    night(tmp_path, day(0), shop)
    later(shop, hours=12)
    shop.remove(4)
    shop.put(99, NgayTiepNhan="20260801083000")
    shop.asked.clear()
    entry = night(tmp_path, day(1), shop)
    assert (said(tmp_path, 1)["reread"], said(tmp_path, 1)["gone"]) == (["2026-07"], 1)
    assert not any(asked.startswith("month page 2026-08") for asked in shop.asked)
    assert (entry["complete"], entry["landed"], entry["staged"]) == (True, 30 + entry["repeated"], 30)
    same_as_whole(tmp_path, 1, shop)
    later(shop, hours=12)
    shop.put(5, TrangThaiHoSo="6")
    assert night(tmp_path, day(2), shop)["reading"]["mode"] == "delta"
    same_as_whole(tmp_path, 2, shop)


def test_silence_about_a_record_deletes_nothing(tmp_path: Path) -> None:
    shop = shop_of(12)
    night(tmp_path, day(0), shop)
    later(shop, hours=12)
    shop.hidden = {"4"}  # its total still counts it
    night(tmp_path, day(1), shop)
    codes = {row[0] for row in snapshot(tmp_path, day(1))}
    assert "H21.05-260820-0004" in codes


@pytest.mark.parametrize("received", ["20260715083000", None])
def test_a_record_that_slipped_through_is_found_by_the_totals(tmp_path: Path, received: str | None) -> None:
    shop = shop_of(12)
    night(tmp_path, day(0), shop)
    later(shop, hours=12)
    shop.put(77, NgayTiepNhan=received)
    shop.records["77"]["_updated"] = "2026-08-01T08:00:00.000+07:00"  # far behind the watermark
    entry = night(tmp_path, day(1), shop)
    assert (entry["complete"], entry["reading"]["mode"]) == (True, "full")
    assert "tổng số" in entry["reading"]["why_full"]
    same_as_whole(tmp_path, 1, shop)


def test_a_change_within_the_lag_is_read_again(tmp_path: Path) -> None:
    shop = shop_of(12)
    later(shop, hours=1)
    night(tmp_path, day(0), shop)
    shop.put(3, TrangThaiHoSo="6")
    shop.records["3"]["_updated"] = "2026-09-01T09:30:00.000+07:00"  # committed late, dated before the last reading
    assert night(tmp_path, day(1), shop)["reading"]["mode"] == "delta"
    same_as_whole(tmp_path, 1, shop)


def test_a_clock_that_went_back_is_no_ground_to_go_on_from(tmp_path: Path) -> None:
    shop = shop_of(12)
    night(tmp_path, day(0), shop)
    shop.now = shop.now.replace(year=2025)
    shop.put(3, TrangThaiHoSo="6")
    land_night(tmp_path, day(1), shop)
    assert "đồng hồ" in said(tmp_path, 1)["why_full"]


@pytest.mark.parametrize(
    "spoil", [{"_updated": None}, {"_id": None}, {"_updated": "2026-09-05T08:00:00.000+07:00"}], ids=str
)
def test_an_order_that_is_not_by_change_is_noticed(tmp_path: Path, spoil: dict[str, Any]) -> None:
    shop = shop_of(12)
    night(tmp_path, day(0), shop)
    later(shop, hours=12)
    shop.put(3, TrangThaiHoSo="6")
    cut = shop._cut

    def spoilt(records: Any, number: int) -> Any:
        page = cut(records, number)
        *others, last = page.records
        return replace(page, records=RecordColumns.of([*others, {**(last or {}), **spoil}]))

    shop._cut = spoilt  # type: ignore[method-assign]
    land_night(tmp_path, day(1), shop)
    assert (said(tmp_path, 1)["mode"], "thời điểm thay đổi" in said(tmp_path, 1)["why_full"]) == ("full", True)


@pytest.mark.slow
def test_everything_is_read_when_it_is_due_asked_for_or_nothing_is_there_to_go_on_from(tmp_path: Path) -> None:
    shop = shop_of(6)
    modes = []
    for number in range(8):
        later(shop, hours=12)
        shop.put(number % 3, TrangThaiHoSo="6")
        modes.append(night(tmp_path, day(number), shop, full_sweep_days=4, full=number == 6)["reading"]["mode"])
    assert modes == ["full", "delta", "delta", "delta", "full", "delta", "full", "delta"]
    part = next(files_of(tmp_path, day(7)).landing(Side.SHOP).glob("part-*"))
    part.write_bytes(part.read_bytes()[:-1])
    assert "không còn dùng được" in night(tmp_path, day(8), shop)["reading"]["why_full"]


def test_other_rules_stage_the_whole_chain_again_without_reading(tmp_path: Path) -> None:
    shop = shop_of(30)
    night(tmp_path, day(0), shop)
    for number in (1, 2):
        later(shop, hours=12)
        shop.put(7, TrangThaiHoSo="Đang chờ" if number == 2 else "6")
        shop.remove(number)
        night(tmp_path, day(number), shop)
    assert len(snapshot(tmp_path, day(2))) == 28
    words = province(shop={"kind": "files", "path": "x", "status_map": {"Đang chờ": 5}})
    shop.asked.clear()
    entry = stage(tmp_path, day(2), words)["sides"]["shop"]
    assert (shop.asked, entry["staged"], entry["rejected"], entry["reading"]["carried_over"] > 0) == ([], 28, {}, True)


def test_both_ways_to_a_snapshot_come_to_the_same_bytes(tmp_path: Path) -> None:
    shop = shop_of(30)
    shop.put(40, TrangThaiHoSo="??")
    shop.put(41, NgayTiepNhan=None)
    night(tmp_path, day(0), shop)
    for number in (1, 2):
        later(shop, hours=12)
        shop.put(7, TrangThaiHoSo=str(number))
        shop.put(60 + number, NgayTiepNhan="20260903083000")
        shop.remove(20 + number)
        night(tmp_path, day(number), shop)
    merged = contents(tmp_path, day(2))
    shutil.rmtree(files_of(tmp_path, day(1)).snapshot(Side.SHOP))
    stage(tmp_path, day(2))
    assert contents(tmp_path, day(2)) == merged


def test_a_night_staged_again_after_later_ones_gives_its_own_bytes(tmp_path: Path) -> None:
    shop = shop_of(12)
    for number in range(5):
        later(shop, hours=12)
        shop.put(number, TrangThaiHoSo="6")
        night(tmp_path, day(number), shop)
    before = contents(tmp_path, day(2))
    stage(tmp_path, day(2))
    assert contents(tmp_path, day(2)) == before


@pytest.mark.slow
def test_what_depends_on_the_night_is_judged_anew(tmp_path: Path) -> None:
    shop = shop_of(6)
    shop.put(50, NgayTiepNhan="20260904083000")  # in the future until then
    shop.put(51, NgayTiepNhan=None, TrangThaiHoSo="1")  # its procedure is retired from the fourth on
    rejected = []
    for number in range(5):
        later(shop, days=1)
        shop.put(0, TrangThaiHoSo="6")
        rejected.append(night(tmp_path, day(number), shop)["rejected"])
        same_as_whole(tmp_path, number, shop)
    assert (rejected[0], rejected[-1]) == ({"received_in_future": 1}, {})


@pytest.mark.parametrize("marked", ["shop", "portal"])
def test_a_dossier_that_becomes_secret_leaves_both_sides(tmp_path: Path, marked: str) -> None:
    shop = shop_of(12)
    portal = [{**shop.records["4"], "_id": "p4"}, {**shop.records["5"], "_id": "p5"}]
    night(tmp_path, day(0), shop, portal=portal)
    later(shop, hours=12)
    if marked == "shop":
        shop.put(4, DoMat="Mật", MaHoSo="H21.05-260820-4444")  # even under another code
        gone = {"shop": {"H21.05-260820-0004", "H21.05-260820-4444"}}
    else:
        portal[0]["DoMat"] = "Mật"
        gone = {side: {"H21.05-260820-0004"} for side in ("shop", "portal")}
    entry = night(tmp_path, day(1), shop, portal=portal)
    assert (entry["reading"]["mode"], entry["staged"]) == ("delta", 11)
    for side, codes in gone.items():
        assert codes.isdisjoint({row[0] for row in snapshot(tmp_path, day(1), Side(side))})
    later(shop, hours=12)
    shop.put(6, TrangThaiHoSo="6")
    assert night(tmp_path, day(2), shop, portal=portal)["staged"] == 11
