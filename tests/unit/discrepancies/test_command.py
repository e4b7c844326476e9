"""`doisoat discrepancies …` on a warehouse of a few nights: what it lists and shows, what people may say, what it teaches."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from doisoat.cli import app
from doisoat.errors import ConfigError
from doisoat.rules.lifecycle import Finding
from doisoat.store.night_update import Found
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.nights import found_night, key, name, row

PROVINCE = """
province: H44
name: Phú Thọ
shop: {kind: files, path: shop}
portal: {kind: files, path: portal}
"""
FAR = "2099-12-31"
Call = Callable[..., Any]


@pytest.fixture
def warehouse(tmp_path: Path, migrated: Path) -> Warehouse:
    """Nights of 3, 4 and 7 September: a and b seen on all, c resolved on the 4th by other rules, d told as another kind."""
    file = shutil.copy(migrated, tmp_path / "warehouse.sqlite")
    opened = Warehouse(f"sqlite:///{file}", clock=lambda: key(8).day_end)
    opened.record_night(found_night(3), [row(letter) for letter in "abcd"], [])
    found = [Found(name("c"), Finding.RESOLVED), Found(name("d"), Finding.SUPERSEDED, "status_lag")]
    opened.record_night(found_night(4, rules="2"), [row("a"), row("b", agency_code="H44.05.02")], found)
    opened.record_night(found_night(7, rules="2"), [row("a"), row("b", agency_code="H44.05.02"), row("e")], [])
    return opened


@pytest.fixture
def call(tmp_path: Path, warehouse: Warehouse) -> Call:
    """Run a command of the desk; its error is raised."""
    config = tmp_path / "phu_tho.yaml"
    config.write_text(PROVINCE, encoding="utf-8")

    def run(command: str, *words: str) -> Any:
        place = ["--config", str(config), "--home", str(tmp_path)]
        done = CliRunner().invoke(app, ["discrepancies", command, "phu_tho", *words, *place])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return json.loads(done.stdout) if "--json" in words else done.output

    return run


def listed(answer: dict[str, Any]) -> list[str]:
    return [one["dossier_code"][-1] for one in answer["discrepancies"]]


@pytest.mark.parametrize(
    ("filters", "letters"),
    [
        ([], "abe"),
        (["--all"], "abcde"),
        (["--state", "resolved", "--state", "superseded"], "cd"),
        (["--older-than", "0"], "ab"),
        (["--older-than", "1"], "ab"),  # 3/9 -> 7/9: two working days
        (["--older-than", "2"], ""),
        (["--agency", "H44.05"], "abe"),
        (["--agency", "H44.05.02"], "b"),
        (["--agency", "H44.0"], ""),
        (["--kind", "status_lag"], ""),
        (["--kind", "stuck", "--all"], "abcde"),
    ],
)
def test_filters(call: Call, filters: list[str], letters: str) -> None:
    answer = call("list", "--json", *filters)
    assert (answer["province"], answer["business_date"]) == ("H44", "2026-09-07")
    assert listed(answer) == list(letters)


def test_a_list_in_words(call: Call) -> None:
    told = call("list")
    assert "H44, đến đêm 07/09/2026: 3 chênh lệch" in told
    assert name("a")[:12] in told


def test_one_shows_what_differs_what_to_do_and_its_history(call: Call) -> None:
    call("accept", name("a")[:8], "--by", "Lan", "--reason", "chờ cấp trên", "--until", FAR)
    told = call("show", name("a"))
    for line in (
        "Trạng thái: Đã chấp nhận đến hết 31/12/2099 (Lan: chờ cấp trên); 2 ngày làm việc kể từ 03/09/2026",
        "Việc cần làm:",
        "03/09/2026  Phát hiện lần đầu",
        "07/09/2026  Chấp nhận có thời hạn (đến hết 31/12/2099) – Lan: chờ cấp trên – ghi lúc",
    ):
        assert line in told
    history = call("show", name("c"), "--json")["history"]
    assert [(line["change"], line["changed_rules"]) for line in history] == [("opened", []), ("resolved", ["rules"])]
    assert "quy tắc đã đổi so với lần trước: rules" in call("show", name("c"))
    assert "04/09/2026  Được nêu ở loại khác: Chậm cập nhật trạng thái" in call("show", name("d"))


def test_a_word_is_kept_through_the_nights_and_can_be_taken_back(call: Call, warehouse: Warehouse) -> None:
    assert call("acknowledge", name("a"), "--by", "Lan", "--json")["state"] == "acknowledged"
    warehouse.record_night(found_night(8), [row("a")], [])
    assert listed(call("list", "--state", "acknowledged", "--json")) == ["a"]
    answer = call("reopen", name("a"), "--by", "Minh", "--json")
    assert (answer["state"], answer["reopened"], answer["person"]) == ("reopened", 1, None)
    history = call("show", name("a"), "--json")["history"]
    assert [(line["change"], line["person"], line["changed_on"]) for line in history] == [
        ("opened", None, "2026-09-03"),
        ("acknowledged", "Lan", "2026-09-07"),
        ("taken_back", "Minh", "2026-09-08"),
    ]


def test_an_acceptance_can_be_prolonged(call: Call) -> None:
    words = (name("a"), "--by", "Lan", "--reason", "chờ", "--until")
    call("accept", *words, "2026-12-31")
    assert call("accept", *words, FAR, "--json")["accepted_until"] == FAR


ACCEPT = ("--by", "Lan", "--reason", "chờ", "--until")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "xyz"), "8 or more of its hexadecimal digits"),
        (("show", "1234567"), "8 or more of its hexadecimal digits"),
        (("show", "' OR 1=1 --"), "8 or more of its hexadecimal digits"),
        (("show", "0" * 64), "'doisoat discrepancies list' shows all ids"),
        (("show", name("a")[:8] + "0000"), f"the nearest is {name('a')[:12]}"),
        (("accept", name("a"), *ACCEPT, "2026-01-01"), "--until 2026-01-01 is over (today is "),
        (("accept", name("a"), *ACCEPT, "31/12/2026"), "--until is a day like 2026-12-31"),
        (("accept", name("a"), "--by", " ", "--reason", "chờ", "--until", FAR), "--by is empty"),
        (("accept", name("a"), "--by", "Lan", "--reason", " ", "--until", FAR), "--reason is empty"),
        (("acknowledge", name("a"), "--by", "Lan 0912345678"), "leave out addresses and numbers of people"),
        (("acknowledge", name("a"), "--by", "Lan", "--reason", "lan@example.vn"), "leave out addresses"),
        (("accept", name("c"), *ACCEPT, FAR), "is resolved already (last seen 2026-09-03)"),
        (("acknowledge", name("d"), "--by", "Lan"), "is told as status_lag now"),
        (("reopen", name("a"), "--by", "Lan"), "only what is acknowledged or accepted can be taken back"),
        (("reopen", name("c"), "--by", "Lan"), "if it is seen again, it reopens"),
    ],
)
def test_errors_teach(call: Call, warehouse: Warehouse, words: tuple[str, ...], told: str) -> None:
    before = warehouse.open_before("H44", date(2026, 9, 30))
    with pytest.raises(ConfigError) as error:
        call(*words)
    assert told in str(error.value)
    assert warehouse.open_before("H44", date(2026, 9, 30)) == before


def test_twice_acknowledged_says_by_whom(call: Call) -> None:
    call("acknowledge", name("a"), "--by", "Lan")
    with pytest.raises(ConfigError, match="acknowledged already, by Lan"):
        call("acknowledge", name("a"), "--by", "Minh")


def test_a_prefix_of_several_ids_asks_for_more(call: Call, warehouse: Warehouse) -> None:
    twins = [row(letter, fingerprint=f"abcdef01{letter * 56}") for letter in "ab"]
    warehouse.record_night(found_night(9), twins, [])
    with pytest.raises(ConfigError, match=r"begins 2 ids: give more digits \(abcdef01aaaa, abcdef01bbbb\)"):
        call("show", "abcdef01")


def test_a_province_without_a_night(call: Call, tmp_path: Path) -> None:
    (tmp_path / "warehouse.sqlite").unlink()
    with pytest.raises(ConfigError, match="no night of H44 was ever assessed: run 'doisoat run phu_tho DATE' first"):
        call("list")


def test_what_people_write_is_shown_as_text_only(call: Call) -> None:
    call("accept", name("a"), "--by", "[red]Lan[/red]", "--reason", "=1+1 [/]\x1b[31m", "--until", FAR)
    assert "[red]Lan[/red]: =1+1 [/]" in call("show", name("a"))
    assert "\x1b" not in call("show", name("a"))
