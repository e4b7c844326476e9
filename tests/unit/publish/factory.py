"""A night's files as the stages before `publish` leave them, written from a few literals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from doisoat.config import Province
from doisoat.model import VIETNAM, DiscrepancyKind, RunKey, Side
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.parameters import OFFICE_HOURS
from doisoat.rules.reference import Agency, AgencyTable, ProcedureTable
from doisoat.rules.working_calendar import WorkingCalendar
from doisoat.store.layout import RunFiles
from doisoat.store.reference import Reference

DAY = date(2026, 9, 3)
KEY = RunKey("H44", DAY)
INSTANT = pa.timestamp("us", tz="Asia/Ho_Chi_Minh")
Record = dict[str, Any]

DISCREPANCY = {
    "dossier_code": pa.string(),
    "kind": pa.string(),
    "subtype": pa.string(),
    "agency_code": pa.string(),
    "procedure_code": pa.string(),
    "field": pa.string(),
    "value_shop": pa.string(),
    "value_portal": pa.string(),
    "cause": pa.string(),
    "side": pa.string(),
    "severity": pa.string(),
    "technical": pa.bool_(),
    "since": INSTANT,
    "period": pa.string(),
    "first_seen_on": pa.date32(),
    "last_seen_on": pa.date32(),
    "state": pa.string(),
    "recheck": pa.string(),
    "age_working_days": pa.int32(),
    "rank": pa.int32(),
    "confidence": pa.string(),
    "evidence": pa.string(),
    "opened_on": pa.date32(),
    "reopened": pa.int32(),
    "accepted_until": pa.date32(),
    "person": pa.string(),
    "reason": pa.string(),
    "known_working_days": pa.int32(),
    "charged_on": pa.date32(),
}
PAIR = {
    "dossier_code": pa.string(),
    "shop_key": pa.string(),
    "portal_key": pa.string(),
    "agency_code": pa.string(),
    "procedure_code": pa.string(),
    **{
        f"{name}_{side}": kind
        for side in ("shop", "portal")
        for name, kind in {
            "status": pa.int8(),
            "received_at": INSTANT,
            "due_at": INSTANT,
            "finished_at": INSTANT,
            "returned_at": INSTANT,
        }.items()
    },
    "law": pa.string(),
    "portal_clock": pa.string(),
    "province_clock": pa.string(),
}
AGENCY = {
    "agency_code": pa.string(),
    "agency_name": pa.string(),
    "parent_code": pa.string(),
    **dict.fromkeys(
        [
            "dossiers_shop",
            "dossiers_portal",
            "finished_shop",
            "late_law",
            "late_portal",
            "late_province",
            "false_overdue",
            "discrepancies",
            "technical",
            "high",
            "medium",
            "low",
            "dossiers_affected",
        ],
        pa.int64(),
    ),
    "lagging": pa.bool_(),
}
LATENESS = {"clock": pa.string(), "verdict": pa.string(), "dossiers": pa.int64()}
REJECTION = {
    "side": pa.string(),
    "source_file": pa.string(),
    "source_row": pa.int64(),
    "rule": pa.string(),
    "reason": pa.string(),
    "dossier_code": pa.string(),
}
QUARANTINE = {
    "side": pa.string(),
    "source_file": pa.string(),
    "source_row": pa.int64(),
    "dossier_code": pa.string(),
    "rule": pa.string(),
    "severity": pa.string(),
    "reason": pa.string(),
}

FIGURE_LINE = {
    **dict.fromkeys(["period", "agency_code", "measure", "field"], pa.string()),
    **dict.fromkeys(["published", "shop", "portal", "not_synced", "differing", "portal_only"], pa.int64()),
    **dict.fromkeys(["state", "flag"], pa.string()),
}


def at(text: str) -> datetime:
    """A local instant from "dd/mm HH:MM" of 2026."""
    return datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y").replace(tzinfo=VIETNAM)


def discrepancy(dossier_code: str, kind: str, subtype: str = "", **other: Any) -> Record:
    """One line of assess/discrepancies.parquet; `rank` is set when the night is written."""
    return {
        "dossier_code": dossier_code,
        "kind": kind,
        "subtype": subtype,
        "agency_code": "H44.05",
        "procedure_code": "1.001612",
        "field": "TrangThaiHoSo",
        "value_shop": "9",
        "value_portal": "4",
        "cause": "undetermined",
        "side": "shop",
        "severity": "medium",
        "technical": False,
        "since": at("10/08 16:00"),
        "period": "",
        "first_seen_on": DAY,
        "last_seen_on": DAY,
        "state": "open",
        "recheck": "confirmed",
        "age_working_days": 16,
        "confidence": "low",
        "evidence": "Một cửa không ghi giờ thao tác nên không rõ chậm ở đâu.",
        "opened_on": other.get("first_seen_on", DAY),
        "reopened": 0,
        "known_working_days": 0,
        **other,
    }


def false_overdue(dossier_code: str, **other: Any) -> Record:
    return discrepancy(dossier_code, "finished_not_synced", "false_overdue", **{"severity": "high", **other})


def pair(dossier_code: str, **other: Any) -> Record:
    return {
        "dossier_code": dossier_code,
        "status_shop": 9,
        "status_portal": 4,
        "due_at_shop": at("10/08 17:00"),
        "due_at_portal": at("10/08 17:00"),
        "finished_at_shop": at("10/08 16:00"),
        **other,
    }


def agency(code: str, name: str, **other: Any) -> Record:
    return {"agency_code": code, "agency_name": name, **other}


def rejection(side: str, rule: str, row: int = 1, **other: Any) -> Record:
    return {
        "side": side,
        "source_file": "part.csv",
        "source_row": row,
        "rule": rule,
        "reason": f"Lý do {rule}",
        **other,
    }


def side(**other: Any) -> dict[str, Any]:
    """One side of staged.json."""
    return {
        "landed": 100,
        "staged": 98,
        "repeated": 0,
        "rejected": {"status_invalid": 2},
        "warnings": {"due_before_received": 3},
        "complete": True,
        "partial": False,
        "partial_reasons": [],
        "unattributable": 0,
        "extracted_at": "2026-09-03T23:59:59+07:00",
        "absent_columns": [],
        "has_secrecy_mark": True,
        "source": "exports/shop",
        **other,
    }


def look_ups(**other: Any) -> Record:
    """How far a portal of look-ups was covered, as it stands in staged.json."""
    return {
        "calls": 400,
        "dossiers": 1_540,
        "asked": 395,
        "carried": {"1": 215, "10": 3, "2": 181},
        "failed": 4,
        "never_asked": 697,
        "outdated": 45,
        "oldest_days": 10,
        **other,
    }


TEXT, NUMBER, POINTS = pa.string(), pa.int64(), pa.decimal128(18, 6)
INDICATOR_LINE = {
    **dict.fromkeys(("period", "agency_code", "indicator", "why_not"), TEXT),
    **{
        f"{name}_{side}": POINTS if name == "score" else NUMBER
        for side in ("shop", "portal", "published")
        for name in ("part", "whole", "score")
    },
}
INDICATOR_CAUSE = {
    **dict.fromkeys(("period", "agency_code", "indicator", "cause"), TEXT),
    **dict.fromkeys(("dossiers", "part", "whole"), NUMBER),
    **dict.fromkeys(("points", "gain"), POINTS),
}
CLOCK_LINE = {
    "work_rank": pa.int32(),
    **dict.fromkeys(("dossier_code", "agency_code", "procedure_code", "subtype", "clock", "verdict", "reason"), TEXT),
    **dict.fromkeys(("due_at", "end_at", "begins_at", "paused_at"), INSTANT),
    "status": pa.int32(),
    **dict.fromkeys(("received_at", "appointed_at"), INSTANT),
    **dict.fromkeys(("extension_count", "supplement_count"), pa.int32()),
    **dict.fromkeys(("requested_at", "completed_at", "restarts_at"), INSTANT),
    "limit_amount": pa.float64(),
    "limit_unit": TEXT,
}
DUTY_LINE = {
    **dict.fromkeys(("duty", "dossier_code", "agency_code", "procedure_code"), TEXT),
    **dict.fromkeys(("began_at", "done_at"), INSTANT),
    "measured": pa.float64(),
}


LAG = {"agency_code": TEXT, "days": pa.int32(), "is_open": pa.bool_(), "discrepancies": NUMBER}
RANKING_LINE = {
    **dict.fromkeys(("period", "agency_code", "level"), TEXT),
    **{f"{count}_{side}": NUMBER for side in ("shop", "portal", "fair") for count in ("on_time", "handled")},
    "set_apart": NUMBER,
}


@dataclass
class NightFiles:
    """What a test wants to be different from a quiet, complete night."""

    discrepancies: Sequence[Record] = ()
    pairs: Sequence[Record] = ()
    agencies: Sequence[Record] = ()
    lateness: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rejections: Sequence[Record] = ()
    quarantine: Sequence[Record] = ()
    shop: dict[str, Any] = field(default_factory=side)
    portal: dict[str, Any] = field(default_factory=lambda: side(source="exports/portal"))
    staged: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    assessed: dict[str, Any] = field(default_factory=dict)
    expectations: Sequence[dict[str, Any]] = ()
    data_docs: bool = False
    figure_lines: Sequence[Record] = ()  # with `figure_facts`: the published figures
    figure_facts: dict[str, Any] | None = None
    indicator_lines: Sequence[Record] = ()  # with `indicator_facts`: the indicators of QĐ 766
    indicator_causes: Sequence[Record] = ()
    indicator_facts: dict[str, Any] | None = None
    lags: Sequence[Record] = ()
    ranking_lines: Sequence[Record] | None = None  # None = assessed before agencies were ranked
    clock_lines: Sequence[Record] = ()  # with `deadline_facts`: the clocks' reasons and the duties
    duty_lines: Sequence[Record] = ()
    deadline_facts: dict[str, Any] | None = None

    def write(self, home: Path) -> RunFiles:
        """Write every file `publish` reads, below `home`."""
        files = RunFiles(home, KEY)
        ranked = [{**row, "rank": place} for place, row in enumerate(self.discrepancies, start=1)]
        _parquet(files.work("assess") / "discrepancies.parquet", DISCREPANCY, ranked)
        _parquet(files.work("assess") / "agencies.parquet", AGENCY, self.agencies)
        _parquet(files.work("assess") / "lags.parquet", LAG, self.lags)
        _parquet(files.work("recheck") / "pairs.parquet", PAIR, self.pairs)
        clocks = [{"clock": c, "verdict": v, "dossiers": n} for (c, v), n in self.lateness.items()]
        _parquet(files.work("reconcile") / "lateness.parquet", LATENESS, clocks)
        _parquet(files.work("validate") / "quarantine.parquet", QUARANTINE, self.quarantine)
        for one in Side:
            _parquet(files.rejections(one), REJECTION, [row for row in self.rejections if row["side"] == one])
        _json(files.staged, self._staged())
        _json(files.work("recheck") / "summary.json", self._summary())
        _json(files.work("assess") / "summary.json", {"resolved": 0, "carried": 0, **self.assessed})
        _json(files.work("validate") / "result.json", {"passed": True, "expectations": list(self.expectations)})
        if self.figure_facts is not None:
            _parquet(files.work("reconcile") / "aggregates.parquet", FIGURE_LINE, self.figure_lines)
            _json(files.work("reconcile") / "aggregates.json", self.figure_facts)
        if self.indicator_facts is not None:
            _parquet(files.work("indicators") / "indicators.parquet", INDICATOR_LINE, self.indicator_lines)
            _parquet(files.work("indicators") / "causes.parquet", INDICATOR_CAUSE, self.indicator_causes)
            _json(files.work("indicators") / "summary.json", self.indicator_facts)
            if self.ranking_lines is not None:
                _parquet(files.work("indicators") / "ranking.parquet", RANKING_LINE, self.ranking_lines)
        if self.deadline_facts is not None:
            _parquet(files.work("deadlines") / "clocks.parquet", CLOCK_LINE, self.clock_lines)
            _parquet(files.work("deadlines") / "duties.parquet", DUTY_LINE, self.duty_lines)
            _json(files.work("deadlines") / "summary.json", self.deadline_facts)
        if self.data_docs:
            docs = files.work("validate") / "data_docs"
            (docs / "static").mkdir(parents=True, exist_ok=True)
            (docs / "index.html").write_text("<!DOCTYPE html><title>Data Docs</title>", encoding="utf-8")
            (docs / "static" / "style.css").write_text("body{}", encoding="utf-8")
        return files

    def _staged(self) -> dict[str, Any]:
        return {
            "as_of": "2026-09-03T23:59:59+07:00",
            "skewed": False,
            "late": False,
            "sides": {"shop": self.shop, "portal": self.portal},
            "rule_versions": {"agencies": "agencies.csv 1f0c", "holidays": "holidays.csv 77aa", "rules": "1"},
            **self.staged,
        }

    def _summary(self) -> dict[str, Any]:
        recheck = dict.fromkeys(("asked", "confirmed", "vanished", "unknown", "unchecked", "failed_look_ups"), 0)
        return {
            "counts": {},
            "not_compared": [],
            "matched": 90,
            "shop_only": 5,
            "portal_only": 3,
            "dossiers": 98,
            "recheck": recheck,
            **self.summary,
        }


def _parquet(path: Path, columns: Mapping[str, pa.DataType], rows: Sequence[Record]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unknown = {name for row in rows for name in row} - set(columns)
    assert not unknown, f"no such columns: {unknown}"
    table = pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()})
    pq.write_table(table, path, compression="zstd")


def _json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def province(**other: Any) -> Province:
    files = {"kind": "files", "path": "exports"}
    return Province(**{"province": "H44", "name": "Phú Thọ", "shop": files, "portal": files, **other})


def reference(*more: Agency) -> Reference:
    """Two agencies and `more`; working days as in the worked examples of the rules (31/8–2/9 off, 22/8 worked)."""
    off = frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)})
    return Reference(
        agencies=AgencyTable([Agency("H44.05", name="Sở Xây dựng"), Agency("H44.37", name="Phường Việt Trì"), *more]),
        procedures=ProcedureTable([]),
        calendar=WorkingCalendar(off, frozenset({date(2026, 8, 22)}), OFFICE_HOURS),
        contacts=(),
        versions={},
    )


def busy_night() -> NightFiles:
    """A night with the founding case, several kinds, technical faults, rejections and things not compared."""
    codes = [f"H44.05-260803-{number:04}" for number in range(1, 8)]
    found = [
        false_overdue(codes[0]),
        false_overdue(codes[1], agency_code="H44.37", first_seen_on=DAY - timedelta(days=2), recheck="not_planned"),
        discrepancy(codes[2], "missing_on_portal", severity="high", technical=True, value_shop="2", value_portal=None),
        discrepancy(codes[3], "status_lag", value_shop="4", value_portal="2", agency_code="H44.37"),
        discrepancy(
            codes[4],
            "received_at_mismatch",
            "timezone_7h",
            technical=True,
            field="NgayTiepNhan",
            value_shop="2026-08-24T09:00:00+07:00",
            value_portal="2026-08-24T16:00:00+07:00",
            side="portal",
        ),
        discrepancy(
            codes[5], "channel_mismatch", severity="low", field="KenhThucHien", value_shop="2", value_portal="1"
        ),
        discrepancy(
            codes[5], "payment_mismatch", "amount", field="TongLePhi", value_shop="50000", value_portal="45000"
        ),
        discrepancy(codes[6], "agency_mismatch", agency_code=None, field="MaCoQuan", recheck="unchecked"),
    ]
    return NightFiles(
        discrepancies=found,
        pairs=[pair(code) for code in codes if code != codes[2]] + [pair(codes[2], status_portal=None)],
        agencies=[
            agency("H44.05", "Sở Xây dựng", dossiers_shop=60, dossiers_portal=58, late_law=2, late_portal=4),
            agency("H44.37", "Phường Việt Trì", dossiers_shop=38, dossiers_portal=35, late_portal=1),
            {"agency_code": None, "agency_name": None, "dossiers_shop": 2},
        ],
        lateness={
            ("luat", "on_time"): 80,
            ("luat", "late"): 6,
            ("luat", "not_counted"): 4,
            ("dvcqg", "on_time"): 76,
            ("dvcqg", "late"): 10,
            ("dvcqg", "unknown"): 4,
            ("mot_cua", "on_time"): 82,
            ("mot_cua", "late"): 8,
        },
        rejections=[
            rejection("shop", "status_invalid", 7, dossier_code="H44.05-260803-0901"),
            rejection("shop", "row_shape", 9),
            rejection("portal", "status_invalid", 3, dossier_code="H44.05-260803-0902"),
            rejection("portal", "date_invalid", 4, dossier_code="H44.05-260803-0903"),
        ],
        quarantine=[
            {
                "side": "shop",
                "source_file": "part.csv",
                "source_row": 5,
                "rule": "due_before_received",
                "severity": "warning",
                "reason": "Ngày hẹn trả trước ngày tiếp nhận",
            },
        ],
        summary={
            "not_compared": [
                {"kind": "aggregate_mismatch", "side": None, "reason": "Chưa cấu hình số liệu công bố", "dossiers": 0},
                {"kind": None, "side": "portal", "reason": "Bản ghi bị loại ở Cổng DVCQG", "dossiers": 2},
            ],
            "recheck": {"asked": 9, "confirmed": 6, "vanished": 2, "unknown": 0, "unchecked": 1, "failed_look_ups": 0},
        },
        expectations=[
            {
                "id": "status_in_scale",
                "side": "shop",
                "severity": "critical",
                "success": True,
                "observed": 0,
                "meaning": "Trạng thái 1..10",
            },
            {
                "id": "due_after_received",
                "side": "shop",
                "severity": "warning",
                "success": False,
                "observed": "3 bản ghi",
                "meaning": "Ngày hẹn trả không trước ngày tiếp nhận",
            },
        ],
        assessed={"resolved": 4, "carried": 1},
        data_docs=True,
    )


# kind, subtype, field, value_shop, value_portal, how many of 100
_MIX = (
    ("missing_on_portal", "", "TrangThaiHoSo", "2", None, 14),
    ("finished_not_synced", "false_overdue", "TrangThaiHoSo", "9", "4", 9),
    ("finished_not_synced", "", "TrangThaiHoSo", "10", "4", 8),
    ("status_lag", "", "TrangThaiHoSo", "4", "2", 13),
    ("status_conflict", "portal_ahead", "TrangThaiHoSo", "4", "9", 4),
    (
        "received_at_mismatch",
        "timezone_7h",
        "NgayTiepNhan",
        "2026-08-24T09:00:00+07:00",
        "2026-08-24T16:00:00+07:00",
        7,
    ),
    ("due_at_mismatch", "", "NgayHenTra", "2026-09-10T17:00:00+07:00", "2026-09-11T17:00:00+07:00", 6),
    ("lateness_disagreement", "supplement_reset", "NgayHenTra", "on_time", "late", 4),
    ("channel_mismatch", "", "KenhThucHien", "2", "1", 9),
    ("agency_legacy_code", "", "MaCoQuan", "H08.05", "H08.05", 5),
    ("duplicate_in_shop", "conflicting_status", "MaHoSo", "2", "1", 2),
    ("result_missing", "not_synced", "DuongDanTepTinKetQua", "1", "0", 8),
    ("payment_mismatch", "amount", "TongLePhi", "50000", "45000", 3),
    ("stuck", "supplement", "TrangThaiHoSo", "5", None, 4),
    ("late_intake", "", "NgayNopHoSo", "2026-08-28T16:59:59+07:00", None, 4),
)


def large_night(size: int, agencies: int = 163) -> NightFiles:
    """A night of `size` discrepancies over many agencies, in the order `assess` ranks them."""
    kinds = [entry for entry in _MIX for _ in range(entry[5])]
    found = []
    for number in range(size):
        kind, subtype, field_name, shop, portal, _ = kinds[number * 37 % 100]
        info = KIND_INFO[DiscrepancyKind(kind)]
        code = f"H44.{number * 7 % agencies:02}"
        found.append(
            discrepancy(
                f"{code}-260{number % 8 + 1}03-{number:05}",
                kind,
                subtype,
                agency_code=code,
                field=field_name,
                value_shop=shop,
                value_portal=portal,
                side=info.side.value,
                severity=info.severity(subtype).value,
                technical=info.is_technical(subtype),
                age_working_days=number % 60,
                first_seen_on=DAY - timedelta(days=number % 3),
            )
        )
    found.sort(
        key=lambda row: (
            ["high", "medium", "low"].index(row["severity"]),
            -row["age_working_days"],
            row["dossier_code"],
        )
    )
    return NightFiles(
        discrepancies=found,
        pairs=[pair(row["dossier_code"]) for row in found],
        agencies=[
            agency(
                f"H44.{number:02}",
                f"Ủy ban nhân dân phường Việt Trì {number}",
                dossiers_shop=900 - number * 3,
                dossiers_portal=890 - number * 3,
            )
            for number in range(agencies)
        ],
        lateness=busy_night().lateness,
        shop=side(landed=20_412, staged=20_371, rejected={"status_invalid": 29, "code_malformed": 12}, repeated=0),
        portal=side(
            landed=20_038, staged=20_001, rejected={"date_invalid": 37}, source="http://cong.dvc.vn/xuat-du-lieu"
        ),
        summary={**busy_night().summary, "matched": 19_310, "shop_only": 604, "portal_only": 288},
    )
