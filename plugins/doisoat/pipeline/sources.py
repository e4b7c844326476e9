"""From the sections of a province file to landings: a side read whole, a side looked up, answers looked up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.config import AdapterSource, FilesSource, Incremental, Province, digest_key
from doisoat.model import VIETNAM, DiscrepancyKind, Severity, Side
from doisoat.pipeline.night import Counts, Night

if TYPE_CHECKING:
    from doisoat.config import LookUp as LookUpSection
    from doisoat.land.asking import Asking
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


def _open(night: Night, section: Any, notes: Path, going_on: GoingOn | None) -> Source:
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
        days=_days(night),
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
    """Ask the portal about the shop's dossiers within the budget; says first how many calls and minutes that is."""
    from doisoat.land import land_look_ups
    from doisoat.land.connect import open_look_up
    from doisoat.land.freshness import FreshLookUp

    asking = _asking(night, section)
    calls = len(asking.calls)
    minutes = calls / section.calls_per_second / 60
    told = f"{calls} lượt tra cứu về {len(asking.subjects)} hồ sơ, khoảng {minutes:.1f} phút"
    night.progress(f"land_portal: {told}", 0, calls)
    manifest = land_look_ups(
        Side.PORTAL,
        asking.calls,
        FreshLookUp(open_look_up(section), night.key.business_date, night.late),
        night.files.landing(Side.PORTAL),
        key=night.key,
        concurrency=section.concurrency,
        digest_key=digest_key(night.settings.home),
        rules=night.province.rules,
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress("land_portal", done, total),
        late=night.late,
        asking=asking,
    )
    return _counts(manifest) | {"calls": calls, "look_ups": manifest["look_ups"]}


def _asking(night: Night, section: AdapterSource) -> Asking:
    """Whom to ask tonight, from the shop's landing, the last night's answers and what is open in the warehouse."""
    from doisoat.land.asking import Rhythm, open_asking
    from doisoat.land.projection import secret_digest

    key = digest_key(night.settings.home)

    return open_asking(
        night.key.business_date,
        night.files.landing(Side.SHOP),
        night.files.landing(Side.PORTAL),
        shop_words=night.reference.status_map(night.province.shop, night.key.business_date),
        portal_words=night.reference.status_map(section, night.key.business_date),
        severities=_open_severities(night),
        rhythm=Rhythm(section.look_up_every_days, section.look_up_finished_every_days, section.look_up_budget),
        digest=lambda code: secret_digest(key, code),
    )


def _open_severities(night: Night) -> dict[str, int]:
    """Dossier code -> how bad its worst open discrepancy is, 0 = worst, as of before this business date."""
    from doisoat.rules.kinds import KIND_INFO

    ranks = {severity: rank for rank, severity in enumerate(Severity)}
    worst: dict[str, int] = {}
    with night.warehouse() as warehouse:
        for one in warehouse.open_before(night.key.province_code, night.key.business_date):
            rank = ranks[KIND_INFO[DiscrepancyKind(one.kind)].severity()]
            worst[one.dossier_code] = min(rank, worst.get(one.dossier_code, rank))
    return worst


def _days(night: Night) -> dict[str, date]:
    """The days a source may ask for: those a province's own query of a database binds, and its folder of the day."""
    day = night.key.business_date
    return {"scope_from": night.province.rules.scope_start(day), "business_date": day}


def land_published(night: Night) -> Counts:
    """Land the figures the portal has published, where the province file names a source; nothing otherwise."""
    from doisoat.land.aggregates import land_aggregates
    from doisoat.land.connect import open_figures
    from doisoat.store.landing import is_landed, read_manifest

    section, folder = night.province.aggregates, night.files.landing_aggregates
    if section is None:
        return {}
    if not is_landed(folder):
        source = open_figures(section, night.key, clock=_now, resolve=night.province.resolve)
        land_aggregates(source, folder, lambda done, total: night.progress("land_portal: số công bố", done, total))
    return {"aggregates": _counts(read_manifest(folder))}


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
    words = night.reference.status_map(section, night.key.business_date)
    return stage_look_ups(
        night.files, side, night.province, night.reference, words, digest_key=key, secret_digests=digests
    )


def _land_answers(night: Night, side: Side, section: LookUpSection, codes: list[str]) -> None:
    from doisoat.land import land_look_ups
    from doisoat.land.connect import open_look_up

    land_look_ups(
        side,
        codes,
        open_look_up(section, resolve=night.province.resolve, days=_days(night)),
        night.files.landing_recheck(side),
        key=night.key,
        concurrency=section.concurrency,
        digest_key=digest_key(night.settings.home),
        secret_procedures=night.province.secret_procedures,
        secret_agencies=night.province.secret_agencies,
        progress=lambda done, total: night.progress(f"recheck_{side.value}", done, total),
    )
