"""The national portal's adapter, variant A, against wire-contract §1–§5, §10, §13, §16."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.adapter_client import CALL, LOGIN, NEW, call, login, pushed, step
from tests.contract.clients import PASSWORD
from tests.contract.tiny_world import PERSONAL, TinyWorld, a_row

CODE = "H44.100-260824-0001"
PORTAL = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
One = Callable[..., str]
Serve = Callable[..., str]
OK = {0, "0", "00"}


def looked_up(address: str, code: str = CODE) -> dict[str, Any]:
    answer = call(address, "TraCuuHoSo", mahoso=code)
    assert answer["error_code"] in OK
    record: dict[str, Any] = answer["result"][0]
    return record


# --- §1, §2: addressing and session -----------------------------------------------------------------------------


def test_section_2_login_gives_a_session_and_error_code_0(ten: str) -> None:
    answer = requests.post(ten + LOGIN, json={"username": "doisoat", "password": PASSWORD}, timeout=10)
    assert set(answer.json()) == {"session", "error_code", "message"}
    assert answer.json()["error_code"] == 0
    assert answer.json()["session"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"username": "doisoat", "password": "sai"}', b'{"username": 1}'])
def test_section_2_a_wrong_login_is_200_without_a_session(ten: str, body: bytes) -> None:
    answer = requests.post(ten + LOGIN, data=body, timeout=10)
    assert (answer.status_code, answer.json()["session"], answer.json()["error_code"]) == (200, "", -1)


def test_section_1_dstcode_goes_in_the_query_or_in_a_header_or_nowhere(ten: str) -> None:
    body = {"username": "doisoat", "password": PASSWORD}
    named = {"dstcode": PORTAL}
    for query, headers in ((named, {}), ({}, named), ({}, {})):
        answer = requests.post(ten + LOGIN, json=body, params=query, headers=headers, timeout=10)
        assert answer.json()["session"]
    garbled = requests.post(ten + LOGIN, json=body, params={"dstcode": "vpcp"}, timeout=10)
    assert garbled.status_code == 404


@pytest.mark.parametrize("session", ["", "phien000001", None, 7])
def test_section_2_a_call_without_a_valid_session_is_an_error_in_a_200(ten: str, session: Any) -> None:
    body = {"session": session, "madonvi": "H44", "service": "TraCuuHoSo", "mahoso": CODE}
    answer = requests.post(ten + CALL, json=body, timeout=10)
    assert answer.status_code == 200
    assert answer.json() == {
        "error_code": "-1",
        "message": "Phiên làm việc (session) không hợp lệ hoặc đã hết hạn",
        "result": [],
    }


def test_section_2_a_session_ends_with_its_lifetime(one: One) -> None:
    answer = call(one(a_row(CODE, 1), session_seconds=0.0), "TraCuuHoSo", mahoso=CODE)
    assert (answer["error_code"], answer["result"]) == ("-1", [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"service": "TraCuuHoSo", "mahoso": CODE}, "Thiếu madonvi"),
        ({"madonvi": "H44", "service": "TraCuuHoSo"}, "Thiếu mahoso"),
        ({"madonvi": "H44", "service": "TraCuuHoSo", "mahoso": 5}, "Thiếu mahoso"),
        ({"madonvi": "H44", "service": "XoaHoSo"}, "Dịch vụ (service) không tồn tại"),
        ({"madonvi": "H44"}, "Dịch vụ (service) không tồn tại"),
    ],
)
def test_section_13_2_an_application_error_hides_in_a_200(ten: str, body: dict[str, Any], message: str) -> None:
    answer = requests.post(ten + CALL, json=body | {"session": login(ten)}, timeout=10)
    assert (answer.status_code, answer.json()["error_code"], answer.json()["message"]) == (200, "-1", message)


# --- §4.3: TraCuuHoSo -------------------------------------------------------------------------------------------


def test_section_4_3_an_unknown_code_is_a_success_with_an_empty_result(ten: str) -> None:
    answer = call(ten, "TraCuuHoSo", mahoso="H44.100-999999-0001")
    assert answer["error_code"] in OK
    assert answer["result"] == []


def test_section_13_2_success_is_spelled_three_ways(serve: Serve) -> None:
    rows = [a_row(f"H44.100-1-{n}", n) for n in range(30)]
    address = serve(TinyWorld([], rows))
    session = login(address)
    spellings = [call(address, "TraCuuHoSo", session, mahoso=row["MaHoSo"])["error_code"] for row in rows]
    assert {repr(spelling) for spelling in spellings} == {"0", "'0'", "'00'"}


def test_section_4_1_the_answer_has_the_push_records_fields_as_text(one: One) -> None:
    record = looked_up(one(a_row(CODE, 1)))
    push = (
        "MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc SoBienNhan KenhThucHien ChuHoSo SoGiayToChuHoSo DinhDanhCHS"
        " LoaiDoiTuong MaDoiTuong ThongTinKhac Email Fax SoDienThoai TrichYeuHoSo NgayNopHoSo NgayTiepNhan NgayHenTra"
        " TrangThaiHoSo NgayTra NgayKetThucXuLy NgayTuChoi ThongTinTra HinhThuc DonViXuLy GhiChu TaiLieuNop"
        " DanhSachLePhi DanhSachTepDinhKemKhac DanhSachGiayToKetQua NoiNopHoSo HoSoCoThanhPhanSoHoa"
        " TaiKhoanDuocXacThucVoiVNeID DuocThanhToanTrucTuyen DSKetNoiCSDL"
    )
    assert set(push.split()) - set(record) == set()
    assert {name for name, value in record.items() if not isinstance(value, str | list)} == set()
    expected = {
        "MaHoSo": CODE,
        "TrangThaiHoSo": "10",
        "KenhThucHien": "2",
        "DonViXuLy": "UBND Phường Việt Trì",
        "NgayNopHoSo": "20260824083005",
        "NgayTiepNhan": "20260824090000",
        "NgayHenTra": "20260827170000",
        "NgayKetThucXuLy": "20260826160000",
        "NgayTra": "20260826163000",
        "ThoiDiemXuLy": "20260826163000",
        "NgayTuChoi": "",
        "DuocThanhToanTrucTuyen": "1",
    }
    assert expected.items() <= record.items()
    assert [fee["Gia"] for fee in record["DanhSachLePhi"]] == ["50000"]
    assert [paper["DuongDanTepTinKetQua"] for paper in record["DanhSachGiayToKetQua"]] == [
        "https://motcua.example/1.pdf"
    ]


def test_section_4_1_nothing_is_an_empty_text(one: One) -> None:
    changes = dict.fromkeys(["NgayHenTra", "KenhThucHien", "MaTTHC", "DuongDanTepTinKetQua", "TongLePhi"])
    record = looked_up(one(a_row(CODE, 1, **changes)))
    assert [record[name] for name in ("NgayHenTra", "KenhThucHien", "MaTTHC")] == ["", "", ""]
    assert (record["DanhSachGiayToKetQua"], record["DanhSachLePhi"]) == ([], [])


@pytest.mark.parametrize("as_text", [False, True])
def test_section_13_1_dates_inside_the_list_of_supplements_are_iso(one: One, as_text: bool) -> None:
    iso = [{"NgayBoSung": "2026-08-25T09:00:00", "NgayTiepNhanBoSung": None}]
    native = [{"NgayBoSung": datetime(2026, 8, 25, 9), "NgayTiepNhanBoSung": None}]
    listed = '[{"NgayBoSung": "2026-08-25T09:00:00", "NgayTiepNhanBoSung": null}]' if as_text else native
    assert looked_up(one(a_row(CODE, 1, DanhSachHoSoBoSung=listed)))["DanhSachHoSoBoSung"] == iso


def test_without_a_list_of_supplements_the_three_flat_fields_stand_alone(one: One) -> None:
    record = looked_up(one(a_row(CODE, 1, SoLanBoSung=2, NgayYeuCauBoSung=datetime(2026, 8, 25, 9))))
    assert "DanhSachHoSoBoSung" not in record
    assert (record["SoLanBoSung"], record["NgayYeuCauBoSung"]) == ("2", "20260825090000")


def test_the_answer_is_of_now_not_of_the_export(serve: Serve) -> None:
    exported = a_row(CODE, 1, TrangThaiHoSo=4)
    address = serve(TinyWorld([], [exported], fresh_portal={CODE: exported | {"TrangThaiHoSo": 10}}))
    assert looked_up(address)["TrangThaiHoSo"] == "10"


def test_two_dossiers_of_one_code_are_both_answered(serve: Serve) -> None:
    address = serve(TinyWorld([], [a_row(CODE, 1, TrangThaiHoSo=4), a_row(CODE, 2, TrangThaiHoSo=9)]))
    answer = call(address, "TraCuuHoSo", mahoso=CODE)
    assert [record["TrangThaiHoSo"] for record in answer["result"]] == ["4", "9"]


def test_broken_values_of_the_world_are_answered_as_they_are(one: One) -> None:
    record = looked_up(one(a_row(CODE, 1, TrangThaiHoSo="4.5", NgayTiepNhan="31/02/2026")))
    assert (record["TrangThaiHoSo"], record["NgayTiepNhan"]) == ("4.5", "31/02/2026")


def test_personal_data_is_on_the_wire(one: One) -> None:
    record = looked_up(one(a_row(CODE, 1)))
    assert [value for value in PERSONAL.values() if value not in str(record)] == []


def test_pure_wire_lacks_exactly_the_fields_no_push_record_has(one: One) -> None:
    more = dict.fromkeys(("nationCode", "MaKetQua", "DuocSoHoa", "DuocLayTuKhoDMQG"))
    row = a_row(CODE, 1, DanhSachHoSoBoSung=[], **more)
    extended, pure = looked_up(one(row)), looked_up(one(row, pure_wire=True))
    assert {name: extended[name] for name in pure} == pure
    assert sorted(set(extended) - set(pure)) == [
        "DiaChi",
        "DoMat",
        "DuocLayTuKhoDMQG",
        "DuocSoHoa",
        "DuongDanTepTinKetQua",
        "MaCoQuan",
        "MaHoSoDonVi",
        "MaHoSoKhac",
        "MaHoSoQG",
        "MaKetQua",
        "NgayHoanThanhBoSung",
        "NgayYeuCauBoSung",
        "NguoiXuLy",
        "SoLanBoSung",
        "SoLanGiaHan",
        "ThoiDiemXuLy",
        "TongLePhi",
        "nationCode",
    ]


# --- §4.1, §4.2: pushes -----------------------------------------------------------------------------------------


def test_section_4_1_a_pushed_dossier_is_found_afterwards(one: One) -> None:
    address = one(a_row(CODE, 1))
    assert call(address, "DongBoHoSoMC", isUpdating="False", data=[pushed()])["error_code"] in OK
    assert pushed().items() <= looked_up(address, NEW).items()


def test_section_4_1_an_update_goes_over_the_known_dossier(one: One) -> None:
    address = one(a_row(CODE, 1, TrangThaiHoSo=4))
    answer = call(address, "DongBoHoSoMC", isUpdating="True", data=[pushed(MaHoSo=CODE, TrangThaiHoSo="9")])
    assert answer["error_code"] in OK
    record = looked_up(address)
    assert (record["TrangThaiHoSo"], record["MaCoQuan"]) == ("9", "H44.100")


@pytest.mark.parametrize("flag", ["False", "false", False])
def test_section_16_inserting_a_known_dossier_says_it_exists(one: One, flag: str | bool) -> None:
    answer = call(one(a_row(CODE, 1)), "DongBoHoSoMC", isUpdating=flag, data=[pushed(MaHoSo=CODE)])
    assert answer["error_code"] == "3"
    assert "đã tồn tại" in answer["message"]


def test_updating_an_unknown_dossier_is_refused(ten: str) -> None:
    answer = call(ten, "DongBoHoSoMC", isUpdating="True", data=[pushed()])
    assert (answer["error_code"], "không tồn tại" in answer["message"]) == ("-1", True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"MaHoSo": ""}, "Thiếu trường bắt buộc MaHoSo"),
        ({"MaTTHC": None}, "Thiếu trường bắt buộc MaTTHC"),
        ({"NgayHenTra": None}, "Thiếu trường bắt buộc NgayHenTra"),
        ({"TrangThaiHoSo": "11"}, "Trường TrangThaiHoSo phải từ 1 đến 10"),
        ({"TrangThaiHoSo": 4}, "Thiếu trường bắt buộc TrangThaiHoSo"),
        ({"NgayTiepNhan": "24/08/2026"}, "Trường NgayTiepNhan sai định dạng yyyyMMddHHmmss"),
        ({"NgayTra": "20260824250000"}, "Trường NgayTra sai định dạng yyyyMMddHHmmss"),
        ({"GhiChu": "x" * 2001}, "Trường GhiChu dài quá 2000 ký tự"),
        ({"TrichYeuHoSo": "x" * 1001}, "Trường TrichYeuHoSo dài quá 1000 ký tự"),
        ({"MaHoSo": "H" * 51}, "Trường MaHoSo dài quá 50 ký tự"),
    ],
)
def test_section_4_1_a_record_that_breaks_a_rule_is_refused_by_field(
    ten: str, changes: dict[str, Any], message: str
) -> None:
    answer = call(ten, "DongBoHoSoMC", isUpdating="False", data=[pushed(**changes)])
    assert (answer["error_code"], answer["message"]) == ("-1", message)
    assert call(ten, "TraCuuHoSo", mahoso=NEW)["result"] == []


@pytest.mark.parametrize("data", [None, [], {}, "x", [1], [[]]])
def test_section_4_1_data_must_be_a_list_of_objects(ten: str, data: Any) -> None:
    assert call(ten, "DongBoHoSoMC", isUpdating="False", data=data)["error_code"] == "-1"
    assert call(ten, "CapNhatTienDoHoSoMC", data=data)["error_code"] == "-1"


def test_section_4_1_is_updating_is_required(ten: str) -> None:
    answer = call(ten, "DongBoHoSoMC", data=[pushed()])
    assert (answer["error_code"], answer["message"]) == ("-1", "Thiếu hoặc sai isUpdating")


def test_section_4_2_a_step_moves_the_dossier(one: One) -> None:
    address = one(a_row(CODE, 1, TrangThaiHoSo=4))
    assert call(address, "CapNhatTienDoHoSoMC", data=[step(CODE, TrangThai="9"), step(CODE)])["error_code"] in OK
    record = looked_up(address)
    assert (record["TrangThaiHoSo"], record["ThoiDiemXuLy"]) == ("10", "20260903160000")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"MaHoSo": "H44.100-999999-0001"}, "Hồ sơ H44.100-999999-0001 không tồn tại"),
        ({"NguoiXuLy": "x" * 51}, "Trường NguoiXuLy dài quá 50 ký tự"),
        ({"NoiDungXuLy": None}, "Thiếu trường bắt buộc NoiDungXuLy"),
        ({"TrangThai": "0"}, "Trường TrangThai phải từ 1 đến 10"),
        ({"ThoiDiemXuLy": "2026"}, "Trường ThoiDiemXuLy sai định dạng yyyyMMddHHmmss"),
    ],
)
def test_section_4_2_a_step_that_breaks_a_rule_is_refused(ten: str, changes: dict[str, Any], message: str) -> None:
    answer = call(ten, "CapNhatTienDoHoSoMC", data=[step(CODE, **changes)])
    assert (answer["error_code"], answer["message"]) == ("-1", message)


# --- §5: master data --------------------------------------------------------------------------------------------


def test_section_5_the_list_of_procedures_is_whole_and_without_paging(ten: str) -> None:
    listed = call(ten, "LayDanhSachTTHC")["result"]
    assert {frozenset(entry) for entry in listed} == {frozenset({"MATTHC", "TENTTHC"})}
    assert "2.000815" in [entry["MATTHC"] for entry in listed]


def test_section_5_1_one_procedure_in_text_fields(ten: str) -> None:
    (entry,) = call(ten, "LayThuTuc", maTTHC="2.000815")["result"]
    assert (entry["MATTHC"], entry["TRANGTHAI"]) == ("2.000815", "1")
    assert entry["TENTTHC"].startswith("Chứng thực bản sao từ bản chính")
    assert [way["KENH"] for way in entry["CACHTHUCTHUCHIEN"]] == ["1", "2", "3"]
    (term,) = entry["CACHTHUCTHUCHIEN"][0]["THOIGIAN"]
    assert term["THOIGIANGIAIQUYET"].isdigit()
    assert call(ten, "LayThuTuc", maTTHC="1.000026")["result"][0]["TRANGTHAI"] == "0"
    assert call(ten, "LayThuTuc", maTTHC="9.999999")["result"] == []
    assert call(ten, "LayThuTuc")["result"] == []


def test_section_5_1_some_procedures_have_no_field_of_work(ten: str) -> None:
    session = login(ten)
    codes = [entry["MATTHC"] for entry in call(ten, "LayDanhSachTTHC", session)["result"]]
    found = [call(ten, "LayThuTuc", session, maTTHC=code)["result"][0]["LINHVUCTHUCHIEN"] for code in codes]
    assert {len(fields) for fields in found} == {0, 1}


def test_section_5_the_agencies_are_the_164_of_phu_tho(ten: str) -> None:
    listed = call(ten, "LayDanhMucCoQuan")["result"]
    assert len(listed) == 164
    assert listed[0] == {"MADONVI": "H44", "TENDONVI": "UBND tỉnh Phú Thọ", "CAPDONVI": "0"}
    assert {"MADONVI": "H44.100", "TENDONVI": "UBND Phường Việt Trì", "CAPDONVI": "2"} in listed


# --- never a 500 ------------------------------------------------------------------------------------------------

value = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
nested = st.recursive(
    value,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
    max_leaves=4,
)
fields = st.sampled_from(("service", "mahoso", "maTTHC", "isUpdating", "data", "madonvi"))
services = st.sampled_from(("TraCuuHoSo", "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "LayThuTuc", "LayDanhSachTTHC"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(fields, nested), service=services, items=st.lists(st.dictionaries(fields, nested), max_size=2)
)
def test_no_body_makes_a_call_fail(ten: str, body: dict[str, Any], service: str, items: list[dict[str, Any]]) -> None:
    session = SESSIONS.setdefault(ten, login(ten))
    whole = {"service": service, "data": items, **body, "session": session, "madonvi": "H44"}
    answer = requests.post(ten + CALL, json=whole, timeout=10)
    assert answer.status_code == 200
    assert set(answer.json()) == {"error_code", "message", "result"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=40))
def test_no_bytes_make_a_call_fail(ten: str, body: bytes) -> None:
    assert requests.post(ten + CALL, data=body, timeout=10).json()["error_code"] == "-1"


SESSIONS: dict[str, str] = {}
