"""A made world of any size as the two snapshots `reconcile` reads, written month by month in bounded memory.

Same partitions, columns, types and order of rows as `stage` leaves (docs/data-contracts.md), the same bytes for the
same size, share and seed. Beside them world.json: what was planted, so that what is found can be held against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.benching import snapshots
from doisoat.benching.plan import PLANTS, lone_share, places
from doisoat.benching.snapshots import DAY, ROOT
from doisoat.config import Province, load_province
from doisoat.errors import ConfigError
from doisoat.model import Side
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import UNDATED, RunFiles, read_json, write_json

if TYPE_CHECKING:
    import duckdb

_AS_OF = f"{DAY.isoformat()}T23:59:59+07:00"
_LAST_MONTH = date(2026, 8, 1)
_MOST_MONTHS = 120  # ten years; beyond that the months grow: a nation's
_RECENT = date(2026, 6, 1)
_FAR_DAY = date(2026, 11, 10)
_CONFIG = f"""\
province: {ROOT}
name: Thế giới đo
province_roots: [{ROOT}, H62, H28]
shop: {{kind: files, path: shop}}
portal: {{kind: files, path: portal}}
rules: {{scope_from: 2000-01-01}}
mail: {{mode: outbox, sender: doisoat@example.vn, technical_contact: không gửi}}
"""
Progress = Callable[[int, int], None]  # dossiers written, of how many


@dataclass(frozen=True)
class WorldSize:
    """What a world is made from."""

    rows: int  # wanted a side
    differing: int = 3  # percent of the pairs
    seed: int = 1
    month_rows: int = 350_000  # a province's month
    most_made: int = 10_000_000  # of more, each made dossier stands under several codes: twins, quick to write

    @property
    def twins(self) -> int:
        """Under how many codes each dossier stands."""
        return -(-self.rows // self.most_made)

    @property
    def dossiers(self) -> int:
        """So many that either side has about `rows` of them; twins count each."""
        wanted = self.rows / (1 - max(lone_share(self.differing, side.value) for side in Side))
        return round(wanted / self.twins) * self.twins

    def months(self) -> Iterator[tuple[date, int, int]]:
        """(month, number of its first dossier, dossiers without their twins), the newest month first."""
        count, made = min(-(-self.dossiers // self.month_rows), _MOST_MONTHS), self.dossiers // self.twins
        firsts = [made * place // count for place in range(count + 1)]
        for place in reversed(range(count)):
            yield _earlier(_LAST_MONTH, count - 1 - place), firsts[place], firsts[place + 1] - firsts[place]


def _earlier(month: date, by: int) -> date:
    whole = month.year * 12 + month.month - 1 - by
    return date(whole // 12, whole % 12 + 1, 1)


@dataclass
class Truth:
    """What was planted: discrepancies per "kind/subtype", and what any comparison of rows must count."""

    kinds: Counter[str] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)  # matched, shop_only, portal_only
    only_left: int = 0  # codes the portal does not have
    only_right: int = 0
    differing_rows: int = 0
    differing_cells: int = 0

    def add(self, plant: str, dossiers: int, rows: int, cells: int) -> None:
        """Count the dossiers of one plant; `rows` and `cells` of theirs differ."""
        self.differing_rows += rows
        self.differing_cells += cells
        if name := _KINDS.get(plant):
            self.kinds[name] += dossiers
        self.standings[_STANDINGS.get(plant, "matched")] += dossiers
        self.only_left += dossiers if plant in ("shop_only", "rejected", "subst", "subst_alt") else 0
        self.only_right += dossiers if plant in ("portal_only", "elsewhere", "subst", "subst_alt") else 0


_KINDS = {plant.name: "/".join(filter(None, (plant.kind, plant.subtype))) for plant in PLANTS if plant.kind}
_STANDINGS = {
    "shop_only": "shop_only",
    "portal_only": "portal_only",
    "elsewhere": "set_aside",
    "rejected": "set_aside",
    **dict.fromkeys(("ds_status", "ds_other", "dp_status", "dp_other"), "set_aside"),
}


@dataclass(frozen=True)
class World:
    """A world on disk below `home`; `truth` is what its world.json tells."""

    home: Path
    truth: dict[str, Any]

    @property
    def files(self) -> RunFiles:
        return snapshots.files(self.home)

    @property
    def size(self) -> WorldSize:
        return WorldSize(**self.truth["size"])

    @property
    def config(self) -> Path:
        """The province file `doisoat reconcile` reads it by."""
        return self.home / "do.yaml"


def open_world(home: Path) -> World:
    """A world kept earlier; ConfigError if there is none."""
    try:
        world = World(home.resolve(), read_json(home / "world.json"))
        if world.size.rows < 1 or not world.files.staged.is_file():
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(
            "there is no world here; --world names the folder `world` that an earlier bench with --keep has left",
            file=home,
        ) from None
    return world


def write_world(home: Path, size: WorldSize, progress: Progress = lambda done, total: None) -> World:
    """Write both snapshots below `home`, which does not exist yet; ConfigError if the disk does not take them."""
    import duckdb

    world = World(home, {})
    try:
        home.mkdir(parents=True)
        world.config.write_text(_CONFIG, encoding="utf-8")
        with engine(home / "tmp") as connection:
            truth, rows = _write(connection, world.files, size, load_province(world.config), progress)
        told = vars(truth) | {"rows": rows, "size": asdict(size), "dossiers": size.dossiers}
        write_json(home / "world.json", told)
    except (duckdb.IOException, OSError) as error:
        raise ConfigError(
            f"the world was not written ({error}); make room on that disk, or name another folder with --work"
        ) from None
    return World(home, read_json(home / "world.json"))


def _write(
    connection: duckdb.DuckDBPyConnection, files: RunFiles, size: WorldSize, province: Province, progress: Progress
) -> tuple[Truth, dict[str, int]]:
    """Both sides, staged.json; the truth and the rows of each side."""
    facts = _register(connection, size, province)
    truth, rows, written = Truth(), Counter[str](), 0
    for side in Side:
        files.partition(side).parent.mkdir(parents=True)
    for month, first, number in size.months():
        bindings = facts | {"first": first, "rows": number, "days": _days(connection, month)}
        for step in ("lives", "told", "rejected"):
            run_query(connection, f"bench/{step}", bindings)
        for found in run_query(connection, "bench/planted").fetchall():
            truth.add(found[0], *(count * size.twins for count in found[1:]))
        _write_month(connection, files, f"{month:%Y-%m}", rows, size.twins)
        written += number * size.twins
        progress(written, size.dossiers)
    _write_rest(connection, files, rows, size.twins)
    return truth, dict(rows)


def _register(connection: duckdb.DuckDBPyConnection, size: WorldSize, province: Province) -> dict[str, Any]:
    """The reference tables and the places; the bind parameters that hold for every month."""
    from doisoat.store.reference import load_reference
    from doisoat.store.tables import register_reference

    register_reference(connection, load_reference(province))
    run_query(connection, "bench/places", {"plants": places(size.differing)})
    run_query(connection, "bench/no_rejections")
    agencies = _row(connection, "bench/agencies", {"root": ROOT})
    procedures = _row(connection, "bench/procedures", {})
    return {
        "seed": size.seed,
        "root": ROOT,
        "recent": _RECENT,
        "far_day": _FAR_DAY,
        "agencies": agencies["living"],
        "ended": agencies["ended"],
        "ended_final": agencies["ended_final"],
        "procedures": procedures["living"],
        "retired": procedures["retired"],
    }


def _row(connection: duckdb.DuckDBPyConnection, query: str, bindings: dict[str, Any]) -> dict[str, Any]:
    answer = run_query(connection, query, bindings)
    names = [column[0] for column in answer.description or ()]
    return dict(zip(names, answer.fetchone() or (), strict=True))


def _days(connection: duckdb.DuckDBPyConnection, month: date) -> list[date]:
    days: list[date] = _row(connection, "bench/working_days", {"month": month})["days"]
    return days


def _write_month(
    connection: duckdb.DuckDBPyConnection, files: RunFiles, month: str, rows: Counter[str], twins: int
) -> None:
    """The month's file of either side; rows of the portal that belong to an earlier month wait in `left_rows`."""
    for step in ("shop_rows", "no_left_rows"):
        run_query(connection, f"bench/{step}")
    _write_rows(connection, files, Side.SHOP, month, rows, twins)
    for step in ("portal_rows", "left_rows", "of_month"):
        run_query(connection, f"bench/{step}", {"month": month})
    _write_rows(connection, files, Side.PORTAL, month, rows, twins)


