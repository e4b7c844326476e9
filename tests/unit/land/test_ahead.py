"""Pieces that are made ahead come as they would without."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, current_thread

import pytest

from doisoat.land.ahead import made_ahead


def test_the_next_piece_is_made_by_another_thread_before_the_last_one_is_done() -> None:
    begun = [Event() for _ in range(3)]
    threads = set()

    def pieces() -> Iterator[int]:
        for number, event in enumerate(begun):
            event.set()
            threads.add(current_thread())
            yield number

    taken = []
    for number in made_ahead(pieces()):
        if number + 1 < len(begun):
            assert begun[number + 1].wait(timeout=60)
        taken.append(number)
    assert taken == [0, 1, 2]
    assert len(threads) == 1
    assert current_thread() not in threads


def test_what_breaks_off_raises_behind_what_came_before() -> None:
    def pieces() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    taken = []
    with pytest.raises(ValueError, match="broken"):
        for number in made_ahead(pieces()):
            taken.append(number)
    assert taken == [1]


def test_no_pieces_are_none() -> None:
    assert list(made_ahead(iter(()))) == []


def test_who_stops_early_leaves_the_rest_unmade() -> None:
    made = []

    def pieces() -> Iterator[int]:
        for number in range(9):
            made.append(number)
            yield number

    ahead = made_ahead(pieces())
    assert next(ahead) == 0
    ahead.close()
    assert made in ([0], [0, 1])
