"""Single dossiers looked up: found, absent and failed are three things, and one failure is nobody else's."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from doisoat.errors import IncompleteLanding, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land import land_look_ups
from doisoat.land.source import Answer
from doisoat.model import Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.landing import read_part
from doisoat.store.layout import read_json
from tests.unit.land.sources import KEY, DictLookUp, at, dossier


def ask(answers: dict[str, Any], folder: Path, **more: Any) -> tuple[dict[str, Any], DictLookUp]:
    look_up = DictLookUp(answers)
    settings: dict[str, Any] = {"key": KEY, "concurrency": 4, "digest_key": b"key"} | more
    return land_look_ups(Side.PORTAL, list(answers), look_up, folder, **settings), look_up


def test_answers_land_in_the_order_of_the_codes(tmp_path: Path) -> None:
    answers = {
        "B-2": dossier(2, MaHoSo="B-2", ChuHoSo="x"),
        "A-1": None,
        "C-3": dossier(3, MaHoSo="c-3"),
        "D-4": "quá hạn chờ",
    }
    manifest, look_up = ask(answers, tmp_path / "portal", extracted_at=at(21))
    assert read_json(tmp_path / "portal" / "answers.json") == {
        "A-1": "absent",
        "B-2": "found",
        "C-3": "found",
        "D-4": "failed",
    }
    found = list(read_part(tmp_path / "portal" / manifest["parts"][0]["file"]))
    assert [(record["MaHoSo"], record["_file"], record["_row"]) for record in found] == [
        ("B-2", "look-up-000000", 1),
        ("c-3", "look-up-000000", 2),
    ]
    assert sorted(look_up.asked) == ["A-1", "B-2", "C-3", "D-4"]
    assert (manifest["complete"], manifest["incomplete_reasons"]) == (False, ["1 lượt tra cứu không có câu trả lời"])
    assert (manifest["landed"], manifest["whole_pages"], manifest["extracted_at"]) == (
        2,
        3,
        "2026-09-03T21:00:00+07:00",
    )
    assert manifest["dropped_columns"] == ["ChuHoSo"]


@pytest.mark.parametrize("trouble", [SourceUnavailable("x"), SourceContractBroken("x"), Answer("found")], ids=type)
def test_trouble_with_one_dossier_is_not_trouble_with_the_others(tmp_path: Path, trouble: Any) -> None:
    class Troubled(DictLookUp):
        def look_up(self, code: str) -> Answer:
            answer = self.answers[code]
            return answer if isinstance(answer, Answer) else super().look_up(code)

    answers = {f"A-{number}": trouble if number == 3 else dossier(number) for number in range(6)}
    land_look_ups(
        Side.SHOP, list(answers), Troubled(answers), tmp_path / "shop", key=KEY, concurrency=3, digest_key=b"key"
    )
    states = read_json(tmp_path / "shop" / "answers.json")
    assert [code for code, state in states.items() if state == "failed"] == ["A-3"]
    assert list(states.values()).count("found") == 5


def test_a_refusal_stops_and_finished_batches_are_not_asked_again(tmp_path: Path) -> None:
    answers: dict[str, Any] = {f"A-{number}": dossier(number) for number in range(6)}
    with pytest.raises(SourceRefused):
        ask(answers | {"A-4": SourceRefused("401")}, tmp_path / "shop", batch_size=2)
    _, again = ask(answers, tmp_path / "shop", batch_size=2)
    assert sorted(again.asked) == ["A-4", "A-5"]
    _, whole = ask(answers, tmp_path / "whole", batch_size=2)
    content = {path.name: path.read_bytes() for path in (tmp_path / "shop").iterdir()}
    assert content == {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    assert len(whole.asked) == 6
    _, replayed = ask(answers, tmp_path / "shop")
    assert replayed.asked == []


def test_progress_counts_to_the_number_of_codes(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    ask(
        {f"A-{n}": None for n in range(5)},
        tmp_path / "x",
        batch_size=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_a_side_of_its_own_needs_one_answer_a_recheck_needs_none(tmp_path: Path) -> None:
    answers = {"A-1": "hỏng", "A-2": "hỏng"}
    manifest, _ = ask(answers, tmp_path / "recheck")
    assert manifest["complete"] is False
    with pytest.raises(IncompleteLanding, match="not one page or file"):
        ask(answers, tmp_path / "portal", rules=RuleParameters())
    assert ask({"A-1": "hỏng", "A-2": None}, tmp_path / "part", rules=RuleParameters())[0]["landed"] == 0


def test_a_dossier_that_has_become_secret_is_not_known_any_more(tmp_path: Path) -> None:
    manifest, _ = ask(
        {"A-1": dossier(1, MaHoSo="A-1", DoMat="Mật"), "A-2": dossier(2, MaHoSo="A-2")}, tmp_path / "portal"
    )
    assert read_json(tmp_path / "portal" / "answers.json") == {"A-1": "failed", "A-2": "found"}
    assert (manifest["landed"], len(manifest["secret_digests"])) == (1, 1)


def test_a_secret_dossier_of_a_sides_own_landing_is_named_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    told = {"A-1": dossier(1, MaHoSo="A-1", DoMat="Mật"), "A-2": dossier(2, MaHoSo="A-2")}
    manifest, _ = ask(told, folder, rules=RuleParameters())
    assert read_json(folder / "answers.json") == {"A-2": "found"}
    assert (manifest["landed"], manifest["complete"], len(manifest["secret_digests"])) == (1, True, 1)
    assert not any(b"A-1" in path.read_bytes() for path in folder.iterdir())


def test_nothing_to_ask_is_an_empty_landing(tmp_path: Path) -> None:
    manifest, look_up = ask({}, tmp_path / "portal")
    assert (manifest["landed"], manifest["complete"], look_up.asked) == (0, True, [])
    assert read_json(tmp_path / "portal" / "answers.json") == {}


def test_the_next_batch_is_asked_while_the_one_before_is_still_waited_for(tmp_path: Path) -> None:
    together = Barrier(2, timeout=60)  # broken unless two look-ups meet, which here are of two batches

    class Meeting(DictLookUp):
        def look_up(self, code: str) -> Answer:
            together.wait()
            return super().look_up(code)

    codes: dict[str, Any] = {"A-1": None, "B-2": None, "C-3": None, "D-4": None}
    look_up = Meeting(codes)
    land_look_ups(
        Side.PORTAL, list(codes), look_up, tmp_path / "portal", key=KEY, concurrency=2, digest_key=b"key", batch_size=1
    )
    assert read_json(tmp_path / "portal" / "answers.json") == dict.fromkeys(codes, "absent")
