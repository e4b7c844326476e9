"""What the engineer on duty reads about the inspection DAG. Vietnamese; filled in per province."""

from __future__ import annotations

INSPECTION = """
### Sổ theo dõi kiểm tra – {name} ({code})

Mỗi sáng, sau các đêm đối soát: kiểm chứng các phát hiện của sổ bằng đêm gần nhất và ghi trang tổng hợp
`{home}/inspections/{code}/index.html`. Đêm nào chạy xong cũng đã tự kiểm chứng; DAG này để chắc chắn và để có
trang mới.

- **Đêm gần nhất chỉ đọc được một phần**: không phát hiện nào đổi trạng thái, task vẫn xanh và nói rõ. Chờ một đêm
  đầy đủ.
- **Ghi văn bản, mở cuộc kiểm tra**: trên máy chủ, `doisoat inspection --help`.
- **Phát hiện mở lại**: chênh lệch đã hết nay xuất hiện lại; không phải lỗi của chương trình. Xem:

      doisoat inspection show {label} <mã cuộc kiểm tra>

- Các lỗi khác: xem văn bản của DAG `nightly_{label}`, mục 2.
"""

INSPECTION_LABELS = {
    "verify_findings": "Kiểm chứng khắc phục",
    "publish_register": "Ghi trang tổng hợp",
}

INSPECTION_HELP = {
    "verify_findings": (
        "Đổi trạng thái phát hiện theo đêm gần nhất: đã kiểm chứng, quá hạn, mở lại. Đêm một phần không chứng minh "
        "được gì. Chạy lại không đổi thêm gì."
    ),
    "publish_register": "Ghi trang tổng hợp của sổ. Chạy lại lúc nào cũng được.",
}
