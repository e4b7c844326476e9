"""What people read about each kind: label, meaning, what to do, names of the subtypes. Text only, no behaviour.

Plain and polite Vietnamese. "Một cửa" is the province's system, "Cổng DVCQG" the National Public Service Portal.
"""

from __future__ import annotations

from doisoat.model import DiscrepancyKind as K

LABELS: dict[K, str] = {
    K.MISSING_ON_PORTAL: "Chưa đồng bộ lên DVCQG",
    K.MISSING_IN_SHOP: "Không có trên Một cửa",
    K.FINISHED_NOT_SYNCED: "Đã xong nhưng DVCQG còn xử lý",
    K.STATUS_LAG: "Chậm cập nhật trạng thái",
    K.STATUS_CONFLICT: "Lệch trạng thái",
    K.RECEIVED_AT_MISMATCH: "Lệch ngày tiếp nhận",
    K.DUE_AT_MISMATCH: "Lệch ngày hẹn trả",
    K.FINISHED_AT_MISMATCH: "Lệch ngày kết thúc",
    K.LATENESS_DISAGREEMENT: "Lệch đánh giá đúng hạn",
    K.CHANNEL_MISMATCH: "Lệch kênh nộp",
    K.PROCEDURE_UNMAPPED: "Mã TTHC chưa ánh xạ",
    K.PROCEDURE_MISMATCH: "Lệch mã TTHC",
    K.AGENCY_LEGACY_CODE: "Mã cơ quan cũ",
    K.AGENCY_MISMATCH: "Lệch mã cơ quan",
    K.DUPLICATE_IN_SHOP: "Trùng mã hồ sơ trên Một cửa",
    K.DUPLICATE_ON_PORTAL: "Trùng mã hồ sơ trên DVCQG",
    K.CODE_SUBSTITUTED: "Mã hồ sơ thay thế",
    K.RESULT_MISSING: "Thiếu kết quả điện tử",
    K.PAYMENT_MISMATCH: "Lệch thanh toán trực tuyến",
    K.STUCK: "Hồ sơ treo",
    K.LATE_INTAKE: "Chậm tiếp nhận",
    K.SECOND_SUPPLEMENT: "Bổ sung quá 01 lần",
    K.SECOND_EXTENSION: "Hẹn lại quá 01 lần",
    K.AGGREGATE_MISMATCH: "Lệch số liệu tổng hợp",
    K.CATALOGUE_MISMATCH: "Lệch danh mục TTHC / DVCTT",
}

