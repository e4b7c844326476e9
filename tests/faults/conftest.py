"""The simulator as a process of its own, and the world it serves as the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import pytest
import requests

from doisoat.config import AdapterSource, IgateSource, OpencpsSource, TandanSource
from doisoat.model import VIETNAM
from doisoat_simulator.run import simulator_process
from doisoat_simulator.servers.tokens import USER, password
from doisoat_simulator.world import World, build_world

DOSSIERS, SEED, BUSINESS_DATE = 1_000, 7, date(2026, 9, 3)
FROZEN = datetime(2026, 9, 4, 0, 30, tzinfo=VIETNAM)
QUICK: dict[str, Any] = {
    "username_env": "TEST_USER",
    "password_env": "TEST_PASSWORD",
    "calls_per_second": 5_000,
    "read_timeout_s": 10,
    "attempts": 4,
    "max_wait_s": 0.05,
}


@dataclass(frozen=True)
class Simulator:
    """The running simulator: where it is, how it should behave, what it was asked."""

    address: str

    def misbehave(self, *rules: dict[str, Any]) -> None:
        answer = requests.post(f"{self.address}/__misbehave", data=orjson.dumps(list(rules)), timeout=10)
        assert answer.status_code == 200, answer.text

    def asked(self) -> list[dict[str, Any]]:
        """The requests since the test began, in the order of arrival."""
        lines = requests.get(f"{self.address}/__requests", timeout=10).content.splitlines()
        return [orjson.loads(line) for line in lines]

    def forget(self) -> None:
        requests.delete(f"{self.address}/__requests", timeout=10)

    def igate(self, **changes: Any) -> IgateSource:
        given = {"page_size": 200, "concurrency": 4, **QUICK, **changes}
        return IgateSource(kind="igate", base_url=f"{self.address}/igate", **given)

    def opencps(self, **changes: Any) -> OpencpsSource:
        given = {"page_size": 200, "concurrency": 4, "group_id": "20126", **QUICK, **changes}
        return OpencpsSource(kind="opencps", base_url=f"{self.address}/opencps", **given)

    def tandan(self, **changes: Any) -> TandanSource:
        given = {"page_size": 200, "concurrency": 4, **QUICK, **changes}
        return TandanSource(kind="tandan", base_url=f"{self.address}/tandan", **given)

    def adapter(self, **changes: Any) -> AdapterSource:
        base = f"{self.address}/adapter/XrdAdapter/RestService/forward"
        given = {"madonvi": "000.00.00.H44", "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider", **QUICK, **changes}
        return AdapterSource(kind="adapter", base_url=base, **given)


@pytest.fixture(scope="session")
def running_simulator() -> Iterator[Simulator]:
    with simulator_process(dossiers=DOSSIERS, seed=SEED, business_date=BUSINESS_DATE, variant="all") as address:
        yield Simulator(address)


@pytest.fixture
def simulator(running_simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.setenv("TEST_USER", USER)
    monkeypatch.setenv("TEST_PASSWORD", password())
    running_simulator.misbehave()
    running_simulator.forget()
    yield running_simulator
    running_simulator.misbehave()


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(DOSSIERS, SEED, BUSINESS_DATE)
