"""The stage `recheck`: discrepancies seen for the first time are looked up again before anyone is told (rules §5a).

Three steps, joined by the pipeline: `plan` names the codes to ask each side for; the pipeline lands the look-ups and
stages them; `judge_again` judges the fresh rows with the night's own reference time and replaces
`runs/<p>/<d>/recheck/` (docs/data-contracts.md). Asking and staging are not here, and neither are the tests of the
kinds: they arrive as an argument.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from doisoat.model import ROW_KINDS, NotCompared, Side
from doisoat.recheck.fresh import read_absent_columns, read_answers, write_replaced
from doisoat.recheck.plan import Suspect, choose_codes
from doisoat.recheck.results import read_findings, read_suspects, write_results
from doisoat.recheck.verdicts import Answers, Recheck, verdict
from doisoat.store.fingerprints import fingerprint
from doisoat.store.layout import RunFiles, read_json, replaced_folder, write_json

Summary = dict[str, Any]
Judge = Callable[[Mapping[Side, Path], Mapping[Side, Path], Path], Summary]
Verdicts = dict[Suspect, Recheck]

_NOT_HEARD = "tra cứu lại không có câu trả lời đọc được nên chưa báo chênh lệch của các hồ sơ này"


def plan(files: RunFiles, known: Collection[str], *, sides: Collection[Side], budget: int) -> dict[Side, list[str]]:
    """The codes to look up on each side of `sides` (those with a look-up), at most `budget` a side.

    `known`: fingerprints open before this business date. Worst first, then by code.
    """
    first_seen = [suspect for suspect in read_suspects(files) if not _is_known(files, suspect, known)]
    return choose_codes(first_seen, sides, budget)


def judge_again(
    files: RunFiles,
    known: Collection[str],
    look_ups: Mapping[Side, Path],
    judge: Judge,
    *,
    spill: Path,
    memory_limit: str,
) -> Summary:
    """Judge the night with the fresh rows and mark every first-seen discrepancy; the content of summary.json.

    `look_ups`: for each side that was asked the folder with its staged answers (dossiers.parquet, answers.json); kept
    if it lies in the folder that is replaced. `judge`: `reconcile.night_judge` of the same night.
    """
    answers = {side: read_answers(folder) for side, folder in look_ups.items()}
    with replaced_folder(files.work("recheck")) as folder:
        for side, staged in look_ups.items():
            if staged.parent == files.work("recheck"):
                shutil.copytree(staged, folder / side.value)
        with TemporaryDirectory(dir=folder) as scratch:
            fresh = _judge_fresh(files, look_ups, answers, judge, Path(scratch), spill, memory_limit)
            absent = {side: read_absent_columns(folder) for side, folder in look_ups.items()}
            verdicts = _verdicts(files, known, answers, read_findings(fresh), absent)
            counts = write_results(files, fresh, verdicts, folder)
        summary = _summarise(files, answers, verdicts, counts)
        write_json(folder / "summary.json", summary)
    return summary


def _judge_fresh(
    files: RunFiles,
    look_ups: Mapping[Side, Path],
    answers: Answers,
    judge: Judge,
    scratch: Path,
    spill: Path,
    memory_limit: str,
) -> Path:
    """Folder with the judgement of the fresh rows; the night's own where nothing was answered."""
    dossiers = {side: files.dossiers(side) for side in Side}
    for side, staged in look_ups.items():
        usable = [code for code, state in answers[side].items() if state in ("found", "absent")]
        if usable:
            folder = scratch / side.value
            dossiers[side] = write_replaced(
                dossiers[side], staged, usable, folder, spill=spill, memory_limit=memory_limit
            )
    if all(dossiers[side] == files.dossiers(side) for side in Side):
        return files.work("reconcile")
    judged = scratch / "judged"
    judged.mkdir()
    judge(dossiers, {side: files.rejections(side) for side in Side}, judged)
    return judged


def _verdicts(
    files: RunFiles,
    known: Collection[str],
    answers: Answers,
    still_found: frozenset[tuple[str, str, str]],
    absent: Mapping[Side, frozenset[str]],
) -> Verdicts:
    return {
        suspect: Recheck.NOT_PLANNED
        if _is_known(files, suspect, known)
        else verdict(suspect, answers, still_found, absent)
        for suspect in read_suspects(files)
    }


def _is_known(files: RunFiles, suspect: Suspect, known: Collection[str]) -> bool:
    province = files.key.province_code
    return fingerprint(province, suspect.kind, suspect.dossier_code, suspect.field) in known


def _summarise(files: RunFiles, answers: Answers, verdicts: Verdicts, counts: Mapping[str, int]) -> Summary:
    night = read_json(files.work("reconcile") / "summary.json")
    marked = Counter(verdicts.values())
    failed = {side: sum(state == "failed" for state in states.values()) for side, states in answers.items()}
    silent = {
        side: sum(state in ("failed", "unusable") for state in states.values()) for side, states in answers.items()
    }
    open_questions = [asdict(NotCompared(None, side.value, _NOT_HEARD, n)) for side, n in sorted(silent.items()) if n]
    return {
        **night,
        "counts": {**{kind.value: 0 for kind in ROW_KINDS}, **counts},
        "not_compared": [*open_questions, *night["not_compared"]],
        "recheck": {
            "asked": sum(len(states) for states in answers.values()),
            **{
                name.value: marked[name]
                for name in (Recheck.CONFIRMED, Recheck.VANISHED, Recheck.UNKNOWN, Recheck.UNCHECKED)
            },
            "failed_look_ups": sum(failed.values()),
        },
    }


__all__ = ["Recheck", "judge_again", "plan"]
