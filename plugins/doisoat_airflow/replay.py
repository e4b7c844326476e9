"""What a night's home held before a run, so that a second run can say what it did not do again."""

from __future__ import annotations

from dataclasses import dataclass

from doisoat.model import Side
from doisoat.pipeline import Night
from doisoat.store.layout import read_json


@dataclass(frozen=True)
class Before:
    """Sides that were landed, and messages that were sent, before this run."""

    landed: tuple[Side, ...]
    sent: frozenset[str]

    @classmethod
    def of(cls, night: Night) -> Before:
        landed = tuple(side for side in Side if (night.files.landing(side) / "manifest.json").is_file())
        return cls(landed, _sent(night))

    def lines(self, night: Night) -> list[str]:
        """Sentences to print before the run; none for a first run."""
        if not self.landed:
            return []
        sides = " và ".join(side.label for side in self.landed)
        folder = night.files.landing(self.landed[0]).parent
        return [
            f"Đêm {night.key} đã đọc {sides} từ lần trước: dùng lại dữ liệu ấy, không hỏi nguồn nữa.",
            f"Muốn đọc lại từ đầu, xóa {folder} (hoặc dùng thư mục khác: make run HOME_DIR=…).",
        ]

    def mail_lines(self, night: Night) -> list[str]:
        """Where the mails lie, and how many of them this run has not sent again."""
        now = _sent(night)
        again = f"; {len(now & self.sent)} thư đã gửi lần trước, không gửi lại" if now & self.sent else ""
        lines = [f"Thư gửi lần này: {len(now - self.sent)}{again}"]
        if night.province.mail.mode == "outbox":
            lines.append(f"Hộp thư đi: {night.settings.home / 'outbox' / 'new'}")
        return lines


def _sent(night: Night) -> frozenset[str]:
    file = night.files.work("alert") / "mails.json"
    return frozenset(mail["message_id"] for mail in read_json(file)["sent"]) if file.is_file() else frozenset()
