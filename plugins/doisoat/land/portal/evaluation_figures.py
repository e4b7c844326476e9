"""Which fields of the portal's reporting API are which published figures. Nothing else of an answer is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doisoat.rules.published_figures import (
    DIGITIZED_METRICS,
    RESULT_GROUPS,
    SATISFACTION_METRICS,
    SHARES,
    TRANSPARENCY_METRICS,
    UNREADABLE,
    read_figure,
)
from doisoat.store.figures import Figure

Named = Iterator[tuple[str, Any, str]]  # figure, value as sent, quality flag

_PROGRESS = {
    "totalReceived": "progress_total_received",
    "totalOnTime": "progress_total_on_time",
    "totalOverdue": "progress_total_overdue",
    "totalCompleted": "progress_total_completed",
    "avgProcessingDays": "progress_avg_processing_days",
    "ratio": "progress_ratio",
    "score": "progress_score",
    "totalScore": "progress_score",  # as the province's own entry spells it
}
_ONLINE = {
    "totalScore": "online_provision_score",
    "ratio": "online_provision_ratio",
    "channelOnlineSum": "channel_online",
    "channelDirectSum": "channel_direct",
    "channelPostalSum": "channel_postal",
    "channelTotalSum": "channel_total",
    "onlineOnTimeSum": "online_on_time",
    "onlineOverdueSum": "online_overdue",
}
_PAYMENT = {
    "totalScore": "payment_score",
    "ratio": "payment_ratio",
    "totalDossierOnlinePaymentSuccess": "payment_dossier_online_success",
    "totalDossierFinancialObligation": "payment_dossier_financial_obligation",
    "totalDossierOnlineFormalityPaymentSuccess": "payment_formality_online_success",
    "totalFeeDossierFormalityDistinct": "payment_fee_dossier_formality_distinct",
    "totalFeeDossierFormality": "payment_fee_dossier_formality",
    "totalFeeFormality": "payment_fee_formality",
}
_MOST_FLAG = 60  # characters


@dataclass(frozen=True)
class Entry:
    """One agency of an answer; the code is normalised, or None where the endpoint names ids alone."""

    agency_code: str | None
    agency_id: str | None
    item: Mapping[str, Any]
    is_root: bool


def entry_figures(endpoint: str, period: str, entry: Entry) -> Iterator[Figure]:
    """The figures of one entry; one that is no number is kept as unreadable, never as 0."""
    for figure, sent, flag in READERS[endpoint](entry.item):
        try:
            value = read_figure(sent, is_share=figure in SHARES)
        except ValueError:
            value, flag = None, UNREADABLE
        text = None if value is None else f"{value:f}"
        yield Figure(period, entry.agency_code, entry.agency_id, figure, text, flag)


def _plain(names: Mapping[str, str]) -> Callable[[Mapping[str, Any]], Named]:
    def read(item: Mapping[str, Any]) -> Named:
        yield from ((figure, item[name], "") for name, figure in names.items() if name in item)

    return read


def _metrics(
    group: str, metrics: Mapping[str, str], counts: Mapping[str, str] | None = None
) -> Callable[[Mapping[str, Any]], Named]:
    """A flat endpoint: its score, its metrics by code, and counts beside them."""

    def read(item: Mapping[str, Any]) -> Named:
        if "totalScore" in item:
            yield f"{group}_score", item["totalScore"], ""
        yield from _plain(counts or {})(item)
        listed = item.get("metrics")
        for metric in listed if isinstance(listed, list) else ():
            if isinstance(metric, dict) and (stem := metrics.get(str(metric.get("code")))):
                yield from _metric(stem, metric)

    return read


def _metric(stem: str, metric: Mapping[str, Any]) -> Named:
    flag = metric.get("dataQualityStatus")
    flag = flag[:_MOST_FLAG] if isinstance(flag, str) else ""
    parts = {"numerator": "num", "denominator": "den", "score": "score"}
    if stem == "dossier_sync":
        parts["ratio"] = "ratio"
    for name, part in parts.items():
        if name in metric:
            yield f"{stem}_{part}", metric[name], flag if part in ("num", "den") else ""


def _overall(item: Mapping[str, Any]) -> Named:
    """`service-results`: the province's whole score and its groups."""
    if "totalScore" in item:
        yield "overall_score", item["totalScore"], ""
    listed = item.get("groupScores")
    groups: Mapping[str, Any] = listed if isinstance(listed, dict) else {}
    for group in RESULT_GROUPS:
        if group in groups:
            yield f"overall_{group.lower()}", groups[group], ""


READERS: Mapping[str, Callable[[Mapping[str, Any]], Named]] = {
    "dvc-progress-tree": _plain(_PROGRESS),
    "transparency": _metrics("transparency", TRANSPARENCY_METRICS),
    "provide-online-tree": _plain(_ONLINE),
    "formality-online-payment-tree": _plain(_PAYMENT),
    "dossier-digitized": _metrics("digitized", DIGITIZED_METRICS),
    "handling-satisfaction": _metrics(
        "satisfaction",
        SATISFACTION_METRICS,
        {"totalPetitions": "total_petitions", "totalDossiers": "total_dossiers"},
    ),
    "service-results": _overall,
}
