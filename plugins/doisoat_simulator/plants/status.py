"""Dossiers one side has not heard of, or not heard the end of."""

from __future__ import annotations

from datetime import date, timedelta

from doisoat_simulator.draw import Draw, due_at
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Story, behind, from_arrival, plant, story


def _any_life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    shapes = (
        lambda: draw.done(opens),
        lambda: draw.done(opens, late=True),
        lambda: draw.done(opens, status=7),
        lambda: draw.done(opens, status=8),
        lambda: draw.ongoing(opens, closes),
        lambda: draw.ongoing(opens, closes, status=2),
    )
    return shapes[variant % len(shapes)]()


@plant(150)
def missing_on_portal(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop's dossier never reached the portal."""

    def spoil(scene: Scene) -> None:
        scene.portal.clear()
        if scene.older(scene.s["NgayTiepNhan"]):
            scene.expect("missing_on_portal")

    return from_arrival(_any_life(draw, opens, closes, variant), spoil, closes)


@plant(45)
def missing_in_shop(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal shows a dossier of the province that the shop does not have."""
    life = draw.refused(opens) if variant % 4 == 3 else _any_life(draw, opens, closes, variant)

    def spoil(scene: Scene) -> None:
        if variant % 5 == 0:
            scene.p["MaCoQuan"] = None
        scene.shop.clear()
        if scene.older(scene.p["NgayTiepNhan"] or scene.p["NgayNopHoSo"]):
            scene.expect("missing_in_shop")

    return from_arrival(life, spoil, closes)


@plant(6, open_days=14)
def missing_in_shop_submitted(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Filed on the portal, and the shop does not even know it was filed."""
    submitted = draw.office(draw.calendar.shift(opens, -2))
    received = draw.office(draw.calendar.roll(closes))

    def spoil(scene: Scene) -> None:
        scene.shop.clear()
        if scene.older(scene.p["NgayNopHoSo"]):
            scene.expect("missing_in_shop")

    return from_arrival(draw.waiting_intake(submitted, received), spoil, received.date())


_ENDS = ((9, 4), (9, 2), (10, 6), (8, 4), (7, 4), (9, 6), (10, 2))


@plant(160)
def finished_false_overdue(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished in time, but the portal still shows it open and, once it is due, late."""
    status, seen = _ENDS[variant % len(_ENDS)]
    life = draw.done(opens, status=min(status, 9), returned=status == 10, idle=9)
    assert life.finished is not None and life.due is not None
    due, stepless = life.due.date(), variant % 3 == 0 and status != 10

    def spoil(scene: Scene) -> None:
        behind(scene.p, seen)
        if stepless:
            scene.s["ThoiDiemXuLy"] = None
        if scene.older(life.finished if stepless else scene.s["ThoiDiemXuLy"]):
            scene.expect("finished_not_synced", "false_overdue" if scene.today > due else "")

    return story(life, spoil, life.finished.date(), closes)


@plant(110)
def finished_late_not_synced(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished late, and the portal has not heard of it: late on both sides."""
    status, seen = _ENDS[variant % len(_ENDS)]
    life = draw.done(opens, status=min(status, 9), returned=status == 10, late=True)
    seen = 1 if variant % 5 == 4 and life.submitted else seen
    assert life.finished is not None

    def spoil(scene: Scene) -> None:
        behind(scene.p, seen)
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("finished_not_synced")

    return story(life, spoil, life.finished.date(), closes)


@plant(50)
def finished_early_not_synced(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Finished long before it is due: the portal is behind, yet nothing is late there so far."""
    life = draw.done(opens)
    assert life.finished is not None
    life.due = due_at(draw.calendar.roll(closes + timedelta(days=7)))

    def spoil(scene: Scene) -> None:
        behind(scene.p, (4, 2, 6)[variant % 3])
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("finished_not_synced")

    return story(life, spoil, life.finished.date(), closes)


@plant(30)
def finished_seen_waiting(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal still waits for a supplement that came long ago."""
    life = draw.supplemented(opens)
    assert life.finished is not None

    def spoil(scene: Scene) -> None:
        behind(scene.p, 5)
        scene.p["ThoiDiemXuLy"], scene.p["NgayHoanThanhBoSung"] = life.asked, None
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("finished_not_synced")

    return story(life, spoil, life.finished.date(), closes)


@plant(120, open_days=25)
def status_lag(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal is some steps behind, nothing is finished yet."""
    status, seen = ((4, 2), (4, 1), (2, 1))[variant % 3]
    life = draw.ongoing(opens, closes, status=status)

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] != status:
            return
        behind(scene.p, seen)
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("status_lag")

    return story(life, spoil, life.begun(status).date(), closes)


@plant(15, least=1, open_days=6)
def status_lag_waiting(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop waits for the citizen, the portal knows only that the dossier was received or filed."""
    status, seen = ((5, 2), (6, 2), (5, 1), (6, 1))[variant % 4]
    life = draw.waiting(opens, closes, status=status)

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] != status:
            return
        behind(scene.p, seen)
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("status_lag")

    return story(life, spoil, life.begun(status).date(), closes)


@plant(24, open_days=6)
def status_cycle(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Between processing and waiting, the portal is one turn behind."""
    if variant % 4 == 3:
        return _resumed(draw, opens, closes)
    status, seen = ((5, 4), (6, 4), (5, 6))[variant % 4]
    life = draw.waiting(opens, closes, status=status)

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] != status:
            return
        behind(scene.p, seen)
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("status_lag", "cycle")

    return story(life, spoil, life.begun(status).date(), closes)


def _resumed(draw: Draw, opens: date, closes: date) -> Story:
    life = draw.supplemented(opens, until=closes)
    assert life.completed is not None and life.asked is not None

    def spoil(scene: Scene) -> None:
        if scene.s["TrangThaiHoSo"] != 4:
            return
        behind(scene.p, 5)
        scene.p["ThoiDiemXuLy"], scene.p["NgayHoanThanhBoSung"] = life.asked, None
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("status_lag", "cycle")

    return story(life, spoil, life.completed.date(), closes)


@plant(32, open_days=25)
def payment_seen_waiting(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Paid and in work again; the portal still waits for the payment."""
    life = draw.ongoing(opens, closes)

    def spoil(scene: Scene) -> None:
        behind(scene.p, 6)
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("status_lag", "cycle")

    return story(life, spoil, opens, closes)


@plant(34)
def refusal_not_synced(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Not accepted in the shop; the portal still shows it filed, received or in work."""
    seen = (1, 2, 4, 6)[variant % 4]
    life = draw.refused(opens)

    def spoil(scene: Scene) -> None:
        behind(scene.p, seen)
        if seen > 1:
            assert life.submitted is not None
            scene.p["NgayTiepNhan"] = scene.p["ThoiDiemXuLy"] = life.submitted + timedelta(minutes=10)
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("status_lag", "refusal_not_synced")

    return from_arrival(life, spoil, closes)
