"""One small HTTP client for every live source: a call goes out paced, comes back as JSON, or says what to do.

Only what time may heal (`answers.Again`, timeouts, resets) is tried again, with growing, jittered waits, and then
becomes SourceUnavailable. Retry-After is honoured by every thread; a longer wait than `max_wait_s` ends the call
at once. Nothing but method and path of a call stands in an error or a log. What the fields of an answer mean
belongs to the sources.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson
import requests
import stamina
import urllib3
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from doisoat.config import HttpAccess
from doisoat.errors import ConfigError, SourceContractBroken, SourceRefused, SourceUnavailable
from doisoat.land.calls.answers import Again, follow_redirect, http_date, judge_status, read_body, read_json
from doisoat.land.calls.pacing import Pace
from doisoat.model import VIETNAM

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_MAX_JSON = 256 << 20  # bytes of one decoded answer
_MAX_REDIRECTS = 3
_SLOWEST = 10  # a body may take this many read timeouts in all
_BROKEN = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.HTTPError,
    OSError,
)


@dataclass(frozen=True)
class CallRules:
    """How one source is called; seconds, and calls per second of all threads together."""

    concurrency: int = 4
    calls_per_second: float = 50
    connect_timeout_s: float = 10
    read_timeout_s: float = 60
    attempts: int = 5
    max_wait_s: float = 30

    @classmethod
    def of(cls, access: HttpAccess) -> CallRules:
        """The rules a province file gives."""
        return cls(**{rule.name: getattr(access, rule.name) for rule in fields(cls)})


@dataclass(frozen=True)
class _Call:
    """One request; `where` is all of it that may be told."""

    where: str
    method: str
    url: str
    options: Mapping[str, Any]
    max_bytes: int = _MAX_JSON
    answers: frozenset[int] = frozenset()  # statuses besides 2xx whose JSON is an answer too


class HttpClient:
    """Calls below one address (ConfigError if it is none). Safe for several threads: each has a Session of its own.

    `observed_at` is the other side's own clock (header `Date`, in +07:00) at its first good answer, or None.
    Errors: SourceRefused, SourceContractBroken, SourceUnavailable.
    """

    def __init__(self, address: str, rules: CallRules):
        self.address = _checked(address)
        self.rules = rules
        self.observed_at: datetime | None = None
        self._pace = Pace(rules.calls_per_second)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def get_json(
        self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        return self._send(self._call("GET", path, params=params, headers=headers), read_json)

    def post_json(
        self,
        path: str,
        body: Any,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answers: frozenset[int] = frozenset(),
    ) -> Any:
        """`answers`: statuses besides 2xx that are an answer too, where JSON comes with them."""
        sent = {"Content-Type": "application/json", "Charset": "utf-8", **(headers or {})}
        call = self._call("POST", path, params=params, headers=sent, data=orjson.dumps(body))
        return self._send(replace(call, answers=answers), read_json)

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:
        return self._send(self._call("POST", path, data=dict(form), headers=headers), read_json)

    def get_bytes(self, path: str, max_bytes: int, is_whole: Callable[[bytes], bool]) -> bytes:
        """A file in memory; one that is not whole counts as damaged and is asked again."""

        def whole(where: str, body: bytes) -> bytes:
            if not is_whole(body):
                raise Again(f"{where}: the file is not the one the manifest describes")
            return body

        return self._send(self._call("GET", path, max_bytes=max_bytes), whole)

    def stop(self) -> None:
        """Let no further call go out; threads that wait for their turn end with SourceUnavailable."""
        self._pace.stop()

    def close(self) -> None:
        """`stop`, and end every session."""
        self.stop()
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()

    def _call(self, method: str, path: str, max_bytes: int = _MAX_JSON, **options: Any) -> _Call:
        below = path.lstrip("/")
        url = f"{self.address}/{below}"
        return _Call(f"{self.address}: {method} /{below}", method, url, options, max_bytes)

    def _send(self, call: _Call, read: Callable[[str, bytes], T]) -> T:
        """The call's answer after as many attempts as the rules allow."""
        rules = self.rules
        attempts = stamina.retry_context(
            self._may_heal,
            attempts=rules.attempts,
            timeout=None,
            wait_initial=min(0.5, rules.max_wait_s),
            wait_max=rules.max_wait_s,
            wait_jitter=min(1.0, rules.max_wait_s),
        )
        try:
            for attempt in attempts:
                with attempt:
                    return read(call.where, self._attempt(call))
        except Again as error:
            raise SourceUnavailable(f"{error}; gave up after {rules.attempts} attempts") from None
        raise AssertionError("stamina neither returned nor raised")

    def _may_heal(self, error: Exception) -> bool | float:
        """Whether to try again; after a Retry-After every thread's turn comes later, so no wait is added (0.0)."""
        if not isinstance(error, Again) or self._pace.stopped:
            return False
        if not error.wait:
            return True
        self._pace.hold(error.wait)
        return 0.0

    def _attempt(self, call: _Call) -> bytes:
        """The body of the 2xx answer of one attempt."""
        url, options = call.url, dict(call.options)
        for _ in range(_MAX_REDIRECTS + 1):
            if not self._pace.wait():
                raise SourceUnavailable(f"{call.where}: not sent, the reading was given up")
            try:
                with self._request(call.method, url, options) as response:
                    if not response.is_redirect:
                        return self._read(call, response)
                    url, options["params"] = follow_redirect(call.where, response, url), None
            except requests.exceptions.SSLError as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise SourceRefused(f"{call.where}: its certificate is not trusted on this machine") from None
                raise Again(f"{call.where}: no secure connection") from None
            except requests.Timeout:
                raise Again(f"{call.where}: no answer in time") from None
            except _BROKEN:
                raise Again(f"{call.where}: no connection, or it broke in the middle of the answer") from None
        raise SourceContractBroken(f"{call.where}: redirected more than {_MAX_REDIRECTS} times")

    def _request(self, method: str, url: str, options: Mapping[str, Any]) -> requests.Response:
        timeout = (self.rules.connect_timeout_s, self.rules.read_timeout_s)
        return self._session().request(
            method, url, timeout=timeout, allow_redirects=False, stream=True, auth=_keep_headers, **options
        )

    def _read(self, call: _Call, response: requests.Response) -> bytes:
        try:
            if response.status_code not in call.answers or "json" not in response.headers.get("Content-Type", ""):
                judge_status(call.where, response)
        except Again as error:
            if error.wait is not None and error.wait > self.rules.max_wait_s:
                raise SourceUnavailable(
                    f"{error}; asks to come back in {error.wait:.0f} s, longer than max_wait_s"
                ) from None
            raise
        slowest = _SLOWEST * self.rules.read_timeout_s
        body = read_body(call.where, response, max_bytes=call.max_bytes, max_seconds=slowest)
        self._observe(response.headers.get("Date"))
        return body

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._new_session()
            with self._lock:
                self._sessions.append(session)
        return session

    def _new_session(self) -> requests.Session:
        """Proxies and certificates as the environment says, asked once: every call goes to the same host."""
        session = requests.Session()
        session.headers.update({"Accept": "application/json", "User-Agent": "doisoat"})
        found = session.merge_environment_settings(self.address, {}, None, None, None)
        session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
        session.trust_env = False
        return session

    def _observe(self, date: str | None) -> None:
        """Keep the other side's clock of the first good answer."""
        if self.observed_at is None and (seen := http_date(date)) is not None:
            with self._lock:
                self.observed_at = self.observed_at or seen.astimezone(VIETNAM)


def _checked(address: str) -> str:
    """The address without a trailing slash; ConfigError for one that is none or carries credentials."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError("expected an address like https://may-chu.gia-lai.gov.vn/duong-dan", key="base_url")
    if "@" in parts.netloc:
        raise ConfigError("no user name or password in an address: name variables in username_env, password_env")
    return address.rstrip("/")


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Takes the place of requests' own look into ~/.netrc: our headers alone decide."""
    return request


def _log_retry(details: RetryDetails) -> None:
    _LOG.warning("%s; attempt %d, next in %.1f s", details.caused_by, details.retry_num, details.wait_for)


set_on_retry_hooks([_log_retry])  # the library's own hook would print to standard output
logging.getLogger("urllib3").setLevel(logging.WARNING)  # below that it logs query strings
