"""The gate: critical failures stop by name, warnings do not, and both engines find the same rows."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doisoat import validate
from doisoat.errors import ValidationFailed
from doisoat.model import VIETNAM, RunKey, Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.layout import RunFiles, read_json, write_json
from doisoat.validate import validate_night
from doisoat.validate.contracts import ROW_RULES, SNAPSHOT_COLUMNS, set_rules
from doisoat.validate.data_docs import offline_page
from doisoat.validate.figures import shrink_pct, side_figures, worst_agency_shrink

DAY = date(2026, 9, 3)
NOON = datetime(2026, 9, 1, 12, tzinfo=VIETNAM)

_TYPES = {
    "status": "TINYINT", "channel": "TINYINT", "online_payment": "TINYINT", "fee_total": "BIGINT", "source_row": "BIGINT",
    "supplement_count": "INTEGER", "extension_count": "INTEGER", "warnings": "VARCHAR[]",
    **dict.fromkeys([c for c in SNAPSHOT_COLUMNS if c.endswith("_at")], "TIMESTAMPTZ"),
    **dict.fromkeys(
        ["agency_known", "agency_ended", "has_result", "has_result_code", "is_digitised", "has_digitised_part",
         "from_personal_store", "is_vneid"], "BOOLEAN"),
}  # fmt: skip
GOOD: dict[str, Any] = {
    "status": 9, "received_at": NOON, "due_at": NOON, "finished_at": NOON, "agency_code": "H44.07", "agency_final": "H44.07",
    "agency_known": True, "channel": 2, "source_file": "a.csv", "supplement_count": 0, "extension_count": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    rows: int
    per_agency: dict[str, int] = field(default_factory=dict)


def write_side(files: RunFiles, side: Side, rows: list[dict[str, Any]]) -> None:
    files.partition(side).parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
    columns = ", ".join(f"{name} {_TYPES.get(name, 'VARCHAR')}" for name in SNAPSHOT_COLUMNS)
    con.execute(f"CREATE TABLE t ({columns})")
    for number, row in enumerate(rows):
        full = {"dossier_code": f"H44.07-260901-{number:04d}", "source_row": number} | GOOD | row
        con.execute(
            f"INSERT INTO t VALUES ({', '.join('?' * len(SNAPSHOT_COLUMNS))})", [full.get(n) for n in SNAPSHOT_COLUMNS]
        )
    con.table("t").write_parquet(str(files.partition(side)))


def night(tmp_path: Path, shop: list[dict[str, Any]], portal: list[dict[str, Any]], **counts: int) -> RunFiles:
    files = RunFiles(tmp_path, RunKey("H44", DAY))
    sides = {}
    for side, rows in ((Side.SHOP, shop), (Side.PORTAL, portal)):
        write_side(files, side, rows)
        landed = len(rows) + (counts.get("lost", 0) if side is Side.SHOP else 0)
        sides[side.value] = {"landed": landed, "staged": len(rows), "repeated": 0, "rejected": {}}
    write_json(files.staged, {"sides": sides})
    return files


def run(files: RunFiles, accepted: dict[Side, Seen | None] | None = None) -> dict[str, Any]:
    spill = files.home / "tmp"
    return validate_night(files, RuleParameters(), accepted or {}, spill=spill, memory_limit="500MB")


def test_good_snapshots_pass_and_leave_docs_and_an_empty_quarantine(tmp_path: Path) -> None:
    files = night(tmp_path, [{}] * 3, [{}] * 3)
    result = run(files)
    assert result["passed"] and result["quarantined"] == 0
    assert {(e["side"], e["id"]) for e in result["expectations"]} == {
        (side.value, rule) for side in Side
        for rule in ["schema", *(r.id for r in ROW_RULES), *(r.id for r in set_rules(RuleParameters()))]
    }  # fmt: skip
    assert read_json(files.work("validate") / "result.json") == result
    assert (files.work("validate") / "data_docs" / "index.html").is_file()


BROKEN: dict[str, dict[str, Any]] = {
    "key_present": {"dossier_code": None},
    "status_on_scale": {"status": 11},
    "received_at_present": {"received_at": None, "due_at": None},
    "end_at_present": {"finished_at": None},
    "due_after_received": {"due_at": NOON.replace(hour=11)},
    "supplement_in_order": {"supplement_requested_at": NOON, "supplement_completed_at": NOON.replace(hour=11)},
    "agency_present": {"agency_code": None, "agency_known": None},
    "agency_known": {"agency_known": False},
    "channel_known": {"channel": None},
}


def test_every_row_rule_has_an_example() -> None:
    assert set(BROKEN) == {rule.id for rule in ROW_RULES}


@pytest.mark.parametrize("rule", ROW_RULES, ids=lambda rule: rule.id)
def test_one_broken_rule_is_named_by_both_engines(tmp_path: Path, rule: Any) -> None:
    files = night(tmp_path, [{}, BROKEN[rule.id], {}], [{}] * 3)
    if rule.strength == "critical":
        with pytest.raises(ValidationFailed, match=f"shop.{rule.id}") as stopped:
            run(files)
        assert stopped.value.failed == (f"shop.{rule.id}",)
        assert int(stopped.value.exit_code) == 3
    else:
        assert run(files)["passed"]
    result = read_json(files.work("validate") / "result.json")
    assert [(e["side"], e["id"]) for e in result["expectations"] if not e["success"]] == [("shop", rule.id)]
    rows = duckdb.read_parquet(str(files.work("validate") / "quarantine.parquet")).fetchall()
    assert [(r[0], r[2], r[4]) for r in rows] == [("shop", 1, rule.id)]


def test_great_expectations_and_the_quarantine_agree_on_every_count(tmp_path: Path) -> None:
    shop = [
        row
        for number, (name, row) in enumerate(sorted(BROKEN.items()))
        for _ in range(number + 1)
        if name not in {"key_present", "status_on_scale"}
    ]
    files = night(tmp_path, [*shop, {}], [{}] * 40)
    result = run(files)
    judged = {
        e["id"]: int(e["observed"].split(" / ")[0])
        for e in result["expectations"]
        if e["side"] == "shop" and " / " in e["observed"]
    }
    found = Counter(
        row[4] for row in duckdb.read_parquet(str(files.work("validate") / "quarantine.parquet")).fetchall()
    )
    assert {name: number for name, number in judged.items() if number} == dict(found)


CRITICAL = [rule.id for rule in ROW_RULES if rule.strength == "critical"]
EACH_ITS_OWN_TIMES = {name: number for number, name in enumerate(sorted(BROKEN), start=1)}


@pytest.mark.parametrize("broken", [{}, *({name: 2} for name in CRITICAL), EACH_ITS_OWN_TIMES])
def test_a_side_too_large_for_a_frame_is_judged_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: dict[str, int]
) -> None:
    """By the counts of the sweep instead of its rows: the same verdicts, numbers and severities."""
    shop = [row for name, times in broken.items() for row in [BROKEN[name]] * times]
    files = night(tmp_path, [*shop, {}], [{}] * 4)
    told = []
    for framed in (1_000, 0):
        monkeypatch.setattr(validate, "_FRAMED", framed)
        with contextlib.suppress(ValidationFailed):
            run(files)
        result = read_json(files.work("validate") / "result.json")
        told.append(
            [
                (e["side"], e["id"], e["severity"], e["success"], e["observed"].split(" / ")[0])
                for e in result["expectations"]
            ]
        )
    assert sorted(told[0]) == sorted(told[1])
    assert sum(not success for _, _, _, success, _ in told[1]) >= len(broken)


def test_a_lost_row_stops_the_night(tmp_path: Path) -> None:
    with pytest.raises(ValidationFailed, match="shop.nothing_lost"):
        run(night(tmp_path, [{}] * 3, [{}] * 3, lost=1))


def test_an_empty_side_stops_the_night(tmp_path: Path) -> None:
    with pytest.raises(ValidationFailed, match=r"portal\.rows_present"):
        run(night(tmp_path, [{}] * 3, []))


def test_a_shrunken_side_stops_and_names_the_way_out(tmp_path: Path) -> None:
    files = night(tmp_path, [{}] * 8, [{}] * 8)
    with pytest.raises(ValidationFailed, match="doisoat confirm") as stopped:
        run(files, {Side.PORTAL: Seen(9)})
    assert stopped.value.failed == ("portal.side_not_shrunken",)
    assert run(files, {Side.PORTAL: None})["passed"]


@pytest.mark.parametrize("silent", [0, 4])
def test_what_the_portal_was_not_asked_about_has_not_vanished(tmp_path: Path, silent: int) -> None:
    """Ten dossiers at the shop, six read of the portal: either four are gone, or nobody asked."""
    files = night(tmp_path, shop=[{}] * 10, portal=[{}] * 6)
    codes = [f"H44.07-260901-{number:04d}" for number in range(10 - silent, 10)]
    table = pa.table({"dossier_code": pa.array(codes, pa.string()), "reason": ["not_asked"] * silent})
    pq.write_table(table, files.unanswered)
    with duckdb.connect() as connection:
        figures = side_figures(
            connection, files, Side.PORTAL, read_json(files.staged), Seen(10, {"H44.07": 10}), RuleParameters()
        )
    assert figures["rows"] == 6
    assert figures["shrink_pct"] == (0 if silent else 40)


def test_shrinking_by_exactly_the_limit_is_allowed(tmp_path: Path) -> None:
    assert run(night(tmp_path, [{}] * 9, [{}] * 9), {Side.SHOP: Seen(10)})["passed"]


def test_one_large_agency_that_vanished_stops_the_night() -> None:
    before = Seen(1_000, {"H44.07": 300, "H44.100": 199, "": 500})
    assert worst_agency_shrink(before, {"H44.07": 300}, 200) == 0.0
    assert worst_agency_shrink(before, {"H44.100": 199}, 200) == 100.0
    assert shrink_pct(300, 269) > 10


def test_a_missing_column_stops_the_night(tmp_path: Path) -> None:
    files = night(tmp_path, [{}] * 3, [{}] * 3)
    path = str(files.partition(Side.SHOP))
    duckdb.sql(f"SELECT * EXCLUDE (fee_total) FROM read_parquet('{path}')").write_parquet(path + ".new")
    Path(path + ".new").replace(path)
    with pytest.raises(ValidationFailed, match="fee_total") as stopped:
        run(files)
    assert stopped.value.failed == ("shop.schema",)


def test_data_docs_load_nothing_from_another_host(tmp_path: Path) -> None:
    files = night(tmp_path, [{}] * 3, [{}] * 3)
    run(files)
    pages = list((files.work("validate") / "data_docs").rglob("*.html"))
    assert len(pages) >= 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//", text), page
        assert "doisoat.css" in text
    assert "H44.07-260901" not in "".join(page.read_text(encoding="utf-8") for page in pages)


def test_offline_page_keeps_local_assets_and_text() -> None:
    html = '<html><head><script src="https://x/y.js"></script><link href="static/a.css"></head><body>Mã hồ sơ<img src="//h/i.png"></body></html>'
    assert offline_page(html, "../") == (
        '<html><head><link href="static/a.css"><link rel="stylesheet" href="../static/styles/doisoat.css"></head>'
        "<body>Mã hồ sơ</body></html>"
    )
