"""Figures in the docs: blocks of Markdown between marks, each replaced by the command that made it.

A recorded comparison also stays as data (`bench-reconcile.json` beside the file), so that one table and one chart show
all sizes measured so far; the entry of a size and share is replaced whole, as ratios hold only within one run.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from doisoat.benching.peers import Setting

BLOCK = "bench-reconcile"
_CHART = Path(__file__).with_name("processes") / "chart.py"


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; every column after the first is right-aligned."""
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def machine() -> str:
    """This machine in one line, with the load others put on it over the last five minutes."""
    import psutil

    memory, load = psutil.virtual_memory().total / 1024**3, psutil.getloadavg()[1]
    place = f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    return f"{place}, load average {load:.1f}"


def replace_block(file: Path, name: str, markdown: str) -> None:
    """Put a text between its marks, `<!-- name -->` and `<!-- /name -->`; new ones go to the end of the file."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    block = f"<!-- {name} -->\n{markdown}<!-- /{name} -->"
    marked = re.compile(rf"<!-- {name} -->.*?<!-- /{name} -->", re.DOTALL)
    text = marked.sub(lambda _: block, text) if marked.search(text) else f"{text.rstrip()}\n\n{block}\n".lstrip()
    file.write_text(text, encoding="utf-8")


def record_comparison(file: Path, comparison: Mapping[str, Any], setting: Setting) -> str:
    """Add a comparison (the object of `--json`) to the block, the data and the chart; why there is no chart, if so."""
    data = file.with_name(f"{BLOCK}.json")
    known = json.loads(data.read_text(encoding="utf-8")) if data.exists() else []
    key = (comparison["rows"], comparison["differing"])
    entry = {**comparison, "measured_on": date.today().isoformat(), "machine": machine()}
    entries = sorted(
        [*(one for one in known if (one["rows"], one["differing"]) != key), entry],
        key=lambda one: (one["rows"], one["differing"]),
    )
    data.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    trouble = _draw(data, data.with_suffix(".svg"), setting)
    replace_block(file, BLOCK, comparison_markdown(entries, has_chart=data.with_suffix(".svg").exists()))
    return trouble


def _draw(data: Path, chart: Path, setting: Setting) -> str:
    """Draw time and memory against rows; a sentence where that is not possible here."""
    if not setting.peers_python.is_file():
        return f"không vẽ được {chart.name}: chưa có môi trường riêng {setting.peers_python} (make bench-peers)"
    done = subprocess.run([setting.peers_python, _CHART, data, chart], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"không vẽ được {chart.name}: {done.stderr.strip().splitlines()[-1]}"


def comparison_markdown(entries: Sequence[Mapping[str, Any]], *, has_chart: bool) -> str:
    """The block: every size and share with everyone's medians."""
    heads = ("rows a side, differing", "tool", "wall s", "CPU s", "peak MiB", "times our wall")
    rows = [line for entry in entries for line in _lines(entry)]
    chart = [f"![Time and memory against rows]({BLOCK}.svg)"] if has_chart else []
    measured = [
        f"- {_size(entry)}: {entry['measured_on']}, {entry['runs']} runs, {entry['machine']}; "
        f"counts {'agree' if entry['counts_agree'] else '**do not agree**'}."
        for entry in entries
    ]
    title = "### Two snapshots reconciled, beside other tools on the same data (medians)"
    command = "`doisoat bench reconcile --rows N --differing PERCENT --record docs/figures.md`, whole processes:"
    return "\n\n".join([title, command, table(heads, rows), *chart, "\n".join(measured)]) + "\n"


def _lines(entry: Mapping[str, Any]) -> list[tuple[str, ...]]:
    ours = entry["peers"].get("ours", {}).get("wall")
    return [
        (
            _size(entry),
            "**doisoat reconcile**" if name == "ours" else name,
            f"{took['wall']:.2f}",
            f"{took['cpu']:.2f}",
            f"{took['peak_mib']:,.0f}",
            f"{took['wall'] / ours:.2f}" if ours else "",
        )
        for name, took in entry["peers"].items()
        if "wall" in took
    ]


def _size(entry: Mapping[str, Any]) -> str:
    return f"{entry['rows']:,}, {entry['differing']} %"
