"""Look at both sources of a province without landing anything: one page of each, one look-up where there is one.

What comes back is frozen data for the terminal and for `--json`; nothing is written anywhere. What a page is worth is
judged by `land.inspection`, what to do about trouble is said by `land.advice`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from doisoat.config import Province
from doisoat.errors import DoisoatError, ExitCode
from doisoat.model import VIETNAM, Side

if TYPE_CHECKING:
    from doisoat.config import LookUp as LookUpSection
    from doisoat.land.inspection import Inspection
    from doisoat.land.projection import Projection
    from doisoat.land.source import Page, Source

CLOCK_TOLERANCE = timedelta(minutes=5)
_HASTE: dict[str, Any] = {"attempts": 2, "max_wait_s": 2.0, "concurrency": 1}  # a person is waiting


@dataclass(frozen=True)
class Trouble:
    """Why something could not be read: a sentence, and the exit code it means."""

    sentence: str
    exit_code: ExitCode


@dataclass(frozen=True)
class LookUpCheck:
    """One dossier asked about. `state` as `land.source.Answer` has it; None where it was not asked."""

    kind: str
    address: str
    state: str | None
    reason: str
    clock_skew_s: int | None
    answer: Inspection | None
    trouble: Trouble | None


@dataclass(frozen=True)
class SideCheck:
    """One side. `page` is None where the side lists nothing, or nothing could be read."""

    side: Side
    kind: str
    address: str
    page: Inspection | None
    page_size: int | None
    total: int | None  # records the source says it has
    clock_skew_s: int | None  # its clock less ours; None where it tells no time
    notes: tuple[str, ...]
    look_up: LookUpCheck | None
    trouble: Trouble | None
    attention: tuple[str, ...]  # sentences: understood, but look at this


@dataclass(frozen=True)
class SourceCheck:
    """Both sides of a province."""

    province: str
    name: str
    sides: tuple[SideCheck, ...]

    @property
    def exit_code(self) -> ExitCode:
        """2 where the configuration is wrong, else 4 where something did not answer, else 1 or 0."""
        troubles = {trouble.exit_code for side in self.sides for trouble in _troubles(side)}
        for code in (ExitCode.USAGE, ExitCode.UNREACHABLE):
            if code in troubles:
                return code
        return ExitCode.DISCREPANCIES if any(side.attention for side in self.sides) else ExitCode.CLEAN


def check_source(
    province: Province, *, clock: Callable[[], datetime] | None = None, business_date: date | None = None
) -> SourceCheck:
    """Read one page of each side and judge it. `clock`: tz-aware now; `business_date`: default yesterday."""
    now = clock or _now
    day = business_date or (now() - timedelta(days=1)).date()
    code: str | None = None
    sides = []
    for side, section in ((Side.SHOP, province.shop), (Side.PORTAL, province.portal)):
        check, found = _check_side(province, side, section, now, day, code)
        code = code or found
        sides.append(check)
    return SourceCheck(province.province, province.name, tuple(sides))


def _check_side(
    province: Province, side: Side, section: Any, now: Callable[[], datetime], day: date, code: str | None
) -> tuple[SideCheck, str | None]:
    """The side, and a code to ask the other one about. A section without a `look_up:` of its own is one itself."""
    lists = "look_up" in type(section).model_fields
    reading = _read_page(province, side, section, now, day) if lists else _Reading(section.kind, "")
    asked = section.look_up if lists else section
    look_up = None
    if asked is not None:
        look_up = _ask(province, side, asked, reading.code or code, now)
    check = SideCheck(
        side=side,
        kind=reading.kind,
        address=reading.address or (look_up.address if look_up else ""),
        page=reading.page,
        page_size=getattr(section, "page_size", None),
        total=reading.total,
        clock_skew_s=reading.clock_skew_s,
        notes=reading.notes,
        look_up=look_up,
        trouble=reading.trouble,
        attention=tuple(_attention(reading, look_up)),
    )
    return check, reading.code


@dataclass
class _Reading:
    """What came of one page."""

    kind: str
    address: str
    page: Inspection | None = None
    total: int | None = None
    clock_skew_s: int | None = None
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    trouble: Trouble | None = None
    code: str | None = None


def _read_page(province: Province, side: Side, section: Any, now: Callable[[], datetime], day: date) -> _Reading:
    from doisoat.land.connect import open_source
    from doisoat.land.inspection import inspect_page

    reading = _Reading(section.kind, "")
    try:
        source = open_source(_hasty(section), clock=now, resolve=province.resolve, days={"business_date": day})
        reading.kind, reading.address = source.kind, source.address
        page = _first_page(source)
        reading.clock_skew_s = _skew(source.observed_at, now)
        closing = source.closing()
        reading.total, reading.notes = closing.expected_rows, closing.notes
        if page is None:
            reading.reasons = closing.reasons
            return reading
        projection = _projection(province)
        reading.page = inspect_page(side, page.records, page.columns, section.status_map, projection)
        reading.code = _some_code(page, projection)
        if reading.page.absent_required:
            reading.trouble = _missing_columns(section, reading.page.absent_required)
    except DoisoatError as error:
        reading.trouble = _trouble(error)
    return reading


def _missing_columns(section: Any, names: tuple[str, ...]) -> Trouble:
    place = f"của nguồn {section.kind}"
    return Trouble(
        f"Thiếu cột bắt buộc {place}: {', '.join(names)}; xuất thêm các cột này, hoặc khai tên của chúng ở columns:",
        ExitCode.USAGE,
    )


def _attention(reading: _Reading, look_up: LookUpCheck | None) -> Iterator[str]:
    """Sentences about what was understood and still wants a look."""
    from doisoat.land.advice import clock_remark, page_remarks

    yield from reading.reasons
    if reading.page is not None:
        yield from page_remarks(reading.page)
    skews = (reading.clock_skew_s, look_up.clock_skew_s if look_up else None)
    skew = max((seconds for seconds in skews if seconds is not None), key=abs, default=0)
    if abs(skew) > CLOCK_TOLERANCE.total_seconds():
        yield clock_remark(skew)
    if look_up is not None and look_up.state == "failed":
        yield f"Tra cứu thử không thành: {look_up.reason}"
    if look_up is not None and look_up.answer is not None and look_up.answer.unmapped:
        yield "Tra cứu thử trả về trạng thái chưa ánh xạ: thêm vào status_map của look_up"
    if look_up is not None and look_up.state == "absent" and reading.code is not None:
        yield "Tra cứu thử không thấy hồ sơ mà chính nguồn này vừa liệt kê: kiểm tra look_up có đúng hệ thống không"


def _first_page(source: Source) -> Page | None:
    pages: Iterator[Page] = source.pages(frozenset())
    try:
        return next(pages, None)
    finally:
        getattr(pages, "close", lambda: None)()


def _ask(
    province: Province, side: Side, section: LookUpSection, code: str | None, now: Callable[[], datetime]
) -> LookUpCheck:
    """Ask about one code; with none known, only whether the look-up can be opened."""
    from doisoat.land.connect import open_look_up
    from doisoat.land.inspection import inspect_page

    kind, address = str(section.kind), ""
    try:
        look_up = open_look_up(_hasty(section))
        kind, address = look_up.kind, look_up.address
        try:
            answer = None if code is None else look_up.look_up(code)
        finally:
            getattr(look_up, "close", lambda: None)()
    except DoisoatError as error:
        return LookUpCheck(kind, address, None, "", None, None, _trouble(error))
    skew = _skew(look_up.observed_at, now)
    if answer is None:
        return LookUpCheck(kind, address, None, "không có mã hồ sơ nào để hỏi thử", skew, None, None)
    record = answer.record
    seen = None
    if record is not None:
        seen = inspect_page(side, [record], frozenset(record), section.status_map, _projection(province))
    return LookUpCheck(kind, address, answer.state, answer.reason, skew, seen, None)


def _hasty(section: Any) -> Any:
    """The section with fewer attempts and shorter waits, where it has such keys."""
    known = type(section).model_fields
    return section.model_copy(update={name: value for name, value in _HASTE.items() if name in known})


def _projection(province: Province) -> Projection:
    from doisoat.land.projection import Projection

    return Projection(
        secret_procedures=province.secret_procedures,
        secret_agencies=province.secret_agencies,
        digest_key=os.urandom(32),  # digests are compared with nothing here
    )


def _some_code(page: Page, projection: Projection) -> str | None:
    """A readable code of a dossier that is not secret."""
    from doisoat.rules.values import code_problem, read_code

    for record in page.records:
        if record is not None and projection.secret_digests(record) is None:
            code = read_code(projection.project(record).get("MaHoSo"))
            if code is not None and code_problem(code) is None:
                return code
    return None


def _skew(observed: datetime | None, now: Callable[[], datetime]) -> int | None:
    return None if observed is None else round((observed - now()).total_seconds())


def _now() -> datetime:
    return datetime.now(VIETNAM)


def _trouble(error: DoisoatError) -> Trouble:
    from doisoat.land.advice import advice

    return Trouble(advice(error), error.exit_code)


def _troubles(side: SideCheck) -> Iterator[Trouble]:
    if side.trouble is not None:
        yield side.trouble
    if side.look_up is not None and side.look_up.trouble is not None:
        yield side.look_up.trouble
