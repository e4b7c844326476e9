"""The contracts of the two snapshots, declared once: Great Expectations judges by them, DuckDB finds the rows.

A row rule has the same id in `sql/checks/quarantine.sql`; a test shows that both find the same number.
A set rule is about the side as a whole; its figure comes from `sql/checks/side_figures.sql`.
Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from doisoat.rules.parameters import RuleParameters

Strength = Literal["critical", "warning"]
RECEIVED_STATUSES = (2, 4, 5, 6, 8, 9, 10)
DONE_STATUSES = (9, 10)

SNAPSHOT_COLUMNS = (
    "dossier_code", "code_raw", "status", "status_raw", "procedure_raw", "procedure_code", "procedure_issue",
    "agency_raw", "agency_code", "agency_known", "agency_ended", "agency_final", "received_at", "submitted_at",
    "due_at", "finished_at", "returned_at", "step_at", "supplement_count", "supplement_requested_at",
    "supplement_completed_at", "first_supplement_completed_at", "extension_count", "channel", "online_payment",
    "fee_total", "has_result", "national_code", "alternative_code", "unit_code", "has_result_code", "is_digitised",
    "has_digitised_part", "from_personal_store", "is_vneid", "source_file", "source_row", "record_id", "warnings",
)  # fmt: skip


@dataclass(frozen=True)
class RowRule:
    """One thing every row must satisfy. `columns`: what it reads; `when_status`: only rows in these statuses."""

    id: str
    strength: Strength
    meaning: str  # Vietnamese, for the report and Data Docs
    check: Literal["not_null", "in_set", "is_true", "ordered"]
    columns: tuple[str, ...]
    allowed: tuple[int, ...] = ()
    when_status: tuple[int, ...] = ()


ROW_RULES: tuple[RowRule, ...] = (
    RowRule("key_present", "critical", "Mọi hồ sơ có mã", "not_null", ("dossier_code",)),
    RowRule(
        "status_on_scale", "critical", "Trạng thái nằm trong thang 1..10", "in_set", ("status",), tuple(range(1, 11))
    ),
    RowRule(
        "received_at_present", "warning", "Hồ sơ đã tiếp nhận có ngày tiếp nhận", "not_null", ("received_at",),
        when_status=RECEIVED_STATUSES,
    ),
    RowRule(
        "end_at_present", "warning", "Hồ sơ đã xong có ngày kết thúc xử lý", "not_null", ("finished_at",),
        when_status=DONE_STATUSES,
    ),
    RowRule(
        "due_after_received", "warning", "Ngày hẹn trả không trước ngày tiếp nhận", "ordered", ("due_at", "received_at")
    ),
    RowRule(
        "supplement_in_order", "warning", "Bổ sung xong không trước khi được yêu cầu", "ordered",
        ("supplement_completed_at", "supplement_requested_at"),
    ),
    RowRule("agency_present", "warning", "Hồ sơ có mã cơ quan", "not_null", ("agency_code",)),
    RowRule("agency_known", "warning", "Mã cơ quan có trong danh mục", "is_true", ("agency_known",)),
    RowRule("channel_known", "warning", "Kênh nộp đọc được (1, 2, 3)", "not_null", ("channel",)),
)  # fmt: skip


ROW_COLUMNS = frozenset({"status"}.union(*(rule.columns for rule in ROW_RULES)))  # all the row rules look at


@dataclass(frozen=True)
class SetRule:
    """One figure of a side that must lie in [minimum, maximum]."""

    id: str
    strength: Strength
    meaning: str
    figure: str
    minimum: float | None = None
    maximum: float | None = None


def set_rules(parameters: RuleParameters) -> tuple[SetRule, ...]:
    """The rules about a side as a whole, with the bounds in force (`discrepancy-rules.md` §5, domain rules §9)."""
    shrink = parameters.max_shrink_pct
    return (
        SetRule("rows_present", "critical", "Ảnh chụp có ít nhất một hồ sơ", "rows", minimum=1),
        SetRule(
            "nothing_lost", "critical", "Đã đọc = đã dùng + bị loại + lặp lại", "unaccounted", minimum=0, maximum=0
        ),
        SetRule(
            "side_not_shrunken", "critical", "Số hồ sơ không hụt quá mức cho phép so với ảnh chụp đã chấp nhận",
            "shrink_pct", maximum=shrink,
        ),
        SetRule(
            "agency_not_shrunken", "critical", "Không cơ quan lớn nào hụt quá mức cho phép", "worst_agency_shrink_pct",
            maximum=shrink,
        ),
        SetRule("few_rejections", "warning", "Bản ghi bị loại dưới 1 %", "rejected_pct", maximum=1),
        SetRule("few_duplicates", "warning", "Mã hồ sơ trùng dưới 2 %", "duplicate_pct", maximum=2),
        SetRule("sides_alike", "warning", "Số hồ sơ hai bên không lệch quá 10 %", "of_other_side_pct", minimum=90),
    )  # fmt: skip
