"""What the engineer on duty reads about the catalogue DAG. Vietnamese; filled in per province."""

from __future__ import annotations

CATALOGUE = """
### Đối soát danh mục – {name} ({code})

Mỗi tuần một lần (và khi bấm chạy), so danh mục thủ tục hành chính, cơ quan, lĩnh vực và dịch vụ công trực tuyến của
Một cửa với Cổng DVCQG. Báo cáo: `{home}/reports/{code}/<ngày>/catalogue.html`. Không gửi thư cho cơ quan.

- **Danh mục bị hụt** (`ValidationFailed`): số thủ tục giảm quá mức cho phép so với lần được chấp nhận gần nhất;
  chưa mở, đóng gì cả. Nếu mức giảm là đúng, xác nhận rồi *Clear* `compare_catalogues`:

      doisoat confirm {label} <ngày> --catalogue --side portal --reason "vì sao" --by "họ tên người quyết định"

- **Đọc lại từ nguồn**: dời thư mục `{home}/landing/{code}/<ngày>/catalogue` đi nơi khác, rồi *Clear* `land_catalogues`.
- **Sửa bảng ánh xạ mã** (`procedure_crosswalk.csv`, `agency_crosswalk.csv`): *Clear* `compare_catalogues`,
  kèm Downstream.
- Các lỗi khác: xem văn bản của DAG `nightly_{label}`, mục 2.
"""

CATALOGUE_LABELS = {
    "land_catalogues": "Đọc danh mục hai bên",
    "compare_catalogues": "So sánh",
    "publish_catalogue": "Công bố",
}

CATALOGUE_HELP = {
    "land_catalogues": (
        "Đọc danh mục của Một cửa và của Cổng DVCQG. Danh mục đã đọc được giữ lại: chạy lại không hỏi nguồn lần nữa; "
        "đang đọc dở chi tiết thủ tục thì đọc tiếp."
    ),
    "compare_catalogues": (
        "Quy mã về mã quốc gia, so từng mục, ghi chênh lệch và vòng đời vào kho. "
        "Danh mục hụt quá mức thì dừng, chờ xác nhận."
    ),
    "publish_catalogue": (
        "Ghi catalogue.html, .xlsx, .csv, .json vào thư mục báo cáo của ngày. Chạy lại lúc nào cũng được."
    ),
}
