"""The command line: one subcommand per stage, under the names of `pipeline`; the same code Airflow calls.

Exit codes: 0 nothing new, 1 discrepancies, 2 wrong use or configuration, 3 validation stopped the run,
4 a source or service not reachable, 5 partial, 130 interrupted.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from doisoat.benching.command import app as bench
from doisoat.deadlines.command import app as deadlines
from doisoat.discrepancies.command import app as discrepancies
from doisoat.errors import ConfigError, DoisoatError, ExitCode
from doisoat.indicators.command import app as indicators
from doisoat.inspection_desk.command import app as inspection
from doisoat.letters.command import app as letters
from doisoat.mailing.command import app as mail
from doisoat.options import Config, Day, Home, Json, Province
from doisoat.period_command import period

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.pipeline import Night

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for _wing in (bench, deadlines, discrepancies, indicators, inspection, letters, mail):
    app.add_typer(_wing)
app.command("period")(period)

Rewind = Annotated[bool, typer.Option("--rewind", help="assess: take later nights' lifecycle back first")]
Variant = Literal["igate", "opencps", "tandan", "both", "all"]
DatabaseSchema = Literal["opencps", "flat"]
Formats = Literal["csv", "mixed", "officers"]
Late = Annotated[bool, typer.Option("--late", help="land: read a live source although the date is not the last one")]
Full = Annotated[bool, typer.Option("--full", help="land, reconcile: everything anew, even where changes would do")]


@app.command()
def run(
    province: Province,
    date: Day,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
    late: Late = False,
    full: Full = False,
    rewind: Rewind = False,
) -> None:
    """Run the whole night: every stage in order."""
    from doisoat.outcome import night_outcome, print_outcome
    from doisoat.pipeline import STAGES

    night = _run_stages(STAGES, province, date, config=config, home=home, late=late, full=full, rewind=rewind)
    _tell(night_outcome(night), print_outcome, as_json)


def _run_stages(names: Iterable[str], province: str, date: str, **options: Any) -> Night:
    """Run stages in order, their names and progress on standard error; `options` are `open_night`'s."""
    from doisoat import pipeline
    from doisoat.progress import shown_progress

    with shown_progress() as progress:
        night = pipeline.open_night(province, date, progress=progress, **options)
        for name in names:
            progress(name, 0, None)
            pipeline.run_stage(night, name)
    return night


def _tell(outcome: dict[str, Any], in_words: Callable[[Console, dict[str, Any]], None], as_json: bool) -> NoReturn:
    """Print what a night came to and end with its exit code."""
    from doisoat.progress import console

    if as_json:
        _print_json(outcome)
    else:
        in_words(console(), outcome)
    raise typer.Exit(outcome["exit_code"])


def _stage_command(name: str, summary: str) -> Callable[..., None]:
    def command(
        province: Province,
        date: Day,
        config: Config = None,
        home: Home = None,
        as_json: Json = False,
        late: Late = False,
        full: Full = False,
        rewind: Rewind = False,
    ) -> None:
        from doisoat import pipeline
        from doisoat.progress import shown_progress

        with shown_progress() as progress:
            options: dict[str, Any] = {"config": config, "home": home, "late": late, "full": full, "rewind": rewind}
            night = pipeline.open_night(province, date, progress=progress, **options)
            counts = pipeline.run_stage(night, name)
        if as_json:
            _print_json(counts)

    command.__doc__ = summary
    return command


for _name, _summary in {
    "land_shop": "Read the one-stop-shop into its landing.",
    "land_portal": "Read the portal into its landing.",
    "stage": "Give landed records their meaning: snapshots and rejections.",
    "validate": "Judge the snapshots by their contracts; a critical failure stops with exit code 3.",
    "reconcile": "Compare the two sides dossier by dossier.",
    "recheck": "Look new discrepancies up again.",
    "assess": "Age, rank, count per agency, compute the indicators; write the warehouse.",
    "publish": "Write the report: HTML, XLSX, JSON, CSV, Parquet.",
    "alert": "Mail each agency that has something to do, once.",
}.items():
    app.command(_name)(_stage_command(_name, _summary))


@app.command("check-source")
def check_source(
    province: Province,
    config: Config = None,
    as_json: Json = False,
    date: Annotated[str | None, typer.Option(help="Business date of a folder per day (default: yesterday)")] = None,
) -> None:
    """Read one page of each side and say what was understood; writes nothing.

    Exit codes: 0 understood, 1 something needs a look, 2 wrong configuration, 4 a source not reachable.
    """
    from doisoat.config import find_province
    from doisoat.pipeline.checking import check_source as look
    from doisoat.pipeline.night import read_day
    from doisoat.progress import console
    from doisoat.source_tables import check_object, print_check

    check = look(find_province(province, config), business_date=None if date is None else read_day(date, "--date"))
    if as_json:
        _print_json(check_object(check))
    else:
        print_check(console(), check)
    raise typer.Exit(int(check.exit_code))


@app.command("new-province")
def new_province(
    code: Annotated[str, typer.Argument(help="Root code of the province, e.g. H44", metavar="CODE")],
    name: Annotated[str, typer.Argument(help='Its name, e.g. "Phú Thọ"', metavar="NAME")],
    shop: Annotated[str, typer.Option(help="Kind of the one-stop-shop's source")] = "files",
    portal: Annotated[str, typer.Option(help="Kind of the portal's source")] = "files",
    output: Annotated[Path | None, typer.Option(help="File to write (default: dags/provinces/<name>.yaml)")] = None,
) -> None:
    """Write a province file to fill in: every key of the chosen kinds with its meaning; never overwrites."""
    from doisoat.config import provinces_folder, write_province
    from doisoat.rules.text import plain_word

    file = output or provinces_folder() / f"{plain_word(name)}.yaml"
    write_province(file, code, name, shop=shop, portal=portal)
    typer.echo(f"Đã ghi {file}; điền các chỗ còn để mẫu rồi chạy: doisoat check-source {file.stem}", err=True)


