"""What the engineer on duty reads about the DAG of the statutory forms. Vietnamese; filled in per province."""

from __future__ import annotations

PERIOD = """
### Biểu báo cáo giải quyết TTHC – {name} ({code})

03:00 ngày 15 hằng tháng, sau đêm 14 (ngày chốt số liệu), lập Biểu 07a của từng cơ quan và Biểu 07b của tỉnh
(TT 09/2026/TT-BTP; kỳ kết thúc trước 01/8/2026: II.06a, II.06b) cho mọi kỳ vừa kết thúc: tháng, và khi đến hạn quý,
6 tháng, năm. Kết quả: `{home}/periods/{code}/<kỳ>/` (`07b.pdf`, `07b.xlsx`, `07a/<mã cơ quan>.pdf`,
`comparison.xlsx`, `period.json`). Cơ quan gửi tỉnh trước ngày 20, tỉnh gửi Bộ Tư pháp trước ngày 23.

- **Chạy lại**: *Clear* task; cùng một đêm cho ra đúng từng byte như cũ. Muốn lấy đêm khác: *Trigger* với
  `business_date`.
- **Kỳ khác**: *Trigger* với `period` (`2026-08`, `2026-Q3`, `2026-H1`, `2026`); theo tháng dương lịch thì bật
  `calendar`. Trên máy chủ: `doisoat period {label} 2026-08`.
- **`compute_period` chờ đêm** (`ConfigError`, "was not compared"): đêm 14 chưa xong. Task tự thử lại khoảng hai giờ;
  xử lý DAG `nightly_{label}` trước, rồi *Clear*.
- **`check_period` dừng** (`ValidationFailed`): số cộng không khớp, thông báo nêu biểu, dòng, cột và hai con số; chưa
  ghi biểu nào. Đó là lỗi của chương trình hoặc số liệu trung gian bị sửa: *Clear* `compute_period`, kèm Downstream;
  còn lỗi thì báo kỹ thuật.
- **CHƯA KHỚP KỲ TRƯỚC** trên biểu: cột "Từ kỳ trước" khác số đang giải quyết của biểu kỳ trước đã lập. Biểu vẫn được
  ghi và nêu mã hồ sơ; đủ danh sách ở trang "Kỳ trước chuyển sang" của `comparison.xlsx`.
- **SỐ LIỆU TẠM TÍNH**, **DỮ LIỆU CHƯA ĐẦY ĐỦ** trên biểu: kỳ chưa kết thúc, hoặc đêm ấy chỉ đọc được một phần. Không
  gửi biểu đó đi; lập lại từ một đêm đầy đủ.
- **`periods_due` bị bỏ qua** (skipped): không có kỳ nào vừa kết thúc; nhật ký của task nói rõ.
- Các lỗi khác: xem văn bản của DAG `nightly_{label}`, mục 2.
"""

DUE_LABEL = "Kỳ vừa kết thúc"
DUE_HELP = "Các kỳ báo cáo vừa kết thúc tính đến đêm liền trước, hoặc kỳ được yêu cầu. Không có kỳ nào thì bỏ qua."

PERIOD_LABELS = {
    "compute_period": "Đếm hồ sơ",
    "check_period": "Kiểm tra số liệu",
    "publish_period": "Ghi biểu",
}

PERIOD_HELP = {
    "compute_period": (
        "Đếm hồ sơ của kỳ ở cả hai bên, như chúng đứng vào cuối kỳ, từ số liệu của một đêm đã đối soát. "
        "Đêm ấy chưa xong thì chờ."
    ),
    "check_period": (
        "Kiểm tra các công thức của biểu và số chuyển từ kỳ trước. Số cộng không khớp thì dừng, không ghi biểu nào."
    ),
    "publish_period": "Ghi biểu (XLSX, PDF), bảng đối chiếu và period.json. Chạy lại lúc nào cũng được.",
}
