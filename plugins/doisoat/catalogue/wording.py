"""What the comparison of the catalogues is called to people, and what it says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from doisoat.model import Side
from doisoat.rules.catalogue import Listing, Sort
from doisoat.rules.text import number
from doisoat.store.work_items import EMPTY, day

SORT_LABELS: dict[Sort, str] = {"procedure": "Thủ tục", "agency": "Cơ quan", "sector": "Lĩnh vực"}
FIELD_LABELS = {
    "MaTTHC": "Mã thủ tục",
    "MaCoQuan": "Mã cơ quan",
    "MaLinhVuc": "Mã lĩnh vực",
    "name": "Tên",
    "sector": "Lĩnh vực",
    "level": "Dịch vụ công trực tuyến",
    "fee": "Phí, lệ phí",
    "limit": "Thời hạn giải quyết",
    "unit": "Đơn vị thời hạn",
    "state": "Hiệu lực",
}
LEVEL_LABELS = {"toan_trinh": "Toàn trình", "mot_phan": "Một phần", "khong": "Không trực tuyến"}
STATE_LABELS = {"active": "Đang hiệu lực", "inactive": "Hết hiệu lực"}
SUBTYPES = ("expired_in_use", "unmapped_code", "only_in_shop", "only_on_portal", "attribute")  # worst first
TITLES = {
    "expired_in_use": "Đã hết hiệu lực nhưng còn dùng",
    "unmapped_code": "Mã địa phương chưa ánh xạ",
    "only_in_shop": "Chỉ có trên Một cửa",
    "only_on_portal": "Chỉ có trên Cổng DVCQG",
    "attribute": "Hai bên ghi khác nhau",
}
MEANINGS = {
    "expired_in_use": (
        "Thủ tục đã bãi bỏ hoặc hết công khai nhưng Một cửa vẫn mở, hoặc vẫn tiếp nhận hồ sơ sau ngày hết hiệu lực."
    ),
    "unmapped_code": "Mã riêng của Một cửa không dẫn tới mã quốc gia nào; hồ sơ dùng mã này không đồng bộ đúng được.",
    "only_in_shop": "Một cửa đang dùng nhưng danh mục của Cổng DVCQG không có, hoặc không có dịch vụ trực tuyến.",
    "only_on_portal": "Cổng DVCQG công khai nhưng Một cửa không có, hoặc chưa mở dịch vụ trực tuyến.",
    "attribute": "Cùng một mã nhưng tên, lĩnh vực, mức độ, phí, thời hạn hoặc hiệu lực khác nhau.",
}
ACTIONS = {
    "expired_in_use": (
        "Đóng thủ tục trên Một cửa, chuyển hồ sơ mới sang thủ tục thay thế; "
        "kiểm tra hồ sơ đã nhận sau ngày hết hiệu lực."
    ),
    "unmapped_code": "Bổ sung mã quốc gia vào bảng ánh xạ (procedure_crosswalk.csv) kèm văn bản căn cứ.",
    "only_in_shop": (
        "Kiểm tra quyết định công bố: nếu còn hiệu lực thì đề nghị công khai trên Cổng, "
        "nếu không thì đóng trên Một cửa."
    ),
    "only_on_portal": "Cấu hình thủ tục, dịch vụ trên Một cửa, hoặc đề nghị Cổng gỡ nếu tỉnh không thực hiện.",
    "attribute": "Sửa Một cửa theo Cơ sở dữ liệu quốc gia về TTHC; nếu Cổng sai thì gửi đề nghị cập nhật.",
}


def value_text(field: str, value: str | None) -> str:
    """A value of a discrepancy as people read it.

    >>> value_text("fee", "150000"), value_text("state", "2025-12-31")
    ('150.000 đồng', 'Hết hiệu lực từ sau 31/12/2025')
    """
    if value is None:
        return EMPTY
    if field == "fee":
        return f"{number(int(value))} đồng"
    if field == "state" and value not in STATE_LABELS:
        return f"Hết hiệu lực từ sau {day(date.fromisoformat(value))}"
    return {**LEVEL_LABELS, **STATE_LABELS}.get(value, value)


def left_uncompared(listings: Mapping[Side, Listing], snapshot_on: date | None) -> list[str]:
    """What this run says nothing about, and why; information, not a verdict."""
    told: list[str] = []
    for side in Side:
        listing = listings[side]
        missing = [SORT_LABELS[sort].lower() for sort in SORT_LABELS if sort not in listing.whole]
        if missing:
            told.append(
                f"{side.label} chưa có danh mục đầy đủ về {', '.join(missing)}: không kết luận bên này thiếu gì."
            )
        told += [f"{side.label}: {note}." for note in listing.left_open]
    if listings[Side.PORTAL].nationwide:
        told.append("Danh mục của Cổng DVCQG là của cả nước: không xét thủ tục chỉ có trên Cổng.")
    told.append("Lĩnh vực trên Cổng DVCQG là của cả nước: chỉ xét lĩnh vực Một cửa dùng mà Cổng không có.")
    if snapshot_on is None:
        told.append("Chưa có dữ liệu hồ sơ của đêm nào: không xét hồ sơ tiếp nhận sau ngày thủ tục hết hiệu lực.")
    return told
