"""Time and memory against rows, log-log; a script for the peers' environment. Arguments: recorded data, SVG to write.

Only the entries of the share that was measured at the most sizes are drawn: a line a tool.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

_STYLES = {
    "ours": ("doisoat reconcile", "#0b5fa5", "o", 2.6),
    "spark": ("doisoat reconcile on Spark", "#0b5fa5", "s", 1.2),
    "join": ("DuckDB, bare full join", "#3a7d44", "s", 1.6),
    "floor": ("DuckDB, read and hash (floor)", "#8a8a8a", "^", 1.6),
    "datacompy-polars": ("datacompy, Polars", "#c8553d", "D", 1.6),
    "datacompy-pandas": ("datacompy, pandas", "#e09f3e", "v", 1.6),
    "postgresql": ("PostgreSQL, load and join", "#6c4ab6", "P", 1.6),
    "reladiff": ("reladiff, load and diff", "#b5179e", "X", 1.6),
}


def main(data: Path, chart: Path) -> None:
    """Draw two panels: seconds, and GiB at the peak."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "doisoat", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    entries = _comparable(json.loads(data.read_text(encoding="utf-8")))
    figure, panels = pyplot.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    for panel, title, value in zip(panels, ("Wall time, s", "Peak memory, GiB"), (_seconds, _gib), strict=True):
        for name, (label, colour, marker, width) in _STYLES.items():
            points = [
                (one["rows"], value(one["peers"][name])) for one in entries if "wall" in one["peers"].get(name, {})
            ]
            if points:
                panel.plot(*zip(*points, strict=True), label=label, color=colour, marker=marker, linewidth=width)
        panel.set(xscale="log", yscale="log", title=title, xlabel="rows a side")
        panel.grid(visible=True, which="both", alpha=0.25)
    figure.suptitle(f"Two snapshots, {entries[0]['differing']} % of the dossiers differ")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(chart, metadata={"Date": None})


def _comparable(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shares = Counter(entry["differing"] for entry in entries)
    share = max(shares, key=lambda one: (shares[one], one == 3))
    return [entry for entry in entries if entry["differing"] == share]


def _seconds(took: dict[str, Any]) -> float:
    return float(took["wall"])


def _gib(took: dict[str, Any]) -> float:
    return float(took["peak_mib"]) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
