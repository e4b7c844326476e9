"""What is told around the deadlines of a night: the clocks' reasons as Python tells them, and every duty of either sign.

Small planted nights on disk, compared and assessed as every night is. The business date is Thursday 3/9/2026, 31/8-2/9 off.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from doisoat.assess import assess_night
from doisoat.assess.deadlines import assess_deadlines
from doisoat.errors import TerminalError
from doisoat.model import VIETNAM
from doisoat.reconcile import reconcile_night
from doisoat.rules.clocks import CLOCKS, ClockRow
from doisoat.rules.duties import DUTIES, Duty
from doisoat.rules.parameters import RuleParameters
from doisoat.store.layout import RunFiles
from doisoat.store.warehouse import Warehouse
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import AS_OF, DEFAULTS, REFERENCE, staged_row

Rows = list[dict[str, Any]]


def assessed(home: Path, shop: Rows, portal: Rows | None = None, **absent: Any) -> dict[str, Any]:
    """The summary of a night of these rows; without a portal it says the same as the shop."""
    files = staged_night(home, shop, shop if portal is None else portal)
    if absent:
        _say_absent(files, absent["absent"])
    options: dict[str, Any] = {"spill": home / "spill", "memory_limit": "1GB"}
    reconcile_night(files, PROVINCE, REFERENCE, **options)
    warehouse = Warehouse(f"sqlite:///{home / 'warehouse.db'}")
    warehouse.migrate()
    with warehouse:
        assess_night(files, PROVINCE, REFERENCE, warehouse)
    summary = assess_deadlines(files, PROVINCE, REFERENCE, **options)
    return {
        "duties": {one["duty"]: one for one in summary["duties"]},
        **{
            name: pq.read_table(files.work("deadlines") / f"{name}.parquet").to_pylist()
            for name in ("duties", "clocks")
        },
        "summary": {one["duty"]: one for one in summary["duties"]},
    }


def _say_absent(files: RunFiles, columns: list[str]) -> None:
    import json

    staged = json.loads(files.staged.read_text(encoding="utf-8"))
    for side in staged["sides"].values():
        side["absent_columns"] = columns
    files.staged.write_text(json.dumps(staged), encoding="utf-8")


def breaches(found: Mapping[str, Any], duty: str) -> list[tuple[str, float | None]]:
    return [(row["dossier_code"], row["measured"]) for row in found["duties"] if row["duty"] == duty]


# --- duties -------------------------------------------------------------------------------------------------------

ONLINE = {"channel": 2, "submitted_at": "2026-08-27 08:00:00"}


def codes(rows: list[tuple[dict[str, Any], Any]]) -> Rows:
    """The rows of such a list as one night, C-0 to C-n."""
    return [{"code": f"C-{number}", **row} for number, (row, _) in enumerate(rows)]


INTAKES: list[tuple[dict[str, Any], float | None]] = [
    ({**ONLINE, "received_at": "2026-08-28 08:00:00"}, None),  # exactly 8 working hours
    ({**ONLINE, "received_at": "2026-08-28 08:00:01"}, 8 + 1 / 3600),
    ({**ONLINE, "submitted_at": "2026-08-28 17:00:00", "received_at": "2026-09-03 17:00:00"}, None),  # 31/8-2/9 off
    ({**ONLINE, "submitted_at": "2026-08-28 16:00:00", "received_at": "2026-09-03 17:00:00"}, 9.0),
    ({**ONLINE, "channel": 1, "received_at": "2026-09-01 08:00:00"}, None),  # at the counter
    ({**ONLINE, "submitted_at": None, "received_at": "2026-09-01 08:00:00"}, None),
    # no such duty yet
    ({**ONLINE, "submitted_at": "2025-06-02 08:00:00", "received_at": "2025-06-30 09:00:00"}, None),
    ({**ONLINE, "submitted_at": "2025-06-30 08:00:00", "received_at": "2025-07-01 09:00:00"}, 9.0),
    ({**ONLINE, "submitted_at": "2026-08-29 08:00:00", "received_at": "2026-08-27 08:00:00"}, None),  # out of order
]


def test_late_intake_118_17_2c(tmp_path: Path) -> None:
    waiting = {"status": 1, "received_at": None, "submitted_at": "2026-08-28 16:59:59", "due_at": None}
    found = breaches(assessed(tmp_path, [*codes(INTAKES), {"code": "WAITS", **waiting}]), "late_intake")
    expected = {f"C-{number}": hours for number, (_, hours) in enumerate(INTAKES) if hours is not None}
    assert len(found) == len(expected) + 1
    assert dict(found) == pytest.approx(expected | {"WAITS": None})


SUPPLEMENTS: list[tuple[dict[str, Any], float | None]] = [
    ({"supplement_requested_at": "2026-08-27 17:00:00"}, None),  # 24/8 + 3 working days
    ({"supplement_requested_at": "2026-08-28 07:30:00"}, 4.0),
    ({"supplement_requested_at": "2026-08-20 07:30:00"}, None),  # at intake
    ({"supplement_requested_at": "2026-08-28 07:30:00", "supplement_count": 2}, None),  # which one is not told
    ({"supplement_requested_at": None}, None),
    ({"received_at": "2025-06-02 08:00:00", "supplement_requested_at": "2025-06-20 08:00:00"}, None),
]


def test_notice_of_a_supplement_118_19_5(tmp_path: Path) -> None:
    rows = [{"supplement_count": 1, **row} for row in codes(SUPPLEMENTS)]
    expected = [(f"C-{number}", days) for number, (_, days) in enumerate(SUPPLEMENTS) if days is not None]
    assert breaches(assessed(tmp_path, rows), "supplement_notice") == expected


def test_duties_that_are_discrepancies_are_taken_from_them_once(tmp_path: Path) -> None:
    """Unanswered supplement (Đ19.5), second supplement (Đ11.2c), second extension (Đ19.6)."""
    rows = [
        {
            "code": "A-1",
            "status": 5,
            "supplement_count": 1,
            "supplement_requested_at": "2026-08-13 08:00:00",
            "received_at": "2026-08-12 08:00:00",
        },
        {"code": "A-2", "supplement_count": 3},
        {"code": "A-3", "extension_count": 2},
        {"code": "A-4", "status": 6, "step_at": "2026-08-03 08:00:00", "received_at": "2026-08-03 08:00:00"},
    ]
    found = assessed(tmp_path, rows)
    assert breaches(found, "unanswered_supplement") == [("A-1", None)]
    assert breaches(found, "second_supplement") == [("A-2", 3.0)]
    assert breaches(found, "second_extension") == [("A-3", 2.0)]
    assert len(found["duties"]) == 3  # waiting for payment is stuck, but breaks none of these duties
    assert found["summary"]["second_supplement"] == {"duty": "second_supplement", "state": "judged", "broken": 1}


def test_what_no_source_tells_is_not_compared(tmp_path: Path) -> None:
    absent = ["NgayNopHoSo", "NgayYeuCauBoSung", "DanhSachHoSoBoSung", "ThoiDiemXuLy", "SoLanBoSung", "SoLanGiaHan"]
    summary = assessed(tmp_path, [{}], absent=absent)["summary"]
    assert {duty for duty, one in summary.items() if one["state"] == "not_compared"} == {duty.value for duty in Duty}
    assert summary["late_intake"]["reason"] == "không có dữ liệu: Một cửa không có trường NgayNopHoSo"
    assert summary["apology"]["reason"] == "không có dữ liệu: không nguồn nào cho biết ngày gửi thư xin lỗi"


def test_how_many_could_be_judged(tmp_path: Path) -> None:
    rows = [
        {"code": "A-1", **ONLINE, "received_at": "2026-08-28 09:00:00"},
        {"code": "A-2", **ONLINE, "received_at": "2026-08-27 09:00:00"},
        {"code": "A-3", **ONLINE, "submitted_at": None},
        {"code": "A-4", **ONLINE, "submitted_at": "2025-06-20 08:00:00", "received_at": "2025-06-30 08:00:00"},
        {"code": "A-5", "supplement_count": 2},
    ]
    summary = assessed(tmp_path, rows)["summary"]
    expected = {"duty": "late_intake", "state": "judged", "judged": 2, "without_data": 1, "earlier": 1, "broken": 1}
    assert summary["late_intake"] == expected
    assert (summary["supplement_notice"]["judged"], summary["supplement_notice"]["without_data"]) == (0, 1)
    assert [one.duty.value for one in DUTIES] == list(summary)


def test_of_a_repeated_dossier_nothing_is_said_unless_its_rows_are_alike(tmp_path: Path) -> None:
    late = {**ONLINE, "received_at": "2026-08-31 09:00:00"}
    apart = [{"code": "A-1", **late}, {"code": "A-1", **late, "status": 2}]
    alike = [{"code": "A-2", **late}, {"code": "A-2", **late}]
    assert [code for code, _ in breaches(assessed(tmp_path, [*apart, *alike]), "late_intake")] == ["A-2"]


# --- the clocks ---------------------------------------------------------------------------------------------------


def clock_row(values: Mapping[str, Any]) -> ClockRow:
    row = staged_row(values)
    return ClockRow(**{name: row[name] for name in ClockRow.__dataclass_fields__})


DISAGREEING: Rows = [
    {"code": "A-1", "status": 9, "due_at": "2026-08-26 17:00:00", "finished_at": "2026-08-26 17:00:01"},
    {
        "code": "A-2",
        "status": 9,
        "received_at": "2026-08-03 08:00:00",
        "due_at": "2026-08-10 17:00:00",
        "supplement_count": 1,
        "supplement_requested_at": "2026-08-05 08:00:00",
        "supplement_completed_at": "2026-08-12 08:00:00",
        "finished_at": "2026-08-18 10:00:00",
    },
    {"code": "A-3", "status": 4, "due_at": "2026-08-31 17:00:00"},
    {"code": "A-4", "status": 9, "extension_count": 2, "finished_at": "2026-08-26 09:00:00"},
    {
        "code": "A-5",
        "status": 5,
        "due_at": "2026-08-24 12:00:00",
        "supplement_count": 1,
        "supplement_requested_at": "2026-08-25 08:00:00",
    },
    {"code": "A-6", "status": 9, "due_at": None, "procedure": "2.000815", "finished_at": "2026-09-03 09:30:00"},
    {
        "code": "A-7",
        "status": 6,
        "due_at": "2026-08-28 17:00:00",
        "procedure": "1.001756",
        "step_at": "2026-08-27 09:00:00",
    },
    {
        "code": "A-8",
        "status": 9,
        "received_at": "2026-08-21 15:42:00",
        "due_at": None,
        "procedure": "1.004222",
        "finished_at": "2026-08-28 09:00:00",
    },
]


def test_clocks_that_disagree_are_told_as_python_tells_them(tmp_path: Path) -> None:
    lines = assessed(tmp_path, DISAGREEING)["clocks"]
    assert len(lines) == 3 * len(DISAGREEING)
    by_code = {row["code"]: row for row in DISAGREEING}
    for line in lines:
        row = by_code[line["dossier_code"]]
        term = REFERENCE.procedures.term(row.get("procedure", DEFAULTS["procedure"]))
        said = CLOCKS[line["clock"]](clock_row(row), term, AS_OF, REFERENCE.calendar, RuleParameters())
        assert (line["verdict"], line["reason"]) == (said.verdict.value, said.reason.value)
        assert (_local(line["due_at"]), _local(line["end_at"])) == (said.due_at, said.end_at)
        assert (_local(line["begins_at"]), _local(line["paused_at"])) == (said.begins_at, said.paused_at)
        assert (line["limit_amount"], line["limit_unit"]) == term.limit


def test_the_rules_of_a_procedure_are_kept_with_the_reason(tmp_path: Path) -> None:
    lines = assessed(tmp_path, DISAGREEING)["clocks"]
    told = {
        line["dossier_code"]: (line["reason"], _local(line["begins_at"]), _local(line["paused_at"]))
        for line in lines
        if line["begins_at"] or line["paused_at"]
    }
    assert told == {
        "A-7": ("appointment", None, datetime(2026, 8, 27, 9, tzinfo=VIETNAM)),
        "A-8": ("full_term", datetime(2026, 8, 22, 7, 30, tzinfo=VIETNAM), None),
    }


def _local(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(VIETNAM)


def test_only_dossiers_the_clocks_disagree_about_are_told(tmp_path: Path) -> None:
    assert assessed(tmp_path, [{}, {"code": "A-1", "status": 9, "finished_at": "2026-08-26 09:00:00"}])["clocks"] == []


def test_a_missing_file_names_the_stage_to_run(tmp_path: Path) -> None:
    files = staged_night(tmp_path, [{}], [{}])
    with pytest.raises(TerminalError, match=r"discrepancies.parquet is missing: run 'doisoat assess'"):
        assess_deadlines(files, PROVINCE, REFERENCE, spill=tmp_path / "spill", memory_limit="1GB")
