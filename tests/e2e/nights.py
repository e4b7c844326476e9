"""One night as a user runs it: exports or servers of a seeded world in, the command line, its JSON out."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.e2e import forked

DAY = date(2026, 9, 3)
DOISOAT = str(Path(sys.executable).with_name("doisoat"))
Found = Counter[tuple[str, str, str]]  # (dossier code, kind, subtype)

# One period that is over and a long one that is running: of a small night all six are a third of its seconds.
FEW_PERIODS = "indicators: {periods: [quarter], finished_months: 1}\n"
FILES_PROVINCE = f"""\
province: H44
name: Phú Thọ
province_roots: [H44, H62, H28]
shop: {{kind: files, path: exports/shop}}
portal: {{kind: files, path: exports/portal}}
mail: {{mode: outbox, sender: doisoat@phutho.example, technical_contact: "Tổ kỹ thuật Một cửa"}}
{FEW_PERIODS}"""


@dataclass(frozen=True)
class NightRun:
    """What one call of the command line came to."""

    home: Path
    code: int
    outcome: dict[str, Any]
    stderr: str

    def found(self) -> Found:
        with Path(self.outcome["artefacts"]["discrepancies.csv"]).open(encoding="utf-8-sig", newline="") as lines:
            return Counter((row["dossier_code"], row["kind"], row["subtype"]) for row in csv.DictReader(lines))


def export_world(folder: Path, dossiers: int, seed: int, day: date = DAY) -> Path:
    """Both sides of the world as files below `folder`/exports, and a province file that reads them."""
    words = ["simulate", "--dossiers", str(dossiers), "--seed", str(seed)]
    words += ["--business-date", day.isoformat(), "--export", str(folder / "exports")]
    forked.call(words, dict(os.environ)).check_returncode()
    config = folder / "phu_tho.yaml"
    config.write_text(FILES_PROVINCE, encoding="utf-8")
    return config


def run_night(
    config: Path,
    home: Path,
    day: date = DAY,
    environment: dict[str, str] | None = None,
    command: str = "run",
    options: Sequence[str] = (),
    *,
    installed: bool = False,
) -> NightRun:
    """`doisoat run … --json`; standard output must be one JSON object or nothing.

    `installed`: by the installed command and its own interpreter, four seconds slower than by `forked`.
    """
    words, env = [*night_command(config, home, day, command), *options], os.environ | (environment or {})
    if installed:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    else:
        done = forked.call(words[1:], env)
    outcome = json.loads(done.stdout) if done.stdout else {}
    return NightRun(home, done.returncode, outcome, done.stderr)


def night_command(config: Path, home: Path, day: date = DAY, command: str = "run") -> list[str]:
    """The words of one call with `--json`."""
    return [DOISOAT, command, "phu_tho", day.isoformat(), "--config", str(config), "--home", str(home), "--json"]


def truth(folder: Path, *, in_flight: bool) -> Found:
    """What was planted; with `in_flight` also what a look-up would make vanish."""
    with (folder / "exports" / "truth.csv").open(encoding="utf-8", newline="") as lines:
        return Counter(
            (row["dossier_code"], row["kind"], row["subtype"])
            for row in csv.DictReader(lines)
            if in_flight or row["in_flight"].lower() not in {"true", "1"}
        )


def difference(found: Found, planted: Found) -> str:
    """Readable text of what was found too much or too little; empty when both agree."""
    lines = []
    for title, rest in (("too much", found - planted), ("missed", planted - found)):
        kinds = Counter((kind, subtype) for _, kind, subtype in rest.elements())
        lines += [f"{title}: {kind}/{subtype} × {number}" for (kind, subtype), number in sorted(kinds.items())]
        lines += [f"  e.g. {row}" for row in sorted(rest)[:5]]
    return "\n".join(lines)
