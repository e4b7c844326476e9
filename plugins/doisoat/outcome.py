"""What a night came to, read from the files it left: the object of `--json`, the exit code, the words for people.

Reads only; nothing here decides anything about a dossier.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import ExitCode
from doisoat.model import DiscrepancyKind, Side, Verdict
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.text import number
from doisoat.store.layout import RunFiles, read_json

if TYPE_CHECKING:
    from rich.console import Console

    from doisoat.pipeline import Night

Outcome = dict[str, Any]

EXIT_WORDS = {
    ExitCode.CLEAN: "không có chênh lệch mới",
    ExitCode.DISCREPANCIES: "có chênh lệch",
    ExitCode.USAGE: "sai cách dùng hoặc sai cấu hình",
    ExitCode.VALIDATION_STOPPED: "kiểm định dừng đêm chạy",
    ExitCode.UNREACHABLE: "nguồn hoặc dịch vụ không trả lời",
    ExitCode.PARTIAL: "đối soát một phần",
    ExitCode.INTERRUPTED: "bị ngắt",
}
RECHECK_WORDS = {
    "asked": "hỏi",
    "confirmed": "vẫn lệch",
    "vanished": "đã hết",
    "unknown": "chưa rõ",
    "unchecked": "chưa tra",
    "failed_look_ups": "không trả lời",
}


def _read(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = read_json(path) if path.exists() else {}
    return value


def verdict(staged: dict[str, Any], recheck: dict[str, Any]) -> Verdict:
    """Partial only if a landing is incomplete, too many rows have no key, or a planned look-up failed (§5)."""
    sides = staged.get("sides", {}).values()
    halved = any(side.get("partial") or not side.get("complete", True) for side in sides)
    failed = recheck.get("recheck", {}).get("failed_look_ups", 0) > 0
    return Verdict.PARTIAL if halved or failed else Verdict.COMPLETE


def night_outcome(night: Night) -> Outcome:
    """The object `doisoat run --json` prints; `exit_code` comes with it."""
    files = night.files
    staged = _read(files.staged)
    judged = _read(files.work("recheck") / "summary.json") or _read(files.work("reconcile") / "summary.json")
    assessed = _read(files.work("assess") / "summary.json")
    mails = _read(files.work("alert") / "mails.json")
    decision = verdict(staged, judged)
    return {
        "run": {
            "province": night.key.province_code,
            "business_date": night.key.business_date.isoformat(),
            "as_of": staged.get("as_of"),
            "rule_versions": staged.get("rule_versions", {}),
            "verdict": decision.value,
        },
        "counts": {
            side.value: {
                name: staged.get("sides", {}).get(side.value, {}).get(name)
                for name in ("landed", "staged", "repeated", "rejected")
            }
            for side in Side
        },
        "discrepancies": assessed.get("counts", judged.get("counts", {})),
        "new_discrepancies": assessed.get("new", 0),
        "open_discrepancies": assessed.get("open", 0),
        "not_compared": judged.get("not_compared", []),
        "recheck": judged.get("recheck", {}),
        "artefacts": artefacts(files),
        "mails": len(mails.get("sent", [])),
        "seconds": _read(files.work("seconds.json")),
        "exit_code": int(exit_code(decision, assessed, night.province.rules.alert_threshold)),
    }


def exit_code(decision: Verdict, assessed: dict[str, Any], alert_threshold: int) -> ExitCode:
    """0 nothing first seen tonight and no more open than the threshold, 5 partial (wins), 1 otherwise."""
    if decision is Verdict.PARTIAL:
        return ExitCode.PARTIAL
    quiet = assessed.get("new", 0) == 0 and assessed.get("open", 0) <= alert_threshold
    return ExitCode.CLEAN if quiet else ExitCode.DISCREPANCIES


def artefacts(files: RunFiles) -> dict[str, str]:
    """File name -> absolute path of what was published."""
    folder = files.report
    return {path.name: str(path) for path in sorted(folder.glob("*")) if path.is_file()} if folder.is_dir() else {}


def print_outcome(console: Console, outcome: Outcome) -> None:
    """The night in one screen, Vietnamese: verdict, counts per kind, seconds per stage, paths."""
    from rich.table import Table

    run, code = outcome["run"], ExitCode(outcome["exit_code"])
    complete = run["verdict"] == Verdict.COMPLETE.value
    console.print(
        f"\n[bold]{run['province']} {run['business_date']}[/]: "
        f"{'[green]ĐẦY ĐỦ[/]' if complete else '[yellow]MỘT PHẦN[/]'} – {EXIT_WORDS[code]} (mã thoát {int(code)})"
    )
    for side in Side:
        counts = outcome["counts"][side.value]
        rejected = sum((counts["rejected"] or {}).values())
        console.print(
            f"  {side.label}: đọc {number(counts['landed'])}, dùng {number(counts['staged'])}, "
            f"loại {number(rejected)}, lặp {number(counts['repeated'])}"
        )
    table = Table("Loại chênh lệch", "Mã", "Số hồ sơ", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for kind, found in sorted(outcome["discrepancies"].items(), key=lambda item: (-item[1], item[0])):
        if found:
            table.add_row(KIND_INFO[kind].label, kind, number(found))
    console.print(table)
    if outcome["recheck"]:
        counted = (f"{label} {number(outcome['recheck'].get(name, 0))}" for name, label in RECHECK_WORDS.items())
        console.print("Tra cứu lại: " + ", ".join(counted))
    from doisoat.pipeline import STAGES

    spent = outcome["seconds"]
    console.print("Giây: " + ", ".join(f"{name} {spent[name]:.1f}" for name in STAGES if name in spent))
    console.print(f"Thư đã gửi: {outcome['mails']}")
    for path in outcome["artefacts"].values():
        console.print(f"  {path}", soft_wrap=True)


# --- the catalogue run ------------------------------------------------------------------------------------


def catalogue_outcome(night: Night) -> Outcome:
    """The object `doisoat catalogue --json` prints; `exit_code` comes with it."""
    told = _read(night.files.work("catalogue") / "summary.json")
    seconds = _read(night.files.work("catalogue_seconds.json"))
    names = ("catalogue.html", "catalogue.xlsx", "catalogue.json", "catalogue.csv")
    paths = {name: str(night.files.report / name) for name in names}
    clean = not told["new"] and told["open"] <= night.province.rules.alert_threshold
    code = ExitCode.CLEAN if clean else ExitCode.DISCREPANCIES
    key = {"province": night.key.province_code, "business_date": night.key.business_date.isoformat()}
    return {
        "run": {**key, "verdict": told["verdict"], "rule_versions": told["rule_versions"]},
        "sides": {side: read["entries"] for side, read in told["sides"].items()},
        "discrepancies": told["counts"],
        **{name: told[name] for name in ("new", "open", "resolved", "carried", "reasons", "not_compared")},
        "artefacts": paths,
        "seconds": seconds,
        "exit_code": int(ExitCode.PARTIAL if told["verdict"] == Verdict.PARTIAL else code),
    }


def print_catalogue(console: Console, outcome: Outcome) -> None:
    """The same in words."""
    labels = KIND_INFO[DiscrepancyKind.CATALOGUE_MISMATCH].subtypes
    code = ExitCode(outcome["exit_code"])
    console.print(f"Danh mục: {EXIT_WORDS[code]} (mã thoát {int(code)})")
    for subtype, count in outcome["discrepancies"].items():
        console.print(f"  {labels[subtype]}: {number(count)}")
    for reason in outcome["reasons"]:
        console.print(f"  Một phần: {reason}", markup=False)
    for path in outcome["artefacts"].values():
        console.print(f"  {path}", soft_wrap=True, markup=False)
