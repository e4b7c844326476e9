"""What `publish` reads of a run's files: JSON whole, Parquet as relations of one engine.

A file that is missing or cannot be read stops the stage and names the stage to run again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import TerminalError
from doisoat.model import Side
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.work_items import open_work_list

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Inputs:
    """The JSON files of a night, and a connection with its relations."""

    connection: duckdb.DuckDBPyConnection
    staged: dict[str, Any]
    validation: dict[str, Any]
    comparison: dict[str, Any]  # summary after the fresh look-ups
    assessment: dict[str, Any]
    data_docs: Path | None
    aggregates: dict[str, Any] | None = None  # None = no published figures are configured
    indicators: dict[str, Any] | None = None  # None = the night was assessed before there were any
    has_ranking: bool = False  # a relation ranking_lines is there
    deadlines: dict[str, Any] | None = None  # the same


# What a night may not have: relation, folder of the run, its file, the file that says it is there.
_OPTIONAL = (
    ("figure_lines", "reconcile", "aggregates.parquet", "aggregates.json"),
    ("indicator_lines", "indicators", "indicators.parquet", "summary.json"),
    ("indicator_causes", "indicators", "causes.parquet", "summary.json"),
    ("ranking_lines", "indicators", "ranking.parquet", "ranking.parquet"),
    ("clock_lines", "deadlines", "clocks.parquet", "summary.json"),
    ("duty_lines", "deadlines", "duties.parquet", "summary.json"),
)
# Instants a relation may lack, because an earlier version of the program wrote its file.
_LATER = {"clock_lines": ("begins_at", "paused_at")}


@contextmanager
def open_inputs(files: RunFiles) -> Iterator[Inputs]:
    """Relations: discrepancies, pairs, agencies, lags, lateness, rejections, quarantine, work_list; figure_lines where
    published figures are configured; indicator_lines, indicator_causes and ranking_lines where indicators were
    computed; clock_lines and duty_lines where deadlines were judged.

    One thread, so that the order of rows and the written bytes do not depend on the machine.
    """
    recheck, reconcile = files.work("recheck"), files.work("reconcile")
    with engine(threads=1) as connection:
        for name, path, stage in (
            ("discrepancies", files.work("assess") / "discrepancies.parquet", "assess"),
            ("agencies", files.work("assess") / "agencies.parquet", "assess"),
            ("lags", files.work("assess") / "lags.parquet", "assess"),
            ("pairs", recheck / "pairs.parquet", "recheck"),
            ("lateness", reconcile / "lateness.parquet", "reconcile"),
            ("quarantine", files.work("validate") / "quarantine.parquet", "validate"),
        ):
            _relation(connection, name, [path], stage)
        _relation(connection, "rejections", [files.rejections(side) for side in Side], "stage")
        open_work_list(connection)
        for name, stage, file, mark in _OPTIONAL:
            if (files.work(stage) / mark).is_file():
                made_by = stage if stage == "reconcile" else "assess"
                _relation(connection, name, [files.work(stage) / file], made_by)
        docs = files.work("validate") / "data_docs"
        yield Inputs(
            connection,
            staged=_json(files.staged, "stage"),
            validation=_json(files.work("validate") / "result.json", "validate"),
            comparison=_json(recheck / "summary.json", "recheck"),
            assessment=_json(files.work("assess") / "summary.json", "assess"),
            aggregates=_optional(reconcile / "aggregates.json", "reconcile"),
            indicators=_optional(files.work("indicators") / "summary.json", "assess"),
            has_ranking=(files.work("indicators") / "ranking.parquet").is_file(),
            deadlines=_optional(files.work("deadlines") / "summary.json", "assess"),
            data_docs=docs if (docs / "index.html").is_file() else None,
        )


def rows(inputs: Inputs, query: str, parameters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Rows of a query as dictionaries, streamed: the connection is busy until they end."""
    cursor = run_query(inputs.connection, f"reports/{query}", parameters)
    names = [column[0] for column in cursor.description or ()]
    while batch := cursor.fetchmany(5_000):
        for row in batch:
            yield dict(zip(names, row, strict=True))


def _relation(connection: duckdb.DuckDBPyConnection, name: str, paths: list[Path], stage: str) -> None:
    import duckdb

    for path in paths:
        _require(path, stage)
        try:
            connection.read_parquet(str(path))  # reads its footer only
        except duckdb.Error as error:
            raise _unreadable(path, stage, str(error).splitlines()[0]) from None
    read = connection.read_parquet([str(path) for path in paths])
    absent = (f"CAST(NULL AS TIMESTAMPTZ) AS {column}" for column in _LATER.get(name, ()) if column not in read.columns)
    read.project(", ".join(("*", *absent))).create_view(name)


def _json(path: Path, stage: str) -> dict[str, Any]:
    _require(path, stage)
    try:
        value = read_json(path)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _unreadable(path, stage, str(error)) from None
    if not isinstance(value, dict):
        raise _unreadable(path, stage, "expected one JSON object")
    return value


def _optional(path: Path, stage: str) -> dict[str, Any] | None:
    return _json(path, stage) if path.is_file() else None


def _require(path: Path, stage: str) -> None:
    if not path.is_file():
        raise TerminalError(f"{path} is missing: run 'doisoat {stage}' for this date first")


def _unreadable(path: Path, stage: str, why: str) -> TerminalError:
    return TerminalError(f"{path} cannot be read ({why}): run 'doisoat {stage}' for this date again")
