"""From a record as the source spells it to the little of it that may land, and which records are secret.

Pure: no file, no clock. What a value *means* is decided later, in `stage`; here it is only decided whether it
may be written at all: allow-listed field, bounded text, a shape that cannot carry a person's data (`readers`).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from typing import Any

from doisoat.land import fields
from doisoat.land.readers import READER_OF, READERS, Bounded, Unreadable, as_text, elements, instant_text, is_filled
from doisoat.land.source import Record
from doisoat.rules.values import code_problem, read_code, read_text

_NOT_SECRET = {"0", "false", "không", "thường"}
_SOURCE_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")


def secret_digest(key: bytes, text: str) -> str:
    """The keyed digest under which a code is known as secret, in hexadecimal digits."""
    return hmac.digest(key, text.encode(), "sha256").hex()


class Projection:
    """Projects records of one side; knows which of them are secret and keeps nothing of those but a digest."""

    def __init__(self, *, secret_procedures: Iterable[str], secret_agencies: Iterable[str], digest_key: bytes) -> None:
        self._procedures = _codes(secret_procedures)
        self._agencies = _codes(secret_agencies)
        self._key = digest_key
        # By field: whether one value of it makes its record a secret one.
        self.secret_tests: dict[str, Callable[[Any], bool]] = {
            fields.SECRECY: _is_marked,
            "MaTTHC": lambda value: _is_within(value, self._procedures),
            "MaCoQuan": lambda value: _is_within(_agency_of_today(_code(value)), self._agencies),
        }

    def secret_digests(self, record: Record) -> frozenset[str] | None:
        """None for an open record; for a secret one the keyed digests of its readable codes (may be empty).

        Its own code as it is; alternative codes with `=` before them, so that they only ever match own codes.
        """
        if not any(is_secret(record.get(name)) for name, is_secret in self.secret_tests.items()):
            return None
        own = _digestible([record.get(fields.CODE)])
        others = _digestible([record.get(name) for name in fields.ALTERNATIVE_CODES])
        return frozenset(map(self.digest, own)) | {self.digest(f"={code}") for code in others}

    def digest(self, text: str) -> str:
        """The keyed digest under which a code is known as secret, in hexadecimal digits."""
        return secret_digest(self._key, text)

    def identity_digest(self, record: Record) -> str | None:
        """The keyed digest of a secret record's own id, by which what landed of it before is found."""
        own = self.source_id(record.get(fields.SOURCE_ID))
        return None if own is None else self.digest(f"id:{own}")

    def project(self, record: Record) -> dict[str, Any]:
        """What lands of an open record, without its position; `docs/data-contracts.md` names the keys."""
        landed: dict[str, Any] = {}
        faults: dict[str, set[str]] = {"_bounded": set(), "_unreadable": set()}
        for name, reader in READERS:
            value = record.get(name)
            if value is None or value == "":
                continue
            try:
                kept = reader(value)
            except Bounded:
                faults["_bounded"].add(name)
            except ValueError:
                faults["_unreadable"].add(name)
            else:
                if kept is not None:
                    landed[name] = kept
        landed["has_result"] = any(is_filled(record.get(name)) for name in fields.RESULTS)
        supplements = supplement_dates(record.get(fields.SUPPLEMENTS), faults["_unreadable"])
        if supplements is not None:
            landed[fields.SUPPLEMENTS] = supplements
        self._add_identity(record, landed)
        return landed | {name: sorted(names) for name, names in faults.items() if names}

    def project_step(self, record: Record, secret: Set[str]) -> dict[str, Any] | None:
        """What lands of a line of `steps`; None where its dossier is known as secret, by the digests in `secret`.

        ValueError for a line without a readable code or time, which is of no use.
        """
        code = _code(record.get(fields.CODE))
        if code is None or code_problem(code) is not None:
            raise Unreadable
        if not secret.isdisjoint((self.digest(code), self.digest(f"={code}"))):
            return None
        at = instant_text(record.get(fields.STEP_AT))
        if at is None:
            raise Unreadable
        landed = {fields.CODE: READER_OF[fields.CODE](record[fields.CODE]), fields.STEP_AT: at}
        with suppress(Bounded):
            landed[fields.STEP_STATUS] = READER_OF[fields.STATUS](
                record.get(fields.STEP_STATUS, record.get(fields.STATUS))
            )
        return landed

    def _add_identity(self, record: Record, landed: dict[str, Any]) -> None:
        own = {
            fields.SOURCE_ID: self.source_id(record.get(fields.SOURCE_ID)),
            fields.UPDATED: change_time(record.get(fields.UPDATED)),
        }
        landed |= {name: text for name, text in own.items() if text is not None}

    def source_id(self, value: Any) -> str | None:
        """The source's own id of a record; a digest of it where it could be anything."""
        try:
            identity = as_text(value)
        except ValueError:
            return None
        if not identity:
            return None
        return identity if _SOURCE_ID.fullmatch(identity) else self.digest(identity)


def supplement_dates(value: Any, unreadable: set[str]) -> list[dict[str, str]] | None:
    """The list of supplements, each reduced to its two dates; fields that cannot be read are added to `unreadable`."""
    try:
        listed = elements(value)
    except ValueError:
        unreadable.add(fields.SUPPLEMENTS)
        return None
    if listed is None:
        return None
    kept = [dict[str, str]() for _ in listed]
    for element, dates in zip(listed, kept, strict=True):
        for name in fields.SUPPLEMENT_DATES:
            try:
                text = instant_text(element.get(name))
            except ValueError:
                unreadable.add(f"{fields.SUPPLEMENTS}.{name}")
            else:
                dates |= {} if text is None else {name: text}
    return kept


def change_time(value: Any) -> str | None:
    """A record's time of change as text; None where there is none that could be read."""
    try:
        return instant_text(value)
    except ValueError:
        return None


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in map(read_code, values) if code is not None)


def _code(value: Any) -> str | None:
    """Normalised code of any value, None where there is none."""
    try:
        return read_code(as_text(value))
    except ValueError:
        return None


def _digestible(values: Iterable[Any]) -> list[str]:
    codes = (_code(value) for value in values)
    return [code for code in codes if code is not None and code_problem(code) is None]


def _is_within(value: Any, secret: tuple[str, ...]) -> bool:
    """Equal to a secret code, or below it (`H21.05.02` is below `H21.05`)."""
    code = _code(value) if secret else None
    return code is not None and any(code == one or code.startswith(f"{one}.") for one in secret)


def _agency_of_today(code: str | None) -> str | None:
    """`000.00.05.H21` as `H21.05`; other spellings are known only to the tables, so `stage` looks again."""
    match = re.fullmatch(r"000\.00\.(\d\d)\.([A-Z]\d\d)", code or "")
    if match is None:
        return code
    return match[2] if match[1] == "00" else f"{match[2]}.{match[1]}"


def _is_marked(value: Any) -> bool:
    try:
        text = read_text(as_text(value))
    except ValueError:
        return True
    return text is not None and text.casefold() not in _NOT_SECRET
