"""What the portal says when something went wrong, and what is true of the dossier then: asked over real HTTP.

Only a success without a record means that the portal has no such dossier; whatever a push was told, the look-up decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, Literal

import orjson
import pytest
import requests

from doisoat.config import AdapterSource
from doisoat.land.portal.adapter import AdapterApi
from doisoat_simulator.run import background_server
from doisoat_simulator.servers import create_app
from tests.contract.adapter_client import BASE, NEW, call, pushed, step
from tests.contract.clients import PASSWORD
from tests.contract.tiny_world import TinyWorld, a_row

KNOWN = "H44.100-260824-0001"
DONE = step(NEW, TrangThai="9")


class Portal:
    """The served portal: as a shop pushes to it, and as we ask it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def misbehave(self, **rule: Any) -> None:
        requests.post(f"{self.address}/__misbehave", json=[rule], timeout=10).raise_for_status()

    def call(self, service: str, **fields: Any) -> dict[str, Any]:
        return call(self.address, service, **fields)

    def push(self, **changes: Any) -> dict[str, Any]:
        return self.call("DongBoHoSoMC", isUpdating="False", data=[pushed(**changes)])

    def state(self, code: str = NEW, **changes: Any) -> tuple[str, Any]:
        """What our look-up makes of the dossier: (found, absent or failed; its status)."""
        with closing(AdapterApi(self.section().model_copy(update=changes))) as api:
            answer = api.look_up(code)
        return answer.state, (answer.record or {}).get("TrangThaiHoSo")

    def section(self) -> AdapterSource:
        return AdapterSource(
            kind="adapter",
            base_url=f"{self.address}{BASE}",
            username_env="TEST_USER",
            password_env="TEST_PASSWORD",
            madonvi="000.00.00.H44",
            attempts=3,
            max_wait_s=0.01,
            calls_per_second=2_000,
        )

    def asked(self) -> list[dict[str, Any]]:
        lines = requests.get(f"{self.address}/__requests", timeout=10).content.splitlines()
        return [orjson.loads(line) for line in lines]


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setenv("TEST_USER", "doisoat")
    monkeypatch.setenv("TEST_PASSWORD", PASSWORD)
    with ExitStack() as stack:
        world = TinyWorld([], [a_row(KNOWN, 1)])
        yield Portal(stack.enter_context(background_server(create_app(world))))


@pytest.mark.parametrize("code", [-1, "-1", 1, "1", "3", "-3", "99", "000", "Lỗi"])
def test_an_error_hidden_in_a_200_was_read_as_does_not_exist_we_say_failed(portal: Portal, code: Any) -> None:
    portal.misbehave(path="mapi/g", kind="error_code", code=code, message="Thành công", body=KNOWN)
    assert portal.state(KNOWN)[0] == "failed"
    assert portal.state(NEW)[0] == "absent"  # the others are none the worse for it


def test_success_is_0_or_00_as_number_or_text_and_all_are_taken(portal: Portal) -> None:
    codes = [f"H44.100-260824-{number:04d}" for number in range(9)]
    spelled = {repr(portal.call("TraCuuHoSo", mahoso=code)["error_code"]) for code in codes}
    assert spelled == {"0", "'0'", "'00'"}
    assert {portal.state(code)[0] for code in codes if code != KNOWN} == {"absent"}
    assert portal.state(KNOWN)[0] == "found"


@pytest.mark.parametrize("kind", ["request_rejected", "too_many_requests", "server_error", "html", "empty", "reset"])
def test_html_a_reset_or_a_refusal_instead_of_json_is_never_absence(portal: Portal, kind: str) -> None:
    portal.misbehave(path="mapi/g", kind=kind, retry_after="0")
    assert portal.state(NEW)[0] == "failed"


@pytest.mark.parametrize("kind", ["too_many_requests", "server_error", "reset", "truncated"])
def test_one_reset_lost_clients_a_whole_run_we_ask_again(portal: Portal, kind: str) -> None:
    portal.misbehave(path="mapi/g", kind=kind, retry_after="0", times=1)
    assert portal.state(KNOWN)[0] == "found"


