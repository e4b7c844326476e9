"""Which dossiers are looked up again before anyone is told, and on which side (rules §5a). Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from doisoat.model import DiscrepancyKind, Severity, Side

K = DiscrepancyKind
_SHOP, _PORTAL = frozenset({Side.SHOP}), frozenset({Side.PORTAL})
# Kinds whose test reads one side's row only: the other side's answer could neither confirm nor refute them.
_READS: dict[DiscrepancyKind, frozenset[Side]] = {
    K.DUPLICATE_IN_SHOP: _SHOP,
    K.DUPLICATE_ON_PORTAL: _PORTAL,
    K.STUCK: _SHOP,
    K.LATE_INTAKE: _SHOP,
    K.SECOND_SUPPLEMENT: _SHOP,
    K.SECOND_EXTENSION: _SHOP,
}
_BOTH = frozenset(Side)
_WORST_FIRST = {Severity.HIGH.value: 0, Severity.MEDIUM.value: 1, Severity.LOW.value: 2}


@dataclass(frozen=True)
class Suspect:
    """One discrepancy as the plan needs it; the keys are the code as each side knows it."""

    dossier_code: str
    kind: str
    subtype: str
    field: str
    severity: str
    shop_key: str | None = None
    portal_key: str | None = None

    def key(self, side: Side) -> str:
        """The code to ask a side for: its own, else the dossier's."""
        return (self.shop_key if side is Side.SHOP else self.portal_key) or self.dossier_code

    @property
    def reads(self) -> frozenset[Side]:
        """The sides whose answer can change what the kind's test says."""
        return _READS.get(DiscrepancyKind(self.kind), _BOTH)


def choose_codes(suspects: Iterable[Suspect], sides: Collection[Side], budget: int) -> dict[Side, list[str]]:
    """The codes to look up on each side: worst first, then by code, each once, at most `budget` a side."""
    ordered = sorted(suspects, key=lambda suspect: (_WORST_FIRST[suspect.severity], suspect.dossier_code))
    return {
        side: list(dict.fromkeys(suspect.key(side) for suspect in ordered if side in suspect.reads))[:budget]
        for side in Side
        if side in sides
    }
