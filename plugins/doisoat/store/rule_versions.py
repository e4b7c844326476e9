"""Which rules a night was judged by: a name and a digest for every part that can change a result."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from doisoat.config import Province
from doisoat.store.engine import sql_folder
from doisoat.store.reference import Reference

_JUDGING = ("staging", "reconciliation", "lateness")


def rule_versions(province: Province, reference: Reference, day: date) -> dict[str, str]:
    """Part -> version: the queries, the parameters in force, the words that hold on a business date, every table."""
    queries = hashlib.sha256()
    for area in _JUDGING:
        for file in sorted((sql_folder() / area).rglob("*.sql")):
            queries.update(file.read_bytes())
    words = {name: reference.status_map(section, day) for name, section in province.sections().items()}
    return {
        "rules": f"doisoat {_program()} sha256:{queries.hexdigest()[:12]}",
        "parameters": f"sha256:{_digest(province.rules.model_dump(mode='json'))}",
        "status_map": f"sha256:{_digest(words)}",
        **reference.versions,
    }


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def _program() -> str:
    try:
        return version("doisoat")
    except PackageNotFoundError:
        return "0"
