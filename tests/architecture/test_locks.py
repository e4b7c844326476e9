"""The locks: every package with its hash, no address of an index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "name", ["requirements.lock", *(f"requirements-{extra}.lock" for extra in ("bench", "celery", "spark"))]
)
def test_every_package_is_locked_by_hash_and_none_by_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 10
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in text
