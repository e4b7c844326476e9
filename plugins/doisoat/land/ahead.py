"""Work that is done ahead: the next piece is made in a thread of its own while the last one is used."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")


def made_ahead(pieces: Iterator[Piece]) -> Generator[Piece]:
    """The same pieces in the same order, one ahead; what their maker raises is raised where its piece would come.

    The maker runs in one other thread, never in two at once. None is no piece.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        following = thread.submit(next, pieces, None)
        while (piece := following.result()) is not None:
            following = thread.submit(next, pieces, None)
            yield piece
