"""What one HTTP answer means: good, try again, or which error; nothing is sent or waited for here.

| what happens | becomes |
|---|---|
| 401, 403 | `Unauthorised`, a SourceRefused (`tokens` renews and tries again) |
| 404 | `NotThere`, a SourceRefused: the address is wrong |
| HTML | `HtmlAnswer`, a SourceContractBroken |
| other 4xx, no JSON, not UTF-8, a redirect elsewhere | SourceContractBroken |
| 408, 425, 429, 5xx, truncated, empty or dripping body | `Again`: time may heal it |

Bodies, query strings and credentials never stand in an error. `where` is always "address: METHOD /path".
"""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
import requests

from doisoat.errors import SourceContractBroken, SourceRefused

_CHUNK = 1 << 20  # bytes
_AGAIN_STATUS = frozenset({408, 425, 429})
_FIREWALL = (
    "an HTML page instead of JSON: a firewall or a login page stands in between; open the address in a browser "
    "on this machine, and ask the operator to let this machine's address through"
)


class Unauthorised(SourceRefused):
    """The credentials of this call were not accepted: 401, 403, or a session that ended."""


class NotThere(SourceRefused):
    """404: the address is wrong."""


class HtmlAnswer(SourceContractBroken):
    """A page for people where data should be: a firewall or a login stands in between."""


class Again(Exception):
    """This attempt failed in a way that time may heal; `wait` is how long the source asks to stay away, in s."""

    def __init__(self, reason: str, *, wait: float | None = None):
        self.wait = wait
        super().__init__(reason)


def judge_status(where: str, response: requests.Response) -> None:
    """Raise what a status other than 2xx means."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in _AGAIN_STATUS or status >= 500:
        raise Again(f"{where}: status {status}", wait=retry_after(response))
    if status == 403 and "html" in response.headers.get("Content-Type", "").lower():
        raise HtmlAnswer(f"{where}: status 403 with {_FIREWALL}")
    if status in {401, 403}:
        raise Unauthorised(f"{where}: status {status}; check user name, password and what the account may read")
    if status == 404:
        raise NotThere(f"{where}: status 404; check the address in the province file")
    raise SourceContractBroken(f"{where}: status {status}; the source no longer understands this request")


def follow_redirect(where: str, response: requests.Response, url: str) -> str:
    """Where a redirect leads, if it stays on the same scheme, host and port and the call only reads."""
    target = urljoin(url, response.headers["Location"])
    if _origin(target) == _origin(url) and response.request.method == "GET":
        return target
    raise SourceContractBroken(
        f"{where}: redirected to {urlsplit(target).hostname}, which is not followed; "
        "if that is the source's new address, put it in the province file"
    )


def read_body(where: str, response: requests.Response, *, max_bytes: int, max_seconds: float) -> bytes:
    """The body, bounded in bytes and in time (a drip of bytes never ends a read timeout)."""
    body = bytearray()
    end = time.monotonic() + max_seconds
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > max_bytes:
            raise SourceContractBroken(f"{where}: the answer exceeds {max_bytes >> 20} MiB")
        if time.monotonic() > end:
            raise Again(f"{where}: the answer came too slowly")
    return bytes(body)


def read_json(where: str, body: bytes) -> Any:
    """Parsed JSON; UTF-8 whatever the header says. Truncated = `Again`, anything else = the contract is broken."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise Again(f"{where}: empty answer")
    if text.startswith(b"<"):
        raise HtmlAnswer(f"{where}: {_FIREWALL}")
    with contextlib.suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    raise _why_unread(where, text)


def _why_unread(where: str, text: bytes) -> Again | SourceContractBroken:
    """What to raise about bytes that are no JSON."""
    try:
        decoded = text.decode("utf-8")
        orjson.loads(decoded)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end >= len(text):
            return Again(f"{where}: truncated answer")
        return SourceContractBroken(f"{where}: the answer is not UTF-8 (byte {error.start})")
    except orjson.JSONDecodeError as error:
        if decoded[0] in "{[" and error.pos >= len(decoded):
            return Again(f"{where}: truncated answer")
        return SourceContractBroken(f"{where}: the answer is not JSON (character {error.pos})")
    return SourceContractBroken(f"{where}: the answer is not JSON")


def http_date(text: str | None) -> datetime | None:
    """Instant of a `Date` header, in UTC; None for anything else."""
    try:
        instant = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def retry_after(response: requests.Response) -> float | None:
    """Seconds of a Retry-After header: a number, or a date read by the other side's own clock."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until, now = http_date(text), http_date(response.headers.get("Date"))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
