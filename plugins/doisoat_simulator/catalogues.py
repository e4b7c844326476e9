"""Both sides' catalogues of procedures, agencies and sectors, with planted differences and the truth about them.

Ordinary entries agree, each side in its own spelling (local codes, tone marks, hours for days, dots in fees). A plant
spoils one pair and writes down, at that moment, what a correct comparison finds; near misses expect nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from doisoat_simulator.catalogue_plants import LEVELS, PLANTS, Pair, Row
from doisoat_simulator.reference import TABLES

NEW_AGENCY = ("H44.999", "Trung tâm mới lập trên Cổng")
LOCAL_SECTOR = ("LV-DP-01", "Lĩnh vực riêng của tỉnh")
_SECTORS = (
    ("G15-HT01", "Hộ tịch"),
    ("G15-CT02", "Chứng thực"),
    ("G13-DD01", "Đất đai"),
    ("G05-DT01", "Đầu tư"),
    ("G07-BT01", "Bảo trợ xã hội"),
    ("G17-XD01", "Hoạt động xây dựng"),
    ("G02-XT01", "Xúc tiến thương mại"),
    ("G03-GD10", "Giáo dục trung học"),
)
_VERBS = ("Cấp", "Cấp lại", "Gia hạn", "Điều chỉnh", "Thu hồi", "Xác nhận", "Công nhận", "Đăng ký")
_THINGS = (
    "giấy phép hoạt động của cơ sở hòa giải",
    "chứng chỉ hành nghề tư vấn thủy lợi",
    "giấy xác nhận đủ điều kiện hóa chất",
    "quyết định hỗ trợ khoản vay",
    "thỏa thuận đấu nối công trình",
    "phù hiệu phương tiện vận tải",
    "kế hoạch quản lý rừng bền vững",
)
_ORDINARY, _ROOM = 150, 400  # made-up procedures: untouched ones, and room for plants
_GROWN = 20_000  # dossiers from which a catalogue no longer grows with them
_OLDER = {"hòa": "hoà", "thủy": "thuỷ", "hóa": "hoá", "thỏa": "thoả"}  # the older way of placing the mark


@dataclass(frozen=True)
class CatalogueTruth:
    """One difference that must be found; of a sector `procedure_code` is its code."""

    sort: str
    subtype: str
    field: str
    procedure_code: str
    agency_code: str
    plant: str


@dataclass
class Catalogues:
    """What each side lists; rows under the wire's names, in code order."""

    shop: list[Row] = field(default_factory=list)
    portal: list[Row] = field(default_factory=list)
    shop_sectors: list[Row] = field(default_factory=list)
    portal_sectors: list[Row] = field(default_factory=list)
    truth: list[CatalogueTruth] = field(default_factory=list)
    missing_agency: str = ""  # listed by the province, not by the portal

    def portal_row(self, code: object) -> Row | None:
        """The portal's entry of a code."""
        return next((row for row in self.portal if row["MATTHC"] == code), None)


