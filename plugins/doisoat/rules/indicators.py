"""The indicators of QĐ 766/QĐ-TTg as data: what each counts, its points, what it needs. No arithmetic (`scoring`).

Labels and points are those of the portal's formula document and of its published figures; what no text confirms is said
in `caveat`. Which dossier counts for what stands in `sql/indicators`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

_SIGNED = date(2022, 6, 23)
_QD = "QĐ 766/QĐ-TTg"


class Group(StrEnum):
    """The six groups; the value is the portal's code of the group."""

    TRANSPARENCY = "CKMB"
    PROGRESS = "TDGQ"
    ONLINE = "CLGQ"
    PAYMENT = "TTTT"
    DIGITIZED = "MDSH"
    SATISFACTION = "MDHL"

    @property
    def label(self) -> str:
        return _GROUPS[self][0]

    @property
    def maximum(self) -> int:
        """Points of the whole group."""
        return _GROUPS[self][1]

    @property
    def figure(self) -> str:
        """First part of the names of its published score and ratio, `progress_score`."""
        return _GROUPS[self][2]


_GROUPS = {
    Group.TRANSPARENCY: ("Công khai, minh bạch", 18, "transparency"),
    Group.PROGRESS: ("Tiến độ giải quyết", 20, "progress"),
    Group.ONLINE: ("Dịch vụ công trực tuyến", 12, "online_provision"),
    Group.PAYMENT: ("Thanh toán trực tuyến", 10, "payment"),
    Group.DIGITIZED: ("Số hóa hồ sơ", 22, "digitized"),
    Group.SATISFACTION: ("Mức độ hài lòng", 18, "satisfaction"),
}


class Counting(StrEnum):
    """Which denominator a dossier belongs to."""

    HANDLED = "handled"  # received in the period or carried over into it
    RECEIVED = "received"  # NgayTiepNhan in the period
    FEE = "fee"  # of these: with a fee other than 0
    FULL_PROCESS = "full_process"  # of these: of a procedure offered as a full online service
    FINISHED = "finished"  # of those received in the period: finished by now, whenever


@dataclass(frozen=True)
class Indicator:
    """One row of the indicator set.

    `maximum` points, 0 = shown without points. The score is linear in the ratio up to `full_at`, where it is the
    maximum; with denominator 0 it is `of_nothing` (None = no score). `counting` None = not computed from dossiers, and
    `why_not` says why. `columns` are the wire names of which each side must have at least one of every tuple.
    """

    code: str  # as the portal's answers spell it, else ours
    paragraph: str  # of the formula document
    group: Group
    label: str
    maximum: int
    full_at: Fraction = Fraction(1)
    of_nothing: int | None = None
    figures: tuple[str, str] | None = None  # names of the published numerator and denominator
    score_figure: str | None = None
    ratio_figure: str | None = None
    counting: Counting | None = None
    columns: tuple[tuple[str, ...], ...] = ()
    why_not: str = ""
    caveat: str = ""
    is_average: bool = False  # numerator = sum of days, not a number of dossiers
    is_capped_by_both: bool = False  # denominator = the greater count of both sides
    source: str = _QD
    valid_from: date = _SIGNED
    valid_to: date | None = None

    @property
    def is_scored(self) -> bool:
        return self.maximum > 0

    def applies(self, first_day: date, last_day: date) -> bool:
        """Whether it is in force in the whole period."""
        return self.valid_from <= first_day and (self.valid_to is None or last_day <= self.valid_to)


def _metric(
    metric: str, code: str, paragraph: str, group: Group, label: str, maximum: int, **more: object
) -> Indicator:
    """An indicator whose published figures are `<metric>_num`, `_den`, `_score`."""
    figures = (f"{metric}_num", f"{metric}_den")
    return Indicator(
        code,
        paragraph,
        group,
        label,
        maximum,
        figures=figures,
        score_figure=f"{metric}_score",
        **more,  # type: ignore[arg-type]
    )


_PUBLISHING = "cần ngày ký quyết định công bố và ngày công khai của từng TTHC, hồ sơ không có"
_PETITIONS = "cần dữ liệu phản ánh, kiến nghị, hồ sơ không có"
_CATALOGUE = "cần danh mục TTHC, mức độ DVCTT và phí của từng cơ quan, hồ sơ không có"
_FIFTHS = Fraction(4, 5)
_TENTHS = Fraction(9, 10)

