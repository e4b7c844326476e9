"""Golden cases of the staging SQL: a folder is a case, `landing.yaml` what landed, `expect.yaml` what is made of it.

`landing.yaml`: `rows` (as a landing holds them; position by order unless given), optionally `steps` (the same), `side`,
`extracted_at`, `absent_columns`, `status_map`. `expect.yaml`: `dossiers` (in order, only the columns a case is about; instants as
local text), `rejections` (whole), `counts` (only the ones a case is about). Adding a case is adding a folder.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.config import Province
from doisoat.model import RunKey, Side
from doisoat.rules.crosswalk import Crosswalk
from doisoat.rules.parameters import OFFICE_HOURS
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.status_words import StatusWords
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.stage import stage_side
from doisoat.store.engine import engine
from doisoat.store.landing import write_part
from doisoat.store.layout import write_json
from doisoat.store.reference import Reference
from doisoat.store.tables import register_reference

CASES = sorted(path.parent for path in Path(__file__).parent.glob("staging/*/expect.yaml"))
KEY = RunKey("H21", date(2026, 9, 3))

REFERENCE = Reference(
    agencies=AgencyTable(
        [
            Agency("H21.05", other_spellings=("SO-TU-PHAP",), name="Sở Tư pháp"),
            Agency("H08.05", name="Sở cũ", valid_to=date(2025, 6, 30), successor="H08.06"),
            Agency("H08.06", name="Sở giữa", valid_to=date(2025, 12, 31), successor="H21.05"),
            Agency("H21.90", name="vòng", successor="H21.91"),
            Agency("H21.91", name="vòng", successor="H21.90"),
        ],
        [
            Crosswalk("SO-CU", "H08.05", date(2025, 1, 1), date(2025, 6, 30)),
            Crosswalk("SO-CU", "H21.05", date(2025, 7, 1)),
        ],
    ),
    procedures=ProcedureTable(
        [
            Procedure("1.001612"),
            Procedure("2.000477", local_codes=("1.003560.000.00.00.H21",)),
            Procedure("2.000815", valid_to=date(2025, 12, 31)),
        ],
        [
            Crosswalk("TTHC-01", "1.001612", date(2025, 1, 1), date(2026, 6, 30)),
            Crosswalk("TTHC-01", "2.000477", date(2026, 7, 1)),
        ],
    ),
    calendar=WorkingCalendar(frozenset(), frozenset(), OFFICE_HOURS),
    contacts=(),
    versions={},
)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_staging_gives_what_the_case_expects(case: Path, tmp_path: Path) -> None:
    given = yaml.safe_load((case / "landing.yaml").read_text(encoding="utf-8"))
    expected = yaml.safe_load((case / "expect.yaml").read_text(encoding="utf-8"))
    side = Side(given.get("side", "shop"))
    write_landing(tmp_path / "landing", side, given)
    section = {"kind": "files", "path": "x"}
    province = Province(province="H21", name="Gia Lai", shop=section, portal=section)
    with engine(tmp_path / "spill") as connection:
        register_reference(connection, REFERENCE)
        words = StatusWords().of(None, KEY.business_date, given.get("status_map", {}))
        counts = stage_side(
            connection,
            tmp_path / "landing",
            side,
            KEY,
            province,
            digest_key=b"key",
            status_map=words,
            scratch=tmp_path / "scratch",
        )
        dossiers = fetched(connection, f"SELECT * FROM {side.value}.dossiers")
        rejections = fetched(connection, f"SELECT * EXCLUDE (side) FROM {side.value}.rejections")
    assert [only(row, wanted) for row, wanted in zip(dossiers, expected["dossiers"], strict=True)] == expected[
        "dossiers"
    ]
    assert rejections == expected.get("rejections", [])
    assert only(counts, expected.get("counts", {})) == expected.get("counts", {})


def write_landing(folder: Path, side: Side, given: dict[str, Any]) -> None:
    folder.mkdir()
    rows = [{"_file": "a.csv", "_row": number} | row for number, row in enumerate(given["rows"], 1)]
    write_json(
        folder / "manifest.json",
        {
            "side": side.value,
            "kind": "files",
            "source": "x",
            "extracted_at": given.get("extracted_at", "2026-09-03T23:59:59+07:00"),
            "complete": True,
            "incomplete_reasons": [],
            "expected_rows": None,
            "landed": len(rows),
            "whole_pages": 1,
            "secret_digests": [],
            "has_secrecy_mark": True,
            "absent_columns": given.get("absent_columns", []),
            "parts": [write_part(folder / "part-00000.jsonl.zst", rows)],
            "step_parts": [write_part(folder / "steps-00001.jsonl.zst", given["steps"])] if "steps" in given else [],
            "late": False,
        },
    )


def fetched(connection: Any, query: str) -> list[dict[str, Any]]:
    """Rows as YAML would have them: instants as local text without a zone, empty columns left out of nothing."""
    relation = connection.sql(f"SELECT COLUMNS(*) FROM ({query})")
    instants = {name for name, kind in zip(relation.columns, relation.types, strict=True) if "TIME ZONE" in str(kind)}
    columns = [
        f"strftime({name} AT TIME ZONE 'UTC' + INTERVAL 7 HOUR, '%Y-%m-%d %H:%M:%S') AS {name}"
        if name in instants
        else name
        for name in relation.columns
    ]
    rows = connection.sql(f"SELECT {', '.join(columns)} FROM ({query})").fetchall()
    return [dict(zip(relation.columns, row, strict=True)) for row in rows]


def only(row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in wanted}
