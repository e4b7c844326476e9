"""How each outside system spells an instant, a status and a channel; nothing about requests or records.

Text is handed through as it stands: a broken date of the world stays broken on every wire.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zlib import crc32

from doisoat_simulator.servers.clock import VIETNAM

STATUS_LABELS = {
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

# OpenCPS words by the map its own pull endpoint uses (wire-contract §9.1, OC21).
OPENCPS_WORDS = {
    1: "new",
    2: "receiving",
    3: "unresolved",
    4: "processing",
    5: "waiting",
    6: "paying",
    7: "cancelled",
    8: "denied",
    9: "releasing",
    10: "done",
}

# Tân Dân's words by its own map (§9.1, §14 row 6): 1 and 2, 3 and 8 the other way round.
TANDAN_WORDS = OPENCPS_WORDS | {1: "receiving", 2: "new", 3: "denied", 8: "unresolved"}

# iGate's own ids: 0 and 4 as seen in clients, the others ours. They are not the 1..10 scale.
IGATE_STATUS_IDS = {1: 0, 2: 2, 3: 16, 4: 3, 5: 8, 6: 9, 7: 10, 8: 11, 9: 5, 10: 4}

CHANNEL_LABELS = {1: "Trực tiếp", 2: "Trực tuyến", 3: "Bưu chính công ích"}
# iGate `applyMethod.id`: clients send 0 and 1 without saying what they mean; these labels are ours.
IGATE_CHANNEL_IDS = {1: 1, 2: 0, 3: 2}


def local(value: date) -> datetime:
    """A date or instant of the world as an instant in +07:00 (a date is its midnight)."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), VIETNAM)
    return value.replace(tzinfo=VIETNAM) if value.tzinfo is None else value.astimezone(VIETNAM)


def read_local(value: Any) -> datetime | None:
    """An instant for ordering and filtering; None for anything the world holds as text or not at all."""
    return local(value) if isinstance(value, date) else None


def iso_utc(value: date) -> str:
    """iGate's first form: `2026-08-23T17:00:00.000+0000` for local midnight of 24/8."""
    return f"{local(value).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def iso_local(value: date) -> str:
    """iGate's second form: `2026-08-24T00:00:00.000+0700`, the offset without a colon."""
    return f"{local(value):%Y-%m-%dT%H:%M:%S}.000+0700"


def iso_naive(value: date) -> str:
    """`2026-08-24T09:00:00`: native dates inside the push record (wire-contract §13.1)."""
    return f"{local(value):%Y-%m-%dT%H:%M:%S}"


def compact(value: date) -> str:
    """`20260824090000`: the portal's own form, local time."""
    return f"{local(value):%Y%m%d%H%M%S}"


def slashed(value: date) -> str:
    """`24/08/2026 09:00:00`: OpenCPS, local time."""
    return f"{local(value):%d/%m/%Y %H:%M:%S}"


def epoch_ms(value: date) -> str:
    """`1787536800000`: OpenCPS' raw index value, milliseconds since 1970 as text."""
    return str(int(local(value).timestamp()) * 1000)


def pick(seed: str, choices: int) -> int:
    """A stable choice 0..choices-1 for a text; the same text chooses the same everywhere."""
    return crc32(seed.encode()) % choices


def iso_default(value: object) -> str:
    """orjson's `default` for nested values on the shop's wires."""
    if isinstance(value, timedelta) or not isinstance(value, date):
        raise TypeError(f"a world row holds a {type(value).__name__}")
    return iso_local(value)


def status_number(value: Any) -> int | None:
    """1..10 when the world's status is a number on the scale; None for words and broken values."""
    text = str(value).strip().removesuffix(".0") if value is not None else ""
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 10 else None


def channel_number(value: Any) -> int | None:
    """1..3, or None for null and unknown words."""
    text = str(value).strip() if value is not None else ""
    return int(text) if text in {"1", "2", "3"} else None
