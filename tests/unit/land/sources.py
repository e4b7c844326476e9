"""Sources that say what a test tells them to: real implementations of the protocols, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from doisoat.land.source import Answer, Closing, Page, Record
from doisoat.model import VIETNAM, RunKey

KEY = RunKey("H21", date(2026, 9, 3))
REQUIRED = ("MaHoSo", "TrangThaiHoSo", "MaTTHC", "MaCoQuan", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy")
COLUMNS = frozenset({*REQUIRED, "DoMat"})


def dossier(number: int, **fields: Any) -> dict[str, Any]:
    """An ordinary dossier; the test names only what matters to it."""
    return {
        "MaHoSo": f"H21.05-260820-{number:04d}",
        "TrangThaiHoSo": "4",
        "MaTTHC": "1.001612",
        "MaCoQuan": "H21.05",
        "NgayTiepNhan": "20260820083000",
    } | fields


@dataclass
class ListSource:
    """Pages by name, in order; remembers which it handed over. `breaks_at`: the page it never gets to."""

    content: Mapping[str, list[Record | None]]
    columns: frozenset[str] = COLUMNS
    kind: str = "igate"
    address: str = "http://127.0.0.1/igate"
    extracted_at: datetime | None = None
    breaks_at: str | None = None
    expected_rows: int | None = None
    raises: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        for name, records in self.content.items():
            if name in done:
                continue
            if name == self.breaks_at:
                if self.raises is not None:
                    raise self.raises
                return
            self.asked.append(name)
            yield Page(name, records, self.columns)

    def closing(self) -> Closing:
        reasons = ("Nguồn ngắt giữa chừng",) if self.breaks_at else ()
        return Closing(self.extracted_at, not reasons, reasons, self.expected_rows)


@dataclass
class DictLookUp:
    """Answers by code: a record, None = absent, an exception = raised, a text = failed."""

    answers: Mapping[str, Any]
    kind: str = "adapter"
    address: str = "http://127.0.0.1/adapter"
    observed_at: datetime | None = None
    asked: list[str] = field(default_factory=list)

    def look_up(self, code: str) -> Answer:
        self.asked.append(code)
        answer = self.answers[code]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            return Answer("failed", reason=answer)
        return Answer("absent") if answer is None else Answer("found", answer)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, 3, hour, minute, tzinfo=VIETNAM)
