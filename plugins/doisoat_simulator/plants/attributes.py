"""What a dossier is and costs: channel, procedure, agency, payment, result."""

from __future__ import annotations

from datetime import date

from doisoat_simulator.draw import Draw
from doisoat_simulator.lives import Life
from doisoat_simulator.plants.base import Scene, Story, plant, story


def _life(draw: Draw, opens: date, closes: date, variant: int) -> Life:
    return draw.done(opens, late=variant % 5 == 1) if variant % 2 else draw.ongoing(opens, closes)


_CHANNELS = ((2, None), (2, 1), (3, 2), (1, 3), (None, 2), (1, 2), ("Trực tuyến", 1), (2, "Trực tiếp"))


@plant(60, open_days=30)
def channel_mismatch(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Filed through another channel on the other side; nothing said means at the counter."""
    shop, portal = _CHANNELS[variant % len(_CHANNELS)]

    def spoil(scene: Scene) -> None:
        scene.s["KenhThucHien"], scene.p["KenhThucHien"] = shop, portal
        scene.expect("channel_mismatch")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


@plant(34, open_days=30)
def procedure_blank(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A side does not name the procedure."""

    def spoil(scene: Scene) -> None:
        if variant % 3 != 1:
            scene.s["MaTTHC"] = (None, "  ", "NULL")[variant % 4 % 3]
        if variant % 3:
            scene.p["MaTTHC"] = None
        scene.expect("procedure_unmapped", "blank")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


_UNKNOWN = ("9.123456", "=1+1", "1.999999.000.00.00.H44", "TTHC-CU-07", "9.000001", "5.404040.H44")


@plant(34, open_days=30)
def procedure_unknown(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A side names a procedure no one has."""
    code = _UNKNOWN[variant % len(_UNKNOWN)]

    def spoil(scene: Scene) -> None:
        if variant % 3 != 1:
            scene.s["MaTTHC"] = code
        if variant % 3:
            scene.p["MaTTHC"] = code
        scene.expect("procedure_unmapped", "unknown")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


@plant(34, open_days=30)
def procedure_retired(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Received under a procedure that had already been abolished."""
    life = _life(draw, opens, closes, variant)
    assert life.received is not None
    day = life.received.date()
    found = [item.code for item in draw.province.retired if item.ended and item.ended < day]
    code = found[variant % len(found)]

    def spoil(scene: Scene) -> None:
        if variant % 3 != 1:
            scene.s["MaTTHC"] = code
        if variant % 3:
            scene.p["MaTTHC"] = code
        scene.expect("procedure_unmapped", "retired")

    return story(life, spoil, opens, closes)


@plant(40, open_days=30)
def procedure_mismatch(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Two procedures, both real."""
    life = _life(draw, opens, closes, variant)
    found = [item.code for item in draw.province.procedures if item.code != life.procedure.code]
    code = draw.rng.choice(found)
    if variant % 4 == 3 and life.procedure.code != "2.000477":
        code = "1.003560.000.00.00.H44"

    def spoil(scene: Scene) -> None:
        scene.p["MaTTHC"] = code
        scene.expect("procedure_mismatch")

    return story(life, spoil, opens, closes)


@plant(70, open_days=30)
def agency_legacy_code(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A unit that was merged before the dossier was received."""
    life = _life(draw, opens, closes, variant)
    old, heir = draw.rng.choice(draw.province.legacy)
    life.agency = heir
    if variant % 4 == 3:
        head, tail = old.split(".")
        old = f"000.00.{tail}.{head}"

    def spoil(scene: Scene) -> None:
        if variant % 3 != 1:
            scene.s["MaCoQuan"] = old
        if variant % 3:
            scene.p["MaCoQuan"] = old
        scene.expect("agency_legacy_code")

    return story(life, spoil, opens, closes)


@plant(40, open_days=30)
def agency_mismatch(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Two different units; one of them may be a merged one with another heir."""
    life = _life(draw, opens, closes, variant)
    found = [unit.code for unit in draw.province.agencies if unit.code != life.agency]
    code = draw.rng.choice(found)
    legacy = variant % 5 == 4
    if legacy:
        code = draw.rng.choice([old for old, heir in draw.province.legacy if heir != life.agency])

    def spoil(scene: Scene) -> None:
        scene.side(("portal", "shop")[variant % 2])["MaCoQuan"] = code
        scene.expect("agency_mismatch")
        if legacy:
            scene.expect("agency_legacy_code")

    return story(life, spoil, opens, closes)


@plant(34, open_days=30)
def agency_unknown(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A unit the table does not have."""
    code = ("H44.999", "H44.98", "H44.97.01", "000.00.97.H44")[variant % 4]

    def spoil(scene: Scene) -> None:
        scene.side(("portal", "shop")[variant % 2])["MaCoQuan"] = code
        scene.expect("agency_mismatch", "unknown_agency")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


@plant(34, open_days=30)
def agency_parent(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """A department on one side, its own sub-unit on the other."""
    life = _life(draw, opens, closes, variant)
    child, life.agency = draw.rng.choice(draw.province.children)

    def spoil(scene: Scene) -> None:
        scene.side(("shop", "portal")[variant % 2])["MaCoQuan"] = child
        scene.expect("agency_mismatch", "parent")

    return story(life, spoil, opens, closes)


_PAID = ((1, 0), (2, None), (0, 1), (3, 2), (1, 3), (None, 1))


@plant(45, open_days=30)
def payment_flag(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Paid online on one side only."""
    shop, portal = _PAID[variant % len(_PAID)]

    def spoil(scene: Scene) -> None:
        for row, paid in ((scene.s, shop), (scene.p, portal)):
            row["DuocThanhToanTrucTuyen"], row["TongLePhi"] = paid, 50000 + 5000 * (variant % 2)
        scene.expect("payment_mismatch", "flag")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


_AMOUNTS = ((50000, 45000), (100000, 100001), (15000, 150000), (0, 8000))


@plant(34, open_days=30)
def payment_amount(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Paid online on both sides, not the same amount."""
    shop, portal = _AMOUNTS[variant % len(_AMOUNTS)]

    def spoil(scene: Scene) -> None:
        scene.s["DuocThanhToanTrucTuyen"], scene.s["TongLePhi"] = 1, shop
        scene.p["DuocThanhToanTrucTuyen"], scene.p["TongLePhi"] = 1 + variant % 2, portal
        scene.expect("payment_mismatch", "amount")

    return story(_life(draw, opens, closes, variant), spoil, opens, closes)


@plant(80)
def result_not_digitised(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """Done, and no electronic result in the shop."""
    life = draw.done(opens, late=variant % 5 == 1)
    assert life.finished is not None

    def spoil(scene: Scene) -> None:
        scene.s["DuongDanTepTinKetQua"] = (None, "", "  ", "null")[variant % 4]
        if variant % 3 != 2:
            scene.p["DuongDanTepTinKetQua"] = None
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("result_missing", "not_digitised")

    return story(life, spoil, life.finished.date(), closes)


@plant(60)
def result_not_synced(draw: Draw, opens: date, closes: date, variant: int) -> Story:
    """The shop has the result, the portal shows the dossier done without one."""
    life = draw.done(opens, late=variant % 5 == 1)
    assert life.finished is not None

    def spoil(scene: Scene) -> None:
        scene.p["DuongDanTepTinKetQua"] = None
        if scene.older(scene.s["ThoiDiemXuLy"]):
            scene.expect("result_missing", "not_synced")

    return story(life, spoil, life.finished.date(), closes)
