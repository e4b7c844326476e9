"""The portal's public reporting API, against the published shapes and the real figures of Phú Thọ, August 2026.

The literals are transcribed items of the real answers; the sums and formulas are those the figures were checked by.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = "019d2be3-6a88-732b-8b17-b68020c8553a"
VIET_TRI = "019d2be3-6ab4-74ce-8a81-1708de733a98"
AUGUST = {"timeType": "month", "year": 2026, "month": 8}
TREES = ["dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree"]
FLATS = ["transparency", "dossier-digitized", "handling-satisfaction"]


def ask(address: str, name: str, body: Any) -> requests.Response:
    return requests.post(f"{address}/api/v1/reporting/{name}", json=body, timeout=10)


def data_of(address: str, name: str, **changes: Any) -> dict[str, Any]:
    body = {"rootDepartmentId": ROOT, "currentPage": 1, "pageSize": 200, **AUGUST}
    if name == "handling-satisfaction":
        body = {"rootDepartmentId": ROOT, "fromDate": "2026-08-01", "toDate": "2026-08-31"}
    answer = ask(address, f"evaluation/{name}", body | changes)
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert (answer.json()["code"], answer.json()["message"]) == ("OK", "OK")
    found: dict[str, Any] = answer.json()["data"]
    return found


def viet_tri(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return next(entry for entry in entries if entry["departmentId"] == VIET_TRI)


def metric(entry: dict[str, Any], code: str) -> dict[str, Any]:
    return next(found for found in entry["metrics"] if found["code"] == code)


# --- the transcribed items, whole --------------------------------------------------------------------------------


def test_shape_1_dvc_progress_tree(ten: str) -> None:
    data = data_of(ten, "dvc-progress-tree")
    assert list(data) == ["parent", "children", "monthlyChart"]
    assert data["parent"] == {
        "departmentId": ROOT,
        "departmentName": "UBND tỉnh Phú Thọ",
        "departmentCode": "H44",
        "totalReceived": 184513,
        "totalOnTime": 144625,
        "totalCompleted": 147765,
        "avgProcessingDays": 7.05,
        "ratio": 78.38,
        "totalScore": 15.68,
        "totalMaxScore": 20,
    }
    assert viet_tri(data["children"]) == {
        "departmentId": VIET_TRI,
        "departmentName": "UBND Phường Việt Trì",
        "departmentCode": "H44.100",
        "level": "COMMUNE",
        "totalReceived": 2971,
        "totalOnTime": 2348,
        "totalOverdue": 623,
        "avgProcessingDays": 5.6,
        "ratio": 79.03,
        "score": 15.81,
        "maxScore": 20,
        "scoreDelta": None,
    }
    august = {"month": "08", "onTimePct": 78.38, "overduePct": 21.62}
    nothing = [{"month": f"{m:02d}", "onTimePct": 0, "overduePct": 0} for m in range(1, 13) if m != 8]
    assert sorted(data["monthlyChart"], key=str) == sorted([august, *nothing], key=str)


def test_shape_2_transparency(ten: str) -> None:
    data = data_of(ten, "transparency")
    assert list(data) == ["overview", "monthlyChart", "evaluation", "pagination", "source"]
    assert viet_tri(data["evaluation"]) == {
        "stt": 5,
        "departmentId": VIET_TRI,
        "departmentName": "UBND Phường Việt Trì",
        "departmentType": "COMMUNE_PEOPLE_COMMITTEE",
        "departmentLevel": "COMMUNE",
        "agencyLevel": "level_2",
        "totalScore": 7.96,
        "totalMaxScore": 18,
        "ratio": 44.22,
        "scoreDelta": None,
        "metrics": [
            {
                "code": "PUBLISH_ON_TIME",
                "name": "Tỷ lệ TTHC công bố đúng hạn",
                "numerator": 0,
                "denominator": 0,
                "ratio": None,
                "score": None,
                "maxScore": 6,
            },
            {
                "code": "PUBLIC_UPDATE_ON_TIME",
                "name": "Tỷ lệ TTHC cập nhật, công khai đúng hạn",
                "numerator": 0,
                "denominator": 0,
                "ratio": None,
                "score": None,
                "maxScore": 4,
            },
            {
                "code": "PUBLIC_CONTENT_FULL",
                "name": "Tỷ lệ TTHC công khai đầy đủ nội dung",
                "numerator": 87,
                "denominator": 89,
                "ratio": 97.75,
                "score": 1.96,
                "maxScore": 2,
            },
            {
                "code": "DOSSIER_SYNC",
                "name": "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG",
                "numerator": 2247,
                "denominator": 2247,
                "ratio": 100,
                "score": 6,
                "maxScore": 6,
                "dataQualityStatus": "TEMP_NATIONAL_REPORT_DENOMINATOR",
                "dataQualityMessage": "Mẫu số BCQG/GRIS đang dùng số tạm, cần thay bằng dữ liệu crawl hệ thống cũ.",
            },
        ],
    }
    overview = data["overview"]
    assert (overview["stt"], overview["agencyLevel"], overview["averageScore"]) == (1, "level_1", 7.89)
    assert "departmentCode" not in overview
    assert data["monthlyChart"] == []
    assert data["pagination"] == {"total": 163, "currentPage": 1, "pageSize": 200, "totalPages": 1}
    assert data["source"] == "reporting_766_transparency_* and reporting_dvc_calendar Mongo collections"


def test_shape_2_a_unit_without_dossiers_has_no_sync_figure(ten: str) -> None:
    first = data_of(ten, "transparency")["evaluation"][0]
    assert (first["departmentName"], first["totalScore"]) == ("Văn phòng UBND Tỉnh - Tỉnh Phú Thọ", 1.96)
    assert metric(first, "DOSSIER_SYNC") == {
        "code": "DOSSIER_SYNC",
        "name": "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG",
        "numerator": 0,
        "denominator": 0,
        "ratio": None,
        "score": None,
        "maxScore": 6,
        "dataQualityStatus": "NO_NATIONAL_REPORT_DATA",
        "dataQualityMessage": "Không có dữ liệu báo cáo tổng hợp.",
    }


def test_shape_3_provide_online_tree(ten: str) -> None:
    data = data_of(ten, "provide-online-tree")
    assert data["parent"] == {
        "departmentId": ROOT,
        "departmentName": "UBND tỉnh Phú Thọ",
        "departmentCode": "H44",
        "totalScore": 8.83,
        "totalMaxScore": 12,
        "ratio": 73.58,
        "authorityCount": 56,
        "partialCount": 31,
        "fullCount": 21,
        "onlineDossierCount": 406,
        "onlineServiceTotal": 1968,
        "channelOnlineSum": 150956,
        "channelDirectSum": 1639,
        "channelPostalSum": 0,
        "channelTotalSum": 152595,
        "onlineOnTimeSum": 134160,
        "onlineOverdueSum": 16796,
    }
    assert viet_tri(data["children"]) == {
        "departmentId": VIET_TRI,
        "departmentName": "UBND Phường Việt Trì",
        "departmentCode": "H44.100",
        "level": "COMMUNE",
        "totalScore": 6.48,
        "totalMaxScore": 12,
        "ratio": 54,
        "scoreDelta": None,
    }
    assert data["monthlyChart"][7] == {"label": "08", "onlineDossierPct": 20.63}


def test_shape_4_formality_online_payment_tree(ten: str) -> None:
    data = data_of(ten, "formality-online-payment-tree")
    assert list(data) == ["parent", "children"]
    assert viet_tri(data["children"]) == {
        "departmentId": VIET_TRI,
        "departmentName": "UBND Phường Việt Trì",
        "departmentCode": "H44.100",
        "level": "COMMUNE",
        "totalMaxScore": 10,
        "ratio": 66.9,
        "totalScore": 6.69,
        "totalDossierOnlinePaymentSuccess": 1516,
        "totalDossierFinancialObligation": 1707,
        "totalDossierOnlineFormalityPaymentSuccess": 12,
        "totalFeeDossierFormalityDistinct": 35,
        "totalFeeDossierFormality": 7,
        "totalFeeFormality": 35,
        "scoreDelta": None,
    }
    parent = data["parent"]
    assert {"level", "scoreDelta"} & set(parent) == set()
    assert list(parent.values())[-6:] == [82913, 98459, 93, 310, 56, 310]


def test_shape_5_dossier_digitized(ten: str) -> None:
    data = data_of(ten, "dossier-digitized")
    assert list(data) == ["overview", "evaluation", "pagination", "source"]
    found = viet_tri(data["evaluation"])
    assert list(found) == [
        "stt",
        "departmentId",
        "departmentName",
        "departmentCode",
        "departmentType",
        "departmentLevel",
        "agencyLevel",
        "totalScore",
        "totalMaxScore",
        "ratio",
        "metrics",
        "scoreDelta",
    ]
    assert (found["departmentCode"], found["totalScore"], found["ratio"]) == ("H44.100", 8.67, 39.41)
    figures = [(m["numerator"], m["denominator"], m["ratio"], m["score"], m["maxScore"]) for m in found["metrics"]]
    assert figures == [
        (2469, 2971, 83.1, 4.99, 6),
        (479, 2971, 16.12, 0.64, 4),
        (35, 2971, 1.18, 0.03, 2),
        (0, 2971, 0, 0, 4),
        (1137, 2971, 38.27, 0.77, 2),
        (46, 385, 11.95, 0.24, 2),
        (None, None, 100, 2, 2),
    ]
    assert [m["code"] for m in found["metrics"]] == [
        "ORIGINAL_RESULT_AVAILABLE",
        "SO_HOA_GIAY_TO_GIAI_QUYET",
        "REUSED_DIGITIZED_DATA",
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
        "CITIZEN_DATA_CONNECTED_DOSSIER",
        "CITIZEN_DATA_CONNECTED_FORMALITY",
        "ELECTRONIC_CERTIFIED_COPY",
    ]
    assert data["overview"]["departmentCode"] == "H44"
    nothing = data["evaluation"][0]
    assert [(m["ratio"], m["score"]) for m in nothing["metrics"][:6]] == [(None, None)] * 5 + [(0, 0)]


def test_shape_6_handling_satisfaction(ten: str) -> None:
    data = data_of(ten, "handling-satisfaction")
    found = viet_tri(data["evaluation"])
    assert (found["totalScore"], found["ratio"]) == (17.27, 95.94)
    assert list(found.values())[-4:] == [3, 3, 2971, None]
    figures = [(m["numerator"], m["denominator"], m["ratio"], m["score"], m["maxScore"]) for m in found["metrics"]]
    assert figures == [
        (3, 3, 100, None, 0),
        (2348, 2971, 79.03, 5.27, 6),
        (3, 3, 100, 6, 6),
        (3, 3, 100, 6, 6),
        (0, 3, 0, None, 0),
    ]
    nobody = data["evaluation"][0]["metrics"]
    assert [(m["denominator"], m["ratio"], m["score"]) for m in nobody] == [
        (0, 0, None),
        (0, 0, 0),
        (0, 0, 6),
        (0, 0, 6),
        (0, 0, None),
    ]


def test_shape_7_service_results(ten: str) -> None:
    body = {"timeType": "year", "year": 2026, "departmentType": "ADMINISTRATIVE_UNIT"}
    answer = ask(ten, "evaluation/service-results", body)
    data = answer.json()["data"]
    assert answer.status_code == 201
    assert list(data) == ["overview", "growthPercent", "radar", "donuts", "evaluation", "monthlyChart", "dossierChart"]
    assert data["evaluation"] == [
        {
            "departmentId": ROOT,
            "departmentName": "UBND tỉnh Phú Thọ",
            "departmentCode": "H44",
            "totalScore": 62.6,
            "ratio": 62.6,
            "scoreDelta": 18.58,
            "groupScores": {
                "CKMB": 7.96,
                "TDGQ": 17.63,
                "CLGQ": 9.09,
                "TTTT": 6.58,
                "MDHL": 11.79,
                "MDSH": 9.55,
            },
        }
    ]
    assert [entry["code"] for entry in data["radar"]] == ["CKMB", "TDGQ", "ONLINE_SERVICE", "MDHL", "MDSH"]
    assert data["monthlyChart"][7] == {"month": "08", "averageScore": 54.67}
    assert data["dossierChart"][9] == {"month": "10", "onTimePct": None, "overduePct": None}


def test_shape_8_formalities(ten: str) -> None:
    answer = ask(ten, "formalities", {"currentPage": 1, "pageSize": 10, "q": "2.000815"})
    assert answer.status_code == 201
    (item,) = answer.json()["data"]["items"]
    assert list(item) == [
        "id",
        "code",
        "name",
        "state",
        "departmentId",
        "publishingDepartmentIds",
        "appliedDepartmentIds",
    ]
    assert (item["id"], item["code"]) == ("019d2bfd-8e22-77ef-819f-e49460350904", "2.000815")
    inactive = ask(ten, "formalities", {"q": "1.000026"}).json()["data"]["items"][0]
    assert (inactive["state"], inactive["appliedDepartmentIds"]) == ("INACTIVE", [])


def test_shape_8_pages_of_formalities_give_every_procedure_once_by_code(ten: str) -> None:
    first = ask(ten, "formalities", {"currentPage": 1, "pageSize": 7}).json()["data"]["pagination"]
    codes: list[str] = []
    for page in range(1, first["totalPages"] + 1):
        items = ask(ten, "formalities", {"currentPage": page, "pageSize": 7}).json()["data"]["items"]
        codes += [item["code"] for item in items]
    assert len(codes) == first["total"]
    assert codes == sorted(set(codes))


# --- what holds for all units ------------------------------------------------------------------------------------


def test_all_163_units_in_the_order_of_their_codes_as_text(ten: str) -> None:
    for name in TREES:
        units = [unit["departmentCode"] for unit in data_of(ten, name)["children"]]
        assert len(units) == 163
        assert units == sorted(units)


def test_all_endpoints_know_the_same_units_by_the_same_ids(ten: str) -> None:
    ids = [{unit["departmentId"] for unit in data_of(ten, name)["children"]} for name in TREES]
    ids += [{unit["departmentId"] for unit in data_of(ten, name)["evaluation"]} for name in FLATS]
    assert all(found == ids[0] for found in ids)
    assert len(ids[0]) == 163


def test_on_time_and_overdue_add_up_and_give_ratio_and_score(ten: str) -> None:
    data = data_of(ten, "dvc-progress-tree")
    for unit in data["children"]:
        received, on_time = unit["totalReceived"], unit["totalOnTime"]
        assert on_time + unit["totalOverdue"] == received
        if received:
            assert abs(unit["ratio"] - 100 * on_time / received) <= 0.00501
            assert abs(unit["score"] - 20 * on_time / received) <= 0.00501
    assert sum(unit["totalReceived"] for unit in data["children"]) == 184513
    assert sum(unit["totalOnTime"] for unit in data["children"]) == 144625


def test_the_sync_figures_add_up_and_may_exceed_what_was_received(ten: str) -> None:
    transparent = data_of(ten, "transparency")["evaluation"]
    assert sum(metric(unit, "DOSSIER_SYNC")["numerator"] for unit in transparent) == 138744
    received = {u["departmentId"]: u["totalReceived"] for u in data_of(ten, "dvc-progress-tree")["children"]}
    above = [u for u in transparent if metric(u, "DOSSIER_SYNC")["numerator"] > received[u["departmentId"]]]
    assert [metric(u, "DOSSIER_SYNC")["numerator"] for u in above] == [6]


def test_payment_scores_follow_from_their_counts(ten: str) -> None:
    for unit in data_of(ten, "formality-online-payment-tree")["children"]:

        def share(part: str, whole: str, unit: dict[str, Any] = unit) -> float:
            return unit[part] / unit[whole] if unit[whole] else 0.0

        score = 6 * share("totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation")
        score += min(2, 2.5 * share("totalDossierOnlineFormalityPaymentSuccess", "totalFeeDossierFormalityDistinct"))
        score += 2.5 * share("totalFeeDossierFormality", "totalFeeFormality")
        assert abs(unit["totalScore"] - score) <= 0.015


def test_numbers_are_numbers_without_needless_decimals(ten: str) -> None:
    text = ask(ten, "evaluation/transparency", {"rootDepartmentId": ROOT, **AUGUST}).text
    assert '"ratio":100,' in text
    assert ".0," not in text


# --- requests ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_size", [1, 100])
def test_paging_cuts_flat_endpoints_and_leaves_trees_whole(ten: str, page_size: int) -> None:
    flat = data_of(ten, "transparency", pageSize=page_size, currentPage=2)
    assert flat["pagination"]["totalPages"] == -(-163 // page_size)
    assert flat["evaluation"][0]["stt"] == page_size + 1
    assert len(data_of(ten, "dvc-progress-tree", pageSize=page_size, currentPage=2)["children"]) == 163


@pytest.mark.parametrize(
    "period",
    [
        {"timeType": "month", "year": 2026, "month": 7},
        {"timeType": "quarter", "year": 2026, "quarter": 3},
        {"timeType": "year", "year": 2026},
    ],
)
def test_periods_without_published_figures_answer_zeros_in_the_same_shape(ten: str, period: dict[str, Any]) -> None:
    published = data_of(ten, "dvc-progress-tree")
    body = {"rootDepartmentId": ROOT, **period}
    other = ask(ten, "evaluation/dvc-progress-tree", body).json()["data"]
    assert [list(unit) for unit in other["children"]] == [list(unit) for unit in published["children"]]
    assert {unit["totalReceived"] for unit in other["children"]} == {0}


def test_the_filter_by_procedure_is_spelled_differently_in_dossier_digitized(ten: str) -> None:
    for name, ignored, works in [
        ("transparency", "formalityID", "formalityId"),
        ("dossier-digitized", "formalityId", "formalityID"),
    ]:
        whole = data_of(ten, name)["evaluation"]
        assert data_of(ten, name, **{ignored: "x"})["evaluation"] == whole
        assert data_of(ten, name, **{works: "x"})["evaluation"] != whole


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("dvc-progress-tree", {"rootDepartmentId": "x", **AUGUST}, 404),
        ("dvc-progress-tree", {"rootDepartmentId": ROOT}, 400),
        ("transparency", {"rootDepartmentId": ROOT, "timeType": "month", "year": 2026, "month": 13}, 400),
        ("transparency", {"rootDepartmentId": ROOT, **AUGUST, "pageSize": 0}, 400),
        ("handling-satisfaction", {"rootDepartmentId": ROOT, **AUGUST}, 400),
        ("service-results", {}, 400),
        ("service-results", [], 400),
        ("nothing", {"rootDepartmentId": ROOT, **AUGUST}, 404),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(ten: str, name: str, body: Any, status: int) -> None:
    answer = ask(ten, f"evaluation/{name}", body)
    assert (answer.status_code, answer.json()["data"]) == (status, None)


value = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
)
keys = ("timeType", "year", "month", "quarter", "fromDate", "toDate", "currentPage", "pageSize", "q", "formalityId")
names = st.sampled_from([f"evaluation/{name}" for name in (*TREES, *FLATS, "service-results")] + ["formalities"])
bodies = st.dictionaries(st.sampled_from(keys), value | st.lists(value, max_size=2))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names, body=bodies, is_month=st.booleans())
def test_no_body_makes_the_reporting_api_fail(ten: str, name: str, body: dict[str, Any], is_month: bool) -> None:
    whole = {"rootDepartmentId": ROOT, **(AUGUST if is_month else {}), **body}
    assert ask(ten, name, whole).status_code in {201, 400, 404}
