"""What `check-source` found, as tables on a terminal and as the object of `--json`. Nothing is decided here."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from doisoat.errors import ExitCode
from doisoat.model import STATUS_LABELS, DiscrepancyKind, DossierStatus
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.text import fold, number

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from doisoat.land.inspection import Cost, Inspection, StatusWord
    from doisoat.pipeline.checking import LookUpCheck, SideCheck, SourceCheck

_WORDS = {
    ExitCode.CLEAN: "[green]Hiểu được cả hai nguồn.[/]",
    ExitCode.DISCREPANCIES: "[yellow]Hiểu được, nhưng có chỗ cần xem.[/]",
    ExitCode.USAGE: "[red]Cấu hình chưa đúng.[/]",
    ExitCode.UNREACHABLE: "[red]Có nguồn không đọc được.[/]",
}
_STATES = {"found": "tìm thấy", "absent": "không có hồ sơ này", "failed": "không trả lời được"}


def check_object(check: SourceCheck) -> dict[str, Any]:
    """The object of `--json`."""
    return asdict(check) | {"exit_code": int(check.exit_code)}


def print_check(console: Console, check: SourceCheck) -> None:
    """Both sides in Vietnamese: trouble first, then what was understood, then what to look at."""
    for side in check.sides:
        _print_side(console, side)
    console.print(f"\n{_WORDS[check.exit_code]} Không ghi gì vào đĩa. (mã thoát {int(check.exit_code)})")


def _print_side(console: Console, side: SideCheck) -> None:
    console.print()
    console.rule(f"[bold]{side.side.label}[/] · {side.kind}", align="left", style="dim")
    console.print(side.address, style="dim", markup=False, soft_wrap=True)
    if side.trouble is not None:
        _print_marked(console, "red", "✗", side.trouble.sentence)
    if side.page is not None:
        console.print(_facts(side, side.page), markup=False)
        console.print(_beside(_field_table(side.page), _status_table(side.page)))
        if side.page.unknown_columns:
            console.print(f"Cột bị bỏ (không ghi lại): {_some(side.page.unknown_columns)}", markup=False, style="dim")
        if side.page.costs:
            console.print(_cost_table(side.page.costs))
    if side.look_up is not None:
        _print_look_up(console, side.look_up)
    for note in side.notes:
        _print_marked(console, "dim", "·", note)
    for sentence in side.attention:
        _print_marked(console, "yellow", "!", sentence)


def _beside(*tables: Table) -> Table:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_row(*tables)
    return grid


def _print_marked(console: Console, style: str, mark: str, sentence: str) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    line = Table.grid(padding=(0, 1))
    line.add_row(Text(mark, style=f"bold {style}"), Text(sentence, style=style))
    console.print(Padding(line, (0, 0)))


def _facts(side: SideCheck, page: Inspection) -> str:
    facts = [f"Trang đầu {number(page.rows + page.secret_rows + page.shapeless_rows)} dòng"]
    if side.page_size is not None:
        facts.append(f"cỡ trang {number(side.page_size)}")
    facts.append(f"nguồn báo có {number(side.total)}" if side.total is not None else "nguồn không báo tổng số")
    facts.append(f"xếp theo {page.order.replace('_updated', 'lúc sửa đổi')}" if page.order else "không rõ thứ tự xếp")
    facts.append(f"{page.secret_rows} hồ sơ mật" if page.has_secrecy_mark else "không có dấu độ mật")
    if side.clock_skew_s is not None:
        facts.append(f"đồng hồ lệch {number(side.clock_skew_s)} giây")
    return " · ".join(facts)


def _field_table(page: Inspection) -> Table:
    table = _table("Trường", "Có giá trị", "Đọc được")
    for field in page.fields:
        whole = field.readable == field.filled
        share = "–" if not field.filled else _percent(field.readable, field.filled)
        table.add_row(field.name, number(field.filled), share, style=None if whole else "yellow")
    for name in page.absent_required:
        table.add_row(name, "không có cột", "bắt buộc", style="red")
    return _right(table, 1, 2)


def _status_table(page: Inspection) -> Table:
    from rich.text import Text

    table = _table("Trạng thái", "Số dòng", "Thang DVCQG")
    for word in page.words:
        style = None if word.status is not None else "yellow"
        table.add_row(Text(word.word), number(word.rows), _meaning(word), style=style)
    return _right(table, 1)


def _meaning(word: StatusWord) -> str:
    """The place on the scale; its label too, where the word is not that label itself."""
    if word.status is None:
        return "chưa ánh xạ"
    label = STATUS_LABELS[DossierStatus(word.status)]
    return str(word.status) if fold(word.word) == fold(label) else f"{word.status} {label}"


def _cost_table(costs: tuple[Cost, ...]) -> Table:
    """Kinds by the columns they lack: one line for all that need the same."""
    by_columns: dict[tuple[str, ...], list[str]] = {}
    for cost in costs:
        label = KIND_INFO[DiscrepancyKind(cost.kind)].label
        part = f" (phần: {', '.join(cost.subtypes)})" if cost.subtypes else ""
        by_columns.setdefault(cost.columns, []).append(label + part)
    table = _table("Cột không có (một trong số)", "Không xét được")
    for columns, kinds in by_columns.items():
        table.add_row(" / ".join(columns), "; ".join(kinds))
    return table


def _print_look_up(console: Console, look_up: LookUpCheck) -> None:
    console.print(
        f"Tra cứu thử 01 hồ sơ · {look_up.kind} · {look_up.address}", style="dim", markup=False, soft_wrap=True
    )
    if look_up.trouble is not None:
        _print_marked(console, "red", "✗", look_up.trouble.sentence)
    elif look_up.state is None:
        _print_marked(console, "dim", "·", look_up.reason)
    else:
        read = "" if look_up.answer is None else f", {len(look_up.answer.fields)} trường hiểu được"
        mark, style = ("✓", "green") if look_up.state != "failed" else ("!", "yellow")
        _print_marked(console, style, mark, f"{_STATES[look_up.state]}{read}")


def _some(names: tuple[str, ...], most: int = 20) -> str:
    more = f" … và {len(names) - most} cột nữa" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that 100 % means all."""
    return f"{1000 * part // whole / 10:g} %".replace(".", ",")


def _table(*headings: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(*headings, box=SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, 1))


def _right(table: Table, *columns: int) -> Table:
    for column in columns:
        table.columns[column].justify = "right"
    return table
