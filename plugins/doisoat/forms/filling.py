"""Counts become forms: who reports what, on either side, and the difference between both. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from doisoat.model import Side
from doisoat.rules.statutory_forms import (
    UNKNOWN_FIELD,
    Form,
    FormCounts,
    FormPart,
    FormRow,
    Role,
    Section,
    form_for,
)
from doisoat.rules.vietnamese_order import vietnamese_order

Figures = Mapping[str, Any]  # the content of figures.json
Row = Mapping[str, Any]  # one of its figures
MARKS = ("level_unknown", "channel_unknown", "due_unknown", "unit_unknown")
_COUNTS = tuple(one.name for one in fields(FormCounts))


@dataclass(frozen=True)
class Block:
    """A form's figures on one side (or of both, subtracted)."""

    parts: tuple[FormPart, ...]
    total: FormCounts
    marks: Mapping[str, int]


@dataclass(frozen=True)
class FilledForm:
    """One form of one unit, with the figures of both sides."""

    form: Form
    unit_code: str
    reporter: str
    receiver: str
    label: str
    first_day: date
    last_day: date
    blocks: Mapping[Side, Block]
    filed: Side

    @property
    def is_of_province(self) -> bool:
        return self.form.role is Role.PROVINCE

    @property
    def file_name(self) -> str:
        """Below the period's folder, without its ending: `07b`, `07a/H44.100`."""
        return self.form.short if self.is_of_province else f"{self.form.short}/{self.safe_code}"

    @property
    def safe_code(self) -> str:
        """The unit's code as a part of a path."""
        return "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in self.unit_code)

    @property
    def difference(self) -> Block:
        """Shop less portal, field by field."""
        shop, portal = (self.blocks[side] for side in Side)
        parts = tuple(_less(one, other) for one, other in zip(shop.parts, portal.parts, strict=True))
        return Block(parts, shop.total - portal.total, {})


def _less(one: FormPart, other: FormPart) -> FormPart:
    ours, theirs = ({row.field: row.counts for row in part.rows} for part in (one, other))
    nothing = FormCounts()
    names = in_order(ours.keys() | theirs.keys())
    rows = (FormRow(name, ours.get(name, nothing) - theirs.get(name, nothing)) for name in names)
    return replace(one, rows=tuple(rows))


def in_order(names: Iterable[str]) -> list[str]:
    """Fields as a form lists them: in Vietnamese order, what is not known last."""
    return sorted(names, key=lambda name: (name == UNKNOWN_FIELD, vietnamese_order(name)))


def fill(figures: Figures) -> list[FilledForm]:
    """Every form of the period: those of the agencies in code order, then the province's."""
    last_day = date.fromisoformat(figures["last_day"])
    lookup = _Lookup(figures["figures"])
    made = {"label": figures["label"], "first_day": date.fromisoformat(figures["first_day"]), "last_day": last_day}
    made["filed"] = Side(figures["side"])
    agency, province = (form_for(role, last_day) for role in (Role.AGENCY, Role.PROVINCE))
    own = figures["province_unit"]
    forms = []
    for unit in figures["units"]:
        blocks = {side: lookup.of_unit(side, unit["section"], unit["code"]) for side in Side}
        forms.append(FilledForm(agency, unit["code"], unit["name"], own, blocks=blocks, **made))
    blocks = {side: lookup.of_province(side, province) for side in Side}
    return [*forms, FilledForm(province, figures["province"], own, province.receiver, blocks=blocks, **made)]


class _Lookup:
    """The counted rows by their place."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[tuple[Any, ...], list[Row]] = {}
        self._sums: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            place = (row["side"], row["scope"], row["section"], row["unit_code"])
            if row["is_sum"]:
                self._sums[place] = row
            else:
                self._rows.setdefault(place, []).append(row)

    def of_unit(self, side: Side, section: str, code: str) -> Block:
        place = (side.value, "unit", section, code)
        return self._block(place, (self._part(place, ""),))

    def of_province(self, side: Side, form: Form) -> Block:
        places = ((side.value, "section", section.value, None) for section in Section)
        parts = tuple(self._part(place, title) for place, title in zip(places, form.sections, strict=True))
        return self._block((side.value, "province", None, None), parts)

    def _part(self, place: tuple[Any, ...], title: str) -> FormPart:
        counted = {row["field"] or UNKNOWN_FIELD: counts_of(row) for row in self._rows.get(place, [])}
        return FormPart(title, tuple(FormRow(name, counted[name]) for name in in_order(counted)))

    def _block(self, place: tuple[Any, ...], parts: tuple[FormPart, ...]) -> Block:
        told = self._sums.get(place)
        marks = {name: told[name] if told else 0 for name in MARKS}
        return Block(parts, counts_of(told) if told else FormCounts(), marks)


def counts_of(row: Row) -> FormCounts:
    return FormCounts(**{name: row[name] for name in _COUNTS})
