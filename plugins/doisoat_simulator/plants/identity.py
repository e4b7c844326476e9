"""Dossiers that appear more than once, or under another code."""

from __future__ import annotations

from datetime import date, timedelta

from doisoat_simulator.draw import Draw
from doisoat_simulator.lives import Life, Row
from doisoat_simulator.plants.base import Scene, Story, behind, other, plant, story

ZERO_WIDTH, SOFT_HYPHEN, NO_BREAK, EN_DASH = "\u200b", "\u00ad", "\u00a0", "\u2013"


def respelled(code: str, variant: int) -> str:
    """The same code as careless hands write it."""
    return (
        code.lower(),
        code + ZERO_WIDTH,
        f"  {code} ",
        code.replace("-", EN_DASH),
        NO_BREAK + code,
        code.replace("-", f"{SOFT_HYPHEN}-", 1),
        code.replace("-", "\u2212"),
        f"{code}\t",
        code[:4] + " " + code[4:],
    )[variant % 9]


def _rows(scene: Scene, side: str) -> list[Row]:
    return scene.shop if side == "shop" else scene.portal


def _life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens, late=variant % 5 == 1) if variant % 2 else draw.ongoing(opens, closes)


def _kind(side: str) -> str:
    return "duplicate_in_shop" if side == "shop" else "duplicate_on_portal"


def _identical(draw: Draw, opens: date, closes: date, variant: int, side: str) -> Story:
    alone = variant % 5 == 4

    def spoil(scene: Scene) -> None:
        copy = dict(scene.side(side))
        copy["MaHoSo"] = respelled(scene.code, variant) if variant % 3 else scene.code
        copy["GhiChu"] = None
        if variant % 4 == 1:
            copy["KenhThucHien"] = None if copy["KenhThucHien"] == 1 else copy["KenhThucHien"]
        _rows(scene, side).append(copy)
        scene.expect(_kind(side), "identical")
        if alone:
            _rows(scene, other(side)).clear()
            row = scene.side(side)
            if scene.older(row["NgayTiepNhan"]):
                scene.expect("missing_on_portal" if side == "shop" else "missing_in_shop")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


def _conflicting(draw: Draw, opens: date, closes: date, variant: int, side: str) -> Story:
    def spoil(scene: Scene) -> None:
        copy = dict(scene.side(side))
        behind(copy, 2 if copy["TrangThaiHoSo"] == 4 else 4)
        copy["MaHoSo"] = respelled(scene.code, variant) if variant % 3 == 2 else scene.code
        _rows(scene, side).insert(variant % 2, copy)
        scene.expect(_kind(side), "conflicting_status")
        if variant % 6 == 5:
            _rows(scene, other(side)).clear()

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


def _differing(draw: Draw, opens: date, closes: date, variant: int, side: str) -> Story:
    def spoil(scene: Scene) -> None:
        copy = dict(scene.side(side))
        if variant % 3 == 0:
            copy["NgayHenTra"] = copy["NgayHenTra"] + timedelta(days=1)
        elif variant % 3 == 1:
            copy["SoLanGiaHan"] = 3
        else:
            copy["NgayTiepNhan"] = copy["NgayTiepNhan"] - timedelta(seconds=1)
        _rows(scene, side).append(copy)
        scene.expect(_kind(side), "differing")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


@plant(36, open_days=30)
def shop_identical(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop exports the same row twice, the code spelled in two ways."""
    return _identical(draw, opens, closes, variant, "shop")


@plant(36, open_days=30)
def portal_identical(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal exports the same row twice."""
    return _identical(draw, opens, closes, variant, "portal")


@plant(34, open_days=30)
def shop_conflicting(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop gives one code two statuses."""
    return _conflicting(draw, opens, closes, variant, "shop")


@plant(34, open_days=30)
def portal_conflicting(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal gives one code two statuses."""
    return _conflicting(draw, opens, closes, variant, "portal")


@plant(34, open_days=30)
def shop_differing(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop gives one code two appointments, receptions or extensions."""
    return _differing(draw, opens, closes, variant, "shop")


@plant(34, open_days=30)
def portal_differing(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal gives one code two appointments, receptions or extensions."""
    return _differing(draw, opens, closes, variant, "portal")


def national_code(code: str) -> str:
    """The code the portal gave a dossier on its own."""
    agency, day, number = code.split("-")
    return f"G22.99.{agency.split('.')[-1].zfill(3)}-{day}-{number.zfill(7)}"


def random_code(code: str) -> str:
    """Agency and day, and another running number."""
    head, number = code.rsplit("-", 1)
    return f"{head}-9{number.zfill(5)}"


def _substituted(draw: Draw, opens: date, closes: date, variant: int, field: str, subtype: str) -> Story:
    def spoil(scene: Scene) -> None:
        code = national_code(scene.code) if variant % 3 else random_code(scene.code)
        scene.p["MaHoSo"] = code
        if variant % 2:
            scene.s[field] = respelled(code, variant) if variant % 5 == 0 else code
        else:
            scene.p[field] = scene.code
        scene.expect("code_substituted", subtype)

    return story(_life(draw, opens, closes, variant // 2), spoil, opens, closes)


@plant(34, open_days=30)
def code_national(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Known on the portal under its national code."""
    return _substituted(draw, opens, closes, variant, "MaHoSoQG", "national_code")


@plant(34, open_days=30)
def code_alternative(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Known on the portal under an alternative code."""
    return _substituted(draw, opens, closes, variant, "MaHoSoKhac", "alternative_code")


@plant(34, open_days=30)
def code_unit(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Known on the portal under the unit's own code."""
    return _substituted(draw, opens, closes, variant, "MaHoSoDonVi", "unit_code")
