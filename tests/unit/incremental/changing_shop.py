"""A shop whose dossiers change from night to night, and nights that read it by changes or whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.land import land
from doisoat.land.going_on import GoingOn
from doisoat.land.items import greatest, sortable
from doisoat.land.record_columns import RecordColumns
from doisoat.land.shops.delta import DeltaSource
from doisoat.land.shops.notes import Notes
from doisoat.land.shops.paging import ListedPage, PagedSource
from doisoat.model import VIETNAM, RunKey, Side
from doisoat.rules.parameters import OFFICE_HOURS
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.stage import stage_night
from doisoat.store.chain import find_base
from doisoat.store.layout import RunFiles
from doisoat.store.reference import Reference
from tests.unit.land.sources import COLUMNS, ListSource

FIRST = date(2026, 9, 1)
KEY = b"khoa"
LISTING = "listing"
REFERENCE = Reference(
    agencies=AgencyTable([Agency("H21.05", other_spellings=("STP",))]),
    procedures=ProcedureTable([Procedure("1.001612", valid_to=date(2026, 9, 3))]),
    calendar=WorkingCalendar(frozenset(), frozenset(), OFFICE_HOURS),
    contacts=(),
    versions={"agencies": "1"},
)
SECTION = {"kind": "files", "path": "x"}


def province(**more: Any) -> Province:
    return Province(**{"province": "H21", "name": "Gia Lai", "shop": SECTION, "portal": SECTION} | more)


@dataclass
class ChangingShop:
    """Records by id, listed newest change first; `now` is its clock. A `MonthlyListing`."""

    page_size: int = 3
    now: datetime = datetime(2026, 9, 1, 8, tzinfo=VIETNAM)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    kind: str = "igate"
    address: str = "http://mot-cua"
    asked: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)  # ids that slip through the pages, not through the totals
    before_page: Callable[[ChangingShop], None] = lambda shop: None

    @property
    def observed_at(self) -> datetime:
        return self.now

    def put(self, own_id: str | int, **fields: Any) -> None:
        """Create or change one record now."""
        name = str(own_id)
        number = int(name) if name.isdigit() else 0
        fresh = {
            "_id": name,
            "MaHoSo": f"H21.05-260820-{number:04d}",
            "TrangThaiHoSo": "4",
            "MaTTHC": "1.001612",
            "MaCoQuan": "H21.05",
            "NgayTiepNhan": "20260820083000",
        }
        self.now += timedelta(seconds=1)
        self.records[name] = {**self.records.get(name, fresh), **fields, "_updated": sortable(self.now.isoformat())}

    def remove(self, own_id: str | int) -> None:
        del self.records[str(own_id)]

    def total(self) -> int:
        self.asked.append("total")
        return len(self.records)

    def page(self, number: int) -> ListedPage:
        self.asked.append(f"page {number}")
        self.before_page(self)
        return self._cut(self._ordered(), number)

    def month_total(self, first: datetime, last: datetime) -> int:
        self.asked.append(f"month total {first:%Y-%m}")
        return len(self._within(first, last, frozenset()))

    def month_page(self, first: datetime, last: datetime, number: int) -> ListedPage:
        self.asked.append(f"month page {first:%Y-%m} {number}")
        return self._cut(self._within(first, last, self.hidden), number)

    def stop(self) -> None:
        """Nothing is on its way."""

    def _ordered(self) -> list[dict[str, Any]]:
        shown = [record for name, record in self.records.items() if name not in self.hidden]
        return sorted(shown, key=lambda record: (record.get("_updated") or "", record["_id"]), reverse=True)

    def _within(self, first: datetime, last: datetime, hidden: Iterable[str]) -> list[dict[str, Any]]:
        month = f"{first:%Y-%m}"
        received = {name: sortable(record.get("NgayTiepNhan")) for name, record in self.records.items()}
        return [
            record
            for record in self._ordered()
            if (received[record["_id"]] or "").startswith(month) and record["_id"] not in hidden
        ]

    def _cut(self, records: list[dict[str, Any]], number: int) -> ListedPage:
        start = number * self.page_size
        cut = RecordColumns.of([dict(record) for record in records[start : start + self.page_size]])
        identities = [f"id:{record['_id']}" for record in cut if record]
        return ListedPage(cut, identities, COLUMNS, greatest(cut), start + self.page_size >= len(records))


def files_of(home: Path, day: date) -> RunFiles:
    return RunFiles(home, RunKey("H21", day))


def land_night(
    home: Path,
    day: date,
    shop: ChangingShop,
    *,
    full: bool = False,
    full_sweep_days: int = 30,
    lag_minutes: int = 60,
    notes: bool = False,
    settings: Province | None = None,
    portal: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Land both sides of one night; the shop's manifest."""
    files, settings = files_of(home, day), settings or province()
    base, why = find_base(files, Side.SHOP, listing=LISTING, full_sweep_days=full_sweep_days)
    base, why = (None, "toàn bộ") if full else (base, why)
    options: dict[str, Any] = {"concurrency": 1, "clock": lambda: shop.now, "lag_minutes": lag_minutes}
    options["notes"] = Notes(files.landing(Side.SHOP).with_name(".shop.notes") if notes else None, KEY)
    source = DeltaSource(shop, base, business_date=day.isoformat(), **options) if base else PagedSource(shop, **options)
    read: dict[str, Any] = {"rules": settings.rules, "digest_key": KEY}
    read |= {"secret_procedures": settings.secret_procedures, "secret_agencies": settings.secret_agencies}
    manifest = land(
        Side.SHOP, files.key, source, files.landing(Side.SHOP), going_on=GoingOn(LISTING, base, why), **read
    )
    listed = ListSource({"page": [*portal]}, extracted_at=shop.now)
    land(Side.PORTAL, files.key, listed, files.landing(Side.PORTAL), **read)
    return manifest


def stage(home: Path, day: date, settings: Province | None = None) -> dict[str, Any]:
    """Stage one night; staged.json."""
    return stage_night(
        files_of(home, day),
        settings or province(),
        REFERENCE,
        digest_key=KEY,
        spill=home / "tmp",
        memory_limit="500MB",
    )


def night(home: Path, day: date, shop: ChangingShop, **options: Any) -> dict[str, Any]:
    """Land and stage; the shop's entry of staged.json."""
    land_night(home, day, shop, **options)
    staged: dict[str, Any] = stage(home, day, options.get("settings"))["sides"]["shop"]
    return staged


def snapshot(home: Path, day: date, side: Side = Side.SHOP) -> list[tuple[Any, ...]]:
    """The rows of one night without their positions, and what was rejected."""
    files, connection = files_of(home, day), duckdb.connect()
    rows = connection.execute(
        "SELECT CAST(COLUMNS(* EXCLUDE (source_file, source_row)) AS VARCHAR) FROM read_parquet(?) ORDER BY ALL",
        [str(files.dossiers(side))],
    ).fetchall()
    rejected = connection.execute(
        "SELECT rule, reason, dossier_code FROM read_parquet(?) ORDER BY ALL", [str(files.rejections(side))]
    ).fetchall()
    return [*rows, *rejected]


def contents(home: Path, day: date) -> dict[str, bytes]:
    """Every file of one night's snapshot."""
    folder = files_of(home, day).snapshot(Side.SHOP)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def day(number: int) -> date:
    """The n-th night, from 0."""
    return FIRST + timedelta(days=number)
