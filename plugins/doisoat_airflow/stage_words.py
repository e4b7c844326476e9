"""One Vietnamese sentence per finished stage, for the task's log: what came in, what came out, what was left out.

Pure; from the counts a stage returns. Numbers, kinds and reasons only: no dossier code, no agency, nothing personal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from doisoat.model import DiscrepancyKind, Side, Verdict
from doisoat.rules.kinds import KIND_INFO
from doisoat.rules.text import number

Counts = Mapping[str, Any]
_SHOWN = 4  # expectations, reasons and kinds named in one sentence; the rest as a number
_VERDICTS = {Verdict.COMPLETE.value: "ĐẦY ĐỦ", Verdict.PARTIAL.value: "MỘT PHẦN"}


def stage_sentence(name: str, counts: Counts) -> str:
    """What the stage did; an unknown stage gives an empty text."""
    words = _WORDS.get(name)
    return words(counts) if words else ""


def _listed(parts: list[str]) -> str:
    shown, more = parts[:_SHOWN], len(parts) - _SHOWN
    return "; ".join(shown) + (f"; và {more} mục khác" if more > 0 else "")


def _land(counts: Counts) -> str:
    calls = f", {number(counts['calls'])} lượt tra cứu" if "calls" in counts else ""
    published = f"; số công bố: {_landed(counts['aggregates'])}" if "aggregates" in counts else ""
    return f"đọc {_landed(counts, 'bản ghi' + calls)}{published}"


def _landed(counts: Counts, what: str = "số") -> str:
    return f"{number(counts['landed'])} {what}, {'trọn vẹn' if counts['complete'] else 'KHÔNG trọn vẹn'}"


def _stage(counts: Counts) -> str:
    return "; ".join(_side(Side(name), side) for name, side in sorted(counts["sides"].items(), reverse=True))


def _side(side: Side, counts: Counts) -> str:
    rejected = counts["rejected"]
    rules = ", ".join(
        f"{rule} {records}" for rule, records in sorted(rejected.items(), key=lambda one: (-one[1], one[0]))
    )
    reasons = f"; MỘT PHẦN: {_listed(list(counts['partial_reasons']))}" if counts["partial"] else ""
    return (
        f"{side.label}: đọc {number(counts['landed'])} = dùng {number(counts['staged'])} + loại "
        f"{number(sum(rejected.values()))}{f' ({rules})' if rules else ''} + lặp {number(counts['repeated'])}"
        f"{reasons}"
    )


def _validate(counts: Counts) -> str:
    expectations = counts["expectations"]
    broken = [one for one in expectations if not one["success"]]
    named = _listed([f"{one['id']} ({Side(one['side']).label}, {one['observed']})" for one in broken])
    return (
        f"{'đạt' if counts['passed'] else 'KHÔNG đạt'}: {len(expectations)} kỳ vọng, {len(broken)} cảnh báo"
        f"{': ' + named if named else ''}"
    )


def _reconcile(counts: Counts) -> str:
    present = (
        f"{number(counts['matched'])} có ở hai bên, {number(counts['shop_only'])} chỉ ở Một cửa, "
        f"{number(counts['portal_only'])} chỉ ở DVCQG"
    )
    return f"{number(counts['dossiers'])} hồ sơ: {present}; {_kinds(counts['counts'])}; {_left_out(counts)}"


def _kinds(counts: Mapping[str, int]) -> str:
    found = sorted(((times, kind) for kind, times in counts.items() if times), key=lambda one: (-one[0], one[1]))
    total = sum(times for times, _ in found)
    named = _listed([f"{KIND_INFO[DiscrepancyKind(kind)].label} {number(times)}" for times, kind in found])
    return f"{number(total)} chênh lệch{f' ({named})' if named else ''}"


def _left_out(counts: Counts) -> str:
    rows = [row for row in counts["not_compared"] if row["dossiers"]]
    if not rows:
        return "không có hồ sơ nào bị bỏ ra ngoài"
    rows.sort(key=lambda row: (-row["dossiers"], row["reason"]))
    reasons = [f"{number(row['dossiers'])} ({row['reason']})" for row in rows]
    return f"không so được {_listed(reasons)}"


def _recheck(counts: Counts) -> str:
    again = counts["recheck"]
    failed = f"; {number(again['failed_look_ups'])} lượt tra cứu HỎNG" if again["failed_look_ups"] else ""
    return (
        f"tra cứu lại {number(again['asked'])} hồ sơ: {number(again['confirmed'])} chênh lệch còn đó, "
        f"{number(again['vanished'])} đã hết, {number(again['unknown'])} chưa rõ, {number(again['unchecked'])} "
        f"không tra cứu{failed}; còn {_kinds(counts['counts'])}"
    )


def _assess(counts: Counts) -> str:
    lifecycle = (
        f"{number(counts['open'])} chênh lệch đang mở, {number(counts['new'])} mới, {number(counts['resolved'])} đã hết"
    )
    dossiers = f"{number(counts['dossiers_affected'])} hồ sơ, {number(counts['false_overdue'])} bị báo trễ oan"
    return f"đối soát {_VERDICTS[counts['verdict']]}; {lifecycle}; {dossiers}"


def _publish(counts: Counts) -> str:
    files = [Path(path) for path in counts["artefacts"].values()]
    folder = f" trong {files[0].parent}" if files else ""
    return f"{len(files)} tệp{folder}: {', '.join(file.name for file in files)}"


def _alert(counts: Counts) -> str:
    names = {
        "sent": "đã gửi",
        "planned": "chờ gửi",
        "failed": "gửi hỏng, sẽ gửi lại",
        "refused": "bị từ chối",
        "unknown": "không rõ đã gửi",
        "held": "giữ lại vì nghi có dữ liệu cá nhân",
        "undeliverable": "không có hộp thư",
        "skipped": "không cần gửi",
    }
    stand = [f"{number(counts[state])} {words}" for state, words in names.items() if counts.get(state)]
    return f"lần này gửi {number(counts['sent_now'])} thư; tất cả: {', '.join(stand) or 'không có thư nào'}"


def _land_catalogues(counts: Counts) -> str:
    return "; ".join(
        f"{Side(side).label}: {number(sizes.get('procedure', 0))} thủ tục" for side, sizes in counts.items()
    )


def _compare_catalogues(counts: Counts) -> str:
    return (
        f"đối soát {_VERDICTS[counts['verdict']]}; {number(counts['total'])} chênh lệch, "
        f"{number(counts['new'])} mới, {number(counts['resolved'])} đã hết"
    )


def _compute_period(counts: Counts) -> str:
    return "; ".join(
        f"{Side(side).label}: tiếp nhận {number(told['received'])}, đã giải quyết {number(told['resolved'])}, "
        f"đang giải quyết {number(told['open'])}"
        for side, told in counts.items()
    )


def _check_period(counts: Counts) -> str:
    carried = f"; {number(counts['carried'])} biểu CHƯA KHỚP KỲ TRƯỚC" if counts["carried"] else ""
    return f"{number(counts['forms'])} biểu đạt {number(counts['checks'])} phép kiểm tra{carried}"


def _publish_period(counts: Counts) -> str:
    files = [Path(path) for path in counts["artefacts"].values()]
    folder = f" trong {min(files, key=lambda file: len(file.parts)).parent}" if files else ""
    return f"{number(len(files))} tệp{folder}"


def _verify_findings(counts: Counts) -> str:
    if counts["why_nothing"]:
        why = {"no_night": "chưa có đêm đối soát nào", "partial": "đêm gần nhất chỉ đọc được một phần"}
        return f"{why[counts['why_nothing']]}, không phát hiện nào đổi trạng thái"
    return (
        f"{number(counts['verified'])} phát hiện đã kiểm chứng, {number(counts['overdue'])} quá hạn, "
        f"{number(counts['reopened'])} mở lại"
    )


_WORDS: dict[str, Callable[[Counts], str]] = {
    "land_shop": _land,
    "land_portal": _land,
    "stage": _stage,
    "validate": _validate,
    "reconcile": _reconcile,
    "recheck": _recheck,
    "assess": _assess,
    "publish": _publish,
    "alert": _alert,
    "land_catalogues": _land_catalogues,
    "compare_catalogues": _compare_catalogues,
    "publish_catalogue": _publish,
    "compute_period": _compute_period,
    "check_period": _check_period,
    "publish_period": _publish_period,
    "verify_findings": _verify_findings,
    "publish_register": _publish,
}
