"""How the public evaluation API lays figures out: one function per endpoint, figures in, `data` out.

Field names, their order and their oddities (no `departmentCode` in two endpoints, `label` against `month`,
null against 0) are the published ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from doisoat_simulator.servers.figures import Number, Unit, percent, rounded

Data = dict[str, Any]

SYNC_NOTES = {
    "TEMP_NATIONAL_REPORT_DENOMINATOR": ("Mẫu số BCQG/GRIS đang dùng số tạm, cần thay bằng dữ liệu crawl hệ thống cũ."),
    "NO_NATIONAL_REPORT_DATA": "Không có dữ liệu báo cáo tổng hợp.",
}
# code, column stem, name, greatest score
TRANSPARENCY = (
    ("PUBLISH_ON_TIME", "publish_on_time", "Tỷ lệ TTHC công bố đúng hạn", 6),
    ("PUBLIC_UPDATE_ON_TIME", "public_update_on_time", "Tỷ lệ TTHC cập nhật, công khai đúng hạn", 4),
    ("PUBLIC_CONTENT_FULL", "public_content_full", "Tỷ lệ TTHC công khai đầy đủ nội dung", 2),
    ("DOSSIER_SYNC", "dossier_sync", "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG", 6),
)
DIGITIZED = (
    (
        "ORIGINAL_RESULT_AVAILABLE",
        "original_result_available",
        "Tỷ lệ hồ sơ thủ tục hành chính có cấp kết quả giải quyết thủ tục hành chính điện tử",
        6,
    ),
    (
        "SO_HOA_GIAY_TO_GIAI_QUYET",
        "so_hoa_giay_to_giai_quyet",
        "Tỷ lệ hồ sơ thủ tục hành chính thực hiện số hóa hồ sơ",
        4,
    ),
    (
        "REUSED_DIGITIZED_DATA",
        "reused_digitized_data",
        "Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa",
        2,
    ),
    (
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
        "synced_personal_storage",
        "Tỷ lệ hồ sơ TTHC được số hóa có kết nối, chia sẻ dữ liệu phục vụ tái sử dụng",
        4,
    ),
    (
        "CITIZEN_DATA_CONNECTED_DOSSIER",
        "citizen_data_connected_dossier",
        "Tỷ lệ hồ sơ TTHC có sử dụng thông tin, dữ liệu dân cư",
        2,
    ),
    (
        "CITIZEN_DATA_CONNECTED_FORMALITY",
        "citizen_data_connected_formality",
        "Tỷ lệ TTHC triển khai kết nối, chia sẻ dữ liệu dân cư phục vụ GQ TTHC",
        2,
    ),
)
CERTIFIED_COPY = "Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử từ bản chính"
SATISFACTION = (
    ("PETITION_CLASSIFICATION_TTHC", "petition_classification_tthc", "Tỷ lệ PAKN về quy định, thủ tục hành chính", 0),
    (
        "DOSSIER_RECEIVING_SATISFACTION",
        "dossier_receiving_satisfaction",
        "Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC",
        6,
    ),
    ("PETITION_PROCESSING_ON_TIME", "petition_processing_on_time", "Tỷ lệ PAKN xử lý đúng hạn", 6),
    ("PETITION_HANDLING_SATISFACTION", "petition_handling_satisfaction", "Tỷ lệ hài lòng trong xử lý PAKN", 6),
    (
        "PETITION_CLASSIFICATION_STAFF",
        "petition_classification_staff",
        "Tỷ lệ PAKN về hành vi cán bộ, công chức, viên chức",
        0,
    ),
)


def progress_tree(units: Sequence[Unit], month: int | None) -> Data:
    """`dvc-progress-tree`."""
    root = units[0]
    parent = _tree_head(root) | {
        "totalReceived": root["progress_total_received"],
        "totalOnTime": root["progress_total_on_time"],
        "totalCompleted": root["progress_total_completed"],
        "avgProcessingDays": root["progress_avg_processing_days"],
        "ratio": root["progress_ratio"],
        "totalScore": root["progress_score"],
        "totalMaxScore": 20,
    }
    on_time = root["progress_ratio"] or 0
    shares = {"onTimePct": on_time, "overduePct": rounded(100 - on_time) if on_time else 0}
    nothing = {"onTimePct": 0, "overduePct": 0}
    chart = [{"month": f"{m:02d}"} | (shares if m == month else nothing) for m in range(1, 13)]
    return {"parent": parent, "children": [_progress(unit) for unit in units[1:]], "monthlyChart": chart}


def _progress(unit: Unit) -> Data:
    return _tree_head(unit) | {
        "totalReceived": unit["progress_total_received"],
        "totalOnTime": unit["progress_total_on_time"],
        "totalOverdue": unit["progress_total_overdue"],
        "avgProcessingDays": unit["progress_avg_processing_days"],
        "ratio": unit["progress_ratio"],
        "score": unit["progress_score"],
        "maxScore": 20,
        "scoreDelta": None,
    }


def online_tree(units: Sequence[Unit], month: int | None) -> Data:
    """`provide-online-tree`; the root's channel counts are published, the units have scores only."""
    root = units[0]
    counts = "authorityCount partialCount fullCount onlineDossierCount onlineServiceTotal channelOnlineSum"
    counts += " channelDirectSum channelPostalSum channelTotalSum onlineOnTimeSum onlineOverdueSum"
    published = (56, 31, 21, 406, 1968, 150956, 1639, 0, 152595, 134160, 16796)
    values: tuple[Number, ...] = published if root.cells is not None else (0,) * len(published)
    if root.cells is not None and "channel_online" in root.cells:  # a world's own; its other channels are not counted
        values = tuple(root["channel_online"] if name == "channelOnlineSum" else None for name in counts.split())
    scores = {
        "totalScore": root["online_provision_score"],
        "totalMaxScore": 12,
        "ratio": root["online_provision_ratio"],
    }
    parent = _tree_head(root) | scores | dict(zip(counts.split(), values, strict=True))
    children = [
        _tree_head(unit)
        | {
            "totalScore": unit["online_provision_score"],
            "totalMaxScore": 12,
            "ratio": unit["online_provision_ratio"],
            "scoreDelta": None,
        }
        for unit in units[1:]
    ]
    share = percent(values[3], values[4]) or 0
    chart = [{"label": f"{m:02d}", "onlineDossierPct": share if m == month else 0} for m in range(1, 13)]
    return {"parent": parent, "children": children, "monthlyChart": chart}


