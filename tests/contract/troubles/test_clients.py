"""The traces that the troubles of pushing clients leave at the portal, as a night finds them: never a crash or a guess."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path

import orjson
import pytest
from pytest_httpserver import HTTPServer

from doisoat.model import Side
from doisoat.pipeline import open_night, run_stage
from doisoat.store.turns import in_turn
from tests.contract.troubles.nights import STAGES, Compared, Pair, both, compare, finished, said

FROZEN = {f"DUNG-{number}": (said(), None) for number in range(1, 6)}
MASKED = {"CHE-5": "5", "CHE-6": "6", "CHE-8": "8"}
LONG = {"GhiChu": "Ghi chú dài " * 300, "TrichYeuHoSo": "Trích yếu dài " * 100, "NguoiXuLy": "Cán bộ Dài " * 9}
MOJIBAKE = "Nguyá»…n VÄƒn Kín"
TOO_LONG = "H44.100-" + "9" * 50
DOSSIERS: dict[str, Pair] = {
    **FROZEN,
    "HANG-DOI-1": (finished(), None),
    "DA-GUI-1": (finished(), said(TrangThaiHoSo="2")),
    "BUOC-MAT-1": (said(), said(TrangThaiHoSo="2")),
    "BUOC-SAI-1": (said(), finished()),
    "CO-CO-1": (said(DaDongBo="1", TrangThaiDongBo="Thành công"), None),
    "LOI-CO-1": (said(DaDongBo="0", LoiDongBo="timeout"), said()),
    "TU-LA-1": (said(TrangThaiHoSo="Chờ liên thông"), None),
    "SUA-SAU-1": (said(NgayHenTra="20260915170000"), said()),
    "CONVERT-1": (said(ViTriDeHoSo="Convert"), None),
    "CHUA-NHAN-1": (said(TrangThaiHoSo="2", NgayTiepNhan=""), None),
    **{code: (said(TrangThaiHoSo=status), finished()) for code, status in MASKED.items()},
    "KHONG-HEN-1": (said(NgayHenTra=""), finished(NgayHenTra="")),
    "NOP-1": (said(), said(NgayNopHoSo="20260824090000")),
    "KET-QUA-1": (finished(), finished(DuongDanTepTinKetQua="https://dvc.example/don-xin.pdf")),
    "H44.100-260824-0777": (said(), None),
    "54321": (None, said()),
    "98765": (None, said()),
    "DAI-1": both(**LONG),
    TOO_LONG: (said(), None),
    "MOJI-1": (said(ChuHoSo=MOJIBAKE), said()),
    "MOJI-2": (said(TrangThaiHoSo="Äang xá»­ lÃ½"), said()),
    "Há»“-SÆ¡-3": (said(), None),
    "DAN-1": (said(MaHoSo=" dan\u2011\u200b1\u00a0\n"), said()),
    "LAP-1": both(SoLanBoSung=None),
}
STEPS = ["LAP-1,5,20260825080000", "LAP-1,4,20260826080000"]
FILES = {
    "shop/buoc.csv": "\n".join(["MaHoSo,TrangThai,ThoiDiemXuLy", *STEPS, *STEPS[::-1], *STEPS]).encode(),
    "portal/he-thong-2.jsonl": orjson.dumps(finished(MaHoSo="98765")),
}


def test_one_blocked_item_held_back_its_dossier_for_ever_we_report_it_missing(night: Compared) -> None:
    (one,) = night.about("HANG-DOI-1")
    assert (one["kind"], one["cause"], one["technical"]) == ("missing_on_portal", "undetermined", True)


def test_a_crash_left_the_item_already_sent_we_see_that_its_end_never_came(night: Compared) -> None:
    assert night.kinds("DA-GUI-1") == ["finished_not_synced"]


def test_a_frozen_scheduler_sent_nothing_all_day_we_find_every_one(night: Compared) -> None:
    assert {code: night.kinds(code) for code in FROZEN} == {code: ["missing_on_portal"] for code in FROZEN}


def test_some_chunks_of_steps_failed_and_the_dossier_was_flagged_done_we_report_the_lag(night: Compared) -> None:
    assert night.kinds("BUOC-MAT-1") == ["status_lag"]


def test_tan_dan_flagged_the_wrong_steps_the_portal_is_ahead_and_we_say_so(night: Compared) -> None:
    assert night.kinds("BUOC-SAI-1") == ["status_conflict/portal_ahead"]


def test_opencps_took_exceptions_for_success_its_own_flag_proves_nothing(night: Compared) -> None:
    assert night.kinds("CO-CO-1") == ["missing_on_portal"]


def test_the_queue_said_timeout_and_the_portal_has_it_all_the_same_nothing_is_wrong(night: Compared) -> None:
    assert night.kinds("LOI-CO-1") == []


def test_an_unmapped_status_was_silently_not_queued_we_reject_it_with_a_reason_and_count_it(night: Compared) -> None:
    ((rule, reason),) = night.rejections(Side.SHOP, "TU-LA-1")
    assert (rule, "trạng thái" in reason.casefold()) == ("status_invalid", True)
    assert (night.kinds("TU-LA-1"), night.unknown()["TU-LA-1"]) == ([], "rejected")
    assert sum(one["dossiers"] for one in night.summary["not_compared"] if one["side"] == "shop") == 2  # and MOJI-2


def test_later_changes_are_not_sent_again_we_compare_every_night(night: Compared) -> None:
    assert night.kinds("SUA-SAU-1") == ["due_at_mismatch"]


@pytest.mark.parametrize("code", ["CONVERT-1", "CHUA-NHAN-1"])
def test_converted_dossiers_and_those_without_reception_were_never_sent_we_miss_them(
    night: Compared, code: str
) -> None:
    assert night.kinds(code) == ["missing_on_portal"]


@pytest.mark.parametrize("code", MASKED)
def test_tan_dan_sends_5_6_and_8_as_9_the_portal_is_not_to_blame(night: Compared, code: str) -> None:
    told = [one for one in night.about(code) if one["kind"] == "status_conflict"]
    assert [(one["subtype"], one["side"]) for one in told] == [("masked_as_9", "shop")]
    assert night.rejections(Side.PORTAL, code) == []


def test_tan_dan_invents_a_9_for_dossiers_without_a_due_date_we_hold_the_end_against_it_not_the_date(
    night: Compared,
) -> None:
    kinds = night.kinds("KHONG-HEN-1")
    assert "status_conflict/portal_ahead" in kinds
    assert not any(kind.startswith("due_at") for kind in kinds)


def test_tan_dan_sends_the_reception_as_submission_the_submission_is_never_compared(night: Compared) -> None:
    assert night.kinds("NOP-1") == []


def test_the_first_submitted_file_was_sent_as_the_result_of_results_only_presence_counts(night: Compared) -> None:
    assert night.kinds("KET-QUA-1") == []


def test_a_random_substitute_code_without_a_crosswalk_is_not_guessed(night: Compared) -> None:
    assert night.kinds("H44.100-260824-0777") == ["missing_on_portal"]
    assert night.kinds("54321") == ["missing_in_shop"]


def test_two_instances_drew_the_same_substitute_code_neither_is_taken_for_true(night: Compared) -> None:
    assert night.kinds("98765") == ["duplicate_on_portal/conflicting_status"]


def test_texts_too_long_for_the_portal_do_not_even_land_here(night: Compared) -> None:
    assert night.kinds("DAI-1") == []
    assert night.on_disk("DAI-1", "Ghi chú dài", "Trích yếu dài", "Cán bộ Dài") == ["DAI-1"]


def test_a_code_of_more_than_50_characters_is_rejected_and_not_cut(night: Compared) -> None:
    assert [rule for rule, _ in night.rejections(Side.SHOP, None)] == ["code_malformed", "code_malformed"]
    assert night.on_disk("DAI-1", TOO_LONG, "9" * 40) == ["DAI-1"]


def test_a_java_client_read_names_in_the_platforms_charset_names_never_land(night: Compared) -> None:
    assert night.kinds("MOJI-1") == []
    assert night.on_disk("MOJI-1", MOJIBAKE, "VÄƒn") == ["MOJI-1"]


def test_mojibake_in_a_status_or_a_code_is_rejected_with_its_reason_and_never_repaired(night: Compared) -> None:
    ((rule, reason),) = night.rejections(Side.SHOP, "MOJI-2")
    assert (rule, "xá»" in reason) == ("status_invalid", False)
    assert night.unknown()["MOJI-2"] == "rejected"
    assert all(rule == "code_malformed" and reason for rule, reason in night.rejections(Side.SHOP, None))


def test_operators_pasted_codes_with_blanks_they_are_the_same_dossier(night: Compared) -> None:
    assert night.kinds("DAN-1") == []
    assert night.staged(Side.SHOP, "DAN-1", "status") == [4]


def test_the_same_log_line_stood_there_three_times_one_supplement_stays_one(night: Compared) -> None:
    assert night.staged(Side.SHOP, "LAP-1", "supplement_count") == [1]
    assert not any(kind.startswith("second_supplement") for kind in night.kinds("LAP-1"))


def test_file_addresses_of_internal_hosts_are_neither_followed_nor_kept(tmp_path: Path) -> None:
    with HTTPServer(host="127.0.0.1") as internal:
        address = internal.url_for("/documents/ket-qua.pdf")
        lists = {"DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": address}], "DanhSachTaiLieuNop": [{"Url": address}]}
        dossiers = {"NOI-BO-1": both(DuongDanTepTinKetQua=address, **lists)}
        night = compare(tmp_path, dossiers)
        assert night.staged(Side.SHOP, "NOI-BO-1", "has_result") == [True]
        assert internal.log == []
        assert night.on_disk("NOI-BO-1", f":{internal.port}/documents") == ["NOI-BO-1"]


# --- two workers at one night -----------------------------------------------------------------------------------


def _work(config: Path, home: Path) -> None:
    night = open_night("phu_tho", "2026-09-03", config=config, home=home)
    for name in STAGES:
        run_stage(night, name)


def test_a_second_worker_took_over_the_lease_two_at_one_night_do_no_harm(night: Compared, tmp_path: Path) -> None:
    config = night.files.home.parent / "phu_tho.yaml"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(config, tmp_path / "var")) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    ours = night.files.work("reconcile") / "discrepancies.parquet"
    theirs = tmp_path / "var" / ours.relative_to(night.files.home)
    assert theirs.read_bytes() == ours.read_bytes()


def test_who_comes_second_is_told_whom_it_waits_for_and_goes_on_after_it(tmp_path: Path) -> None:
    first = compare(tmp_path, {"A-1": both()})
    told: list[str] = []
    waiting = threading.Event()

    def progress(what: str, done: int, total: int | None) -> None:
        told.append(what)
        waiting.set()

    config = tmp_path / "phu_tho.yaml"
    night = open_night("phu_tho", "2026-09-03", config=config, home=tmp_path / "var", progress=progress)
    summary = first.files.work("reconcile") / "summary.json"
    with in_turn(tmp_path / "var" / ".H44.night.lock", told.append):
        summary.unlink()
        second = threading.Thread(target=run_stage, args=(night, "reconcile"))
        second.start()
        assert waiting.wait(60)
        assert not summary.exists()
    second.join(60)
    assert summary.exists()
    assert told[0].startswith("reconcile: chờ tiến trình khác đang chạy cho H44 (pid ")