@app.command()
def catalogue(
    province: Province,
    date: Day,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
    late: Late = False,
) -> None:
    """Compare both sides' catalogues of procedures and online services; a run of its own beside the night's."""
    from doisoat.outcome import catalogue_outcome, print_catalogue
    from doisoat.pipeline import CATALOGUE_STAGES

    night = _run_stages(CATALOGUE_STAGES, province, date, config=config, home=home, late=late)
    _tell(catalogue_outcome(night), print_catalogue, as_json)


@app.command()
def confirm(
    province: Province,
    date: Day,
    side: Annotated[str, typer.Option(help="shop or portal")],
    reason: Annotated[str, typer.Option(help="Why the smaller snapshot is right")],
    by: Annotated[str, typer.Option(help="Who says so")],
    config: Config = None,
    home: Home = None,
    of_catalogue: Annotated[bool, typer.Option("--catalogue", help="The side's catalogue, not its dossiers")] = False,
) -> None:
    """Accept a side that shrank, so that the next run of that night goes on."""
    from doisoat import pipeline
    from doisoat.model import Side
    from doisoat.store.acceptance import CatalogueSide

    if side not in {member.value for member in Side}:
        raise ConfigError(f"--side is shop or portal, not {side!r}")
    night = pipeline.open_night(province, date, config=config, home=home)
    measured = CatalogueSide[side.upper()] if of_catalogue else Side(side)
    night.warehouse().confirm(night.key, measured, reason=reason, by=by)
    typer.echo(f"Đã ghi nhận: {night.key} {side}, {by}: {reason}", err=True)


@app.command()
def migrate(home: Home = None) -> None:
    """Bring the warehouse (DOISOAT_WAREHOUSE_URL, else SQLite below the home) to the newest schema."""
    from doisoat.config import Settings
    from doisoat.store.warehouse import Warehouse

    settings = Settings.from_environment(home)
    Warehouse(settings.warehouse_url).migrate()
    typer.echo("Kho dữ liệu đã ở phiên bản mới nhất.", err=True)


@app.command()
def simulate(
    dossiers: Annotated[int, typer.Option(min=1, help="Dossiers in the world")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes")] = 1,
    business_date: Annotated[str, typer.Option(help="The frozen date")] = "2026-09-03",
    port: Annotated[int, typer.Option(help="0 = any free port")] = 18765,
    host: str = "127.0.0.1",
    variant: Annotated[Variant, typer.Option(help="What the shop speaks; both = igate + opencps")] = "both",
    pure_wire: Annotated[bool, typer.Option("--pure-wire", help="Only fields the real wires name")] = False,
    misbehave: Annotated[Path | None, typer.Option(help="JSON file of misbehaviours")] = None,
    export: Annotated[Path | None, typer.Option(help="Write both sides as files here and end")] = None,
    formats: Annotated[Formats, typer.Option(help="How --export writes them; officers = one workbook a side")] = "csv",
    database: Annotated[str | None, typer.Option(help="Write the shop into this database (a URL) and end")] = None,
    schema: Annotated[DatabaseSchema, typer.Option(help="The tables --database makes")] = "opencps",
    figures: Annotated[bool, typer.Option("--figures", help="With --export: also the published figures")] = False,
) -> None:
    """Play both outside systems: real HTTP servers (or files) with planted, known discrepancies."""
    from doisoat.pipeline.night import read_day

    when = read_day(business_date, "--business-date")
    if export is not None or database is not None:
        from doisoat.simulating import made_world, write_export, write_shop_database

        world = made_world(dossiers, seed, when)
        if database is not None:
            rows = write_shop_database(world, database, schema, pure_wire=pure_wire)
            typer.echo(f"Đã ghi {rows} hồ sơ vào cơ sở dữ liệu.", err=True)
        if export is not None:
            write_export(world, export, formats, figures=figures)
            typer.echo(str(export.resolve()))
        return
    from doisoat_simulator.run import serve

    serve(
        dossiers=dossiers,
        seed=seed,
        business_date=when,
        host=host,
        port=port,
        variant=variant,
        pure_wire=pure_wire,
        misbehave_file=misbehave,
    )


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def main() -> None:
    """Entry point: what a user may see becomes one sentence and an exit code; anything else is a bug."""
    gc.set_threshold(50_000, 20, 20)  # a night makes many small objects and hardly a cycle
    try:
        code = app(standalone_mode=False) or 0  # Typer returns the code of a typer.Exit, and 130 after Ctrl-C
    except DoisoatError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(int(error.exit_code))
    except (KeyboardInterrupt, typer.Abort):
        code = int(ExitCode.INTERRUPTED)
    except Exception as error:
        if type(error) is RuntimeError and str(error) == "Query interrupted":  # what DuckDB makes of a Ctrl-C
            code = int(ExitCode.INTERRUPTED)
        elif type(error).__module__.startswith(("click", "typer")) and hasattr(error, "format_message"):
            typer.echo(f"Error: {error.format_message()}", err=True)
            code = int(ExitCode.USAGE)
        else:
            raise
    if code == ExitCode.INTERRUPTED:
        typer.echo("Đã ngắt.", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
