"""The portal's public reporting API as a source of published figures: `POST /api/v1/reporting/evaluation/…`.

No account; 200 or 201; one JSON body per endpoint and month; two endpoints name agencies by id alone;
`handling-satisfaction` takes days instead of a month; null is not 0; numbers may come as text. Its filter by
procedure (`formalityId`, in `dossier-digitized` alone `formalityID`) is never sent: all procedures are wanted. One call
at a time, paced, under our own name; whatever goes wrong ends the reading, and nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from doisoat.config import PublishedApi
from doisoat.errors import DoisoatError, SourceContractBroken, SourceRefused
from doisoat.land.aggregates import Piece
from doisoat.land.calls.client import CallRules, HttpClient
from doisoat.land.portal.evaluation_figures import Entry, entry_figures
from doisoat.rules.periods import Period
from doisoat.rules.values import read_code
from doisoat.store.figures import Figure

_PATH = "api/v1/reporting/evaluation"
_MOST_PAGES = 20
_MOST_AGENCIES = 20_000


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: how it is asked and where its entries stand."""

    name: str
    root: str  # key of the province's own entry
    entries: str  # key of its agencies' entries
    page_size: int = 200
    by_days: bool = False  # fromDate/toDate instead of timeType
    is_paged: bool = False


# In the order of what is worth most, should the reading be refused half-way.
ENDPOINTS = (
    Endpoint("dvc-progress-tree", "parent", "children", page_size=100),
    Endpoint("transparency", "overview", "evaluation", is_paged=True),
    Endpoint("provide-online-tree", "parent", "children"),
    Endpoint("formality-online-payment-tree", "parent", "children", page_size=100),
    Endpoint("dossier-digitized", "overview", "evaluation", is_paged=True),
    Endpoint("handling-satisfaction", "overview", "evaluation", by_days=True, is_paged=True),
    Endpoint("service-results", "overview", "evaluation"),
)


class EvaluationApi:
    """A `FigureSource`: all endpoints for each of `months`. `clock`: tz-aware now, where the server tells no time."""

    kind = "api"
    stops_at_trouble = True

    def __init__(self, config: PublishedApi, months: list[Period], *, clock: Callable[[], datetime], province: str):
        self._config = config
        self._months = months
        self._clock = clock
        self._province = province
        self._client = HttpClient(config.address, _rules(config))
        self.address = self._client.address

    @property
    def captured_at(self) -> datetime:
        return self._client.observed_at or self._clock()

    def explain(self, error: DoisoatError) -> str:
        if isinstance(error, SourceRefused):
            return "Cổng từ chối"
        if isinstance(error, SourceContractBroken):
            return "câu trả lời không đúng dạng đã biết (có thể bị tường lửa chặn)"
        return "Cổng không trả lời được lúc này hoặc yêu cầu chờ"

    def pieces(self) -> list[Piece]:
        """Every endpoint of every month, the latest month first."""
        return [
            Piece(
                f"{month.name}.{endpoint.name}",
                month.name,
                f"{endpoint.name} kỳ {month.name}",
                partial(self._read, endpoint, month),
            )
            for month in reversed(self._months)
            for endpoint in ENDPOINTS
        ]

    def _read(self, endpoint: Endpoint, month: Period) -> list[Figure]:
        """The figures of one endpoint; SourceContractBroken names what is not as agreed."""
        page, pages, found = 1, 1, []
        while page <= min(pages, _MOST_PAGES):
            data = self._ask(endpoint, month, page)
            entries = list(self._entries(endpoint, data))
            if page > 1:
                entries = [entry for entry in entries if not entry.is_root]
            found += [figure for entry in entries for figure in entry_figures(endpoint.name, month.name, entry)]
            pages = self._pages(endpoint, data)
            page += 1
        return found

    def _ask(self, endpoint: Endpoint, month: Period, page: int) -> Mapping[str, Any]:
        body = {"rootDepartmentId": self._config.root_department_id, "currentPage": page}
        body |= {"pageSize": endpoint.page_size, **_asked_period(endpoint, month)}
        answer = self._client.post_json(f"{_PATH}/{endpoint.name}", body)
        if not isinstance(answer, dict) or answer.get("code") != "OK" or not isinstance(answer.get("data"), dict):
            raise self._broken(endpoint, "code, data", '"OK" and an object')
        data: Mapping[str, Any] = answer["data"]
        return data

    def _entries(self, endpoint: Endpoint, data: Mapping[str, Any]) -> Iterator[Entry]:
        root, listed = data.get(endpoint.root), data.get(endpoint.entries)
        if not isinstance(root, dict) or not isinstance(listed, list) or len(listed) > _MOST_AGENCIES:
            raise self._broken(endpoint, f"{endpoint.root}, {endpoint.entries}", "an object and a list")
        if endpoint.name == "service-results":  # its overview is the whole country; the province stands in the list
            ours = [item for item in listed if isinstance(item, dict) and self._is_root(item)]
            root, listed = (ours[0] if ours else {}), []
        yield self._entry(endpoint, root, is_root=True)
        for item in listed:
            if not isinstance(item, dict):
                raise self._broken(endpoint, endpoint.entries, "objects")
            yield self._entry(endpoint, item, is_root=False)

    def _entry(self, endpoint: Endpoint, item: Mapping[str, Any], *, is_root: bool) -> Entry:
        code = read_code(item.get("departmentCode"))
        identity = item.get("departmentId")
        if is_root and item:
            if code not in (None, self._province) or not self._is_root(item):
                raise self._broken(endpoint, "departmentCode", f"{self._province}; check root_department_id")
            code = self._province
        if code is not None and len(code) > 50:
            raise self._broken(endpoint, "departmentCode", "a code")
        return Entry(code, identity if isinstance(identity, str) and len(identity) <= 50 else None, item, is_root)

    def _is_root(self, item: Mapping[str, Any]) -> bool:
        return str(item.get("departmentId") or "").lower() == self._config.root_department_id.lower()

    def _pages(self, endpoint: Endpoint, data: Mapping[str, Any]) -> int:
        if not endpoint.is_paged:
            return 1
        pagination = data.get("pagination")
        pages = pagination.get("totalPages", 1) if isinstance(pagination, dict) else 1
        if not isinstance(pages, int) or isinstance(pages, bool) or pages > _MOST_PAGES:
            raise self._broken(endpoint, "pagination.totalPages", f"a number up to {_MOST_PAGES}")
        return pages

    def _broken(self, endpoint: Endpoint, field: str, expected: str) -> SourceContractBroken:
        return SourceContractBroken(
            f"{self.address}: POST /{_PATH}/{endpoint.name}: no usable {field!r} (expected {expected}); "
            "the public API may have changed: export the figures to files and use aggregates: kind: files"
        )


def _rules(config: PublishedApi) -> CallRules:
    """One call at a time, one attempt each: a refusal is not asked again."""
    return CallRules(
        concurrency=1,
        calls_per_second=1 / config.seconds_between_calls,
        connect_timeout_s=config.connect_timeout_s,
        read_timeout_s=config.read_timeout_s,
        attempts=1,
    )


def _asked_period(endpoint: Endpoint, month: Period) -> dict[str, Any]:
    """The published month; the portal cuts it by its own definition, so days are those of the calendar month."""
    if endpoint.by_days:
        calendar = Period(month.year, month.month)
        return {"fromDate": calendar.first_day.isoformat(), "toDate": calendar.last_day.isoformat()}
    return {"timeType": "month", "year": month.year, "month": month.month}
