"""The stages as functions, in the order of the night; the only module that joins them.

Each takes a `Night`, reads only what the stage before left, replaces its own partition and returns counts.
The command line and the Airflow tasks call these functions and nothing else. Heavy modules are imported by
the stage that needs them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import AdapterSource, FilesSource, Province, Settings, digest_key, find_province
from doisoat.errors import ConfigError
from doisoat.model import VIETNAM, RunKey, Side
from doisoat.store.layout import RunFiles, read_json, write_json

if TYPE_CHECKING:
    from doisoat.config import LookUp as LookUpSection
    from doisoat.land.source import Source
    from doisoat.store.reference import Reference
    from doisoat.store.warehouse import Warehouse

Counts = dict[str, Any]
Progress = Callable[[str, int, int | None], None]  # (what, done, of how many if known)


def _silent(what: str, done: int, total: int | None) -> None:
    """No terminal, no progress."""


@dataclass(frozen=True)
class Night:
    """One run of one province: what every stage gets."""

    province: Province
    key: RunKey
    settings: Settings
    late: bool = False  # an older date may still be read from a live source
    rewind: bool = False  # take later nights' lifecycle back before this one is assessed again
    progress: Progress = field(default=_silent, compare=False)

    @property
    def files(self) -> RunFiles:
        return RunFiles(self.settings.home, self.key)

    @property
    def spill(self) -> Path:
        return self.settings.home / "tmp" / self.key.province_code

    @cached_property
    def reference(self) -> Reference:
        from doisoat.store.reference import load_reference

        return load_reference(self.province)

    def warehouse(self) -> Warehouse:
        """The warehouse, migrated when it is the embedded one, else required to be current."""
        from doisoat.store.warehouse import Warehouse

        warehouse = Warehouse(self.settings.warehouse_url)
        if self.settings.warehouse_url.startswith("sqlite"):
            warehouse.migrate()
        warehouse.require_current()
        return warehouse


def open_night(
    label: str,
    business_date: str,
    *,
    config: Path | None = None,
    home: Path | None = None,
    late: bool = False,
    rewind: bool = False,
    progress: Progress = _silent,
) -> Night:
    """The night a command or a task means; ConfigError for a wrong province, file or date."""
    province = find_province(label, config)
    try:
        day = date.fromisoformat(business_date)
    except ValueError:
        raise ConfigError(f"DATE is a day like 2026-09-03, not {business_date!r}") from None
    return Night(province, RunKey(province.province, day), Settings.from_environment(home), late, rewind, progress)


# --- the stages ---------------------------------------------------------------------------------


def land_shop(night: Night) -> Counts:
    """Read the one-stop-shop into its landing; a stored landing is replayed, never read again."""
    return _land(night, Side.SHOP)


def land_portal(night: Night) -> Counts:
    """Read the portal; one that is read by look-ups alone takes its codes from the shop's landing."""
    return _land(night, Side.PORTAL)


def _land(night: Night, side: Side) -> Counts:
    """Land one side from the source its section names, unless its landing is already there."""
    from doisoat.land import land
    from doisoat.land.connect import open_source
    from doisoat.land.freshness import FreshSource

    section = night.province.shop if side is Side.SHOP else night.province.portal
    if isinstance(section, AdapterSource):
        return _land_by_look_up(night, section)
    folder = night.files.landing(side)
    notes = folder.with_name(f".{side.value}.notes")  # what a paged reading remembers until it has landed
    source: Source = open_source(
        section,
        clock=_now,
        resolve=night.province.resolve,
        notes=notes,
    )
    if not (isinstance(section, FilesSource) and section.path):
        source = FreshSource(source, night.key.business_date, night.late)
    manifest = land(
        side,
        night.key,
        source,
        folder,
        rules=night.province.rules,
        digest_key=digest_key(night.settings.home),
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress(f"land_{side.value}", done, total),
        late=night.late,
    )
    notes.unlink(missing_ok=True)
    return {"landed": manifest["landed"], "complete": manifest["complete"]}


