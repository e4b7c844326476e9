"""What all pages of ours share: their style, the pieces they are made of, numbers and dates as people read them here.

A page is one self-contained file: no address outside, no script. What stands on it belongs to who writes it
(`publish`, `catalogue`); templates import the pieces as `macros.html.j2`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.rules.text import number
from doisoat.store.work_items import SEVERITY_LABELS, day, moment

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent


def environment(templates: Path, filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Jinja2 over a folder of templates and the shared pieces; escapes everything, and an unknown name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([templates, _HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shared = {"number": number, "day": day, "moment": moment, "share": share, "severity": SEVERITY_LABELS.__getitem__}
    made.filters.update({**shared, **filters})
    return made


@cache
def style() -> str:
    """The style sheet, for the page's own `<style>`."""
    return (_HERE / "page.css").read_text(encoding="utf-8")


def share(part: int, whole: int) -> str:
    """A share in percent, Vietnamese form; nothing of nothing is a dash.

    >>> share(1, 3)
    '33,3 %'
    """
    return f"{number(100 * part / whole, 1)} %" if whole else "–"
