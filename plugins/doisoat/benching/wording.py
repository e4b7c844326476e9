"""A comparison in words: the table of the terminal, the one object of `--json`. Nothing is measured or decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doisoat.benching.peers import PEERS
from doisoat.rules.text import number

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.benching.reconciling import Comparison, Result

BENCHES = {
    "reconcile": "Đối soát hai ảnh chụp có số hồ sơ tùy chọn, bên cạnh các công cụ khác trên cùng dữ liệu",
}
_GIB = 1024.0  # MiB


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """The object of `--json`; null where a peer was not run."""
    ours, join, floor = (comparison.times_ours(name) for name in ("ours", "join", "floor"))
    our_result = comparison.results.get("ours")
    return {
        "bench": "reconcile",
        "rows": comparison.size.rows,
        "rows_shop": comparison.truth["rows"]["shop"],
        "rows_portal": comparison.truth["rows"]["portal"],
        "differing": comparison.size.differing,
        "seed": comparison.size.seed,
        "runs": comparison.runs,
        "seconds": _rounded(our_result.wall if ours and our_result else None),
        "peak_gib": _rounded(our_result.peak_mib / _GIB if ours and our_result else None),
        "ratio_to_bare_join": _rounded(1 / join if join else None),
        "ratio_to_floor": _rounded(1 / floor if floor else None),
        **{
            f"speedup_over_{name.replace('-', '_')}": _rounded(comparison.times_ours(name))
            for name in PEERS
            if name not in ("ours", "join", "floor")
        },
        "counts_agree": comparison.counts_agree,
        "disagreements": list(comparison.disagreements),
        "peers": {name: _peer_object(result) for name, result in comparison.results.items()},
    }


def _peer_object(result: Result) -> dict[str, Any]:
    if result.failure:
        return {"failed": result.failure}
    if not result.runs:
        return {"not_run": result.obstacle}
    return {
        "wall": _rounded(result.wall),
        "cpu": _rounded(result.cpu),
        "peak_mib": _rounded(result.peak_mib),
        "walls": [_rounded(run.wall) for run in result.runs],
        "cpus": [_rounded(run.cpu) for run in result.runs],
        "parts": result.parts,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """What everyone took and how often our time that is; who was not run and why; whether all agree."""
    from rich.markup import escape
    from rich.table import Table

    rows, size = comparison.truth["rows"], comparison.size
    console.print(
        f"\nMột cửa {number(rows['shop'])} dòng, Cổng DVCQG {number(rows['portal'])} dòng, "
        f"{size.differing} % hồ sơ khác nhau"
    )
    table = Table("Công cụ", "Giây", "Giây CPU", "Bộ nhớ đỉnh (MiB)", "× doisoat", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, result in comparison.results.items():
        if result.runs:
            times = comparison.times_ours(name)
            figures = (number(result.wall, 2), number(result.cpu, 2), number(result.peak_mib))
            table.add_row(result.peer.label, *figures, "" if times is None else f"{number(times, 2)} ×")
    console.print(table)
    _print_ratios(console, comparison)
    for result in comparison.results.values():
        if result.obstacle:
            console.print(f"[yellow]![/] {result.peer.label}: không chạy, {escape(result.obstacle)}", soft_wrap=True)
        if result.failure:
            console.print(f"[red]✗[/] {result.peer.label}: hỏng, {escape(result.failure)}", soft_wrap=True)
        for part, seconds in result.parts.items():
            console.print(f"  {result.peer.label}, {part}: {number(seconds, 2)} giây", style="dim")
    if comparison.disagreements:
        console.print("[red]Số đếm không khớp:[/]")
        for line in comparison.disagreements:
            console.print(f"  {line}", markup=False)
    elif comparison.counts_agree:
        console.print("[green]Mọi số đếm khớp với nhau và với những gì đã gài.[/]")


def _print_ratios(console: Console, comparison: Comparison) -> None:
    """What the goals are about: our time in times of the bare join and of the floor."""
    ratios = {"phép nối trần": comparison.times_ours("join"), "sàn": comparison.times_ours("floor")}
    told = [f"{number(1 / times, 2)} lần {what}" for what, times in ratios.items() if times]
    if told:
        console.print(f"doisoat reconcile cần {', '.join(told)}.")
