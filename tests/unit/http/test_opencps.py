"""OpenCPS over real HTTP: offsets, totals, Basic authentication, dates in three dialects, its own status words."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import OpencpsSource
from doisoat.errors import ConfigError, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.connect import open_look_up, open_source
from doisoat.land.shops.opencps import OpencpsApi, authen_key
from doisoat.land.source import Answer
from doisoat.model import VIETNAM
from doisoat.rules.values import read_instant

NOW = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)
PATH = "/o/rest/v2/dossiers"


def item(number: int, **changes: Any) -> dict[str, Any]:
    """One dossier as OpenCPS lists it."""
    return {
        "dossierId": 1_000 + number,
        "dossierNo": f"H44.05-260820-{number:04d}",
        "referenceUid": "3b2f",
        "dossierStatus": "done",
        "dossierStatusText": "Hoàn thành",
        "serviceCode": "1.001612",
        "govAgencyCode": "H44.05",
        "applicantName": "Nguyễn Văn A",
        "submitDate": "20/08/2026 07:00:00",
        "receiveDate": "20/08/2026 08:00:00",
        "dueDate": "20260827170000",
        "releaseDate": "1787824800000",
        "finishDate": "",
        "modifiedDate": f"03/09/2026 08:00:{number:02d}",
        "online": True,
        "viaPostal": 0,
        "dossierOverdue": "Sớm hạn 2 ngày",
        "moRong": {"KenhThucHien": 2, "SoLanBoSung": None},
    } | changes


class Opencps:
    """A small OpenCPS; `spoil` may give another answer instead."""

    def __init__(self, items: list[Any]):
        self.items = items
        self.requests: list[Request] = []
        self.spoil: Callable[[dict[str, str]], Response | None] = lambda query: None

    def list(self, request: Request) -> Response:
        self.requests.append(request)
        query = request.args.to_dict()
        spoilt = self.spoil(query)
        if spoilt is not None:
            return spoilt
        found = [one for one in self.items if not one or query.get("dossierNo") in (None, one["dossierNo"])]
        return json_response({"total": len(found), "data": found[int(query["start"]) : int(query["end"])]})


def json_response(value: Any) -> Response:
    import json

    return Response(json.dumps(value), content_type="application/json")


@pytest.fixture
def opencps(server: HTTPServer) -> Opencps:
    running = Opencps([item(number) for number in range(7)])
    server.expect_request(PATH).respond_with_handler(running.list)
    return running


@pytest.fixture
def config(server: HTTPServer) -> OpencpsSource:
    return OpencpsSource(
        kind="opencps",
        base_url=server.url_for("/"),
        username_env="TEST_USER",
        password_env="TEST_PASSWORD",
        group_id="20126",
        page_size=3,
        calls_per_second=2_000,
        attempts=3,
        max_wait_s=0.01,
    )


@pytest.fixture
def api(config: OpencpsSource, opencps: Opencps) -> Iterator[OpencpsApi]:
    opened = OpencpsApi(config, lambda: NOW)
    yield opened
    opened.close()


def test_an_item_lands_under_the_canonical_names(api: OpencpsApi, opencps: Opencps) -> None:
    page = api.page(0)
    assert page.records[1] == {
        "MaHoSo": "H44.05-260820-0001",
        "TrangThaiHoSo": "done",
        "MaTTHC": "1.001612",
        "MaCoQuan": "H44.05",
        "NgayNopHoSo": "20/08/2026 07:00:00",
        "NgayTiepNhan": "20/08/2026 08:00:00",
        "NgayHenTra": "20260827170000",
        "NgayKetThucXuLy": "1787824800000",
        "KenhThucHien": 2,
        "_id": 1001,
        "_updated": "2026-09-03T08:00:01.000+07:00",
    }
    assert {"NgayTra", "SoLanBoSung", "KenhThucHien"} <= page.columns
    assert [str(read_instant(page.records[0][name])) for name in ("NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy")] == [  # type: ignore[index]
        "2026-08-20 08:00:00+07:00",
        "2026-08-27 17:00:00+07:00",
        "2026-08-27 17:00:00+07:00",
    ]


def test_who_asks_and_for_what(api: OpencpsApi, opencps: Opencps) -> None:
    api.page(1)
    request = opencps.requests[0]
    assert request.args.to_dict() == {"start": "3", "end": "6", "sort": "modifiedDate", "order": "true"}
    assert request.headers["groupId"] == "20126"
    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(encoded).decode()) == ("Basic", "can-bo:mật-khẩu-bí-mật")


def test_the_whole_list_is_read_once(config: OpencpsSource, opencps: Opencps) -> None:
    source = open_source(config, clock=lambda: NOW)
    pages = list(source.pages(frozenset()))
    assert [len(page.records) for page in pages] == [3, 3, 1]
    closing = source.closing()
    assert (closing.complete, closing.expected_rows) == (True, 7)
    assert sorted(request.args["start"] for request in opencps.requests) == ["0", "0", "0", "3", "6"]


def test_a_total_that_is_too_low_in_one_answer_does_not_hide_the_rest(config: OpencpsSource, opencps: Opencps) -> None:
    told = [json_response({"total": 3, "data": [item(0), item(1), item(2)]})]

    def spoil(query: dict[str, str]) -> Response | None:
        return told.pop() if told and query["end"] == "3" else None

    opencps.spoil = spoil
    source = open_source(config, clock=lambda: NOW)
    read = {str(record["MaHoSo"]) for page in source.pages(frozenset()) for record in page.records if record}
    assert read == {f"H44.05-260820-{number:04d}" for number in range(7)}
    assert source.closing().complete


@pytest.mark.parametrize(
    "answer", [{}, {"total": "7", "data": []}, {"total": 7}, {"total": 7, "data": {}}, [], {"total": -1, "data": []}]
)
def test_another_shape_names_the_field(api: OpencpsApi, opencps: Opencps, answer: Any) -> None:
    opencps.spoil = lambda query: json_response(answer)
    with pytest.raises(SourceContractBroken, match=r"'(total|data)' \(expected"):
        api.page(0)


def test_a_wrong_password_is_asked_once(api: OpencpsApi, opencps: Opencps) -> None:
    opencps.spoil = lambda query: Response("", 401)
    with pytest.raises(SourceRefused, match="check user name"):
        api.total()
    assert len(opencps.requests) == 1


def test_one_dossier_by_its_number(api: OpencpsApi) -> None:
    found = api.look_up("H44.05-260820-0003")
    assert (found.state, found.record is not None and found.record["_id"]) == ("found", 1003)
    assert api.look_up("H44.05-260820-9999") == Answer("absent")


# --- what this system does that others do not ----------------------------------------------------------


def test_every_question_names_its_end_because_without_one_only_ten_come(
    config: OpencpsSource, opencps: Opencps
) -> None:
    source = open_source(config, clock=lambda: NOW)
    list(source.pages(frozenset()))
    open_look_up(config).look_up("H44.05-260820-0003")
    assert all({"start", "end"} <= request.args.keys() for request in opencps.requests)
    assert len(opencps.requests) > 4


def test_a_jwt_is_sent_as_it_was_handed_out(
    config: OpencpsSource, opencps: Opencps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_PASSWORD", "eyJh.eyJz.c2ln")
    api = OpencpsApi(config.model_copy(update={"auth": "jwt"}), lambda: NOW)
    assert api.total() == 7
    api.close()
    assert opencps.requests[0].headers["Authorization"] == "Bearer eyJh.eyJz.c2ln"


@pytest.mark.parametrize("token", ["", "mật-khẩu-bí-mật", "a b", "bí\nmật", "abc\r\nX: y"])
def test_a_jwt_that_is_none_is_a_setting_to_correct_and_is_not_shown(
    config: OpencpsSource, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("TEST_PASSWORD", token)
    with pytest.raises(ConfigError, match="password_env") as raised:
        OpencpsApi(config.model_copy(update={"auth": "jwt"}), lambda: NOW)
    assert token == "" or token not in str(raised.value)


def test_the_authen_key_is_md5_of_the_secret_and_the_local_minute_on_a_twelve_hour_clock(
    config: OpencpsSource, opencps: Opencps
) -> None:
    afternoon = datetime(2026, 9, 3, 13, 5, 59, tzinfo=VIETNAM)
    api = OpencpsApi(config.model_copy(update={"auth": "authen_key"}), lambda: afternoon)
    api.total()
    api.close()
    headers = opencps.requests[0].headers
    assert headers["authenKey"] == hashlib.md5("mật-khẩu-bí-mật03/09/2026 01:05".encode()).hexdigest()
    assert "Authorization" not in headers


def test_an_authen_key_refused_at_the_turn_of_the_minute_is_made_again(config: OpencpsSource, opencps: Opencps) -> None:
    minutes = iter(datetime(2026, 9, 3, 8, minute, tzinfo=VIETNAM) for minute in range(59))
    refusals = [Response("", 401)]
    opencps.spoil = lambda query: refusals.pop() if refusals else None
    api = OpencpsApi(config.model_copy(update={"auth": "authen_key"}), lambda: next(minutes))
    assert api.total() == 7
    api.close()
    assert [request.headers["authenKey"] for request in opencps.requests] == [
        authen_key("mật-khẩu-bí-mật", datetime(2026, 9, 3, 8, minute, tzinfo=VIETNAM)) for minute in (0, 1)
    ]


def test_an_authen_key_that_is_wrong_for_ever_is_a_refusal(config: OpencpsSource, opencps: Opencps) -> None:
    opencps.spoil = lambda query: Response("", 403)
    with pytest.raises(SourceRefused, match="check user name"):
        OpencpsApi(config.model_copy(update={"auth": "authen_key"}), lambda: NOW).total()
    assert len(opencps.requests) == 3


@pytest.mark.parametrize("auth", ["basic", "authen_key"])
def test_no_secret_stands_in_an_error(config: OpencpsSource, opencps: Opencps, auth: str) -> None:
    opencps.spoil = lambda query: Response("", 401)
    with pytest.raises(SourceRefused) as raised:
        OpencpsApi(config.model_copy(update={"auth": auth}), lambda: NOW).total()
    assert "bí-mật" not in str(raised.value)


def test_a_500_with_a_plain_text_is_trouble_not_an_empty_list(api: OpencpsApi, opencps: Opencps) -> None:
    opencps.spoil = lambda query: Response("request body incorrect", 500, content_type="text/plain")
    with pytest.raises(SourceUnavailable, match="status 500"):
        api.page(0)
    assert api.look_up("H44.05-260820-0003").state == "failed"


def test_a_permission_filtered_list_is_proved_complete_by_its_own_total_only(
    config: OpencpsSource, opencps: Opencps
) -> None:
    """What the account may not read stands neither in `data` nor in `total`: a smaller side is the shrink guard's matter."""
    opencps.items = opencps.items[:4]
    source = open_source(config, clock=lambda: NOW)
    assert sum(len(page.records) for page in source.pages(frozenset())) == 4
    assert (source.closing().complete, source.closing().expected_rows) == (True, 4)


