"""SIGKILL at any stage, then the same command again: the same bytes, no second mail, no finished page asked twice."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from doisoat.store.layout import read_json
from tests.e2e.fixtures import Ran
from tests.e2e.nights import DAY, run_night
from tests.e2e.run_files import artefacts, differing, mails
from tests.e2e.simulated import LOOK_UP_ONLY, QUICK, SMALL_PAGES, Asked, Simulated, province_file
from tests.faults.e2e.processes import strike

HOLD: dict[str, Any] = {"kind": "latency", "seconds": 60}  # longer than anything waits for: the process is killed first


@dataclass(frozen=True)
class Blow:
    """When to kill: what the simulator holds back, and what must lie on disk."""

    stage: str
    sign: Callable[[Path], bool]
    held: tuple[dict[str, Any], ...] = ()


def of_night(home: Path, kind: str) -> Path:
    return home / kind / "H44" / DAY.isoformat()


def receipts(home: Path, side: str) -> list[dict[str, Any]]:
    folder = of_night(home, "landing") / f".{side}.partial"
    return [read_json(path) for path in sorted(folder.glob("receipt-*.json"))]


def has_begun(stage: str) -> Callable[[Path], bool]:
    return lambda home: (of_night(home, "runs") / f".{stage}.new").exists()


def has_receipts(side: str, number: int) -> Callable[[Path], bool]:
    return lambda home: len(receipts(home, side)) >= number


BLOWS = {
    blow.stage: blow
    for blow in (
        Blow("land_shop", has_receipts("shop", 3), ({"path": "page=5&.*spec=slice", **HOLD},)),
        Blow("land_portal", has_receipts("portal", 2), ({"path": "files/ho-so-3", **HOLD},)),
        Blow("stage", lambda home: (of_night(home, "snapshots") / "shop").exists()),
        Blow("validate", has_begun("validate")),
        Blow("reconcile", has_begun("reconcile")),
        Blow(
            "recheck",
            lambda home: (of_night(home, "landing") / "recheck" / ".portal.partial").exists(),
            ({"path": "/mapi/g", "after": 40, **HOLD},),
        ),
        Blow("assess", has_begun("assess")),
        Blow("publish", lambda home: (home / "reports" / "H44" / f".{DAY.isoformat()}.new").exists()),
        Blow("alert", lambda home: len(mails(home)) >= 5),
    )
}


def killed(blow: Blow, config: Path, home: Path, served: Simulated) -> str:
    """Run until the blow falls; what was told on standard error."""
    served.misbehave(*blow.held)
    struck = strike(config, home, served.environment, lambda: blow.sign(home))
    served.misbehave()
    assert struck.code == -signal.SIGKILL, struck.stderr
    assert struck.stdout == ""
    assert f"· {blow.stage}" in struck.stderr
    return struck.stderr


def pages(asked: Iterable[Asked]) -> Counter[str]:
    """How often each page of the shop's listing was asked for, under the names of receipts."""
    found = (re.search(r"page=(\d+)&.*spec=slice&sort", one["path"]) for one in asked)
    return Counter(f"page-{int(match[1]):06d}" for match in found if match)


def downloads(asked: Iterable[Asked]) -> Counter[str]:
    found = (re.search(r"portal-export/files/([^?]+)", one["path"]) for one in asked)
    return Counter(match[1] for match in found if match)


def ledger(home: Path) -> list[tuple[str, str, str]]:
    """(agency, state, digest) of every mail; what was sent stands there once."""
    with sqlite3.connect(home / "warehouse.sqlite") as connection:
        return connection.execute("SELECT agency_code, state, sha256 FROM mails ORDER BY agency_code").fetchall()


def require_same(home: Path, undisturbed: Ran) -> None:
    assert differing(artefacts(undisturbed.night.home), artefacts(home)) == []
    assert ledger(home) == ledger(undisturbed.night.home)
    assert {state for _, state, _ in ledger(home)} == {"sent"}
    leftovers = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.name.endswith((".new", ".old"))]
    assert leftovers == []


