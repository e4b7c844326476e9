"""The section `forms` of a province file: how the statutory forms (Biểu 07) are filled, and when their DAG runs."""

from __future__ import annotations

from typing import Literal

from doisoat.config.access import Section
from doisoat.model import Side

FormClock = Literal["luat", "dvcqg", "mot_cua"]


class Forms(Section):
    """Every key has a default; a province fills the same forms without the section."""

    side: Side = Side.SHOP  # whose figures are filed; the other side stands beside them
    clock: FormClock = "luat"  # by which clock a dossier is early, on its date, or late
    schedule: str = "0 3 15 * *"  # after the night of the 14th, the last day of every statutory period
