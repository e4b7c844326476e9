"""`doisoat check-source` against every way in, well-behaved and not: what it says, its exit code, that it writes nothing."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from doisoat.config import load_province
from doisoat.errors import ExitCode
from doisoat.pipeline.checking import SideCheck, SourceCheck, check_source
from doisoat.source_tables import check_object
from doisoat_simulator.servers.clock import frozen_now
from doisoat_simulator.world import World
from tests.e2e.nights import DAY, DOISOAT, FILES_PROVINCE
from tests.e2e.simulated import IGATE, LOOK_UP_ONLY, OPENCPS, QUICK, TANDAN, Simulated, province_file, simulated

NOW = frozen_now(DAY)
Checked = Callable[..., SourceCheck]


@pytest.fixture
def check(behaving: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Check a base file with changes, in this process, by a clock that is the simulator's plus `ahead`."""
    for name, value in behaving.environment.items():
        monkeypatch.setenv(name, value)

    def run(base: Path, ahead: timedelta = timedelta(0), **changes: Any) -> SourceCheck:
        config = province_file(tmp_path / "p.yaml", base, **changes)
        return check_source(load_province(config), clock=lambda: NOW + ahead)

    return run


def call(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DOISOAT, *words], capture_output=True, text=True, check=False, timeout=120, **more)


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Name -> time of change and content of all that lies below."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def sides(check: SourceCheck) -> tuple[SideCheck, SideCheck]:
    shop, portal = check.sides
    return shop, portal


# --- every way in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [IGATE, OPENCPS, TANDAN], ids=["igate", "opencps", "tandan"])
def test_a_listing_an_export_and_a_look_up(check: Checked, behaving: Simulated, base: Path) -> None:
    checked = check(base, shop={"page_size": 200})
    shop, portal = sides(checked)
    assert shop.trouble is portal.trouble is None
    assert shop.page is not None and portal.page is not None
    assert shop.page_size == 200 >= shop.page.rows + shop.page.secret_rows > 150
    assert shop.total is not None and shop.total > 1_000
    assert (shop.clock_skew_s, portal.clock_skew_s) == (0, 0)
    assert shop.page.absent_required == portal.page.absent_required == ()
    assert {"MaHoSo", "TrangThaiHoSo", "NgayTiepNhan"} <= {field.name for field in shop.page.fields}
    assert {word.status for word in shop.page.words} >= {4, 9}
    look_up = portal.look_up
    if base is IGATE:
        assert look_up is not None and look_up.trouble is None
        assert (look_up.state, look_up.answer is not None) == ("found", True)
    assert checked.exit_code in {ExitCode.CLEAN, ExitCode.DISCREPANCIES}
    assert len([one for one in behaving.asked() if "search" in one["path"] or "dossiers" in one["path"]]) <= 4


def test_a_portal_that_lists_nothing_is_asked_about_a_dossier_of_the_shop(check: Checked) -> None:
    shop, portal = sides(check(LOOK_UP_ONLY, shop={"page_size": 100}))
    assert shop.page is not None
    assert (portal.page, portal.trouble, portal.kind) == (None, None, "adapter")
    assert portal.look_up is not None and portal.look_up.state in {"found", "absent"}
    assert portal.address.endswith("/forward")


# --- trouble -----------------------------------------------------------------------------------------------------


def wrong_password(check: Checked, served: Simulated, monkeypatch: pytest.MonkeyPatch) -> SourceCheck:
    monkeypatch.setenv("DOISOAT_SHOP_PASSWORD", "sai")
    return check(IGATE)


def wrong_path(check: Checked, served: Simulated, monkeypatch: pytest.MonkeyPatch) -> SourceCheck:
    monkeypatch.setenv("DOISOAT_SHOP_URL", f"{served.address}/nowhere")
    return check(IGATE)


