"""PostgreSQL: both sides copied into tables, then one full outer join, or reladiff over the same tables.

Arguments: the world's home, a folder to write into, and for reladiff the Python that has it. Prints counts and the
seconds of its steps; starting the server is none of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql

from doisoat.benching.processes.postgresql_server import running_server
from doisoat.benching.snapshots import COMPARED, REPEATED_FILE, dossiers
from doisoat.model import Side
from doisoat.store.engine import read_query, run_query


def main(home: Path, out: Path, reladiff_python: str | None) -> None:
    """Load, compare, count."""
    parts: dict[str, float] = {}
    with running_server(out / "postgresql") as url, psycopg.connect(url, autocommit=True) as connection:
        with _timed(parts, "nạp hai bên"):
            _load(connection, home, out, without_dots=reladiff_python is not None)
        with _timed(parts, "so sánh"):
            counts = _by_reladiff(url, reladiff_python) if reladiff_python else _by_join(connection)
    sys.stdout.write(json.dumps({"counts": counts, "parts": parts}) + "\n")


@contextmanager
def _timed(parts: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    parts[name] = time.perf_counter() - started


def _load(connection: psycopg.Connection, home: Path, out: Path, *, without_dots: bool) -> None:
    """Each side as one CSV that the server reads itself: quicker than through a client."""
    with duckdb.connect(":memory:") as reader:
        reader.execute("SET TimeZone = 'UTC'")
        for side in Side:
            file = out / f"{side.value}.csv"
            bindings = {"rows": str(dossiers(home, side)), "repeated": REPEATED_FILE, "without_dots": without_dots}
            run_query(reader, "bench/postgresql/rows", bindings | {"path": str(file)})
            file.chmod(0o644)
            connection.execute(_text(f"bench/postgresql/{side.value}_table"))
            table = sql.Identifier(f"{side.value}_rows")
            connection.execute(sql.SQL("COPY {} FROM {} (FORMAT csv)").format(table, str(file)))
            connection.execute(sql.SQL("ANALYZE {}").format(table))
            file.unlink()


def _by_join(connection: psycopg.Connection) -> dict[str, int]:
    connection.execute(_text("bench/postgresql/differences"))
    answer = connection.execute(_text("bench/postgresql/counts"))
    names = [column.name for column in answer.description or ()]
    return dict(zip(names, answer.fetchone() or (), strict=True))


def _by_reladiff(url: str, python: str) -> dict[str, int]:
    script = Path(__file__).with_name("reladiff_peer.py")
    done = subprocess.run([python, script, url, *COMPARED], stdout=subprocess.PIPE, text=True, check=True)
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counts


def _text(name: str) -> bytes:
    return read_query(name).encode()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
