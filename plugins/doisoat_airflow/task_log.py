"""What stands in the log file of one task attempt (JSON lines, as Airflow writes them): how it ended, and why.

No Airflow import. A log that is not there, or has other lines in it, gives empty texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doisoat import errors
from doisoat.errors import DoisoatError, ExitCode

NIGHT_LOGGER = "doisoat.night"  # what run_stage_in_task says, one line a task
KILLED = "tiến trình bị dừng đột ngột (thiếu bộ nhớ, hoặc bị kill)"


def read_events(log: Path) -> Iterator[dict[str, Any]]:
    """The events of a log, in their order."""
    if not log.is_file():
        return
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def night_sentence(log: Path) -> str:
    """What the task said about its stage when it was done."""
    said = [str(event.get("event", "")) for event in read_events(log) if event.get("logger") == NIGHT_LOGGER]
    return said[-1] if said else ""


def failure_sentence(log: Path) -> str:
    """`SourceRefused: …`: the error that ended the attempt; what Airflow says where there was none."""
    sentence = ""
    for event in read_events(log):
        for error in event.get("error_detail") or []:
            if not error.get("is_cause"):
                sentence = _error(error)
        if "signal_name" in event and not sentence:
            sentence = f"{KILLED}: {event['signal_name']}"
    return sentence


def _error(error: dict[str, Any]) -> str:
    text = str(error.get("exc_value", "")).strip()
    kind = str(error.get("exc_type", ""))
    return text if kind in {"AirflowException", "AirflowFailException"} else f"{kind}: {text}"


def error_sentence(error: DoisoatError) -> str:
    """`SourceRefused: …`: an error under the name the runbook knows, whatever finer class it is of.

    >>> error_sentence(errors.ConfigError("no such day"))
    'ConfigError: no such day'
    """
    known = next(one for one in type(error).__mro__ if one.__module__ == errors.__name__)
    return f"{known.__name__}: {error}"


def exit_code(sentence: str) -> ExitCode | None:
    """The command line's exit code for a failure sentence; None for one that is not our error (a bug, a kill)."""
    error = getattr(errors, sentence.partition(":")[0], None)
    if isinstance(error, type) and issubclass(error, DoisoatError):
        return error.exit_code
    return None
