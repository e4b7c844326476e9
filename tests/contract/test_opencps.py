"""The one-stop-shop as OpenCPS v2, against wire-contract §9.1 (words), §11.1 (list), §13.1 (dates)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.clients import opencps_session
from tests.contract.tiny_world import PERSONAL, TinyWorld, a_row

DOSSIERS = "/opencps/o/rest/v2/dossiers"
One = Callable[..., str]
Serve = Callable[..., str]


def listed(address: str, **query: Any) -> dict[str, Any]:
    answer = opencps_session().get(address + DOSSIERS, params=query, timeout=10)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def first_item(address: str) -> dict[str, Any]:
    item: dict[str, Any] = listed(address)["data"][0]
    return item


def test_section_11_1_without_an_end_only_ten_come(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{n:02d}", n) for n in range(12)]
    answer = listed(serve(TinyWorld(rows, [])))
    assert (answer["total"], len(answer["data"])) == (12, 10)


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_section_11_1_offsets_give_every_dossier_once(ten: str, size: int) -> None:
    pages = [listed(ten, start=start, end=start + size) for start in range(0, 10, size)]
    codes = [item["dossierNo"] for page in pages for item in page["data"]]
    assert {page["total"] for page in pages} == {10}
    assert sorted(codes) == [f"H44.100-260824-{number:04d}" for number in range(1, 11)]


def test_section_11_1_sort_and_order(ten: str) -> None:
    oldest = [item["dossierNo"][-2:] for item in listed(ten, sort="modifiedDate", order="false")["data"]]
    assert oldest == [f"{number:02d}" for number in range(1, 11)]
    assert [item["dossierNo"][-2:] for item in listed(ten, sort="dossierNo", order="true")["data"]] == oldest[::-1]


def test_section_11_1_filters(serve: Serve) -> None:
    rows = [
        a_row("a-1", 1, TrangThaiHoSo=4, NgayTiepNhan=datetime(2026, 8, 23, 23, 59)),
        a_row("a-2", 2, MaCoQuan="H44.07"),
        a_row("a-3", 3, MaTTHC="1.000045"),
    ]
    address = serve(TinyWorld(rows, []))
    for query, codes in [
        ({"status": "processing"}, ["a-1"]),
        ({"status": "processing,done"}, ["a-1", "a-2", "a-3"]),
        ({"agency": "H44.07"}, ["a-2"]),
        ({"service": "1.000045"}, ["a-3"]),
        ({"fromReceiveDate": "24/08/2026"}, ["a-2", "a-3"]),
        ({"toReceiveDate": "23/08/2026"}, ["a-1"]),
        ({"dossierNo": "a-3"}, ["a-3"]),
    ]:
        found = listed(address, sort="dossierNo", order="false", **query)
        assert ([item["dossierNo"] for item in found["data"]], found["total"]) == (codes, len(codes))


def test_section_11_1_an_item_has_the_fields_of_the_list(one: One) -> None:
    item = first_item(one(a_row("H44.100-260824-0001", 7)))
    named = (
        "dossierId dossierNo referenceUid originDossierNo systemId serviceCode serviceName govAgencyCode govAgencyName"
        " domainCode domainName applicantName applicantIdType applicantIdNo submitDate receiveDate dueDate extendDate"
        " releaseDate finishDate cancellingDate correctingDate modifiedDate dossierStatus dossierStatusText"
        " dossierSubStatus dossierSubStatusText lockState dossierOverdue stepCode stepName online viaPostal"
        " serviceLevel durationCount durationUnit feeAmount totalAmount"
    )
    assert set(named.split()) - set(item) == set()
    expected = {
        "dossierId": 7,
        "dossierNo": "H44.100-260824-0001",
        "serviceCode": "2.000815",
        "govAgencyCode": "H44.100",
        "govAgencyName": "UBND Phường Việt Trì",
        "dossierStatus": "done",
        "online": True,
        "totalAmount": 50_000,
    }
    assert expected.items() <= item.items()


def test_section_13_1_the_three_date_dialects(serve: Serve) -> None:
    address = serve(TinyWorld([a_row(f"H44.100-1-{n}", n) for n in range(40)], []))
    items = listed(address, start=0, end=40)["data"]
    assert {item["receiveDate"] for item in items} == {"24/08/2026 09:00:00"}
    assert {item["submitDate"] for item in items} == {"24/08/2026 08:30:05"}
    for wire, text in {
        "dueDate": "2026-08-27T17:00:00",
        "releaseDate": "2026-08-26T16:00:00",
        "finishDate": "2026-08-26T16:30:00",
    }.items():
        instant = datetime.fromisoformat(f"{text}+07:00")
        assert {item[wire] for item in items} == {f"{instant:%Y%m%d%H%M%S}", f"{int(instant.timestamp())}000"}


def test_section_9_1_status_words_are_those_of_its_own_pull_endpoint(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{status:02d}", status, TrangThaiHoSo=status) for status in range(1, 11)]
    items = listed(serve(TinyWorld(rows, [])), sort="dossierNo", order="false")["data"]
    words = "new receiving unresolved processing waiting paying cancelled denied releasing done"
    assert [item["dossierStatus"] for item in items] == words.split()
    assert (items[2]["dossierStatusText"], items[7]["dossierStatusText"]) == ("Không được tiếp nhận", "Dừng xử lý")


@pytest.mark.parametrize(
    ("channel", "online", "postal"), [(1, False, 0), (2, True, 0), (3, False, 2), (None, False, 0), ("Zalo", False, 0)]
)
def test_section_9_2_the_wire_knows_online_and_post_only_the_extension_the_channel(
    one: One, channel: int | str | None, online: bool, postal: int
) -> None:
    item = first_item(one(a_row("x-1", 1, KenhThucHien=channel)))
    assert (item["online"], item["viaPostal"], item["moRong"]["KenhThucHien"]) == (online, postal, channel)


def test_null_and_broken_values(one: One) -> None:
    changes: dict[str, Any] = {"TrangThaiHoSo": "đang chờ", "NgayTiepNhan": None, "NgayHenTra": None, "TongLePhi": None}
    item = first_item(one(a_row("x-1", 1, NgayKetThucXuLy="31/02/2026", **changes)))
    assert (item["receiveDate"], item["dueDate"], item["releaseDate"]) == ("", "", "31/02/2026")
    assert (item["dossierStatus"], item["totalAmount"], item["moRong"]["TongLePhi"]) == ("đang chờ", 0, None)


def extension_columns() -> set[str]:
    """What no wire of OpenCPS tells, or not exactly."""
    columns = (
        "ThoiDiemXuLy DuocThanhToanTrucTuyen TongLePhi SoLanBoSung NgayYeuCauBoSung NgayHoanThanhBoSung"
        " DanhSachHoSoBoSung SoLanGiaHan DuongDanTepTinKetQua DanhSachGiayToKetQua MaHoSoQG MaHoSoKhac MaHoSoDonVi"
        " DoMat MaKetQua DuocSoHoa HoSoCoThanhPhanSoHoa DuocLayTuKhoDMQG TaiKhoanDuocXacThucVoiVNeID"
        " KenhThucHien"
    )
    return set(columns.split())


def test_pure_wire_lacks_exactly_the_extension_with_its_channel(one: One) -> None:
    row = dict.fromkeys(extension_columns()) | a_row("x-1", 1)
    extended, pure = first_item(one(row)), first_item(one(row, pure_wire=True))
    assert {name: value for name, value in extended.items() if name != "moRong"} == pure
    assert set(extended["moRong"]) == extension_columns()


def test_personal_data_is_on_the_wire(one: One) -> None:
    text = opencps_session().get(one(a_row("x-1", 1)) + DOSSIERS, timeout=10).content.decode()
    assert [value for value in PERSONAL.values() if value not in text] == []


def test_section_11_1_account_and_group_are_required(ten: str) -> None:
    group = {"groupId": "35166"}
    assert requests.get(ten + DOSSIERS, headers=group, timeout=10).status_code == 401
    assert requests.get(ten + DOSSIERS, headers=group, auth=("doisoat", "sai"), timeout=10).status_code == 401
    assert requests.get(ten + DOSSIERS, headers=group | {"Authorization": "Basic !"}, timeout=10).status_code == 401
    assert requests.get(ten + DOSSIERS, auth=("doisoat", "mat-khau-thu"), timeout=10).status_code == 403


def test_section_11_1_an_authen_key_is_of_the_frozen_minute_on_a_twelve_hour_clock(ten: str) -> None:
    def status(text: str) -> int:
        key = hashlib.md5(f"mat-khau-thu{text}".encode()).hexdigest()
        headers = {"groupId": "35166", "authenKey": key}
        return requests.get(ten + DOSSIERS, headers=headers, timeout=10).status_code

    assert [status(text) for text in ("04/09/2026 12:30", "04/09/2026 00:30", "04/09/2026 12:31")] == [200, 401, 401]


PARAMETERS = ("start", "end", "sort", "order", "status", "dossierNo", "agency", "fromReceiveDate", "toDueDate")
QUERY = st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=20) | st.integers(-5, 10**12).map(str))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERY)
def test_no_query_makes_the_list_fail(ten: str, query: dict[str, str]) -> None:
    answer = SESSION.get(ten + DOSSIERS, params=query, timeout=10)
    assert answer.status_code in {200, 400}
    assert isinstance(answer.json(), dict)


SESSION = opencps_session()
