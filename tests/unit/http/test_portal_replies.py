"""What a reply of the portal says (§3, §13.2, §14): every spelling of a success, and nothing else for one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.errors import SourceContractBroken
from doisoat.land.portal.replies import Reply, read_reply, read_session

ROW = {"MaHoSo": "H44.05-260820-0001", "TrangThaiHoSo": "4"}
LOOK_UP = "TraCuuHoSo"


def read(answer: Any, service: str = LOOK_UP, **more: Any) -> Reply:
    return read_reply("http://127.0.0.1", answer, service, **more)


@pytest.mark.parametrize("code", [0, "0", "00", " 00 "])
def test_opencps_compared_with_the_number_and_tan_dan_with_the_text_we_strip_and_compare(code: Any) -> None:
    assert read({"error_code": code, "result": [ROW]}) == Reply(str(code).strip(), "", (ROW,))
    assert read({"error_code": code, "result": [ROW]}).is_success


@pytest.mark.parametrize("code", ["3", "-3", -1, 1, "", "000", "0.0", "OK"])
def test_tan_dan_took_the_word_thanh_cong_for_success_a_look_up_believes_the_code(code: Any) -> None:
    answer = {"error_code": code, "message": "Thành công", "result": []}
    if code == "":
        with pytest.raises(SourceContractBroken):
            read(answer)
    else:
        assert not read(answer).is_success


WRAPPED = {"error_code": "0", "message": "Thành công", "result": [ROW]}


@pytest.mark.parametrize(
    "answer",
    [
        {"error_code": 0, "message": json.dumps(WRAPPED)},
        {"message": " " + json.dumps(WRAPPED, ensure_ascii=False)},
        {"error_code": 0, "message": json.dumps([ROW])},
        {"error_code": 0, "result": json.dumps([ROW])},
        json.dumps(WRAPPED),
        [ROW],
        ROW,
        {"errorCode": "0", "data": [ROW]},
    ],
    ids=["in message", "in message alone", "a list in message", "in result", "as text", "bare list", "bare", "data"],
)
def test_thanh_hoa_wrapped_json_in_text_we_take_it_out(answer: Any) -> None:
    reply = read(answer)
    assert (reply.is_success, reply.result) == (True, (ROW,))


def test_layDVC_gives_an_object_with_data_and_only_layDVC() -> None:
    answer = {"error_code": 0, "result": {"data": [{"MADVC": "1"}]}}
    assert read(answer, "LayDVC").result == ({"MADVC": "1"},)
    with pytest.raises(SourceContractBroken, match="'result'"):
        read(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {"result": []},
        [],
        {},
        {"message": "Thành công"},
        {"error_code": 0},
        {"error_code": 0, "message": "Thành công"},
        {"error_code": None, "result": []},
        {"error_code": False, "result": []},
        {"error_code": 0, "result": None},
        {"error_code": 0, "result": "{"},
        {"error_code": 0, "message": "{broken"},
        {"error_code": 0, "result": [1]},
        "không phải JSON",
        None,
        7,
    ],
    ids=str,
)
def test_opencps_2020_took_a_failed_look_up_for_absent_we_say_unknown(answer: Any) -> None:
    with pytest.raises(SourceContractBroken, match="no usable"):
        read(answer)


def test_a_refusal_around_text_is_the_adapters_own() -> None:
    reply = read({"error_code": "-1", "message": json.dumps(WRAPPED)})
    assert (reply.is_success, reply.result) == (False, ())


def test_a_push_succeeds_without_a_result() -> None:
    assert read({"error_code": "0", "message": "Thành công"}, "DongBoHoSoMC").is_success


@pytest.mark.parametrize(("data", "rows"), [([ROW], (ROW,)), (ROW, (ROW,)), ([], ()), ({}, ())])
def test_where_the_http_status_tells_an_object_may_stand_for_a_list(data: Any, rows: tuple[Any, ...]) -> None:
    reply = read({"message": "", "data": data}, status_tells=True)
    assert (reply.is_success, reply.result) == (True, rows)


@pytest.mark.parametrize("message", ["Phiên làm việc đã hết hạn", "SESSION invalid", "Vui lòng đăng nhập lại"])
def test_a_refusal_that_speaks_of_the_session_is_told_apart(message: str) -> None:
    assert read({"error_code": "-1", "message": message}).speaks_of_session
    assert not read({"error_code": "0", "message": message, "result": []}).speaks_of_session


def test_a_login_gives_its_session_or_none() -> None:
    assert read_session("x", {"error_code": 0, "session": "abc"}) == (Reply("0", ""), "abc")
    assert read_session("x", {"error_code": 0, "session": None})[1] == ""
    inside = {"message": json.dumps({"error_code": 0, "session": "abc"})}
    assert read_session("x", inside)[1] == "abc"


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error_code", "message", "result", "data", "session"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_any_json_is_a_reply_or_a_broken_contract_and_absence_needs_an_explicit_success(answer: Any) -> None:
    try:
        reply = read(answer)
    except SourceContractBroken:
        return
    if reply.is_success and not reply.result:
        assert "error_code" in json.dumps(answer)
