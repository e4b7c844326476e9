"""Nights of look-ups one after the other, on real landings: what is carried, what is unknown, what is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from doisoat.errors import IncompleteLanding
from doisoat.land import land, land_look_ups
from doisoat.land.asking import Asking, Rhythm, open_asking
from doisoat.land.projection import secret_digest
from doisoat.model import RunKey, Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.landing import read_manifest, read_part
from doisoat.store.layout import RunFiles
from tests.unit.land.sources import DictLookUp, ListSource, dossier

DAY = date(2026, 9, 3)
A, B, C, D = (f"H21.05-260820-000{number}" for number in (1, 2, 3, 4))


def at_shop(code: str, **fields: Any) -> dict[str, Any]:
    return dossier(1, MaHoSo=code, NgayHenTra="", NgayKetThucXuLy="") | fields


class Nights:
    """One province whose portal is asked night after night."""

    def __init__(self, home: Path, **rhythm: int) -> None:
        self.home = home
        self.rhythm = Rhythm(**{"open_days": 3, "finished_days": 10, "budget": 1} | rhythm)
        self.asked: list[str] = []

    def files(self, night: int) -> RunFiles:
        return RunFiles(self.home, RunKey("H21", DAY + timedelta(days=night)))

    def asking(self, night: int, shop: list[dict[str, Any]], severities: Mapping[str, int]) -> Asking:
        files = self.files(night)
        source = ListSource({"page-000000": list(shop)})
        settings: dict[str, Any] = {"rules": RuleParameters(), "digest_key": b"key"}
        land(Side.SHOP, files.key, source, files.landing(Side.SHOP), **settings)
        return open_asking(
            files.key.business_date,
            files.landing(Side.SHOP),
            files.landing(Side.PORTAL),
            shop_words={},
            portal_words={},
            severities=severities,
            rhythm=self.rhythm,
            digest=lambda code: secret_digest(b"key", code),
        )

    def run(self, night: int, shop: list[dict[str, Any]], portal: Mapping[str, Any]) -> dict[str, Any]:
        """A night without open discrepancies."""
        return self.carry_out(night, self.asking(night, shop, {}), portal)

    def carry_out(self, night: int, asking: Asking, portal: Mapping[str, Any]) -> dict[str, Any]:
        """The coverage in the manifest; `portal` says what it answers, by code."""
        files, look_up = self.files(night), DictLookUp({code: portal.get(code) for code in asking.calls})
        manifest = land_look_ups(
            Side.PORTAL,
            asking.calls,
            look_up,
            files.landing(Side.PORTAL),
            key=files.key,
            concurrency=2,
            digest_key=b"key",
            rules=RuleParameters(),
            asking=asking,
        )
        self.asked = look_up.asked
        coverage: dict[str, Any] = manifest["look_ups"]
        return coverage

    def landed(self, night: int) -> list[str]:
        folder = self.files(night).landing(Side.PORTAL)
        return sorted(row["MaHoSo"] for part in folder.glob("part-*") for row in read_part(part))

    def unknown(self, night: int) -> dict[str, str]:
        lines = read_part(self.files(night).landing(Side.PORTAL) / "unknown.jsonl.zst")
        return {line["code"]: line["reason"] for line in lines}


SHOP = [at_shop(code) for code in (A, B, C)]
PORTAL = {code: {"MaHoSo": code, "TrangThaiHoSo": "4", "NgayTiepNhan": "20260820083000"} for code in (A, B, C)}


def test_what_was_found_and_agreed_is_carried_and_coverage_grows(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for night in range(3):
        told = nights.run(night, SHOP, PORTAL)
        assert len(nights.asked) == 1
        assert (told["asked"], sum(told["carried"].values()), told["never_asked"]) == (1, night, 2 - night)
        assert len(nights.landed(night)) == night + 1
        assert set(nights.landed(night)) | set(nights.unknown(night)) == {A, B, C}
    assert told["carried"] == {"1": 1, "2": 1}
    assert told["oldest_days"] == 2


def test_the_carried_record_is_the_landed_one(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    rich = PORTAL[A] | {"DuongDanTepTinKetQua": "https://x/1.pdf", "KenhThucHien": "2", "ChuHoSo": "ai đó"}
    nights.run(0, [at_shop(A)], {A: rich})
    nights.rhythm = replace(nights.rhythm, budget=1)
    nights.run(1, [at_shop(A), at_shop(B)], PORTAL)
    first, second = (
        [
            {name: value for name, value in row.items() if name not in ("_file", "_row")}
            for part in sorted(nights.files(night).landing(Side.PORTAL).glob("part-*"))
            for row in read_part(part)
            if row["MaHoSo"] == A
        ]
        for night in (0, 1)
    )
    assert nights.asked == [B]
    assert second == first
    assert first[0]["has_result"] is True


def test_a_record_that_changed_at_the_shop_is_asked_first_and_unknown_until_then(tmp_path: Path) -> None:
    nights = Nights(tmp_path, budget=2)
    nights.run(0, [at_shop(A), at_shop(B)], PORTAL)
    changed = [at_shop(A, TrangThaiHoSo="5"), at_shop(B, TrangThaiHoSo="6"), at_shop(C)]
    nights.rhythm = replace(nights.rhythm, budget=1)
    told = nights.run(1, changed, PORTAL)
    (asked,) = nights.asked
    assert asked in {A, B}
    assert nights.landed(1) == [asked]
    assert nights.unknown(1) == dict.fromkeys({A, B, C} - {asked}, "not_asked")
    assert (told["outdated"], told["never_asked"]) == (1, 1)


def test_a_page_number_or_a_touch_without_a_change_is_no_change(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.run(0, [at_shop(A, _id="1", _updated="2026-09-03T08:00:00+07:00")], PORTAL)
    told = nights.run(1, [at_shop(B), at_shop(A, _id="1", _updated="2026-09-04T08:00:00+07:00")], PORTAL)
    assert (nights.asked, told["carried"]) == ([B], {"1": 1})


@pytest.mark.parametrize(
    "answer",
    [None, PORTAL[A] | {"TrangThaiHoSo": "2"}, "không trả lời"],
    ids=["absent", "another status", "failed"],
)
def test_what_did_not_agree_may_be_on_its_way_and_is_never_carried(tmp_path: Path, answer: Any) -> None:
    nights = Nights(tmp_path, budget=2)
    nights.run(0, [at_shop(A), at_shop(B)], PORTAL | {A: answer})
    nights.rhythm = replace(nights.rhythm, budget=1)
    nights.run(1, [at_shop(A), at_shop(B), at_shop(C)], PORTAL)
    assert nights.unknown(1).get(A) == "not_asked" or nights.asked == [A]
    assert A not in nights.landed(1) or nights.asked == [A]


def test_absence_of_what_the_shop_has_not_taken_in_is_knowledge(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.run(0, [at_shop(A, TrangThaiHoSo="1")], {})
    told = nights.run(1, [at_shop(A, TrangThaiHoSo="1"), at_shop(B)], PORTAL)
    assert (nights.asked, told["carried"], nights.unknown(1)) == ([B], {"1": 1}, {})


def test_an_answer_ends_with_its_days(tmp_path: Path) -> None:
    nights = Nights(tmp_path, budget=2)
    nights.run(0, [at_shop(A), at_shop(B, TrangThaiHoSo="9")], {A: PORTAL[A], B: PORTAL[B] | {"TrangThaiHoSo": "9"}})
    nights.rhythm = replace(nights.rhythm, budget=1)
    shop = [at_shop(A), at_shop(B, TrangThaiHoSo="9"), at_shop(C), at_shop(D, MaHoSoQG="QG-2", MaHoSoKhac="QG-1")]
    asking = nights.asking(4, shop, {C: 0})  # the only call goes to what is open
    told = nights.carry_out(4, asking, PORTAL)
    assert nights.asked == [C]
    assert told["carried"] == {"4": 1}  # B, finished, for ten days; A, open, was good for three
    assert nights.unknown(4) == dict.fromkeys([A, D, "QG-1", "QG-2"], "not_asked")


def test_an_open_discrepancy_is_asked_every_night(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for night in range(4):
        nights.carry_out(night, nights.asking(night, SHOP, {B: 1}), PORTAL)
        assert nights.asked == [B]


def test_a_look_up_that_failed_is_unknown_and_makes_the_side_incomplete_one_that_was_not_planned_does_not(
    tmp_path: Path,
) -> None:
    nights = Nights(tmp_path, budget=2)
    asking = nights.asking(0, SHOP, {A: 0, B: 1})
    told = nights.carry_out(0, asking, PORTAL | {A: "hỏng"})
    assert nights.unknown(0) == {A: "look_up_failed", C: "not_asked"}
    assert (told["failed"], told["never_asked"], told["asked"]) == (1, 1, 1)


def test_a_code_two_dossiers_name_lands_once(tmp_path: Path) -> None:
    nights = Nights(tmp_path, budget=2)
    shop = [at_shop(A, MaHoSoKhac=B), at_shop(B)]
    nights.run(0, shop, PORTAL)
    assert nights.landed(0) == [A, B]
    changed = [at_shop(A, MaHoSoKhac=B, TrangThaiHoSo="5"), at_shop(B)]
    nights.run(1, changed, PORTAL)
    assert nights.landed(1) == [A, B]


def test_a_secret_dossier_is_remembered_nowhere(tmp_path: Path) -> None:
    nights = Nights(tmp_path, budget=3)
    told = nights.run(0, SHOP, PORTAL | {A: PORTAL[A] | {"DoMat": "Mật"}})
    folder = nights.files(0).landing(Side.PORTAL)
    assert (told["dossiers"], told["asked"], nights.unknown(0)) == (2, 2, {})
    assert [line["code"] for line in read_part(folder / "asked.jsonl.zst")] == [B, C]


def test_a_dossier_the_portal_called_secret_is_asked_before_all_others_and_stays_secret_until_then(
    tmp_path: Path,
) -> None:
    nights = Nights(tmp_path, budget=3)
    secret = PORTAL[A] | {"DoMat": "Mật"}
    nights.run(0, SHOP, PORTAL | {A: secret})
    nights.rhythm = replace(nights.rhythm, budget=2)
    asking = nights.asking(1, SHOP, {B: 0})
    nights.carry_out(1, asking, PORTAL | {A: "không trả lời"})
    folder = nights.files(1).landing(Side.PORTAL)
    assert asking.calls == (A, B)
    assert nights.unknown(1) == {}
    assert secret_digest(b"key", A) in read_manifest(folder)["secret_digests"]
    asking = nights.asking(2, SHOP, {})
    nights.carry_out(2, asking, PORTAL)
    assert asking.calls[0] == A
    assert read_manifest(nights.files(2).landing(Side.PORTAL))["secret_digests"] == []


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for home in ("one", "two"):
        nights = Nights(tmp_path / home, budget=2)
        for night in range(3):
            nights.run(night, SHOP, PORTAL)
        folder = nights.files(2).landing(Side.PORTAL)
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert contents[0] == contents[1]


def test_a_night_reads_the_last_one_before_it_and_none_after(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.run(0, SHOP, PORTAL)
    nights.run(5, SHOP, PORTAL)
    told = nights.run(2, SHOP, PORTAL)
    assert told["carried"] == {"2": 1}


def test_a_damaged_memory_is_named_with_the_next_step(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.run(0, SHOP, PORTAL)
    file = nights.files(0).landing(Side.PORTAL) / "asked.jsonl.zst"
    for damage in (b"", b"khong phai zstd", file.read_bytes()[:20]):
        file.write_bytes(damage)
        with pytest.raises(IncompleteLanding, match="remove this file"):
            nights.asking(1, SHOP, {})
