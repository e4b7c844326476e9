"""`python -m tests.bench.page_server PAGES DELAY_MS ROWS_A_PAGE`: an iGate that has its pages ready, so that only the reader is measured.

Prints its address, then answers a token and `pa/dossier/search` from memory until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

from tests.bench.made_rows import COLUMNS, made_row

_PAGE_MARK = "¤¤¤¤"  # as long as a page number
_TOKEN = {"access_token": "bench", "expires_in": 3600}
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_QUERY = re.compile(rb"GET \S*?[?&]page=(\d+)\S*?[?&]size=(\d+)")


def item(number: int) -> dict[str, Any]:
    """One dossier as iGate lists it, with more of it than may land."""
    row = dict(zip(COLUMNS, made_row(number), strict=True))
    code = f"{row['MaHoSo'][:-7]}{_PAGE_MARK}{number:03d}"
    return {
        "id": f"66f1c0ffee{_PAGE_MARK}{number:010d}",
        "code": code,
        "dossierStatus": {"id": int(row["TrangThaiHoSo"]), "name": [{"languageId": 228, "name": "Đã trả kết quả"}]},
        "procedure": {"id": "5ff", "code": row["MaTTHC"], "name": "Cấp lại giấy phép"},
        "agency": {"id": "60a", "code": row["MaCoQuan"], "name": "Ủy ban nhân dân phường Minh Họa"},
        "appliedDate": _utc(row["NgayNopHoSo"]),
        "acceptedDate": _utc(row["NgayTiepNhan"]),
        "appointmentDate": _utc(row["NgayHenTra"]),
        "completedDate": _utc(row["NgayKetThucXuLy"]),
        "returnedDate": _utc(row["NgayTra"]),
        "updatedDate": _utc(row["ThoiDiemXuLy"]),
        "applyMethod": {"id": 1, "name": "Trực tuyến"},
        "applicant": {
            "data": {"fullname": row["ChuHoSo"], "identityNumber": row["SoGiayToChuHoSo"], "email": row["Email"]}
        },
    }


def _utc(local: str) -> str | None:
    """The wire's spelling; which instant it is does not matter here."""
    return f"{local[:19]}.000+0000" if local else None


def page_template(rows: int) -> bytes:
    content = [item(number) for number in range(rows)]
    return json.dumps({"content": content, "last": False}, ensure_ascii=False).encode()


class Pages(asyncio.Protocol):
    """One connection: requests one after the other, each answered after the delay."""

    def __init__(self, template: bytes, pages: int, rows: int, delay: float) -> None:
        self._template, self._pages, self._rows, self._delay = template, pages, rows, delay
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, end, body = self._seen.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            self._seen = b""
            asyncio.get_running_loop().call_later(self._delay, self._answer, head)

    def _answer(self, head: bytes) -> None:
        asked = _QUERY.match(head)
        if asked is None:
            body = json.dumps(_TOKEN).encode()
        elif int(asked[2]) == 1:
            body = json.dumps({"content": [], "totalElements": self._pages * self._rows}).encode()
        else:
            number = int(asked[1])
            body = self._template.replace(_PAGE_MARK.encode(), b"%04d" % number)
            if number == self._pages - 1:
                body = body[: -len(b"false}")] + b"true}"
        transport: Any = self._transport
        transport.write(_HEAD % len(body) + body)


async def serve(pages: int, delay: float, rows: int) -> None:
    template = page_template(rows)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Pages(template, pages, rows, delay), "127.0.0.1", 0)
    async with server:
        sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) / 1000, int(sys.argv[3])))
