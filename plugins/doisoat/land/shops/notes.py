"""What a paged source remembers of the pages it handed over, so that a reading killed half-way can go on.

The landing keeps the records of a page; proving completeness also needs the ids of records that did not land
(secret ones, repetitions). They are kept as short digests only, in one private file of JSON lines; a line torn by
the kill belongs to a page that was not handed over and is ignored.
"""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

import orjson

_DIGEST_BYTES = 8  # two of a million ids share a digest with a chance of 1 in 10^7
_ENTRY = struct.Struct("<QI")  # record, month


@dataclass(frozen=True)
class PageNote:
    """One page: its records, its change times (ISO, +07:00), whether the source called it the last.

    `records`: digest of a record's id -> month of its reception (yyyymm, 0 = none).
    """

    records: Mapping[int, int]
    updated_to: str | None
    is_last: bool
    updated_from: str | None = None
    is_followable: bool = True  # every record has an id and a change time of its own, newest change first


def digest_id(identity: str, hashed_key: bytes = b"") -> int:
    """A short digest of a source's own record id; keyed, since an id that is a number is soon guessed."""
    return int.from_bytes(blake2b(identity.encode(), digest_size=_DIGEST_BYTES, key=hashed_key).digest())


class Notes:
    """Notes by page name. Without a file they live as long as the process."""

    def __init__(self, file: Path | None = None, id_key: bytes = b""):
        self._file = file
        self._id_key = sha256(id_key).digest() if id_key else b""
        self._pages: dict[str, PageNote] = {}
        self.first_answer: datetime | None = None  # the source's clock when the reading began

    def begin(self, *, resumed: bool) -> None:
        """Read what an interrupted reading left, or start anew."""
        self._pages.clear()
        self.first_answer = None
        if self._file is None:
            return
        if resumed and self._file.exists():
            self._read(self._file.read_bytes())
        else:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.unlink(missing_ok=True)

    def digest(self, identity: str) -> int:
        """The digest under which a record is noted."""
        return digest_id(identity, self._id_key)

    def page(self, name: str) -> PageNote | None:
        return self._pages.get(name)

    def add(self, name: str, note: PageNote) -> None:
        """Keep the note of a page; called before the page is handed over."""
        self._pages[name] = note
        packed = b"".join(_ENTRY.pack(record, month) for record, month in note.records.items())
        told = {field.name: getattr(note, field.name) for field in fields(note)}
        self._append({"page": name, **told, "records": base64.b64encode(packed).decode()})

    def observe(self, instant: datetime | None) -> None:
        """Keep the source's clock at the very first answer; later ones change nothing."""
        if self.first_answer is None and instant is not None:
            self.first_answer = instant
            self._append({"first_answer": instant.isoformat()})

    def _append(self, line: dict[str, Any]) -> None:
        if self._file is None:
            return
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as handle:
            handle.write(b"\n" + orjson.dumps(line))  # a torn line before it stays a line of its own

    def _read(self, content: bytes) -> None:
        for text in content.splitlines():
            try:
                line = orjson.loads(text)
            except orjson.JSONDecodeError:
                continue
            if "first_answer" in line:
                self.first_answer = datetime.fromisoformat(line["first_answer"])
            else:
                records = dict(_ENTRY.iter_unpack(base64.b64decode(line["records"])))
                name = line.pop("page")
                self._pages[name] = PageNote(**line | {"records": records})