def html(check: Checked, served: Simulated, monkeypatch: pytest.MonkeyPatch) -> SourceCheck:
    served.misbehave({"path": "/igate/pa", "kind": "html"})
    return check(IGATE)


def firewall(check: Checked, served: Simulated, monkeypatch: pytest.MonkeyPatch) -> SourceCheck:
    served.misbehave({"path": "/igate/pa", "kind": "request_rejected"})
    return check(IGATE)


def down(check: Checked, served: Simulated, monkeypatch: pytest.MonkeyPatch) -> SourceCheck:
    monkeypatch.setenv("DOISOAT_SHOP_URL", "http://127.0.0.1:9")
    return check(IGATE, shop={"max_wait_s": 0.05})


def no_variable(check: Checked, served: Simulated, monkeypatch: pytest.MonkeyPatch) -> SourceCheck:
    monkeypatch.delenv("DOISOAT_SHOP_PASSWORD")
    return check(IGATE)


@pytest.mark.parametrize(
    ("make", "sentence", "code"),
    [
        (wrong_password, "Nguồn từ chối tài khoản: kiểm tra biến môi trường", ExitCode.UNREACHABLE),
        (wrong_path, "Địa chỉ không có ở nguồn: sửa base_url", ExitCode.UNREACHABLE),
        (html, "Nguồn trả về trang HTML thay vì dữ liệu", ExitCode.UNREACHABLE),
        (firewall, "Nguồn trả về trang HTML thay vì dữ liệu", ExitCode.UNREACHABLE),
        (down, "Không kết nối được hoặc nguồn đang hỏng", ExitCode.UNREACHABLE),
        (no_variable, "Cấu hình chưa đúng", ExitCode.USAGE),
    ],
)
def test_trouble_is_one_sentence_that_says_what_to_do_and_the_other_side_goes_on(
    check: Checked,
    behaving: Simulated,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[..., SourceCheck],
    sentence: str,
    code: ExitCode,
) -> None:
    checked = make(check, behaving, monkeypatch)
    shop, portal = sides(checked)
    assert shop.trouble is not None and shop.page is None
    assert shop.trouble.sentence.startswith(sentence)
    assert "mat-khau" not in shop.trouble.sentence and "sai)" not in shop.trouble.sentence
    assert portal.page is not None and portal.trouble is None
    assert checked.exit_code is code


