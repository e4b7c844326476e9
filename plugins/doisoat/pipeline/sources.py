"""From the sections of a province file to landings: a side read whole, a side looked up, answers looked up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import AdapterSource, FilesSource, IgateSource, Incremental, OpencpsSource, Province, digest_key
from doisoat.model import VIETNAM, Side
from doisoat.pipeline.night import Counts, Night

if TYPE_CHECKING:
    from doisoat.config import LookUp as LookUpSection
    from doisoat.land.going_on import GoingOn
    from doisoat.land.source import Source


def land_side(night: Night, side: Side) -> Counts:
    """Land one side from the source its section names, unless its landing is already there."""
    from doisoat.land import land
    from doisoat.store.landing import is_landed, read_manifest

    section = night.province.shop if side is Side.SHOP else night.province.portal
    folder = night.files.landing(side)
    if is_landed(folder):  # replayed: neither the source nor its account is needed
        return _counts(read_manifest(folder))
    if isinstance(section, AdapterSource):
        return _land_by_look_up(night, section)
    notes = folder.with_name(f".{side.value}.notes")  # what a paged reading remembers until it has landed
    going_on = _going_on(night, side)
    manifest = land(
        side,
        night.key,
        _open(night, section, notes, going_on),
        folder,
        rules=night.province.rules,
        digest_key=digest_key(night.settings.home),
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress(f"land_{side.value}", done, total),
        late=night.late,
        going_on=going_on,
    )
    notes.unlink(missing_ok=True)
    return _counts(manifest)


def _open(
    night: Night, section: FilesSource | IgateSource | OpencpsSource, notes: Path, going_on: GoingOn | None
) -> Source:
    """The source of a section; a live one refuses a date that is not its present."""
    from doisoat.land.connect import open_source
    from doisoat.land.freshness import FreshSource

    source = open_source(
        section,
        clock=_now,
        resolve=night.province.resolve,
        notes=notes,
        id_key=digest_key(night.settings.home),
        base=going_on.base if going_on else None,
        business_date=night.key.business_date,
    )
    is_folder = isinstance(section, FilesSource) and section.path is not None
    return source if is_folder else FreshSource(source, night.key.business_date, night.late)


def _going_on(night: Night, side: Side) -> GoingOn | None:
    """What a listing goes on from; None for a source that is none."""
    from doisoat.land.going_on import GoingOn, listing_name
    from doisoat.store.chain import find_base

    section = night.province.shop if side is Side.SHOP else night.province.portal
    if not isinstance(section, Incremental):
        return None
    listing = listing_name(section.kind, section.address, section.columns)
    why_full = _why_full(night, section)
    if why_full:
        return GoingOn(listing, None, why_full)
    base, why_full = find_base(night.files, side, listing=listing, full_sweep_days=section.full_sweep_days)
    return GoingOn(listing, base, why_full)


def _why_full(night: Night, section: Incremental) -> str:
    """Why changes alone will not do, whatever was read before (Vietnamese); '' where they may."""
    if night.full:
        return "theo yêu cầu (--full)"
    if not section.incremental:
        return "cấu hình yêu cầu đọc toàn bộ mỗi đêm"
    if isinstance(night.province.portal, AdapterSource):  # it is asked for the codes of this very landing
        return "Cổng được tra cứu từng hồ sơ theo danh sách Một cửa đọc trong đêm"
    return ""


def _counts(manifest: Mapping[str, Any]) -> Counts:
    said = manifest.get("incremental") or {"mode": "full"}
    return {"landed": manifest["landed"], "complete": manifest["complete"], "mode": said["mode"]}


def _land_by_look_up(night: Night, section: AdapterSource) -> Counts:
    """Ask the portal for every dossier of the shop's landing; says first how many calls and minutes that is."""
    from doisoat.land import land_look_ups
    from doisoat.land.calls.budget import BudgetedLookUp
    from doisoat.land.connect import open_look_up
    from doisoat.land.freshness import FreshLookUp
    from doisoat.store.landing import landed_codes

    codes = landed_codes(night.files.landing(Side.SHOP))
    calls = min(len(codes), section.look_up_budget)
    minutes = calls / section.calls_per_second / 60
    night.progress(f"land_portal: {calls} lượt tra cứu, khoảng {minutes:.1f} phút", 0, calls)
    look_up = FreshLookUp(open_look_up(section), night.key.business_date, night.late)
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
        late=night.late,
    )
    return _counts(manifest) | {"calls": calls}


def _now() -> datetime:
    return datetime.now(VIETNAM)


def look_up_sections(province: Province) -> dict[Side, LookUpSection]:
    """The sides that can be asked about one dossier; a portal read by look-ups was asked already."""
    sections = {Side.SHOP: province.shop.look_up}
    if not isinstance(province.portal, AdapterSource):
        sections[Side.PORTAL] = province.portal.look_up
    return {side: section for side, section in sections.items() if section is not None}


def look_up_again(night: Night, side: Side, section: LookUpSection, codes: list[str]) -> Path:
    """Land and stage the answers about `codes`; the folder judge_again reads."""
    from doisoat.stage.look_ups import stage_look_ups
    from doisoat.store.landing import is_landed, read_manifest

    if not is_landed(night.files.landing_recheck(side)):
        _land_answers(night, side, section, codes)
    key = digest_key(night.settings.home)
    digests = {d for each in Side for d in read_manifest(night.files.landing(each))["secret_digests"]}
    return stage_look_ups(
        night.files, side, night.province, night.reference, section.status_map, digest_key=key, secret_digests=digests
    )


def _land_answers(night: Night, side: Side, section: LookUpSection, codes: list[str]) -> None:
    from doisoat.land import land_look_ups
    from doisoat.land.connect import open_look_up

    land_look_ups(
        side,
        codes,
        open_look_up(section),
        night.files.landing_recheck(side),
        key=night.key,
        concurrency=section.concurrency,
        digest_key=digest_key(night.settings.home),
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress(f"recheck_{side.value}", done, total),
    )
