"""Calls of the command line as processes of their own, without the seconds of their imports.

`doisoat` imports for four seconds of processor time before a night has done anything. Here one parent that has
imported everything is forked for each call: own arguments, environment, streams, signals and exit code, and what
runs is `doisoat.cli.main`. What a fork cannot show, another hash seed and the installed command itself, is shown by
the nights of `fixtures` and the tests of the command line, which start `DOISOAT`.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pkgutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess

import doisoat
from doisoat.cli import main

LIBRARIES = (
    *("alembic.config", "duckdb", "great_expectations", "jinja2", "orjson", "pandas", "psycopg", "pyarrow.parquet"),
    *("pymysql", "python_calamine", "sqlalchemy.dialects.sqlite", "stamina", "xlsxwriter", "zstandard"),
)


@cache
def _context() -> ForkServerContext:
    """The parent of all calls of this test process; it ends with it."""
    context = multiprocessing.get_context("forkserver")
    ours = [found.name for found in pkgutil.walk_packages(doisoat.__path__, "doisoat.")]
    context.set_forkserver_preload([*LIBRARIES, *ours])
    return context


def begin(words: Sequence[str], environment: dict[str, str], streams: tuple[Path, Path]) -> ForkServerProcess:
    """Begin `doisoat WORDS…` in this folder under exactly this environment, its two output streams in files."""
    process = _context().Process(target=_call, args=(list(words), environment, str(Path.cwd()), streams))
    process.start()
    return process


def call(words: Sequence[str], environment: dict[str, str]) -> CompletedProcess[str]:
    """`doisoat WORDS…` to its end; like `subprocess.run` with `capture_output`."""
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        process = begin(words, environment, (out, errors))
        try:
            process.join()
        finally:
            process.kill()
        return CompletedProcess(list(words), process.exitcode, *(file.read_text("utf-8") for file in (out, errors)))


def _call(words: list[str], environment: dict[str, str], folder: str, streams: tuple[Path, Path]) -> None:
    """In the forked process: become the call, and leave as an interpreter does."""
    for number, file in enumerate(streams, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    time.tzset()
    tempfile.tempdir = None  # else the parent's, whatever TMPDIR says
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["doisoat", *words]
    try:
        main()
    finally:
        atexit._run_exitfuncs()
