"""reladiff's joindiff over two loaded tables; a script for the peers' environment.

Arguments: the database's URL, the columns. Prints its counts.
"""

from __future__ import annotations

import json
import sys

KEY = "dossier_code"


def main(url: str, columns: list[str]) -> None:
    """A differing row comes twice, ('-', shop's row) and ('+', portal's row); a key with one of them is on one side."""
    from reladiff import Algorithm, connect_to_table, diff_tables

    options = {"key_columns": (KEY,), "extra_columns": tuple(columns)}
    tables = [connect_to_table(url, name, KEY) for name in ("shop_rows", "portal_rows")]
    rows: dict[str, dict[str, tuple[object, ...]]] = {}
    for sign, row in diff_tables(*tables, algorithm=Algorithm.JOINDIFF, **options):
        rows.setdefault(row[0], {})[sign] = row
    pairs = [(both["-"], both["+"]) for both in rows.values() if len(both) == 2]
    counts = {
        "only_left": sum(set(signs) == {"-"} for signs in rows.values()),
        "only_right": sum(set(signs) == {"+"} for signs in rows.values()),
        "differing_rows": len(pairs),
        "differing_cells": sum(
            ours != theirs for shop, portal in pairs for ours, theirs in zip(shop, portal, strict=True)
        ),
    }
    sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
