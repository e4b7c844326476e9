"""What a person reads about a task: one sentence per stage, and why an attempt failed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from doisoat.errors import ConfigError, ExitCode, MailNotAccepted, SourceRefused, TransientError
from doisoat.pipeline import CATALOGUE_STAGES, INSPECTION_STAGES, STAGES
from doisoat.pipeline.periods import PERIOD_STAGES
from doisoat_airflow.stage_words import stage_sentence
from doisoat_airflow.task_log import error_sentence, exit_code, failure_sentence, night_sentence


class Unauthorised(SourceRefused):
    """A finer class than the runbook names."""


class ServerGone(MailNotAccepted):
    """Another."""


SIDE = {"landed": 12_345, "staged": 12_340, "repeated": 1, "rejected": {}, "partial": False, "partial_reasons": []}
LEFT_OUT = [
    {"kind": None, "side": "shop", "reason": "bị loại khi đọc", "dossiers": 3},
    {"kind": "aggregate_mismatch", "side": None, "reason": "chưa cấu hình", "dossiers": 0},
    {"kind": None, "side": None, "reason": "mã trùng", "dossiers": 12},
]
KINDS = {
    "stuck": 1_000,
    "status_lag": 0,
    "missing_on_portal": 7,
    "missing_in_shop": 7,
    "late_intake": 2,
    "result_missing": 1,
}
TOLD: list[tuple[str, dict[str, Any], str]] = [
    ("land_shop", {"landed": 1_454, "complete": True}, "đọc 1.454 bản ghi, trọn vẹn"),
    (
        "land_portal",
        {"landed": 7, "complete": False, "calls": 1_000},
        "đọc 7 bản ghi, 1.000 lượt tra cứu, KHÔNG trọn vẹn",
    ),
    (
        "land_portal",
        {"landed": 7, "complete": True, "aggregates": {"landed": 9_420, "complete": False}},
        "đọc 7 bản ghi, trọn vẹn; số công bố: 9.420 số, KHÔNG trọn vẹn",
    ),
    (
        "stage",
        {
            "sides": {
                "portal": SIDE | {"partial": True, "partial_reasons": ["thiếu trang 7"]},
                "shop": SIDE | {"rejected": {"row_shape": 1, "code_missing": 1, "date_invalid": 2}},
            }
        },
        "Một cửa: đọc 12.345 = dùng 12.340 + loại 4 (date_invalid 2, code_missing 1, row_shape 1) + lặp 1; "
        "Cổng DVCQG: đọc 12.345 = dùng 12.340 + loại 0 + lặp 1; MỘT PHẦN: thiếu trang 7",
    ),
    (
        "validate",
        {
            "passed": True,
            "expectations": [
                {"id": "schema", "side": "shop", "success": True, "observed": ""},
                {"id": "few_rejections", "side": "portal", "success": False, "observed": "1.2"},
            ],
        },
        "đạt: 2 kỳ vọng, 1 cảnh báo: few_rejections (Cổng DVCQG, 1.2)",
    ),
    (
        "reconcile",
        {"dossiers": 20, "matched": 15, "shop_only": 3, "portal_only": 2, "counts": KINDS, "not_compared": LEFT_OUT},
        "20 hồ sơ: 15 có ở hai bên, 3 chỉ ở Một cửa, 2 chỉ ở DVCQG; 1.017 chênh lệch (Hồ sơ treo 1.000; Không có trên Một "
        "cửa 7; Chưa đồng bộ lên DVCQG 7; Chậm tiếp nhận 2; và 1 mục khác); không so được 12 (mã trùng); 3 (bị loại khi đọc)",
    ),
    (
        "recheck",
        {
            "counts": {},
            "recheck": {"asked": 5, "confirmed": 3, "vanished": 1, "unknown": 1, "unchecked": 0, "failed_look_ups": 1},
        },
        "tra cứu lại 5 hồ sơ: 3 chênh lệch còn đó, 1 đã hết, 1 chưa rõ, 0 không tra cứu; 1 lượt tra cứu HỎNG; còn 0 chênh lệch",
    ),
    (
        "assess",
        {"verdict": "partial", "open": 9, "new": 2, "resolved": 1, "dossiers_affected": 8, "false_overdue": 4},
        "đối soát MỘT PHẦN; 9 chênh lệch đang mở, 2 mới, 1 đã hết; 8 hồ sơ, 4 bị báo trễ oan",
    ),
    (
        "publish",
        {"artefacts": {"report.html": "/a b/report.html", "x.csv": "/a b/x.csv"}},
        "2 tệp trong /a b: report.html, x.csv",
    ),
    (
        "alert",
        {"sent": 94, "failed": 1, "held": 0, "sent_now": 3},
        "lần này gửi 3 thư; tất cả: 94 đã gửi, 1 gửi hỏng, sẽ gửi lại",
    ),
    ("alert", {"sent_now": 0}, "lần này gửi 0 thư; tất cả: không có thư nào"),
    (
        "land_catalogues",
        {"shop": {"procedure": 1234, "agency": 5}, "portal": {}},
        "Một cửa: 1.234 thủ tục; Cổng DVCQG: 0 thủ tục",
    ),
    (
        "compare_catalogues",
        {"verdict": "partial", "total": 12, "new": 2, "resolved": 1},
        "đối soát MỘT PHẦN; 12 chênh lệch, 2 mới, 1 đã hết",
    ),
    (
        "verify_findings",
        {"why_nothing": "", "verified": 1_000, "overdue": 2, "reopened": 0},
        "1.000 phát hiện đã kiểm chứng, 2 quá hạn, 0 mở lại",
    ),
    (
        "verify_findings",
        {"why_nothing": "partial", "verified": 0, "overdue": 0, "reopened": 0},
        "đêm gần nhất chỉ đọc được một phần, không phát hiện nào đổi trạng thái",
    ),
    ("publish_register", {"artefacts": {"index.html": "/a/index.html"}}, "1 tệp trong /a: index.html"),
    ("publish_catalogue", {"artefacts": {"catalogue.html": "/a/catalogue.html"}}, "1 tệp trong /a: catalogue.html"),
    (
        "compute_period",
        {
            "portal": {"received": 9, "resolved": 4, "open": 5},
            "shop": {"received": 8_692, "resolved": 5_699, "open": 2_993},
        },
        "Cổng DVCQG: tiếp nhận 9, đã giải quyết 4, đang giải quyết 5; "
        "Một cửa: tiếp nhận 8.692, đã giải quyết 5.699, đang giải quyết 2.993",
    ),
    ("check_period", {"forms": 165, "checks": 5, "carried": 0}, "165 biểu đạt 5 phép kiểm tra"),
    ("check_period", {"forms": 1, "checks": 5, "carried": 1}, "1 biểu đạt 5 phép kiểm tra; 1 biểu CHƯA KHỚP KỲ TRƯỚC"),
    ("publish_period", {"artefacts": {"07a/H44.pdf": "/p/07a/H44.pdf", "07b.pdf": "/p/07b.pdf"}}, "2 tệp trong /p"),
]


@pytest.mark.parametrize(("name", "counts", "sentence"), TOLD)
def test_one_sentence_says_what_a_stage_did(name: str, counts: dict[str, Any], sentence: str) -> None:
    assert stage_sentence(name, counts) == sentence


def test_every_stage_has_a_sentence() -> None:
    assert {name for name, _, _ in TOLD} == {*STAGES, *CATALOGUE_STAGES, *INSPECTION_STAGES, *PERIOD_STAGES}


def log(folder: Path, *lines: object) -> Path:
    file = folder / "attempt=1.log"
    file.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines), encoding="utf-8")
    return file


def failed(kind: str, text: str, **more: Any) -> dict[str, Any]:
    cause = {"exc_type": "ValueError", "exc_value": "inside", "is_cause": True}
    return {
        "event": "Task failed with exception",
        "error_detail": [{"exc_type": kind, "exc_value": text, **more}, cause],
    }


def test_the_reason_of_a_failure_is_our_own_sentence(tmp_path: Path) -> None:
    file = log(tmp_path, failed("AirflowFailException", "SourceRefused: status 401", is_cause=False))
    assert failure_sentence(file) == "SourceRefused: status 401"


def test_a_bug_is_told_with_its_type(tmp_path: Path) -> None:
    file = log(tmp_path, failed("KeyError", "'x'"))
    assert failure_sentence(file) == "KeyError: 'x'" and exit_code(failure_sentence(file)) is None


def test_a_killed_process_is_told_as_such(tmp_path: Path) -> None:
    file = log(tmp_path, {"event": "Process terminated by signal.", "signal": -9, "signal_name": "SIGKILL"})
    assert failure_sentence(file).endswith("SIGKILL") and exit_code(failure_sentence(file)) is None


@pytest.mark.parametrize(
    "lines", [[], ["", "no json", "[1, 2]", "7", '{"event": "Done'], [{"event": "x", "error_detail": None}]]
)
def test_other_lines_are_passed_over(tmp_path: Path, lines: list[Any]) -> None:
    file = log(tmp_path, *lines)
    assert (failure_sentence(file), night_sentence(file)) == ("", "")


def test_no_log_no_reason(tmp_path: Path) -> None:
    assert (failure_sentence(tmp_path / "none.log"), night_sentence(tmp_path)) == ("", "")


def test_what_the_stage_said_last_counts(tmp_path: Path) -> None:
    said = [
        {"logger": "doisoat.night", "event": text}
        for text in ("H44/2026-09-03, stage: một", "H44/2026-09-03, stage: hai")
    ]
    assert night_sentence(log(tmp_path, *said, {"logger": "task", "event": "Done"})) == "H44/2026-09-03, stage: hai"


@pytest.mark.parametrize(
    ("error", "name", "code"),
    [
        (Unauthorised("status 401"), "SourceRefused", ExitCode.UNREACHABLE),
        (ServerGone("nobody there"), "MailNotAccepted", ExitCode.UNREACHABLE),
        (ConfigError("unknown key", file=Path("a.yaml"), line=7), "ConfigError", ExitCode.USAGE),
        (TransientError("later"), "TransientError", ExitCode.UNREACHABLE),
    ],
)
def test_an_error_goes_by_the_name_the_runbook_knows(error: Any, name: str, code: ExitCode) -> None:
    sentence = error_sentence(error)
    assert sentence == f"{name}: {error}" and exit_code(sentence) is code
    assert exit_code("Path: what errors.py imports is no error") is None
