"""Which status a word of a one-stop-shop means: by system, by business date, by the province's own list first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doisoat.config import IgateSource, OpencpsSource, Province
from doisoat.errors import ConfigError
from doisoat.rules.status_words import StatusWord, StatusWords
from doisoat.rules.values import read_status
from doisoat.store.reference import Reference, load_reference
from doisoat.store.rule_versions import rule_versions

DAY = date(2026, 9, 3)
HEAD = "he_thong,tu,trang_thai,hieu_luc_tu,hieu_luc_den,can_cu\n"


def province(folder: Path, table: str | bytes | None = None, **sections: Any) -> Province:
    """A province whose own table of words is `table`; `shop` and `portal` are folders unless given."""
    if table is not None:
        (folder / "words.csv").write_bytes(table if isinstance(table, bytes) else table.encode())
    files = {"kind": "files", "path": "x"}
    reference = {} if table is None else {"status_words": "words.csv"}
    source = folder / "p.yaml"
    return Province(
        **{"province": "H21", "name": "Gia Lai", "shop": files, "portal": files, "reference": reference}
        | {"source_file": source}
        | sections
    )


def load(folder: Path, table: str | bytes | None = None, **sections: Any) -> Reference:
    return load_reference(province(folder, table, **sections))


def opencps(**more: Any) -> dict[str, Any]:
    return {"kind": "opencps", "base_url": "http://127.0.0.1:1", **more}


# --- the shipped table --------------------------------------------------------------------------------


def test_opencps_words_are_those_of_its_own_pull_endpoint(tmp_path: Path) -> None:
    words = load(tmp_path).status_words.of("opencps", DAY, {})
    in_order = "new receiving unresolved processing waiting paying cancelled denied releasing done"
    assert {word: words[word] for word in in_order.split()} == words
    assert [words[word] for word in in_order.split()] == list(range(1, 11))


def test_tan_dan_swaps_1_2_and_3_8(tmp_path: Path) -> None:
    words = load(tmp_path).status_words
    ours, theirs = words.of("tandan", DAY, {}), words.of("opencps", DAY, {})
    assert {word: (theirs[word], ours[word]) for word in ours if ours[word] != theirs[word]} == {
        "new": (1, 2),
        "receiving": (2, 1),
        "denied": (8, 3),
        "unresolved": (3, 8),
    }
    assert sorted(ours.values()) == list(range(1, 11))


@pytest.mark.parametrize("word", ["interoperating", "posting", "pausing", "correcting", "110", "410", "11", "khác"])
@pytest.mark.parametrize("system", ["opencps", "tandan"])
def test_a_word_or_numeric_state_without_a_place_on_the_scale_is_never_guessed(
    tmp_path: Path, system: str, word: str
) -> None:
    assert read_status(word, load(tmp_path).status_words.of(system, DAY, {})) is None


def test_igate_speaks_the_ten_labels_and_one_more_word(tmp_path: Path) -> None:
    words = load(tmp_path).status_map(IgateSource(kind="igate", base_url="http://127.0.0.1:1"), DAY)
    told = {word: read_status(word, words) for word in ("Chờ tiếp nhận", "Đang xử lý", "Đã trả kết quả", "id 4")}
    assert told == {"Chờ tiếp nhận": 1, "Đang xử lý": 4, "Đã trả kết quả": 10, "id 4": None}
    assert read_status("Đã có kết quả", words) is None  # 9 or 10: a province says which


# --- the business date, the province's own list --------------------------------------------------------


def test_which_words_hold_is_decided_by_the_business_date(tmp_path: Path) -> None:
    table = HEAD + "abc,done,9,,2026-09-02,cũ\nabc,done,10,2026-09-03,,mới\n"
    words = load(tmp_path, table).status_words
    days = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=400))
    assert [words.of("ABC", day, {}) for day in days] == [{"done": 9}, {"done": 10}, {"done": 10}]
    assert words.of("abc", DAY, {"DONE": 8}) == {"done": 8}


def test_status_map_overrides_single_words_however_they_are_spelled(tmp_path: Path) -> None:
    section = OpencpsSource(**opencps(status_map={"DENIED": 3, "Chờ ký": 4}))
    words = load(tmp_path).status_map(section, DAY)
    assert (words["denied"], words["chờ ký"], words["done"]) == (3, 4, 10)


def test_a_section_may_speak_another_systems_words(tmp_path: Path) -> None:
    shop = {"kind": "files", "path": "x", "system": "OpenCPS"}
    settings = province(tmp_path, shop=shop)
    reference = load_reference(settings)
    assert reference.status_map(settings.shop, DAY)["denied"] == 8
    assert reference.status_map(settings.portal, DAY) == {}


def test_a_system_nobody_knows_is_a_setting_to_correct(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"p\.yaml \[shop\.look_up\.system\]: .* 'opencsp'.*opencps, tandan"):
        load(tmp_path, shop={"kind": "files", "path": "x", "look_up": opencps(system="opencsp")})


WORD = st.builds(
    StatusWord,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["x", "X ", "y"]),
    st.none() | st.integers(1, 10),
    st.none() | st.dates(DAY, DAY + timedelta(days=5)),
    st.none() | st.dates(DAY, DAY + timedelta(days=5)),
)


@given(st.lists(WORD, max_size=6), st.dates(DAY, DAY + timedelta(days=5)))
def test_words_that_do_not_contradict_each_other_mean_one_thing_in_any_order(
    words: list[StatusWord], day: date
) -> None:
    if any(one.contradicts(other) for place, one in enumerate(words) for other in words[:place]):
        return
    assert StatusWords(words).of("a", day, {}) == StatusWords(reversed(words)).of("a", day, {})
    assert all(one.contradicts(one) for one in words if one.holds_on(day))


# --- wrong tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (HEAD + "a,x,1,,,\nb,x,2,,,\nA,X ,3,2026-01-01,,\n", r"words.csv:4 \[tu\]: 'X' of A has .* in line 2"),
        (HEAD + "a,x,1,,2026-09-03,\na,x,2,2026-09-03,,\n", r"words.csv:3 \[tu\]: .* in line 2"),
        (HEAD + "a,x,,,,\na,x,2,,,\n", r"words.csv:3 \[tu\]"),
        (HEAD + "a,x,11,,,\n", r"words.csv:2 \[trang_thai\]: expected one of 1, 2"),
        (HEAD + "a,x,chín,,,\n", r"words.csv:2 \[trang_thai\]"),
        (HEAD + ",x,1,,,\n", r"words.csv:2 \[he_thong\]: must not be empty"),
        (HEAD + "a,null,1,,,\n", r"words.csv:2 \[tu\]: must not be empty"),
        (HEAD + "a,x,1,3/9/2026,,\n", r"words.csv:2 \[hieu_luc_tu\]: expected a date"),
        (HEAD + "a,x,1,2026-09-03,2026-09-02,\n", r"words.csv:2 \[hieu_luc_den\]: ends before it begins"),
        (HEAD + "a,x,1\n", r"words.csv:2: 3 cells, the header has 6"),
        (HEAD.replace("tu,", "word,", 1), r"words.csv:1 \[tu\]: the column tu is missing"),
        ("", r"words.csv: the file is empty"),
        (HEAD.encode() + "a,Đã trả,10,,,\n".encode("utf-16"), r"words.csv: not UTF-8"),
        (HEAD + 'a,"x,1,,,\n', r"words.csv:2: not CSV"),
    ],
)
def test_a_wrong_table_names_file_line_and_column(tmp_path: Path, table: str | bytes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, table)


def test_words_on_days_that_only_touch_are_no_contradiction(tmp_path: Path) -> None:
    table = HEAD + "a,x,1,,2026-09-02,\na,x,2,2026-09-03,2026-09-03,\na,x,3,2026-09-04,,\nb,x,1,,,\n"
    words = load(tmp_path, table).status_words
    assert [words.of("a", DAY + timedelta(days=shift), {})["x"] for shift in (-1, 0, 1)] == [1, 2, 3]


# --- the versions a night names -------------------------------------------------------------------------


def versions(folder: Path, table: str, day: date = DAY, **sections: Any) -> dict[str, str]:
    settings = province(folder, table, **sections)
    return rule_versions(settings, load_reference(settings), day)


def test_the_version_changes_with_the_table_the_override_and_the_day_a_word_changes(tmp_path: Path) -> None:
    table = HEAD + "opencps,done,10,,2026-12-31,\nopencps,done,9,2027-01-01,,\n"
    before = versions(tmp_path, table, shop=opencps())
    changed = {
        "table": versions(tmp_path, table.replace("done,10", "done,8"), shop=opencps()),
        "override": versions(tmp_path, table, shop=opencps(status_map={"x": 1})),
        "look-up": versions(tmp_path, table, shop=opencps(look_up=opencps(status_map={"x": 1}))),
        "day": versions(tmp_path, table, date(2027, 1, 1), shop=opencps()),
        "nothing": versions(tmp_path, table, shop=opencps()),
    }
    assert {why for why, now in changed.items() if now["status_map"] == before["status_map"]} == {"nothing"}
    assert {why for why, now in changed.items() if now["status_words"] != before["status_words"]} == {"table"}
