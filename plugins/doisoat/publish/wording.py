"""Vietnamese names of rules, clocks and parameters for the report; numbers and dates in their local form.

Wording only. The names of kinds and subtypes belong to `rules.kinds`, those of values to `store.work_items`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from doisoat.model import Side
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.ranking import Lag
from doisoat.rules.text import number, signed
from doisoat.store.work_items import day

if TYPE_CHECKING:
    from doisoat.publish.report import Reading

REJECTIONS = {
    "row_shape": "Dòng dữ liệu bị vỡ cấu trúc",
    "code_missing": "Thiếu mã hồ sơ",
    "code_malformed": "Mã hồ sơ sai định dạng",
    "status_invalid": "Trạng thái không hợp lệ",
    "date_invalid": "Ngày giờ không hợp lệ",
    "received_in_future": "Ngày tiếp nhận ở tương lai",
    "finished_in_future": "Ngày kết thúc ở tương lai",
    "finished_before_received": "Kết thúc trước khi tiếp nhận",
}

WARNINGS = {
    "agency_missing": "Không có mã cơ quan",
    "agency_unknown": "Mã cơ quan không có trong danh mục",
    "channel_unknown": "Kênh nộp không đọc được",
    "code_withheld": "Một mã quá dài hoặc giống dữ liệu cá nhân nên không được giữ lại",
    "date_sentinel": "Ngày giữ chỗ (01/01/0001, 01/01/1900) coi như trống",
    "due_before_received": "Ngày hẹn trả trước ngày tiếp nhận",
    "finished_at_missing": "Đã xong nhưng không có ngày kết thúc",
    "finished_earlier_that_day": "Kết thúc sớm giờ hơn tiếp nhận trong cùng ngày",
    "number_unreadable": "Con số không đọc được",
    "received_at_missing": "Đã vào xử lý nhưng không có ngày tiếp nhận",
    "step_after_end": "Có bước xử lý sau ngày kết thúc (không tính là bổ sung)",
    "step_order": "Bước xử lý còn tiếp sau một bước kết thúc",
    "step_repeated": "Một bước xử lý được ghi nhiều lần (tính một lần)",
    "supplement_backwards": "Bổ sung xong trước khi được yêu cầu",
}

CLOCKS = {
    "luat": (
        "Theo luật",
        "Nghị định 118/2025: sau một lần bổ sung, thời hạn tính lại từ đầu; hết hạn vào cuối ngày; "
        "hẹn lại không quá một lần.",
    ),
    "dvcqg": (
        "Theo Cổng DVCQG",
        "Công thức của Cổng: so với ngày hẹn trả đã đồng bộ, trừ thời gian chờ bổ sung; "
        "yêu cầu bổ sung quá một lần bị tính quá hạn.",
    ),
    "mot_cua": (
        "Theo Một cửa",
        "Cách tính của phần mềm tỉnh: so ngày kết thúc với ngày hẹn trả; chờ bổ sung thì chưa tính.",
    ),
}

PARAMETERS = {
    "sync_allowance_hours": "Thời gian cho phép đồng bộ (giờ làm việc)",
    "received_at_tolerance_s": "Dung sai ngày tiếp nhận (giây)",
    "finished_at_tolerance_s": "Dung sai ngày kết thúc (giây)",
    "due_at_tolerance_days": "Dung sai ngày hẹn trả (ngày)",
    "shift_signature_tolerance_s": "Dung sai nhận dạng lệch 7 giờ, 12 giờ (giây)",
    "portal_granularity": "Cổng DVCQG so hạn đến",
    "portal_second_supplement": "Cổng DVCQG tính quá hạn khi bổ sung lần hai",
    "province_pauses_payment": "Một cửa dừng đồng hồ khi chờ nộp phí",
    "law_supplement": "Sau bổ sung, đồng hồ theo luật",
    "late_reception_from": "Tiếp nhận sau giờ này tính từ ngày làm việc kế tiếp (TTHC có quy định)",
    "future_tolerance_hours": "Ngày giờ được phép vượt giờ đọc (giờ)",
    "max_extraction_skew_minutes": "Hai bên đọc cách nhau nhiều nhất (phút)",
    "scope_from": "Đối soát hồ sơ tiếp nhận từ ngày",
    "recheck_budget": "Số lần tra cứu lại mỗi bên mỗi đêm",
    "stuck_days": "Chờ bổ sung hoặc chờ nộp phí quá (ngày) thì coi là treo",
    "stuck_past_due_days": "Quá hẹn trả (ngày) thì coi là treo",
    "late_intake_hours": "Tiếp nhận chậm nhất sau (giờ làm việc)",
    "max_supplements": "Số lần yêu cầu bổ sung cho phép",
    "max_extensions": "Số lần hẹn lại cho phép",
    "working_hours": "Giờ làm việc",
    "holiday_24_11": "Ngày 24/11 là ngày nghỉ",
    "swap_2026_01": "Nghỉ 02/01/2026, làm bù 10/01/2026",
    "tet_2027": "Lịch nghỉ Tết 2027",
    "national_day_2027": "Ngày nghỉ thêm dịp Quốc khánh 2027",
    "midnight_is_day": "Giờ 00:00:00 nghĩa là chỉ có ngày",
    "dashes_as_hyphen": "Các loại gạch ngang trong mã là một",
    "unattributable_limit": "Tỷ lệ bản ghi không rõ mã được phép",
    "aggregate_tolerance_abs": "Dung sai số liệu tổng hợp (hồ sơ)",
    "aggregate_tolerance_pct": "Dung sai số liệu tổng hợp (%)",
    "allow_partial": "Đi tiếp khi một bên đọc chưa hết",
    "max_shrink_pct": "Số hồ sơ được phép giảm so với lần trước (%)",
    "shrink_min_agency_rows": "Xét mức giảm với cơ quan có từ (hồ sơ)",
    "remedy_working_days": "Thời hạn xử lý (ngày làm việc)",
    "alert_threshold": "Ngưỡng số chênh lệch còn mở",
}

# What a parameter that is a word is called.
VALUES = {
    "second": "giây",
    "day": "ngày",
    "any": "mọi lúc",
    "open": "khi đang chờ",
    "reset": "tính lại từ đầu",
    "pause": "chỉ trừ thời gian chờ",
    "library": "theo thư viện holidays (dự đoán)",
    "option_1": "phương án 1",
    "option_2": "phương án 2",
    "day_before": "ngày liền trước",
    "day_after": "ngày liền sau",
}

# Stem of a published figure -> what it is about; its part follows.
FIGURES = {
    "progress": "Tiến độ giải quyết",
    "progress_total": "Tiến độ giải quyết",
    "transparency": "Công khai, minh bạch",
    "publish_on_time": "Công bố đúng hạn",
    "public_update_on_time": "Cập nhật, công khai đúng hạn",
    "public_content_full": "Công khai đầy đủ nội dung",
    "dossier_sync": "Hồ sơ đồng bộ lên Cổng DVCQG",
    "online_provision": "Cung cấp dịch vụ trực tuyến",
    "payment": "Thanh toán trực tuyến",
    "digitized": "Số hóa hồ sơ",
    "original_result_available": "Cấp kết quả điện tử",
    "so_hoa_giay_to_giai_quyet": "Số hóa hồ sơ, giấy tờ",
    "reused_digitized_data": "Tái sử dụng dữ liệu số hóa",
    "synced_personal_storage": "Kết nối kho dữ liệu cá nhân",
    "citizen_data_connected_dossier": "Hồ sơ dùng dữ liệu dân cư",
    "citizen_data_connected_formality": "TTHC kết nối dữ liệu dân cư",
    "satisfaction": "Mức độ hài lòng",
    "dossier_receiving_satisfaction": "Hài lòng khi tiếp nhận, giải quyết",
    "petition_processing_on_time": "Phản ánh, kiến nghị đúng hạn",
    "petition_handling_satisfaction": "Hài lòng về xử lý phản ánh, kiến nghị",
    "overall": "Điểm tổng hợp",
    "channel": "Hồ sơ theo kênh",
    "total": "Tổng số",
}
FIGURE_PARTS = {
    "num": "tử số",
    "den": "mẫu số",
    "score": "điểm",
    "ratio": "tỷ lệ",
    "received": "phải xử lý trong kỳ",
    "on_time": "đúng hạn",
    "overdue": "quá hạn",
    "dossier_online_success": "hồ sơ đã thanh toán",
    "dossier_financial_obligation": "hồ sơ phải thanh toán",
    "online": "trực tuyến",
    "total": "tổng số",
    "petitions": "phản ánh, kiến nghị",
    "dossiers": "hồ sơ",
}

SEVERITY_ORDER = ("high", "medium", "low")


def side_label(side: str | None) -> str:
    """Name of a side; both when none is named."""
    return "Cả hai bên" if side is None else Side(side).label


def how_read(reading: Reading) -> str:
    """How much of a side was read tonight, in one clause; empty where that needs no word."""
    if reading.base is not None and reading.full_on is not None:
        read, stands = number(reading.read), number(reading.carried_over)
        nights = f"tiếp nối đêm {day(reading.base)}, lần đọc toàn bộ gần nhất {day(reading.full_on)}"
        return (
            f"đêm nay đọc {read} bản ghi mới hoặc có thay đổi, giữ nguyên {stands} bản ghi từ các đêm trước ({nights})"
        )
    return f"đêm nay đọc toàn bộ: {reading.why_full}" if reading.why_full else ""


def kind_text(kind: str | None) -> str:
    """Label of a kind; "Mọi loại" when none is named, the code itself when it is not ours."""
    named = {one.value: info.label for one, info in KIND_INFO.items()}
    return "Mọi loại" if kind is None else named.get(kind, kind)


def rule_label(rule: str, reason: str | None = None) -> str:
    """Name of a rejection or warning rule; else the reason recorded with it, else its id."""
    return REJECTIONS.get(rule) or WARNINGS.get(rule) or reason or rule


def figure_label(figure: str) -> str:
    """What a published figure is called; its own name where none is known.

    >>> figure_label("dossier_sync_num"), figure_label("progress_total_received")
    ('Hồ sơ đồng bộ lên Cổng DVCQG: tử số', 'Tiến độ giải quyết: phải xử lý trong kỳ')
    """
    for part, words in FIGURE_PARTS.items():
        if (stem := figure.removesuffix(f"_{part}")) != figure and stem in FIGURES:
            return f"{FIGURES[stem]}: {words}"
    return figure


def points_text(value: Decimal | float | None) -> str:
    """Points, or a share, with two decimals.

    >>> points_text(Decimal("17.279999")), points_text(None)
    ('17,28', '–')
    """
    return "–" if value is None else number(float(value), 2)


def signed_text(value: Decimal | None) -> str:
    """A difference in points with its sign.

    >>> signed_text(Decimal("0.456")), signed_text(None)
    ('+0,46', '–')
    """
    return "–" if value is None else signed(float(value))


def lowered(text: str) -> str:
    """A label inside a sentence: small first letter, unless it is an abbreviation.

    >>> lowered("Lệch trạng thái"), lowered("DVCQG tính khác")
    ('lệch trạng thái', 'DVCQG tính khác')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def lag_text(lag: Lag | None) -> str:
    """How long until discrepancies are put right, in a few words.

    >>> lag_text(Lag(2, None, 3, 4, 17)), lag_text(Lag(None, None, 0, 4, 17)), lag_text(None)
    ('một nửa trong 2 ngày; còn 4 việc mở, lâu nhất 17 ngày', 'còn 4 việc mở, lâu nhất 17 ngày', '–')
    """
    if lag is None:
        return "–"
    parts = [
        f"{name} trong {number(days)} ngày"
        for name, days in (("một nửa", lag.half), ("9/10", lag.most))
        if days is not None
    ]
    if lag.still_open:
        parts.append(f"còn {number(lag.still_open)} việc mở, lâu nhất {number(lag.oldest)} ngày")
    return "; ".join(parts)


def capitalised(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


LIVES = {
    "reopened": "Lệch trở lại trong đêm",
    "expired": "Hết hạn chấp nhận, mở lại để xử lý",
    "acknowledged": "Đã có người nhận xử lý",
    "accepted": "Được chấp nhận có thời hạn, chưa tính cho đơn vị",
    "superseded": "Nay được nêu ở loại chênh lệch khác",
    "gone": "Hồ sơ không còn ở cả hai bên",
    "left_scope": "Ra ngoài phạm vi đối soát",
}


def life_counts(assessed: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """(label, number) of what became of discrepancies tonight, beside opening and resolving; none is left out."""
    return tuple((label, int(assessed[name])) for name, label in LIVES.items() if assessed.get(name))


def parameter_text(value: Any) -> str:
    """A parameter's value as people read it.

    >>> parameter_text([["07:30:00", "11:30:00"]])
    '07:30–11:30'
    >>> parameter_text("15:00:00")
    '15:00'
    """
    if value is None:
        return "mặc định"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(f"{begin[:5]}–{end[:5]}" for begin, end in value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return VALUES.get(value, str(value).removesuffix(":00"))
