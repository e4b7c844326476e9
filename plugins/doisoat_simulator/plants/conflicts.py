"""Two statuses that cannot both be right: swapped, masked or different ends."""

from __future__ import annotations

from datetime import date, timedelta

from doisoat_simulator.draw import Draw
from doisoat_simulator.plants.base import Scene, Story, ended, from_arrival, plant, story

KIND = "status_conflict"


@plant(34)
def swapped_3_8(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Not accepted on one side, stopped on the other."""
    if variant % 2:
        life = draw.done(opens, status=8, late=variant % 4 == 1)

        def stopped(scene: Scene) -> None:
            scene.p["TrangThaiHoSo"] = 3
            scene.expect(KIND, "swapped_3_8")

        assert life.finished is not None
        return story(life, stopped, life.finished.date(), closes)

    def refused(scene: Scene) -> None:
        scene.p["TrangThaiHoSo"] = 8
        scene.p["NgayTiepNhan"] = scene.p["NgayNopHoSo"] if variant % 4 else None
        scene.expect(KIND, "swapped_3_8")

    return from_arrival(draw.refused(opens), refused, closes)


@plant(34, open_days=20)
def swapped_1_2(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Filed on one side, received on the other."""
    if variant % 3 == 0:
        life = draw.ongoing(opens, closes, status=2)

        def received(scene: Scene) -> None:
            if scene.s["TrangThaiHoSo"] == 2:
                scene.p["TrangThaiHoSo"] = 1
                scene.expect(KIND, "swapped_1_2")

        return story(life, received, opens, closes)
    submitted = draw.office(draw.calendar.shift(opens, -1))
    life = draw.waiting_intake(submitted, draw.office(draw.calendar.roll(closes)))
    undated = variant % 3 == 1

    def filed(scene: Scene) -> None:
        if undated:
            scene.s["NgayNopHoSo"] = None
        scene.p["TrangThaiHoSo"] = 2
        scene.p["NgayTiepNhan"] = submitted + timedelta(minutes=5)
        scene.p["NgayHenTra"] = life.due
        scene.expect(KIND, "swapped_1_2")
        if not undated and scene.older(submitted):
            scene.expect("late_intake")

    return from_arrival(life, filed, draw.calendar.roll(closes))


@plant(20)
def masked_stop(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Stopped in the shop, shown on the portal as done."""
    life = draw.done(opens, status=8, late=variant % 2 == 1)
    assert life.finished is not None

    def spoil(scene: Scene) -> None:
        ended(scene.p, 9, scene.s["NgayKetThucXuLy"])
        scene.expect(KIND, "masked_as_9")

    return story(life, spoil, life.finished.date(), closes)


@plant(16, open_days=6)
def masked_wait(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop waits for the citizen, the portal shows the dossier as done."""
    status = (5, 6)[variant % 2]
    life = draw.waiting(opens, closes, status=status)

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] == status:
            ended(scene.p, 9, scene.s["ThoiDiemXuLy"])
            scene.expect(KIND, "masked_as_9")

    return story(life, spoil, opens, closes)


@plant(40)
def return_not_synced(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Handed over in the shop, only done on the portal."""
    life = draw.done(opens, returned=True, late=variant % 3 == 0)
    assert life.returned is not None

    def spoil(scene: Scene) -> None:
        scene.p["TrangThaiHoSo"], scene.p["NgayTra"] = 9, None
        scene.p["ThoiDiemXuLy"] = life.finished
        scene.expect(KIND, "return_not_synced")

    return story(life, spoil, life.returned.date(), closes)


_AHEAD = ((4, 9), (2, 4), (4, 10), (4, 3), (2, 8), (4, 7), (2, 9), (4, 8), (2, 6))


@plant(26, open_days=25)
def portal_ahead(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal is further than the shop."""
    status, seen = _AHEAD[variant % len(_AHEAD)]
    life = draw.ongoing(opens, closes, status=status)

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] != status:
            return
        moment = scene.s["ThoiDiemXuLy"] + timedelta(minutes=20)
        if seen in (4, 6):
            scene.p["TrangThaiHoSo"], scene.p["ThoiDiemXuLy"] = seen, moment
        else:
            ended(scene.p, seen, moment)
        scene.expect(KIND, "portal_ahead")

    return story(life, spoil, opens, closes)


@plant(14)
def portal_returned(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Handed over according to the portal, only done in the shop."""
    life = draw.done(opens, returned=False, late=variant % 2 == 0)
    assert life.finished is not None

    def spoil(scene: Scene) -> None:
        scene.p["TrangThaiHoSo"] = 10
        scene.p["NgayTra"] = scene.p["ThoiDiemXuLy"] = scene.s["NgayKetThucXuLy"] + timedelta(minutes=30)
        scene.expect(KIND, "portal_ahead")

    return story(life, spoil, life.finished.date(), closes)


_ENDS = ((10, 8), (8, 10), (7, 10), (9, 7), (9, 3), (7, 8), (10, 7), (9, 8), (8, 7), (10, 3))


@plant(34)
def different_end(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Both sides say the dossier has ended, each in another way."""
    status, seen = _ENDS[variant % len(_ENDS)]
    life = draw.done(opens, status=min(status, 9), returned=status == 10, late=variant % 3 == 0)

    def spoil(scene: Scene) -> None:
        ended(scene.p, seen, scene.s["NgayKetThucXuLy"])
        scene.expect(KIND, "different_end")

    return story(life, spoil, opens, closes)


@plant(6)
def refused_shown_done(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Not accepted in the shop, done or withdrawn on the portal."""
    seen = (9, 10, 7)[variant % 3]

    def spoil(scene: Scene) -> None:
        ended(scene.p, seen, scene.s["NgayKetThucXuLy"])
        scene.p["NgayTiepNhan"] = scene.s["NgayNopHoSo"]
        scene.expect(KIND, "different_end")

    return story(draw.refused(opens), spoil, opens, closes)
