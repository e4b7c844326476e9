"""`docs/troubles.md` is true: every trouble has a test, every test named there exists, every test here stands there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
PAGE = TESTS.parent / "docs" / "troubles.md"
ROWS = {"13.1": 12, "13.2": 10, "14": 26, "16": 28}  # troubles known of each kind


@cache
def defined_in(file: str) -> frozenset[str]:
    """The test functions a file defines; none where there is no such file."""
    path = TESTS / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    names = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def troubles() -> Iterator[tuple[str, str, list[str]]]:
    """(number, trouble in words, ids of its tests) of every row of the tables."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1][:1].isdigit():
            yield cells[1], cells[2], re.findall(r"`([^`]+)`", cells[3])


def test_every_known_trouble_has_one_row_in_order() -> None:
    expected = [f"{kind}-{number}" for kind, most in ROWS.items() for number in range(1, most + 1)]
    assert [number for number, _, _ in troubles()] == expected


def test_no_trouble_is_without_a_test_and_every_test_exists() -> None:
    for number, trouble, named in troubles():
        assert trouble and named, number
        missing = [one for one in named if one.partition("::")[2] not in defined_in(one.partition("::")[0])]
        assert missing == [], number


def test_every_test_of_a_trouble_stands_in_the_table() -> None:
    files = [f"contract/troubles/{path.name}" for path in Path(__file__).parent.glob("test_*.py")]
    here = {f"{file}::{name}" for file in files if not file.endswith("test_index.py") for name in defined_in(file)}
    assert here - {one for _, _, named in troubles() for one in named} == set()
