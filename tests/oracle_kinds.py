"""The oracle's paragraph "Kinds", line by line: what one dossier shows on the night it is judged. Plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from doisoat.model import Lateness, Side
from doisoat.rules import clocks
from doisoat.rules.reference import Term, root
from tests.oracle_matrix import FINISHED, status_line
from tests.oracle_night import Dossier, Found, Night, StagedRow, day, differ, shift

RECEIVED = {2, 4, 5, 6, 8, 9, 10}  # R
SUPPLEMENT_COLUMNS = ("SoLanBoSung", "DanhSachHoSoBoSung", "NgayYeuCauBoSung", "NgayHoanThanhBoSung")


def judge(dossier: Dossier, night: Night) -> Iterator[Found]:
    """§8.3 with its precedence: non-identical duplicates hide all else; a lone row knows no pair kind."""
    s, p = dossier.shop, dossier.portal
    if p and not s and not of_province(p, night):
        return
    duplicates = list(duplicate_kinds(dossier))
    yield from duplicates
    if any(found.subtype != "identical" for found in duplicates):
        return
    if s and p:
        yield from pair_kinds(s, p, dossier.crosswalk, night)
    elif s:
        yield from missing_on_portal(s, night)
    elif p:
        yield from missing_in_shop(p, night)
    yield from procedure_unmapped(s, p, night)
    yield from agency_legacy_code(s, p, night)
    if s:
        yield from result_missing(s, p, night)
        yield from shop_row_kinds(s, night)


def of_province(p: StagedRow, night: Night) -> bool:
    """A portal row alone is judged only if its agency root is the province's; no agency counts as the province's."""
    return p.agency_code is None or root(p.agency_code) in night.province_roots


def duplicate_subtype(rows: Sequence[StagedRow]) -> str | None:
    if len(rows) < 2:
        return None
    if len({canonical(row) for row in rows}) == 1:
        return "identical"
    return "conflicting_status" if len({row.status for row in rows}) > 1 else "differing"


def canonical(row: StagedRow) -> tuple[object, ...]:
    """All canonical fields: agency by canonical code, procedure by national code (else as normalised)."""
    skipped = {"procedure_raw", "procedure_code", "procedure_issue"}
    skipped |= {"agency_raw", "agency_known", "agency_ended", "agency_final"}
    fields = tuple(value for name, value in vars(row).items() if name not in skipped)
    return (*fields, row.procedure_code or row.procedure_raw)


def duplicate_kinds(dossier: Dossier) -> Iterator[Found]:
    counts = (len(dossier.shop_rows), len(dossier.portal_rows))
    for kind, rows in (("duplicate_in_shop", dossier.shop_rows), ("duplicate_on_portal", dossier.portal_rows)):
        if subtype := duplicate_subtype(rows):
            yield Found(kind, subtype, "MaHoSo", *counts)


def in_scope(row: StagedRow, night: Night) -> bool:
    """§5.4: both sides are read from `scope_from` on; the two days after it are doubtful."""
    return row.began_at is not None and day(row.began_at) > night.scope_start + timedelta(days=2)


def missing_on_portal(s: StagedRow, night: Night) -> Iterator[Found]:
    was_received = s.status in RECEIVED or (s.status == 7 and s.received_at is not None)
    if Side.PORTAL in night.partial or not was_received or not in_scope(s, night):
        return
    if night.older(s.began_at):
        yield Found("missing_on_portal", "", "TrangThaiHoSo", s.status)


def missing_in_shop(p: StagedRow, night: Night) -> Iterator[Found]:
    if Side.SHOP in night.partial or night.portal_lacks("MaCoQuan") or not in_scope(p, night):
        return
    if not (p.status == 7 and p.received_at is None) and night.older(p.began_at):
        yield Found("missing_in_shop", "", "TrangThaiHoSo", None, p.status)


def pair_kinds(s: StagedRow, p: StagedRow, crosswalk: str | None, night: Night) -> Iterator[Found]:
    if crosswalk:
        yield Found("code_substituted", crosswalk, "MaHoSo", s.dossier_code, p.dossier_code)
    yield from status_kinds(s, p, night)
    dates = [*received_at_mismatch(s, p, night), *due_at_mismatch(s, p, night), *finished_at_mismatch(s, p, night)]
    yield from dates
    if s.status == p.status and not dates:
        yield from lateness_disagreement(s, p, night)
    yield from channel_mismatch(s, p, night)
    yield from procedure_mismatch(s, p, night)
    yield from agency_mismatch(s, p, night)
    yield from payment_mismatch(s, p, night)


def status_kinds(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    line = status_line(s, p)
    if line is None:
        return
    kind, subtype, has_allowance = line
    if has_allowance and not night.older(s.changed_at):
        return
    if kind == "finished_not_synced" and is_false_overdue(s, p, night):
        subtype = "false_overdue"
    yield Found(kind, subtype, "TrangThaiHoSo", s.status, p.status)


def term_of(s: StagedRow, p: StagedRow, night: Night) -> Term:
    """§7: of the shop's national procedure, else the portal's."""
    return night.reference.procedures.term(s.procedure_code or p.procedure_code)


def is_false_overdue(s: StagedRow, p: StagedRow, night: Night) -> bool:
    if night.portal_lacks("NgayHenTra") or not supplements_can_be_compared(s, p, night):
        return False
    told, truth = (
        clocks.portal(row.clock_row, term_of(s, p, night), night.as_of, night.reference.calendar, night.parameters)
        for row in (p, s)
    )
    return (told, truth) == (Lateness.LATE, Lateness.ON_TIME)


def supplements_can_be_compared(s: StagedRow, p: StagedRow, night: Night) -> bool:
    """§2, absent is not null: a supplement one side tells of, where the other has no such columns, proves nothing."""
    told_by = {Side.SHOP: p, Side.PORTAL: s}  # who tells a side that lacks the columns
    return not any(
        night.lacks(side, *SUPPLEMENT_COLUMNS) and (row.supplement_count or any(row.supplement))
        for side, row in told_by.items()
    )


def received_at_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    a, b = s.received_at, p.received_at
    values = ("NgayTiepNhan", a, b)
    if a and b:
        if differ(a, b, night.parameters.received_at_tolerance_s, night):
            yield Found("received_at_mismatch", shift(a, b, night), *values)
    elif (a or b) and {s.status, p.status} <= RECEIVED:
        yield Found("received_at_mismatch", "absent", *values)


def due_at_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    if night.portal_lacks("NgayHenTra"):
        return
    a, b = s.due_at, p.due_at
    if a and b:
        if abs((day(a) - day(b)).days) > night.parameters.due_at_tolerance_days:
            yield Found("due_at_mismatch", shift(a, b, night), "NgayHenTra", a, b)
    elif (a or b) and s.received_at and p.received_at and not {s.status, p.status} & {1, 3}:
        yield Found("due_at_mismatch", "absent", "NgayHenTra", a, b)


def finished_at_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    if night.portal_lacks("NgayKetThucXuLy") or not {s.status, p.status} <= FINISHED:
        return
    a, b = s.end_at, p.end_at
    if a and b:
        if differ(a, b, night.parameters.finished_at_tolerance_s, night):
            yield Found("finished_at_mismatch", shift(a, b, night), "NgayKetThucXuLy", a, b)
    elif a or b:
        yield Found("finished_at_mismatch", "absent", "NgayKetThucXuLy", a, b)


def lateness_disagreement(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    if night.portal_lacks("NgayHenTra") or night.portal_lacks("NgayKetThucXuLy"):
        return
    if not supplements_can_be_compared(s, p, night):
        return
    judged = (term_of(s, p, night), night.as_of, night.reference.calendar, night.parameters)
    law = clocks.law(s.clock_row, *judged)
    portal = clocks.portal(p.clock_row, *judged)
    province = clocks.province(s.clock_row, *judged)
    if {Lateness.ON_TIME, Lateness.LATE} <= {law, portal, province}:
        reason = lateness_reason(s, p, night)
        yield Found("lateness_disagreement", reason, "NgayHenTra", law.value, portal.value)


def lateness_reason(s: StagedRow, p: StagedRow, night: Night) -> str:
    """§8.4, first that fits."""
    reasons = (
        ("second_supplement", p.supplement_count > 1),
        ("second_extension", s.extension_count > 1),
        ("open_supplement", s.status == 5),
        ("supplement_reset", s.supplement[1] is not None),
        ("no_due_date", s.due_at is None or p.due_at is None),
        ("due_on_day_off", s.due_at and not night.reference.calendar.is_working(day(s.due_at))),
        ("same_day_time", p.end_at and p.due_at and day(p.end_at) == day(p.due_at)),
    )
    return next((reason for reason, fits in reasons if fits), "other")


def channel_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    if night.portal_lacks("KenhThucHien") or night.shop_lacks("KenhThucHien"):
        return
    if s.channel and p.channel and s.channel != p.channel:
        yield Found("channel_mismatch", "", "KenhThucHien", s.channel, p.channel)


def procedure_unmapped(s: StagedRow | None, p: StagedRow | None, night: Night) -> Iterator[Found]:
    if night.portal_lacks("MaTTHC"):
        p = None
    issue = next((row.procedure_issue for row in (s, p) if row and row.procedure_issue), None)
    if issue:
        yield Found("procedure_unmapped", issue, "MaTTHC", s and s.procedure_raw, p and p.procedure_raw)


def procedure_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    if night.portal_lacks("MaTTHC") or s.procedure_issue or p.procedure_issue:  # absorbed by procedure_unmapped
        return
    if s.procedure_code != p.procedure_code:
        yield Found("procedure_mismatch", "", "MaTTHC", s.procedure_code, p.procedure_code)


def agency_legacy_code(s: StagedRow | None, p: StagedRow | None, night: Night) -> Iterator[Found]:
    if night.portal_lacks("MaCoQuan"):
        p = None
    if any(row and row.agency_ended for row in (s, p)):
        yield Found("agency_legacy_code", "", "MaCoQuan", s and s.agency_code, p and p.agency_code)


def agency_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    a, b = s.agency_final, p.agency_final
    if night.portal_lacks("MaCoQuan") or a is None or b is None or a == b:
        return
    subtype = "parent" if a.startswith(b + ".") or b.startswith(a + ".") else ""
    subtype = subtype if s.agency_known and p.agency_known else "unknown_agency"
    yield Found("agency_mismatch", subtype, "MaCoQuan", s.agency_code, p.agency_code)


def result_missing(s: StagedRow, p: StagedRow | None, night: Night) -> Iterator[Found]:
    if night.shop_lacks("DuongDanTepTinKetQua", "DanhSachGiayToKetQua") or s.status not in {9, 10}:
        return
    if not night.reference.procedures.returns_document(s.procedure_code) or not night.older(s.changed_at):
        return
    if night.portal_lacks("DuongDanTepTinKetQua", "DanhSachGiayToKetQua"):
        p = None
    values = ("DuongDanTepTinKetQua", int(s.has_result), None if p is None else int(p.has_result))
    if not s.has_result:
        yield Found("result_missing", "not_digitised", *values)
    elif p and p.status in {9, 10} and not p.has_result:
        yield Found("result_missing", "not_synced", *values)


def payment_mismatch(s: StagedRow, p: StagedRow, night: Night) -> Iterator[Found]:
    if night.portal_lacks("DuocThanhToanTrucTuyen") or night.shop_lacks("DuocThanhToanTrucTuyen"):
        return
    shop_paid, portal_paid = (row.online_payment in {1, 2} for row in (s, p))
    if shop_paid != portal_paid:
        yield Found("payment_mismatch", "flag", "DuocThanhToanTrucTuyen", s.online_payment, p.online_payment)
    elif shop_paid and s.fee_total is not None and p.fee_total is not None and s.fee_total != p.fee_total:
        yield Found("payment_mismatch", "amount", "TongLePhi", s.fee_total, p.fee_total)


def shop_row_kinds(s: StagedRow, night: Night) -> Iterator[Found]:
    """stuck, late_intake, second_supplement, second_extension: about the shop row alone."""
    if subtype := stuck(s, night):
        yield Found("stuck", subtype, "TrangThaiHoSo", s.status)
    intake_s = round(night.parameters.late_intake_hours * 3600)
    if s.status == 1 and s.submitted_at and night.working_seconds(s.submitted_at) > intake_s:
        yield Found("late_intake", "", "NgayNopHoSo", s.submitted_at)
    if s.supplement_count > night.parameters.max_supplements:
        yield Found("second_supplement", "", "SoLanBoSung", s.supplement_count)
    if s.extension_count > night.parameters.max_extensions:
        yield Found("second_extension", "", "SoLanGiaHan", s.extension_count)


def stuck(s: StagedRow, night: Night) -> str | None:
    waits = {5: ("supplement", s.supplement[0] or s.step_at), 6: ("payment", s.step_at or s.received_at)}
    if s.status in waits:
        subtype, since = waits[s.status]
        if since is None:
            return None
        last = night.reference.calendar.roll(day(since) + timedelta(days=night.parameters.stuck_days))
        return subtype if night.today > last else None
    past_due = s.status == 4 and s.due_at is not None and (night.today - day(s.due_at)).days
    return "processing" if past_due and past_due > night.parameters.stuck_past_due_days else None
