"""What the engineer on duty reads: the DAG's text, one text per stage, the mail about a failed night. Vietnamese.

`{label}`, `{code}`, `{name}` and `{home}` are filled in per province; what is in the mails is Jinja, filled by Airflow.
"""

from __future__ import annotations

NIGHTLY = """
### Đối soát hằng đêm – {name} ({code})

Đọc hồ sơ từ **Một cửa** và **Cổng DVCQG**, so từng hồ sơ, công bố báo cáo chênh lệch, gửi thư nhắc từng cơ quan.
Mỗi ô là một chặng, mỗi chặng một tiến trình; giữa các chặng chỉ có khóa chạy (tỉnh, ngày).
**Chạy lại chặng nào cũng được:** cùng dữ liệu đầu vào thì cùng kết quả, và không thư nào đi hai lần.

#### 1. Đêm hỏng: xem gì trước
1. Ô **đỏ** đầu tiên từ trên xuống là chỗ hỏng. Các ô sau nó (`upstream_failed`) không hỏng, chỉ chưa được chạy.
2. Bấm ô đỏ → **Logs**: dòng `Task failed with exception` có tên lỗi và việc cần làm. Ô xanh có một dòng bắt đầu
   bằng `{code}/<ngày>`, cho biết chặng ấy đã đọc, loại, so được bao nhiêu.
3. Ô **vàng** (`up_for_retry`): lỗi tạm thời, Airflow tự thử lại ba lần sau 5, 10 và 20 phút. Chưa cần làm gì.
4. Sửa xong: chọn ô đỏ → **Clear task**, giữ **Downstream** để các chặng sau chạy theo.

#### 2. Theo tên lỗi
- `SourceUnavailable` – nguồn không trả lời (quá giờ, 5xx, 429), đã hết lượt thử. Khi nguồn sống lại, *Clear* ô đỏ;
  trang nào đọc xong rồi thì không hỏi lại.
- `SourceRefused` – nguồn từ chối (401, 403, 404): sai tài khoản, mật khẩu, địa chỉ hoặc bị tường lửa chặn. Không tự
  thử lại, để khỏi bị khóa tài khoản. Sửa biến môi trường nêu trong `{label}.yaml`, khởi động lại Airflow, *Clear*.
- `NotThere` – địa chỉ không có ở nguồn (404): sửa `base_url` (hoặc `url`, đường dẫn) trong `{label}.yaml`, *Clear*.
- `HtmlAnswer` – nguồn trả trang HTML thay cho dữ liệu: tường lửa hoặc trang đăng nhập chắn giữa. Mở địa chỉ ấy từ máy
  này bằng trình duyệt để xem, nhờ đơn vị vận hành cho máy này đi qua.
- `SourceContractBroken` – nguồn trả lời sai cấu trúc đã thỏa thuận: báo nhà cung cấp, kèm dòng lỗi.
- `AccountRefused`, `QueryRefused` – cơ sở dữ liệu từ chối tài khoản, hoặc không có bảng, cột trong câu truy vấn: sửa biến môi
  trường hoặc mục `sql` trong `{label}.yaml`, *Clear*.
- `IncompleteLanding` – một bên không đọc được đến cùng và không được phép chạy một phần. *Clear* ô `land_…` của bên ấy.
- `ValidationFailed` – dữ liệu sai hợp đồng hoặc bị hụt; **chưa mở, đóng, gửi gì cả**. Xem mục 4.
- `ConfigError` – thông báo nêu tệp, dòng, khóa. Nếu nói về đồng hồ của nguồn (`the source's clock says …`): nguồn trực
  tuyến chỉ biết hiện tại, không kể lại được ngày cũ; xem mục 5.
- `MailNotAccepted` – máy chủ thư hoãn hoặc mất kết nối. *Clear* `alert`: chỉ thư chưa đi mới được gửi.
- `WarehouseBusy` – kho dữ liệu bị khóa hoặc không tới được: kiểm tra PostgreSQL, *Clear* ô đỏ.
- `MigrationNeeded` – chạy `doisoat migrate`, rồi *Clear*.
- `DamagedSnapshot` – một tệp trong `snapshots/` hỏng hoặc do phiên bản khác ghi: *Clear* `stage` của đêm ấy.
- `EngineUnavailable` – cụm Spark (`DOISOAT_SPARK_URL`) không trả lời: kiểm tra cụm, *Clear* ô đỏ; hoặc bỏ
  `DOISOAT_ENGINE` để so trên chính máy này, kết quả như nhau.
- `OutOfSpace` – thiếu bộ nhớ hoặc đầy đĩa; thông báo nêu thư mục hoặc thiết lập cần tăng. Làm xong, *Clear* ô đỏ.
- `NullKey`, hoặc tên lỗi không có ở đây – lỗi chương trình: giữ nguyên các thư mục ở mục 6, báo nhóm phát triển.
- `Process terminated by signal` – tiến trình bị dừng đột ngột, thường vì thiếu bộ nhớ: giảm `DOISOAT_MEMORY_LIMIT`.

#### 3. *Clear* ô nào
Luôn kèm **Downstream**.

| Vừa sửa gì | *Clear* từ |
|---|---|
| không sửa gì, chỉ lỗi tạm thời | ô đỏ |
| tệp tỉnh, quy tắc, danh mục cơ quan, thủ tục, ngày nghỉ | `stage` |
| danh bạ hộp thư | `alert` |
| xác nhận số hồ sơ giảm (mục 4) | `validate` |
| xóa hoặc làm hỏng báo cáo | `publish` |
| nguồn đã sửa dữ liệu, phải đọc lại | dời thư mục `landing` của ngày ấy (mục 6) đi nơi khác, rồi `land_shop` |
| chỉ tra cứu lại hỏng nhiều, phải hỏi lại | dời thư mục `recheck` của ngày ấy (mục 6) đi nơi khác, rồi `recheck` |

Dữ liệu đã đọc được giữ lại: *Clear* `land_shop` mà không dời thư mục thì chỉ dùng lại bản cũ, không đọc lại.

#### 4. Một bên bị hụt hồ sơ (`side_not_shrunken`, `agency_not_shrunken`)
Số hồ sơ giảm quá mức cho phép so với ảnh chụp gần nhất đã chấp nhận. Thường là nguồn đọc thiếu: đọc lại (mục 3).
Chỉ khi cơ quan chủ quản nói mức giảm **là đúng** (sáp nhập, xóa hàng loạt), xác nhận rồi *Clear* `validate`:

    doisoat confirm {label} <ngày> --side shop --reason "vì sao" --by "họ tên người quyết định"

`--side shop` là Một cửa, `--side portal` là DVCQG. Lời xác nhận được lưu cùng tên người.

#### 5. Chạy lại một ngày, chạy bù nhiều ngày
- Một ngày: **Trigger**, đặt `business_date`. Nguồn là tệp kết xuất, hoặc ngày ấy đã đọc rồi: chạy lúc nào cũng được.
  Nguồn trực tuyến chưa đọc ngày ấy: chỉ khi chấp nhận đọc muộn mới đặt `late` (báo cáo ghi rõ là đọc muộn).
- Nhiều ngày: đêm 01:00 ngày D+1 đối soát ngày D, nên bù các ngày 3 và 4/9 là các đêm 4 và 5/9:

      airflow backfill create --dag-id nightly_{label} --max-active-runs 1 --from-date 2026-09-04T01:00:00+07:00 --to-date 2026-09-05T01:00:00+07:00

  Luôn `--max-active-runs 1`: các đêm phải nối nhau (trên giao diện: **Trigger** → **Backfill**, Max Active Runs 1).
  Đêm đã có lần chạy: thêm `--reprocess-behavior completed`.
- Chạy lại một ngày khi đã có đêm sau: báo cáo ra như cũ, vòng đời chênh lệch giữ nguyên. Muốn tính lại cả vòng đời:
  đặt `rewind`, rồi chạy lại lần lượt mọi ngày sau đó.
- Một cửa được đọc theo phần thay đổi từ đêm trước, đọc toàn bộ theo chu kỳ. Nghi sót hồ sơ: đặt `full` cho đêm ấy.

#### 6. Tệp ở đâu (dưới `{home}`)
- `landing/{code}/<ngày>/shop`, `…/portal`: bản đã đọc, không có dữ liệu cá nhân; `manifest.json` nói đọc gì, có trọn
  không. `…/recheck/`: câu trả lời của các lượt tra cứu lại.
- `snapshots/{code}/<ngày>/`: bản đã hiểu; `rejections.parquet` là bản ghi bị loại và lý do.
- `runs/{code}/<ngày>/validate/data_docs/index.html`: các kỳ vọng; `runs/…/alert/mails.json`: thư nào đang ở đâu.
- `reports/{code}/<ngày>/report.html`: báo cáo. `outbox/new/`: thư, khi tỉnh không dùng máy chủ SMTP.

#### 7. Thư
Sổ gửi thư không cho một thư đi hai lần. Theo trạng thái trong `mails.json`:
- `planned`, `failed`: chưa đi; *Clear* `alert` là gửi tiếp.
- `refused`: máy chủ từ chối hộp thư; sửa danh bạ rồi *Clear* `alert`.
- `unknown`: mất kết nối đúng lúc gửi, không biết đã đi chưa. Hệ thống **không** tự gửi lại: tra nhật ký máy
  chủ thư theo `message_id`, hoặc hỏi nơi nhận; nếu chưa đi: `doisoat mail resend {label} <ngày> '<message_id>'`.
  Của mọi đêm: `doisoat mail list {label}` (trong `mails.json`: `unclear_before`).
- `skipped`: không gửi, có nêu lý do (không có gì mới, ngày nghỉ, tạm ngừng nhắc). `contacts_rejected`: dòng danh bạ sai.
- Xem trước mọi thư của một đêm, không gửi gì: `doisoat mail preview {label} <ngày>`.
- `held`: thư bị giữ vì có vẻ chứa dữ liệu cá nhân. Sửa nguồn hoặc danh mục rồi *Clear* từ `land_…`; không gửi tay.

#### 8. Xanh nhưng MỘT PHẦN (mã thoát 5)
Một bên chỉ đọc được một phần, hoặc có lượt tra cứu lại hỏng. Báo cáo nêu những gì **không so được**; với chúng không
mở, không đóng, không nhắc ai. Không phải sự cố: đêm sau đọc đủ sẽ tự khỏi; lặp lại nhiều đêm thì đọc lại (mục 3).
Mã thoát khác của dòng lệnh: 0 không có chênh lệch mới, 1 có chênh lệch, 2 sai cấu hình, 3 kiểm định dừng đêm chạy,
4 nguồn không trả lời. Với Airflow, 0, 1 và 5 đều là xanh.
"""  # noqa: E501

