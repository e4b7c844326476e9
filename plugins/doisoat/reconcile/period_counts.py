"""Counts of one period on both sides by the portal's definitions: runs `sql/aggregates` and the clocks of
`sql/lateness` with the period's end in the place of `as_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import duckdb

from doisoat.config import Province
from doisoat.reconcile.case import Case
from doisoat.rules.periods import Period
from doisoat.rules.published_figures import Counted, Measure, Published
from doisoat.rules.reference import root
from doisoat.store.engine import run_query

Units = Mapping[str, Mapping[str, Published]]  # published unit -> figure -> value
_STEPS = (
    "aggregates/period",
    "aggregates/period_rows",
    "aggregates/clock_rows",
    "lateness/clock_rules",
    "lateness/term_ends",
    "lateness/clock_dues",
    "lateness/row_clocks",
    "lateness/clocks",
    "aggregates/members",
)


class PeriodCounter:
    """Counts period after period on one connection, which has side_rows and the reference tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, case: Case, province: Province):
        self._connection = connection
        self._province = province
        self._bindings = case.bindings() | {"province_code": province.province}
        rows = connection.execute("SELECT code, parent FROM agencies").fetchall()
        self._parents: dict[str, str | None] = dict(rows)
        run_query(connection, "lateness/day_clock", self._bindings)
        self.agencies = {code for (code,) in run_query(connection, "aggregates/agencies").fetchall()}

    def count(self, period: Period, units: Units) -> dict[tuple[str, Measure], Counted]:
        """(unit, measure) -> counts of both sides; a unit that publishes nothing counts under its own code."""
        run_query(self._connection, "aggregates/forget_period")
        codes = sorted(self.agencies)
        owners = {"agency_codes": codes, "unit_codes": [self._unit_of(code, units) for code in codes]}
        run_query(self._connection, "aggregates/agency_units", owners)
        bindings = self._bindings | _within(period)
        for step in _STEPS:
            run_query(self._connection, step, bindings)
        rows = run_query(self._connection, "aggregates/counts").fetchall()
        return {(unit, Measure(measure)): Counted(*numbers) for unit, measure, *numbers in rows}

    def _unit_of(self, code: str, units: Units) -> str | None:
        """The nearest of (agency, its parent, …) that publishes, else the highest below the province."""
        if root(code) not in self._province.province_roots:
            return None
        line = [code]
        while (above := self._parents.get(line[-1]) or line[-1].rpartition(".")[0]) and "." in above:
            if above in line:
                break
            line.append(above)
        inside = [one for one in line if one not in self._province.province_roots]
        return next((one for one in inside if one in units), inside[-1] if inside else None)


def _within(period: Period) -> dict[str, Any]:
    """The bind parameters of a period; its last second stands in for `as_of`."""
    ends_at = datetime.combine(period.last_day, time(23, 59, 59))
    return {"starts_on": period.first_day, "ends_on": period.last_day, "as_of": ends_at}
