"""`doisoat inspection …` over real nights: a check opened by the data, its findings proved, disproved, reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from doisoat import pipeline
from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat.store.layout import read_json
from tests.e2e.nights import FILES_PROVINCE, run_night

HEADER = "MaHoSo,TrangThaiHoSo,MaTTHC,MaCoQuan,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy"
AGREED = [
    "H44.07-260820-0001,4,1.001612,H44.07,2026-09-03T08:00:00+07:00,2026-09-10T17:00:00+07:00,",
    "H44.07-260820-0002,4,1.001612,H44.07,2026-09-03T09:00:00+07:00,2026-09-10T17:00:00+07:00,",
    "H44.08-260820-0003,4,1.001612,H44.08,2026-09-03T09:00:00+07:00,2026-09-10T17:00:00+07:00,",
]
DIFFERING = [row.replace("2026-09-10", "2026-09-11") for row in AGREED]
OPENED = (
    "--form",
    "remote",
    "--subject",
    "Giải quyết TTHC",
    "--by",
    "Lan",
    "--from",
    "2026-01-01",
    "--to",
    "2026-09-03",
)
UNPLANNED = ("--unplanned", "phản ánh của báo chí", "--day", "2026-09-03")
Call = Callable[..., Any]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "phu_tho.yaml"
    file.write_text(FILES_PROVINCE, encoding="utf-8")
    return file


@pytest.fixture
def call(tmp_path: Path, config: Path) -> Call:
    """One command of the desk; its error is raised."""

    def run(command: str, *words: str) -> Any:
        place = ["--config", str(config), "--home", str(tmp_path / "var")]
        done = CliRunner().invoke(app, ["inspection", command, *words, *place])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return json.loads(done.stdout) if "--json" in words else done.output

    return run


def export(config: Path, portal: list[str], *, whole: bool = True) -> None:
    """Write both sides' exports; the portal's may call itself incomplete."""
    for side, rows in (("shop", AGREED), ("portal", portal)):
        folder = config.parent / "exports" / side
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ho-so.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        is_whole = whole or side == "shop"
        (folder / "_export.json").write_text(json.dumps({"complete": is_whole}), encoding="utf-8")


def night(config: Path, day: int, portal: list[str]) -> None:
    """A whole night of these exports."""
    export(config, portal)
    done = run_night(config, config.parent / "var", date(2026, 9, day))
    assert done.code in (0, 1), done.stderr


def night_between(config: Path, day: int, portal: list[str], *, whole: bool = True) -> None:
    """One that only the register has to learn from: what it compared, no report and no mail."""
    export(config, portal, whole=whole)
    opened = pipeline.open_night("phu_tho", f"2026-09-{day:02}", config=config, home=config.parent / "var")
    for name in ("land_shop", "land_portal", "stage", "reconcile", "recheck", "assess"):
        pipeline.run_stage(opened, name)


def states(call: Call) -> list[str]:
    (check,) = call("list", "phu_tho", "--json")["inspections"]
    return [finding["state"] for finding in check["findings"]]


def test_from_the_first_night_to_the_proof_and_back(config: Path, call: Call) -> None:
    night(config, 3, DIFFERING)
    opened = call("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED, "--each-kind", "--json")["inspection"]
    home = config.parent / "var"
    manifest = home / "landing" / "H44" / "2026-09-03" / "shop" / "manifest.json"
    shop = opened["basis"]["snapshots"]["shop"]
    assert (opened["id"], opened["basis"]["business_date"], shop["records"]) == ("2026-001", "2026-09-03", 3)
    assert shop["manifest_sha256"] == digest(manifest) and len(shop["partitions_sha256"]) == 64
    assert opened["basis"]["figures"]["dossiers_shop"] == 2
    (finding,) = opened["findings"]
    assert (finding["kind"], finding["discrepancies"]["members"]) == ("due_at_mismatch", 2)

    asked = call(
        "request", "phu_tho", "2026-1", "--by", "Lan", "--number", "15/TTPVHCC", "--day", "2026-09-03", "--json"
    )
    assert [(one["state"], one["due_on"]) for one in asked["findings"]] == [("requested", "2026-09-17")]
    night_between(config, 4, AGREED, whole=False)
    assert states(call) == ["requested"], "a partial night proves nothing"
    assert "chỉ đọc được một phần" in call("verify", "phu_tho")
    night_between(config, 7, [DIFFERING[0], *AGREED[1:]])
    assert states(call) == ["requested"], "one of two is resolved"
    night_between(config, 8, AGREED)
    assert states(call) == ["verified"], "the night itself verifies"
    assert "chưa có báo cáo khắc phục" in call("list", "phu_tho")
    call("remedy", "phu_tho", "2026-001.1", "--by", "Minh", "--number", "7/BC", "--day", "2026-09-08")
    assert states(call) == ["verified"] and "chưa có báo cáo" not in call("list", "phu_tho")
    night(config, 9, DIFFERING)
    assert states(call) == ["reopened"]
    told = call("show", "phu_tho", "2026-001")
    for line in (
        "Dữ liệu đêm 03/09/2026 (đầy đủ)",
        "03/09/2026  Gửi văn bản yêu cầu khắc phục 2026-001.1, văn bản 15/TTPVHCC, hạn 17/09/2026 – Lan",
        "08/09/2026  Kiểm chứng: đã hết chênh lệch 2026-001.1 – theo đêm 08/09/2026 (quy tắc ",
        "09/09/2026  Chênh lệch xuất hiện lại 2026-001.1 – theo đêm 09/09/2026",
    ):
        assert line in told
    assert call("verify", "phu_tho", "--json")["moved"] == [], "the night has done it already"
    papers_and_page(config, call)


def papers_and_page(config: Path, call: Call) -> None:
    """The report, the targets and the DAG's steps over the same register; again gives the same bytes."""
    first = {
        name: Path(path).read_bytes()
        for name, path in call("report", "phu_tho", "2026-001", "--json")["artefacts"].items()
    }
    assert sorted(first) == ["bao-cao-2026-001.docx", "bao-cao-2026-001.pdf"]
    told = call("targets", "phu_tho", "--year", "2026", "--json")
    assert (told["checks"], told["share"], told["business_date"]) == (1, 1.0, "2026-09-09")
    home = config.parent / "var"
    pages = []
    for _ in range(2):
        opened = pipeline.open_night("phu_tho", "2026-09-09", config=config, home=home)
        moved = {name: pipeline.run_stage(opened, name) for name in pipeline.INSPECTION_STAGES}
        assert moved["verify_findings"] == {"why_nothing": "", "verified": 0, "overdue": 0, "reopened": 0}
        pages.append((home / "inspections" / "H44" / "index.html").read_bytes())
    assert pages[0] == pages[1] and "Tái diễn sau khi đã kiểm chứng" in pages[0].decode()
    again = call("report", "phu_tho", "2026-001", "--json")["artefacts"]
    assert {name: Path(path).read_bytes() for name, path in again.items()} == first


def digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_secret_agencies_and_procedures_never_enter(config: Path, call: Call) -> None:
    night(config, 3, DIFFERING)
    open_words = ("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED)
    config.write_text(f"{FILES_PROVINCE}secret_procedures: ['1.001612']\n", encoding="utf-8")
    assert call(*open_words, "--each-kind", "--json")["inspection"]["findings"] == []
    assert call("show", "phu_tho", "2026-001", "--json")["inspection"]["basis"]["figures"]["found"] == []
    known = read_json(config.parent / "var" / "reports" / "H44" / "2026-09-03" / "report.json")
    assert known["totals"]["discrepancies"] > 0
    assert call("list", "phu_tho", "--json", "--agency", "H44.07")["inspections"] != []
    for secret in ("H44.07", "000.00.07.H44", "H44"):
        config.write_text(f"{FILES_PROVINCE}secret_agencies: ['{secret}']\n", encoding="utf-8")
        with pytest.raises(ConfigError, match="phạm vi bí mật"):
            call(*open_words)
        for words in (("show", "phu_tho", "2026-001"), ("report", "phu_tho", "2026-001")):
            with pytest.raises(ConfigError, match="secret now"):
                call(*words)
        assert call("list", "phu_tho", "--json")["inspections"] == []
        assert call("targets", "phu_tho", "--year", "2026", "--json")["checks"] == 0


ERRORS = [
    (("show", "phu_tho", "2026-009"), r"no inspection '2026-009' \(known: 2026-001\)"),
    (("answer", "phu_tho", "2026-001.1", "--by", "Lan"), "answered cannot follow"),
    (("answer", "phu_tho", "2026-001", "--by", "Lan"), "no finding of inspection 2026-001 waits for answered"),
    (("request", "phu_tho", "2026-001", "--by", " "), "--by is empty"),
    (("request", "phu_tho", "2026-001", "--by", "Lan 0912345678"), "leave out addresses and numbers"),
    (("request", "phu_tho", "2026-001", "--by", "Lan", "--due", "31/12/2026"), "--due is a day like"),
    (("request", "phu_tho", "2026-001", "--by", "Lan", "--day", "2026-09-31"), "--day is a day like"),
    (("finding", "phu_tho", "2026-001", "--by", "Lan"), "what was found"),
    (("finding", "phu_tho", "2026-001", "--by", "Lan", "--kind", "stuck"), "nothing of stuck stands at H44.07"),
    (("verify", "phu_tho", "2026-001.1", "--by", "Lan", "--text", "đã xem"), "only a later night proves"),
    (("close", "phu_tho", "2026-001", "--by", "Lan", "--cancel"), "--reason is empty"),
    (("open", "phu_tho", "H44.9999", *OPENED, *UNPLANNED), "không có cơ quan"),
    (("open", "phu_tho", "H44.07", *OPENED), r"stands in a plan \(--plan LINE\)"),
    (("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED, "--night", "2026-09-01"), "no night 2026-09-01 of H44"),
    (("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED, "--to", "2025-01-01"), "ends before it begins"),
    (("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED, "--form", "online"), "names its steps"),
    (("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED, "--form", "on_site", "--online-step", "họp"), "is not on_site"),
]


def test_errors_teach(config: Path, call: Call) -> None:
    with pytest.raises(ConfigError, match="a check by the data needs a night"):
        call("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED)
    night(config, 3, DIFFERING)
    call("open", "phu_tho", "Sở Công Thương", *OPENED, *UNPLANNED, "--each-kind")
    before = call("show", "phu_tho", "2026-001", "--json")
    for words, complaint in ERRORS:
        with pytest.raises(ConfigError, match=complaint):
            call(*words)
    assert call("show", "phu_tho", "2026-001", "--json") == before
    manifest = config.parent / "var" / "landing" / "H44" / "2026-09-03" / "shop" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(ConfigError, match="the landing is not the one night H44/2026-09-03 was compared from"):
        call("open", "phu_tho", "H44.07", *OPENED, *UNPLANNED)
