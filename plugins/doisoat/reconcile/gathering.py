"""A relation that is put together piece by piece: a table for each, since rows added to a table are copied twice."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb


@dataclass
class Gathered:
    """The relation `name`: a view over its pieces; before the first no row, in the columns of `like`."""

    connection: duckdb.DuckDBPyConnection
    name: str
    like: str
    _pieces: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection.table(self.like).filter("FALSE").create(f"{self.name}_none")
        self._show()

    def add(self, rows: duckdb.DuckDBPyRelation) -> None:
        """Add the rows, in the columns of `like`."""
        piece = f"{self.name}_{len(self._pieces)}"
        rows.create(piece)
        if self.connection.table(piece).shape[0]:
            self._pieces.append(piece)
            self._show()
        else:
            self.connection.execute(f"DROP TABLE {piece}")

    def _show(self) -> None:
        rows = " UNION ALL ".join(f"SELECT * FROM {piece}" for piece in self._pieces or [f"{self.name}_none"])
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {self.name} AS {rows}")
