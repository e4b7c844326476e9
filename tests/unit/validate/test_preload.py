"""What a night loads beside its sources is loaded in the end, and its failure is nobody's before the stage comes."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """\
import sys
from doisoat.pipeline import preload
sys.modules["xlsxwriter"] = None  # importing it fails
if "{library}":
    sys.modules["{library}"] = None
preload().join()
print("great_expectations.expectations" in sys.modules, sys.modules.get("jinja2") is not None)
"""


def loaded(library: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(library=library)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip(), done.stderr


def test_the_libraries_of_later_stages_are_loaded_without_a_word() -> None:
    assert loaded("") == ("True True", "")


def test_a_library_that_is_broken_stops_nothing() -> None:
    assert loaded("great_expectations") == ("False False", "")
