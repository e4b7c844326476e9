"""The catalogue of discrepancy kinds: what each is called, means, asks for, and weighs (design §6, rules §8).

Texts are for people and therefore Vietnamese. *When* a kind is emitted stands in
`sql/reconciliation/<kind>.sql`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from doisoat.model import DiscrepancyKind, Severity, Side
from doisoat.rules.kind_texts import ACTIONS, LABELS, MEANINGS, SUBTYPE_LABELS
from doisoat.rules.published_figures import Measure

# Signatures of a wrong clock in the interface, whatever the date (rules §8.3); never the agency's doing.
SHIFT_SUBTYPES = ("timezone_7h", "clock_12h")


@dataclass(frozen=True)
class Need:
    """A column that must be there, because absent is not null (rules §2).

    At least one of `columns` (wire names) on `side`; without it `subtypes` (empty: the whole kind; for kinds about
    one row: that side's rows) are not judged and the run names the kind in `not_compared` for that side.
    """

    side: Side
    columns: tuple[str, ...]
    subtypes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KindInfo:
    """One kind for people and for the report."""

    kind: DiscrepancyKind
    label: str  # design §6
    meaning: str  # one sentence
    action: str  # what the agency does, and where it clicks
    side: Side  # who normally acts
    fields: tuple[str, ...]  # wire names the column `field` can hold
    subtypes: Mapping[str, str]  # code -> label; '' is the kind without a subtype
    severities: Mapping[str, Severity] = field(default_factory=dict)  # by subtype, where not the default
    default_severity: Severity = Severity.MEDIUM
    technical: bool = False  # every subtype; else only the shifts
    needs: tuple[Need, ...] = ()  # beyond the required columns

    def severity(self, subtype: str = "") -> Severity:
        """How serious it is (rules §8.6)."""
        return self.severities.get(subtype, self.default_severity)

    def is_technical(self, subtype: str = "") -> bool:
        """Shown as "đang kiểm tra kỹ thuật, chưa tính cho đơn vị" (rules §8.6, domain-rules §9)."""
        return self.technical or subtype in SHIFT_SUBTYPES

    def subtype_label(self, subtype: str) -> str:
        """Vietnamese label of a subtype; the kind's own label for none."""
        return self.subtypes[subtype] or self.label


_DATE_SUBTYPES = ("", "absent", *SHIFT_SUBTYPES)
# Subtype of `code_substituted` -> the columns that tell it (rules §8.3).
_ALTERNATIVES = {
    "national_code": ("MaHoSoQG", "nationCode"),
    "alternative_code": ("MaHoSoKhac",),
    "unit_code": ("MaHoSoDonVi",),
}
_RESULT = ("DuongDanTepTinKetQua", "DanhSachGiayToKetQua")
_SUPPLEMENTS = ("SoLanBoSung", "DanhSachHoSoBoSung")
_SUPPLEMENT_DATES = ("ThoiDiemXuLy", "NgayYeuCauBoSung", "DanhSachHoSoBoSung")
_DUPLICATE = ("identical", "conflicting_status", "differing")
_DUPLICATE_SEVERITY = {"conflicting_status": Severity.HIGH, "identical": Severity.LOW}

K = DiscrepancyKind


def _on(side: Side, *columns: str, subtypes: tuple[str, ...] = ()) -> Need:
    return Need(side, columns, subtypes)


def _alternatives_on(side: Side) -> Iterator[Need]:
    """Any of the columns for the kind, its own for each subtype."""
    yield _on(side, *(column for columns in _ALTERNATIVES.values() for column in columns))
    for subtype, columns in _ALTERNATIVES.items():
        yield _on(side, *columns, subtypes=(subtype,))


def _info(
    kind: DiscrepancyKind,
    fields: tuple[str, ...],
    subtypes: tuple[str, ...] = ("",),
    *,
    side: Side = Side.SHOP,
    severities: Mapping[str, Severity] | None = None,
    default_severity: Severity = Severity.MEDIUM,
    technical: bool = False,
    needs: tuple[Need, ...] = (),
) -> tuple[DiscrepancyKind, KindInfo]:
    labels = {subtype: SUBTYPE_LABELS[kind].get(subtype, "") for subtype in subtypes}
    texts = (LABELS[kind], MEANINGS[kind], ACTIONS[kind])
    return kind, KindInfo(kind, *texts, side, fields, labels, severities or {}, default_severity, technical, needs)


KIND_INFO: dict[DiscrepancyKind, KindInfo] = dict(
    (
        _info(K.MISSING_ON_PORTAL, ("TrangThaiHoSo",), default_severity=Severity.HIGH, technical=True),
        _info(
            K.MISSING_IN_SHOP,
            ("TrangThaiHoSo",),
            default_severity=Severity.HIGH,
            needs=(_on(Side.PORTAL, "MaCoQuan"),),
        ),
        _info(
            K.FINISHED_NOT_SYNCED,
            ("TrangThaiHoSo",),
            ("", "false_overdue"),
            severities={"false_overdue": Severity.HIGH},
            needs=(_on(Side.PORTAL, "NgayHenTra", subtypes=("false_overdue",)),),
        ),
        _info(K.STATUS_LAG, ("TrangThaiHoSo",), ("", "cycle", "refusal_not_synced")),
        _info(
            K.STATUS_CONFLICT,
            ("TrangThaiHoSo",),
            ("swapped_3_8", "swapped_1_2", "masked_as_9", "return_not_synced", "portal_ahead", "different_end"),
        ),
        _info(K.RECEIVED_AT_MISMATCH, ("NgayTiepNhan",), _DATE_SUBTYPES, side=Side.PORTAL),
        _info(K.DUE_AT_MISMATCH, ("NgayHenTra",), _DATE_SUBTYPES, needs=(_on(Side.PORTAL, "NgayHenTra"),)),
        _info(
            K.FINISHED_AT_MISMATCH,
            ("NgayKetThucXuLy",),
            _DATE_SUBTYPES,
            needs=(_on(Side.PORTAL, "NgayKetThucXuLy"),),
        ),
        _info(
            K.LATENESS_DISAGREEMENT,
            ("NgayHenTra",),
            (
                *("second_supplement", "second_extension", "open_supplement", "supplement_reset"),
                *("no_due_date", "due_on_day_off", "same_day_time", "other"),
            ),
            needs=(_on(Side.PORTAL, "NgayHenTra"), _on(Side.PORTAL, "NgayKetThucXuLy")),
        ),
        _info(
            K.CHANNEL_MISMATCH,
            ("KenhThucHien",),
            default_severity=Severity.LOW,
            needs=(_on(Side.SHOP, "KenhThucHien"), _on(Side.PORTAL, "KenhThucHien")),
        ),
        _info(
            K.PROCEDURE_UNMAPPED,
            ("MaTTHC",),
            ("blank", "unknown", "retired"),
            technical=True,
            needs=(_on(Side.PORTAL, "MaTTHC"),),
        ),
        _info(K.PROCEDURE_MISMATCH, ("MaTTHC",), needs=(_on(Side.PORTAL, "MaTTHC"),)),
        _info(
            K.AGENCY_LEGACY_CODE,
            ("MaCoQuan",),
            default_severity=Severity.LOW,
            needs=(_on(Side.PORTAL, "MaCoQuan"),),
        ),
        _info(
            K.AGENCY_MISMATCH,
            ("MaCoQuan",),
            ("", "unknown_agency", "parent"),
            needs=(_on(Side.PORTAL, "MaCoQuan"),),
        ),
        _info(K.DUPLICATE_IN_SHOP, ("MaHoSo",), _DUPLICATE, severities=_DUPLICATE_SEVERITY),
        _info(K.DUPLICATE_ON_PORTAL, ("MaHoSo",), _DUPLICATE, side=Side.PORTAL, severities=_DUPLICATE_SEVERITY),
        _info(
            K.CODE_SUBSTITUTED,
            ("MaHoSo",),
            tuple(_ALTERNATIVES),
            technical=True,
            needs=tuple(_alternatives_on(Side.SHOP)) + tuple(_alternatives_on(Side.PORTAL)),
        ),
        _info(
            K.RESULT_MISSING,
            ("DuongDanTepTinKetQua",),
            ("not_digitised", "not_synced"),
            needs=(_on(Side.SHOP, *_RESULT), _on(Side.PORTAL, *_RESULT, subtypes=("not_synced",))),
        ),
        _info(
            K.PAYMENT_MISMATCH,
            ("DuocThanhToanTrucTuyen", "TongLePhi"),
            ("flag", "amount"),
            needs=(_on(Side.SHOP, "DuocThanhToanTrucTuyen"), _on(Side.PORTAL, "DuocThanhToanTrucTuyen")),
        ),
        _info(
            K.STUCK,
            ("TrangThaiHoSo",),
            ("supplement", "payment", "processing"),
            needs=(_on(Side.SHOP, *_SUPPLEMENT_DATES, subtypes=("supplement",)),),
        ),
        _info(K.LATE_INTAKE, ("NgayNopHoSo",), needs=(_on(Side.SHOP, "NgayNopHoSo"),)),
        _info(K.SECOND_SUPPLEMENT, ("SoLanBoSung",), needs=(_on(Side.SHOP, *_SUPPLEMENTS),)),
        _info(K.SECOND_EXTENSION, ("SoLanGiaHan",), needs=(_on(Side.SHOP, "SoLanGiaHan"),)),
        _info(
            K.AGGREGATE_MISMATCH,
            tuple(measure.field for measure in Measure),
            ("received", "on_time", "overdue", "synced", "online", "paid_online"),
        ),
        _info(
            K.CATALOGUE_MISMATCH,
            ("name", "sector", "level", "fee", "limit", "unit", "state", "MaTTHC", "MaCoQuan", "MaLinhVuc"),
            ("only_in_shop", "only_on_portal", "attribute", "expired_in_use", "unmapped_code"),
        ),
    )
)
