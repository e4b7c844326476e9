"""What people type at the inspection desk, read and checked: texts, days, documents; ConfigError names the option."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from doisoat.errors import ConfigError
from doisoat.rules.inspection import Act
from doisoat.rules.text import holds_personal, plain

if TYPE_CHECKING:
    from doisoat.store.inspection_acts import Document

PERSON, NUMBER, TEXT = 200, 100, 2_000  # signs


def required_text(text: str, option: str, limit: int = TEXT) -> str:
    """One line of text without anything personal."""
    said = optional_text(text, option, limit)
    if said is None:
        raise ConfigError(f"{option} is empty")
    return said


def optional_text(text: str | None, option: str, limit: int = TEXT) -> str | None:
    """The same, or None for nothing."""
    said = plain(text or "")
    if len(said) > limit:
        raise ConfigError(f"{option} has {len(said)} signs, {limit} are the limit")
    if holds_personal(said):
        raise ConfigError(f"{option} is printed in reports: leave out addresses and numbers of people")
    return said or None


def read_day(text: str | None, option: str, default: date) -> date:
    """The day an option names."""
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} is a day like 2026-09-03, not {text!r}") from None


def read_document(
    act: Act, day: date, *, by: str, number: str | None, text: str | None, due: str | None = None
) -> Document:
    """A document about a finding."""
    from doisoat.store.inspection_acts import Document

    return Document(
        act=act,
        day=day,
        person=required_text(by, "--by", PERSON),
        number=optional_text(number, "--number", NUMBER),
        text=optional_text(text, "--text"),
        due_on=None if due is None else read_day(due, "--due", day),
    )
