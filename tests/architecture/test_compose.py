"""docker-compose.yml is right by schema and by reference; its commands are started natively in tests/e2e."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def check(file: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [str(tool), "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_follows_the_compose_specification() -> None:
    assert check(FILE).returncode == 0


def test_the_schema_check_bites(tmp_path: Path) -> None:
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(FILE.read_text(encoding="utf-8").replace("healthcheck:", "healthchek:"), encoding="utf-8")
    done = check(broken)
    assert done.returncode == 1 and "healthchek" in done.stdout


def test_every_reference_exists() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), f"{name}: {volume}"
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"], name


def test_images_are_pinned() -> None:
    for name, service in SERVICES.items():
        tag = service["image"].rpartition(":")[2]
        assert re.search(r"\d", tag) and tag != "latest", name
    assert re.search(r"^FROM python:3\.\d+\.\d+-", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_secrets_come_from_the_env_file_and_stop_the_start_when_missing() -> None:
    text = FILE.read_text(encoding="utf-8")
    example = (ROOT / "docs" / "deploy.env.example").read_text(encoding="utf-8")
    required = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    assert required >= {"POSTGRES_PASSWORD", "AIRFLOW_FERNET_KEY", "AIRFLOW_JWT_SECRET", "DOISOAT_DIGEST_KEY"}
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.M))
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) == named
    assert re.findall(r"^([A-Z_]+)=(?!$).+$", example, re.M) == ["AIRFLOW_USERS"]


def test_nothing_is_published_beyond_this_machine() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
