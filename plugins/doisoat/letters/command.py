"""`doisoat letters …`: draft letters of a published night at the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from doisoat.errors import ConfigError

app = typer.Typer(
    name="letters",
    help="Draft reminder letters (công văn đôn đốc) as DOCX and PDF.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def letters() -> None:
    """Draft reminder letters: an officer edits, numbers and signs them."""


@app.command()
def write(
    province: Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")],
    date: Annotated[str, typer.Argument(help="Business date of a night that was run", metavar="DATE")],
    agency: Annotated[list[str] | None, typer.Option(help="Only to this agency (code); may be given again")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Read this province file instead")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="Folder of all data")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")] = False,
) -> None:
    """Write one letter to all agencies and one to each that lags, below HOME/letters/PROVINCE/DATE.

    Number, day and signature are left open. Who issues them, copies and deadlines: section `letters` of the province
    file. The same night gives the same bytes. Running it again replaces all of them: move what you have edited.
    """
    from doisoat.letters.writing import write_letters
    from doisoat.pipeline import open_night
    from doisoat.progress import shown_progress

    with shown_progress() as progress:
        night = open_night(province, date, config=config, home=home, progress=progress)
        paths = write_letters(night.files, night.province, night.reference, tuple(agency or ()), progress)
    if as_json:
        sys.stdout.write(json.dumps({"letters": {path.stem: str(path) for path in paths}}, ensure_ascii=False) + "\n")
        return
    for path in paths[:5]:
        typer.echo(f"  {path}")
    typer.echo(f"{len(paths)} công văn (DOCX để sửa, PDF để xem) trong {night.files.letters}")


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Where to write it, e.g. cong-van.docx", metavar="FILE")],
) -> None:
    """Write the shipped DOCX template, to be changed in a word processor; name it as `letters: {template: FILE}`."""
    from doisoat.letters.document import template_docx

    if file.exists():
        raise ConfigError("exists already; name another file", file=file)
    file.write_bytes(template_docx())
    typer.echo(f"{file}: sửa bằng phần mềm soạn thảo, giữ nguyên các chỗ {{{{ … }}}} và {{% … %}}")
