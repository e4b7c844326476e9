"""The rules of `stage` in words: why a row was rejected, what a warning means (`discrepancy-rules` §4)."""

from __future__ import annotations

# In the order in which they are tried: a row is rejected by the first that holds.
REJECTIONS: dict[str, str] = {
    "row_shape": "Dòng không đúng cấu trúc: thừa hoặc thiếu ô, hoặc không phải một đối tượng JSON",
    "code_missing": "Không có mã hồ sơ",
    "code_malformed": "Mã hồ sơ không đúng dạng: dài quá 50 ký tự, không có chữ số hoặc có ký tự lạ",
    "status_invalid": "Trạng thái trống hoặc không ứng với trạng thái nào từ 1 đến 10",
    "date_invalid": "Ngày không đọc được",
    "received_in_future": "Ngày tiếp nhận sau thời điểm trích xuất",
    "finished_in_future": "Ngày kết thúc sau thời điểm trích xuất",
    "finished_before_received": "Ngày kết thúc trước ngày tiếp nhận",
}

WARNINGS: dict[str, str] = {
    "agency_missing": "Không có mã cơ quan",
    "agency_unknown": "Mã cơ quan không có trong bảng cơ quan",
    "channel_unknown": "Kênh thực hiện không đọc được",
    "code_withheld": "Một mã quá dài hoặc giống dữ liệu cá nhân nên không được giữ lại",
    "date_sentinel": "Ngày 01/01/0001 hoặc 01/01/1900 được coi là trống",
    "due_before_received": "Ngày hẹn trả trước ngày tiếp nhận",
    "finished_at_missing": "Đã xử lý xong hoặc đã trả nhưng không có ngày kết thúc xử lý",
    "finished_earlier_that_day": "Kết thúc sớm giờ hơn tiếp nhận trong cùng một ngày",
    "number_unreadable": "Một số không đọc được",
    "received_at_missing": "Đã tiếp nhận nhưng không có ngày tiếp nhận",
    "step_after_end": "Có bước xử lý sau ngày kết thúc; bước đó không được tính là bổ sung",
    "step_order": "Bước xử lý còn tiếp sau một bước kết thúc",
    "step_repeated": "Một bước xử lý được ghi nhiều lần, tính một lần",
    "supplement_backwards": "Bổ sung xong trước khi được yêu cầu, cặp ngày này không được dùng",
}
