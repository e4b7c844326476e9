"""The figures the portal publishes about the world: counted from its own rows, with faults of publication planted.

Counted in plain Python, without the product's queries: what a comparison must find is said by `figure_truth`, which
counts the shop's rows in the same way.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from doisoat_simulator.lives import Row
from doisoat_simulator.reference import PROVINCE, TABLES
from doisoat_simulator.spelling import plain_code
from doisoat_simulator.workdays import workdays
from doisoat_simulator.world import World

MEASURES = ("received", "on_time", "overdue", "synced", "online", "paid_online")
ROOTS = ("H44", "H62", "H28")
Counts = Counter[tuple[str, str]]  # (unit, measure)
_DATES = (
    *("NgayTiepNhan", "NgayNopHoSo", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "ThoiDiemXuLy"),
    *("NgayYeuCauBoSung", "NgayHoanThanhBoSung"),
)
_ENDED = (7, 8, 9, 10)
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


@dataclass(frozen=True)
class Month:
    """A published month: its first and last day."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(year: int, month: int) -> Month:
    """A calendar month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Month(date(year, month, 1), following - timedelta(days=1))


def last_month(day: date) -> Month:
    """The month that was over before a day."""
    before = day.replace(day=1) - timedelta(days=1)
    return month_of(before.year, before.month)


# --- reading rows -------------------------------------------------------------------------------


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
class _Read:
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


def _read(row: Row, as_of: datetime) -> _Read:
    code = plain_code(str(row["MaHoSo"] or ""))
    if len(code) > 50 or not re.fullmatch(r"[^\W_][\w./-]*", code) or not any(sign.isdigit() for sign in code):
        raise Unreadable(code)
    read = _Read(
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
def _agencies() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
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
    spelled, heirs, parents = _agencies()
    if code not in parents and code in spelled:
        code = spelled[code]
    elif code not in parents and (old := _OLD_CODE.fullmatch(code)):
        code = f"{old[2]}.{old[1]}"
    while code in heirs:
        code = heirs[code]
    return code


# --- counting -----------------------------------------------------------------------------------


@cache
def published_units() -> tuple[tuple[str, str, str], ...]:
    """(code, name, type) of the province and its units, in the published order."""
    path = Path(__file__).parent / "data" / "agencies_phu_tho_2026.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        return tuple((row["department_code"], row["department_name"], row["department_type"]) for row in rows)


def _unit(agency: str) -> str | None:
    """The published unit that counts for an agency."""
    known = {code for code, _, _ in published_units()}
    parents = _agencies()[2]
    code = agency
    while code not in known or code == PROVINCE:
        above = parents.get(code) or code.rpartition(".")[0]
        if "." not in above:
            return code if code.partition(".")[0] in ROOTS and "." in code else None
        code = above
    return code


def _readable(rows: Iterable[Row], as_of: datetime, secret: frozenset[str]) -> dict[str, _Read]:
    """One row a dossier: of several the one that changed last."""
    found: dict[str, _Read] = {}
    for row in rows:
        try:
            read = _read(row, as_of)
        except Unreadable:
            continue
        if read.code not in secret:
            found[read.code] = max(found.get(read.code, read), read, key=_last_change)
    return found


def _last_change(read: _Read) -> tuple[datetime, int]:
    return read.dates["ThoiDiemXuLy"] or datetime.min, read.status


def count_side(world: World, side: str, month: Month) -> Counts:
    """What one side's rows come to in a month, per unit and for the province, by the portal's definitions."""
    as_of = world.as_of.replace(tzinfo=None)
    both = {
        name: _readable(rows, as_of, world.secret_codes)
        for name, rows in (("shop", world.shop_rows), ("portal", world.portal_rows))
    }
    named = {plain_code(str(row["MaHoSo"] or "")) for row in world.portal_rows}
    named |= {other for read in both["portal"].values() for other in read.others}
    counts: Counts = Counter()
    for read in both[side].values():
        lone_stranger = side == "portal" and (read.agency or PROVINCE).partition(".")[0] not in ROOTS
        if lone_stranger and not _is_paired(read, both["shop"]):
            continue
        is_national = side == "portal" or not named.isdisjoint({read.code, *read.others})
        unit = _unit(read.agency) if read.agency else None
        for measure in _measures(read, month, is_national):
            counts.update((owner, measure) for owner in {unit, PROVINCE} if owner)
    return counts


def _is_paired(read: _Read, others: dict[str, _Read]) -> bool:
    return read.code in others or any(other in others for other in read.others)


def _measures(read: _Read, month: Month, is_national: bool) -> Iterator[str]:
    received, end = read.dates["NgayTiepNhan"], read.end
    if read.status in (1, 3) or received is None or received.date() > month.last:
        return
    is_new = received.date() >= month.first
    if not is_new and read.status in _ENDED and (end is None or end.date() < month.first):
        return
    yield "received"
    yield "on_time" if _is_on_time(read, month.last) else "overdue"
    if is_new:
        if is_national:
            yield "synced"
        if read.channel in (2, "2", "Trực tuyến"):
            yield "online"
        if read.paid in (1, 2) and read.fee != 0:
            yield "paid_online"


def _is_on_time(read: _Read, last: date) -> bool:
    """The portal's own formula at the end of a month: to the second once ended, by the day while open."""
    asked, answered = read.dates["NgayYeuCauBoSung"], read.dates["NgayHoanThanhBoSung"]
    received, count = read.dates["NgayTiepNhan"], read.supplements
    if asked and received and (asked < received or (answered and answered < asked)):
        asked = answered = None
    if asked and asked.date() > last:
        asked, count = None, count - 1
    if answered and answered.date() > last:
        answered = None
    if count > 1:
        return False
    due, by_day = _due(read)
    if due is None:
        return False
    waited = answered - asked if asked and answered else timedelta()
    if read.status in _ENDED and read.end is None:
        return False
    if read.status in _ENDED and read.end and read.end.date() <= last:
        stops = read.end - waited
    elif _waits(read, asked, answered):
        if asked is None:
            return False
        stops = asked
    else:
        return (datetime.combine(last, datetime.max.time()) - waited).date() <= due.date()
    return stops.date() <= due.date() if by_day else stops <= due


def _waits(read: _Read, asked: datetime | None, answered: datetime | None) -> bool:
    """Whether the applicant was being waited for at the end of the month."""
    was_answered_later = answered is None and read.dates["NgayHoanThanhBoSung"] is not None and asked is not None
    if read.status == 5:
        return was_answered_later or asked is not None or read.dates["NgayYeuCauBoSung"] is None
    return was_answered_later


def _due(read: _Read) -> tuple[datetime | None, bool]:
    """When it is due, and whether only its day counts."""
    due = read.dates["NgayHenTra"]
    if due is not None:
        return due, due.time() == datetime.min.time()
    received, term = read.dates["NgayTiepNhan"], _terms().get(read.procedure)
    if received is None or term is None:
        return None, True
    end = workdays().term_end(received.date(), *term)
    return datetime.combine(end, datetime.max.time()), True


@cache
def _terms() -> dict[str, tuple[int, str]]:
    from doisoat_simulator.reference import province

    terms = {}
    for item in (*province().procedures, *province().retired):
        for code in (item.code, f"{item.code}.000.00.00.H44", *map(plain_code, item.local_codes)):
            terms[code] = (item.term, item.unit)
    return terms
