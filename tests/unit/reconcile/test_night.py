"""The stage on files: what it leaves, typed and ordered; that it is replaced whole, with the same bytes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doisoat import reconcile
from doisoat.config import Province
from doisoat.errors import NullKey
from doisoat.model import Side
from doisoat.reconcile import carrying, read_kept, reconcile_night
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.reference import load_reference
from tests.sql.reconciliation.nights import PROVINCE, staged_night
from tests.sql.reconciliation.snapshots import REFERENCE

SHOP = [
    {"code": "B1", "status": 9, "finished_at": "2026-08-10 16:00", "due_at": "2026-08-10 17:00", "agency": "H21.06"},
    {"code": "A1"},
    {"code": "A2", "supplement_count": 2},
    {"code": "C1", "agency": None},
]
PORTAL = [
    {"code": "B1", "status": 4, "due_at": "2026-08-10 17:00", "agency": "H21.06"},
    {"code": "A2", "channel": 3},
]
for _row in (SHOP[0], PORTAL[0]):
    _row["received_at"] = "2026-08-03 09:00"


def run(files: RunFiles, spill: Path, province: Province = PROVINCE, *, full: bool = False) -> dict[str, object]:
    return reconcile_night(files, province, REFERENCE, spill=spill, memory_limit="512MB", full=full)


def left(files: RunFiles) -> dict[str, bytes]:
    """What the stage left for the stages after it."""
    return {path.name: path.read_bytes() for path in files.work("reconcile").iterdir() if path.is_file()}


def test_files_of_a_night(tmp_path: Path) -> None:
    files = staged_night(tmp_path, SHOP, PORTAL)
    summary = run(files, tmp_path / "spill")
    folder = files.work("reconcile")
    assert sorted(path.name for path in folder.iterdir()) == [
        *("agency_counts.parquet", "discrepancies.parquet", "lateness.parquet", "pairs.parquet"),
        *("summary.json", "unknown.parquet"),
    ]
    assert read_json(folder / "summary.json") == summary
    found = pq.read_table(folder / "discrepancies.parquet")
    assert list(zip(*(found[name].to_pylist() for name in ("dossier_code", "kind", "subtype")), strict=True)) == [
        ("A1", "missing_on_portal", ""),
        ("A2", "channel_mismatch", ""),
        ("A2", "second_supplement", ""),
        ("B1", "finished_not_synced", "false_overdue"),
        ("C1", "missing_on_portal", ""),
    ]
    assert [f"{one.name}: {one.type}" for one in found.schema] == [
        *("dossier_code: string", "kind: string", "subtype: string", "agency_code: string", "procedure_code: string"),
        *("field: string", "value_shop: string", "value_portal: string", "cause: string", "side: string"),
        *("severity: string", "technical: bool", "since: timestamp[us, tz=UTC]", "period: string"),
    ]
    pairs = pq.read_table(folder / "pairs.parquet")
    assert pairs["dossier_code"].to_pylist() == ["A1", "A2", "B1", "C1"]
    assert pairs["portal_clock"].to_pylist() == [None, "on_time", "late", None]
    assert pairs.schema.names == [
        *("dossier_code", "shop_key", "portal_key", "agency_code", "procedure_code"),
        *("status_shop", "received_at_shop", "due_at_shop", "finished_at_shop", "returned_at_shop"),
        *("status_portal", "received_at_portal", "due_at_portal", "finished_at_portal", "returned_at_portal"),
        *("law", "portal_clock", "province_clock"),
    ]
    assert pq.read_table(folder / "agency_counts.parquet").to_pydict() == {
        "agency_code": ["H21.05", "H21.06", None],
        "dossiers_shop": [2, 1, 1],
        "dossiers_portal": [1, 1, 0],
        "finished_shop": [0, 1, 0],
        "late_law": [0, 0, 0],
        "late_portal": [0, 1, 0],
        "late_province": [0, 0, 0],
        "false_overdue": [0, 1, 0],
    }
    assert pq.read_table(folder / "lateness.parquet").to_pydict() == {
        "clock": ["dvcqg", "dvcqg", "luat", "mot_cua"],
        "verdict": ["late", "on_time", "on_time", "on_time"],
        "dossiers": [1, 1, 2, 2],
    }


def test_a_second_run_leaves_the_same_bytes(tmp_path: Path) -> None:
    files = staged_night(tmp_path, SHOP, PORTAL)
    run(files, tmp_path / "spill")
    first = {path.name: path.read_bytes() for path in files.work("reconcile").iterdir()}
    run(files, tmp_path / "spill")
    assert {path.name: path.read_bytes() for path in files.work("reconcile").iterdir()} == first


def test_what_staging_says_of_a_side_counts(tmp_path: Path) -> None:
    files = staged_night(tmp_path, SHOP, PORTAL, partial=True, partial_reasons=["đứt"], absent_columns=["KenhThucHien"])
    counts = run(files, tmp_path / "spill")["counts"]
    assert isinstance(counts, dict)
    assert {kind: number for kind, number in counts.items() if number} == {
        "finished_not_synced": 1,
        "second_supplement": 1,
    }


def test_a_portal_behind_an_adapter_lists_no_dossier(tmp_path: Path) -> None:
    adapter = {"kind": "adapter", "base_url": "http://127.0.0.1:9"}
    province = Province(**{**PROVINCE.model_dump(), "portal": adapter})
    counts = run(staged_night(tmp_path, [], [{}]), tmp_path / "spill", province)["counts"]
    assert isinstance(counts, dict)
    assert counts["missing_in_shop"] == 0


def test_a_null_key_leaves_the_earlier_result_alone(tmp_path: Path) -> None:
    files = staged_night(tmp_path, SHOP, PORTAL)
    run(files, tmp_path / "spill")
    before = (files.work("reconcile") / "summary.json").read_bytes()
    rows = pq.read_table(files.dossiers(Side.SHOP).parent)
    codes = pa.nulls(rows.num_rows, pa.string())
    pq.write_table(rows.set_column(0, "dossier_code", codes), files.partition(Side.SHOP))
    with pytest.raises(NullKey):
        run(files, tmp_path / "spill")
    assert (files.work("reconcile") / "summary.json").read_bytes() == before


@pytest.fixture
def two_nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[RunFiles, RunFiles]:
    """The first compared, on the second the dossier B1 has been synced."""
    monkeypatch.setattr(reconcile, "SCREENED_FROM", 1)
    monkeypatch.setattr(carrying, "_WORTH_KEEPING", 1.0)
    first = staged_night(tmp_path, SHOP, PORTAL)
    run(first, tmp_path / "spill")
    synced = [{**PORTAL[0], "status": 9, "finished_at": "2026-08-10 16:00"}, PORTAL[1]]
    return first, staged_night(tmp_path, SHOP, synced, nights_later=1)


def test_the_night_after_carries_over_and_leaves_the_bytes_of_a_full_look(
    two_nights: tuple[RunFiles, RunFiles], tmp_path: Path
) -> None:
    first, second = two_nights
    kept = read_kept(first.work("reconcile"))
    assert kept is not None
    summary = run(second, tmp_path / "spill")
    carried = left(second)
    changed = {
        month for month, told in read_kept(second.work("reconcile")).months.items() if told != kept.months[month]
    }
    assert len(changed) == 1
    assert run(second, tmp_path / "spill", full=True) == summary
    assert left(second) == carried
    assert carried != left(first)


PROCEDURES = """ma_quoc_gia,ma_dia_phuong,ten,linh_vuc,thoi_han,don_vi_tinh,co_ket_qua,tru_cho_thanh_toan,hieu_luc_tu,hieu_luc_den
1.001612,,,,5,Ngày làm việc,,{pauses},,
"""


def test_other_rules_of_a_procedure_carry_no_verdict_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the third night on the table says that sector law does not count the wait for payment."""
    monkeypatch.setattr(reconcile, "SCREENED_FROM", 1)
    monkeypatch.setattr(carrying, "_WORTH_KEEPING", 1.0)
    table = tmp_path / "procedures.csv"
    ruled = Province(**{**PROVINCE.model_dump(), "reference": {"procedures": table}})
    waiting = {"code": "P1", "status": 6, "due_at": "2026-08-28 17:00", "step_at": "2026-08-27 09:00"}
    rows = [waiting, *({"code": f"D{n}", "status": 9, "finished_at": "2026-08-25 09:00"} for n in range(9))]
    said: list[tuple[int, list[str]]] = []
    for night, pauses in enumerate("001"):
        table.write_text(PROCEDURES.format(pauses=pauses), encoding="utf-8")
        files = staged_night(tmp_path, rows, rows, nights_later=night)
        looked_at: list[int] = []
        judging = partial(reconcile_night, files, ruled, load_reference(ruled), memory_limit="512MB")
        judging(spill=tmp_path / "spill", progress=lambda done, total, told=looked_at: told.append(total - done))
        found = pq.read_table(files.work("reconcile") / "discrepancies.parquet")
        said.append((looked_at[0], found["value_shop"].to_pylist()))
        carried = left(files)
        judging(spill=tmp_path / "spill", full=True)
        assert left(files) == carried
    assert said == [(20, []), (0, []), (20, ["on_time"])]


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1" + bytes(400) + b"PAR1"])
def test_what_an_earlier_night_kept_and_is_damaged_is_looked_at_again(
    two_nights: tuple[RunFiles, RunFiles], tmp_path: Path, damage: bytes
) -> None:
    first, second = two_nights
    run(second, tmp_path / "spill", full=True)
    full = left(second)
    for path in (first.work("reconcile") / carrying.FOLDER).rglob("*.parquet"):
        path.write_bytes(damage)
    run(second, tmp_path / "spill")
    assert left(second) == full


def test_a_file_that_breaks_between_two_looks_makes_the_night_look_at_everything(
    two_nights: tuple[RunFiles, RunFiles], tmp_path: Path
) -> None:
    first, second = two_nights
    run(second, tmp_path / "spill", full=True)
    full = left(second)
    for path in (first.work("reconcile") / carrying.FOLDER).rglob("*.parquet"):
        stored = path.read_bytes()
        path.write_bytes(b"PAR1" + bytes(len(stored) // 2) + stored[4 + len(stored) // 2 :])  # its end still tells
    run(second, tmp_path / "spill")
    assert left(second) == full
