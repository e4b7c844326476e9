"""The lines of inspection plans in the warehouse, inside the caller's transaction; files are read elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from doisoat.rules.inspection import Form
from doisoat.store.tables_inspection import plan_lines


@dataclass(frozen=True)
class PlanLine:
    """One line of a plan of one or several years."""

    line_id: str
    plan_code: str
    agency_code: str
    subject: str
    first_year: int
    last_year: int
    quarter: int | None = None  # expected, of the first year
    month: int | None = None
    form: Form | None = None  # None = not said

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True)
class Imported:
    """What an import came to; `absent`: lines of the same plans the warehouse has and the file has not. They stay."""

    added: int
    changed: int
    unchanged: int
    absent: tuple[str, ...]


def read_plan(connection: Connection, province: str, year: int | None = None) -> list[PlanLine]:
    """Lines of a year (default: all), in the order of their ids."""
    table = plan_lines.c
    columns = [table[name] for name in PlanLine.__dataclass_fields__]
    query = select(*columns).where(table.province == province).order_by(table.line_id)
    if year is not None:
        query = query.where(table.first_year <= year, table.last_year >= year)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [PlanLine(**row | {"form": Form(row["form"]) if row["form"] else None}) for row in rows]


def import_plan(
    connection: Connection, province: str, lines: Iterable[PlanLine], source: str, at: datetime
) -> Imported:
    """Add new lines and update known ones by their id; what was done about a line is not touched."""
    before = {line.line_id: line for line in read_plan(connection, province)}
    read = {line.line_id: line for line in lines}
    added = [line for name, line in read.items() if name not in before]
    changed = [line for name, line in read.items() if name in before and before[name] != line]
    for line in added:
        connection.execute(
            plan_lines.insert().values(province=province, source=source, imported_at=at, **_values(line))
        )
    for line in changed:
        own = and_(plan_lines.c.province == province, plan_lines.c.line_id == line.line_id)
        connection.execute(update(plan_lines).where(own).values(source=source, imported_at=at, **_values(line)))
    plans = {line.plan_code for line in read.values()}
    absent = tuple(name for name, line in before.items() if line.plan_code in plans and name not in read)
    return Imported(len(added), len(changed), len(read) - len(added) - len(changed), absent)


def _values(line: PlanLine) -> dict[str, object]:
    return asdict(line) | {"form": line.form.value if line.form else None}
