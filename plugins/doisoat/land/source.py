"""What a source of dossiers looks like to `land`: protocols and values only, no file and no socket.

Exports, iGate, OpenCPS, Tân Dân and the portal's adapter implement these. A source maps its own shape to the
canonical wire names of the rules' table (`MaHoSo`, `NgayTiepNhan`, ...; `projection.ALLOWED` lists them) and
hands records on as they are spelled; **it does not clean, bound or drop values**: `land` projects to the
allow-list and bounds text before anything is written, for every source alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

# One dossier as the source spells it: canonical wire name -> text, number, boolean, date, datetime (naive
# = local), or the list of `DanhSachHoSoBoSung`. From APIs also `_id` (the source's own record id) and
# `_updated` (its change time): they decide which of two readings of one record counts. Others are dropped.
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """One resumable piece of a source: a page of an API, or a bounded run of rows of one file.

    `name` is unique within the source, stable between two readings, and lands as `_file` unless `file` is
    given. A record that is None has no readable shape; it keeps its place in the row numbers.
    `columns` are all names the piece offers (canonical where mapped, the source's own otherwise), whether or
    not a value stands in them: an absent column is not a null value.
    """

    name: str
    records: Sequence[Record | None]
    columns: frozenset[str]
    file: str | None = None  # what lands as `_file`, where one file comes in several pieces
    first_row: int = 1  # row number of records[0] in that file
    whole: bool = True  # False for the piece at which a file broke off
    steps: bool = False  # lines of the side table `steps` instead of dossiers; they come after all dossiers


@dataclass(frozen=True)
class Listed:
    """What a listing knows of its records beyond their pages, so that a later reading can go on from it.

    `records`: digest of a record's id -> month of its reception (yyyymm, 0 = none); all that were read, also the secret
    ones. Of mode `delta` (only what changed since the base): `gone`, records proved to be no more, and `reread`, the
    months that were read whole again to prove it.
    """

    mode: Literal["full", "delta"]
    records: Mapping[int, int]
    is_followable: bool = True  # False: a later change of some record might not be noticed, so read all again
    gone: frozenset[int] = frozenset()
    reread: tuple[str, ...] = ()  # like 2026-08
    why_full: str = ""  # Vietnamese, where changes alone were asked for and did not suffice


@dataclass(frozen=True)
class Closing:
    """What a source knows once its last page was handed over, or once it broke off.

    `reasons` are Vietnamese sentences for the report: why it is not complete; empty when it is.
    `watermark` is kept in the manifest as it is (JSON values, nothing personal). `notes` are Vietnamese sentences that
    say nothing against completeness. `copies`: file -> the file with the same content that was read instead.
    """

    extracted_at: datetime | None  # tz-aware; None = 23:59:59 of the business date
    complete: bool
    reasons: tuple[str, ...] = ()
    expected_rows: int | None = None
    watermark: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)
    listed: Listed | None = None  # only of listings


class Source(Protocol):
    """One side, read to its end.

    A source that breaks off half-way (after its own retries) ends its iteration and says so in `closing()`.
    It raises only when going on makes no sense at all: SourceRefused, SourceContractBroken, ConfigError,
    or SourceUnavailable when not one page could be read.
    """

    @property
    def kind(self) -> str:
        """files, igate, opencps, tandan, sql, adapter."""

    @property
    def address(self) -> str:
        """Where it was read, without credentials."""

    @property
    def observed_at(self) -> datetime | None:
        """The source's own clock at its first answer; None for files, and before that answer."""

    def pages(self, done: frozenset[str]) -> Iterator[Page]:
        """Every page not named in `done`, in an order that does not depend on timing."""

    def closing(self) -> Closing:
        """After the last page of `pages`."""


@dataclass(frozen=True)
class Answer:
    """What a look-up said about one code: `absent` is knowledge, `failed` is not."""

    state: Literal["found", "absent", "failed"]
    record: Record | None = None  # only when found
    others: tuple[Record, ...] = ()  # further records of the same code, where the source has several
    reason: str = ""  # Vietnamese, when failed; names no value


class LookUp(Protocol):
    """One dossier at a time; called from several threads at once.

    Returns `failed` (never raises) for what concerns one dossier; raises SourceRefused when going on is
    senseless.
    """

    @property
    def kind(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def observed_at(self) -> datetime | None: ...

    def look_up(self, code: str) -> Answer:
        """The dossier of a normalised code."""