def _land_by_look_up(night: Night, section: AdapterSource) -> Counts:
    """Ask the portal for every dossier of the shop's landing; says first how many calls and minutes that is."""
    from doisoat.land import land_look_ups
    from doisoat.land.budget import BudgetedLookUp
    from doisoat.land.connect import open_look_up
    from doisoat.land.freshness import require_fresh
    from doisoat.store.landing import landed_codes

    codes = landed_codes(night.files.landing(Side.SHOP))
    calls = min(len(codes), section.look_up_budget)
    minutes = calls / section.calls_per_second / 60
    night.progress(f"land_portal: {calls} lượt tra cứu, khoảng {minutes:.1f} phút", 0, calls)
    look_up = open_look_up(section)
    if codes and not night.files.landing(Side.PORTAL).exists():
        look_up.look_up(codes[0])
        require_fresh(look_up.observed_at, night.key.business_date, late=night.late)
    manifest = land_look_ups(
        Side.PORTAL,
        codes,
        BudgetedLookUp(look_up, section.look_up_budget),
        night.files.landing(Side.PORTAL),
        key=night.key,
        concurrency=section.concurrency,
        digest_key=digest_key(night.settings.home),
        rules=night.province.rules,
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress("land_portal", done, total),
        extracted_at=look_up.observed_at,
        late=night.late,
    )
    return {"landed": manifest["landed"], "complete": manifest["complete"], "calls": calls}


def _now() -> datetime:
    return datetime.now(VIETNAM)


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

    return reconcile_night(
        night.files,
        night.province,
        night.reference,
        spill=night.spill,
        memory_limit=night.settings.memory_limit,
    )


def recheck(night: Night) -> Counts:
    """Look the new discrepancies up again before anyone is told."""
    from doisoat.recheck import judge_again, plan
    from doisoat.reconcile import night_judge

    look_ups = _look_up_sections(night.province)
    known = _known_fingerprints(night)
    wanted = plan(night.files, known, sides=look_ups.keys(), budget=night.province.rules.recheck_budget)
    asked = {side: _look_up_again(night, side, look_ups[side], codes) for side, codes in wanted.items() if codes}
    spill, memory_limit = night.spill, night.settings.memory_limit
    judge = night_judge(night.files, night.province, night.reference, spill=spill, memory_limit=memory_limit)
    return judge_again(night.files, known, asked, judge, spill=spill, memory_limit=memory_limit)


def _look_up_sections(province: Province) -> dict[Side, LookUpSection]:
    """The sides that can be asked about one dossier; a portal read by look-ups was asked already."""
    sections = {Side.SHOP: province.shop.look_up}
    if not isinstance(province.portal, AdapterSource):
        sections[Side.PORTAL] = province.portal.look_up
    return {side: section for side, section in sections.items() if section is not None}


def _known_fingerprints(night: Night) -> frozenset[str]:
    """What was open before this business date: as this night saw it the first time, else as the warehouse does."""
    from doisoat.assess.prior import prior_fingerprints

    seen_then = prior_fingerprints(night.files)
    if seen_then is not None:
        return seen_then
    with night.warehouse() as warehouse:
        return warehouse.known_fingerprints(night.key.province_code, night.key.business_date)


def _look_up_again(night: Night, side: Side, section: LookUpSection, codes: list[str]) -> Path:
    """Land and stage the answers about `codes`; the folder judge_again reads."""
    from doisoat.land import land_look_ups
    from doisoat.land.connect import open_look_up
    from doisoat.stage.look_ups import stage_look_ups
    from doisoat.store.landing import read_manifest

    landing = night.files.landing_recheck(side)
    key = digest_key(night.settings.home)
    look_up = open_look_up(section)
    land_look_ups(
        side,
        codes,
        look_up,
        landing,
        key=night.key,
        concurrency=section.concurrency,
        digest_key=key,
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress(f"recheck_{side.value}", done, total),
    )
    digests = {d for each in Side for d in read_manifest(night.files.landing(each))["secret_digests"]}
    return stage_look_ups(
        night.files, side, night.province, night.reference, section.status_map, digest_key=key, secret_digests=digests
    )


def assess(night: Night) -> Counts:
    """Age, rank and count per agency; the warehouse learns what is open."""
    from doisoat.assess import assess_night

    with night.warehouse() as warehouse:
        return assess_night(night.files, night.province, night.reference, warehouse, rewind=night.rewind)


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


def run_stage(night: Night, name: str) -> Counts:
    """Run one stage and note its seconds beside the run (they are never part of an artefact)."""
    _require_what_comes_before(night, name)
    started = time.perf_counter()
    counts = STAGES[name](night)
    path = night.files.work("seconds.json")
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
