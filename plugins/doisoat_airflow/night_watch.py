"""Watching one DAG run from a terminal: a line when a task starts, a line when it ends, the reason when it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from rich.console import Console
from rich.markup import escape

from doisoat.pipeline import STAGES
from doisoat_airflow.local_airflow import LocalAirflow
from doisoat_airflow.task_log import failure_sentence, night_sentence

_WIDTH = 130  # of what a stage said; its log has all of it
_ORDER = {name: number for number, name in enumerate(STAGES)}


@dataclass
class NightWatch:
    """Prints what changed since it last looked; keeps the first failure that was final."""

    airflow: LocalAirflow
    dag_id: str
    run_id: str
    console: Console
    failure: str = ""
    _said: set[tuple[str, int, str]] = field(default_factory=set)

    def look(self) -> None:
        """One look at all tasks of the run."""
        tasks = self.airflow.tasks(self.dag_id, self.run_id)
        for task in sorted(tasks, key=lambda one: _ORDER.get(one["task_id"], len(_ORDER))):
            self._tell(task)

    def states(self) -> dict[str, str]:
        """Task id -> state, as of now."""
        return {task["task_id"]: str(task["state"]) for task in self.airflow.tasks(self.dag_id, self.run_id)}

    def _tell(self, task: dict[str, Any]) -> None:
        name, attempt, state = str(task["task_id"]), int(task["try_number"]), str(task["state"])
        for earlier in range(1, attempt):
            self._again(name, earlier)
        if state == "up_for_retry":
            self._again(name, attempt)
        elif state == "running" and self._first(name, attempt, "running"):
            self.console.print(f"  [dim]▸ {name}{f' (lần {attempt})' if attempt > 1 else ''} …[/]")
        elif state == "success" and self._first(name, attempt, state):
            said = night_sentence(self.airflow.task_log(self.dag_id, self.run_id, name, attempt)).partition(": ")[2]
            words = escape(shorten(said, _WIDTH, placeholder=" …"))
            self.console.print(f"  [green]✓[/] {name:<11} {float(task['duration'] or 0):5.1f} s  {words}")
        elif state == "failed" and self._first(name, attempt, state):
            self._failed(name, attempt)
        elif state == "upstream_failed" and self._first(name, attempt, state):
            self.console.print(f"  [dim]– {name}: không chạy, vì chặng trước hỏng[/]")

    def _first(self, name: str, attempt: int, state: str) -> bool:
        mark = (name, attempt, state)
        if mark in self._said:
            return False
        self._said.add(mark)
        return True

    def _again(self, name: str, attempt: int) -> None:
        """An attempt that failed and is, or was, followed by another."""
        if self._first(name, attempt, "up_for_retry"):
            why = failure_sentence(self.airflow.task_log(self.dag_id, self.run_id, name, attempt))
            self.console.print(f"  [yellow]↻[/] {name}: lần {attempt} hỏng, Airflow sẽ thử lại. {escape(why)}")

    def _failed(self, name: str, attempt: int) -> None:
        log = self.airflow.task_log(self.dag_id, self.run_id, name, attempt)
        why = failure_sentence(log)
        self.failure = self.failure or why
        self.console.print(f"  [red]✗ {name}[/]: {escape(why) or 'hỏng, không rõ vì sao'}")
        self.console.print(f"    nhật ký: {escape(str(log))}")