MEANINGS: dict[K, str] = {
    K.MISSING_ON_PORTAL: "Hồ sơ đã tiếp nhận trên Một cửa, quá thời gian cho phép đồng bộ mà Cổng DVCQG vẫn chưa có.",
    K.MISSING_IN_SHOP: "Cổng DVCQG có hồ sơ của tỉnh nhưng Một cửa không có.",
    K.FINISHED_NOT_SYNCED: "Hồ sơ đã kết thúc trên Một cửa nhưng Cổng DVCQG vẫn hiển thị đang xử lý.",
    K.STATUS_LAG: "Trạng thái trên Cổng DVCQG chậm hơn trạng thái thực tế trên Một cửa.",
    K.STATUS_CONFLICT: "Hai hệ thống ghi hai trạng thái trái ngược nhau cho cùng một hồ sơ.",
    K.RECEIVED_AT_MISMATCH: "Ngày giờ tiếp nhận trên hai hệ thống khác nhau.",
    K.DUE_AT_MISMATCH: "Ngày hẹn trả kết quả trên hai hệ thống khác nhau.",
    K.FINISHED_AT_MISMATCH: "Ngày giờ kết thúc xử lý trên hai hệ thống khác nhau.",
    K.LATENESS_DISAGREEMENT: "Cùng một hồ sơ, nơi tính là đúng hạn, nơi tính là quá hạn.",
    K.CHANNEL_MISMATCH: "Hình thức nộp (trực tiếp, trực tuyến, bưu chính) trên hai hệ thống khác nhau.",
    K.PROCEDURE_UNMAPPED: "Mã thủ tục của hồ sơ để trống, không có trong danh mục quốc gia hoặc đã hết hiệu lực.",
    K.PROCEDURE_MISMATCH: "Hai hệ thống ghi hồ sơ thuộc hai thủ tục khác nhau.",
    K.AGENCY_LEGACY_CODE: "Hồ sơ ghi mã của cơ quan đã hết hiệu lực (sáp nhập, đổi mã) tại ngày tiếp nhận.",
    K.AGENCY_MISMATCH: "Hai hệ thống ghi hồ sơ thuộc hai cơ quan khác nhau.",
    K.DUPLICATE_IN_SHOP: "Một mã hồ sơ xuất hiện nhiều lần trên Một cửa.",
    K.DUPLICATE_ON_PORTAL: "Một mã hồ sơ xuất hiện nhiều lần trên Cổng DVCQG.",
    K.CODE_SUBSTITUTED: "Cùng một hồ sơ nhưng mang hai mã khác nhau trên hai hệ thống.",
    K.RESULT_MISSING: "Hồ sơ đã xong nhưng chưa có tệp kết quả điện tử, hoặc kết quả chưa lên Cổng DVCQG.",
    K.PAYMENT_MISMATCH: "Thông tin thanh toán trực tuyến hoặc số tiền trên hai hệ thống khác nhau.",
    K.STUCK: "Hồ sơ dừng quá lâu ở một bước: chờ bổ sung, chờ nộp tiền, hoặc quá hẹn đã nhiều ngày.",
    K.LATE_INTAKE: "Hồ sơ đã nộp quá 08 giờ làm việc mà chưa được tiếp nhận hoặc yêu cầu bổ sung.",
    K.SECOND_SUPPLEMENT: "Người dân bị yêu cầu bổ sung hồ sơ hơn 01 lần (trái Điều 11 Nghị định 118/2025/NĐ-CP).",
    K.SECOND_EXTENSION: "Hồ sơ được hẹn lại hơn 01 lần (trái Điều 19 Nghị định 118/2025/NĐ-CP).",
    K.AGGREGATE_MISMATCH: "Số liệu công bố trên Cổng DVCQG khác số liệu tính từ hồ sơ, vượt mức cho phép.",
    K.CATALOGUE_MISMATCH: "Thủ tục hoặc dịch vụ công trực tuyến chỉ có ở một bên, hoặc hai bên ghi khác nhau.",
}

