"""What `assess` reads: the files of the night as relations of one engine, and the state before the night."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.errors import TerminalError
from doisoat.model import Side, Verdict
from doisoat.store.engine import engine, run_query
from doisoat.store.layout import RunFiles, read_json

if TYPE_CHECKING:
    import duckdb

    from doisoat.store.lifecycle import OpenDiscrepancy
    from doisoat.store.reference import Reference


# tonight's fingerprints -> what was known before
Prior = Callable[[Sequence[str]], Sequence["OpenDiscrepancy"]]
PRIOR = (
    *("fingerprint", "first_seen_on", "kind", "dossier_code", "state", "opened_on", "reopened", "accepted_until"),
    *("person", "reason", "agency_code", "procedure_code", "began_on", "technical", "cause", "evidence", "in_pattern"),
    "charged_on",
)  # columns of prior.parquet


@dataclass(frozen=True)
class Night:
    """One night being assessed.

    Relations of `connection`: found, tonight, prior_state, agency_counts, shop_rows, portal_rows, rejections, unknown,
    and the reference tables. `judged` is the summary of the stage that left the discrepancies.
    """

    files: RunFiles
    connection: duckdb.DuckDBPyConnection
    staged: dict[str, Any]
    judged: dict[str, Any]

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.staged["as_of"])

    @property
    def verdict(self) -> Verdict:
        """Partial: a side was read in part, or a look-up the run had planned failed (rules §5)."""
        sides = self.staged["sides"].values()
        halved = any(side.get("partial") or not side.get("complete", True) for side in sides)
        failed = self.judged.get("recheck", {}).get("failed_look_ups", 0) > 0
        return Verdict.PARTIAL if halved or failed else Verdict.COMPLETE

    @property
    def not_compared_kinds(self) -> list[str]:
        """Kinds this run did not evaluate for everyone: nothing of them can be said to be over."""
        return sorted({row["kind"] for row in self.judged.get("not_compared", []) if row.get("kind")})

    @property
    def portal_is_listed(self) -> bool:
        """False for a portal of look-ups: that it does not name a dossier proves nothing."""
        return not self.staged["sides"][Side.PORTAL.value].get("look_ups")

    @property
    def secret_digests(self) -> frozenset[str]:
        """Keyed digests of the codes either side calls secret."""
        paths = [self.files.landing(side) / "manifest.json" for side in Side]
        manifests = [read_json(path) for path in paths if path.is_file()]
        return frozenset(digest for one in manifests for digest in one.get("secret_digests", ()))

    @property
    def manifests(self) -> dict[str, str]:
        """Side -> sha256 of its landing manifest, where there is one."""
        paths = {side.value: self.files.landing(side) / "manifest.json" for side in Side}
        return {side: sha256(path.read_bytes()).hexdigest() for side, path in paths.items() if path.is_file()}


@contextmanager
def open_night(files: RunFiles, reference: Reference, prior: Prior | None) -> Iterator[Night]:
    """The night's relations; `prior` tells the state before it, None = the stored `prior.parquet`.

    One thread, so that written bytes do not depend on the machine.
    """
    from doisoat.store.tables import register_reference

    judged = files.work("recheck")
    if not (judged / "discrepancies.parquet").is_file():
        judged = files.work("reconcile")
    with engine(threads=1) as connection:
        register_reference(connection, reference)
        _open_discrepancies(connection, judged / "discrepancies.parquet")
        run_query(connection, "assessment/tonight", {"province": files.key.province_code})
        if prior is None:
            _read_prior(connection, files.work("assess") / "prior.parquet")
        else:
            seen = [name for (name,) in connection.table("tonight").project("fingerprint").distinct().fetchall()]
            _open_prior(connection, prior(sorted(seen)))
        _view(connection, "agency_counts", [files.work("reconcile") / "agency_counts.parquet"], "reconcile")
        _view(connection, "shop_rows", [files.dossiers(Side.SHOP)], "stage")
        _view(connection, "portal_rows", [files.dossiers(Side.PORTAL)], "stage")
        _view(connection, "unknown", [files.work("reconcile") / "unknown.parquet"], "reconcile")
        _view(connection, "rejections", [files.rejections(side) for side in Side], "stage")
        yield Night(files, connection, _json(files.staged, "stage"), _json(judged / "summary.json", "reconcile"))


def _read_prior(connection: duckdb.DuckDBPyConnection, stored: Path) -> None:
    """The relation prior_state as it was; a table, since what is written of a view also tells where that came from."""
    _require(stored, "assess")
    connection.read_parquet(str(stored)).create("prior_state")


def _open_prior(connection: duckdb.DuckDBPyConnection, known: Sequence[OpenDiscrepancy]) -> None:
    """The relation prior_state; each column goes in as one list: far quicker than row by row."""
    lists = {name: [getattr(item, name) for item in known] for name in PRIOR}
    run_query(connection, "assessment/prior", lists)


def _open_discrepancies(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The relation found; what was never planned to be looked up again has no word about it yet."""
    _require(path, "reconcile")
    relation = connection.read_parquet(str(path))
    if "recheck" not in relation.columns:
        relation = relation.project("*, CAST(NULL AS VARCHAR) AS recheck")
    relation.create_view("found")


def _view(connection: duckdb.DuckDBPyConnection, name: str, paths: list[Path], stage: str) -> None:
    for path in paths:
        _require(path, stage)
    connection.read_parquet([str(path) for path in paths]).create_view(name)


def _json(path: Path, stage: str) -> dict[str, Any]:
    _require(path, stage)
    value: dict[str, Any] = read_json(path)
    return value


def _require(path: Path, stage: str) -> None:
    if not any(path.parent.glob(path.name)):
        raise TerminalError(f"{path} is missing: run 'doisoat {stage}' for this date first")
