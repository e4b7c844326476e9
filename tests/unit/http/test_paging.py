"""A listing whose dossiers move while it is read is complete only if that is proved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doisoat.errors import SourceContractBroken, SourceUnavailable
from doisoat.land.record_columns import RecordColumns
from doisoat.land.shops.notes import Notes
from doisoat.land.shops.paging import ListedPage, PagedSource
from doisoat.land.source import Page
from doisoat.model import VIETNAM

NOW = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)
THEIRS = datetime(2026, 9, 4, 0, 15, tzinfo=VIETNAM)


@dataclass
class Shelf:
    """An outside system with numbered dossiers; `before_page` may change or break it before a page is cut."""

    ids: list[str]
    page_size: int = 3
    before_page: Callable[[Shelf, int], None] = lambda shelf, number: None
    told_extra: int = 0  # how much the total is off
    before_total: Callable[[Shelf], None] = lambda shelf: None
    observed_at: datetime | None = THEIRS
    asked: list[int] = field(default_factory=list)
    totals_asked: int = 0
    stopped: bool = False
    kind: str = "igate"
    address: str = "http://may-chu"

    def total(self) -> int:
        self.totals_asked += 1
        self.before_total(self)
        return len(self.ids) + self.told_extra

    def page(self, number: int) -> ListedPage:
        self.before_page(self, number)
        self.asked.append(number)
        start = number * self.page_size
        cut = self.ids[start : start + self.page_size]
        records = [{"MaHoSo": one, "_id": one} for one in cut]
        updated = f"2026-09-03T08:00:0{number % 10}.000+07:00" if cut else None
        is_last = start + self.page_size >= len(self.ids)
        return ListedPage(RecordColumns.of(records), cut, frozenset({"MaHoSo"}), updated, is_last)

    def stop(self) -> None:
        self.stopped = True


def open_source(shelf: Shelf, notes: Path | None = None, concurrency: int = 1) -> PagedSource:
    return PagedSource(shelf, concurrency=concurrency, clock=lambda: NOW, notes=Notes(notes))


def codes(pages: Sequence[Page]) -> list[str]:
    return [str(record["MaHoSo"]) for page in pages for record in page.records if record is not None]


def numbered(count: int) -> list[str]:
    return [f"{number:02d}" for number in range(count)]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_quiet_listing_is_read_once_and_is_complete(concurrency: int) -> None:
    shelf = Shelf(numbered(10))
    source = open_source(shelf, concurrency=concurrency)
    pages = list(source.pages(frozenset()))
    assert [page.name for page in pages] == [f"page-{number:06d}" for number in range(4)]
    assert codes(pages) == numbered(10)
    assert sorted(shelf.asked) == [0, 1, 2, 3]
    closing = source.closing()
    assert (closing.complete, closing.reasons, closing.expected_rows) == (True, (), 10)
    assert closing.extracted_at == THEIRS
    assert closing.watermark == {"updated_to": "2026-09-03T08:00:03.000+07:00", "lag_minutes": 60}
    assert shelf.stopped


def test_an_empty_listing_is_complete_with_one_empty_page() -> None:
    shelf = Shelf([])
    source = open_source(shelf)
    assert [(page.name, page.records) for page in source.pages(frozenset())] == [("page-000000", [])]
    assert source.closing().complete
    assert source.closing().watermark is None


def test_without_their_clock_ours_stands_in() -> None:
    source = open_source(Shelf(numbered(2), observed_at=None))
    list(source.pages(frozenset()))
    assert source.closing().extracted_at == NOW


def moved_to_the_front(shelf: Shelf, number: int) -> None:
    """Before page 2 is cut for the first time, a dossier of it changes: it slips away, its neighbour shows twice."""
    if number == 2 and 2 not in shelf.asked:
        shelf.ids.insert(0, shelf.ids.pop(7))


def test_a_dossier_that_slipped_away_comes_with_the_second_pass() -> None:
    shelf = Shelf(numbered(10), before_page=moved_to_the_front)
    source = open_source(shelf)
    pages = list(source.pages(frozenset()))
    assert [page.name for page in pages] == [
        *(f"page-{number:06d}" for number in range(4)),
        *(f"pass2-page-{number:06d}" for number in range(4)),
    ]
    assert codes(pages[:4]) == [*numbered(6), "05", "06", "08", "09"]
    assert codes(pages[4:]) == ["07"]
    assert (source.closing().complete, source.closing().reasons) == (True, ())


def test_new_dossiers_while_reading_are_read_too() -> None:
    def grow(shelf: Shelf, number: int) -> None:
        if number == 3 and 3 not in shelf.asked:
            shelf.ids += ["10", "11", "12"]

    shelf = Shelf(numbered(10), before_page=grow)
    source = open_source(shelf)
    assert sorted(codes(list(source.pages(frozenset())))) == numbered(13)
    assert (source.closing().complete, source.closing().expected_rows) == (True, 13)


def test_dossiers_removed_while_reading_do_not_make_it_incomplete() -> None:
    def shrink(shelf: Shelf, number: int) -> None:
        if number == 3 and 3 not in shelf.asked:
            shelf.ids.remove("00")

    source = open_source(Shelf(numbered(10), before_page=shrink))
    pages = list(source.pages(frozenset()))
    assert set(numbered(10)) == set(codes(pages))
    assert source.closing().complete  # the second pass alone saw everything there is


@pytest.mark.parametrize("off", [3, -4])
def test_totals_that_never_agree_make_it_incomplete(off: int) -> None:
    source = open_source(Shelf(numbered(10), told_extra=off))
    assert sorted(codes(list(source.pages(frozenset())))) == numbered(10)
    closing = source.closing()
    assert not closing.complete
    assert closing.reasons == (
        f"Nguồn báo có {10 + off} hồ sơ nhưng sau hai lượt đọc chỉ nhận được 10 hồ sơ khác nhau; "
        "phần chênh lệch chưa đọc được.",
    )


def test_a_total_beyond_all_reason_does_not_ask_for_all_its_pages() -> None:
    shelf = Shelf(numbered(10), told_extra=10**12)
    source = open_source(shelf, concurrency=2)
    assert len(list(source.pages(frozenset()))) == 8
    assert len(shelf.asked) < 20
    assert not source.closing().complete


def test_a_page_that_never_says_it_is_the_last_comes_to_an_end() -> None:
    class Endless(Shelf):
        def page(self, number: int) -> ListedPage:
            listed = super().page(0)  # the page number is ignored
            return ListedPage(listed.records, listed.identities, listed.columns, listed.updated_to, False)

    shelf = Endless(numbered(10))
    source = open_source(shelf)
    assert set(codes(list(source.pages(frozenset())))) == {"00", "01", "02"}
    assert not source.closing().complete
    assert len(shelf.asked) == 10


def test_a_source_that_breaks_off_keeps_what_was_read() -> None:
    def down(shelf: Shelf, number: int) -> None:
        if number == 2:
            raise SourceUnavailable("down")

    source = open_source(Shelf(numbered(10), before_page=down))
    assert codes(list(source.pages(frozenset()))) == numbered(6)
    closing = source.closing()
    assert closing.reasons == ("Nguồn ngừng trả lời sau khi đã đọc 2 trang; phần còn lại chưa đọc được.",)
    assert (closing.complete, closing.expected_rows) == (False, 10)


def test_a_total_that_fails_afterwards_leaves_it_unproved() -> None:
    def down(shelf: Shelf) -> None:
        if shelf.totals_asked == 2:
            raise SourceUnavailable("down")

    source = open_source(Shelf(numbered(4), before_total=down))
    assert codes(list(source.pages(frozenset()))) == numbered(4)
    assert not source.closing().complete
    assert "không chứng minh được là đủ" in source.closing().reasons[0]


@pytest.mark.parametrize("first_call", ["total", "page"])
def test_a_source_that_is_down_from_the_start_is_unavailable(first_call: str) -> None:
    def down(*_: object) -> None:
        raise SourceUnavailable("down")

    shelf = Shelf(numbered(4), **({"before_total": down} if first_call == "total" else {"before_page": down}))  # type: ignore[arg-type]
    with pytest.raises(SourceUnavailable):
        list(open_source(shelf).pages(frozenset()))
    assert shelf.stopped


def test_a_broken_contract_is_no_breaking_off() -> None:
    def broken(shelf: Shelf, number: int) -> None:
        if number == 1:
            raise SourceContractBroken("field 'content'")

    with pytest.raises(SourceContractBroken):
        list(open_source(Shelf(numbered(10), before_page=broken)).pages(frozenset()))


# --- killed and resumed -----------------------------------------------------------------------------


def read_some(shelf: Shelf, notes: Path | None, done: frozenset[str], pages: int) -> list[Page]:
    """Take a number of pages, then drop the reading without a word, as a kill does."""
    iterator = open_source(shelf, notes).pages(done)
    taken = [page for page, _ in zip(iterator, range(pages), strict=False)]
    iterator.close()  # type: ignore[attr-defined]
    return taken


@pytest.mark.parametrize("killed_after", range(5))
def test_resumed_it_asks_no_page_twice_and_stays_provable(tmp_path: Path, killed_after: int) -> None:
    notes = tmp_path / "shop.notes"
    first = Shelf(numbered(10))
    landed = read_some(first, notes, frozenset(), killed_after)
    second = Shelf(numbered(10), observed_at=NOW)
    source = open_source(second, notes)
    landed += source.pages(frozenset(page.name for page in landed))
    assert codes(landed) == numbered(10)
    assert set(range(killed_after)).isdisjoint(second.asked)
    closing = source.closing()
    assert (closing.complete, closing.reasons) == (True, ())
    assert closing.watermark == {"updated_to": "2026-09-03T08:00:03.000+07:00", "lag_minutes": 60}
    if killed_after:
        assert closing.extracted_at == THEIRS  # when the reading began, not when it went on


@pytest.mark.parametrize("killed_after", range(1, 9))
def test_killed_in_a_second_pass_it_goes_on_there(tmp_path: Path, killed_after: int) -> None:
    notes = tmp_path / "shop.notes"
    shelf = Shelf(numbered(10), before_page=moved_to_the_front)
    landed = read_some(shelf, notes, frozenset(), killed_after)
    asked_before = len(shelf.asked)
    source = open_source(shelf, notes)
    landed += source.pages(frozenset(page.name for page in landed))
    assert sorted(set(codes(landed))) == numbered(10)
    assert source.closing().complete
    assert len({page.name for page in landed}) == len(landed)
    assert len(shelf.asked) - asked_before <= 8 - killed_after + 1


def test_without_its_notes_a_resumed_reading_proves_itself_by_reading_again(tmp_path: Path) -> None:
    landed = read_some(Shelf(numbered(10)), None, frozenset(), 2)
    shelf = Shelf(numbered(10))
    source = open_source(shelf)
    landed += source.pages(frozenset(page.name for page in landed))
    assert sorted(set(codes(landed))) == numbered(10)
    assert source.closing().complete


def test_notes_of_another_reading_are_not_taken_over(tmp_path: Path) -> None:
    notes = tmp_path / "shop.notes"
    read_some(Shelf([f"x{one}" for one in numbered(10)]), notes, frozenset(), 3)
    source = open_source(Shelf(numbered(10)), notes)
    assert codes(list(source.pages(frozenset()))) == numbered(10)
    assert source.closing().complete


@given(
    count=st.integers(0, 20),
    size=st.integers(1, 7),
    moves=st.dictionaries(st.integers(0, 12), st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=4),
)
@settings(max_examples=200, deadline=None)
def test_complete_is_never_said_of_a_listing_with_a_gap(
    count: int, size: int, moves: dict[int, tuple[int, int]]
) -> None:
    """Whatever moves during the first pass: complete means that every dossier was handed over, each id once a pass."""

    def move(shelf: Shelf, number: int) -> None:
        if len(shelf.asked) in moves and shelf.ids:
            come, go = moves[len(shelf.asked)]
            shelf.ids.insert(come % len(shelf.ids), shelf.ids.pop(go % len(shelf.ids)))

    shelf = Shelf(numbered(count), page_size=size, before_page=move)
    source = open_source(shelf)
    read = codes(list(source.pages(frozenset())))
    if source.closing().complete:
        assert set(read) == set(numbered(count))
    assert set(read) <= set(numbered(count))
