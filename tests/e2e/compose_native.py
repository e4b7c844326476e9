"""The services of docker-compose.yml as processes of this machine: same commands, same environment.

Only what a container network gives is replaced: host names become 127.0.0.1, fixed ports free ones, and the
volumes scratch folders. There is no Docker engine where the tests run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from doisoat_airflow.local_airflow import free_port, stop_processes

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
LASTING = ("mail", "simulator", "airflow-api-server", "airflow-scheduler", "airflow-dag-processor")
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


class NativeCompose:
    """Starts services by name; `address` maps what compose calls a place to where it is here."""

    def __init__(self, folder: Path, env_file: Mapping[str, str], postgres_port: int, dossiers: int):
        self.folder = folder
        self.env_file = dict(env_file)
        self.ports = {"1025": free_port(), "18765": free_port(), "8080": free_port()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._here = {
            "postgres:5432": f"127.0.0.1:{postgres_port}",
            "airflow-api-server:8080": f"127.0.0.1:{self.ports['8080']}",
            "/var/lib/doisoat": str(folder / "data"),
            "/opt/doisoat": str(ROOT),
            "0.0.0.0": "127.0.0.1",
            "20000": str(dossiers),
            **{
                f"{name}:{port}": f"127.0.0.1:{here}"
                for name in ("mail", "simulator")
                for port, here in self.ports.items()
            },
            **{port: str(here) for port, here in self.ports.items()},
        }
        (folder / "data").mkdir()

    def filled(self, text: str) -> str:
        """Compose's own substitution, then the places of this machine."""

        def value(match: re.Match[str]) -> str:
            name, sign, rest = match.groups()
            if found := self.env_file.get(name):
                return found
            assert sign != "?", f"{name} is required"
            return rest or ""

        text = _VARIABLE.sub(value, text).replace("$$", "$")
        return self.placed(text)

    def placed(self, text: str) -> str:
        for there in sorted(self._here, key=len, reverse=True):
            text = text.replace(there, self._here[there])
        return text

    def environment(self, service: Mapping[str, Any]) -> dict[str, str]:
        stated = {name: self.filled(str(text)) for name, text in service.get("environment", {}).items()}
        image = {
            "AIRFLOW_HOME": str(self.folder / "airflow"),
            "PYTHONPATH": str(ROOT / "plugins"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "AIRFLOW__API__PORT": str(self.ports["8080"]),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "DOISOAT"))}
        return inherited | image | stated

    def command(self, name: str) -> list[str]:
        return [self.placed(part) for part in COMPOSE["services"][name]["command"]]

    def run(self, name: str) -> None:
        """A service that ends by itself."""
        with (self.folder / f"{name}.log").open("wb") as log:
            subprocess.run(
                self.command(name), env=self.environment(COMPOSE["services"][name]), stdout=log, stderr=log, check=True
            )

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                self.command(name),
                env=self.environment(COMPOSE["services"][name]),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_healthy(self, name: str) -> bool:
        """The service's own health check, run here."""
        service = COMPOSE["services"][name]
        how, *words = service["healthcheck"]["test"]
        words = [self.filled(word) for word in words]
        command = ["bash", "-c", words[0]] if how == "CMD-SHELL" else words
        done = subprocess.run(command, env=self.environment(service), capture_output=True, check=False)
        return done.returncode == 0

    def wait_until_healthy(self, name: str, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not self.is_healthy(name):
            process = self.processes[name]
            log = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            assert process.poll() is None, f"{name} ended: {log}"
            assert time.monotonic() < deadline, f"{name} does not get healthy: {log}"


@contextmanager
def native_compose(
    folder: Path, env_file: Mapping[str, str], postgres_port: int, dossiers: int
) -> Iterator[NativeCompose]:
    """All of it ended, by process group, when the block ends."""
    compose = NativeCompose(folder, env_file, postgres_port, dossiers)
    try:
        yield compose
    finally:
        stop_processes(compose.processes.values())