def _write_rest(connection: duckdb.DuckDBPyConnection, files: RunFiles, rows: Counter[str], twins: int) -> None:
    """What the oldest month left over, the empty partitions that always exist, rejections, staged.json."""
    run_query(connection, "bench/last_rows")
    earlier = _row(connection, "bench/left_month", {})["month"]
    if earlier:
        _write_rows(connection, files, Side.PORTAL, earlier, rows, twins)
    connection.execute("TRUNCATE month_rows")
    for side in Side:
        _write_rows(connection, files, side, UNDATED, rows)
    if twins > 1:
        run_query(connection, "bench/twin_rejections", {"twins": twins})
    run_query(connection, "staging/write_rejections", {"path": str(files.rejections(Side.PORTAL))})
    connection.execute("TRUNCATE rejections")
    run_query(connection, "staging/write_rejections", {"path": str(files.rejections(Side.SHOP))})
    side_read = {"complete": True, "partial": False, "partial_reasons": [], "absent_columns": [], "look_ups": None}
    sides = {side.value: side_read | {"staged": rows[side.value], "kind": "files"} for side in Side}
    write_json(files.staged, {"as_of": _AS_OF, "skewed": False, "late": False, "sides": sides, "rule_versions": {}})


def _write_rows(
    connection: duckdb.DuckDBPyConnection, files: RunFiles, side: Side, month: str, rows: Counter[str], twins: int = 1
) -> None:
    query = "bench/write_twins" if twins > 1 else "staging/write_month"
    run_query(connection, query, {"path": str(files.partition(side, month)), "twins": twins})
    rows[side.value] += connection.table("month_rows").shape[0] * twins