NOT_READ = {
    "lockState": "PAUSE_OVERDUE",
    "dossierOverdue": "Quá hạn 3 ngày",
    "dossierStatusText": "Đã trả kết quả",
    "dossierSubStatus": "done",
    "online": True,
    "viaPostal": 2,
    "feeAmount": 50_000,
    "totalAmount": 50_000,
    "durationCount": 5,
    "extendDate": "20260830170000",
    "stepOverdue": "Quá hạn",
}


@pytest.mark.parametrize("name", NOT_READ)
def test_lock_state_localised_texts_amounts_and_post_are_not_read(api: OpencpsApi, opencps: Opencps, name: str) -> None:
    opencps.items = [item(1)]
    before = api.page(0).records
    opencps.items = [item(1, **{name: NOT_READ[name]})]
    after = api.page(0)
    assert after.records == before
    assert name in after.columns  # the manifest names it among the dropped ones


def test_a_province_may_say_what_an_amount_means(config: OpencpsSource, opencps: Opencps) -> None:
    opencps.items = [item(1, totalAmount=50_000)]
    columns = {"TongLePhi": "totalAmount", "MaHoSoQG": "originDossierNo"}
    api = OpencpsApi(config.model_copy(update={"columns": columns}), lambda: NOW)
    page = api.page(0)
    api.close()
    assert page.records[0] is not None
    assert page.records[0]["TongLePhi"] == 50_000


