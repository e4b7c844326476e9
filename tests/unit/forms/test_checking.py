"""What stops a form from being written, and what the period before has to do with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from doisoat.errors import DamagedSnapshot, ExitCode, ValidationFailed
from doisoat.forms.checking import check_period
from doisoat.store.layout import PeriodFiles, read_json, write_json
from tests.forms_world import AUGUST, DONE, JULY, Rows, figures_of, made, night_of, with_fields
from tests.unit.forms.test_publishing import pdf_text, sheet, texts

OPEN = DONE | {"status": 4, "finished_at": None, "received_at": "2026-07-01 09:00", "due_at": "2026-09-30 17:00"}


def counted(home: Path) -> PeriodFiles:
    files = night_of(home, [DONE | {"code": "A1"}, OPEN | {"code": "A2", "agency": "H21.06"}])
    figures_of(files, AUGUST)
    return PeriodFiles(files, AUGUST)


def spoilt(places: PeriodFiles, scope: str, *, is_sum: bool, **change: Any) -> None:
    """One figure of the shop changed on disk, as a fault of ours would."""
    figures = read_json(places.work / "figures.json")
    place = ("shop", scope, is_sum)
    rows = [one for one in figures["figures"] if (one["side"], one["scope"], one["is_sum"]) == place]
    row = next(one for one in rows if one["unit_code"] in (None, "H21.05"))
    row.update(change)
    write_json(places.work / "figures.json", figures)


@pytest.mark.parametrize(
    ("scope", "is_sum", "change", "sentence"),
    [
        (
            *("unit", False, {"received": 3}),
            "Biểu 07a của Sở Nội vụ (Một cửa), dòng “Hộ tịch”, cột (3): ghi 3, (4)+(5)+(6)+(7)+(8) = 1",
        ),
        (
            *("unit", True, {"late": -1, "early": 2}),
            "Biểu 07a của Sở Nội vụ (Một cửa), dòng TỔNG CỘNG, cột (12): số âm -1",
        ),
        (
            *("section", False, {"received": 2, "direct": 1}),
            "Biểu 07b (Một cửa), dòng “Hộ tịch”, cột (3): ghi 2, cộng các cơ quan được 1",
        ),
        (
            *("province", True, {"received": 3, "direct": 2, "resolved": 2, "on_due": 1}),
            "Biểu 07b của UBND tỉnh (Một cửa), cột (7): cộng các dòng được 1, dòng TỔNG CỘNG ghi 2",
        ),
    ],
)
def test_sums_that_do_not_add_up_stop_everything(
    tmp_path: Path, scope: str, is_sum: bool, change: dict[str, int], sentence: str
) -> None:
    places = counted(tmp_path)
    spoilt(places, scope, is_sum=is_sum, **change)
    with pytest.raises(ValidationFailed) as stopped:
        check_period(places)
    assert stopped.value.exit_code is ExitCode.VALIDATION_STOPPED
    assert "2026-08: " in str(stopped.value) and sentence in whole_text(places)
    assert not (places.work / "checks.json").exists() and not places.published.exists()


def whole_text(places: PeriodFiles) -> str:
    """Every problem, not only the first ones the error names."""
    from doisoat.forms.checking import period_problems
    from doisoat.forms.filling import fill

    figures = read_json(places.work / "figures.json")
    return "\n".join(period_problems(figures, fill(figures)))


def test_what_comes_over_has_to_agree_with_a_count_of_its_own(tmp_path: Path) -> None:
    places = counted(tmp_path)
    figures = read_json(places.work / "figures.json")
    figures["left_before"][0]["dossiers"] += 1
    write_json(places.work / "figures.json", figures)
    with pytest.raises(
        ValidationFailed, match=r"H21.06 \(Cổng DVCQG\), dòng “Hộ tịch”: cột \(8\) kỳ này ghi 1, cột \(13\)"
    ):
        check_period(places)


def test_only_the_first_problems_are_told_with_the_number_of_the_others(tmp_path: Path) -> None:
    names = [f"Lĩnh vực {at}" for at in range(4)]
    rows = [DONE | {"code": f"A{at}", "procedure_code": f"1.{100_000 + at}"} for at in range(4)]
    files = night_of(tmp_path, rows)
    figures = figures_of(files, AUGUST, reference=with_fields(names))
    for row in figures["figures"]:
        row["received"] += 1
    places = PeriodFiles(files, AUGUST)
    write_json(places.work / "figures.json", figures)
    with pytest.raises(ValidationFailed, match=r"; và \d+ lỗi khác$") as stopped:
        check_period(places)
    assert len(str(stopped.value)) < 1_000


# --- the period before, as it was published ------------------------------------------------------------------


def both_periods(home: Path, then: Rows, now: Rows) -> PeriodFiles:
    """July published from the rows of then, August from those of now."""
    made(night_of(home, then), JULY)
    return made(night_of(home, now, nights_later=1), AUGUST)


def carried(places: PeriodFiles) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(places.work / "carried.parquet").to_pylist()
    return [row for row in rows if row["side"] == "shop"]


NOW: list[tuple[dict[str, Any] | None, dict[str, Any] | None, str]] = [
    (DONE | {"received_at": "2026-07-01 09:00", "finished_at": "2026-07-10"}, OPEN, "reopened"),
    (None, OPEN, "seen_late"),
    (OPEN, OPEN | {"received_at": "2026-07-20 09:00"}, "received_moved"),
    (OPEN, OPEN | {"received_at": None}, "received_moved"),
    (OPEN, OPEN | {"status": 3}, "not_received"),
    (OPEN, OPEN | {"status": 9, "finished_at": "2026-07-10 09:00"}, "ended_earlier"),
    (OPEN, None, "gone"),
    (OPEN, OPEN | {"agency": "H21.06"}, "unit_moved"),
    (OPEN, OPEN | {"procedure": "2.000815"}, "field_moved"),
]


@pytest.mark.parametrize(("then", "now", "reason"), NOW, ids=[reason for *_, reason in NOW])
def test_why_what_comes_over_differs_from_what_was_left(tmp_path: Path, then: Any, now: Any, reason: str) -> None:
    same = OPEN | {"code": "B1"}
    sides: list[Rows] = [[same, *([] if row is None else [row | {"code": "A1"}])] for row in (then, now)]
    places = both_periods(tmp_path, *sides)
    assert [(row["dossier_code"], row["reason"]) for row in carried(places)] == [("A1", reason)]
    (told,) = (
        row for row in read_json(places.published / "period.json")["carried"]["differences"] if row["side"] == "shop"
    )
    assert (told["reason"], told["dossiers"]) == (reason, 1)
    assert "A1" in texts(sheet(places.published / "comparison.xlsx", "Kỳ trước chuyển sang"))


def test_the_form_that_differs_is_marked_and_names_dossiers(tmp_path: Path) -> None:
    then = [OPEN | {"code": f"A{at:02}"} for at in range(15)] + [OPEN | {"code": "C1", "agency": "H21.06"}]
    places = both_periods(tmp_path, then, [row for row in then if row["code"][0] == "C"])
    text = " ".join(pdf_text(places.published / "07a" / "H21.05.pdf").split())
    assert "CHƯA KHỚP KỲ TRƯỚC" in text
    assert "Sở Nội vụ: cột (8) kỳ này ghi 0, cột (11) kỳ trước ghi 15" in text  # July's form is the older one
    assert "A00: không còn trong dữ liệu" in text and "và 5 hồ sơ khác" in text and "A10" not in text
    assert "CHƯA KHỚP" in pdf_text(places.published / "07b.pdf")
    assert "CHƯA KHỚP" not in pdf_text(places.published / "07a" / "H21.06.pdf")


def test_what_moved_inside_the_province_marks_both_agencies_only(tmp_path: Path) -> None:
    places = both_periods(tmp_path, [OPEN | {"code": "A1"}], [OPEN | {"code": "A1", "agency": "H21.06"}])
    marked = {path.name for path in places.published.rglob("*.pdf") if "CHƯA KHỚP" in pdf_text(path)}
    assert marked == {"H21.05.pdf", "H21.06.pdf"}


def test_nothing_is_marked_where_every_dossier_is_where_it_was(tmp_path: Path) -> None:
    rows = [OPEN | {"code": "A1"}, DONE | {"code": "A2"}]
    places = both_periods(tmp_path, rows, [*rows, OPEN | {"code": "A3", "received_at": "2026-07-20 09:00"}])
    assert carried(places) == [] and read_json(places.published / "period.json")["checks"]["carried"] == []
    assert "khớp từng hồ sơ" in texts(sheet(places.published / "comparison.xlsx", "Tổng quan"))


def test_provisional_figures_of_the_period_before_prove_nothing(tmp_path: Path) -> None:
    early = night_of(tmp_path, [OPEN | {"code": "A1"}], nights_later=-60)
    made(early, JULY)
    places = made(night_of(tmp_path, []), AUGUST)
    assert read_json(places.published / "period.json")["carried"]["basis"] == "provisional"
    assert "mới là số liệu tạm tính" in " ".join(pdf_text(places.published / "07b.pdf").split())


def test_a_period_before_that_was_emptied_is_named(tmp_path: Path) -> None:
    made(night_of(tmp_path, [OPEN | {"code": "A1"}]), JULY).published.joinpath("members.parquet").unlink()
    with pytest.raises(DamagedSnapshot, match=r"members.parquet is missing; make the forms of 2026-07 again"):
        made(night_of(tmp_path, [], nights_later=1), AUGUST)