ACTIONS: dict[K, str] = {
    K.MISSING_ON_PORTAL: (
        "Bộ phận kỹ thuật đang kiểm tra. Đề nghị đơn vị mở hồ sơ trên Một cửa, xem mã TTHC và mã cơ quan đã đủ chưa, "
        "rồi bấm “Đồng bộ lại” nếu có nút này."
    ),
    K.MISSING_IN_SHOP: (
        "Đề nghị tra mã hồ sơ trên Cổng DVCQG. Nếu là hồ sơ của đơn vị, bấm “Tiếp nhận từ Cổng DVCQG” trên Một cửa; "
        "nếu xử lý trên hệ thống của bộ, ngành, báo lại cho đầu mối kỹ thuật."
    ),
    K.FINISHED_NOT_SYNCED: (
        "Đề nghị mở hồ sơ trên Một cửa, kiểm tra ngày kết thúc, bấm “Kết thúc xử lý” hoặc “Trả kết quả” nếu bước này "
        "còn thiếu, rồi bấm “Đồng bộ lại”."
    ),
    K.STATUS_LAG: "Đề nghị mở hồ sơ trên Một cửa, kiểm tra bước xử lý hiện tại rồi bấm “Đồng bộ lại”.",
    K.STATUS_CONFLICT: (
        "Đề nghị đối chiếu hồ sơ giấy hoặc kết quả thực tế, sửa trạng thái trên Một cửa cho đúng (nếu sai) rồi bấm "
        "“Đồng bộ lại”."
    ),
    K.RECEIVED_AT_MISMATCH: (
        "Đề nghị kiểm tra ngày giờ trên Giấy tiếp nhận và hẹn trả; nếu Một cửa đúng, bấm “Đồng bộ lại”, nếu sai, sửa "
        "ngày tiếp nhận trên Một cửa."
    ),
    K.DUE_AT_MISMATCH: (
        "Đề nghị kiểm tra Giấy tiếp nhận và hẹn trả (hoặc phiếu hẹn lại), sửa “Ngày hẹn trả” trên Một cửa nếu sai, "
        "rồi bấm “Đồng bộ lại”."
    ),
    K.FINISHED_AT_MISMATCH: (
        "Đề nghị kiểm tra ngày ký kết quả, sửa “Ngày kết thúc xử lý” trên Một cửa nếu sai, rồi bấm “Đồng bộ lại”."
    ),
    K.LATENESS_DISAGREEMENT: (
        "Đề nghị xem lý do ghi bên cạnh (bổ sung, hẹn lại, ngày nghỉ, giờ trả), kiểm tra ngày hẹn trả và ngày kết thúc "
        "trên Một cửa, lưu giấy tờ làm căn cứ giải trình."
    ),
    K.CHANNEL_MISMATCH: "Đề nghị kiểm tra “Hình thức nộp” của hồ sơ trên Một cửa, sửa nếu sai rồi bấm “Đồng bộ lại”.",
    K.PROCEDURE_UNMAPPED: (
        "Bộ phận kỹ thuật đang kiểm tra. Đề nghị đơn vị chọn lại đúng thủ tục đang có hiệu lực cho hồ sơ trên Một cửa "
        "nếu mã TTHC để trống hoặc đã cũ."
    ),
    K.PROCEDURE_MISMATCH: "Đề nghị kiểm tra tên thủ tục, chọn lại đúng mã TTHC trên Một cửa rồi bấm “Đồng bộ lại”.",
    K.AGENCY_LEGACY_CODE: (
        "Đề nghị quản trị Một cửa đổi mã cơ quan cũ sang mã hiện hành trong danh mục đơn vị; "
        "hồ sơ mới không dùng mã cũ."
    ),
    K.AGENCY_MISMATCH: (
        "Đề nghị kiểm tra “Cơ quan xử lý” của hồ sơ trên Một cửa, chuyển đúng đơn vị nếu sai, rồi bấm “Đồng bộ lại”."
    ),
    K.DUPLICATE_IN_SHOP: (
        "Đề nghị tra mã hồ sơ trên Một cửa, giữ bản ghi đúng và đề nghị quản trị hệ thống hủy bản ghi trùng."
    ),
    K.DUPLICATE_ON_PORTAL: (
        "Đề nghị báo đầu mối kỹ thuật gửi yêu cầu hủy bản ghi trùng trên Cổng DVCQG, kèm mã hồ sơ."
    ),
    K.CODE_SUBSTITUTED: (
        "Bộ phận kỹ thuật đang kiểm tra. Đơn vị chưa phải làm gì; khi tra cứu cho người dân, đề nghị dùng cả hai mã."
    ),
    K.RESULT_MISSING: (
        "Đề nghị mở hồ sơ trên Một cửa, vào mục “Kết quả”, tải tệp kết quả đã ký số lên rồi bấm “Đồng bộ lại”."
    ),
    K.PAYMENT_MISMATCH: (
        "Đề nghị đối chiếu biên lai thanh toán, sửa mục “Phí, lệ phí” trên Một cửa nếu sai, rồi bấm “Đồng bộ lại”."
    ),
    K.STUCK: (
        "Đề nghị liên hệ người nộp. Nếu quá hạn bổ sung, đóng hồ sơ trên Một cửa theo Điều 19 Nghị định "
        "118/2025/NĐ-CP; nếu đã xong, bấm “Kết thúc xử lý”; nếu chậm, gửi thư xin lỗi và hẹn lại."
    ),
    K.LATE_INTAKE: "Đề nghị mở mục “Hồ sơ chờ tiếp nhận” trên Một cửa, bấm “Tiếp nhận” hoặc “Yêu cầu bổ sung” ngay.",
    K.SECOND_SUPPLEMENT: (
        "Đề nghị rà soát lý do yêu cầu bổ sung lần thứ hai, giải trình và không yêu cầu thêm; "
        "ghi nhận vào báo cáo của đơn vị."
    ),
    K.SECOND_EXTENSION: (
        "Đề nghị trả kết quả sớm nhất có thể, giải trình lý do hẹn lại lần thứ hai và không hẹn lại thêm."
    ),
    K.AGGREGATE_MISMATCH: (
        "Đề nghị xử lý trước các hồ sơ chưa đồng bộ hoặc lệch của kỳ; nếu số vẫn lệch, gửi đầu mối kiểm soát TTHC của "
        "tỉnh để đối chiếu với Cổng DVCQG."
    ),
    K.CATALOGUE_MISMATCH: (
        "Đề nghị đầu mối kiểm soát TTHC cập nhật danh mục trên Một cửa theo Cơ sở dữ liệu quốc gia về TTHC."
    ),
}

