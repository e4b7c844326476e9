"""How long the mails of a night take to write: 190 agencies, each with its text, page and workbook."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.results import Figure, Section, at_most

AGENCIES = 190
_EACH = 50  # discrepancies of an agency
_GOAL_SECONDS = 30


def bench_mails(agencies: int = AGENCIES) -> Section:
    """Everything before the first one goes: reading the night, comparing with the last mail, writing, the last look."""
    from doisoat.alert.planning import write_mails
    from doisoat.rules.reference import Agency
    from doisoat.store.mail_memory import MailMemory
    from tests.unit.alert.nights import province, reference
    from tests.unit.publish.factory import NightFiles, discrepancy, pair

    codes = [f"H44.{number:03}" for number in range(agencies)]
    rows = [
        discrepancy(f"{code}-260803-{number:04}", "status_lag", agency_code=code)
        for code in codes
        for number in range(_EACH)
    ]
    places = [Agency(code, name=f"Cơ quan {code}", mailbox=f"{code.lower()}@phutho.example") for code in codes]
    with TemporaryDirectory() as folder:
        pairs = [pair(row["dossier_code"]) for row in rows]
        files = NightFiles(discrepancies=rows, pairs=pairs).write(Path(folder))
        wall, cpu = time.perf_counter(), time.process_time()
        outbox = write_mails(files, province(), reference(agencies=places), MailMemory())
        size = sum(len(draft.message.as_bytes()) for draft in outbox.drafts)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if len(outbox.drafts) != agencies:
        raise RuntimeError(f"{len(outbox.drafts)} mails instead of {agencies}")
    return Section(
        "mails",
        f"Mails: {agencies} agencies, {_EACH} discrepancies each, with XLSX",
        (
            at_most("all written, wall", wall, "s", _GOAL_SECONDS),
            Figure("all written, CPU", cpu, "s"),
            Figure("their size", size / 1e6, "MB"),
        ),
    )
