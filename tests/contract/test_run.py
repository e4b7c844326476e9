"""The simulator as a process: it says when it is ready, serves the seeded world, and ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from doisoat_simulator.run import READY, simulator_process
from tests.contract.clients import igate_session, opencps_session

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "doisoat_simulator.run", "--business-date", "2026-09-03", *arguments]
    environment = os.environ | {"PYTHONPATH": str(PLUGINS), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    )


def test_a_small_world_over_all_wires() -> None:
    with simulator_process(dossiers=1_000, seed=7, variant="both") as address:
        state = requests.get(f"{address}/healthz", timeout=10).json()
        asked = {"spec": "page", "size": "5000"}
        listed = igate_session(address).get(f"{address}/igate/pa/dossier/search", params=asked, timeout=10).json()
        offsets = {"start": 0, "end": 5_000}
        other = opencps_session().get(f"{address}/opencps/o/rest/v2/dossiers", params=offsets, timeout=10).json()
        manifest = requests.get(f"{address}/portal-export/manifest.json", timeout=30).json()
        figures = requests.post(f"{address}/api/v1/reporting/formalities", json={}, timeout=10).json()
    assert len(listed["content"]) == listed["totalElements"] >= state["shop_rows"] > 900
    assert other["total"] == len(other["data"]) == listed["totalElements"]
    assert manifest["expected_rows"] == sum(entry["rows"] for entry in manifest["files"]) >= state["portal_rows"]
    assert figures["code"] == "OK"


def test_the_same_seed_gives_the_same_bytes() -> None:
    pages = []
    for seed in (7, 7, 8):
        with simulator_process(dossiers=1_000, seed=seed) as address:
            pages.append(igate_session(address).get(f"{address}/igate/pa/dossier/search?size=5000", timeout=10).content)
    assert pages[0] == pages[1] != pages[2]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_ready_line_ready_file_and_a_clean_end(tmp_path: Path, ending: signal.Signals) -> None:
    ready_file = tmp_path / "ready"
    with start("--dossiers", "1000", "--port", "0", "--ready-file", str(ready_file)) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix(READY).strip()
        assert ready_file.read_text(encoding="utf-8").strip() == address
        assert requests.get(f"{address}/healthz", timeout=10).json()["status"] == "ok"
        process.send_signal(ending)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_rule_file_is_in_force_from_the_first_request(tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps([{"path": "^/igate", "kind": "server_error"}]), encoding="utf-8")
    with simulator_process(dossiers=1_000, misbehave_file=file) as address:
        assert requests.get(f"{address}/igate/pa/dossier/search", timeout=10).status_code == 503


def ended(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of a start that goes wrong."""
    with start(*arguments) as process:
        _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def test_a_wrong_start_ends_with_exit_2_and_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, said in [
            (("--port", port), "Address already in use"),
            (("--port", "0", "--misbehave", str(tmp_path / "none.json")), "none.json"),
            (("--port", "0", "--dossiers", "5"), "at least 1,000 dossiers"),
        ]:
            code, errors = ended(*arguments)
            assert (code, len(errors.splitlines())) == (2, 1)
            assert said in errors


def test_a_simulator_that_cannot_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match=r"none\.json"),
        simulator_process(dossiers=1_000, misbehave_file=tmp_path / "none.json"),
    ):
        pass
