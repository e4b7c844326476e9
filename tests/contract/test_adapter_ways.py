"""The portal behind the adapters B–E (wire-contract §1), as they are on the wire and as our transports read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from doisoat.config import AdapterSource
from doisoat.errors import SourceRefused
from doisoat.land.portal.adapter import AdapterApi
from doisoat.land.portal.transport import PortalTransport, open_transport
from tests.contract.clients import PASSWORD
from tests.contract.tiny_world import TinyWorld, a_row

CODE, UNKNOWN = "H44.100-260824-0001", "H44.100-999999-0001"
WAYS = {
    "security_server": {"base_url": "/adapter/XrdAdapter/RestService/forward", "madonvi": "000.00.00.H44"},
    "vendor_paths": {"base_url": "/vendor-paths"},
    "vendor_query": {"base_url": "/vendor-query/api/SynsTTHCC", "madonvi": "000.00.01.H44"},
    "vendor_get": {
        "base_url": "/vendor-get",
        "oauth_endpoint": "token",
        "paths": {
            name: f"KetNoiMotCuaQuocGia/{name}"
            for name in ("TraCuuHoSo", "LayDanhSachTTHC", "LayThuTuc", "LayDanhMucCoQuan")
        },
    },
    "lgsp": {"base_url": "/lgsp"},
}
every_way = pytest.mark.parametrize("way", WAYS)
Serve = Callable[..., str]
One = Callable[..., str]


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_USER", "doisoat")
    monkeypatch.setenv("TEST_PASSWORD", PASSWORD)


def section(address: str, way: str, **changes: Any) -> AdapterSource:
    values: dict[str, Any] = {
        "kind": "adapter",
        "transport": way,
        "username_env": "TEST_USER",
        "password_env": "TEST_PASSWORD",
        "attempts": 2,
        "max_wait_s": 0.01,
        **WAYS[way],
    }
    return AdapterSource(**values | {"base_url": address + WAYS[way]["base_url"]} | changes)


@pytest.fixture
def reach() -> Iterator[Callable[..., PortalTransport]]:
    """Opens transports to a served address and closes them afterwards."""
    opened: list[PortalTransport] = []

    def open_way(address: str, way: str, **changes: Any) -> PortalTransport:
        opened.append(open_transport(section(address, way, **changes)))
        return opened[-1]

    yield open_way
    for transport in opened:
        transport.close()


Reach = Callable[..., PortalTransport]


def token(address: str, place: str) -> dict[str, str]:
    form = {"grant_type": "client_credentials"}
    given = requests.post(f"{address}/{place}/token", data=form, auth=("doisoat", PASSWORD), timeout=10).json()
    return {"Authorization": f"Bearer {given['access_token']}"}


# --- as they are on the wire ------------------------------------------------------------------------------------


def test_section_1_b_takes_a_bare_array_at_a_path_of_its_own(ten: str) -> None:
    answer = requests.post(f"{ten}/vendor-paths/TraCuuHoSo", json=[{"mahoso": CODE}], timeout=10).json()
    assert [record["MaHoSo"] for record in answer["result"]] == [CODE]
    refused = requests.post(f"{ten}/vendor-paths/TraCuuHoSo", json={"mahoso": CODE}, timeout=10).json()
    assert refused["error_code"] == "-1"


def test_section_1_c_wants_the_agency_and_isupdating_in_the_query(one: One) -> None:
    url = one(a_row(CODE, 1)) + "/vendor-query/api/SynsTTHCC/DongBoHoSoMC"
    body = [{"MaHoSo": CODE, "TrangThaiHoSo": "4"}]
    without = requests.post(url, json=body, timeout=10).json()
    assert without["message"] == "Thiếu MaDinhDanhDV"
    flags = {"MaDinhDanhDV": "000.00.01.H44", "isUpdating": "True"}
    incomplete = requests.post(url, json=body, params=flags, timeout=10).json()
    assert incomplete["message"] == "Thiếu trường bắt buộc MaTTHC"
    unflagged = requests.post(url, json=body, params={"MaDinhDanhDV": "000.00.01.H44"}, timeout=10).json()
    assert unflagged["message"] == "Thiếu hoặc sai isUpdating"


def test_section_1_d_reads_by_get_and_wraps_the_json_as_text(ten: str) -> None:
    url = f"{ten}/vendor-get/KetNoiMotCuaQuocGia/LayThuTuc"
    assert requests.get(url, params={"maTTHC": "2.000815"}, timeout=10).status_code == 401
    answer = requests.get(url, params={"maTTHC": "2.000815"}, headers=token(ten, "vendor-get"), timeout=10).json()
    assert set(answer) == {"error_code", "message"}
    assert json.loads(answer["message"])["result"][0]["MATTHC"] == "2.000815"


def test_section_1_e_tells_by_http_status(ten: str) -> None:
    url, known = f"{ten}/lgsp/TraCuuHoSo", token(ten, "lgsp")
    found = requests.post(url, json={"mahoso": CODE}, headers=known, timeout=10)
    assert (found.status_code, found.json()["data"][0]["MaHoSo"]) == (200, CODE)
    absent = requests.post(url, json={"mahoso": UNKNOWN}, headers=known, timeout=10)
    assert (absent.status_code, absent.json()["data"]) == (404, [])
    assert requests.post(url, json={"mahoso": CODE}, timeout=10).status_code == 401
    assert requests.post(url, data=b"", headers=known, timeout=10).status_code == 400
    assert requests.post(f"{ten}/lgsp/XoaHoSo", json={}, headers=known, timeout=10).status_code == 400


@pytest.mark.parametrize("form", [{}, {"grant_type": "password"}, {"grant_type": "client_credentials"}])
def test_no_token_without_the_clients_secret(ten: str, form: dict[str, str]) -> None:
    assert requests.post(f"{ten}/lgsp/token", data=form, auth=("doisoat", "sai"), timeout=10).status_code == 401


# --- as our transports read them --------------------------------------------------------------------------------


@every_way
def test_a_dossier_is_found_with_the_same_record_through_every_way(ten: str, way: str) -> None:
    direct, api = AdapterApi(section(ten, "security_server")), AdapterApi(section(ten, way))
    answer = api.look_up(CODE)
    assert answer.state == "found"
    assert answer.record == direct.look_up(CODE).record
    assert api.look_up(UNKNOWN).state == "absent"
    assert api.observed_at == direct.observed_at
    api.close()
    direct.close()


@every_way
def test_a_duplicated_code_is_answered_with_all_its_records(serve: Serve, way: str) -> None:
    rows = [a_row(CODE, 1, TrangThaiHoSo=4), a_row(CODE, 2, TrangThaiHoSo=9)]
    api = AdapterApi(section(serve(TinyWorld([], rows)), way))
    answer = api.look_up(CODE)
    api.close()
    assert answer.record is not None
    assert {one["TrangThaiHoSo"] for one in (answer.record, *answer.others)} == {"4", "9"}


@every_way
def test_lists_of_master_data_come_whole(ten: str, way: str, reach: Reach) -> None:
    transport = reach(ten, way)
    agencies = transport.call("LayDanhMucCoQuan", {})
    assert (agencies.is_success, len(agencies.result)) == (True, 164)
    assert "2.000815" in {entry["MATTHC"] for entry in transport.call("LayDanhSachTTHC", {}).result}
    assert transport.call("LayThuTuc", {"maTTHC": "2.000815"}).result[0]["TRANGTHAI"] == "1"


@pytest.mark.parametrize("way", ["security_server", "vendor_get", "lgsp"])
def test_a_session_that_ends_is_renewed_and_not_at_every_call(serve: Serve, way: str, reach: Reach) -> None:
    address = serve(TinyWorld([], [a_row(CODE, 1)]))
    transport = reach(address, way)
    transport.login()
    rule = {"path": "TraCuuHoSo|mapi/g", "kind": "expired_session", "times": 1}
    requests.post(f"{address}/__misbehave", json=[rule], timeout=10)
    answers = [transport.call("TraCuuHoSo", {"mahoso": CODE}) for _ in range(5)]
    assert {(reply.is_success, len(reply.result)) for reply in answers} == {(True, 1)}
    log = [json.loads(line) for line in requests.get(f"{address}/__requests", timeout=10).text.splitlines()]
    assert sum("login" in entry["path"] or "token" in entry["path"] for entry in log) == 2


@pytest.mark.parametrize("way", ["security_server", "vendor_get", "lgsp"])
def test_a_wrong_password_is_refused_once(ten: str, way: str, reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "sai-mat-khau")
    transport = reach(ten, way)
    for _ in range(2):
        with pytest.raises(SourceRefused) as raised:
            transport.login()
        assert "sai-mat-khau" not in str(raised.value)


TROUBLES = ("server_error", "html", "request_rejected", "empty", "truncated", "reset", "too_many_requests")


@every_way
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_on_the_way_is_never_absence(serve: Serve, way: str, trouble: str) -> None:
    address = serve(TinyWorld([], [a_row(CODE, 1)]))
    rule: dict[str, Any] = {"path": "TraCuuHoSo|mapi/g", "kind": trouble}
    requests.post(f"{address}/__misbehave", json=[rule | {"retry_after": "0"}], timeout=10)
    api = AdapterApi(section(address, way))
    assert api.look_up(CODE).state == "failed"
    api.close()


@every_way
def test_an_error_code_in_a_200_is_never_absence(serve: Serve, way: str) -> None:
    address = serve(TinyWorld([], [a_row(CODE, 1)]))
    requests.post(
        f"{address}/__misbehave", json=[{"path": "TraCuuHoSo|mapi/g", "kind": "error_code", "code": "-3"}], timeout=10
    )
    api = AdapterApi(section(address, way))
    assert api.look_up(CODE).state == "failed"
    api.close()