def test_a_database_that_is_not_there(check: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that is no HTTP: the same words, and the portal goes on."""
    monkeypatch.setenv("DOISOAT_SQL_URL", "postgresql+psycopg://127.0.0.1:9/x")
    section = {"kind": "sql", "url_env": "DOISOAT_SQL_URL", "schema": "opencps"}
    config = yaml.safe_load(IGATE.read_text(encoding="utf-8")) | {"shop": section}
    base = tmp_path / "base.yaml"
    base.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    shop, portal = sides(check(base))
    assert shop.trouble is not None
    assert shop.trouble.sentence.startswith("Không kết nối được hoặc nguồn đang hỏng")
    assert portal.page is not None


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=1), "chậm hơn máy này 1 giờ 0 phút: lệch chẵn giờ thường là sai múi giờ"),
        (timedelta(hours=-7), "nhanh hơn máy này 7 giờ 0 phút: lệch chẵn giờ thường là sai múi giờ"),
        (timedelta(minutes=-20), "nhanh hơn máy này 0 giờ 20 phút: kiểm tra đồng bộ giờ"),
    ],
)
def test_a_clock_that_differs(check: Checked, ahead: timedelta, words: str) -> None:
    checked = check(IGATE, ahead)
    assert any(words in sentence for sentence in sides(checked)[0].attention)
    assert checked.exit_code is ExitCode.DISCREPANCIES


def test_a_clock_within_minutes_is_the_same(check: Checked) -> None:
    shop, _ = sides(check(IGATE, timedelta(minutes=4)))
    assert not any("Đồng hồ" in sentence for sentence in shop.attention)


def test_a_look_up_that_fails_is_told_beside_the_page(check: Checked, behaving: Simulated) -> None:
    behaving.misbehave({"path": "/adapter", "body": "TraCuuHoSo", "kind": "error_code", "code": "99", "message": "bận"})
    _, portal = sides(check(IGATE, portal={"look_up": QUICK}))
    assert portal.page is not None
    assert any(sentence.startswith("Tra cứu thử không thành") for sentence in portal.attention)


@pytest.fixture(scope="module")
def pure() -> Iterator[Simulated]:
    """A simulator whose wires carry only what real ones are known to name."""
    with simulated(1_000, pure_wire=True) as running:
        yield running


def test_a_wire_that_names_little_says_which_kinds_that_costs(
    pure: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in pure.environment.items():
        monkeypatch.setenv(name, value)
    config = province_file(tmp_path / "p.yaml", IGATE)
    shop, _ = sides(check_source(load_province(config), clock=lambda: NOW))
    assert shop.page is not None
    costs = {cost.kind for cost in shop.page.costs}
    assert {"second_supplement", "second_extension", "payment_mismatch"} <= costs
    assert costs.isdisjoint({"status_lag", "missing_on_portal", "channel_mismatch"})
    assert not shop.page.has_secrecy_mark
    assert any("loại chênh lệch không xét được" in sentence for sentence in shop.attention)
    assert any("không đánh dấu hồ sơ mật" in sentence for sentence in shop.attention)


# --- the command -------------------------------------------------------------------------------------------------


def written(tmp_path: Path, text: str = FILES_PROVINCE) -> Path:
    config = tmp_path / "p.yaml"
    config.write_text(text, encoding="utf-8")
    return config


def export(tmp_path: Path, rows: str, *, portal: str | None = None) -> Path:
    for side, content in (("shop", rows), ("portal", portal or rows)):
        folder = tmp_path / "exports" / side
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(content, encoding="utf-8")
    return written(tmp_path)


ALL = (
    "MaHoSo,TrangThaiHoSo,MaTTHC,MaCoQuan,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,NgayNopHoSo,ThoiDiemXuLy,KenhThucHien,"
    "DuocThanhToanTrucTuyen,SoLanBoSung,SoLanGiaHan,DuongDanTepTinKetQua,MaHoSoQG,MaHoSoKhac,MaHoSoDonVi,DoMat"
)
ROW = "H44.05-260820-0001,4,1.001612,H44.05,20/08/2026,24/08/2026,,20/08/2026,,1,0,0,0,,,,,"


def test_understood_is_zero_and_the_object_is_one_line(tmp_path: Path) -> None:
    done = call("check-source", "x", "--config", str(export(tmp_path, f"{ALL}\n{ROW}\n")), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 1
    found = json.loads(done.stdout)
    assert (found["province"], found["exit_code"]) == ("H44", 0)
    assert [side["side"] for side in found["sides"]] == ["shop", "portal"]
    assert set(found["sides"][0]) == {
        *("side", "kind", "address", "page", "page_size", "total", "clock_skew_s"),
        *("notes", "look_up", "trouble", "attention"),
    }
    assert found["sides"][0]["page"]["rows"] == 1


def test_a_required_column_that_is_missing_is_configuration(tmp_path: Path) -> None:
    config = export(tmp_path, f"{ALL}\n{ROW}\n".replace("NgayHenTra", "HenTra"), portal=f"{ALL}\n{ROW}\n")
    done = call("check-source", "x", "--config", str(config))
    assert done.returncode == 2
    assert "Thiếu cột bắt buộc của nguồn files: NgayHenTra" in " ".join(done.stdout.split())


def test_unmapped_words_dates_and_costs_are_shown_and_no_value(tmp_path: Path) -> None:
    head = "MaHoSo,TrangThaiHoSo,MaTTHC,MaCoQuan,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,ChuHoSo"
    rows = [f"H44.05-260820-000{n},Chờ ký số,1.001612,H44.05,{n}/13/2026,,,Nguyễn Văn Kín" for n in range(1, 4)]
    done = call("check-source", "x", "--config", str(export(tmp_path, "\n".join([head, *rows]))))
    shown = " ".join(done.stdout.split())
    assert done.returncode == 1, done.stderr
    for words in ("Chờ ký số 3 chưa ánh xạ", "NgayTiepNhan 3 0 %", "Lệch kênh nộp", "ChuHoSo", "không có dấu độ mật"):
        assert words in shown
    for value in ("Nguyễn Văn Kín", "260820", "13/2026"):
        assert value not in done.stdout


def test_a_status_column_that_holds_names_is_not_shown(tmp_path: Path) -> None:
    rows = [f"H44.05-260820-{n:04d},Nguyễn Thị Số {'ABCDEFGH'[n % 8]}{'ABCDEFGH'[n // 8]}" for n in range(60)]
    lines = ["MaHoSo,TrangThaiHoSo,NgayTiepNhan", *(f"{row},20/08/2026" for row in rows)]
    done = call("check-source", "x", "--config", str(export(tmp_path, "\n".join(lines))))
    assert "60 giá trị lạ khác nhau" in " ".join(done.stdout.split())
    assert "Nguyễn" not in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("check-source", "nowhere"), 2, "no province 'nowhere'"),
        (("check-source", "x", "--config", "p.yaml", "--date", "mai"), 2, "--date is a day like"),
        (("check-source", "x", "--config", "p.yaml"), 2, "no such folder"),
    ],
)
def test_wrong_use(tmp_path: Path, words: tuple[str, ...], code: int, message: str) -> None:
    written(tmp_path)
    done = call(*words, cwd=tmp_path)
    assert done.returncode == code
    assert message in " ".join((done.stdout + done.stderr).split())


def test_nothing_is_written_anywhere(behaving: Simulated, tmp_path: Path) -> None:
    """Home, working folder, temporary folder and data folder all lie below one that stays as it was."""
    config = province_file(tmp_path / "p.yaml", IGATE)
    (tmp_path / "w").mkdir()
    places = ("HOME", "TMPDIR", "DOISOAT_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    environment = behaving.environment | dict.fromkeys(places, str(tmp_path / "w"))
    before = everything(tmp_path)
    for options in (["--json"], []):
        done = call("check-source", "x", "--config", str(config), *options, cwd=tmp_path / "w", env=environment)
        assert done.returncode in {0, 1}, done.stderr
    assert everything(tmp_path) == before


def test_the_object_holds_no_value_of_a_record(check: Checked, world: World) -> None:
    text = json.dumps(check_object(check(IGATE)), ensure_ascii=False, default=str)
    assert [canary for canary in world.canaries if canary in text] == []
    assert not [row["MaHoSo"] for row in world.shop_rows if str(row["MaHoSo"]) in text]


@pytest.fixture
def world(served: Simulated) -> Iterator[World]:
    yield served.world


def test_help_and_new_province_on_the_command_line(tmp_path: Path) -> None:
    assert "writes nothing" in call("check-source", "--help").stdout
    file = tmp_path / "gia_lai.yaml"
    words = ("new-province", "H21", "Gia Lai", "--shop", "igate", "--output", str(file))
    assert call(*words).returncode == 0
    assert call(*words).returncode == 2
    done = call("check-source", "x", "--config", str(file), env={"PATH": os.environ["PATH"]})
    assert done.returncode == 2
    assert "DOISOAT_SHOP_USER" in " ".join(done.stdout.split())


def test_new_province_goes_to_the_folder_of_provinces_under_a_plain_name(tmp_path: Path) -> None:
    environment = os.environ | {"DOISOAT_PROVINCES": str(tmp_path)}
    assert call("new-province", "H66", "Đắk Lắk", env=environment).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["dak_lak.yaml"]
