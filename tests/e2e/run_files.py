"""What a run left below its home: the artefacts that must be the same bytes, and every text in every file."""

from __future__ import annotations

import email
import io
import re
import sqlite3
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import zstandard

from tests.e2e.nights import DAY

Text = tuple[str, str]  # (place, text)
_AT_ONCE = 300


def artefacts(home: Path, day: str = DAY.isoformat()) -> dict[str, bytes]:
    """What `design.md` rule 6 compares: the report's files and every mail, whether read or not; Data Docs are not."""
    report = home / "reports" / "H44" / day
    found = {path.name: path.read_bytes() for path in report.iterdir() if path.is_file()}
    return found | mails(home)


def mails(home: Path) -> dict[str, bytes]:
    """Every mail in the maildir by name."""
    paths = [path for part in ("new", "cur") for path in (home / "outbox" / part).glob("*.eml*")]
    return {path.name.partition(":")[0]: path.read_bytes() for path in paths}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of files that are not the same bytes in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def texts(folder: Path) -> Iterator[Text]:
    """Every text in every file below a folder: unpacked, decoded, taken out of databases and attachments."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from texts_in(path.relative_to(folder).as_posix(), path.name, path.read_bytes())


def texts_in(place: str, name: str, content: bytes) -> Iterator[Text]:
    """The texts of one file, by what its name says it is.

    The bare bytes as well, unless they are packed: dictionary numbers of a Parquet file can look like a card's number.
    """
    if not name.endswith((".zst", ".parquet", ".xlsx", ".zip")):
        yield place, content.decode("utf-8", "replace")
        yield place, content.decode("utf-16-le", "replace")
    if name.endswith(".zst"):
        with zstandard.ZstdDecompressor().stream_reader(content) as stream:
            yield from texts_in(f"{place}!", name.removesuffix(".zst"), stream.read())
    elif name.endswith(".parquet"):
        yield place, _parquet_text(content)
    elif name.endswith((".xlsx", ".zip")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from texts_in(f"{place}!{member}", member, archive.read(member))
    elif ".eml" in name:
        yield from _mail_texts(place, content)
    elif name.endswith(".sqlite"):
        yield place, _database_text(content)


def _parquet_text(content: bytes) -> str:
    table = pq.read_table(io.BytesIO(content))
    return f"{table.schema.metadata} {table.to_pylist()}"


def _mail_texts(place: str, content: bytes) -> Iterator[Text]:
    message = email.message_from_bytes(content, policy=default)
    yield place, " ".join(f"{name}: {value}" for name, value in message.items())
    for part in message.walk():
        assert isinstance(part, EmailMessage)
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            yield from texts_in(
                f"{place}!{part.get_filename() or part.get_content_type()}", part.get_filename() or "", payload
            )


def _database_text(content: bytes) -> str:
    """All of a SQLite file; its header is told that there is no write-ahead log, which is searched as a file."""
    with sqlite3.connect(":memory:") as connection:
        connection.deserialize(content[:18] + b"\x01\x01" + content[20:])
        return "\n".join(connection.iterdump())


def sightings(folder: Path, values: Collection[str], codes: Collection[str] = ()) -> list[str]:
    """`place: value` wherever one of the personal values, or a whole secret code, stands in a file."""
    found = list(texts(folder))
    return [
        f"{place}: {value}"
        for (place, text), holds in zip(found, _hold_any([text for _, text in found], {*values, *codes}), strict=True)
        if holds
        for value in seen(text, values, codes)
    ]


def _hold_any(texts: list[str], values: Collection[str]) -> list[bool]:
    """Which texts contain one of the values at all: RE2 looks for a few hundred in one pass, for many more it is slow."""
    plain = pa.array(map(_plain, texts), pa.large_string())
    held = pa.array([False] * len(texts), pa.bool_())
    spelled = sorted({re.escape(_plain(value)) for value in values})
    for first in range(0, len(spelled), _AT_ONCE):
        pattern = "|".join(spelled[first : first + _AT_ONCE])
        held = pc.or_(held, pc.match_substring_regex(plain, pattern=pattern))
    found: list[bool] = held.to_pylist()
    return found


def seen(text: str, values: Collection[str], codes: Collection[str] = ()) -> list[str]:
    """Which of the values a text contains (whatever the Unicode form and case), and which codes as a word."""
    plain = _plain(text)
    found = [value for value in values if _plain(value) in plain]
    return found + [code for code in codes if _as_word(code, plain)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _as_word(code: str, plain: str) -> bool:
    spelled = code.casefold()
    return spelled in plain and re.search(rf"(?<![\w.\-]){re.escape(spelled)}(?![\w\-])", plain) is not None