INDICATORS: tuple[Indicator, ...] = (
    _metric(
        *("publish_on_time", "PUBLISH_ON_TIME", "1.1", Group.TRANSPARENCY),
        *("TTHC công bố đúng hạn", 6),
        why_not=_PUBLISHING,
    ),
    _metric(
        *("public_update_on_time", "PUBLIC_UPDATE_ON_TIME", "1.2", Group.TRANSPARENCY),
        *("TTHC cập nhật, công khai đúng hạn", 4),
        why_not=_PUBLISHING,
    ),
    _metric(
        *("public_content_full", "PUBLIC_CONTENT_FULL", "1.3", Group.TRANSPARENCY),
        *("TTHC công khai đầy đủ nội dung", 2),
        why_not="cần nội dung công khai của từng TTHC (bảy bộ phận tạo thành), hồ sơ không có",
    ),
    _metric(
        *("dossier_sync", "DOSSIER_SYNC", "1.4", Group.TRANSPARENCY, "Hồ sơ đồng bộ lên Cổng DVCQG", 6),
        ratio_figure="dossier_sync_ratio",
        counting=Counting.RECEIVED,
        is_capped_by_both=True,
        caveat="mẫu số là số lớn hơn giữa số tiếp nhận trên Một cửa (thay cho báo cáo quốc gia) và trên Cổng DVCQG",
    ),
    Indicator(
        *("PROGRESS_ON_TIME", "2.1", Group.PROGRESS, "Hồ sơ xử lý trước hạn, đúng hạn", 20),
        of_nothing=0,
        figures=("progress_total_on_time", "progress_total_received"),
        score_figure="progress_score",
        ratio_figure="progress_ratio",
        counting=Counting.HANDLED,
    ),
    Indicator(
        *("AVERAGE_DAYS", "2.2", Group.PROGRESS, "Thời gian giải quyết trung bình (không tính điểm)", 0),
        counting=Counting.FINISHED,
        is_average=True,
        caveat="ngày lịch từ tiếp nhận đến kết thúc, hồ sơ tiếp nhận trong kỳ, đã xong; Cổng không nói rõ đơn vị",
    ),
    Indicator(
        *("ONLINE_SERVICES", "3.1", Group.ONLINE, "TTHC cung cấp dịch vụ công trực tuyến (không tính điểm)", 0),
        full_at=_FIFTHS,
        why_not=_CATALOGUE,
    ),
    Indicator(
        *("ONLINE_SERVICES_USED", "3.2", Group.ONLINE, "DVCTT có phát sinh hồ sơ (không tính điểm)", 0),
        why_not=_CATALOGUE,
    ),
    Indicator(
        *("ONLINE_DOSSIERS", "3.3", Group.ONLINE, "Hồ sơ nộp trực tuyến có kết quả điện tử (không tính điểm)", 0),
        full_at=Fraction(1, 2),
        counting=Counting.RECEIVED,
        columns=(("KenhThucHien",), ("DuongDanTepTinKetQua", "DanhSachGiayToKetQua"), ("MaKetQua",)),
        caveat="chưa nhân với tỷ lệ đồng bộ (1.4); công thức 12 điểm của nhóm chưa có văn bản xác nhận",
    ),
    Indicator(
        *("FULL_PROCESS_DOSSIERS", "3", Group.ONLINE, "Hồ sơ trực tuyến của TTHC toàn trình (không tính điểm)", 0),
        of_nothing=0,
        counting=Counting.FULL_PROCESS,
        columns=(("KenhThucHien",),),
        caveat="mức độ DVCTT theo bảng TTHC; chưa có văn bản xác nhận đây là công thức của 12 điểm",
    ),
    Indicator(
        *("FEE_PROCEDURES_OFFERED", "3.5", Group.PAYMENT, "TTHC có nghĩa vụ tài chính được tích hợp", 2),
        full_at=_FIFTHS,
        of_nothing=0,
        figures=("payment_fee_dossier_formality", "payment_fee_formality"),
        why_not=_CATALOGUE,
    ),
    Indicator(
        *("FEE_PROCEDURES_USED", "3.5", Group.PAYMENT, "TTHC có giao dịch thanh toán trực tuyến", 2),
        full_at=_FIFTHS,
        of_nothing=0,
        figures=("payment_formality_online_success", "payment_fee_dossier_formality_distinct"),
        why_not=_CATALOGUE,
    ),
    Indicator(
        *("DOSSIERS_PAID_ONLINE", "3.6", Group.PAYMENT, "Hồ sơ thanh toán trực tuyến", 6),
        of_nothing=0,
        figures=("payment_dossier_online_success", "payment_dossier_financial_obligation"),
        counting=Counting.FEE,
        columns=(("DuocThanhToanTrucTuyen",), ("TongLePhi",)),
        caveat="mẫu số là hồ sơ có phí khác 0 hoặc đã thanh toán trực tuyến, không theo danh mục phí của TTHC",
    ),
    _metric(
        *("original_result_available", "ORIGINAL_RESULT_AVAILABLE", "4.1", Group.DIGITIZED),
        *("Hồ sơ có cấp kết quả điện tử", 6),
        counting=Counting.HANDLED,
        columns=(("DuongDanTepTinKetQua", "DanhSachGiayToKetQua"),),
        caveat="mẫu số theo số công bố: mọi hồ sơ trong kỳ, kể cả TTHC không trả giấy tờ",
    ),
    _metric(
        *("so_hoa_giay_to_giai_quyet", "SO_HOA_GIAY_TO_GIAI_QUYET", "4.2", Group.DIGITIZED),
        *("Hồ sơ được số hóa", 4),
        why_not="cần tệp đính kèm của từng thành phần hồ sơ, không lấy về vì là dữ liệu cá nhân",
    ),
    _metric(
        *("reused_digitized_data", "REUSED_DIGITIZED_DATA", "4.3", Group.DIGITIZED),
        *("Hồ sơ tái sử dụng dữ liệu số hóa", 2),
        full_at=_FIFTHS,
        counting=Counting.HANDLED,
        columns=(("DuocSoHoa", "HoSoCoThanhPhanSoHoa"),),
    ),
    _metric(
        *("synced_personal_storage", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "4.4", Group.DIGITIZED),
        *("Hồ sơ kết nối kho dữ liệu", 4),
        counting=Counting.HANDLED,
        columns=(("DuocLayTuKhoDMQG",),),
        caveat="chỉ tính giấy tờ lấy từ kho; kết quả lưu trong kho cá nhân không có trong dữ liệu",
    ),
    _metric(
        *("citizen_data_connected_dossier", "CITIZEN_DATA_CONNECTED_DOSSIER", "4.5b", Group.DIGITIZED),
        *("Hồ sơ có sử dụng dữ liệu dân cư", 2),
        counting=Counting.HANDLED,
        columns=(("TaiKhoanDuocXacThucVoiVNeID",),),
        caveat="chỉ tính tài khoản xác thực VNeID; mã CSDL dân cư không có trong dữ liệu",
    ),
    _metric(
        *("citizen_data_connected_formality", "CITIZEN_DATA_CONNECTED_FORMALITY", "4.5a", Group.DIGITIZED),
        *("TTHC kết nối dữ liệu dân cư", 2),
        why_not=_CATALOGUE,
    ),
    Indicator(
        *("ELECTRONIC_CERTIFIED_COPY", "4.2", Group.DIGITIZED, "Chứng thực bản sao điện tử từ bản chính", 2),
        score_figure="electronic_certified_copy_score",
        why_not="cần số liệu chứng thực điện tử của Cổng DVCQG, hồ sơ không có",
    ),
    Indicator(
        *("PETITION_CLASSIFICATION", "5.1", Group.SATISFACTION, "Phân loại phản ánh, kiến nghị (không tính điểm)", 0),
        why_not=_PETITIONS,
    ),
    _metric(
        *("petition_processing_on_time", "PETITION_PROCESSING_ON_TIME", "5.2", Group.SATISFACTION),
        *("Phản ánh, kiến nghị xử lý đúng hạn", 6),
        of_nothing=6,
        why_not=_PETITIONS,
    ),
    _metric(
        *("petition_handling_satisfaction", "PETITION_HANDLING_SATISFACTION", "5.3", Group.SATISFACTION),
        *("Hài lòng trong xử lý phản ánh, kiến nghị", 6),
        of_nothing=6,
        why_not=_PETITIONS,
    ),
    _metric(
        *("dossier_receiving_satisfaction", "DOSSIER_RECEIVING_SATISFACTION", "5.4", Group.SATISFACTION),
        *("Hài lòng trong tiếp nhận, giải quyết TTHC", 6),
        full_at=_TENTHS,
        of_nothing=0,
        counting=Counting.HANDLED,
        caveat="chưa trừ hồ sơ có phản ánh, kiến nghị: là mức cao nhất có thể đạt",
    ),
)
BY_CODE = {one.code: one for one in INDICATORS}
