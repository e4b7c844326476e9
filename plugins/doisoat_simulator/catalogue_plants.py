"""Planted differences of the catalogues: each spoils one pair of entries and says what a correct comparison finds.

Near misses spoil what must not be told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from doisoat_simulator.reference import PROVINCE

Row = dict[str, str]
LEVELS = {"toan_trinh": "Toàn trình", "mot_phan": "Một phần", "khong": "Không"}
_SUFFIX = f".000.00.00.{PROVINCE}"


@dataclass
class Pair:
    """One procedure on both sides; None = that side does not list it."""

    code: str
    shop: Row | None
    portal: Row | None


Spoil = Callable[[Pair, int], tuple[str, str] | None]  # (subtype, field), None = nothing to find


def _shop(pair: Pair) -> Row:
    assert pair.shop is not None
    return pair.shop


def _portal(pair: Pair) -> Row:
    assert pair.portal is not None
    return pair.portal


def _only_in_shop(pair: Pair, number: int) -> tuple[str, str]:
    pair.portal = None
    return "only_in_shop", "MaTTHC"


def _only_on_portal(pair: Pair, number: int) -> tuple[str, str]:
    pair.shop = None
    return "only_on_portal", "MaTTHC"


def _service_only_in_shop(pair: Pair, number: int) -> tuple[str, str]:
    _portal(pair)["MUCDO"] = LEVELS["khong"]
    return "only_in_shop", "level"


def _service_only_on_portal(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair)["MUCDO"] = LEVELS["khong"]
    return "only_on_portal", "level"


def _expired(pair: Pair, number: int) -> tuple[str, str]:
    _portal(pair)["TRANGTHAI"] = "0"
    return "expired_in_use", "state"


def _unmapped(pair: Pair, number: int) -> tuple[str, str]:
    pair.portal = None
    _shop(pair)["MATTHC"] = f"TTHC-DP-{number:04d}"
    return "unmapped_code", "MaTTHC"


def _other_name(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair)["TENTTHC"] += " tại cấp xã"
    return "attribute", "name"


def _other_sector(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair)["LINHVUC"] = "Thi đua, khen thưởng"
    return "attribute", "sector"


def _other_level(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair)["MUCDO"], _portal(pair)["MUCDO"] = "Toàn trình", "Một phần"
    return "attribute", "level"


def _other_fee(pair: Pair, number: int) -> tuple[str, str]:
    _portal(pair)["PHILEPHI"] = "77000"
    return "attribute", "fee"


def _other_limit(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair).update(THOIHAN="33", DONVITINH="Ngày làm việc")
    return "attribute", "limit"


def _other_unit(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair)["DONVITINH"] = "Tháng" if number % 2 else "Ngày"
    return "attribute", "unit"


def _closed_in_shop(pair: Pair, number: int) -> tuple[str, str]:
    _shop(pair)["TRANGTHAI"] = "0"
    return "attribute", "state"


def _closed_on_both(pair: Pair, number: int) -> None:
    _shop(pair)["TRANGTHAI"] = _portal(pair)["TRANGTHAI"] = "0"
    _shop(pair)["TENTTHC"] = "Tên cũ"


def _closed_alone(pair: Pair, number: int) -> None:
    """Closed, and the other side has forgotten it."""
    if number % 2:
        pair.shop = None
        _portal(pair)["TRANGTHAI"] = "0"
    else:
        pair.portal = None
        _shop(pair)["TRANGTHAI"] = "0"


def _untold(pair: Pair, number: int) -> None:
    """A side that does not say is no difference."""
    _shop(pair).update(PHILEPHI="", THOIHAN="", DONVITINH="", LINHVUC="", MUCDO="")


def _no_sector(pair: Pair, number: int) -> None:
    """Some procedures have no `LINHVUCTHUCHIEN`, which a real client stumbled over."""
    _portal(pair)["LINHVUC"] = ""


def _local_code(pair: Pair, number: int) -> None:
    _shop(pair)["MATTHC"] += _SUFFIX


PLANTS: dict[str, tuple[int, Spoil]] = {  # slots at 20,000 dossiers
    "only_in_shop": (30, _only_in_shop),
    "only_on_portal": (30, _only_on_portal),
    "service_only_in_shop": (6, _service_only_in_shop),
    "service_only_on_portal": (6, _service_only_on_portal),
    "expired": (32, _expired),
    "unmapped": (30, _unmapped),
    "other_name": (6, _other_name),
    "other_sector": (6, _other_sector),
    "other_level": (6, _other_level),
    "other_fee": (6, _other_fee),
    "other_limit": (6, _other_limit),
    "other_unit": (6, _other_unit),
    "closed_in_shop": (6, _closed_in_shop),
    "closed_on_both": (6, _closed_on_both),
    "closed_alone": (6, _closed_alone),
    "untold": (6, _untold),
    "no_sector": (6, _no_sector),
    "local_code": (40, _local_code),
}