def build_catalogues(dossiers: int, seed: int) -> Catalogues:
    """Both catalogues of a world of this size; the same seed gives the same."""
    dossiers = min(dossiers, _GROWN)
    made = Catalogues(missing_agency="H44.247")
    rng = Random(f"{seed}/catalogue")
    pairs = [*_reference_pairs(), *_made_up_pairs(rng)]
    spare = iter(pairs[len(pairs) - _ROOM :])
    for name, (slots, spoil) in PLANTS.items():
        for number in range(max(2, -(-slots * dossiers // 20_000))):
            pair = next(spare)
            expected = spoil(pair, number)
            if expected is not None:
                code = pair.shop["MATTHC"] if pair.portal is None and pair.shop else pair.code
                made.truth.append(CatalogueTruth("procedure", *expected, code, "", name))
    made.shop = sorted((pair.shop for pair in pairs if pair.shop), key=lambda row: row["MATTHC"])
    made.portal = sorted((pair.portal for pair in pairs if pair.portal), key=lambda row: row["MATTHC"])
    _plant_others(made)
    return made


# --- ordinary entries ---------------------------------------------------------------------------------------


def _reference_pairs() -> Iterator[Pair]:
    """The province's own table, on both sides alike; the portal has closed what has ended."""
    for row in _table("procedures.csv"):
        ended = bool(row["hieu_luc_den"])
        portal = _row(row["ma_quoc_gia"], row["ten"], row["linh_vuc"], row["muc_do"], row["thoi_han"], "0")
        portal |= {"DONVITINH": row["don_vi_tinh"], "TRANGTHAI": "0" if ended else "1"}
        yield Pair(row["ma_quoc_gia"], dict(portal), portal)


def _made_up_pairs(rng: Random) -> Iterator[Pair]:
    """Enough for the largest world; every third under a local code in the shop."""
    for number in range(_ORDINARY + _ROOM):
        code = f"3.{600_000 + number * 7:06d}"
        name = f"{rng.choice(_VERBS)} {rng.choice(_THINGS)} (loại {number + 1})"
        sector = rng.choice(_SECTORS)[1]
        fee, term = rng.choice((0, 50_000, 150_000, 1_200_000)), rng.randrange(2, 30)
        level = rng.choice(("toan_trinh", "mot_phan"))
        portal = _row(code, name, sector, level, str(term), str(fee))
        shop = dict(portal) | {"TENTTHC": _older(name) if number % 2 else name.upper()}
        shop["PHILEPHI"] = f"{fee:,}".replace(",", ".")
        if number % 4 == 1:
            shop |= {"THOIHAN": str(8 * term), "DONVITINH": "Giờ"}
        yield Pair(code, shop, portal)


def _row(code: str, name: str, sector: str, level: str, term: str, fee: str) -> Row:
    return {
        "MATTHC": code,
        "TENTTHC": name,
        "LINHVUC": sector,
        "MUCDO": LEVELS[level or "khong"],
        "PHILEPHI": fee,
        "THOIHAN": term,
        "DONVITINH": "Ngày làm việc",
        "TRANGTHAI": "1",
    }


def _older(name: str) -> str:
    for today, before in _OLDER.items():
        name = name.replace(today, before)
    return name


def _plant_others(made: Catalogues) -> None:
    """Sectors and agencies: one that only a side has, one under another name."""
    used = sorted({row["LINHVUC"] for row in made.portal if row["LINHVUC"]} | {name for _, name in _SECTORS})
    codes = {name: code for code, name in _SECTORS}
    listed = [(codes.get(name, f"LV-{at:03d}"), name) for at, name in enumerate(used, 1)]
    made.portal_sectors = [{"MALINHVUC": code, "TENLINHVUC": name, "MANGANH": code[:3]} for code, name in listed]
    made.shop_sectors = [{"MALINHVUC": code, "TENLINHVUC": name} for code, name in (*listed, LOCAL_SECTOR)]
    made.shop_sectors[0]["TENLINHVUC"] += " (cũ)"
    first, local = made.shop_sectors[0]["MALINHVUC"], LOCAL_SECTOR[0]
    made.truth += [
        CatalogueTruth("sector", "attribute", "name", first, "", "sector_name"),
        CatalogueTruth("sector", "only_in_shop", "MaLinhVuc", local, "", "local_sector"),
        CatalogueTruth("agency", "only_in_shop", "MaCoQuan", "", made.missing_agency, "missing_agency"),
        CatalogueTruth("agency", "only_on_portal", "MaCoQuan", "", NEW_AGENCY[0], "new_agency"),
    ]


def _table(name: str) -> list[Row]:
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# --- as files -------------------------------------------------------------------------------------------------


def write_catalogues(made: Catalogues, portal_agencies: list[Row], folder: Path) -> None:
    """`shop/`, `portal/` (lists as CSV) and `truth.csv` below `folder`."""
    lists = {
        "shop/thu-tuc.csv": made.shop,
        "shop/linh-vuc.csv": made.shop_sectors,
        "portal/thu-tuc.csv": made.portal,
        "portal/linh-vuc.csv": made.portal_sectors,
        "portal/co-quan.csv": portal_agencies,
        "truth.csv": [dict(vars(item)) for item in made.truth],
    }
    for name, rows in lists.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
