"""A look-up's trouble is its own; when nothing answers any more, nobody is asked on."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from doisoat.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.guard import Guard
from doisoat.land.source import Answer

FOUND = Answer("found", {"MaHoSo": "A1"})


def raising(error: Exception) -> Callable[[], Answer]:
    def question() -> Answer:
        raise error

    return question


def test_an_answer_passes() -> None:
    assert Guard("http://may-chu").ask(lambda: FOUND) is FOUND


@pytest.mark.parametrize("error", [SourceUnavailable("down"), SourceContractBroken("HTML")])
def test_trouble_is_a_failed_answer(error: Exception) -> None:
    answer = Guard("http://may-chu").ask(raising(error))
    assert (answer.state, answer.record) == ("failed", None)
    assert answer.reason


def test_a_refusal_is_everybodys() -> None:
    with pytest.raises(SourceRefused):
        Guard("http://may-chu").ask(raising(SourceRefused("401")))


def test_after_many_failures_in_a_row_no_call_is_made(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    guard = Guard("http://may-chu", limit=3)
    for _ in range(2):
        guard.ask(raising(SourceUnavailable("down")))
    guard.ask(lambda: FOUND)  # one good answer, and the counting starts anew
    for _ in range(3):
        guard.ask(lambda: Answer("failed", reason="error_code khác 0"))
    asked: list[int] = []
    answer = guard.ask(lambda: asked.append(1) or FOUND)  # type: ignore[func-returns-value]
    assert (answer.state, asked) == ("failed", [])
    assert "3 look-ups failed in a row" in caplog.text