@pytest.mark.slow
def test_killed_at_every_stage_one_night_after_the_other(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    """One home: each run is killed one stage further on, the last one comes to its end."""
    home = tmp_path / "var"
    for blow in BLOWS.values():
        killed(blow, http_night.config, home, behaving)
    sent = {path.name: path.stat().st_ino for path in (home / "outbox" / "new").iterdir()}
    last = run_night(http_night.config, home, environment=behaving.environment)
    assert last.code == http_night.night.code, last.stderr
    require_same(home, http_night)
    assert len(sent) >= 5
    still_there = {name: (home / "outbox" / "new" / name).stat().st_ino for name in sent}
    assert still_there == sent  # not written a second time
    assert last.outcome | {"seconds": 0, "artefacts": 0} == http_night.night.outcome | {"seconds": 0, "artefacts": 0}


@pytest.mark.slow
@pytest.mark.parametrize("stage", BLOWS)
def test_killed_once(http_night: Ran, behaving: Simulated, tmp_path: Path, stage: str) -> None:
    home = tmp_path / "var"
    killed(BLOWS[stage], http_night.config, home, behaving)
    again = run_night(http_night.config, home, environment=behaving.environment)
    assert again.code == http_night.night.code, again.stderr
    require_same(home, http_night)


def test_no_page_of_the_shop_is_asked_twice(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    home = tmp_path / "var"
    killed(BLOWS["land_shop"], http_night.config, home, behaving)
    done = {receipt["page"] for receipt in receipts(home, "shop")}
    assert len(done) >= 3
    behaving.forget()
    again = run_night(http_night.config, home, environment=behaving.environment, command="land_shop")
    asked = pages(behaving.asked())
    assert (again.code, done & asked.keys()) == (0, set())
    assert max(asked.values()) == 1
    listed = {f"page-{number:06d}" for number in range(-(-again.outcome["landed"] // SMALL_PAGES["page_size"]))}
    assert listed <= done | asked.keys()


def test_no_file_of_the_portal_is_downloaded_twice(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    home = tmp_path / "var"
    killed(BLOWS["land_portal"], http_night.config, home, behaving)
    whole = {receipt["place"] for receipt in receipts(home, "portal") if receipt["page"].endswith("#last")}
    assert len(whole) >= 2
    behaving.forget()
    again = run_night(http_night.config, home, environment=behaving.environment, command="land_portal")
    assert again.code == 0, again.stderr
    assert downloads(behaving.asked()) == Counter({"ho-so-3.csv": 1, "ho-so-4.csv": 1})
    assert whole == {"ho-so-1.csv", "ho-so-2.csv"}
    assert pages(behaving.asked()) == Counter()


def test_a_finished_landing_is_not_asked_for_again(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    home = tmp_path / "var"
    shutil.copytree(http_night.night.home, home)
    for command in ("land_shop", "land_portal", "recheck"):
        night = run_night(http_night.config, home, environment=behaving.environment, command=command)
        assert night.code == 0, night.stderr
    assert behaving.asked() == []


def looked_up(asked: Iterable[Asked]) -> Counter[str]:
    """How often each dossier was looked up, by the digest in the request log."""
    return Counter(one["subject"] for one in asked if one["service"] == "TraCuuHoSo" and one["completed"])


def test_no_finished_batch_of_look_ups_is_asked_twice(behaving: Simulated, tmp_path: Path) -> None:
    """A portal of look-ups, killed in its third batch."""
    home = tmp_path / "var"
    config = province_file(tmp_path / "phu_tho.yaml", LOOK_UP_ONLY, shop=QUICK, portal=QUICK)
    behaving.misbehave({"path": "/mapi/g", "after": 1_100, **HOLD})
    struck = strike(config, home, behaving.environment, lambda: has_receipts("portal", 2)(home))
    assert struck.code == -signal.SIGKILL
    on_disk = sum(len(receipt["answers"]) + receipt["secret_rows"] for receipt in receipts(home, "portal"))
    before = looked_up(behaving.asked())
    behaving.misbehave()
    behaving.forget()
    again = run_night(config, home, environment=behaving.environment, command="land_portal")
    after = looked_up(behaving.asked())
    assert again.code == 0, again.stderr
    assert on_disk == 1_000
    assert max(after.values()) == 1
    assert after.total() == again.outcome["calls"] - on_disk
    assert len(before - after) >= on_disk  # what was answered and landed was not asked again


def test_a_mail_that_a_client_has_read_is_not_sent_again(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    """Killed while mailing; meanwhile the agency's mail client moves what it has read from `new` to `cur`."""
    home = tmp_path / "var"
    shutil.copytree(http_night.night.home, home)
    with sqlite3.connect(home / "warehouse.sqlite") as connection:  # as a kill between two mails leaves it
        connection.execute(
            "UPDATE mails SET state = 'sending' WHERE agency_code = (SELECT MIN(agency_code) FROM mails)"
        )
    name = min(mails(home))
    read = home / "outbox" / "cur" / f"{name}:2,S"
    (home / "outbox" / "new" / name).rename(read)
    again = run_night(http_night.config, home, environment=behaving.environment, command="alert")
    assert (again.code, again.outcome["sent_now"]) == (0, 0)
    assert not (home / "outbox" / "new" / name).exists()
    assert mails(home) == mails(http_night.night.home)
    assert {state for _, state, _ in ledger(home)} == {"sent"}


def test_a_mail_killed_before_it_was_written_is_sent_once(http_night: Ran, behaving: Simulated, tmp_path: Path) -> None:
    home = tmp_path / "var"
    shutil.copytree(http_night.night.home, home)
    name = min(mails(home))
    with sqlite3.connect(home / "warehouse.sqlite") as connection:
        agency = name.removeprefix(f"H44.{DAY.isoformat()}.").removesuffix(".eml")
        changed = connection.execute("UPDATE mails SET state = 'sending' WHERE agency_code = ?", (agency,))
        assert changed.rowcount == 1
    (home / "outbox" / "new" / name).unlink()
    again = run_night(http_night.config, home, environment=behaving.environment, command="alert")
    assert (again.code, again.outcome["sent_now"]) == (0, 1)
    assert mails(home) == mails(http_night.night.home)
