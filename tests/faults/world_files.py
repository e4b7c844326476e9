"""The province of `sixty_nights` as the files that `doisoat run` reads: both sides' exports, its tables, its YAML.

Rows are made so that nothing but what the world knows of can be found in them: due dates lie far away, the one
procedure returns no document, and only a dossier whose clocks are to disagree ends a second after its due time.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.faults.sixty_nights import AGENCIES, OUTAGES, SHRUNKEN, Case, World

COLUMNS = (
    *("MaHoSo", "TrangThaiHoSo", "MaTTHC", "MaCoQuan", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy"),
    *("ThoiDiemXuLy", "KenhThucHien"),
)
ENGINEERS = "ky.su@phutho.example"
REFUSED = ("cu.h44.02@phutho.example", "h44.07@phutho.example")  # closed mailboxes
NOBODY, NO_BOX = "H44.10", "H44.09"  # no mailbox and no parent; the parent's mailbox
LEADERS = {agency: f"ld.{agency.lower()}@phutho.example" for agency in AGENCIES[:6]}
OFFICE = "vp@phutho.example"
LADDER = {"lanh_dao": 3, "van_phong": 10}  # working days
REMIND, REMEDY = 5, 3  # working days
TIMEOUT_S = 1.0
_PROCEDURE = "1.000999"
_FAR = timedelta(days=300)
_NOT_UTF8 = b"MaHoSo,\xff\xfe\xfa"

Row = dict[str, Any]


def write_tables(folder: Path) -> None:
    """Agencies, the procedure and the contacts."""
    parents = {agency: "H44" for agency in AGENCIES if agency != NOBODY}
    agencies = [{"ma": "H44", "ten": "UBND tỉnh Phú Thọ", "hop_thu": "tinh@phutho.example"}]
    agencies += [{"ma": code, "ten": f"Cơ quan {code[-2:]}", "cha": parents.get(code, "")} for code in AGENCIES]
    named = {code: [f"{code.lower()}@phutho.example"] for code in AGENCIES if code not in (NOBODY, NO_BOX)}
    named["H44.02"].append(REFUSED[0])
    contacts = [(code, "co_quan", box) for code, boxes in named.items() for box in boxes]
    contacts += [(code, "lanh_dao", box) for code, box in LEADERS.items()]
    contacts += [("H44", "lanh_dao", "ct@phutho.example"), ("H44", "van_phong", OFFICE)]
    contacts += [("H44", "ky_thuat", "kt@phutho.example")]
    procedure = {"ma_quoc_gia": _PROCEDURE, "ten": "Thủ tục thử", "linh_vuc": "Thử", "thoi_han": 300}
    procedure |= {"don_vi_tinh": "Ngày làm việc", "co_ket_qua": 0, "muc_do": "toan_trinh"}
    heads = ("ma", "ma_cu", "ten", "cap", "cha", "hieu_luc_tu", "hieu_luc_den", "ke_thua_boi", "hop_thu")
    _table(folder / "agencies.csv", heads, agencies)
    heads = ("ma_quoc_gia", "ma_dia_phuong", "ten", "linh_vuc", "thoi_han", "don_vi_tinh", "co_ket_qua", "muc_do")
    _table(folder / "procedures.csv", (*heads, "hieu_luc_tu", "hieu_luc_den"), [procedure])
    heads = ("ma", "vai_tro", "hop_thu", "hieu_luc_tu", "hieu_luc_den")
    _table(folder / "contacts.csv", heads, (dict(zip(heads, one, strict=False)) for one in contacts))


def write_night(folder: Path, world: World, smtp_port: int) -> Path:
    """Both sides tonight and the province file of tonight's rules; its path."""
    exports = folder / "exports"
    shutil.rmtree(exports, ignore_errors=True)
    shop = [row for case in world.cases if case.shop for row in _shop_rows(case, world)]
    if world.night in SHRUNKEN:
        shop = shop[: len(shop) // 2]
    _table(exports / "shop" / "ho-so.csv", COLUMNS, shop)
    _write_portal(exports / "portal", world)
    config = folder / "phu_tho.yaml"
    config.write_text(yaml.safe_dump(_province(world, smtp_port), allow_unicode=True), encoding="utf-8")
    return config


def _write_portal(folder: Path, world: World) -> None:
    """Two files; the second one is broken on a partial night, and all there is in an outage."""
    folder.mkdir(parents=True)
    if world.night not in OUTAGES:
        read = [_portal_row(case, world) for case in world.cases if case.rejected or case.on_portal]
        _table(folder / "ho-so-1.csv", COLUMNS, read)
    if world.is_partial or world.night in OUTAGES:
        (folder / "ho-so-2.csv").write_bytes(_NOT_UTF8)


def _province(world: World, smtp_port: int) -> dict[str, Any]:
    tables = {name: f"{name}.csv" for name in ("agencies", "procedures", "contacts")}
    rules = {"scope_from": world.scope_from, "due_at_tolerance_days": world.tolerance, "remedy_working_days": REMEDY}
    rules |= {"max_shrink_pct": 20}  # a partial night lacks some, a shrunken side half
    ladder = [{"after_working_days": days, "to": role} for role, days in LADDER.items()]
    mail = {"mode": "smtp", "sender": "doisoat@phutho.example", "host": "127.0.0.1", "port": smtp_port}
    mail |= {"security": "none", "timeout_s": TIMEOUT_S, "remind_every_working_days": REMIND, "escalation": ladder}
    sides = {side: {"kind": "files", "path": f"exports/{side}"} for side in ("shop", "portal")}
    province = {"province": "H44", "name": "Phú Thọ", "reference": tables, "rules": rules, "mail": mail}
    return {**province, **sides, "engineers": [ENGINEERS]}


def _shop_rows(case: Case, world: World) -> Iterator[Row]:
    yield _row(case, world, case.status, "2", timedelta(0))
    if case.twice:
        yield _row(case, world, 2, "2", timedelta(0))


def _portal_row(case: Case, world: World) -> Row:
    status = "11" if case.rejected else case.told  # no such status: the row cannot be read
    return _row(case, world, status, "1" if case.channel else "2", timedelta(days=case.due_days))


def _row(case: Case, world: World, status: object, channel: str, later: timedelta) -> Row:
    began = datetime.combine(case.began_on, time(8))
    ended, due = began + timedelta(days=1, hours=2), began + _FAR
    if case.clocks:
        ended, due = (datetime.combine(case.began_on, time(17, 0, second)) for second in (1, 0))
    step = datetime.combine(world.day, time(9)) if case.fresh else began + timedelta(hours=1)
    return {
        "MaHoSo": case.code,
        "TrangThaiHoSo": status,
        "MaTTHC": _PROCEDURE,
        "MaCoQuan": case.agency,
        "NgayTiepNhan": began.isoformat(),
        "NgayHenTra": (due + later).isoformat(),
        "NgayKetThucXuLy": ended.isoformat() if str(status) == "9" else "",
        "ThoiDiemXuLy": step.isoformat(),
        "KenhThucHien": channel,
    }


def _table(path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows)