BROKEN = """
### Tệp cấu hình có lỗi, đêm này không chạy được

    {reason}

Sửa tệp `{file}`; sau chừng một phút DAG này tự trở lại thành các chặng. Các tỉnh khác không bị ảnh hưởng.
Bỏ lỡ đêm nào thì **Trigger** với `business_date` của ngày ấy.
"""

STAGE_LABELS: dict[str, str] = {
    "land_shop": "Đọc Một cửa",
    "land_portal": "Đọc DVCQG",
    "stage": "Chuẩn hóa",
    "validate": "Kiểm định",
    "reconcile": "Đối soát",
    "recheck": "Tra cứu lại",
    "assess": "Đánh giá",
    "publish": "Công bố báo cáo",
    "alert": "Gửi thư",
}

STAGE_HELP: dict[str, str] = {
    "land_shop": (
        "Đọc hồ sơ từ hệ thống Một cửa; bỏ dữ liệu cá nhân trước khi ghi. Bị ngắt thì đọc tiếp từ trang dở dang; "
        "đã đọc xong thì không đọc lại. *Clear* khi nguồn hết lỗi."
    ),
    "land_portal": (
        "Đọc hồ sơ phía Cổng DVCQG (tệp kết xuất, hoặc tra cứu từng mã lấy từ Một cửa nên chạy sau `land_shop`). "
        "*Clear* khi nguồn hết lỗi."
    ),
    "stage": (
        "Hiểu từng giá trị: mã, trạng thái 1..10, thời điểm. Bản ghi không đọc được bị loại kèm lý do; "
        "đã đọc = dùng + loại + lặp. *Clear* sau khi sửa tệp tỉnh hoặc danh mục."
    ),
    "validate": (
        "Great Expectations xét hai ảnh chụp. Kỳ vọng nghiêm trọng hỏng thì đêm dừng ở đây, chưa mở, đóng hay gửi gì. "
        "*Clear* sau khi `doisoat confirm`, hoặc từ `land_…` sau khi đọc lại."
    ),
    "reconcile": "So hai bên, từng hồ sơ, từng loại chênh lệch. Chỉ đọc ảnh chụp; *Clear* bất cứ lúc nào.",
    "recheck": (
        "Tra cứu lại các chênh lệch mới ở nguồn trước khi báo cho ai. Lượt tra cứu hỏng thành chưa rõ, không làm hỏng "
        "đêm. *Clear* thì dùng lại câu trả lời đã có."
    ),
    "assess": "Tuổi, thứ tự, số liệu theo cơ quan, chỉ số 766; ghi kho dữ liệu. *Clear* không ghi đôi.",
    "publish": "Báo cáo HTML, XLSX, CSV, Parquet, JSON, thay cả thư mục một lần. *Clear* bất cứ lúc nào.",
    "alert": "Mỗi cơ quan có việc cần làm nhận một thư, đúng một lần. *Clear* chỉ gửi những thư chưa đi.",
}

FAILURE_SUBJECT = "[doisoat] {{ dag.dag_id }} hỏng{% if ti is defined %} ở chặng {{ ti.task_id }}{% endif %}"

FAILURE_MAIL = """\
<p>Đêm đối soát <b>{{ dag.dag_id }}</b> không hoàn thành; các chặng sau chỗ hỏng chưa chạy.</p>
<ul>
<li>Lần chạy: {{ run_id }}</li>
{% if params is defined and params.get("business_date") %}
<li>Ngày đối soát: {{ params["business_date"] }}</li>{% endif %}
{% if ti is defined %}<li>Chặng hỏng: {{ ti.task_id }}</li>
<li>Nhật ký: <a href="{{ ti.log_url }}">{{ ti.log_url }}</a></li>{% endif %}
</ul>
<p>Phần mô tả của DAG trong Airflow (mục 1 và 2) nói xem gì trước và làm gì theo từng tên lỗi.</p>
"""