def payment_tree(units: Sequence[Unit], month: int | None) -> Data:
    """`formality-online-payment-tree`; no chart."""
    return {"parent": _payment(units[0]), "children": [_payment(unit) for unit in units[1:]]}


def _payment(unit: Unit) -> Data:
    entry = _tree_head(unit) | {
        "totalMaxScore": 10,
        "ratio": unit["payment_ratio"],
        "totalScore": unit["payment_score"],
        "totalDossierOnlinePaymentSuccess": unit["payment_dossier_online_success"],
        "totalDossierFinancialObligation": unit["payment_dossier_financial_obligation"],
        "totalDossierOnlineFormalityPaymentSuccess": unit["payment_formality_online_success"],
        "totalFeeDossierFormalityDistinct": unit["payment_fee_dossier_formality_distinct"],
        "totalFeeDossierFormality": unit["payment_fee_dossier_formality"],
        "totalFeeFormality": unit["payment_fee_formality"],
    }
    return entry if unit.is_root else entry | {"scoreDelta": None}


def transparency(place: int, unit: Unit) -> Data:
    """One unit of `transparency`; it has no `departmentCode`, nor has the overview."""
    metrics = [_metric(unit, *entry) for entry in TRANSPARENCY]
    status = unit.text("dossier_sync_data_quality_status") or ("NO_NATIONAL_REPORT_DATA" if unit.cells is None else "")
    if status:
        metrics[-1] |= {"dataQualityStatus": status, "dataQualityMessage": SYNC_NOTES[status]}
    return _flat_head(place, unit) | _score(unit["transparency_score"], 18) | {"scoreDelta": None, "metrics": metrics}


def digitized(place: int, unit: Unit) -> Data:
    """One unit of `dossier-digitized`."""
    head = _flat_head(place, unit)
    head = {**dict(list(head.items())[:3]), "departmentCode": unit.code, **head}
    metrics = [_metric(unit, *entry) for entry in DIGITIZED]
    copies = unit["electronic_certified_copy_score"]
    last = {"numerator": None, "denominator": None, "ratio": percent(copies, 2) if copies else None, "score": copies}
    metrics.append({"code": "ELECTRONIC_CERTIFIED_COPY", "name": CERTIFIED_COPY, **last, "maxScore": 2})
    return head | _score(unit["digitized_score"], 22) | {"metrics": metrics, "scoreDelta": None}


def satisfaction(place: int, unit: Unit) -> Data:
    """One unit of `handling-satisfaction`: ratios of nothing are 0 here, not null."""
    metrics = [_metric(unit, *entry, of_nothing=0) for entry in SATISFACTION]
    petitions = unit["total_petitions"]
    counts = {"totalPetitions": petitions, "classifiedPetitions": petitions, "totalDossiers": unit["total_dossiers"]}
    return (
        _flat_head(place, unit)
        | _score(unit["satisfaction_score"], 18)
        | {"scoreDelta": None, "metrics": metrics}
        | counts
        | {"averageScore": None}
    )


def _tree_head(unit: Unit) -> Data:
    head = {"departmentId": unit.id, "departmentName": unit.name, "departmentCode": unit.code}
    level = "COMMUNE" if unit.kind == "COMMUNE_PEOPLE_COMMITTEE" else "PROVINCE"
    return head if unit.is_root else head | {"level": level}


def _flat_head(place: int, unit: Unit) -> Data:
    return {
        "stt": place,
        "departmentId": unit.id,
        "departmentName": unit.name,
        "departmentType": unit.kind,
        "departmentLevel": "COMMUNE" if unit.kind == "COMMUNE_PEOPLE_COMMITTEE" else "PROVINCE",
        "agencyLevel": "level_1" if unit.is_root else "level_2",
    }


def _score(score: Number, most: int) -> Data:
    return {"totalScore": score, "totalMaxScore": most, "ratio": percent(score, most) if score else score}


def _metric(unit: Unit, code: str, stem: str, name: str, most: int, *, of_nothing: Number = None) -> Data:
    part, whole = unit[f"{stem}_num"], unit[f"{stem}_den"]
    column = f"{stem}_score"
    has_score = most > 0 and (unit.cells is None or column in unit.cells)
    score = unit[column] if has_score else None
    if unit.cells is None and of_nothing is None:
        score = None
    return {
        "code": code,
        "name": name,
        "numerator": part,
        "denominator": whole,
        "ratio": percent(part, whole) if whole else (None if whole is None else of_nothing),
        "score": score,
        "maxScore": most,
    }
