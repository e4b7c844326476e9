"""Rows of the world as anyone can count them: codes, statuses and instants in whatever spelling, in plain Python."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from doisoat_simulator.lives import Row
from doisoat_simulator.reference import TABLES
from doisoat_simulator.spelling import plain_code

_DATES = (
    *("NgayTiepNhan", "NgayNopHoSo", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "ThoiDiemXuLy"),
    *("NgayYeuCauBoSung", "NgayHoanThanhBoSung"),
)
_OLD_CODE = re.compile(r"000\.00\.(\d\d)\.(H\d\d)")
_LABELS = (
    *("mới đăng ký", "được tiếp nhận", "không được tiếp nhận", "đang xử lý", "yêu cầu bổ sung giấy tờ"),
    *("yêu cầu thực hiện nghĩa vụ tài chính", "công dân yêu cầu rút hồ sơ", "dừng xử lý", "đã xử lý xong"),
    "đã trả kết quả",
)
_FORMS = (
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|\+07:00|\+0700)"), "ymd"),
    (re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d) (\d\d):(\d\d):(\d\d)(?:\.\d+)?(\+0700)?"), "ymd"),
    (re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()"), "ymd"),
    (re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4}) (\d{1,2}):(\d\d):(\d\d) ?(SA|CH)?"), "dmy"),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})()()()()"), "dmy"),
)


class Unreadable(ValueError):
    """A row that nobody can count."""


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    text = str(value).strip()
    if text == "":
        return None
    if re.fullmatch(r"\d{13}", text):
        return datetime(1970, 1, 1) + timedelta(milliseconds=int(text), hours=7)
    for form, order in _FORMS:
        if found := form.fullmatch(text):
            return _built(found.groups(), order)
    raise Unreadable(text)


def _built(parts: tuple[str | None, ...], order: str) -> datetime:
    first, second, third, *clock = (int(part or 0) for part in parts[:6])
    year, month, day = (first, second, third) if order == "ymd" else (third, second, first)
    hour, minute, seconds = clock
    if parts[6] in ("SA", "CH"):
        hour = hour % 12 + (12 if parts[6] == "CH" else 0)
    try:
        moment = datetime(year, month, day, hour, minute, seconds)
    except ValueError:
        raise Unreadable(str(parts)) from None
    return moment + timedelta(hours=7) if parts[6] == "Z" else moment


def _status(value: Any) -> int:
    text = " ".join(unicodedata.normalize("NFC", str(value)).casefold().split())
    if text in _LABELS:
        return _LABELS.index(text) + 1
    if not re.fullmatch(r"0*([1-9]|10)(\.0)?", text):
        raise Unreadable(text)
    return int(float(text))


@dataclass(frozen=True)
class ReadRow:
    """One row as it can be counted; instants are local."""

    code: str
    others: tuple[str, ...]
    status: int
    agency: str | None
    procedure: str
    dates: dict[str, datetime | None]
    supplements: int
    channel: Any
    paid: Any
    fee: Any

    @property
    def end(self) -> datetime | None:
        return self.dates["NgayKetThucXuLy"] or self.dates["NgayTra"]


def read_row(row: Row, as_of: datetime) -> ReadRow:
    code = plain_code(str(row["MaHoSo"] or ""))
    if len(code) > 50 or not re.fullmatch(r"[^\W_][\w./-]*", code) or not any(sign.isdigit() for sign in code):
        raise Unreadable(code)
    read = ReadRow(
        code,
        tuple(plain_code(str(row[name])) for name in ("MaHoSoQG", "MaHoSoKhac", "MaHoSoDonVi") if row.get(name)),
        _status(row["TrangThaiHoSo"]),
        _agency(row["MaCoQuan"]),
        plain_code(str(row["MaTTHC"] or "")),
        {name: _moment(row.get(name)) for name in _DATES},
        int(row["SoLanBoSung"] or 0),
        row["KenhThucHien"],
        row["DuocThanhToanTrucTuyen"],
        row["TongLePhi"],
    )
    limit, received = as_of + timedelta(hours=24), read.dates["NgayTiepNhan"]
    if any(moment and moment > limit for moment in (received, read.end)):
        raise Unreadable("in the future")
    if received and read.end and read.end.date() < received.date():
        raise Unreadable("finished before received")
    return read


@cache
def agency_tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Spelling -> code, code -> successor, code -> parent."""
    with (TABLES / "agencies.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    spelled = {plain_code(old): row["ma"] for row in rows for old in row["ma_cu"].split(";") if old}
    heirs = {row["ma"]: row["ke_thua_boi"] for row in rows if row["ke_thua_boi"]}
    return spelled, heirs, {row["ma"]: row["cha"] for row in rows}


def _agency(value: Any) -> str | None:
    """The agency that answers for the dossier today."""
    code = plain_code(str(value or ""))
    if not code or code in ("NULL", "NONE"):
        return None
    spelled, heirs, parents = agency_tables()
    if code not in parents and code in spelled:
        code = spelled[code]
    elif code not in parents and (old := _OLD_CODE.fullmatch(code)):
        code = f"{old[2]}.{old[1]}"
    while code in heirs:
        code = heirs[code]
    return code
