"""A program that lands the shop by iGate and kills itself after so many landed records, as a power cut would.

Arguments: address of iGate, folder of the landing, number of records after which SIGKILL comes (0 = never).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date, datetime
from pathlib import Path

from doisoat.config import IgateSource
from doisoat.land import land
from doisoat.land.connect import open_source
from doisoat.model import VIETNAM, RunKey, Side
from doisoat.rules.parameters import RuleParameters


def main(address: str, folder: Path, killed_after: int) -> None:
    section = IgateSource(
        kind="igate",
        base_url=address,
        username_env="TEST_USER",
        password_env="TEST_PASSWORD",
        page_size=100,
        concurrency=2,
        calls_per_second=5_000,
    )

    def progress(landed: int, total: int | None) -> None:
        if killed_after and landed >= killed_after:
            os.kill(os.getpid(), signal.SIGKILL)

    notes = folder.with_name(".shop.notes")
    source = open_source(section, clock=lambda: datetime(2026, 9, 4, 1, tzinfo=VIETNAM), notes=notes)
    key = RunKey("H44", date(2026, 9, 3))
    land(Side.SHOP, key, source, folder, rules=RuleParameters(), digest_key=b"khoa-thu", progress=progress)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
