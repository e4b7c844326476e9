"""The last mail about what an agency was told of: everything is put right; data only, no markup."""

from __future__ import annotations

from doisoat.alert.contents import Contents
from doisoat.alert.notices import Notice
from doisoat.alert.scan import is_official
from doisoat.model import RunKey
from doisoat.rules.text import day as day_text
from doisoat.rules.text import number


def closing_notice(contents: Contents, key: RunKey) -> Notice:
    """A short mail of thanks; asks for nothing."""
    night = day_text(contents.business_date)
    named = tuple(code for code in contents.digest.named if is_official(code))
    left = _left(contents)
    return Notice(
        receiver=contents.agency_code or "",
        agency_name=contents.agency_name,
        greeting=contents.agency_name,
        subject=f"[Đối soát {key.province_code}] {night}: đã hết lệch – {contents.agency_name}",
        lead=(
            f"Đối soát ngày {night} giữa Một cửa điện tử và Cổng DVCQG ({contents.province_name}) không còn chênh lệch "
            "nào Quý cơ quan phải xử lý.",
            f"Đã hết lệch từ thư trước: {_counted(contents)}{_listed(named, contents)}. "
            "Xin cảm ơn Quý cơ quan đã phối hợp.",
            *([left] if left else []),
            "Thư này để báo kết quả, không cần làm gì thêm.",
        ),
        tables=(),
        as_of=contents.as_of,
        meant=named,
    )


def _counted(contents: Contents) -> str:
    dossiers, figures = len(contents.digest.resolved), contents.digest.resolved_figures
    parts = ((dossiers, "hồ sơ"), (figures, "số liệu công bố"))
    return " và ".join(f"{number(count)} {what}" for count, what in parts if count)


def _listed(named: tuple[str, ...], contents: Contents) -> str:
    """ " (A-1, B-2, …)"; empty where no code may be named."""
    rest = ", …" if len(contents.digest.resolved) > len(named) else ""
    return f" ({', '.join(named)}{rest})" if named else ""


def _left(contents: Contents) -> str:
    parts = (
        (len(contents.technical), "chênh lệch do hệ thống, bộ phận kỹ thuật đang kiểm tra"),
        (contents.accepted, "chênh lệch đã được chấp nhận có thời hạn"),
    )
    told = "; ".join(f"{number(count)} {what}" for count, what in parts if count)
    return f"Còn lại: {told}. Quý cơ quan chưa phải làm gì với các mục này." if told else ""
