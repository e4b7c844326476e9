"""The same facts in other spellings: nothing must be said about them."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

from doisoat_simulator.draw import Draw
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Story, plant, story
from doisoat_simulator.plants.identity import ZERO_WIDTH, respelled

LABELS = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}
_SIDES = ("shop", "portal")


def _life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens, late=variant % 5 == 1) if variant % 2 else draw.ongoing(opens, closes)


def date_text(moment: datetime, variant: int) -> str:
    """An instant as some system or other writes it."""
    half = "SA" if moment.hour < 12 else "CH"
    utc = moment - timedelta(hours=7)
    return (
        f"{moment:%Y-%m-%dT%H:%M:%S}+07:00",
        f"{moment:%d/%m/%Y %H:%M:%S}",
        f"{moment:%Y%m%d%H%M%S}",
        f"{utc:%Y-%m-%dT%H:%M:%S}.417Z",
        f"{moment.day}/{moment.month}/{moment:%Y} {moment:%H:%M:%S}",
        f"{moment:%d-%m-%Y} {(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {half}",
        str(int((utc - datetime(1970, 1, 1)).total_seconds()) * 1000),
        f"{moment:%Y/%m/%d %H:%M:%S}",
        f"{moment:%Y-%m-%d %H:%M:%S}.999+0700",
    )[variant % 9]


def status_text(status: int, variant: int) -> str:
    """A status as some system or other writes it."""
    label = LABELS[status]
    return (
        label,
        label.upper(),
        unicodedata.normalize("NFD", label),
        f"  {label.replace(' ', '  ')} ",
        f"{status:02d}",
        f"{status}.0",
    )[variant % 6]


@plant(80, open_days=40)
def spelled_code(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The same dossier code, spelled by careless hands."""

    def spoil(scene: Scene) -> None:
        if variant % 10 == 9:
            code = f"{scene.code}-SỬA"
            scene.s["MaHoSo"], scene.p["MaHoSo"] = code, unicodedata.normalize("NFD", code.lower())
        else:
            scene.side(_SIDES[variant % 2])["MaHoSo"] = respelled(scene.code, variant % 10)

    return story(_life(draw, opens, closes, variant // 2), spoil, opens, closes)


@plant(60, open_days=40)
def spelled_values(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The same status and the same dates, written in other ways."""
    side = _SIDES[variant % 2]

    def spoil(scene: Scene) -> None:
        row = scene.side(side)
        row["TrangThaiHoSo"] = status_text(row["TrangThaiHoSo"], variant)
        for name in ("NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy"):
            if row[name] is not None:
                row[name] = date_text(row[name], variant // 2)

    return story(_life(draw, opens, closes, variant // 2), spoil, opens, closes)


@plant(40, open_days=40)
def spelled_references(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The same unit and procedure under old, local or sloppy codes."""
    life = _life(draw, opens, closes, variant)
    shape = variant % 4
    if shape == 0:
        life.agency = draw.rng.choice([u.code for u in draw.province.agencies if len(u.code) == 6])
    if shape == 3:
        life.procedure = next(item for item in draw.province.procedures if item.code == "2.000477")

    def spoil(scene: Scene) -> None:
        row = scene.side(_SIDES[variant // 4 % 2])
        if shape == 0:
            row["MaCoQuan"] = f"000.00.{life.agency[4:]}.h44"
        elif shape == 1:
            row["MaCoQuan"] = f" {life.agency.lower()}{ZERO_WIDTH}"
        elif shape == 2:
            row["MaTTHC"] = f"{life.procedure.code}.000.00.00.H44"
        else:
            row["MaTTHC"] = "1.003560.000.00.00.H44"

    return story(life, spoil, opens, closes)
