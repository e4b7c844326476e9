"""The lasting name of a discrepancy: what makes tonight's finding the same as last night's.

`discrepancy-rules` §8.6: (province, kind, dossier, field); for kinds without a dossier also (agency,
procedure, period, subtype). Standard library only; `sql/assessment/tonight.sql` computes the
same in the engine, and a test holds both together.
"""

from __future__ import annotations

from hashlib import sha256

from doisoat.model import SET_KINDS

# Codes never contain control characters (they are removed while reading), so this cannot stand inside one.
SEPARATOR = "\x1f"


def fingerprint(
    province: str,
    kind: str,
    dossier_code: str,
    field: str,
    *,
    agency_code: str | None = None,
    procedure_code: str | None = None,
    period: str | None = None,
    subtype: str | None = None,
) -> str:
    """64 hexadecimal digits; null and empty are the same. The last four count only without a dossier.

    >>> fingerprint("H44", "stuck", "H44.05-260820-0001", "TrangThaiHoSo")[:12]
    '1c9e1af844b3'
    """
    parts = [province, str(kind), dossier_code, field]
    if kind in SET_KINDS:
        parts += [agency_code or "", procedure_code or "", period or "", subtype or ""]
    return sha256(SEPARATOR.join(parts).encode()).hexdigest()