@pytest.mark.parametrize("system", [5, "5"])
def test_a_dossier_born_on_the_portal_is_known_there_by_its_reference(
    api: OpencpsApi, opencps: Opencps, system: Any
) -> None:
    opencps.items = [item(1, systemId=system, referenceUid="G22-260820-0001"), item(2, systemId=0), item(3, systemId=5)]
    opencps.items[2]["referenceUid"] = ""
    page = api.page(0)
    assert [record.get("MaHoSoQG") for record in page.records if record] == ["G22-260820-0001", None, None]
    assert "MaHoSoQG" in page.columns


def test_without_such_a_dossier_the_portals_code_is_no_column(api: OpencpsApi, opencps: Opencps) -> None:
    opencps.items = [item(1, systemId=0), None]
    assert "MaHoSoQG" not in api.page(0).columns


@pytest.mark.parametrize("raw", ["20260827170000", "1787824800000", "27/08/2026 17:00:00"])
def test_raw_dates_mean_the_same_instant(api: OpencpsApi, opencps: Opencps, raw: str) -> None:
    opencps.items = [item(1, dueDate=raw)]
    record = api.page(0).records[0]
    assert record is not None
    assert (record["NgayHenTra"], str(read_instant(raw))) == (raw, "2026-08-27 17:00:00+07:00")


