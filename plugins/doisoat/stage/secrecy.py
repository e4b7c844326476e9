"""Secret dossiers leave both sides, whichever side marks them: from the relations and from the landings.

A landing only has keyed digests of secret codes; a row of the other side is found by the same digest. Agencies
and procedures that are secret under another spelling can only be told here, where the tables are.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Set
from functools import cache
from pathlib import Path

import duckdb

from doisoat.rules.values import read_code
from doisoat.store.engine import run_query
from doisoat.store.landing import keep_steps, remove_rows

SecretRow = tuple[str, int, list[str] | None]  # file, row, digests of its codes
_BLOCK = 64  # bytes, of SHA-256


def pads(key: bytes) -> dict[str, bytes]:
    """The key as HMAC pads it (RFC 2104), so that SQL only has to hash."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return {
        "inner_pad": bytes(byte ^ 0x36 for byte in block),
        "outer_pad": bytes(byte ^ 0x5C for byte in block),
    }


def normalised(codes: Iterable[str]) -> list[str]:
    return sorted({code for code in map(read_code, codes) if code is not None})


def forget_secret_rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    digests: Collection[str],
    digest_key: bytes,
    secret_procedures: Iterable[str],
    secret_agencies: Iterable[str],
) -> frozenset[str]:
    """Remove secret rows from `landed` and from the landing in `folder`; the digests of their codes."""
    found = find_secret_rows(
        connection,
        digests=digests,
        digest_key=digest_key,
        secret_procedures=secret_procedures,
        secret_agencies=secret_agencies,
    )
    if not found:
        return frozenset()
    positions = [(file, row) for file, row, _ in found]
    more = frozenset(digest for _, _, row_digests in found for digest in row_digests or ())
    remove_rows(folder, positions, digests=more)
    files, rows = zip(*positions, strict=True)
    run_query(connection, "staging/forget_rows", {"files": list(files), "rows": list(rows)})
    return more


def forget_secret_steps(folder: Path, digests: Set[str], digest_key: bytes) -> None:
    """Take the steps of secret dossiers out of the landing in `folder`, as their rows were."""
    if not digests:
        return

    @cache
    def is_open(code: str) -> bool:
        known = (hmac.digest(digest_key, text.encode(), "sha256").hex() for text in (code, f"={code}"))
        return digests.isdisjoint(known)

    keep_steps(folder, is_open)


def find_secret_rows(
    connection: duckdb.DuckDBPyConnection,
    *,
    digests: Collection[str],
    digest_key: bytes,
    secret_procedures: Iterable[str],
    secret_agencies: Iterable[str],
) -> list[SecretRow]:
    """The secret rows of `landed`."""
    secret = {
        "digests": sorted(digests),
        "procedures": normalised(secret_procedures),
        "agencies": normalised(secret_agencies),
    }
    if not any(secret.values()):
        return []
    return run_query(connection, "staging/secret_rows", pads(digest_key) | secret).fetchall()
