"""The command line: one subcommand per stage, under the names of `pipeline`; the same code Airflow calls.

Exit codes: 0 nothing new, 1 discrepancies, 2 wrong use or configuration, 3 validation stopped the run,
4 a source or service not reachable, 5 partial, 130 interrupted.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from datetime import date as day
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from doisoat.errors import ConfigError, DoisoatError, ExitCode

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Province = Annotated[str, typer.Argument(help="Stem of a file in dags/provinces, e.g. phu_tho", metavar="PROVINCE")]
Day = Annotated[str, typer.Argument(help="Business date, e.g. 2026-09-03", metavar="DATE")]
Config = Annotated[Path | None, typer.Option("--config", help="Read this province file instead")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder of all data (default: $DOISOAT_HOME or var)")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else")]
Rewind = Annotated[bool, typer.Option("--rewind", help="assess: take later nights' lifecycle back first")]
Variant = Literal["igate", "opencps", "both"]
Late = Annotated[bool, typer.Option("--late", help="land: read a live source although the date is not the last one")]
Full = Annotated[bool, typer.Option("--full", help="land: read everything, even where changes would do")]


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
    from doisoat import pipeline
    from doisoat.outcome import night_outcome, print_outcome
    from doisoat.progress import console, shown_progress

    with shown_progress() as progress:
        options: dict[str, Any] = {"config": config, "home": home, "late": late, "full": full, "rewind": rewind}
        night = pipeline.open_night(province, date, progress=progress, **options)
        for name in pipeline.STAGES:
            progress(name, 0, None)
            pipeline.run_stage(night, name)
    outcome = night_outcome(night)
    if as_json:
        _print_json(outcome)
    else:
        print_outcome(console(), outcome)
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
    "assess": "Age, rank, count per agency; write the warehouse.",
    "publish": "Write the report: HTML, XLSX, JSON, CSV, Parquet.",
    "alert": "Mail each agency that has something to do, once.",
}.items():
    app.command(_name)(_stage_command(_name, _summary))


@app.command()
def confirm(
    province: Province,
    date: Day,
    side: Annotated[str, typer.Option(help="shop or portal")],
    reason: Annotated[str, typer.Option(help="Why the smaller snapshot is right")],
    by: Annotated[str, typer.Option(help="Who says so")],
    config: Config = None,
    home: Home = None,
) -> None:
    """Accept a side that shrank, so that the next run of that night goes on."""
    from doisoat import pipeline
    from doisoat.model import Side

    if side not in {member.value for member in Side}:
        raise ConfigError(f"--side is shop or portal, not {side!r}")
    night = pipeline.open_night(province, date, config=config, home=home)
    night.warehouse().confirm(night.key, Side(side), reason=reason, by=by)
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
    variant: Annotated[Variant, typer.Option(help="The shop speaks igate, opencps or both")] = "both",
    pure_wire: Annotated[bool, typer.Option("--pure-wire", help="Only fields the real wires name")] = False,
    misbehave: Annotated[Path | None, typer.Option(help="JSON file of misbehaviours")] = None,
    export: Annotated[Path | None, typer.Option(help="Write both sides as files here and end")] = None,
) -> None:
    """Play both outside systems: real HTTP servers (or files) with planted, known discrepancies."""
    try:
        when = day.fromisoformat(business_date)
    except ValueError:
        raise ConfigError(f"--business-date is a day like 2026-09-03, not {business_date!r}") from None
    if export is not None:
        _export(dossiers, seed, when, export)
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


def _export(dossiers: int, seed: int, when: day, folder: Path) -> None:
    """Both sides of a world as files below `folder`; ConfigError for a world that cannot be."""
    from doisoat_simulator.exports import write_exports
    from doisoat_simulator.world import build_world

    try:
        world = build_world(dossiers, seed, when)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    write_exports(world, folder)
    typer.echo(str(folder.resolve()))


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
        if _was_interrupted(error):
            typer.echo("Đã ngắt.", err=True)
            sys.exit(int(ExitCode.INTERRUPTED))
        if type(error).__module__.startswith(("click", "typer")) and hasattr(error, "format_message"):
            typer.echo(f"Error: {error.format_message()}", err=True)
            sys.exit(int(ExitCode.USAGE))
        raise
    if code == ExitCode.INTERRUPTED:
        typer.echo("Đã ngắt.", err=True)
    sys.exit(code)


def _was_interrupted(error: Exception) -> bool:
    """DuckDB turns a Ctrl-C during a query into a RuntimeError of these words."""
    return type(error) is RuntimeError and str(error) == "Query interrupted"


if __name__ == "__main__":
    main()
