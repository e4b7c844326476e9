"""The lines of a text file: one by one, or as a block of many that a format may take at once."""

from __future__ import annotations

from collections.abc import Iterator

MOST_AHEAD = 64 << 20  # bytes; rows that are longer than any dossier come one by one


class TextLines(Iterator[str]):
    """Text lines with their ends, without a byte order mark; `number` counts those that were taken.

    `undecodable`: the error of a line that is no UTF-8. Where `chunks` raises it, the whole lines before come first.
    """

    def __init__(self, chunks: Iterator[bytes], undecodable: type[Exception]) -> None:
        self.number = 0
        self._chunks = chunks
        self._undecodable = undecodable
        self._fault: Exception | None = None
        self._is_ended = False
        self._ahead, self._at = b"", 0

    def __next__(self) -> str:
        if (end := self._ahead.find(b"\n", self._at) + 1) == 0:
            self._read_ahead(1)
            end = self._ahead.find(b"\n", self._at) + 1
        line = self._ahead[self._at : end or None]
        if not line:
            raise self._fault or StopIteration
        self._take(len(line), 1)
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise self._undecodable(f"dòng {self.number} không phải bảng mã UTF-8") from None
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def _has_ahead(self, lines: int) -> bool:
        """Have so many lines ahead, or all there are; False where that is too much at once."""
        return self._read_ahead(lines, at_most=MOST_AHEAD) >= lines or self._is_ended

    def _read_ahead(self, lines: int, at_most: float = float("inf")) -> int:
        """Have so many whole lines ahead, if there are, and at_most bytes; how many there are.

        A last line that breaks off is nobody's.
        """
        known = self._ahead.count(b"\n", self._at)
        if known >= lines:
            return known
        chunks = [self._ahead[self._at :]]
        size = len(chunks[0])
        try:
            while known < lines and size < at_most and not self._is_ended:
                chunks.append(next(self._chunks, b""))
                size += len(chunks[-1])
                known += chunks[-1].count(b"\n")
                self._is_ended = not chunks[-1]
        except self._undecodable as fault:
            self._fault, self._is_ended = fault, True
            whole = b"".join(chunks)
            chunks = [whole[: whole.rfind(b"\n") + 1]]
        self._ahead, self._at = b"".join(chunks), 0
        return known

    def _take(self, size: int, lines: int) -> None:
        self._at += size
        self.number += lines
