"""Arguments and options that several commands have, under one name and one help text each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Province = Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")]
Day = Annotated[str, typer.Argument(help="Business date, e.g. 2026-09-03", metavar="DATE")]
Config = Annotated[Path | None, typer.Option("--config", help="Read this province file instead")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder of all data (default: $DOISOAT_HOME or var)")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")]