def test_a_refusal_was_retried_as_if_time_could_heal_it_we_ask_once(portal: Portal) -> None:
    portal.misbehave(path="mapi/g", kind="error_code", code="-1", message="Danh sách đơn vị không khớp")
    assert portal.state(KNOWN)[0] == "failed"
    assert sum("mapi/g" in one["path"] for one in portal.asked()) == 1


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("message", ["Phiên làm việc đã hết hạn", "PHIÊN LÀM VIỆC KHÔNG HỢP LỆ"])
def test_words_were_found_in_one_case_and_one_normal_form_only_ours_in_every_one(
    portal: Portal, message: str, form: Literal["NFC", "NFD"]
) -> None:
    told = unicodedata.normalize(form, message)
    portal.misbehave(path="mapi/g", kind="error_code", code="-1", message=told, times=1)
    assert portal.state(KNOWN)[0] == "found"
    assert sum("mapi/login" in one["path"] for one in portal.asked()) == 2


def test_six_seconds_were_too_short_for_some_answers_each_source_has_its_own_patience(portal: Portal) -> None:
    portal.misbehave(path="mapi/g", kind="latency", seconds=0.5)
    assert portal.state(KNOWN, read_timeout_s=0.1, attempts=1)[0] == "failed"
    assert portal.state(KNOWN, read_timeout_s=5.0, attempts=1)[0] == "found"


def test_a_push_that_timed_out_had_arrived_the_queue_says_error_the_look_up_finds_it(portal: Portal) -> None:
    portal.misbehave(path="mapi/g", kind="reset", body="DongBoHoSoMC", times=1)
    with pytest.raises(requests.RequestException):
        portal.push()
    again = portal.push()
    assert (again["error_code"], "đã tồn tại" in again["message"]) == ("3", True)
    assert portal.state() == ("found", "4")


REFUSED: dict[str, Callable[[Portal], dict[str, Any]]] = {
    "GhiChu over 2,000": lambda portal: portal.push(GhiChu="x" * 2_001),
    "TrichYeuHoSo over 1,000": lambda portal: portal.push(TrichYeuHoSo="x" * 1_001),
    "local date": lambda portal: portal.push(NgayTiepNhan="24/08/2026 09:00:00"),
    "masked as 11": lambda portal: portal.push(TrangThaiHoSo="11"),
    "update of none": lambda portal: portal.call("DongBoHoSoMC", isUpdating="True", data=[pushed()]),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_a_push_refused_for_a_field_was_committed_at_the_shop_the_portal_has_none(
    portal: Portal, refused: Callable[[Portal], dict[str, Any]]
) -> None:
    assert refused(portal)["error_code"] == "-1"
    assert portal.state() == ("absent", None)


@pytest.mark.parametrize("bad", [{"NguoiXuLy": "x" * 51}, {"NoiDungXuLy": None}, {"ThoiDiemXuLy": "25/08/2026"}])
def test_a_dossier_was_flagged_sent_although_its_steps_were_refused_we_see_where_it_stands(
    portal: Portal, bad: dict[str, Any]
) -> None:
    portal.push()
    assert portal.call("CapNhatTienDoHoSoMC", data=[DONE, DONE | bad])["error_code"] == "-1"
    assert portal.state() == ("found", "4")


def test_operators_send_steps_again_one_by_one_and_the_dossier_is_found_once(portal: Portal) -> None:
    portal.push()
    for _ in range(3):
        assert str(portal.call("CapNhatTienDoHoSoMC", data=[DONE])["error_code"]).strip("0") == ""
    assert portal.state() == ("found", "9")


def test_a_reconciler_replayed_pushes_from_its_comparison_ours_only_asks(portal: Portal) -> None:
    portal.state(KNOWN), portal.state(NEW)
    services = {one.get("service") for one in portal.asked() if "mapi/g" in one["path"]}
    assert services == {"TraCuuHoSo"}
    assert {one["path"].rpartition("/")[2].partition("?")[0] for one in portal.asked()} == {"login", "g"}
