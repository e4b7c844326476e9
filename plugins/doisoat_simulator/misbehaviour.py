"""How an outside system goes wrong on demand: rules of what to spoil and how often, by counting, never by chance.

A rule is JSON: `{"path": regex, "kind": …}` and optionally `method`, `body` (regex on the request's body, e.g. a
`service`), `after` (matches let through first), `times` (how often in all) or `share` (0..1 of the matches, evenly
spread), and the figures of its kind. Among the rules that match a request all that are due fire, in their order.

| kind | what happens | figures |
|---|---|---|
| `latency` | the answer comes late | `seconds` |
| `too_many_requests` | 429 | `retry_after` |
| `server_error` | an error page | `status` (503) |
| `reset` | the connection breaks in the middle of the body | |
| `truncated` | 200 with half a body that looks whole | |
| `html` | 200 with a page instead of JSON | |
| `request_rejected` | 403 "Request Rejected" of a firewall | |
| `empty` | 200 without a body | |
| `error_code` | 200 with `error_code` ≠ 0 | `code`, `message` |
| `expired_session` | every session and token issued so far is void | |
| `duplicated_page` | a page shows the page before it again | |
| `shifted_page` | the last dossier of a page moved to the front meanwhile: one twice, one not at all | |
| `wrong_total` | totals that are `by` too high (negative: too low) | `by` (7) |
| `empty_page` | a well-formed answer without any dossier | |
| `incomplete` | the export's manifest says it is not complete | |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

KINDS = frozenset(
    [
        "latency",
        "too_many_requests",
        "server_error",
        "reset",
        "truncated",
        "html",
        "request_rejected",
        "empty",
        "error_code",
        "expired_session",
        "duplicated_page",
        "shifted_page",
        "wrong_total",
        "empty_page",
        "incomplete",
    ]
)


class BadRule(ValueError):
    """A rule that cannot be followed; the message names the rule's number and key."""


@dataclass(slots=True)
class Rule:
    """One thing to spoil; `matched` and `fired` count what happened so far."""

    path: str
    kind: str
    method: str | None = None
    body: str | None = None
    after: int = 0
    times: int | None = None
    share: float | None = None
    seconds: float = 1.0
    retry_after: str = "1"
    status: int = 503
    code: int | str = -1
    message: str = "Lỗi hệ thống"
    by: int = 7
    matched: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    def concerns(self, method: str, path: str) -> bool:
        """Whether method and path (with query) fit; the body is looked at later."""
        return (self.method is None or self.method == method) and re.search(self.path, path) is not None

    def due(self, body: bytes) -> bool:
        """Count a request that concerns this rule, and say whether it fires on it."""
        if self.body is not None and re.search(self.body, body.decode("utf-8", "replace")) is None:
            return False
        self.matched += 1
        turn = self.matched - self.after
        if turn <= 0 or (self.times is not None and self.fired >= self.times):
            return False
        if self.share is not None and int(turn * self.share) == int((turn - 1) * self.share):
            return False
        self.fired += 1
        return True


_GIVEN = {entry.name: entry for entry in fields(Rule) if entry.init}
_TYPES: dict[str, tuple[type, ...]] = {
    "after": (int,),
    "times": (int, type(None)),
    "share": (int, float, type(None)),
    "seconds": (int, float),
    "status": (int,),
    "by": (int,),
    "code": (int, str),
}


def read_rule(number: int, raw: Any) -> Rule:
    """One rule of a JSON list; BadRule says what is wrong with which."""
    if not isinstance(raw, Mapping):
        raise BadRule(f"rule {number}: expected an object with path and kind")
    if unknown := sorted(set(raw) - set(_GIVEN)):
        raise BadRule(f"rule {number}: unknown key {unknown[0]!r} (known: {', '.join(_GIVEN)})")
    if str(raw.get("kind")) not in KINDS:
        raise BadRule(f"rule {number}: kind must be one of {', '.join(sorted(KINDS))}")
    for name, value in raw.items():
        allowed = _TYPES.get(name, (str, type(None)) if name in {"method", "body"} else (str,))
        if not isinstance(value, allowed) or isinstance(value, bool):
            raise BadRule(f"rule {number}: {name} has the wrong type")
    for name in ("path", "body"):
        try:
            re.compile(raw.get(name) or "")
        except re.error as error:
            raise BadRule(f"rule {number}: {name} is no regular expression: {error}") from None
    if "path" not in raw:
        raise BadRule(f"rule {number}: path is missing")
    if not 0 <= float(raw.get("share") or 0) <= 1 or not 200 <= int(raw.get("status", 503)) <= 599:
        raise BadRule(f"rule {number}: share is 0..1 and status 200..599")
    return Rule(**raw)


class Misbehaviour:
    """The rules in force; they may be exchanged while the servers run."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._lock = Lock()
        self._rules = list(rules)

    @classmethod
    def from_json(cls, raw: Any) -> Misbehaviour:
        """Rules from a parsed JSON list, or an object with `rules`."""
        return cls(_read_rules(raw))

    @classmethod
    def from_file(cls, file: Path) -> Misbehaviour:
        """Rules from a JSON file; BadRule names the file."""
        try:
            return cls.from_json(orjson.loads(file.read_bytes()))
        except (OSError, ValueError) as error:
            raise BadRule(f"{file}: {error}") from None

    @property
    def rules(self) -> list[Rule]:
        with self._lock:
            return list(self._rules)

    def replace(self, raw: Any) -> None:
        """Put other rules in force; their counters start at 0."""
        rules = _read_rules(raw)
        with self._lock:
            self._rules = rules

    def concerning(self, method: str, path: str) -> list[Rule]:
        """Rules that fit method and path; ask `due` of each once the body is known."""
        if not self._rules:
            return []
        with self._lock:
            return [rule for rule in self._rules if rule.concerns(method, path)]


def _read_rules(raw: Any) -> list[Rule]:
    listed = raw.get("rules") if isinstance(raw, Mapping) else raw
    if not isinstance(listed, list):
        raise BadRule("expected a list of rules, or an object with rules")
    return [read_rule(number, rule) for number, rule in enumerate(listed, start=1)]
