"""Discrepancies whose cause is known, as both systems would show them, and how the program judges them.

Per cause a hundred, with the noise of real data; and two hundred that one broken mapping held back, which leave no
trace of their own: only what they have in common tells.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from doisoat.assess import assess_night
from doisoat.rules.causes import Cause
from doisoat.store.warehouse import Warehouse
from tests.unit.assess.nights import Night, Record, at, dossier, found, province, reference, rows_of

Confusion = Counter[tuple[Cause, Cause]]  # (planted, judged)
SHOP: dict[str, Any] = {"agency_known": True, "agency_ended": False}
SHOP |= {"step_at": at("25/08 08:00"), "received_at": at("20/08 08:00")}
PORTAL: dict[str, Any] = SHOP | {"step_at": at("20/08 08:00")}
PER_CAUSE, BROKEN, ORDINARY = 100, 200, 2_000
_BROKEN_SINCE = at("02/09 14:05")


def confusion(home: Path, warehouse: Warehouse) -> Confusion:
    """The night of all of them, assessed: how many of each planted cause were judged as which."""
    truth, night = _night()
    files = night.write(home)
    assess_night(files, province(), reference(), warehouse)
    pairs = rows_of(files.work("assess") / "discrepancies.parquet", "dossier_code", "cause")
    return Counter((truth[code], Cause(cause)) for code, cause in pairs)


def recall(judged_as: Confusion, cause: Cause) -> float:
    return judged_as[cause, cause] / sum(count for (was, _), count in judged_as.items() if was is cause)


def precision(judged_as: Confusion, cause: Cause) -> float:
    return judged_as[cause, cause] / sum(count for (_, judged), count in judged_as.items() if judged is cause)


def _night() -> tuple[dict[str, Cause], Night]:
    chance, truth = Random(1), {}
    discrepancies, shop, portal = [], [], []
    for number in range(PER_CAUSE * len(Cause)):
        cause = list(Cause)[number % len(Cause)]
        one, ours, theirs = planted(cause, number, chance)
        truth[one["dossier_code"]] = cause
        discrepancies.append(one)
        shop += [ours] if ours else []
        portal += [theirs] if theirs else []
    for number in range(BROKEN):
        one, ours = _held_back(number)
        truth[one["dossier_code"]] = Cause.MAPPING
        discrepancies.append(one)
        shop.append(ours)
    shop += [dossier(f"H44.05-260701-{number:04}", 9, **SHOP) for number in range(ORDINARY)]
    return truth, Night(discrepancies=discrepancies, shop=shop, portal=portal)


def _held_back(number: int) -> tuple[Record, Record]:
    """Nothing of one procedure arrives since 14:05: finished in the shop, and the portal does not know."""
    code, moment = f"H44.05-260902-{number:04}", _BROKEN_SINCE + timedelta(minutes=number // 2)
    one = found(code, "finished_not_synced", procedure_code="1.004194", since=moment)
    return one, dossier(code, 9, **SHOP | {"step_at": moment, "procedure_code": "1.004194"})


def planted(cause: Cause, number: int, chance: Random) -> tuple[Record, Record | None, Record | None]:
    """A discrepancy with this cause as both systems would show it, with the noise of real data."""
    code = f"H44.05-260803-{number:04}"
    clicked = at("20/08 08:00") + timedelta(minutes=chance.randrange(3_000))
    received = clicked - timedelta(days=3)
    shop = dossier(code, 9, **{**SHOP, "step_at": clicked, "received_at": received})
    portal = dossier(code, 4, **{**PORTAL, "step_at": received, "received_at": received})
    kind, subtype = chance.choice(
        [("finished_not_synced", ""), ("status_lag", ""), ("finished_not_synced", "false_overdue")]
    )
    match cause:
        case Cause.TRANSPORT:
            if chance.random() < 0.4:
                return found(code, "missing_on_portal", since=clicked), shop, None
        case Cause.MAPPING:
            if chance.random() < 0.3:
                return found(code, "status_conflict", "swapped_3_8", since=clicked), shop, portal
            shop |= {"procedure_issue": "unknown", "procedure_raw": "1.9"}
            if chance.random() < 0.5:
                return found(code, "missing_on_portal", since=clicked), shop, None
        case Cause.PORTAL:
            portal |= {"step_at": clicked + timedelta(minutes=chance.randrange(1, 600))}
        case Cause.OFFICER:
            if chance.random() < 0.5:
                return found(code, "stuck", "processing", since=clicked), shop | {"status": 4}, portal
            portal |= {"step_at": clicked + timedelta(hours=1), "status": 9}
            return found(code, "status_conflict", "portal_ahead", since=clicked), shop | {"status": 4}, portal
        case Cause.RULE:
            return found(code, "lateness_disagreement", "same_day_time", since=clicked), shop, portal
        case Cause.NOT_DUE:
            fresh = at("03/09 09:00")
            return found(code, "due_at_mismatch", since=fresh), shop | {"step_at": fresh}, portal
        case Cause.UNDETERMINED:
            return found(code, "channel_mismatch", field="KenhThucHien", since=clicked), shop, portal
    if cause is Cause.TRANSPORT and chance.random() < 0.1:
        shop |= {"step_at": None}  # this source forgot when it was clicked: nothing can be proved
    return found(code, kind, subtype, since=clicked), shop, portal
