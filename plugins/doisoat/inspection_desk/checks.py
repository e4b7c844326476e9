"""The commands about checks: plan, list, open, show, close."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from doisoat.errors import ConfigError
from doisoat.inspection_desk.options import (
    By,
    Check,
    Config,
    Home,
    Json,
    Province,
    Target,
    Year,
    open_desk,
    tell,
    tell_check,
)
from doisoat.inspection_desk.said import NUMBER, PERSON, optional_text, read_day, required_text
from doisoat.rules.inspection import CheckState, FindingState, Form


def plan(
    file: Annotated[Path, typer.Argument(help="A plan of one or several years: XLSX, or CSV in UTF-8", metavar="FILE")],
    province: Province,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read a plan; again updates its lines by their id and keeps what was done. Wrong lines are told, the rest goes on.

    Columns: Mã dòng, Mã kế hoạch, Cơ quan được kiểm tra (code or name), Nội dung, Năm (or Từ năm, Đến năm),
    Quý or Tháng dự kiến, Hình thức dự kiến. Exit code 1 where a line was rejected.
    """
    from doisoat.inspection_desk.wording import plan_object, print_plan
    from doisoat.progress import console

    with open_desk(province, config, home) as desk:
        read = desk.import_plan(file)
        tell(plan_object(desk, read), lambda: print_plan(console(), desk, read), as_json)
    raise typer.Exit(1 if read.rejected else 0)


def list_checks(
    province: Province,
    year: Annotated[int | None, typer.Option(help="Only checks opened in this year")] = None,
    state: Annotated[list[FindingState] | None, typer.Option(help="Only with a finding in this state")] = None,
    agency: Annotated[str | None, typer.Option(help="Only of this agency (code) and those below it")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only with a remedy overdue")] = False,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List checks with their findings."""
    from doisoat.inspection_desk.wording import list_object, print_list
    from doisoat.progress import console

    with open_desk(province, config, home) as desk:
        found = desk.checks(year=year, states=tuple(state or ()), agency=agency, overdue=overdue)
        tell(list_object(desk, found), lambda: print_list(console(), desk, found), as_json)


def open_check(
    province: Province,
    agency: Annotated[str, typer.Argument(help="The inspected agency: code or name", metavar="AGENCY")],
    form: Annotated[Form, typer.Option(help="on_site, online, remote (by the data alone), combined")],
    subject: Annotated[str, typer.Option(help="What is inspected")],
    by: By,
    first: Annotated[str, typer.Option("--from", help="First day of the inspected period")],
    last: Annotated[str, typer.Option("--to", help="Last day of the inspected period")],
    plan_line: Annotated[str | None, typer.Option("--plan", help="The line of the plan it stands in")] = None,
    unplanned: Annotated[str | None, typer.Option(help="Why it is held although no plan has it")] = None,
    online_step: Annotated[list[str] | None, typer.Option(help="A step held online; may be given again")] = None,
    night: Annotated[str | None, typer.Option(help="Business date whose data it rests on (default: the last)")] = None,
    each_kind: Annotated[bool, typer.Option("--each-kind", help="A finding for every kind that stands")] = False,
    day: Annotated[str | None, typer.Option(help="Day it is opened (default: today)")] = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Open a check: agency, form, period, and the data it rests on with their digests and rule versions."""
    from doisoat.store.inspections import Opening

    with open_desk(province, config, home) as desk:
        code = desk.agency(agency)
        chosen = None if night is None else read_day(night, "--night", desk.today)
        opening = Opening(
            agency_code=code,
            subject=required_text(subject, "--subject"),
            form=form,
            period_from=read_day(first, "--from", desk.today),
            period_to=read_day(last, "--to", desk.today),
            person=required_text(by, "--by", PERSON),
            opened_on=read_day(day, "--day", desk.today),
            online_steps=_steps(form, online_step or []),
            plan_line=optional_text(plan_line, "--plan", NUMBER),
            unplanned_reason=optional_text(unplanned, "--unplanned"),
            basis=desk.basis(code, chosen, is_needed=form.needs_data or each_kind),
        )
        tell_check(desk, desk.open_check(opening, each_kind=each_kind).inspection_id, as_json)


def _steps(form: Form, steps: list[str]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(required_text(step, "--online-step", NUMBER) for step in steps))
    if named and form is Form.ON_SITE:
        raise ConfigError("a check with steps held online is not on_site: --form online or combined")
    if not named and form is Form.ONLINE:
        raise ConfigError("a check held online names its steps: --online-step 'họp với đơn vị' …")
    return named


def show(province: Province, target: Target, config: Config = None, home: Home = None, as_json: Json = False) -> None:
    """Show one check (or the check of a finding): what it rests on, its findings, everything that happened."""
    with open_desk(province, config, home) as desk:
        tell_check(desk, target.partition(".")[0], as_json)


def close(
    province: Province,
    check: Check,
    by: By,
    cancel: Annotated[bool, typer.Option("--cancel", help="It was not held: it does not count")] = False,
    reason: Annotated[str | None, typer.Option(help="Why it is cancelled, or what it came to")] = None,
    day: Annotated[str | None, typer.Option(help="Day it ended (default: today)")] = None,
    config: Config = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Close a check; its findings go on being followed. With --cancel it was not held and does not count."""
    from doisoat.store.inspection_acts import Ending

    with open_desk(province, config, home) as desk:
        why = required_text(reason or "", "--reason") if cancel else optional_text(reason, "--reason")
        state = CheckState.CANCELLED if cancel else CheckState.CLOSED
        ending = Ending(state, read_day(day, "--day", desk.today), required_text(by, "--by", PERSON), why)
        tell_check(desk, desk.register.end_check(desk.code, check, ending).inspection_id, as_json)


def report(province: Province, check: Check, config: Config = None, home: Home = None, as_json: Json = False) -> None:
    """Write the report of a check (Báo cáo kết quả kiểm tra từ xa) as DOCX to sign and PDF to look at.

    Below HOME/inspections/PROVINCE; again replaces both: move what you have edited. Number, day and signature are left
    open. Who issues it: section `letters` of the province file; further grounds: `inspection.bases`.
    """
    with open_desk(province, config, home) as desk:
        paths = desk.write_report(desk.check(check))
        told = {"province": desk.code, "artefacts": {path.name: str(path) for path in paths}}
        tell(told, lambda: typer.echo("\n".join(f"  {path}" for path in paths)), as_json)


def targets(
    province: Province, year: Year = None, config: Config = None, home: Home = None, as_json: Json = False
) -> None:
    """The share of a year's checks held through the digital environment, and the other targets with what is known.

    Targets of a province: `inspection: {targets: {2026: 0.5}, goals: {online: 0.8}}` in its file.
    """
    from doisoat.inspection_desk.target_words import print_targets, targets_object
    from doisoat.progress import console

    with open_desk(province, config, home) as desk:
        told = desk.targets(year)
        tell(targets_object(desk.code, told), lambda: print_targets(console(), desk.code, told), as_json)
