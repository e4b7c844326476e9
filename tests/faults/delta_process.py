"""A program that reads a shop by changes, stages it, and kills itself at its n-th renaming of a file, as a power cut would.

Arguments: home, number of the renaming at which SIGKILL comes (0 = never), file that learns each page asked for.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from doisoat.land.shops.paging import ListedPage
from doisoat.model import Side
from doisoat.store.layout import RunFiles
from tests.unit.incremental.changing_shop import ChangingShop, day, files_of, land_night, stage


class AskedShop(ChangingShop):
    """A shop that writes down which pages it gave."""

    log = Path()

    def _cut(self, records: list[dict[str, object]], number: int) -> ListedPage:
        with self.log.open("a", encoding="utf-8") as asked:
            asked.write(f"{self.asked[-1]}\n")
        return super()._cut(records, number)


def shop_of_the_first_night(log: Path) -> AskedShop:
    shop = AskedShop()
    shop.log = log
    for number in range(24):
        shop.put(number, NgayTiepNhan=f"20260{6 + number % 3}15083000")
    return shop


def kill_at_renaming(number: int) -> None:
    seen = 0

    def hook(event: str, arguments: object) -> None:
        nonlocal seen
        if event == "os.rename":
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def is_staged(files: RunFiles) -> bool:
    return files.staged.is_file()


def main(home: Path, killed_at: int, log: Path) -> None:
    shop = shop_of_the_first_night(log)
    if not is_staged(files_of(home, day(0))):
        land_night(home, day(0), shop)
        stage(home, day(0))
    shop.now = shop.now.replace(hour=20)
    for number in range(0, 12, 3):
        shop.put(number, TrangThaiHoSo="6")
    shop.remove(4)
    if killed_at:
        kill_at_renaming(killed_at)
    if not (files_of(home, day(1)).landing(Side.SHOP) / "manifest.json").is_file():
        log.open("a", encoding="utf-8").write("began\n")
    land_night(home, day(1), shop, notes=True)
    stage(home, day(1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
