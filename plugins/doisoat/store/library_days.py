"""The base table of days off, generated from the library `holidays`: `python -m doisoat.store.library_days`.

Rewrites `reference/holidays.csv` with the days and worked Saturdays the installed library knows; its version stands in
every row. What the library lacks or guesses stands in `reference/holiday_overrides.csv`, never here.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from io import StringIO
from pathlib import Path

YEARS = range(2015, 2031)
DECIDED_TO = 2026  # of later years the library only guesses what the Prime Minister will decide
TABLE = Path(__file__).resolve().parents[1] / "reference" / "holidays.csv"


def library_table() -> str:
    """The text of the table."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("ngay", "loai", "can_cu"))
    for day, sort, name in sorted(_days()):
        guess = "dự kiến " if day.year > DECIDED_TO else ""
        writer.writerow((day.isoformat(), sort, f"{name}; {guess}theo thư viện holidays {version('holidays')}"))
    return text.getvalue()


def _days() -> Iterator[tuple[date, str, str]]:
    """(day, sort, what for) of everything the library knows."""
    import holidays

    library = holidays.country_holidays("VN", years=YEARS, language="vi")
    swaps = {}
    for day, name in library.items():
        if swapped := re.search(r"(\d\d)/(\d\d)/(\d{4})", name):
            swaps[date(*(int(part) for part in swapped.groups()[::-1]))] = day
        if day.year in YEARS:
            yield day, "nghi", name
    for day in library.weekend_workdays:
        if day.year in YEARS:
            yield day, "lam_bu", f"Làm bù cho ngày {swaps[day]:%d/%m/%Y}" if day in swaps else "Làm bù"


if __name__ == "__main__":
    TABLE.write_text(library_table(), encoding="utf-8", newline="")
    sys.stderr.write(f"Đã ghi {TABLE}\n")