_DATES = {
    "": "",
    "absent": "một bên để trống",
    "timezone_7h": "lệch đúng 7 giờ (múi giờ)",
    "clock_12h": "lệch đúng 12 giờ (sáng/chiều)",
}
_DUPLICATES = {
    "identical": "các bản ghi giống hệt nhau",
    "conflicting_status": "các bản ghi khác trạng thái",
    "differing": "các bản ghi khác nội dung",
}

SUBTYPE_LABELS: dict[K, dict[str, str]] = {
    K.MISSING_ON_PORTAL: {"": ""},
    K.MISSING_IN_SHOP: {"": ""},
    K.FINISHED_NOT_SYNCED: {"": "", "false_overdue": "bị tính quá hạn oan"},
    K.STATUS_LAG: {
        "": "",
        "cycle": "xử lý – bổ sung – nộp tiền luân phiên",
        "refusal_not_synced": "từ chối tiếp nhận chưa đồng bộ",
    },
    K.STATUS_CONFLICT: {
        "swapped_3_8": "nhầm “Không được tiếp nhận” và “Dừng xử lý”",
        "swapped_1_2": "nhầm “Mới đăng ký” và “Được tiếp nhận”",
        "masked_as_9": "DVCQG ghi “Đã xử lý xong” khi chưa xong",
        "return_not_synced": "đã trả kết quả nhưng DVCQG chưa ghi",
        "portal_ahead": "DVCQG đi trước Một cửa",
        "different_end": "hai cách kết thúc khác nhau",
    },
    K.RECEIVED_AT_MISMATCH: _DATES,
    K.DUE_AT_MISMATCH: _DATES,
    K.FINISHED_AT_MISMATCH: _DATES,
    K.LATENESS_DISAGREEMENT: {
        "second_supplement": "bổ sung quá 01 lần",
        "second_extension": "hẹn lại quá 01 lần",
        "open_supplement": "đang chờ bổ sung",
        "supplement_reset": "tính lại hạn sau khi bổ sung",
        "no_due_date": "không có ngày hẹn trả",
        "due_on_day_off": "ngày hẹn trả là ngày nghỉ",
        "same_day_time": "cùng ngày, lệch giờ",
        "other": "lý do khác",
    },
    K.CHANNEL_MISMATCH: {"": ""},
    K.PROCEDURE_UNMAPPED: {
        "blank": "để trống",
        "unknown": "không có trong danh mục",
        "retired": "đã hết hiệu lực",
    },
    K.PROCEDURE_MISMATCH: {"": ""},
    K.AGENCY_LEGACY_CODE: {"": ""},
    K.AGENCY_MISMATCH: {
        "": "",
        "unknown_agency": "mã không có trong danh mục cơ quan",
        "parent": "đơn vị trực thuộc và cơ quan cấp trên",
    },
    K.DUPLICATE_IN_SHOP: _DUPLICATES,
    K.DUPLICATE_ON_PORTAL: _DUPLICATES,
    K.CODE_SUBSTITUTED: {
        "national_code": "theo mã hồ sơ quốc gia",
        "alternative_code": "theo mã hồ sơ khác",
        "unit_code": "theo mã hồ sơ của đơn vị",
    },
    K.RESULT_MISSING: {
        "not_digitised": "chưa có tệp kết quả trên Một cửa",
        "not_synced": "có trên Một cửa, chưa lên DVCQG",
    },
    K.PAYMENT_MISMATCH: {"flag": "bên ghi đã nộp, bên ghi chưa", "amount": "khác số tiền"},
    K.STUCK: {
        "supplement": "chờ bổ sung quá 15 ngày",
        "payment": "chờ nộp tiền quá 15 ngày",
        "processing": "quá ngày hẹn trả hơn 30 ngày",
    },
    K.LATE_INTAKE: {"": ""},
    K.SECOND_SUPPLEMENT: {"": ""},
    K.SECOND_EXTENSION: {"": ""},
    K.AGGREGATE_MISMATCH: {
        "received": "số hồ sơ phải xử lý trong kỳ",
        "on_time": "số đúng hạn",
        "overdue": "số quá hạn",
        "synced": "số đã đồng bộ",
        "online": "số nộp trực tuyến",
        "paid_online": "số thanh toán trực tuyến",
    },
    K.CATALOGUE_MISMATCH: {
        "only_in_shop": "chỉ có trên Một cửa",
        "only_on_portal": "chỉ có trên DVCQG",
        "attribute": "khác thông tin",
        "expired_in_use": "đã hết hiệu lực nhưng còn dùng",
        "unmapped_code": "mã chưa ánh xạ",
    },
}
