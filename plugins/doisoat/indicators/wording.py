"""What the commands of `doisoat indicators` say: one JSON object, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.indicators.published_table import Trouble
from doisoat.indicators.verification import Deviation, Verification
from doisoat.rules.attribution import cause_label
from doisoat.rules.indicators import BY_CODE, INDICATORS, Group, Indicator
from doisoat.rules.reporting_periods import period_facts
from doisoat.rules.text import number, signed

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.assess.indicator_lines import CauseLine, IndicatorLine
    from doisoat.model import RunKey
    from doisoat.rules.reporting_periods import ReportingPeriod

_LISTED = 20  # remarks shown at a terminal; --json has all


def verification_object(file: Path, done: Verification) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "file": str(file),
        "units": done.units,
        "recomputed": done.recomputed,
        "deviations": [_deviation(one) for one in done.deviations],
        "unreadable": [asdict(one) for one in done.unreadable],
        "remarks": [asdict(one) for one in done.remarks],
        "ignored_columns": list(done.ignored),
        "exit_code": int(done.exit_code),
    }


def _deviation(one: Deviation) -> dict[str, Any]:
    return {
        "row": one.unit.row,
        "department_code": one.unit.code,
        "department_name": one.unit.name,
        "period": one.unit.period,
        "column": one.column,
        "published": float(one.published),
        "recomputed": float(one.recomputed),
        "difference": float(one.difference),
        "working": one.working,
    }


def print_verification(console: Console, file: Path, done: Verification) -> None:
    """Deviations as a table, then what could not be checked, then what is worth a look."""
    from rich.text import Text

    console.print(Text(f"{file.name}: {done.units} đơn vị, tính lại {number(done.recomputed)} tỷ lệ và điểm"))
    if done.deviations:
        console.print(_deviations(done.deviations))
        units = len({one.unit.row for one in done.deviations})
        console.print(f"[bold red]{len(done.deviations)} số công bố khác số tính lại[/], ở {units} đơn vị.")
    elif done.recomputed:
        console.print("[green]Mọi tỷ lệ và điểm đều khớp[/] (chênh lệch không quá làm tròn hai chữ số).")
    else:
        console.print(
            "[yellow]Không tính lại được số nào[/]: tệp không có cả tử số, mẫu số lẫn kết quả của chỉ số nào."
        )
    _print_troubles(console, "[bold yellow]Không đọc được, chưa kiểm:[/]", done.unreadable)
    _print_troubles(console, "[bold]Lưu ý[/] (không tính là sai lệch):", done.remarks)
    if done.ignored:
        console.print(Text(f"Bỏ qua {len(done.ignored)} cột không biết: {', '.join(done.ignored[:10])}", style="dim"))


def _deviations(deviations: Iterable[Deviation]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column("Dòng", justify="right")
    table.add_column("Đơn vị", overflow="fold")
    table.add_column("Cột", overflow="fold")
    for heading in ("Công bố", "Tính lại", "Lệch"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Cách tính", overflow="fold")
    for one in deviations:
        figures = (_shown(one.published), _shown(one.recomputed), signed(float(one.difference)))
        table.add_row(str(one.unit.row), *(Text(cell) for cell in (one.unit.label, one.column, *figures, one.working)))
    return table


def _print_troubles(console: Console, heading: str, troubles: tuple[Trouble, ...]) -> None:
    from rich.text import Text

    if not troubles:
        return
    console.print(heading)
    for one in troubles[:_LISTED]:
        where = f"dòng {one.row}" + (f", cột {one.column}" if one.column else "") if one.row else one.column
        written = f" “{one.written}”" if one.written else ""
        console.print(Text(f"  {where}{written}: {one.why}"))
    if len(troubles) > _LISTED:
        console.print(f"  … và {len(troubles) - _LISTED} mục nữa (--json có đủ)")


def computed_object(
    key: RunKey, period: ReportingPeriod, lines: Iterable[IndicatorLine], causes: Iterable[CauseLine]
) -> dict[str, Any]:
    """What `compute --json` prints."""
    return {
        "province": key.province_code,
        "business_date": key.business_date.isoformat(),
        "definition": period.definition.value,
        **period_facts(period, key.business_date),
        "indicators": [_plain(line) for line in lines],
        "causes": [_plain(cause) for cause in causes],
    }


def _plain(line: IndicatorLine | CauseLine) -> dict[str, Any]:
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in asdict(line).items()
        if name != "period"
    }


def print_computed(
    console: Console, period: Mapping[str, Any], unit: str, lines: Iterable[IndicatorLine], causes: Iterable[CauseLine]
) -> None:
    """One unit's indicators as a table, each with the causes of its difference. `period`: its `period_facts`."""
    from rich.table import Table
    from rich.text import Text

    first, last = (date.fromisoformat(period[name]) for name in ("first_day", "last_day"))
    running = ", đang chạy" if period["is_running"] else ""
    console.print(Text(f"{unit}, {period['label']} ({first:%d/%m/%Y}–{last:%d/%m/%Y}{running})", style="bold"))
    table = Table(box=None, pad_edge=False)
    table.add_column("Chỉ số", overflow="fold")
    for heading in ("Tối đa", "Một cửa", "Điểm", "Cổng", "Điểm"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Vì sao khác nhau, hoặc chưa tính được", overflow="fold")
    told = list(causes)
    for line in lines:
        if line.agency_code == unit:
            own = [one for one in told if (one.agency_code, one.indicator) == (unit, line.indicator)]
            table.add_row(*(Text(cell) for cell in _cells(line, own)))
    console.print(table)


def _cells(line: IndicatorLine, causes: list[CauseLine]) -> tuple[str, ...]:
    one = BY_CODE[line.indicator]
    why = "; ".join(
        f"{number(cause.dossiers)} {cause_label(cause.cause)} ({signed(float(cause.points or 0))})" for cause in causes
    )
    counted = (
        *_side(one, line.part_shop, line.whole_shop, line.score_shop),
        *_side(one, line.part_portal, line.whole_portal, line.score_portal),
    )
    return (f"{one.paragraph} {one.label}", str(one.maximum or "–"), *counted, line.why_not or why)


def _side(one: Indicator, part: int | None, whole: int | None, points: Decimal | None) -> tuple[str, str]:
    """Numerator and denominator (or the average), and the points."""
    counts = "–" if part is None or whole is None else f"{number(part)}/{number(whole)}"
    if one.is_average and part is not None and whole:
        counts = f"{number(part / whole, 2)} ngày"
    return counts, "–" if points is None else _shown(points)


def print_columns(console: Console) -> None:
    """Which columns a table may have, and what each score is made of."""
    from rich.text import Text

    for group in Group:
        own = [f"{group.figure}_score"] + [f"{group.figure}_ratio"] * (group in (Group.ONLINE, Group.PAYMENT))
        console.print(Text(f"{group.label}, tối đa {group.maximum}: {', '.join(own)}", style="bold"))
        for one in INDICATORS:
            if one.group is group and one.figures:
                results = ", ".join(name for name in (one.score_figure, one.ratio_figure) if name) or own[0]
                console.print(Text(f"  {one.paragraph} {one.label}, tối đa {one.maximum}"))
                console.print(Text(f"    {one.figures[0]} ÷ {one.figures[1]} → {results}", style="dim"), soft_wrap=True)


def _shown(value: Decimal) -> str:
    return number(float(value), 2)
