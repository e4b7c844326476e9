"""`python -m tests.bench.land_pages read|fetch ADDRESS PAGES ROWS_A_PAGE FOLDER`: rows and seconds of reading a listing, as JSON.

`read`: doisoat's iGate source, projected and landed. `fetch`: the floor, requests and orjson alone. In a process of its
own, so that its memory can be watched.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import local

import orjson
import requests

from doisoat.config import IgateSource
from doisoat.land import land
from doisoat.land.shops.igate import IgateApi
from doisoat.land.shops.paging import PagedSource
from doisoat.model import RunKey, Side
from doisoat.rules.parameters import RuleParameters

IN_FLIGHT = 8


def read(address: str, pages: int, rows_a_page: int, folder: Path) -> int:
    """Rows that landed."""
    os.environ |= {"BENCH_USER": "bench", "BENCH_PASSWORD": "bench"}
    config = IgateSource(
        kind="igate",
        base_url=address,
        username_env="BENCH_USER",
        password_env="BENCH_PASSWORD",
        page_size=rows_a_page,
        concurrency=IN_FLIGHT,
        calls_per_second=100_000,
    )
    source = PagedSource(IgateApi(config), concurrency=IN_FLIGHT, clock=lambda: datetime.now(UTC))
    key = RunKey("H44", date(2026, 9, 3))
    manifest = land(Side.SHOP, key, source, folder / "shop", rules=RuleParameters(), digest_key=b"bench" * 8)
    return int(manifest["landed"])


def fetch(address: str, pages: int, rows_a_page: int, folder: Path) -> int:
    """Rows that were parsed."""
    own = local()

    def page(number: int) -> int:
        session = own.__dict__.setdefault("session", requests.Session())
        query: dict[str, str | int] = {"page": number, "size": rows_a_page}
        answer = session.get(f"{address}/pa/dossier/search", params=query, timeout=60)
        return len(orjson.loads(answer.content)["content"])

    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        return sum(threads.map(page, range(pages)))


WAYS: dict[str, Callable[[str, int, int, Path], int]] = {"read": read, "fetch": fetch}

if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 20)  # as the command line does
    way, server, page_count, rows_each, target = sys.argv[1:]
    started = time.perf_counter()
    rows = WAYS[way](server, int(page_count), int(rows_each), Path(target))
    sys.stdout.write(json.dumps({"rows": rows, "seconds": time.perf_counter() - started}) + "\n")
