"""The stages as functions, in the order of the night; the only module that joins them.

Each takes a `Night`, reads only what the stage before left, replaces its own partition and returns counts.
The command line and the Airflow tasks call these functions and nothing else. Heavy modules are imported by
the stage that needs them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from doisoat.config import digest_key
from doisoat.errors import ConfigError
from doisoat.model import Side
from doisoat.pipeline.catalogue import CATALOGUE_STAGES
from doisoat.pipeline.inspection import INSPECTION_STAGES
from doisoat.pipeline.night import Counts, Night, Progress, open_night
from doisoat.pipeline.sources import land_published, land_side, look_up_again, look_up_sections
from doisoat.store.layout import read_json, write_json
from doisoat.store.turns import in_turn

__all__ = [
    "CATALOGUE_STAGES",
    "INSPECTION_STAGES",
    "STAGES",
    "Counts",
    "Night",
    "Progress",
    "open_night",
    "run_stage",
]

_LOG = logging.getLogger(__name__)

# --- the stages ---------------------------------------------------------------------------------


def land_shop(night: Night) -> Counts:
    """Read the one-stop-shop into its landing; a stored landing is replayed, never read again."""
    return land_side(night, Side.SHOP)


def land_portal(night: Night) -> Counts:
    """Read the portal; one that is read by look-ups alone takes its codes from the shop's landing.

    The figures it has published come along where the province file has a section `aggregates`.
    """
    return land_side(night, Side.PORTAL) | land_published(night)


def stage(night: Night) -> Counts:
    """Give the landed records their meaning: snapshots, rejections, counts."""
    from doisoat.stage import stage_night

    return stage_night(
        night.files,
        night.province,
        night.reference,
        digest_key=digest_key(night.settings.home),
        spill=night.spill,
        memory_limit=night.settings.memory_limit,
    )


def validate(night: Night) -> Counts:
    """Judge both snapshots by their contracts; a critical failure stops the night (exit 3)."""
    from doisoat.validate import validate_night

    scope = night.province.rules.scope_start(night.key.business_date)
    with night.warehouse() as warehouse:
        accepted = {side: warehouse.accepted_snapshot(night.key, side, scope_from=scope) for side in Side}
        result = validate_night(
            night.files,
            night.province.rules,
            accepted,
            spill=night.spill,
            memory_limit=night.settings.memory_limit,
        )
        warehouse.accept_snapshots(night.key, night.files, scope_from=scope)
    return result


def reconcile(night: Night) -> Counts:
    """Compare the two snapshots dossier by dossier."""
    from doisoat.reconcile import reconcile_night
    from doisoat.store.spread import spread_engine

    return reconcile_night(
        night.files,
        night.province,
        night.reference,
        spill=night.spill,
        memory_limit=night.settings.memory_limit,
        full=night.full,
        spread=spread_engine(night.settings, night.spill),
        progress=lambda done, total: night.progress("reconcile: số dòng đã xem", done, total),
    )


def recheck(night: Night) -> Counts:
    """Look the new discrepancies up again before anyone is told."""
    from doisoat.recheck import judge_again, plan
    from doisoat.reconcile import night_judge, read_kept

    look_ups = look_up_sections(night.province)
    known = _known_fingerprints(night)
    wanted = plan(night.files, known, sides=look_ups.keys(), budget=night.province.rules.recheck_budget)
    asked = {side: look_up_again(night, side, look_ups[side], codes) for side, codes in wanted.items() if codes}
    spill, memory_limit = night.spill, night.settings.memory_limit
    kept = None if night.full else read_kept(night.files.work("reconcile"))
    judge = night_judge(
        night.files, night.province, night.reference, spill=spill, memory_limit=memory_limit, earlier=kept
    )
    return judge_again(night.files, known, asked, judge, spill=spill, memory_limit=memory_limit)


def _known_fingerprints(night: Night) -> frozenset[str]:
    """What was open before this business date: as this night saw it the first time, else as the warehouse does."""
    from doisoat.assess.prior import prior_fingerprints

    seen_then = prior_fingerprints(night.files)
    if seen_then is not None:
        return seen_then
    with night.warehouse() as warehouse:
        return warehouse.known_fingerprints(night.key.province_code, night.key.business_date)


def assess(night: Night) -> Counts:
    """Age, rank and count per agency, compute indicators, judge duties; the warehouse learns what is open."""
    from doisoat.assess import assess_night
    from doisoat.assess.deadlines import assess_deadlines
    from doisoat.assess.indicators import assess_indicators

    spill, memory_limit = night.spill, night.settings.memory_limit
    assess_indicators(night.files, night.province, night.reference, spill=spill, memory_limit=memory_limit)
    with night.warehouse() as warehouse:
        counts = assess_night(
            night.files,
            night.province,
            night.reference,
            warehouse,
            rewind=night.rewind,
            digest_key=digest_key(night.settings.home),
        )
        warehouse.register.verify(night.key.province_code)  # findings of inspections: what this night proves
    assess_deadlines(night.files, night.province, night.reference, spill=spill, memory_limit=memory_limit)
    return counts


def publish(night: Night) -> Counts:
    """Write the report folder: page, workbook, lists."""
    from doisoat.publish import publish_night

    artefacts = publish_night(night.files, night.province, night.reference)
    return {"artefacts": {name: str(path) for name, path in artefacts.items()}}


def alert(night: Night) -> Counts:
    """One mail per agency that has something to do, once."""
    from doisoat.alert import alert_night
    from doisoat.store.mailers import open_mailer

    mailer = open_mailer(night.province.mail_settings, night.settings.home)
    with night.warehouse() as warehouse:
        return alert_night(night.files, night.province, night.reference, warehouse, mailer)


STAGES: dict[str, Callable[[Night], Counts]] = {
    "land_shop": land_shop,
    "land_portal": land_portal,
    "stage": stage,
    "validate": validate,
    "reconcile": reconcile,
    "recheck": recheck,
    "assess": assess,
    "publish": publish,
    "alert": alert,
}

_RUNS = {"night": STAGES, "catalogue": CATALOGUE_STAGES, "inspection": INSPECTION_STAGES}  # each with a lock of its own


def run_stage(night: Night, name: str) -> Counts:
    """Run one stage, of the night or of a run beside it; its seconds are noted beside the run, in no artefact.

    Two processes never run a stage of one province at once: the second waits (a worker taken for dead may still live).
    """
    kind = next(kind for kind, stages in _RUNS.items() if name in stages)
    lock = night.settings.home / f".{night.key.province_code}.{kind}.lock"
    with in_turn(lock, lambda holder: _say_waiting(night, name, holder)):
        return _run_alone(night, name, kind)


def _say_waiting(night: Night, name: str, holder: str) -> None:
    told = f"{name}: chờ tiến trình khác đang chạy cho {night.key.province_code} (pid {holder})"
    _LOG.info(told)  # in a task nobody watches the progress
    night.progress(told, 0, None)


def _run_alone(night: Night, name: str, kind: str) -> Counts:
    _require_what_comes_before(night, name)
    started = time.perf_counter()
    counts = _RUNS[kind][name](night)
    path = night.files.work("seconds.json" if kind == "night" else f"{kind}_seconds.json")
    seconds = read_json(path) if path.exists() else {}
    write_json(path, seconds | {name: round(time.perf_counter() - started, 3)})
    return counts


def _require_what_comes_before(night: Night, name: str) -> None:
    """ConfigError naming the stage that has to run first, where its file is not there."""
    files = night.files
    needs = {
        "stage": ("land_portal", files.landing(Side.PORTAL)),
        "validate": ("stage", files.staged),
        "reconcile": ("stage", files.staged),
        "recheck": ("reconcile", files.work("reconcile") / "summary.json"),
        "assess": ("recheck", files.work("recheck") / "summary.json"),
        "publish": ("assess", files.work("assess") / "summary.json"),
        "alert": ("assess", files.work("assess") / "summary.json"),
    }
    before, file = needs.get(name, ("", files.home))
    if name in needs and not file.exists():
        raise ConfigError(
            f"{name} of {night.key} needs what {before} leaves; run {before} (or the whole night) first", file=file
        )
