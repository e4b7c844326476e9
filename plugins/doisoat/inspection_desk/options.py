"""What the commands of `doisoat inspection` share: their options, the desk they open, how they answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from doisoat.pipeline.inspection import InspectionDesk
    from doisoat.store.inspections import Finding

Province = Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")]
Check = Annotated[str, typer.Argument(help="A check, like 2026-001", metavar="CHECK")]
Target = Annotated[str, typer.Argument(help="A finding (2026-001.2), or a check: all that wait", metavar="ID")]
Config = Annotated[Path | None, typer.Option("--config", help="Read this province file instead")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder of all data (default: $DOISOAT_HOME or var)")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")]
By = Annotated[str, typer.Option("--by", help="Who says so")]
Day = Annotated[str | None, typer.Option("--day", help="Day of the document (default: today)")]
Number = Annotated[str | None, typer.Option("--number", help="Number and symbol of the document, e.g. 123/UBND-KSTT")]
Text = Annotated[str | None, typer.Option("--text", help="What it says, in a sentence")]
Year = Annotated[int | None, typer.Option(min=2000, max=2100, help="Of this year (default: the current one)")]


def open_desk(province: str, config: Path | None, home: Path | None) -> AbstractContextManager[InspectionDesk]:
    from doisoat.pipeline.inspection import open_inspection_desk

    return open_inspection_desk(province, config=config, home=home)


def tell_check(desk: InspectionDesk, check: str, as_json: bool) -> None:
    from doisoat.inspection_desk.wording import print_check, show_object
    from doisoat.progress import console

    found = desk.check(check)
    events = desk.register.events(desk.code, found.inspection_id)
    tell(show_object(desk, found, events), lambda: print_check(console(), desk, found, events), as_json)


def tell_findings(desk: InspectionDesk, findings: list[Finding], as_json: bool) -> None:
    from doisoat.inspection_desk.wording import finding_line, findings_object

    def in_words() -> None:
        for one in findings:
            typer.echo(f"Đã ghi nhận {finding_line(desk, one)}", err=True)

    tell(findings_object(desk, findings), in_words, as_json)


def tell(value: Any, in_words: Callable[[], object], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    else:
        in_words()
