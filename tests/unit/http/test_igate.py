"""iGate over real HTTP: token, pages, totals, drifting and misbehaving answers, one dossier by its code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from doisoat.config import IgateSource
from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.connect import open_source
from doisoat.land.shops.igate import IgateApi
from doisoat.land.source import Answer, Page
from doisoat.model import VIETNAM
from doisoat.rules.values import read_instant

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"
SEARCH = "/pa/dossier/search"
PUBLIC = "/pa/dossier-search/dvc"
NOW = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)


def item(number: int, **changes: Any) -> dict[str, Any]:
    """One dossier as iGate shows it."""
    code = f"H44.05-260820-{number:04d}"
    return {
        "id": f"65f{number:05d}",
        "code": code,
        "nationCode": None,
        "dossierStatus": {"id": 4, "name": "Đã trả kết quả"},
        "dossierTaskStatus": {"id": "x", "name": [{"languageId": 228, "name": "khác"}]},
        "applicant": {"data": {"fullname": "Nguyễn Văn A", "identityNumber": "036099123456"}},
        "procedure": {"id": "p", "code": "1.001612", "translate": [{"languageId": 228, "name": "x"}]},
        "agency": {"id": "a", "name": "Sở Y tế", "code": "H44.05"},
        "appliedDate": "2026-08-19T17:00:00.000+0000",
        "acceptedDate": "2026-08-20T08:00:00.000+0700",
        "appointmentDate": "2026-08-27T17:00:00.000+0700",
        "dueDate": "2026-08-27T17:00:00.000+0700",
        "completedDate": None,
        "returnedDate": None,
        "updatedDate": f"2026-09-03T01:00:{number % 60:02d}.000+0000",
        "applyMethod": {"id": 0, "name": "Trực tuyến"},
        "currentTask": [{"name": "x"}] if number % 2 else {"name": "x"},
        "moRong": {"SoLanBoSung": 1, "DanhSachHoSoBoSung": [{"NgayBoSung": "20260821080000"}], "DoMat": None},
    } | changes


class Igate:
    """A small iGate. `spoil` may give another answer instead (it gets the number of the search, 1-based)."""

    def __init__(self, items: list[Any], lasts: Any = 300):
        self.items, self.lasts = items, lasts
        self.tokens: list[dict[str, str]] = []
        self.searches: list[dict[str, str]] = []
        self.valid: set[str] = set()
        self.spoil: Callable[[int, dict[str, str]], Response | None] = lambda count, query: None
        self._lock = threading.Lock()

    def token(self, request: Request) -> Response:
        with self._lock:
            self.tokens.append(request.form.to_dict())
            self.valid.add(f"token{len(self.tokens)}")
            value = f"token{len(self.tokens)}"
        return json_response({"access_token": value, "expires_in": self.lasts, "token_type": "Bearer"})

    def search(self, request: Request) -> Response:
        query = request.args.to_dict()
        with self._lock:
            self.searches.append(query)
            count = len(self.searches)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.valid:
            return json_response({"error": "invalid_token"}, 401)
        return self.spoil(count, query) or json_response(self.page(query))

    def public(self, request: Request) -> Response:
        assert "Authorization" not in request.headers
        query = request.args.to_dict()
        self.searches.append(query)
        return self.spoil(len(self.searches), query) or json_response(self.page(query))

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        found = [one for one in self.items if not isinstance(one, dict) or query.get("code") in (None, one["code"])]
        page, size = int(query["page"]), int(query["size"])
        answer = {
            "content": found[page * size : (page + 1) * size],
            "last": (page + 1) * size >= len(found),
            "number": page,
        }
        return answer | ({"totalElements": len(found)} if query["spec"] == "page" else {})

    def pages_asked(self) -> list[int]:
        return [int(query["page"]) for query in self.searches if query["spec"] == "slice"]


def json_response(value: Any, status: int = 200) -> Response:
    import json

    return Response(json.dumps(value), status, content_type="application/json;charset=UTF-8")


@pytest.fixture
def igate(server: HTTPServer) -> Igate:
    running = Igate([item(number) for number in range(7)])
    server.expect_request(TOKEN, method="POST").respond_with_handler(running.token)
    server.expect_request(SEARCH, method="GET").respond_with_handler(running.search)
    return running


@pytest.fixture
def config(server: HTTPServer) -> IgateSource:
    return section(server)


def section(server: HTTPServer, **changes: Any) -> IgateSource:
    values: dict[str, Any] = {
        "kind": "igate",
        "base_url": server.url_for("/"),
        "username_env": "TEST_USER",
        "password_env": "TEST_PASSWORD",
        "page_size": 3,
        "concurrency": 3,
        "calls_per_second": 2_000,
        "read_timeout_s": 5,
        "attempts": 3,
        "max_wait_s": 0.01,
    }
    return IgateSource(**values | changes)


@pytest.fixture
def api(config: IgateSource, igate: Igate) -> Iterator[IgateApi]:
    opened = IgateApi(config)
    yield opened
    opened.close()


def read(config: IgateSource, done: frozenset[str] = frozenset(), notes: Path | None = None) -> tuple[list[Page], Any]:
    source = open_source(config, clock=lambda: NOW, notes=notes)
    return list(source.pages(done)), source.closing()


def codes(pages: list[Page]) -> list[str]:
    return [str(record["MaHoSo"])[-4:] for page in pages for record in page.records if record is not None]


def test_an_item_lands_under_the_canonical_names(config: IgateSource, igate: Igate) -> None:
    igate.items = [item(1)]
    pages, _ = read(config)
    assert pages[0].records == [
        {
            "MaHoSo": "H44.05-260820-0001",
            "TrangThaiHoSo": "Đã trả kết quả",
            "MaTTHC": "1.001612",
            "MaCoQuan": "H44.05",
            "NgayNopHoSo": "2026-08-19T17:00:00.000+0000",
            "NgayTiepNhan": "2026-08-20T08:00:00.000+0700",
            "NgayHenTra": "2026-08-27T17:00:00.000+0700",
            "KenhThucHien": "Trực tuyến",
            "SoLanBoSung": 1,
            "DanhSachHoSoBoSung": [{"NgayBoSung": "20260821080000"}],
            "_id": "65f00001",
            "_updated": "2026-09-03T08:00:01.000+07:00",
        }
    ]
    assert {"MaHoSo", "NgayKetThucXuLy", "NgayTra", "nationCode", "DoMat", "applicant"} <= pages[0].columns
    assert "TongLePhi" not in pages[0].columns  # neither the wire nor its extension offers it


def test_unstable_shapes_are_no_trouble(config: IgateSource, igate: Igate) -> None:
    translated = {"languageId": 228, "name": "x"}
    igate.items = [
        item(number, procedure={"code": "1.001612", "translate": shape}, agency=None, moRong=None)
        for number, shape in enumerate((translated, [translated], {"0": translated}, None))
    ]
    pages, closing = read(config)
    records = [record for page in pages for record in page.records]
    assert [record["MaTTHC"] for record in records if record] == ["1.001612"] * 4
    assert closing.complete


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ({"id": 3, "name": "Chờ ký số"}, "Chờ ký số"),
        ({"id": 3, "name": None}, "id 3"),
        (3, "id 3"),
        ({"id": 12, "name": None}, "12"),
        (12, "12"),
        ("Đang xử lý", "Đang xử lý"),
    ],
)
def test_an_id_is_a_status_only_where_the_province_says_so(
    server: HTTPServer, igate: Igate, status: Any, word: str
) -> None:
    igate.items = [item(1, dossierStatus=status)]
    pages, _ = read(section(server, status_map={"12": 9}))
    record = pages[0].records[0]
    assert record is not None
    assert record["TrangThaiHoSo"] == word


def test_a_bare_channel_id_is_not_taken_for_a_channel(config: IgateSource, igate: Igate) -> None:
    igate.items = [item(1, applyMethod={"id": 1, "name": None}), item(2, applyMethod=None)]
    pages, _ = read(config)
    assert [record.get("KenhThucHien") for record in pages[0].records if record] == ["id 1", None]


def test_what_is_no_object_keeps_its_place(config: IgateSource, igate: Igate) -> None:
    igate.items = [item(1), None, "rác", item(2)]
    pages, closing = read(config)
    shapes = [record is None for page in pages for record in page.records]
    assert (shapes, closing.complete, closing.expected_rows) == ([False, True, True, False], True, 4)


def test_the_whole_listing_is_read_once(config: IgateSource, igate: Igate) -> None:
    pages, closing = read(config)
    assert codes(pages) == [f"{number:04d}" for number in range(7)]
    assert sorted(igate.pages_asked()) == [0, 1, 2]
    assert [query["spec"] for query in igate.searches].count("page") == 2
    assert {query.get("sort") for query in igate.searches if query["spec"] == "slice"} == {"updatedDate,desc"}
    assert closing.complete
    assert closing.watermark == {"updated_to": "2026-09-03T08:00:06.000+07:00", "lag_minutes": 60}
    assert igate.tokens == [
        {
            "grant_type": "password",
            "client_id": "web-onegate",
            "username": "can-bo",
            "password": "mật-khẩu-bí-mật",
        }
    ]


def test_a_client_may_ask_instead_of_an_account(config: IgateSource, igate: Igate) -> None:
    api = IgateApi(config.model_copy(update={"grant": "client_credentials"}))
    assert api.total() == 7
    api.close()
    assert igate.tokens[0] == {
        "grant_type": "client_credentials",
        "client_id": "can-bo",
        "client_secret": "mật-khẩu-bí-mật",
    }


def test_an_expired_token_is_renewed_once_for_all_threads(api: IgateApi, igate: Igate) -> None:
    assert api.total() == 7
    igate.valid.clear()
    with ThreadPoolExecutor(3) as threads:
        pages = list(threads.map(api.page, range(3)))
    assert [len(page.records) for page in pages] == [3, 3, 1]
    assert len(igate.tokens) == 2


def test_a_short_lived_token_is_renewed_before_it_ends(api: IgateApi, igate: Igate) -> None:
    igate.lasts = 0
    assert api.total() == 7  # "0" is no lifetime: five minutes are assumed
    assert api.total() == 7
    assert len(igate.tokens) == 1


def test_an_account_that_is_turned_away_for_ever(config: IgateSource, igate: Igate) -> None:
    igate.spoil = lambda count, query: json_response({"error": "x"}, 403)
    with pytest.raises(SourceRefused, match="check user name"):
        read(config)
    assert len(igate.searches) == 3  # once, and once again, and no more


def test_a_wrong_password(server: HTTPServer, config: IgateSource) -> None:
    server.expect_request(TOKEN).respond_with_json({"error": "invalid_grant"}, status=401)
    with pytest.raises(SourceRefused) as raised:
        read(config)
    assert "bí-mật" not in str(raised.value)
    assert len(server.log) == 1


BROKEN = {
    "content": {"last": True},
    "last": {"content": [], "last": "yes"},
    "number": {"content": [], "last": True, "number": 99},
    "an error in 200": {"error_code": -1, "message": "Lỗi hệ thống"},
    "a list": [],
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_another_shape_names_the_field(config: IgateSource, igate: Igate, answer: Any) -> None:
    igate.spoil = lambda count, query: json_response(answer) if query["spec"] == "slice" else None
    with pytest.raises(SourceContractBroken, match=r"'(content|last|number|the answer)' \(expected"):
        read(config)


@pytest.mark.parametrize("total", [None, "7", -1, True, 7.5])
def test_a_total_that_is_no_number(config: IgateSource, igate: Igate, total: Any) -> None:
    igate.spoil = lambda count, query: json_response({"content": [], "totalElements": total})
    with pytest.raises(SourceContractBroken, match="totalElements"):
        read(config)


@pytest.mark.parametrize("token", [None, "", 5, [], "mã", "a\r\nb"])
def test_a_token_that_is_none(server: HTTPServer, config: IgateSource, token: Any) -> None:
    server.expect_request(TOKEN).respond_with_json({"access_token": token})
    with pytest.raises(SourceContractBroken, match="access_token"):
        read(config)


def test_a_firewall_page_stops_everything(config: IgateSource, igate: Igate) -> None:
    igate.spoil = lambda count, query: Response("<html>Request Rejected", 200) if count == 3 else None
    with pytest.raises(SourceContractBroken, match="firewall"):
        read(config)


def failing_on(page: int, answer: Response, times: int) -> Callable[[int, dict[str, str]], Response | None]:
    """Spoil the first `times` answers of one page."""
    left = [times]

    def spoil(count: int, query: dict[str, str]) -> Response | None:
        if query["spec"] == "slice" and int(query["page"]) == page and left[0] > 0:
            left[0] -= 1
            return answer
        return None

    return spoil


@pytest.mark.parametrize("answer", [Response("x", 503), Response('{"content":[{"id"'), Response("")])
def test_trouble_that_heals_leaves_no_trace(config: IgateSource, igate: Igate, answer: Response) -> None:
    igate.spoil = failing_on(1, answer, times=2)
    pages, closing = read(config)
    assert codes(pages) == [f"{number:04d}" for number in range(7)]
    assert closing.complete


def test_trouble_that_stays_breaks_the_reading_off(config: IgateSource, igate: Igate) -> None:
    igate.spoil = failing_on(1, Response("x", 503), times=99)
    pages, closing = read(config)
    assert codes(pages) == ["0000", "0001", "0002"]
    assert (closing.complete, closing.reasons) == (
        False,
        ("Nguồn ngừng trả lời sau khi đã đọc 1 trang; phần còn lại chưa đọc được.",),
    )


def test_a_source_that_is_down(config: IgateSource, igate: Igate) -> None:
    igate.spoil = lambda count, query: Response("x", 503)
    with pytest.raises(SourceUnavailable):
        read(config)


def test_an_empty_page_in_the_middle_is_read_again_in_a_second_pass(config: IgateSource, igate: Igate) -> None:
    empty = json_response({"content": [], "last": False, "number": 1})
    igate.spoil = failing_on(1, empty, times=1)
    pages, closing = read(config)
    assert sorted(codes(pages)) == [f"{number:04d}" for number in range(7)]
    assert closing.complete
    assert [page.name for page in pages if page.records][-1] == "pass2-page-000001"


def test_after_a_kill_no_landed_page_is_asked_again(config: IgateSource, igate: Igate, tmp_path: Path) -> None:
    notes = tmp_path / "shop.notes"
    reading = open_source(config, clock=lambda: NOW, notes=notes).pages(frozenset())
    landed = [next(reading), next(reading)]
    reading.close()  # type: ignore[attr-defined]
    before = len(igate.searches)
    pages, closing = read(config, frozenset(page.name for page in landed), notes)
    asked = [int(query["page"]) for query in igate.searches[before:] if query["spec"] == "slice"]
    assert set(asked) == {2}  # once more, if it was under way when the first reading ended
    assert codes([*landed, *pages]) == [f"{number:04d}" for number in range(7)]
    assert closing.complete


# --- one dossier ------------------------------------------------------------------------------------


def test_one_dossier_by_its_code(api: IgateApi, igate: Igate) -> None:
    answer = api.look_up("H44.05-260820-0003")
    assert answer.state == "found"
    assert answer.record is not None
    assert answer.record["_id"] == "65f00003"
    assert igate.searches == [{"page": "0", "size": "50", "spec": "slice", "code": "H44.05-260820-0003"}]


def test_a_dossier_that_is_not_there(api: IgateApi) -> None:
    assert api.look_up("H44.05-260820-9999") == Answer("absent")


def test_a_search_that_also_finds_others(api: IgateApi, igate: Igate) -> None:
    igate.spoil = lambda count, query: json_response({"content": [item(31), item(3)], "last": True})
    answer = api.look_up("H44.05-260820-0003")
    assert answer.record is not None
    assert answer.record["_id"] == "65f00003"


def test_of_two_the_last_changed_one_answers(api: IgateApi, igate: Igate) -> None:
    igate.items.append(item(3, id="65f99999", updatedDate="2026-09-03T23:59:59.000+0700"))
    answer = api.look_up("H44.05-260820-0003")
    assert answer.record is not None
    assert answer.record["_id"] == "65f99999"


@pytest.mark.parametrize(
    "answer", [Response("x", 503), Response("<html>"), json_response({"error_code": -1}), Response("")]
)
def test_trouble_with_one_dossier_is_never_absence(api: IgateApi, igate: Igate, answer: Response) -> None:
    igate.spoil = lambda count, query: answer
    assert api.look_up("H44.05-260820-0003").state == "failed"


# --- what this system does that others do not ---------------------------------------------------------


@pytest.mark.parametrize("lasts", [None, "24h", -1, 0, False])
def test_a_token_without_a_lifetime_is_trusted_for_five_minutes(api: IgateApi, igate: Igate, lasts: Any) -> None:
    igate.lasts = lasts
    assert (api.total(), api.total()) == (7, 7)
    assert len(igate.tokens) == 1


def test_an_answer_without_expires_in_is_a_token_all_the_same(server: HTTPServer, config: IgateSource) -> None:
    server.expect_request(TOKEN).respond_with_json({"access_token": "t"})
    server.expect_request(SEARCH).respond_with_json({"content": [], "totalElements": 0})
    opened = IgateApi(config)
    assert (opened.total(), opened.total()) == (0, 0)
    opened.close()
    assert sum(request.path == TOKEN for request, _ in server.log) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_401_and_403_are_both_taken_for_an_ended_token_once(api: IgateApi, igate: Igate, status: int) -> None:
    refusals = [json_response({"error": "x"}, status)]
    igate.spoil = lambda count, query: refusals.pop() if refusals else None
    assert api.total() == 7
    assert len(igate.tokens) == 2


def test_a_403_of_the_firewall_is_no_matter_of_the_account(api: IgateApi, igate: Igate) -> None:
    igate.spoil = lambda count, query: Response("<html>Request Rejected</html>", 403, content_type="text/html")
    with pytest.raises(SourceContractBroken, match="firewall"):
        api.total()
    assert len(igate.tokens) == 1


def test_a_slice_needs_no_totals_and_a_page_no_last(api: IgateApi, igate: Igate) -> None:
    igate.spoil = lambda count, query: json_response({"content": [item(1)], "totalElements": 7})
    assert (api.page(0).is_last, api.total()) == (False, 7)


@pytest.mark.parametrize("task", [{"name": "Ký số"}, [{"name": "Ký số"}], [], None])
def test_neither_current_task_nor_task_status_is_the_status(api: IgateApi, igate: Igate, task: Any) -> None:
    igate.items = [item(1, currentTask=task, task=task, dossierTaskStatus={"id": 9, "name": "Đã trả kết quả"})]
    record = api.page(0).records[0]
    assert record is not None
    assert record["TrangThaiHoSo"] == "Đã trả kết quả"
    igate.items = [item(1, currentTask=task, dossierStatus=None, dossierTaskStatus={"id": 9, "name": "Đã trả kết quả"})]
    unknown = api.page(0).records[0]
    assert unknown is not None
    assert "TrangThaiHoSo" not in unknown


def test_the_second_code_lands_beside_the_local_one(api: IgateApi, igate: Igate) -> None:
    igate.items = [item(1, nationCode="G22.01-260820-000001")]
    record = api.page(0).records[0]
    assert record is not None
    assert (record["MaHoSo"], record["nationCode"]) == ("H44.05-260820-0001", "G22.01-260820-000001")


def test_updated_date_is_no_step_and_due_date_no_appointment(api: IgateApi, igate: Igate) -> None:
    igate.items = [item(1, appointmentDate=None, dueDate="2026-08-27T17:00:00.000+0700")]
    record = api.page(0).records[0]
    assert record is not None
    assert not {"ThoiDiemXuLy", "NgayHenTra"} & record.keys()
    assert record["_updated"] == "2026-09-03T08:00:01.000+07:00"


@pytest.mark.parametrize(
    ("spelled", "instant"),
    [
        ("2026-08-26T17:00:00.000+0000", "2026-08-27 00:00:00+07:00"),
        ("2026-08-26T17:00:00.000Z", "2026-08-27 00:00:00+07:00"),
        ("2026-08-27T00:00:00.000+0700", "2026-08-27 00:00:00+07:00"),
        ("2026-08-27T00:00:00.000+07:00", "2026-08-27 00:00:00+07:00"),
        ("2026-08-27T23:59:59.999+0700", "2026-08-27 23:59:59+07:00"),
    ],
)
def test_an_offset_without_a_colon_and_17_o_clock_utc_which_is_the_next_midnight(
    api: IgateApi, igate: Igate, spelled: str, instant: str
) -> None:
    igate.items = [item(1, appointmentDate=spelled)]
    record = api.page(0).records[0]
    assert record is not None
    assert (record["NgayHenTra"], str(read_instant(record["NgayHenTra"]))) == (spelled, instant)


def test_personal_data_of_the_applicant_is_in_no_record(api: IgateApi, igate: Igate) -> None:
    igate.items = [item(1, accepter={"fullname": "Nguyễn Văn A"}, eForm={"data": {"x": "036099123456"}})]
    text = str(api.page(0).records)
    assert "Nguyễn Văn A" not in text
    assert "036099123456" not in text


# --- the search of citizens -------------------------------------------------------------------------------


@pytest.fixture
def public(server: HTTPServer, igate: Igate) -> Iterator[IgateApi]:
    """A look-up where citizens look, without any account."""
    server.expect_request(PUBLIC, method="GET").respond_with_handler(igate.public)
    opened = IgateApi(section(server, look_up_by="public", username_env=None, password_env=None))
    yield opened
    opened.close()


def test_one_dossier_without_an_account(public: IgateApi, igate: Igate) -> None:
    answer = public.look_up("H44.05-260820-0003")
    assert (answer.state, answer.record is not None and answer.record["_id"]) == ("found", "65f00003")
    assert public.look_up("H44.05-260820-9999") == Answer("absent")
    assert igate.tokens == []
    assert igate.searches[0] == {"page": "0", "size": "10", "spec": "slice", "code": "H44.05-260820-0003"}


def test_ten_others_before_the_one_asked_for_prove_no_absence(public: IgateApi, igate: Igate) -> None:
    igate.spoil = lambda count, query: json_response({"content": [item(n) for n in range(10)], "last": False})
    assert public.look_up("H44.05-260820-9999").state == "failed"
    igate.spoil = lambda count, query: json_response({"content": [item(n) for n in range(10)], "last": True})
    assert public.look_up("H44.05-260820-9999").state == "absent"


def test_a_public_search_that_wants_an_account_is_a_refusal(public: IgateApi, igate: Igate) -> None:
    igate.spoil = lambda count, query: json_response({"error": "x"}, 401)
    with pytest.raises(SourceRefused):
        public.look_up("H44.05-260820-0003")
    assert len(igate.searches) == 1
