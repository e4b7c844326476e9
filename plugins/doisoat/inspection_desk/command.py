"""`doisoat inspection …`: plans, checks, findings and their remedies, the share of digital checks, the report."""

from __future__ import annotations

from collections.abc import Callable

import typer

from doisoat.inspection_desk import checks, findings

HELP = """Inspections (kiểm tra từ xa): plans, checks, findings until their remedy is proved.

A check rests on the data of a night; its findings are groups of discrepancies. In their order:
plan → open → finding → request → answer → remedy → verify (every night by itself) → report → close.
A check is named like 2026-001, a finding like 2026-001.2.
"""
app = typer.Typer(name="inspection", help=HELP, no_args_is_help=True)
_COMMANDS: dict[str, Callable[..., None]] = {
    "plan": checks.plan,
    "list": checks.list_checks,
    "open": checks.open_check,
    "show": checks.show,
    "finding": findings.finding,
    "request": findings.request,
    "answer": findings.answer,
    "remedy": findings.remedy,
    "verify": findings.verify,
    "close": checks.close,
    "report": checks.report,
    "targets": checks.targets,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)
