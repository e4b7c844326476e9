"""Rows that cannot be read, codes that cannot be paired, and dossiers that must not be seen at all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from doisoat_simulator.draw import Draw
from doisoat_simulator.lives import Life
from doisoat_simulator.people import people
from doisoat_simulator.plants.base import FOREVER, Scene, Story, from_arrival, other, plant, story
from doisoat_simulator.plants.identity import ZERO_WIDTH, national_code

_SIDES = ("shop", "portal")


def _life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens) if variant % 2 else draw.ongoing(opens, closes)


def _hostile_words(life: Life) -> tuple[str, str, str]:
    person = people()[life.person]
    return (
        f"Đang xử lý - {person.name} {person.number}",
        f"Chờ trả lời {person.mail}",
        f"Gọi {person.phone} gặp {person.name}",
    )


def _spoil_row(scene: Scene, variant: int, rule: str, values: dict[str, Any]) -> None:
    side = _SIDES[variant % 2]
    scene.side(side).update(values)
    scene.reject(side, rule)
    if variant % 5 == 4:
        (scene.portal if side == "shop" else scene.shop).clear()
    elif variant % 7 == 6:
        scene.side(other(side)).update(values)
        scene.reject(other(side), rule)


@plant(24)
def status_invalid(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """No status of the scale, or a free text with a person in it."""
    life = _life(draw, opens, closes, variant // 2)
    words = (0, 11, "4.5", None, "Chờ sếp ký", *_hostile_words(life), -1)
    value = words[variant % len(words)]
    return story(
        life, lambda scene: _spoil_row(scene, variant, "status_invalid", {"TrangThaiHoSo": value}), opens, closes
    )


@plant(24)
def date_invalid(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A date that is none, or a person's name in its place."""
    life = _life(draw, opens, closes, variant // 2)
    person = people()[life.person]
    name, value = (
        ("NgayTiepNhan", "31/02/2026"),
        ("NgayHenTra", "2026-13-01"),
        ("NgayTiepNhan", person.name),
        ("NgayTiepNhan", "26/8/26"),
        ("NgayHenTra", "26/08/2026 24:00"),
        ("NgayKetThucXuLy", "hôm qua"),
        ("ThoiDiemXuLy", person.phone),
        ("NgayNopHoSo", f"{person.name} {person.number}"),
        ("NgayTra", "?"),
        ("NgayYeuCauBoSung", "2026-08-32T08:00:00+07:00"),
    )[variant % 10]
    return story(life, lambda scene: _spoil_row(scene, variant, "date_invalid", {name: value}), opens, closes)


@plant(12)
def received_in_future(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Received in a year to come."""
    moment = datetime(2099, 1 + variant % 12, 5, 9, 30)
    life = _life(draw, opens, closes, variant // 2)
    return story(
        life, lambda scene: _spoil_row(scene, variant, "received_in_future", {"NgayTiepNhan": moment}), opens, closes
    )


@plant(12)
def finished_in_future(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished, or only returned, in a year to come."""
    moment = datetime(2098, 1 + variant % 12, 5, 9, 30)
    values = {"NgayKetThucXuLy": moment} if variant % 4 < 2 else {"NgayKetThucXuLy": None, "NgayTra": moment}
    return story(
        draw.done(opens), lambda scene: _spoil_row(scene, variant, "finished_in_future", values), opens, closes
    )


@plant(16)
def finished_before_received(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished the day before it was received."""
    life = draw.done(opens)
    assert life.received is not None
    moment = life.received - timedelta(days=1)
    return story(
        life,
        lambda scene: _spoil_row(scene, variant, "finished_before_received", {"NgayKetThucXuLy": moment}),
        opens,
        closes,
    )


@plant(20, least=1)
def code_missing(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A copy of a row that has lost its code; the dossier itself is well."""
    code = (None, "", "   ", ZERO_WIDTH, "null")[variant % 5]
    return story(_life(draw, opens, closes, variant), _junk(variant, "code_missing", code), opens, closes)


@plant(24, least=1)
def code_malformed(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A copy of a row with something in place of its code: a formula, a mail address, mark-up."""
    life = _life(draw, opens, closes, variant)
    code = (
        people()[life.person].mail,
        "=cmd()|' /C calc'!A0",
        "<b>H44-1</b>",
        "KHÔNG CÓ MÃ",
        "+84-123",
        "H44.100-" + "7" * 60,
        "H44;100-260820-1",
        "@SUM(1+1)",
    )[variant % 8]
    return story(life, _junk(variant, "code_malformed", code), opens, closes)


def _junk(variant: int, rule: str, code: str | None) -> Any:
    side = _SIDES[variant % 2]

    def spoil(scene: Scene) -> None:
        copy = dict(scene.side(side))
        copy["MaHoSo"] = code
        (scene.shop if side == "shop" else scene.portal).append(copy)
        scene.reject(side, rule, hides=False)

    return spoil


@plant(12, least=2)
def row_shape(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A broken line of the export, beside a dossier that is well; only files can carry it."""

    def spoil(scene: Scene) -> None:
        scene.reject(_SIDES[variant % 2], "row_shape", hides=False)

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


@plant(12)
def second_row_rejected(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A second, unreadable row of a code that has a good one: the good one counts, there is no duplicate."""
    side = _SIDES[variant % 2]

    def spoil(scene: Scene) -> None:
        copy = dict(scene.side(side))
        copy["TrangThaiHoSo"] = 11 if variant % 4 < 2 else "chưa rõ"
        (scene.shop if side == "shop" else scene.portal).append(copy)
        scene.reject(side, "status_invalid", hides=False)

    return story(_life(draw, opens, closes, variant // 2), spoil, opens, closes)


@plant(12)
def persons_in_kept_columns(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A phone number as channel, a name as fee: unreadable values that reject nothing."""
    life = _life(draw, opens, closes, variant)
    person = people()[life.person]
    name, value = (
        ("KenhThucHien", person.phone),
        ("TongLePhi", person.name),
        ("KenhThucHien", person.name),
        ("SoLanGiaHan", person.mail),
    )[variant % 4]

    def spoil(scene: Scene) -> None:
        scene.side(_SIDES[variant // 4 % 2])[name] = value

    return story(life, spoil, opens, closes)


@plant(10)
def ambiguous_crosswalk(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Two dossiers of the shop claim one of the portal: nothing can be said about the three."""

    def spoil(scene: Scene) -> None:
        copy = dict(scene.s)
        copy["MaHoSo"] = f"{scene.code}-2"
        scene.shop.append(copy)
        code = national_code(scene.code)
        for row in scene.shop:
            row["MaHoSoQG"] = code
        scene.p["MaHoSo"] = code
        scene.unknown = True

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


_MARKS = ("Mật", "1", "Tối mật", "true", "Có", "Tuyệt mật")


@plant(50)
def secret(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A secret dossier, marked on both sides or on one; whatever else is wrong with it stays unsaid."""
    mark = _MARKS[variant % len(_MARKS)]

    def spoil(scene: Scene) -> None:
        marked = ("shop", "portal", "both")[variant % 3]
        for side in _SIDES if marked == "both" else (marked,):
            scene.side(side)["DoMat"] = mark
        if variant % 4 == 1:
            scene.p["NgayHenTra"] = None
        if marked == "both" and variant % 2:
            scene.portal.clear()

    made = from_arrival(_life(draw, opens, closes, variant), spoil, FOREVER)
    made.secret = True
    return made
