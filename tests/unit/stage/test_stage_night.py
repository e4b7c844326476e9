"""A night's two landings become two snapshots; what is secret on one side leaves both."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from doisoat.config import Province
from doisoat.errors import IncompleteLanding
from doisoat.land import land
from doisoat.model import RunKey, Side
from doisoat.rules.parameters import OFFICE_HOURS
from doisoat.rules.reference import Agency, AgencyTable, Procedure, ProcedureTable
from doisoat.rules.status_words import StatusWord, StatusWords
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.stage import stage_night
from doisoat.store.landing import landed_codes, read_manifest, read_part
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.reference import Reference
from tests.unit.land.sources import COLUMNS, KEY, ListSource, at, dossier

DIGEST_KEY = b"a key longer than one block of the hash " * 3
REFERENCE = Reference(
    agencies=AgencyTable([Agency("H21.05", other_spellings=("STP",)), Agency("H21.66", other_spellings=("PA-66",))]),
    procedures=ProcedureTable([Procedure("1.001612"), Procedure("3.000181", local_codes=("NOI-BO-1",))]),
    calendar=WorkingCalendar(frozenset(), frozenset(), OFFICE_HOURS),
    contacts=(),
    versions={"agencies": "agencies.csv 1"},
)
SECTION = {"kind": "files", "path": "x"}


def province(**more: Any) -> Province:
    return Province(province="H21", name="Gia Lai", shop=SECTION, portal=SECTION, **more)


def night(home: Path, sides: Mapping[Side, ListSource], **more: Any) -> tuple[RunFiles, dict[str, Any]]:
    """Land both sides and stage them; (files, staged.json)."""
    files, settings = RunFiles(home, KEY), province(**more)
    for side, source in sides.items():
        land(
            side,
            KEY,
            source,
            files.landing(side),
            rules=settings.rules,
            digest_key=DIGEST_KEY,
            secret_procedures=settings.secret_procedures,
            secret_agencies=settings.secret_agencies,
        )
    return files, stage(files, settings)


def stage(files: RunFiles, settings: Province, reference: Reference = REFERENCE) -> dict[str, Any]:
    return stage_night(
        files, settings, reference, digest_key=DIGEST_KEY, spill=files.home / "tmp", memory_limit="500MB"
    )


def codes(files: RunFiles, side: Side) -> list[str]:
    rows = duckdb.sql(f"SELECT dossier_code FROM '{files.dossiers(side)}'").fetchall()
    return [code for (code,) in rows]


def pages(*records: dict[str, Any] | None) -> dict[str, list[Any]]:
    return {"page-000000": list(records)}


def everything_below(folder: Path) -> bytes:
    """All landed records as they stand, unpacked, and all other files."""
    packed = sorted(folder.rglob("*.zst"))
    plain = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".zst"]
    return b"".join([repr(list(read_part(path))).encode() for path in packed] + [path.read_bytes() for path in plain])


def test_a_night_is_counted_and_dated_by_its_earlier_side(tmp_path: Path) -> None:
    sides = {
        Side.SHOP: ListSource(pages(dossier(1), dossier(2, TrangThaiHoSo="11"), None), extracted_at=at(22)),
        Side.PORTAL: ListSource(pages(dossier(1)), extracted_at=at(20, 59), kind="download"),
    }
    files, staged = night(tmp_path, sides)
    assert staged == read_json(files.staged)
    assert (staged["as_of"], staged["skewed"], staged["late"]) == ("2026-09-03T20:59:00+07:00", True, False)
    versions = staged["rule_versions"]
    assert versions["agencies"] == "agencies.csv 1"
    assert set(versions) == {"rules", "parameters", "status_map", "agencies"}
    assert staged["sides"]["shop"] == {
        "landed": 3,
        "staged": 1,
        "repeated": 0,
        "rejected": {"row_shape": 1, "status_invalid": 1},
        "warnings": {},
        "complete": True,
        "partial": True,
        "partial_reasons": ["1 trong 3 dòng không có mã hồ sơ đọc được, quá giới hạn cho phép"],
        "notes": [],
        "unattributable": 1,
        "extracted_at": "2026-09-03T22:00:00+07:00",
        "absent_columns": staged["sides"]["shop"]["absent_columns"],
        "has_secrecy_mark": True,
        "source": "http://127.0.0.1/igate",
        "kind": "igate",
        "look_ups": None,
        "reading": {
            "mode": "full",
            "read": 3,
            "carried_over": 0,
            "base": None,
            "full_on": None,
            "why_full": None,
        },
    }
    assert codes(files, Side.SHOP) == codes(files, Side.PORTAL) == ["H21.05-260820-0001"]


def test_each_side_speaks_the_words_of_its_own_system_on_the_business_date(tmp_path: Path) -> None:
    denied = dossier(1, TrangThaiHoSo="Denied")
    files, _ = night(tmp_path, {side: ListSource(pages(denied)) for side in Side})
    day = KEY.business_date
    told = [
        StatusWord("opencps", "denied", 3, valid_to=day - timedelta(days=1)),
        StatusWord("opencps", "denied", 8, valid_from=day),
    ]
    settings = Province(province="H21", name="Gia Lai", shop=SECTION | {"system": "opencps"}, portal=SECTION)
    staged = stage(files, settings, replace(REFERENCE, status_words=StatusWords(told)))
    assert duckdb.sql(f"SELECT status, status_raw FROM '{files.dossiers(Side.SHOP)}'").fetchall() == [(8, "Denied")]
    assert staged["sides"]["portal"]["rejected"] == {"status_invalid": 1}


def test_as_of_never_passes_the_business_date_and_an_hour_apart_is_one_moment(tmp_path: Path) -> None:
    sides = {
        Side.SHOP: ListSource(pages(dossier(1)), extracted_at=at(23, 30)),
        Side.PORTAL: ListSource(pages(dossier(1))),
    }
    _, staged = night(tmp_path, sides)
    assert (staged["as_of"], staged["skewed"]) == ("2026-09-03T23:30:00+07:00", False)


def test_staging_again_gives_the_same_bytes(tmp_path: Path) -> None:
    records = [dossier(number, MaCoQuan=f"H21.{number % 90:02d}") for number in range(3_000)]
    sides = {side: ListSource(pages(*records)) for side in Side}
    files, _ = night(tmp_path, sides)
    snapshots = files.snapshot(Side.SHOP).parent
    before = {path: path.read_bytes() for path in snapshots.rglob("*") if path.is_file()}
    stage(files, province())
    assert {path: path.read_bytes() for path in snapshots.rglob("*") if path.is_file()} == before
    assert len(before) == 9  # of each side two partitions, what is told of them, the rejections; staged.json


def test_months_are_filled_from_records_in_any_order_and_of_any_number(tmp_path: Path) -> None:
    records = [
        dossier(number, NgayTiepNhan=f"{1999 + number % 7 * 4}-0{1 + number % 3}-05T08:00:00+07:00")
        for number in range(200)
    ]
    files, staged = night(tmp_path, {side: ListSource(pages(*reversed(records))) for side in Side})
    query = f"SELECT received_at, filename FROM read_parquet('{files.dossiers(Side.SHOP)}', filename = TRUE)"
    found = duckdb.sql(query).fetchall()
    assert len(found) == staged["sides"]["shop"]["staged"] == len(records)
    for received_at, name in found:
        assert Path(name).stem == ("old" if received_at.year < 2000 else f"{received_at:%Y-%m}")
    for path in files.dossiers(Side.SHOP).parent.glob("*.parquet"):
        in_file = [code for (code,) in duckdb.sql(f"SELECT dossier_code FROM '{path}'").fetchall()]
        assert in_file == sorted(in_file)


def test_what_a_killed_stage_left_in_its_scratch_folder_counts_for_nothing(tmp_path: Path) -> None:
    for leftover in ("shop/landed/older.parquet", "shop/judged/month=2026-08/data_0.parquet"):
        path = tmp_path / "tmp" / "stage" / leftover
        path.parent.mkdir(parents=True)
        path.write_bytes(b"cut off")
    files, staged = night(tmp_path, {side: ListSource(pages(dossier(1))) for side in Side})
    assert staged["sides"]["shop"]["staged"] == len(codes(files, Side.SHOP)) == 1
    assert not (tmp_path / "tmp" / "stage").exists()


def test_a_dossier_secret_on_one_side_leaves_both_and_every_file(tmp_path: Path) -> None:
    secret = dossier(7, DoMat="Mật", MaHoSoDonVi="NOI-BO-77", MaHoSoKhac="DON-VI-1")
    sides = {
        Side.SHOP: ListSource(pages(dossier(1), secret, dossier(2, MaHoSoKhac="DON-VI-1"))),
        Side.PORTAL: ListSource(
            pages(
                dossier(1, DoMat="Không"),
                dossier(7, MaHoSo="h21.05-260820-\u200b0007"),
                dossier(8, MaHoSoQG="H21.05-260820-0007"),
                dossier(9, MaHoSo="NOI-BO-77"),
            ),
            expected_rows=4,
        ),
    }
    files, staged = night(tmp_path, sides)
    # the shop's 0002 only shares an alternative code with the secret dossier: that proves nothing, it stays
    assert codes(files, Side.SHOP) == ["H21.05-260820-0001", "H21.05-260820-0002"]
    assert codes(files, Side.PORTAL) == ["H21.05-260820-0001"]
    assert [staged["sides"][side]["landed"] for side in ("shop", "portal")] == [2, 1]
    manifest = read_manifest(files.landing(Side.PORTAL))
    assert (manifest["landed"], manifest["expected_rows"]) == (1, 1)
    assert [part["rows"] for part in manifest["parts"]] == [1]
    assert landed_codes(files.landing(Side.PORTAL)) == ["H21.05-260820-0001"]
    written = everything_below(tmp_path)
    assert b"260820-0001" in written
    assert not [code for code in (b"0007", b"0008") if b"H21.05-260820-" + code in written]
    assert not list(files.landing(Side.PORTAL).glob("part-00000.*"))


def test_digests_are_plain_hmac_of_the_normalised_code(tmp_path: Path) -> None:
    sides = {
        Side.SHOP: ListSource(pages(dossier(1), dossier(7, MaHoSo=" h21.05-7 ", DoMat="1"))),
        Side.PORTAL: ListSource(pages(dossier(1))),
    }
    files, _ = night(tmp_path, sides)
    digest = hmac.new(DIGEST_KEY, b"H21.05-7", "sha256").hexdigest()
    assert read_manifest(files.landing(Side.SHOP))["secret_digests"] == [digest]


def test_secret_agencies_and_procedures_are_known_under_every_spelling(tmp_path: Path) -> None:
    sides = {
        Side.SHOP: ListSource(
            pages(
                dossier(1),
                dossier(2, MaCoQuan="PA-66"),
                dossier(3, MaTTHC="NOI-BO-1"),
                dossier(4, MaCoQuan="H21.66.01"),
                dossier(5, MaTTHC="3.000181.000.00.00.H21"),
                dossier(6, MaCoQuan="000.00.66.H21"),
                dossier(7, MaCoQuan="H21.667", MaTTHC="3.0001811"),
            )
        ),
        Side.PORTAL: ListSource(pages(*(dossier(number) for number in range(1, 8))), columns=COLUMNS),
    }
    files, _ = night(tmp_path, sides, secret_agencies=("H21.66",), secret_procedures=("3.000181",))
    kept = ["H21.05-260820-0001", "H21.05-260820-0007"]
    assert codes(files, Side.SHOP) == kept
    assert codes(files, Side.PORTAL) == kept


def test_a_landing_read_in_part_goes_on_only_where_that_is_allowed(tmp_path: Path) -> None:
    broken = ListSource({"page-0": [dossier(1)], "page-1": [dossier(2)]}, breaks_at="page-1")
    files, staged = night(tmp_path, {Side.SHOP: broken, Side.PORTAL: ListSource(pages(dossier(1)))})
    assert staged["sides"]["shop"]["partial"] is True
    assert staged["sides"]["shop"]["partial_reasons"] == ["Nguồn ngắt giữa chừng"]
    assert staged["sides"]["portal"]["partial"] is False
    with pytest.raises(IncompleteLanding, match="allow_partial is off"):
        stage(files, province(rules={"allow_partial": False}))


@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_a_damaged_landing_stops_the_stage_and_names_the_file(tmp_path: Path, damage: str) -> None:
    files, _ = night(tmp_path, {side: ListSource(pages(dossier(1))) for side in Side})
    part = files.landing(Side.PORTAL) / "part-00000.jsonl.zst"
    content = part.read_bytes()
    part.unlink()
    if damage != "missing":
        part.write_bytes(content[:-3] if damage == "cut" else bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(IncompleteLanding, match=r"portal/part-00000\.jsonl\.zst: damaged"):
        stage(files, province())


def test_without_a_landing_the_stage_says_which_to_run(tmp_path: Path) -> None:
    files = RunFiles(tmp_path, RunKey("H21", KEY.business_date))
    with pytest.raises(IncompleteLanding, match="run the land stage of this side first"):
        stage(files, province())


def test_an_empty_side_is_staged_as_empty(tmp_path: Path) -> None:
    files, staged = night(tmp_path, {Side.SHOP: ListSource({}), Side.PORTAL: ListSource(pages(dossier(1)))})
    assert (staged["sides"]["shop"]["landed"], staged["sides"]["shop"]["partial"]) == (0, False)
    assert codes(files, Side.SHOP) == []


def test_hostile_texts_pass_through_as_data(tmp_path: Path) -> None:
    hostile = ["'; DROP TABLE landed; --", '"]}\n{"MaHoSo": "X1"}', "=1+1", "\u202e1", "$(rm -rf /)", "%s%n", "a\x00b"]
    records = [dossier(number, MaTTHC=text, TrangThaiHoSo="4") for number, text in enumerate(hostile)]
    records += [dossier(90 + number, TrangThaiHoSo=text) for number, text in enumerate(hostile)]
    files, staged = night(tmp_path, {side: ListSource(pages(*records)) for side in Side})
    assert staged["sides"]["shop"]["staged"] == len(hostile)
    assert staged["sides"]["shop"]["rejected"] == {"status_invalid": len(hostile)}
    found = duckdb.sql(f"SELECT procedure_raw, procedure_issue FROM '{files.dossiers(Side.SHOP)}'").fetchall()
    assert found[0] == ("';DROPTABLELANDED;--", "unknown")
    assert {issue for _, issue in found} == {"unknown"}