@pytest.mark.parametrize("raw", ["Thu Aug 27 17:00:00 ICT 2026", "0", "27/08"])
def test_a_raw_index_string_that_is_no_date_is_handed_on_as_it_is_spelled(
    api: OpencpsApi, opencps: Opencps, raw: str
) -> None:
    opencps.items = [item(1, dueDate=raw)]
    record = api.page(0).records[0]
    assert record is not None
    assert record["NgayHenTra"] == raw
    with pytest.raises(ValueError):
        read_instant(raw)


def test_a_sub_status_decides_only_where_the_province_names_the_pair(config: OpencpsSource, opencps: Opencps) -> None:
    subs = ["waiting_tax", "WAITING_TAX", "", None, "other", 5]
    opencps.items = [item(n, dossierStatus="waiting", dossierSubStatus=sub) for n, sub in enumerate(subs)]
    named = config.model_copy(update={"status_map": {"Waiting/waiting_tax": 6, "x": 4}, "page_size": 9})
    for section, words in ((named, ["waiting/waiting_tax", "waiting/WAITING_TAX", *["waiting"] * 4]), (config, None)):
        api = OpencpsApi(section.model_copy(update={"page_size": 9}), lambda: NOW)
        told = [record["TrangThaiHoSo"] for record in api.page(0).records if record]
        api.close()
        assert told == (words or ["waiting"] * 6)


@pytest.mark.parametrize("word", ["110", "410", "pausing", "interoperating"])
def test_a_numeric_state_or_an_unmapped_word_stays_the_word_it_is(api: OpencpsApi, opencps: Opencps, word: str) -> None:
    opencps.items = [item(1, dossierStatus=word, dossierStatusText="Đã trả kết quả")]
    record = api.page(0).records[0]
    assert record is not None
    assert record["TrangThaiHoSo"] == word


def test_fifty_other_numbers_before_the_one_asked_for_prove_no_absence(api: OpencpsApi, opencps: Opencps) -> None:
    others = [item(number) for number in range(50)]
    opencps.spoil = lambda query: json_response({"total": 60, "data": others})
    assert api.look_up("H44.05-260820-9999").state == "failed"
