"""One dossier's whole life, drawn once, and how it looks at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from doisoat_simulator.people import Person, people
from doisoat_simulator.reference import Procedure

Row = dict[str, Any]
"""One record of one side: wire field names, plain values."""

LAST_SECOND = time(23, 59, 59)
_LINKS = tuple(f"https://motcua.phutho.example/ket-qua/{n:03d}.pdf" for n in range(200))


@dataclass(slots=True)
class Life:
    """Facts of one dossier; what lies after the end of a day is not yet known on that day."""

    agency: str
    procedure: Procedure
    person: int
    submitted: datetime | None = None
    received: datetime | None = None
    due: datetime | None = None
    finished: datetime | None = None
    returned: datetime | None = None
    asked: datetime | None = None
    completed: datetime | None = None
    steps: list[tuple[datetime, int]] = field(default_factory=list)
    extensions: int = 0
    channel: int | None = 1
    paid: int | None = None
    fee: int | None = None
    secrecy: str | None = None

    @property
    def arrival(self) -> date:
        """The day on which the dossier first exists anywhere."""
        return self.steps[0][0].date()

    def begun(self, status: int) -> datetime:
        """When the dossier first reached a status."""
        return next(moment for moment, step in self.steps if step == status)

    def procedure_link(self) -> str | None:
        """Where its result lies, if the procedure returns one."""
        return _LINKS[self.person % len(_LINKS)] if self.procedure.returns else None


def end_of(day: date) -> datetime:
    """Last second of a day."""
    return datetime.combine(day, LAST_SECOND)


def _by(moment: datetime | None, cut: datetime) -> datetime | None:
    return moment if moment is not None and moment <= cut else None


def _personal(person: Person) -> Row:
    return {
        "ChuHoSo": person.name,
        "SoGiayToChuHoSo": person.number,
        "Email": person.mail,
        "SoDienThoai": person.phone,
        "DiaChi": person.address,
        "TrichYeuHoSo": person.summary,
        "GhiChu": person.remark,
        "NguoiXuLy": person.officer,
    }


def face(life: Life, code: str, today: date) -> Row:
    """The dossier as both sides ought to show it at the end of ``today``."""
    cut = end_of(today)
    step = life.steps[0]
    for later in life.steps:
        if later[0] <= cut:
            step = later
    received, asked, finished = _by(life.received, cut), _by(life.asked, cut), _by(life.finished, cut)
    return {
        "MaHoSo": code,
        "TrangThaiHoSo": step[1],
        "MaTTHC": life.procedure.code,
        "MaCoQuan": life.agency,
        "NgayNopHoSo": life.submitted,
        "NgayTiepNhan": received,
        "NgayHenTra": life.due if received else None,
        "NgayKetThucXuLy": finished,
        "NgayTra": _by(life.returned, cut),
        "ThoiDiemXuLy": step[0],
        "KenhThucHien": life.channel,
        "DuocThanhToanTrucTuyen": life.paid,
        "TongLePhi": life.fee,
        "SoLanBoSung": 1 if asked else 0,
        "NgayYeuCauBoSung": asked,
        "NgayHoanThanhBoSung": _by(life.completed, cut),
        "SoLanGiaHan": life.extensions,
        "DuongDanTepTinKetQua": life.procedure_link() if finished and step[1] in (9, 10) else None,
        "MaHoSoQG": None,
        "MaHoSoKhac": None,
        "MaHoSoDonVi": None,
        "DoMat": life.secrecy,
        **_personal(people()[life.person]),
        "source_id": "",
        "updated_at": step[0] + timedelta(seconds=40),
    }
