"""Invented applicants and officers. Every value carries a mark by which it is recognised anywhere.

All persons share a surname no one bears; identity numbers start with 0000, mails end in a reserved domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

SURNAME = "Hoàngyến"
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Hữu", "Thanh", "Xuân", "Quốc", "Kim")
_GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hạnh",
    "Hùng",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Phương",
    "Quang",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thu",
    "Trang",
    "Tuấn",
    "Vinh",
)
_REMARKS = (
    "{name} (CCCD {number}) đề nghị giải quyết sớm",
    "Đã gọi {phone}, {name} hẹn bổ sung",
    'Ghi nhận "bản gốc" của {name}\nliên hệ {mail}',
    '=HYPERLINK("http://{mail}";"{name}")',
    "Hồ sơ của {name}; nhận tại {address}",
)


@dataclass(frozen=True, slots=True)
class Person:
    """The personal columns of one dossier."""

    name: str
    number: str
    phone: str
    mail: str
    address: str
    summary: str
    remark: str
    officer: str

    @property
    def canaries(self) -> tuple[str, ...]:
        """Values that must never be seen outside the source."""
        return (self.name, self.number, self.phone, self.mail, self.address)


def _person(index: int) -> Person:
    middle = _MIDDLE[index % len(_MIDDLE)]
    given = _GIVEN[index // len(_MIDDLE) % len(_GIVEN)]
    name = f"{SURNAME} {middle} {given}"
    number, phone = f"0000{12345678 + index * 7919:08d}", f"0990{100000 + index * 37:06d}"
    mail, address = f"cd{index:03d}@canary.example", f"Số {index + 1}, ngõ {SURNAME}, phường Minh Họa"
    remark = _REMARKS[index % len(_REMARKS)].format(name=name, number=number, phone=phone, mail=mail, address=address)
    officer = f"{SURNAME} Cán Bộ {index % 20 + 1:02d}"
    return Person(name, number, phone, mail, address, f"Đơn của {name}, số {number}", remark, officer)


@cache
def people() -> tuple[Person, ...]:
    """All 250 invented persons."""
    return tuple(_person(index) for index in range(len(_MIDDLE) * len(_GIVEN)))


@cache
def canaries() -> tuple[str, ...]:
    """Every marked value, and the marks themselves."""
    values = {value for person in people() for value in (*person.canaries, person.officer)}
    return (SURNAME, "canary.example", *sorted(values))
