"""Dossiers caught between two moments: wrong in the listing, right when looked up one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from doisoat_simulator.draw import Draw
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Story, behind, plant, story


def _unsent(scene: Scene) -> None:
    scene.portal.clear()
    scene.expect("missing_on_portal")


def _unknown_in_shop(scene: Scene) -> None:
    scene.shop.clear()
    scene.expect("missing_in_shop")


def _old_status(scene: Scene) -> None:
    behind(scene.p, 4)
    late = scene.s["NgayHenTra"].date() < scene.today
    scene.expect("finished_not_synced", "false_overdue" if late else "")


def _old_due(scene: Scene) -> None:
    scene.p["NgayHenTra"] = scene.s["NgayHenTra"] - timedelta(days=2)
    scene.expect("due_at_mismatch")


def _old_result(scene: Scene) -> None:
    scene.p["DuongDanTepTinKetQua"] = None
    scene.expect("result_missing", "not_synced")


def _old_payment(scene: Scene) -> None:
    scene.s["DuocThanhToanTrucTuyen"], scene.p["DuocThanhToanTrucTuyen"] = 1, 0
    scene.p["TongLePhi"] = scene.s["TongLePhi"]
    scene.expect("payment_mismatch", "flag")


def _old_shop_status(scene: Scene) -> None:
    behind(scene.s, 4)
    scene.expect("status_conflict", "portal_ahead")


def _no_result_yet(scene: Scene) -> None:
    scene.s["DuongDanTepTinKetQua"] = None
    scene.expect("result_missing", "not_digitised")


_SHAPES: tuple[Callable[[Scene], None], ...] = (
    _unsent, _old_status, _unknown_in_shop, _old_due, _old_result, _old_shop_status, _no_result_yet,
    _old_payment,
)


@plant(16, least=2, open_days=1, lead=60)
def in_flight(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Synced in the minutes between the listing and the look-up; the next listing is right as well."""
    spoil_listing = _SHAPES[variant % len(_SHAPES)]
    life: Life = draw.done(opens, idle=6)

    def spoil(scene: Scene) -> None:
        if spoil_listing is _old_payment:
            scene.p["DuocThanhToanTrucTuyen"] = 1
        scene.fresh_shop, scene.fresh_portal = dict(scene.s), dict(scene.p)
        if spoil_listing is _old_payment:
            scene.fresh_shop["DuocThanhToanTrucTuyen"] = 1
        scene.in_flight = True
        spoil_listing(scene)
    made = story(life, spoil, opens, closes)
    made.in_flight = True
    return made
