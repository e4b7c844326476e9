"""Catalogues on the wire: the portal's services of master data (wire-contract §3, §5), and the shops' own lists.

The level in `LayDVC`, and the shops' two lists, have no published shape: theirs is ours [ours].
"""

from __future__ import annotations

from typing import Any

from doisoat_simulator.catalogue_plants import Row
from doisoat_simulator.catalogues import NEW_AGENCY, Catalogues
from doisoat_simulator.servers import catalogue

Item = dict[str, Any]


def listed_procedures(made: Catalogues) -> list[Row]:
    """`LayDanhSachTTHC`: codes and names, the whole list."""
    return [{"MATTHC": row["MATTHC"], "TENTTHC": row["TENTTHC"]} for row in made.portal]


def procedure_details(made: Catalogues, code: Any) -> list[Item]:
    """`LayThuTuc`'s result for a code (§5.1): one entry or none. Some have no `LINHVUCTHUCHIEN` element."""
    row = made.portal_row(code)
    if row is None:
        return []
    fees = [{"MAPHILEPHI": "PLP1", "SOTIEN": row["PHILEPHI"], "DONVI": "Đồng", "MOTA": ""}]
    term = {"THOIGIANGIAIQUYET": row["THOIHAN"], "DONVITINH": row["DONVITINH"], "MOTA": ""}
    term_with_fees = {**term, "PHILEPHI": fees if row["PHILEPHI"] != "0" else []}
    sectors = [{"MALINHVUC": "", "TENLINHVUC": row["LINHVUC"]}] if row["LINHVUC"] else []
    return [
        {
            "MATTHC": row["MATTHC"],
            "TENTTHC": row["TENTTHC"],
            "MACOQUANCONGBO": "000.00.00.H44",
            "TRANGTHAI": row["TRANGTHAI"],
            "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp hồ sơ"}]}],
            "CACHTHUCTHUCHIEN": [{"KENH": str(channel), "THOIGIAN": [term_with_fees]} for channel in (1, 2, 3)],
            "LINHVUCTHUCHIEN": sectors,
            "YEUCAU": "",
            "DOITUONGTHUCHIEN": [{"MADOITUONG": "1", "TENDOITUONG": "Công dân Việt Nam"}],
            "MOTADOITUONGTHUCHIEN": "",
            "KETQUATHUCHIEN": [{"MAKETQUA": "", "TENKETQUA": "Văn bản", "TENTEP": "", "URL": ""}],
            "CANCUPHAPLY": [],
            "COQUANTHUCHIEN": [],
            "THANHPHANHOSO": [],
        }
    ]


def online_services(made: Catalogues) -> list[Item]:
    """`LayDVC`'s `result.data`: one service for each procedure that can be asked for online."""
    return [
        {
            "MADVC": f"DVC.{row['MATTHC']}",
            "TENDVC": row["TENTTHC"],
            "MATTHC": row["MATTHC"],
            "TENTTHC": row["TENTTHC"],
            "TENCOQUANBANHANH": "",
            "TENLINHVUC": row["LINHVUC"],
            "APDUNGDVC": [],
            "MUCDO": row["MUCDO"],
        }
        for row in made.portal
        if row["MUCDO"] != "Không"
    ]


def portal_agencies(made: Catalogues) -> list[Row]:
    """`LayDanhMucCoQuan`: the published units, without one and with one more than the province has."""
    listed = [
        {"MADONVI": entry.code, "TENDONVI": entry.name, "CAPDONVI": entry.level}
        for entry in catalogue.agencies()
        if entry.code != made.missing_agency
    ]
    return [*listed, {"MADONVI": NEW_AGENCY[0], "TENDONVI": NEW_AGENCY[1], "CAPDONVI": "1"}]


def igate_procedure(row: Row) -> Item:
    """An item of iGate's list of procedures."""
    return {
        "id": f"tthc-{row['MATTHC']}",
        "code": row["MATTHC"],
        "translate": {"0": {"languageId": 228, "name": row["TENTTHC"]}},
        "sector": {"id": "", "code": "", "name": row["LINHVUC"]},
        "level": {"id": "", "name": row["MUCDO"]},
        "fee": row["PHILEPHI"],
        "processingTime": row["THOIHAN"],
        "processingTimeUnit": row["DONVITINH"],
        "status": row["TRANGTHAI"],
    }


def opencps_service(row: Row) -> Item:
    """An item of OpenCPS' list of services."""
    return {
        "serviceCode": row["MATTHC"],
        "serviceName": row["TENTTHC"],
        "domainName": row["LINHVUC"],
        "maxLevel": row["MUCDO"],
        "feeText": row["PHILEPHI"],
        "durationText": f"{row['THOIHAN']} {row['DONVITINH']}".strip(),
        "public": row["TRANGTHAI"] == "1",
    }
