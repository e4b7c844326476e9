"""`doisoat bench …`: what can be measured, each a subcommand."""

from __future__ import annotations

import json
import re
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from doisoat.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from doisoat.benching.peers import Setting
    from doisoat.benching.reconciling import Comparison

app = typer.Typer(name="bench", help="Measure speed and memory beside other tools.", add_completion=False)


@app.callback(invoke_without_command=True)
def benches(context: typer.Context) -> None:
    """Measure speed and memory beside other tools; without an argument: what can be measured."""
    if context.invoked_subcommand is None:
        from doisoat.benching.wording import BENCHES

        for name, what in BENCHES.items():
            typer.echo(f"doisoat bench {name:12} {what}")


@app.command()
def reconcile(
    rows: Annotated[int, typer.Option(min=1, help="Dossiers a side")] = 1_000_000,
    differing: Annotated[int, typer.Option(min=0, max=90, help="Percent of dossiers whose two rows differ")] = 3,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes")] = 1,
    peers: Annotated[str | None, typer.Option(help="Who is measured, e.g. ours,join,floor (default: all)")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each; medians count")] = 3,
    memory_limit: Annotated[str | None, typer.Option(help="Of reconcile, e.g. 1GB (default: as every night)")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder for what is written meanwhile (default: temporary)")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the world and the results there")] = False,
    world: Annotated[Path | None, typer.Option(help="A world left by --keep: not made again, its size holds")] = None,
    peers_python: Annotated[Path | None, typer.Option(help="Python of the peers' environment")] = None,
    record: Annotated[
        Path | None, typer.Option(help="Markdown file that gets the table; beside it data and chart")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on standard output, nothing else")] = False,
) -> None:
    """Compare two made snapshots dossier by dossier, beside other tools on the same data.

    Exit codes: 0 all counts agree, 1 they do not or a process failed, 2 wrong use or too little disk, 130 interrupted.
    """
    from doisoat.benching.peers import PEERS, PEERS_PYTHON, Setting, chosen
    from doisoat.benching.reconciling import bench_reconcile
    from doisoat.benching.wording import comparison_object, print_comparison
    from doisoat.benching.world import WorldSize, open_world
    from doisoat.progress import console, shown_progress

    if record is not None and not record.absolute().parent.is_dir():
        raise ConfigError(f"--record {record}: its folder does not exist")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: nothing stays behind
    setting = Setting(_checked(memory_limit), peers_python or PEERS_PYTHON)
    kept = None if world is None else open_world(world)
    with shown_progress() as progress:
        comparison = bench_reconcile(
            kept.size if kept else WorldSize(rows, differing, seed),
            list(PEERS.values()) if peers is None else chosen(peers),
            setting,
            runs=runs,
            work=work or Path(tempfile.gettempdir()),
            keep=keep,
            progress=progress,
            kept=kept,
        )
    if record is not None:
        _record(record, comparison, setting)
    if as_json:
        sys.stdout.write(json.dumps(comparison_object(comparison), ensure_ascii=False) + "\n")
    else:
        print_comparison(console(), comparison)
    raise typer.Exit(int(ExitCode.DISCREPANCIES if comparison.has_failed else ExitCode.CLEAN))


def _record(file: Path, comparison: Comparison, setting: Setting) -> None:
    from doisoat.benching.recording import record_comparison
    from doisoat.benching.wording import comparison_object

    if trouble := record_comparison(file, comparison_object(comparison), setting):
        typer.echo(trouble, err=True)


def _checked(memory_limit: str | None) -> str | None:
    """A size the engine understands; ConfigError otherwise."""
    if memory_limit is not None and not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", memory_limit, re.IGNORECASE):
        raise ConfigError(f"--memory-limit is a size like 1GB or 800MB, not {memory_limit!r}")
    return memory_limit
