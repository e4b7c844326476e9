"""The section `letters` of a province file: who signs the reminder letters, and how they are answered."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from doisoat.config.access import Section


class Letters(Section):
    """Empty texts are made from the province's name; number and date are left open for the officer who signs."""

    authority: str = ""  # the body above: ỦY BAN NHÂN DÂN TỈNH …
    issuer: str = "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"
    symbol: str = "TTPVHCC"  # behind the number that is left open
    place: str = ""
    signer: str = "GIÁM ĐỐC"
    copies: tuple[str, ...] = ("Như trên", "Thường trực UBND tỉnh (để báo cáo)", "Lưu: VT")
    answer_working_days: int = Field(2, ge=0)  # after the day by which everything is to be put right
    template: Path | None = None  # a DOCX of one's own; `doisoat letters template FILE` writes one to begin with
