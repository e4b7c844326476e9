"""Data Docs that open without the internet: what they load from public hosts is taken out, our style put in.

Great Expectations links about twenty scripts and styles from public hosts. Without them its pages lose their
layout; `data_docs.css` beside this module gives it back without a script. Its index is a table drawn by one of
those scripts, so ours takes its place: every expectation with its meaning, in Vietnamese.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from doisoat.model import RunKey, Side

if TYPE_CHECKING:
    from doisoat.validate.gate import Judged

_REMOTE = r"""["'](?:https?:)?//[^"']*["']"""
_TAGS = (
    re.compile(rf"<script[^>]*\bsrc\s*=\s*{_REMOTE}[^>]*>.*?</script>", re.S | re.I),
    re.compile(rf"<link[^>]*\bhref\s*=\s*{_REMOTE}[^>]*>", re.S | re.I),
    re.compile(r"<link[^>]*favicon[^>]*>", re.S | re.I),  # from a folder that is one level off
    re.compile(rf"<img[^>]*\bsrc\s*=\s*{_REMOTE}[^>]*>", re.S | re.I),
    re.compile(r"<script(?![^>]*\bsrc\s*=)[^>]*>.*?</script>", re.S | re.I),  # they call the libraries above
)
_REMOTE_URL = re.compile(r"""url\(\s*["']?(?:https?:)?//[^)]*\)""")
_STYLE = "static/styles/doisoat.css"


_UNUSED = ("glossary_scroller.gif", "iterative-dev-loop.png", "validation_failed_unexpected_values.gif")


def make_offline(folder: Path, key: RunKey, judged: list[Judged]) -> None:
    """Rewrite every page below `folder` so that it loads nothing from another host; write our index."""
    target = folder / _STYLE
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("data_docs.css"), target)
    for image in _UNUSED:
        (folder / "static" / "images" / image).unlink(missing_ok=True)
    for style in sorted(folder.rglob("*.css")):
        style.write_text(_REMOTE_URL.sub("none", style.read_text(encoding="utf-8")), encoding="utf-8")
    for page in sorted(folder.rglob("*.html")):
        depth = len(page.relative_to(folder).parts) - 1
        page.write_text(offline_page(page.read_text(encoding="utf-8"), "../" * depth), encoding="utf-8")
    (folder / "index.html").write_text(_index(folder, key, judged), encoding="utf-8")


def _index(folder: Path, key: RunKey, judged: list[Judged]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, autoescape=True)
    return pages.get_template("index.html.j2").render(
        key=key,
        judged=judged,
        labels={side.value: side.label for side in Side},
        pages=sorted(page.relative_to(folder).as_posix() for page in folder.glob("validations/**/*.html")),
    )


def offline_page(html: str, to_root: str) -> str:
    """One page without remote assets and with our style."""
    for tag in _TAGS:
        html = tag.sub("", html)
    link = f'<link rel="stylesheet" href="{to_root}{_STYLE}">'
    return html.replace("</head>", f"{link}</head>", 1)
