"""Dossiers caught between two moments: wrong in the listing, right when looked up one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from doisoat_simulator.draw import Draw
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
    scene.p["DuocThanhToanTrucTuyen"] = 0
    scene.expect("payment_mismatch", "flag")


def _old_shop_status(scene: Scene) -> None:
    behind(scene.s, 4)
    scene.expect("status_conflict", "portal_ahead")


def _no_result_yet(scene: Scene) -> None:
    scene.s["DuongDanTepTinKetQua"] = None
    scene.expect("result_missing", "not_digitised")


Listing = Callable[[Scene], None]

_PORTAL: tuple[Listing, ...] = (_unsent, _old_status, _old_due, _old_result, _old_payment)
_SHOP: tuple[Listing, ...] = (_unknown_in_shop, _old_shop_status, _no_result_yet)


@plant(16, least=1, open_days=1, lead=60)
def in_flight_portal(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The portal caught up between the listing and the look-up; the next listing is right as well."""
    old = _PORTAL[variant % len(_PORTAL)]

    def spoil(scene: Scene) -> None:
        if old is _old_payment:
            scene.s["DuocThanhToanTrucTuyen"] = scene.p["DuocThanhToanTrucTuyen"] = 1
        scene.fresh_portal, scene.in_flight = dict(scene.p), True
        old(scene)

    return story(draw.done(opens, idle=6), spoil, opens, closes)


@plant(6, least=1, open_days=1, lead=60)
def in_flight_shop(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop caught up between the listing and the look-up."""
    old = _SHOP[variant % len(_SHOP)]

    def spoil(scene: Scene) -> None:
        scene.fresh_shop, scene.in_flight = dict(scene.s), True
        old(scene)

    return story(draw.done(opens, idle=6), spoil, opens, closes)
