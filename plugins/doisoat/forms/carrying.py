"""What comes over from the period before, held against what that period left when its form was published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import DamagedSnapshot
from doisoat.store.engine import query_rows, run_query
from doisoat.store.layout import PeriodFiles, read_json

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 10  # dossiers of a unit that are named on its form; all of them lie in carried.parquet
_NOTHING: dict[str, list[Any]] = {"differences": [], "left": [], "examples": []}
REASONS = {
    "reopened": "kỳ trước đã kết thúc, nay đang giải quyết",
    "seen_late": "tiếp nhận từ kỳ trước nhưng khi lập biểu kỳ trước chưa có trong dữ liệu",
    "received_moved": "ngày tiếp nhận đã đổi sang kỳ khác hoặc bị xóa",
    "not_received": "nay ở trạng thái mới đăng ký hoặc không được tiếp nhận",
    "ended_earlier": "ghi nhận kết thúc muộn, với ngày kết thúc trong kỳ trước",
    "gone": "không còn trong dữ liệu",
    "unit_moved": "chuyển cơ quan giải quyết",
    "field_moved": "chuyển lĩnh vực",
}


def compare_with_published(
    connection: duckdb.DuckDBPyConnection, places: PeriodFiles, target: Path, bindings: dict[str, Any]
) -> dict[str, Any]:
    """Write the dossiers that differ to `target`; the part `carried` of figures.json.

    `basis` is `published`, or why there is nothing to compare with: `not_published`, `provisional`.
    """
    before = places.before
    told = {"period": before.name}
    if not (before.published / "period.json").is_file():
        return {**told, "basis": "not_published", **_NOTHING}
    facts = read_json(before.published / "period.json")
    if facts["is_provisional"]:
        return {**told, "basis": "provisional", **_NOTHING}
    members = before.published / "members.parquet"
    if not members.is_file():
        raise DamagedSnapshot(f"{members} is missing; make the forms of {before.name} again ('doisoat period')")
    connection.read_parquet(str(members)).create_view("members_before")
    run_query(connection, "forms/carry_over", bindings)
    run_query(connection, "forms/write_carry_over", {"path": str(target)})
    return {
        **told,
        "basis": "published",
        "business_date": facts["business_date"],
        "snapshots": facts["snapshots"],
        "differences": query_rows(connection, "forms/carry_over_counts"),
        "left": query_rows(connection, "forms/left_published"),
        "examples": query_rows(connection, "forms/carry_over_examples", {"most": EXAMPLES}),
    }
