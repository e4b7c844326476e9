"""Land what look-ups say about single dossiers: a portal without an export, and the recheck.

A found dossier lands as a record; that one is absent, or that the look-up failed, stands in `answers.json` only.
Of a side's own landing a secret dossier stands nowhere; in a recheck it counts as failed: it is not known any more.
Asked in batches: a killed run asks for no finished batch again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from doisoat.errors import SourceContractBroken, TransientError
from doisoat.land.asking import Asking
from doisoat.land.asking.memory import write_memory
from doisoat.land.coverage import Coverage
from doisoat.land.landing import PartialLanding, Progress, describe
from doisoat.land.projection import Projection
from doisoat.land.source import Answer, Closing, LookUp, Page
from doisoat.model import RunKey, Side
from doisoat.rules.parameters import RuleParameters
from doisoat.store.landing import MANIFEST, UNKNOWN, read_manifest, require_usable, write_part

BATCH = 500
ANSWERS = "answers"


def land_look_ups(
    side: Side,
    codes: Sequence[str],
    look_up: LookUp,
    folder: Path,
    *,
    key: RunKey,
    concurrency: int,
    digest_key: bytes,
    rules: RuleParameters | None = None,
    secret_procedures: Iterable[str] = (),
    secret_agencies: Iterable[str] = (),
    progress: Progress | None = None,
    extracted_at: datetime | None = None,
    late: bool = False,
    batch_size: int = BATCH,
    asking: Asking | None = None,
) -> dict[str, Any]:
    """Ask for every code (normalised, each once), in order; the manifest. A stored landing is returned as it is.

    `asking`: whose plan the codes are; what it still knows lands as parts of its own before anything is asked, and
    what this night leaves known and unknown lands beside the answers.
    `complete` = no look-up failed. With `rules` (a side's own landing) it must be usable by them, else
    IncompleteLanding; without (a recheck) every failure only means that its dossier is unknown.
    Raises what the look-up raises when going on is senseless (SourceRefused); finished batches stay.
    """
    if (folder / MANIFEST).is_file():
        return read_manifest(folder)
    partial = PartialLanding.beside(folder)
    if partial.is_finished:
        return partial.move_to(folder)
    projection = Projection(secret_procedures=secret_procedures, secret_agencies=secret_agencies, digest_key=digest_key)
    own = rules is not None
    if asking is not None:
        _land_carried(asking, partial, projection)
    _ask_all(look_up, list(dict.fromkeys(codes)), partial, projection, concurrency, batch_size, progress, own=own)
    partial.require_part(projection)
    manifest = _describe(side, key, look_up, partial, extracted_at or look_up.observed_at) | {"late": late}
    if asking is not None:
        manifest |= _leave_known_and_unknown(asking, partial, projection)
    if rules is not None:
        require_usable(manifest, allow_partial=rules.allow_partial)
    return partial.finish(folder, manifest, **{ANSWERS: dict(sorted(_answers(partial).items()))})


def _land_carried(asking: Asking, partial: PartialLanding, projection: Projection) -> None:
    """What earlier nights found and is still known, in parts of its own; once."""
    for number, records in enumerate(asking.carried_records()):
        page = Page(f"carried-{number:06d}", records, asking.columns)
        if page.name not in partial.done:
            partial.add(page, projection, is_projected=True, answers={})


def _leave_known_and_unknown(asking: Asking, partial: PartialLanding, projection: Projection) -> dict[str, Any]:
    """Write the memory for the next night and what is unknown tonight; what the manifest says of both."""
    states = _answers(partial)
    told = {projection.digest(code) for code in asking.secret if states.get(code) in ("found", "absent")}
    digests = _secret_digests(partial) | (asking.memory.secret_digests - told)
    named = {code for one in asking.subjects for code in one.codes} if digests else set()
    secret = {code for code in named if projection.digest(code) in digests}
    memory = write_memory(partial.folder, asking.remembered(states, secret))
    unknown = sorted(asking.unknown(states, secret).items())
    write_part(partial.folder / UNKNOWN, ({"code": code, "reason": reason} for code, reason in unknown))
    coverage = asking.coverage(states, secret)
    return {"memory": memory, "look_ups": coverage, "secret_digests": sorted(digests)}


def _ask_all(
    look_up: LookUp,
    asked: list[str],
    partial: PartialLanding,
    projection: Projection,
    concurrency: int,
    batch_size: int,
    progress: Progress | None,
    *,
    own: bool,
) -> None:
    """Ask for what no earlier attempt has an answer to, batch by batch; each leaves a part and a receipt."""
    answered = len(_answers(partial))
    batches = _open_batches(asked, batch_size, partial, projection)
    with closing(_asked_ahead(look_up, batches, concurrency)) as answered_batches:
        for name, answers in answered_batches:
            states = _states(answers, projection, own=own)
            partial.add(_page(name, answers, own=own), projection, answers=states)
            answered += len(states)
            if progress is not None:
                progress(answered, len(asked))


def _asked_ahead(
    look_up: LookUp, batches: list[tuple[str, list[str]]], concurrency: int
) -> Generator[tuple[str, dict[str, Answer]]]:
    """Each batch with its answers; the next one is being asked by then, so that no turn of the rate limit is lost."""
    threads = ThreadPoolExecutor(max_workers=concurrency)
    pending: deque[tuple[str, dict[str, Future[Answer]]]] = deque()
    try:
        for name, batch in batches:
            pending.append((name, {code: threads.submit(_ask, look_up, code) for code in batch}))
            if len(pending) == 2:
                yield _answers_of(*pending.popleft())
        while pending:
            yield _answers_of(*pending.popleft())
    finally:
        threads.shutdown(cancel_futures=True)


def _answers_of(name: str, asked: dict[str, Future[Answer]]) -> tuple[str, dict[str, Answer]]:
    return name, {code: future.result() for code, future in asked.items()}


def _open_batches(
    asked: list[str], size: int, partial: PartialLanding, projection: Projection
) -> list[tuple[str, list[str]]]:
    """Batches of what no receipt answers yet, under names no receipt has."""
    known = _answers(partial)
    secret = _secret_digests(partial)
    left = [code for code in asked if code not in known and projection.digest(code) not in secret]
    first = len(partial.receipts)
    pieces = [left[start : start + size] for start in range(0, len(left), size)]
    return [(f"look-up-{number:06d}", piece) for number, piece in enumerate(pieces, first)]


def _ask(look_up: LookUp, code: str) -> Answer:
    """One answer; trouble with one dossier is never trouble for the others."""
    try:
        answer = look_up.look_up(code)
    except (TransientError, SourceContractBroken) as error:
        return Answer("failed", reason=type(error).__name__)
    if answer.state == "found" and answer.record is None:
        return Answer("failed", reason="câu trả lời không có hồ sơ")
    return answer


def _states(answers: dict[str, Answer], projection: Projection, *, own: bool) -> dict[str, str]:
    """State by code; without the secret ones in a side's own landing."""
    secret = {code for code, answer in answers.items() if _is_secret(answer, projection)}
    return {
        code: "failed" if code in secret else answer.state
        for code, answer in answers.items()
        if not (own and code in secret)
    }


def _is_secret(answer: Answer, projection: Projection) -> bool:
    return answer.record is not None and projection.secret_digests(answer.record) is not None


def _page(name: str, answers: dict[str, Answer], *, own: bool) -> Page:
    """What was found; of several records of one code a side's own landing keeps all, a recheck the one that counts."""
    found = [
        record
        for answer in answers.values()
        if answer.state == "found"
        for record in (answer.record, *(answer.others if own else ()))
        if record is not None
    ]
    columns = frozenset(column for record in found for column in record if not column.startswith("_"))
    return Page(name, found, columns)


def _secret_digests(partial: PartialLanding) -> set[str]:
    return {digest for receipt in partial.receipts for digest in receipt["secret_digests"]}


def _answers(partial: PartialLanding) -> dict[str, str]:
    return {code: state for receipt in partial.receipts for code, state in receipt["answers"].items()}


def _describe(
    side: Side, key: RunKey, look_up: LookUp, partial: PartialLanding, extracted_at: datetime | None
) -> dict[str, Any]:
    states = list(_answers(partial).values())
    failed = states.count("failed")
    reasons = (f"{failed} lượt tra cứu không có câu trả lời",) if failed else ()
    end = Closing(extracted_at, not failed, reasons)
    manifest = describe(side, key, look_up, end, partial.receipts, Coverage.of(partial.receipts))
    return manifest | {"whole_pages": len(states) - failed}  # an answer is the piece that can be whole
