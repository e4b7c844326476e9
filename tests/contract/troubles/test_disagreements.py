"""Where two systems, two clients or two endpoints mean different things by the same name: whom we believe, and in what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
import requests

from doisoat.config import TandanSource
from doisoat.land.connect import open_source
from doisoat.land.portal.evaluation_figures import Entry, entry_figures
from doisoat.model import VIETNAM, Side
from tests.contract.clients import PASSWORD
from tests.contract.tiny_world import TinyWorld, a_row
from tests.contract.troubles.nights import Compared, Pair, both, finished, said

ID_CARD = "025199009999"
LOCAL = "1.003560.000.00.00.H44"  # mapped to 2.000477
SYSTEM = "tandan"
AUGUST = {"MaCoQuan": "H44.103", "NgayTiepNhan": "20260819080000", "NgayHenTra": "20260821170000"}
WORDS = {"denied": "3", "unresolved": "8", "new": "2", "receiving": "1"}
DOSSIERS: dict[str, Pair] = {
    **{
        f"TU-{word.upper()}-1": (said(TrangThaiHoSo=word), said(TrangThaiHoSo=status)) for word, status in WORDS.items()
    },
    "DOI-3-8": (finished() | {"TrangThaiHoSo": "unresolved"}, finished() | {"TrangThaiHoSo": "3"}),
    "DOI-1-2": (said(TrangThaiHoSo="receiving"), said(TrangThaiHoSo="2")),
    "TTKM-1": (said(), said(TrangThaiHoSo="11")),
    "LOAI-1": (
        said(LoaiDoiTuong="3", HinhThuc="1", MaDoiTuong=ID_CARD, MaThanhPhanHoSo=""),
        said(LoaiDoiTuong="0", HinhThuc="0", MaDoiTuong=None, MaThanhPhanHoSo="0"),
    ),
    "KHAC-NGUOI-1": (said(MaDoiTuong=ID_CARD), None),
    "KHAC-NGUOI-2": (None, said(MaDoiTuong=ID_CARD)),
    "TTHC-1": (said(MaTTHC=LOCAL), said(MaTTHC="2.000477")),
    "TTHC-2": (said(MaTTHC=LOCAL), said(MaTTHC="1.001612")),
    "H44.100-260824-0901": (said(MaHoSoQG="G22.99.100-260824-0000901"), None),
    "G22.99.100-260824-0000901": (None, said()),
    "H44.100-260824-0902": (said(MaHoSoKhac="54321"), None),
    "54321": (None, said()),
    "TRA-1": (said(DuocThanhToanTrucTuyen="1"), said(DuocThanhToanTrucTuyen="2")),
    "TRA-2": (said(DuocThanhToanTrucTuyen="3"), said(DuocThanhToanTrucTuyen="0")),
    "TRA-3": (said(DuocThanhToanTrucTuyen="3"), said(DuocThanhToanTrucTuyen="1")),
    "HAN-1": both(**finished("20260826170001", NgayHenTra="20260826170000")),
    "THANG-8-1": both(**finished("20260820160000", **AUGUST)),
    "THANG-8-2": both(**finished("20260825160000", **AUGUST)),
    "THANG-8-3": both(**AUGUST),
}
FILES = {
    "published/tien-do-2026-08.csv": b"department_code,progress_total_received,progress_total_on_time,"
    b'progress_total_overdue,progress_ratio\nH44.103,3,1,2,"33,33 %"\nH44.101,"85%",,,85%\n',
    "published/cong-khai-2026-08.csv": b"department_code,dossier_sync_num,dossier_sync_data_quality_status\n"
    b"H44.100,99,TEMP_NATIONAL_REPORT_DENOMINATOR\nH44.102,5,\n",
    "published/tien-do-2026-09.csv": b"department_code,progress_total_received\nH44.100,999\n",
}


# --- dossiers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS)
def test_two_makers_swap_1_2_and_3_8_each_word_means_what_its_own_system_means(night: Compared, word: str) -> None:
    code = f"TU-{word.upper()}-1"
    assert night.staged(Side.SHOP, code, "status") == night.staged(Side.PORTAL, code, "status") == [int(WORDS[word])]
    assert night.staged(Side.SHOP, code, "status_raw") == [word]
    assert not any(kind.startswith("status") for kind in night.kinds(code))


def test_a_swap_that_reached_the_portal_is_a_class_of_its_own(night: Compared) -> None:
    assert "status_conflict/swapped_3_8" in night.kinds("DOI-3-8")
    assert "status_conflict/swapped_1_2" in night.kinds("DOI-1-2")


def test_another_ministry_folds_3_into_11_that_is_no_status_and_not_guessed(night: Compared) -> None:
    ((rule, _),) = night.rejections(Side.PORTAL, "TTKM-1")
    assert rule == "status_invalid"
    assert night.kinds("TTKM-1") == []


def test_kinds_of_applicant_and_of_handing_in_mean_other_things_in_each_system_none_is_compared_or_kept(
    night: Compared,
) -> None:
    assert night.kinds("LOAI-1") == []
    for side in Side:
        (record,) = night.landed(side, "LOAI-1")
        assert "MaTTHC" in record
        assert not {"LoaiDoiTuong", "HinhThuc", "MaThanhPhanHoSo", "MaDoiTuong"} & record.keys()


def test_the_applicants_id_is_a_card_number_in_one_system_it_is_no_key_and_never_lands(night: Compared) -> None:
    assert night.kinds("KHAC-NGUOI-1") == ["missing_on_portal"]
    assert night.kinds("KHAC-NGUOI-2") == ["missing_in_shop"]
    assert night.on_disk("KHAC-NGUOI-1", ID_CARD) == ["KHAC-NGUOI-1"]


def test_the_pull_gives_local_procedure_codes_they_are_compared_by_the_mapping(night: Compared) -> None:
    assert night.kinds("TTHC-1") == []
    assert night.kinds("TTHC-2") == ["procedure_mismatch"]


def test_a_dossier_under_another_code_is_known_by_the_crosswalk_it_brings(night: Compared) -> None:
    assert night.kinds("H44.100-260824-0901") == ["code_substituted/national_code"]
    assert night.kinds("H44.100-260824-0902") == ["code_substituted/alternative_code"]
    assert night.kinds("G22.99.100-260824-0000901") == night.kinds("54321") == []


def test_paid_is_1_or_2_and_not_paid_0_or_3_whatever_a_client_can_send(night: Compared) -> None:
    assert night.kinds("TRA-1") == night.kinds("TRA-2") == []
    assert night.kinds("TRA-3") == ["payment_mismatch/flag"]


def test_overdue_is_defined_differently_by_each_the_clocks_are_told_side_by_side(night: Compared) -> None:
    assert night.kinds("HAN-1") == ["lateness_disagreement/same_day_time"]
    pairs = pq.read_table(night.files.work("reconcile") / "pairs.parquet").to_pylist()
    (one,) = [pair for pair in pairs if pair["dossier_code"] == "HAN-1"]
    assert (one["law"], one["portal_clock"], one["province_clock"]) == ("on_time", "late", "on_time")


# --- published figures ------------------------------------------------------------------------------------------


def test_total_overdue_is_received_minus_on_time_open_dossiers_are_not_finished_late(night: Compared) -> None:
    measures = {measure: night.figures["H44.103", measure] for measure in ("received", "on_time", "overdue")}
    assert {measure: line["state"] for measure, line in measures.items()} == dict.fromkeys(measures, "equal")
    assert (night.figures["H44.103", "overdue"]["shop"], night.kinds("THANG-8-3")) == (2, [])


def test_a_share_may_come_as_85_percent_and_a_count_may_not(night: Compared) -> None:
    assert night.figures["H44.101", "received"]["state"] == "unreadable"
    ratio = [one.value for one in entry_figures("dvc-progress-tree", "2026-08", entry({"ratio": "85%"}))]
    count = [one.flag for one in entry_figures("dvc-progress-tree", "2026-08", entry({"totalReceived": "85%"}))]
    assert (ratio, count) == (["85"], ["UNREADABLE"])


def test_each_group_of_figures_names_other_agencies_none_is_lost_and_what_is_missing_is_named(night: Compared) -> None:
    found = {key: night.figures[key]["state"] for key in night.figures if key[1] in {"received", "synced"}}
    assert (found["H44.103", "received"], found["H44.103", "synced"]) == ("equal", "not_published")
    assert (found["H44.102", "received"], found["H44.102", "synced"]) == ("not_published", "mismatch")


def test_a_share_of_100_percent_was_an_artefact_of_its_denominator_flagged_figures_are_not_compared(
    night: Compared,
) -> None:
    assert night.figures["H44.100", "synced"]["state"] == "flagged"


def test_a_snapshot_of_a_month_that_still_ran_was_taken_for_final_we_do_not_compare_it(night: Compared) -> None:
    assert {line["period"] for line in night.figures.values()} == {"2026-08"}
    assert any("2026-09 chưa kết thúc" in one["reason"] for one in night.summary["not_compared"])


@pytest.mark.parametrize("label", ["TTTT", "CLGQ", "DVC trực tuyến", "Thanh toán trực tuyến"])
def test_clients_label_the_same_group_differently_a_figure_is_named_by_its_endpoint(label: str) -> None:
    item = {"groupCode": label, "groupName": label, "totalScore": 6.58}
    told = {
        endpoint: [one.figure for one in entry_figures(endpoint, "2026-08", entry(item))]
        for endpoint in ("formality-online-payment-tree", "provide-online-tree")
    }
    assert told == {
        "formality-online-payment-tree": ["payment_score"],
        "provide-online-tree": ["online_provision_score"],
    }


def entry(item: dict[str, Any]) -> Entry:
    return Entry("H44.101", None, item, is_root=False)


# --- Tân Dân's dashboard ----------------------------------------------------------------------------------------


def test_a_dashboard_has_not_synced_0_hard_coded_we_read_the_list_of_dossiers_and_nothing_else(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_USER", "doisoat")
    monkeypatch.setenv("TEST_PASSWORD", PASSWORD)
    address = serve(TinyWorld([a_row(f"A-{number}", number) for number in range(5)], []), variant="tandan")
    config = TandanSource(
        kind="tandan",
        base_url=f"{address}/tandan",
        username_env="TEST_USER",
        password_env="TEST_PASSWORD",
        page_size=2,
        calls_per_second=2_000,
    )
    now = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)
    source = open_source(config, clock=lambda: now)
    assert sum(len(page.records) for page in source.pages(frozenset())) == 5
    lines = requests.get(f"{address}/__requests", timeout=10).content.splitlines()
    asked = {orjson.loads(line)["path"].partition("?")[0] for line in lines}
    assert asked == {"/tandan/api/tokens", "/tandan/api/v1/HoSos"}
