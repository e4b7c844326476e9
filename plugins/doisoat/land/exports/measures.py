"""How large an XLSX is inside, before anything opens it: a small file must not fill the memory.

Two traps: an archive that unpacks to more than a machine has, and one cell in a far corner, for which a reader lays
out every empty cell on the way.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from doisoat.land.exports.formats import Undecodable

MAX_UNPACKED = 1 << 30  # bytes of all parts together
MAX_CELLS = 32_000_000  # of one sheet, empty ones included
_PART = "xl/worksheets/"
_CHUNK = 1 << 22
_ROW = re.compile(rb'<row\b[^>]*?\br="([0-9]{1,9})"')
_BEYOND_Z = re.compile(rb'<c [^>]*?\br="[A-Z]{2}')
_BEYOND_AZ = re.compile(rb'<c [^>]*?\br="(?:[B-Z][A-Z]|[A-Z]{3})')
_FILLED = re.compile(rb'<c [^>]*?\br="([A-Z]{1,4})([0-9]{1,9})"[^>]*(?<!/)>')


def require_bounded(workbook: IO[bytes]) -> None:
    """Undecodable for an archive that is damaged, no XLSX, or too large inside."""
    try:
        with zipfile.ZipFile(workbook) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise Undecodable("không mở được như một tệp XLSX")
            left = MAX_UNPACKED
            for info in archive.infolist():
                left = _measured(archive, info, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Undecodable("không mở được như một tệp XLSX (tệp hỏng hoặc bị cắt cụt)") from None


def _measured(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> int:
    """How many of the `left` bytes remain after one part."""
    extent = _Extent()
    is_sheet = info.filename.startswith(_PART)
    for piece in _pieces(archive, info, left):
        left -= len(piece)
        if is_sheet:
            extent.add(piece)
    if is_sheet and extent.cells > MAX_CELLS:
        exact = _Extent()
        for piece in _pieces(archive, info, MAX_UNPACKED):
            exact.add_filled(piece)
        if exact.cells > MAX_CELLS:
            raise Undecodable("một trang tính có ô nằm quá xa; xoá các dòng, cột thừa rồi xuất lại")
    return left


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    """One part unpacked, cut behind a tag. What the archive says about its size is not believed."""
    info.file_size = 1 << 40
    rest = b""
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Undecodable(f"tệp bung ra lớn hơn {MAX_UNPACKED >> 30} GiB, không đọc")
            cut = chunk.rfind(b">") + 1
            if cut or len(rest) > _CHUNK:
                yield rest + chunk[:cut]
                rest = chunk[cut:]
            else:
                rest += chunk
    yield rest


class _Extent:
    """How far a sheet reaches: `add` is quick and may say too much, `add_filled` is exact."""

    def __init__(self) -> None:
        self._rows = 0
        self._columns = 26

    @property
    def cells(self) -> int:
        return self._rows * self._columns

    def add(self, piece: bytes) -> None:
        self._rows = max([self._rows, *map(int, _ROW.findall(piece))])
        if self._columns <= 52 and _BEYOND_Z.search(piece):
            self._columns = 16_384 if _BEYOND_AZ.search(piece) else 52

    def add_filled(self, piece: bytes) -> None:
        for match in _FILLED.finditer(piece):
            self._rows = max(self._rows, int(match[2]))
            self._columns = max(self._columns, _column(match[1]))


def _column(letters: bytes) -> int:
    """`AA` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
