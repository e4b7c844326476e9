"""What the engineer on duty reads inside Airflow: the DAG's text and one text per stage, in Vietnamese."""

from __future__ import annotations

NIGHTLY = """
### Đối soát hằng đêm – {name} ({code})

Đọc hồ sơ từ **Một cửa** và **Cổng DVCQG**, so từng hồ sơ, công bố báo cáo chênh lệch và gửi thư nhắc từng cơ quan.
Mỗi tác vụ là một chặng; giữa các chặng chỉ có khóa chạy (tỉnh, ngày). Chạy lại chặng nào cũng được: kết quả như cũ, không gửi thư lần hai.

| Tác vụ đỏ | Thường là | Việc cần làm |
|---|---|---|
| `land_shop`, `land_portal` | nguồn không trả lời hoặc từ chối | nguồn hỏng tạm thời: Airflow tự thử lại; bị từ chối (401/403): sửa tài khoản rồi *Clear* tác vụ |
| `stage` | không đọc được bản ghi nào | xem `manifest.json` trong `var/landing/{code}/<ngày>/` |
| `validate` | dữ liệu bị hụt hoặc sai hợp đồng | xem tên kỳ vọng trong nhật ký và Data Docs; nếu số hồ sơ giảm là đúng: `doisoat confirm {label} <ngày> --side shop --reason "…" --by "…"` rồi *Clear* `validate` |
| `reconcile`, `recheck`, `assess` | lỗi chương trình hoặc thiếu bộ nhớ | đọc dòng cuối nhật ký; *Clear* tác vụ sau khi sửa |
| `publish` | ổ đĩa đầy | dọn chỗ, *Clear* tác vụ |
| `alert` | máy chủ thư từ chối | thư chưa gửi sẽ gửi khi chạy lại; thư đã gửi không gửi nữa |

Chạy lại một ngày: *Trigger* với `business_date`, hoặc `airflow backfill create --dag-id nightly_{label} --from-date … --to-date …`.
Báo cáo: `var/reports/{code}/<ngày>/report.html`.
"""

STAGE_HELP: dict[str, str] = {
    "land_shop": "Đọc hồ sơ từ hệ thống Một cửa, bỏ dữ liệu cá nhân trước khi ghi. Đã đọc xong thì không đọc lại.",
    "land_portal": "Đọc hồ sơ phía Cổng DVCQG (tệp kết xuất, hoặc tra cứu từng mã lấy từ Một cửa).",
    "stage": "Hiểu từng giá trị: mã, trạng thái 1..10, thời điểm; bản ghi không đọc được bị loại kèm lý do.",
    "validate": "Great Expectations xét hai ảnh chụp; kỳ vọng nghiêm trọng hỏng thì đêm dừng ở đây.",
    "reconcile": "So hai bên, từng hồ sơ, từng loại chênh lệch.",
    "recheck": "Tra cứu lại các chênh lệch mới trước khi báo cho ai.",
    "assess": "Tuổi, thứ tự, số liệu theo cơ quan; ghi kho dữ liệu.",
    "publish": "Báo cáo HTML, XLSX, CSV, JSON.",
    "alert": "Mỗi cơ quan có việc cần làm nhận một thư, đúng một lần.",
}
