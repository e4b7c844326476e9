"""From a record as the source spells it to the little of it that may land, and which records are secret.

Pure: no file, no clock. What a value *means* is decided later, in `stage`; here it is only decided whether it
may be written at all: allow-listed field, bounded text, a shape that cannot carry a person's data (`readers`).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import Any

from doisoat.land import fields
from doisoat.land.readers import READERS, Bounded, as_text, elements, instant_text, is_filled
from doisoat.land.source import Record
from doisoat.rules.values import code_problem, read_code, read_text

_NOT_SECRET = {"0", "false", "không", "thường"}
_SOURCE_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class Projection:
    """Projects records of one side; knows which of them are secret and keeps nothing of those but a digest."""

    def __init__(self, *, secret_procedures: Iterable[str], secret_agencies: Iterable[str], digest_key: bytes) -> None:
        self._procedures = _codes(secret_procedures)
        self._agencies = _codes(secret_agencies)
        self._key = digest_key

    def secret_digests(self, record: Record) -> frozenset[str] | None:
        """None for an open record; for a secret one the keyed digests of its readable codes (may be empty).

        Its own code as it is; alternative codes with `=` before them, so that they only ever match own codes.
        """
        if not (
            _is_marked(record.get(fields.SECRECY))
            or _is_within(record.get("MaTTHC"), self._procedures)
            or _is_within(_agency_of_today(_code(record.get("MaCoQuan"))), self._agencies)
        ):
            return None
        own = _digestible([record.get(fields.CODE)])
        others = _digestible([record.get(name) for name in fields.ALTERNATIVE_CODES])
        return frozenset(map(self.digest, own)) | {self.digest(f"={code}") for code in others}

    def digest(self, text: str) -> str:
        """The keyed digest under which a code is known as secret, in hexadecimal digits."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def identity_digest(self, record: Record) -> str | None:
        """The keyed digest of a secret record's own id, by which what landed of it before is found."""
        landed: dict[str, Any] = {}
        self._add_identity(record, landed)
        return self.digest(f"id:{landed['_id']}") if "_id" in landed else None

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
        self._add_supplements(record.get(fields.SUPPLEMENTS), landed, faults["_unreadable"])
        self._add_identity(record, landed)
        return landed | {name: sorted(names) for name, names in faults.items() if names}

    def _add_identity(self, record: Record, landed: dict[str, Any]) -> None:
        """The source's own id (a digest of it where it could be anything) and its time of change."""
        identity = _identity(record.get("_id"))
        if identity:
            safe = _SOURCE_ID.fullmatch(identity)
            landed["_id"] = identity if safe else self.digest(identity)
        try:
            updated = instant_text(record.get("_updated"))
        except ValueError:
            updated = None
        if updated is not None:
            landed["_updated"] = updated

    @staticmethod
    def _add_supplements(value: Any, landed: dict[str, Any], unreadable: set[str]) -> None:
        """The list of supplements, each reduced to its two dates; unreadable dates are named by their field."""
        try:
            listed = elements(value)
        except ValueError:
            unreadable.add(fields.SUPPLEMENTS)
            return
        if listed is None:
            return
        landed[fields.SUPPLEMENTS] = kept = [dict[str, str]() for _ in listed]
        for element, dates in zip(listed, kept, strict=True):
            for name in fields.SUPPLEMENT_DATES:
                try:
                    text = instant_text(element.get(name))
                except ValueError:
                    unreadable.add(f"{fields.SUPPLEMENTS}.{name}")
                else:
                    dates |= {} if text is None else {name: text}


def _identity(value: Any) -> str | None:
    try:
        return as_text(value)
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
