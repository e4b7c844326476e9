"""What is wrong with a source, or worth a look, in Vietnamese sentences that say what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from doisoat.errors import ConfigError, DoisoatError, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land import fields
from doisoat.land.calls.answers import HtmlAnswer, NotThere, Unauthorised
from doisoat.land.databases.troubles import AccountRefused, QueryRefused
from doisoat.land.inspection import Inspection

# The first class that fits decides: more particular ones come first.
_SENTENCES: tuple[tuple[type[DoisoatError], str], ...] = (
    (
        Unauthorised,
        "Nguồn từ chối tài khoản: kiểm tra biến môi trường nêu ở username_env, password_env và quyền đọc của tài khoản",
    ),
    (NotThere, "Địa chỉ không có ở nguồn: sửa base_url (hoặc url, đường dẫn) trong tệp tỉnh rồi chạy lại"),
    (
        HtmlAnswer,
        "Nguồn trả về trang HTML thay vì dữ liệu: có tường lửa hoặc trang đăng nhập ở giữa; mở địa chỉ này bằng "
        "trình duyệt trên chính máy này và đề nghị đơn vị vận hành cho phép máy này",
    ),
    (
        AccountRefused,
        "Cơ sở dữ liệu từ chối tài khoản: kiểm tra tên, mật khẩu và tên cơ sở dữ liệu trong biến môi trường nêu ở "
        "url_env, và xin quyền SELECT trên những bảng cần đọc",
    ),
    (
        QueryRefused,
        "Cơ sở dữ liệu không thực hiện được câu truy vấn: sửa tên bảng, tên cột trong tệp nêu ở query (hoặc schema, "
        "extension_table) rồi chạy lại",
    ),
    (SourceRefused, "Nguồn không cho đọc: kiểm tra địa chỉ, chứng thư và tài khoản"),
    (
        SourceContractBroken,
        "Nguồn trả lời không đúng giao thức của loại nguồn này: kiểm tra kind và địa chỉ, "
        "hỏi đơn vị vận hành về phiên bản",
    ),
    (
        SourceUnavailable,
        "Không kết nối được hoặc nguồn đang hỏng: kiểm tra mạng, tường lửa, máy chủ của nguồn rồi thử lại sau",
    ),
    (ConfigError, "Cấu hình chưa đúng: sửa tệp tỉnh (hoặc đặt biến môi trường) theo chi tiết"),
)


def advice(error: DoisoatError) -> str:
    """One sentence for people; the error's own words, which name file, key or address, in brackets."""
    sentence = next((text for kind, text in _SENTENCES if isinstance(error, kind)), "Không đọc được nguồn")
    return f"{sentence} ({error})"


def page_remarks(page: Inspection) -> Iterator[str]:
    """What one should look at in a page that was understood."""
    if not page.rows:
        yield "Trang đầu không có hồ sơ nào đọc được: kiểm tra phạm vi của tài khoản, hoặc thư mục có đúng ngày không"
    if page.shapeless_rows:
        yield f"{page.shapeless_rows} dòng sai hình dạng (số ô khác tiêu đề, không phải đối tượng JSON)"
    yield from _status_remarks(page)
    for field in page.unreadable:
        if field.name != fields.STATUS:
            yield f"{field.name}: {field.filled - field.readable} trong {field.filled} giá trị không đọc được"
    if page.costs:
        kinds = len({cost.kind for cost in page.costs})
        yield f"Thiếu cột không bắt buộc, nên {kinds} loại chênh lệch không xét được hoặc chỉ xét một phần"
    if not page.has_secrecy_mark:
        yield (
            f"Nguồn không đánh dấu hồ sơ mật ({fields.SECRECY}): "
            "nếu có hồ sơ mật, khai secret_procedures, secret_agencies"
        )
    if page.repeated_codes:
        yield f"{page.repeated_codes} dòng lặp lại mã hồ sơ ngay trong trang"


def _status_remarks(page: Inspection) -> Iterator[str]:
    if page.unmapped:
        rows = sum(word.rows for word in page.unmapped)
        yield (
            f"{len(page.unmapped)} trạng thái chưa ánh xạ ({rows} dòng sẽ bị loại): thêm vào status_map trong tệp tỉnh"
        )
    if page.words_withheld:
        yield (
            f"Cột trạng thái có {page.words_withheld} giá trị lạ khác nhau, không giống một danh mục (không hiển thị): "
            f"kiểm tra columns: {fields.STATUS}"
        )
    status = next((field for field in page.fields if field.name == fields.STATUS), None)
    if status is not None and not page.words and status.filled:
        yield "Không đọc được trạng thái nào"


def clock_remark(seconds: int) -> str:
    """A clock that differs, in words."""
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    text = f"Đồng hồ của nguồn {'nhanh' if seconds > 0 else 'chậm'} hơn máy này {hours} giờ {minutes} phút"
    whole = min(minutes, 60 - minutes) <= 5 and hours + minutes // 55 > 0
    cause = "lệch chẵn giờ thường là sai múi giờ, kiểm tra múi giờ" if whole else "kiểm tra đồng bộ giờ (NTP)"
    return f"{text}: {cause} của cả hai máy, vì mốc đọc dữ liệu lấy theo giờ của nguồn"
