"""Libraries that take seconds to import, imported beside a night that is still waiting for its sources.

Only for the one process that runs every stage: an Airflow task needs those of its own stage alone. Whoever needs one
before it is there imports it as always, and waits for the rest of that import.
"""

from __future__ import annotations

import contextlib
import importlib
import threading

_LATER = ("jinja2", "xlsxwriter")  # for publish and alert


def preload() -> threading.Thread:
    """Start importing, in a thread that a program about to end waits for: an import must not be cut off half-way."""
    thread = threading.Thread(target=_import_all, name="preload")
    thread.start()
    return thread


def _import_all() -> None:
    with contextlib.suppress(Exception):  # the stage that needs it fails by itself, with its own words
        from doisoat.validate.gate import load_library

        load_library()
        for name in _LATER:
            importlib.import_module(name)
