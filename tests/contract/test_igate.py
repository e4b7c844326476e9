"""The one-stop-shop as VNPT iGate v2, against wire-contract §2 (token) and §11.3 (search)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.clients import PASSWORD, igate_session
from tests.contract.tiny_world import PERSONAL, TinyWorld, a_row, ten_dossiers

TOKEN = "/igate/auth/realms/digo/protocol/openid-connect/token"
SEARCH = "/igate/pa/dossier/search"
One = Callable[..., str]
Serve = Callable[..., str]


def search(address: str, session: requests.Session | None = None, **query: Any) -> dict[str, Any]:
    asked = {name.replace("_", "-"): value for name, value in query.items()}
    answer = (session or igate_session(address)).get(address + SEARCH, params=asked, timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def first_item(address: str) -> dict[str, Any]:
    item: dict[str, Any] = search(address)["content"][0]
    return item


# --- §2: token ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "password", "username": "doisoat", "password": PASSWORD},
        {"grant_type": "client_credentials", "client_id": "doisoat", "client_secret": PASSWORD},
    ],
)
def test_section_2_both_grants_give_a_bearer_token_that_lasts_300_seconds(ten: str, form: dict[str, str]) -> None:
    answer = requests.post(ten + TOKEN, data=form, timeout=10)
    assert answer.status_code == 200
    assert {"token_type": "Bearer", "expires_in": 300}.items() <= answer.json().items()
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert requests.get(ten + SEARCH, headers=bearer, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password", "username": "doisoat", "password": "sai"}, 401, "invalid_grant"),
        ({"grant_type": "password"}, 401, "invalid_grant"),
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": ""}, 401, "unauthorized_client"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({}, 400, "invalid_request"),
    ],
)
def test_section_2_wrong_credentials_are_refused_as_keycloak_does(
    ten: str, form: dict[str, str], status: int, error: str
) -> None:
    answer = requests.post(ten + TOKEN, data=form, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Basic ZG9pc29hdDptYXQta2hhdS10aHU="])
def test_section_2_a_search_without_a_token_is_401(ten: str, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = requests.get(ten + SEARCH, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_section_2_a_token_ends_with_its_lifetime(one: One) -> None:
    address = one(a_row("H44.100-260824-0001", 1), token_seconds=0.0)
    answer = igate_session(address).get(address + SEARCH, timeout=10)
    assert answer.status_code == 401


def test_the_password_comes_from_the_environment(one: One, monkeypatch: pytest.MonkeyPatch) -> None:
    address = one(a_row("H44.100-260824-0001", 1))
    monkeypatch.setenv("DOISOAT_SIMULATOR_PASSWORD", "khác")
    form = {"grant_type": "password", "username": "doisoat", "password": "khác"}
    assert requests.post(address + TOKEN, data=form, timeout=10).status_code == 200
    assert requests.post(address + TOKEN, data=form | {"password": PASSWORD}, timeout=10).status_code == 401


# --- §11.3: paging -----------------------------------------------------------------------------------------------


def test_section_11_3_a_slice_has_no_totals(ten: str) -> None:
    page = search(ten, page=0, size=4, spec="slice")
    assert {name: value for name, value in page.items() if name != "content"} == {
        "last": False,
        "first": True,
        "number": 0,
        "size": 4,
        "numberOfElements": 4,
        "empty": False,
    }


def test_section_11_3_a_page_has_totals(ten: str) -> None:
    page = search(ten, page=2, size=4, spec="page")
    assert (page["totalElements"], page["totalPages"], page["last"], page["number"]) == (10, 3, True, 2)
    assert len(page["content"]) == page["numberOfElements"] == 2


@pytest.mark.parametrize("spec", ["slice", "page"])
@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_section_11_3_pages_from_0_give_every_dossier_once(ten: str, spec: str, size: int) -> None:
    session = igate_session(ten)
    codes: list[str] = []
    for number in range(100):
        page = search(ten, session, page=number, size=size, spec=spec)
        codes += [item["code"] for item in page["content"]]
        if page["last"]:
            break
    assert sorted(codes) == [f"H44.100-260824-{number:04d}" for number in range(1, 11)]


def test_section_11_3_a_page_behind_the_last_is_empty(ten: str) -> None:
    page = search(ten, page=9, size=4)
    assert (page["content"], page["empty"], page["last"]) == ([], True, True)


def test_section_11_3_sorted_by_updated_date_newest_first(ten: str) -> None:
    newest = [item["code"][-4:] for item in search(ten, sort="updatedDate,desc")["content"]]
    oldest = [item["code"][-4:] for item in search(ten, sort="updatedDate,asc")["content"]]
    assert newest == [f"{number:04d}" for number in range(10, 0, -1)]
    assert oldest == newest[::-1]
    assert [item["code"][-4:] for item in search(ten)["content"]] == newest


def test_section_11_3_one_code_is_read_as_it_is_now_not_as_it_was_listed(serve: Serve) -> None:
    listed = a_row("H44.100-260824-0001", 1, TrangThaiHoSo=4)
    world = TinyWorld([listed], [], fresh_shop={"H44.100-260824-0001": listed | {"TrangThaiHoSo": 10}})
    address = serve(world)
    assert first_item(address)["dossierStatus"]["name"] == "Đang xử lý"
    assert search(address, code="H44.100-260824-0001")["content"][0]["dossierStatus"]["name"] == "Đã trả kết quả"
    assert search(address, code="H44.100-999999-0001")["content"] == []


def test_section_11_3_the_public_search_wants_a_code_and_no_account(serve: Serve) -> None:
    listed = a_row("H44.100-260824-0001", 1, TrangThaiHoSo=4)
    address = serve(TinyWorld([listed], [], fresh_shop={"H44.100-260824-0001": listed | {"TrangThaiHoSo": 10}}))
    path, query = "/igate/pa/dossier-search/dvc", {"page": "0", "size": "10", "spec": "slice"}
    found = requests.get(address + path, params=query | {"code": "H44.100-260824-0001"}, timeout=10).json()
    assert [item["dossierStatus"]["name"] for item in found["content"]] == ["Đã trả kết quả"]
    assert (found["last"], "totalElements" in found) == (True, False)
    assert requests.get(address + path, params=query, timeout=10).json()["content"] == []


def test_section_11_3_accepted_from_and_to_include_their_days(serve: Serve) -> None:
    days = [datetime(2026, 8, 23, 23, 59, 59), datetime(2026, 8, 24), datetime(2026, 8, 25, 23, 59, 59), None]
    rows = [a_row(f"H44.100-1-{n}", n, NgayTiepNhan=day) for n, day in enumerate(days)]
    address = serve(TinyWorld(rows, []))
    for start, stop in [
        ("2026-08-24", "2026-08-25"),
        ("2026-08-24T00:00:00.000+0700", "2026-08-25T23:59:59.000+0700"),
        ("2026-08-23T17:00:00.000+0000", "2026-08-25T16:59:59.000Z"),
    ]:
        found = search(address, accepted_from=start, accepted_to=stop, sort="code,asc")
        assert [item["code"] for item in found["content"]] == ["H44.100-1-1", "H44.100-1-2"]


def test_section_9_1_dossier_status_filters_by_igates_own_ids(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{status:02d}", status, TrangThaiHoSo=status) for status in range(1, 11)]
    address = serve(TinyWorld(rows, []))
    found = search(address, dossier_status="0,4,999", sort="code,asc")["content"]
    assert [(item["code"], item["dossierStatus"]["name"]) for item in found] == [
        ("H44.100-1-01", "Mới đăng ký"),
        ("H44.100-1-10", "Đã trả kết quả"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "x"},
        {"page": "99999999999"},
        {"size": "0"},
        {"size": "²"},
        {"spec": "all"},
        {"sort": "ChuHoSo,asc"},
        {"sort": "updatedDate,up"},
        {"accepted-from": "24/13/2026"},
        {"accepted-from": "2026-02-30"},
        {"dossier-status": "x"},
    ],
)
def test_a_parameter_of_the_wrong_type_is_400(ten: str, query: dict[str, str]) -> None:
    answer = igate_session(ten).get(ten + SEARCH, params=query, timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_items_that_are_no_objects_stand_at_the_end_of_the_whole_listing_only(serve: Serve) -> None:
    address = serve(ten_dossiers(), shapeless=2)
    found = search(address, spec="page", size=20)
    assert found["totalElements"] == 12
    assert [type(item) for item in found["content"]] == [dict] * 10 + [list] * 2
    assert "Canh Giữ" in str(found["content"][11])
    assert search(address, accepted_from="2027-01-01", spec="page")["totalElements"] == 0


# --- §11.3: the item ---------------------------------------------------------------------------------------------


def test_section_11_3_an_item_has_the_fields_clients_read(one: One) -> None:
    item = first_item(one(a_row("H44.100-260824-0001", 7, nationCode="G22.01-260824-000001")))
    expected = (
        "id code nationCode dossierStatus dossierTaskStatus applicant procedure procedureProcessDefinition agency"
        " applyMethod currentTask task accepter eForm isDVCLT undefindedCompleteTime countDutypaidCert appliedDate"
        " acceptedDate appointmentDate dueDate completedDate returnedDate updatedDate moRong"
    )
    assert list(item) == expected.split()
    assert (item["id"], item["code"], item["nationCode"]) == ("7", "H44.100-260824-0001", "G22.01-260824-000001")
    assert item["agency"] == {"id": "a-H44.100", "name": "UBND Phường Việt Trì", "code": "H44.100"}
    assert item["procedure"]["code"] == "2.000815"
    assert set(item["procedure"]) == {"id", "code", "translate", "sector"}
    assert item["applyMethod"] == {"id": 0, "name": "Trực tuyến"}
    assert item["dossierStatus"] == {"id": 4, "name": "Đã trả kết quả"}


def test_section_11_3_both_date_forms_occur_and_mean_the_same_instant(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{n}", n, NgayTiepNhan=datetime(2026, 8, 24)) for n in range(40)]
    accepted = {item["acceptedDate"] for item in search(serve(TinyWorld(rows, [])), size=100)["content"]}
    assert accepted == {"2026-08-23T17:00:00.000+0000", "2026-08-24T00:00:00.000+0700"}


def test_section_11_3_every_date_names_its_instant_to_the_second(one: One) -> None:
    row = a_row("H44.100-260824-0001", 1)
    item = first_item(one(row))
    for wire, column in {
        "appliedDate": "NgayNopHoSo",
        "acceptedDate": "NgayTiepNhan",
        "appointmentDate": "NgayHenTra",
        "dueDate": "NgayHenTra",
        "completedDate": "NgayKetThucXuLy",
        "returnedDate": "NgayTra",
        "updatedDate": "updated_at",
    }.items():
        read = datetime.strptime(item[wire], "%Y-%m-%dT%H:%M:%S.%f%z")
        assert read.timestamp() == datetime.fromisoformat(f"{row[column].isoformat()}+07:00").timestamp()


def test_section_11_3_translate_and_current_task_change_their_shape(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{n}", n) for n in range(60)]
    items = search(serve(TinyWorld(rows, [])), size=100)["content"]
    translations = [item["procedure"]["translate"] for item in items]
    kinds = {"list" if isinstance(t, list) else "keyed" if "0" in t else "object" for t in translations}
    assert kinds == {"list", "keyed", "object"}
    names = [t[0] if isinstance(t, list) else t.get("0", t) for t in translations]
    assert {name["name"][:10] for name in names} == {"Chứng thực"}
    assert {type(item["currentTask"]) for item in items} == {list, dict}


def test_section_9_1_all_ten_statuses_carry_their_vietnamese_names_under_foreign_ids(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{status:02d}", status, TrangThaiHoSo=status) for status in range(1, 11)]
    items = search(serve(TinyWorld(rows, [])), sort="code,asc")["content"]
    assert [item["dossierStatus"]["name"] for item in items] == [
        "Mới đăng ký",
        "Được tiếp nhận",
        "Không được tiếp nhận",
        "Đang xử lý",
        "Yêu cầu bổ sung giấy tờ",
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Công dân yêu cầu rút hồ sơ",
        "Dừng xử lý",
        "Đã xử lý xong",
        "Đã trả kết quả",
    ]
    assert len({item["dossierStatus"]["id"] for item in items}) == 10
    assert (items[0]["dossierStatus"]["id"], items[9]["dossierStatus"]["id"]) == (0, 4)


def test_broken_values_of_the_world_are_served_as_they_are(one: One) -> None:
    item = first_item(
        one(a_row("=cmd()", 1, TrangThaiHoSo=11, NgayTiepNhan="31/02/2026", MaTTHC=None, KenhThucHien="Zalo"))
    )
    assert item["code"] == "=cmd()"
    assert item["dossierStatus"] == {"id": None, "name": "11"}
    assert item["acceptedDate"] == "31/02/2026"
    assert item["procedure"]["code"] is None
    assert item["applyMethod"] == {"id": None, "name": "Zalo"}


def test_a_null_code_status_channel_and_date_stay_null(one: One) -> None:
    changes = dict.fromkeys(["MaHoSo", "TrangThaiHoSo", "KenhThucHien", "NgayTiepNhan", "MaCoQuan", "NgayHenTra"])
    item = first_item(one(a_row("x", 1, **changes)))
    assert item["dossierStatus"] == {"id": None, "name": None}
    assert [item[name] for name in ("code", "applyMethod", "acceptedDate", "agency", "dueDate")] == [None] * 5


def test_a_plain_date_is_its_local_midnight(one: One) -> None:
    item = first_item(one(a_row("x-1", 1, NgayHenTra=date(2026, 8, 27))))
    assert item["appointmentDate"] in {"2026-08-26T17:00:00.000+0000", "2026-08-27T00:00:00.000+0700"}


def test_personal_data_is_on_the_wire(one: One) -> None:
    address = one(a_row("H44.100-260824-0001", 1))
    text = igate_session(address).get(address + SEARCH, timeout=10).content.decode()
    assert [value for value in PERSONAL.values() if value not in text] == []


EXTENSION = {
    "ThoiDiemXuLy": "2026-08-26T16:30:00.000+0700",
    "DuocThanhToanTrucTuyen": 1,
    "TongLePhi": 50_000,
    "SoLanBoSung": 1,
    "NgayYeuCauBoSung": None,
    "NgayHoanThanhBoSung": None,
    "DanhSachHoSoBoSung": [{"NgayBoSung": "2026-08-25T09:00:00.000+0700", "NgayTiepNhanBoSung": None}],
    "SoLanGiaHan": 0,
    "DuongDanTepTinKetQua": "https://motcua.example/1.pdf",
    "MaHoSoQG": None,
    "MaHoSoKhac": "H44-1",
    "MaHoSoDonVi": None,
    "DoMat": "Mật",
    "HoSoCoThanhPhanSoHoa": 1,
}


def extended_row() -> dict[str, Any]:
    supplements = [{"NgayBoSung": datetime(2026, 8, 25, 9), "NgayTiepNhanBoSung": None}]
    return a_row(
        "x-1", 1, SoLanBoSung=1, DanhSachHoSoBoSung=supplements, MaHoSoKhac="H44-1", DoMat="Mật", HoSoCoThanhPhanSoHoa=1
    )


def test_a_column_the_world_lacks_is_absent_not_null(one: One) -> None:
    row = a_row("x-1", 1)
    del row["SoLanGiaHan"]
    extended = first_item(one(row))["moRong"]
    assert "SoLanGiaHan" not in extended
    assert extended["MaHoSoQG"] is None


def test_the_extension_carries_what_the_wire_does_not_name_under_canonical_names(one: One) -> None:
    assert first_item(one(extended_row()))["moRong"] == EXTENSION


def test_pure_wire_lacks_exactly_the_extension(one: One) -> None:
    extended, pure = first_item(one(extended_row())), first_item(one(extended_row(), pure_wire=True))
    assert {name: value for name, value in extended.items() if name != "moRong"} == pure


# --- never a 500 -------------------------------------------------------------------------------------------------

anything = st.text(max_size=30)
PARAMETERS = ("page", "size", "spec", "sort", "code", "accepted-from", "accepted-to", "dossier-status", "x")
query = st.dictionaries(st.sampled_from(PARAMETERS), anything)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=query)
def test_no_query_makes_the_search_fail(ten: str, query: dict[str, str]) -> None:
    answer = SESSIONS.setdefault(ten, igate_session(ten)).get(ten + SEARCH, params=query, timeout=10)
    assert answer.status_code in {200, 400}
    assert isinstance(answer.json(), dict)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60) | st.builds(lambda text: f"grant_type={text}".encode(), anything))
def test_no_form_makes_the_oauth_endpoint_fail(ten: str, body: bytes) -> None:
    assert requests.post(ten + TOKEN, data=body, timeout=10).status_code in {400, 401}


SESSIONS: dict[str, requests.Session] = {}
