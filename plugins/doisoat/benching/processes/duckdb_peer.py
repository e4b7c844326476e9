"""DuckDB alone: `join` (one full outer join, differences written) or `floor` (every column read and hashed).

Arguments: what, the world's home, a folder to write into. Threads and memory as DuckDB chooses them: at its best.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from doisoat.benching.snapshots import DIFFERENCES, REPEATED_FILE, dossiers
from doisoat.model import Side
from doisoat.store.engine import run_query


def main(what: str, home: Path, out: Path) -> None:
    """Run the one query; no order is asked of it."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'Etc/GMT-7'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET temp_directory = ?", [str(out / "tmp")])
        rows = {side: str(dossiers(home, side)) for side in Side}
        if what == "floor":
            for side in Side:
                run_query(connection, "bench/peers/floor", {"rows": rows[side]}).fetchall()
            return
        bindings = {"shop": rows[Side.SHOP], "portal": rows[Side.PORTAL], "repeated": REPEATED_FILE}
        run_query(connection, "bench/peers/join", bindings | {"path": str(out / DIFFERENCES)})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
