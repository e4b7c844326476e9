"""The mails of a night: what they say, to whom they go, and that none goes twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from syrupy.assertion import SnapshotAssertion

from doisoat.alert import alert_night
from doisoat.config import Province
from doisoat.errors import MailNotAccepted, TerminalError
from doisoat.rules.reference import Agency, AgencyTable
from doisoat.store.layout import RunFiles, read_json
from doisoat.store.ledger import MailState, split_receiver
from doisoat.store.mailers import MaildirMailer, MailServerGone, SmtpMailer
from doisoat.store.reference import Reference
from doisoat.store.warehouse import Warehouse
from tests.unit.alert.smtp import Script, smtp_server
from tests.unit.publish import factory
from tests.unit.publish.factory import NightFiles, busy_night, discrepancy, false_overdue, pair, side

BUILDING, WARD, OFFICE = "H44.05", "H44.37", "H44.01"
CONTACT = "Tổ kỹ thuật Một cửa – kythuat@phutho.example – 0210 384 5678"
MAIL = {
    "sender": "doisoat@phutho.example",
    "sender_name": "Trung tâm Phục vụ hành chính công tỉnh Phú Thọ",
    "technical_contact": CONTACT,
}


def _province(**mail: Any) -> Province:
    return factory.province(mail={**MAIL, **mail})


def _reference(**names: str) -> Reference:
    agencies = [
        Agency(BUILDING, name=names.get("building", "Sở Xây dựng"), mailbox="sxd@phutho.example"),
        Agency(WARD, name=names.get("ward", "Phường Việt Trì"), mailbox="viettri@phutho.example"),
        Agency(OFFICE, name="Văn phòng UBND tỉnh"),
    ]
    return replace(factory.reference(), agencies=AgencyTable(agencies))


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse(f"sqlite:///{tmp_path / 'warehouse.sqlite'}") as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def outbox(tmp_path: Path) -> MaildirMailer:
    return MaildirMailer(tmp_path / "outbox")


def _mails(home: Path) -> dict[str, EmailMessage]:
    """File name -> message, of everything in the outbox."""
    files = sorted((home / "outbox").glob("*/*.eml"))
    return {path.name: message_from_bytes(path.read_bytes(), policy=default) for path in files}  # type: ignore[misc]


def _only(home: Path) -> EmailMessage:
    (message,) = _mails(home).values()
    return message


def _text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def _sheets(message: EmailMessage) -> dict[str, list[list[Any]]]:
    (attached,) = message.iter_attachments()
    book = CalamineWorkbook.from_filelike(BytesIO(attached.get_content()))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _status(files: RunFiles) -> dict[str, list[str]]:
    """State -> agencies, of mails.json, without empty ones."""
    told = read_json(files.work("alert") / "mails.json")
    return {name: [mail["agency_code"] for mail in mails] for name, mails in told.items() if name != "mode" and mails}


# --- what a mail says -----------------------------------------------------------------------------


def test_the_whole_mail(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer, snapshot: SnapshotAssertion
) -> None:
    alert_night(busy_night().write(tmp_path), _province(), _reference(), warehouse, outbox)
    mails = _mails(tmp_path)
    assert list(mails) == ["H44.2026-09-03.H44.05.eml", "H44.2026-09-03.H44.37.eml"]
    message = mails["H44.2026-09-03.H44.05.eml"]
    assert {name: value for name, value in message.items() if name != "From"} == {
        "Subject": "[Đối soát H44] 03/09/2026: 2 hồ sơ cần xử lý (1 bị tính quá hạn oan)",
        "To": "sxd@phutho.example",
        "Date": "Thu, 03 Sep 2026 23:59:59 +0700",
        "Message-ID": "<H44.2026-09-03.H44.05@phutho.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "doi-soat-H44.2026-09-03.H44.05.xlsx"
    assert _text(message) == snapshot(name="text")
    assert _text(message, "html") == snapshot(name="page")


def test_published_figures_are_told_apart_from_dossiers(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    figure = discrepancy(
        "", "aggregate_mismatch", "received", field="totalReceived", value_shop="1131", value_portal="1120"
    ) | {"period": "2026-08", "procedure_code": None, "recheck": "not_about_dossier"}
    both = [discrepancy("A-1", "status_lag"), figure, figure | {"agency_code": WARD}]
    alert_night(NightFiles(both).write(tmp_path), _province(), _reference(), warehouse, outbox)
    mails = _mails(tmp_path)
    building, ward = mails["H44.2026-09-03.H44.05.eml"], mails["H44.2026-09-03.H44.37.eml"]
    assert building["Subject"] == "[Đối soát H44] 03/09/2026: 1 hồ sơ cần xử lý"
    assert ward["Subject"] == "[Đối soát H44] 03/09/2026: 1 số liệu công bố cần đối chiếu"
    told = "- Số liệu kỳ 2026-08 – số hồ sơ phải xử lý trong kỳ: Cổng DVCQG công bố 1.120, hồ sơ tại Một cửa 1.131"
    for message in (building, ward):
        assert told in _text(message)
        assert "Số liệu kỳ 2026-08 – số hồ sơ phải xử lý trong kỳ" in _text(message, "html")
    assert "2. HỒ SƠ CẦN XEM TRƯỚC (1/1)" in _text(building)
    assert "HỒ SƠ CẦN XEM TRƯỚC" not in _text(ward) and "Hồ sơ cần xem trước" not in _text(ward, "html")
    assert [row[1] for row in _sheets(ward)["Việc cần làm"][1:]] == ["Số liệu kỳ 2026-08"]


def test_the_workbook_has_everything_of_the_agency_and_nothing_of_others(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    alert_night(busy_night().write(tmp_path), _province(), _reference(), warehouse, outbox)
    sheets = _sheets(_mails(tmp_path)["H44.2026-09-03.H44.05.eml"])
    codes = {name: [row[1] for row in rows[1:]] for name, rows in sheets.items()}
    assert codes == {
        "Việc cần làm": ["H44.05-260803-0001", "H44.05-260803-0006", "H44.05-260803-0006"],
        "Đang kiểm tra kỹ thuật": ["H44.05-260803-0003", "H44.05-260803-0005"],
    }


def test_the_first_five_are_the_falsely_overdue_then_the_worst_each_dossier_once(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    night = NightFiles(
        discrepancies=[
            discrepancy("A-1", "missing_in_shop", severity="high"),
            discrepancy("B-2", "status_lag"),
            discrepancy("B-2", "channel_mismatch", severity="low", field="KenhThucHien"),
            discrepancy("C-3", "status_lag"),
            discrepancy("D-4", "status_lag"),
            false_overdue("E-5"),
            discrepancy("F-6", "status_lag"),
            false_overdue("G-7"),
        ],
        pairs=[pair(code) for code in ("A-1", "B-2", "C-3", "D-4", "E-5", "F-6", "G-7")],
    )
    alert_night(night.write(tmp_path), _province(), _reference(), warehouse, outbox)
    message = _only(tmp_path)
    lines = _text(message).splitlines()
    assert message["Subject"] == "[Đối soát H44] 03/09/2026: 7 hồ sơ cần xử lý (2 bị tính quá hạn oan)"
    assert "2. HỒ SƠ CẦN XEM TRƯỚC (5/7)" in lines
    assert [line.split()[1] for line in lines if line[:2] in {f"{n})" for n in range(1, 10)}] == [
        "E-5",
        "G-7",
        "A-1",
        "B-2",
        "C-3",
    ]
    assert len(_sheets(message)["Việc cần làm"]) == 1 + 8


def test_a_partial_night_says_so(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    night = NightFiles(
        discrepancies=[discrepancy("A-1", "stuck")],
        portal=side(partial=True, extracted_at=None),
        summary={"recheck": {"failed_look_ups": 3}},
    )
    alert_night(night.write(tmp_path), _province(), _reference(), warehouse, outbox)
    for kind in ("plain", "html"):
        words = " ".join(_text(_only(tmp_path), kind).replace("<b>", "").replace("</b>", "").split()).lower()
        assert (
            "đêm nay mới đối soát được một phần (cổng dvcqg chưa đọc hết) "
            "(một số lượt tra cứu lại không thành công). thư này chỉ nêu những hồ sơ đã được đối chiếu"
        ) in words
        assert "cổng dvcqg –." in words, "the time of a side that gave none"


def test_a_complete_night_does_not(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    alert_night(busy_night().write(tmp_path), _province(), _reference(), warehouse, outbox)
    assert not [name for name, mail in _mails(tmp_path).items() if "một phần" in _text(mail).lower()]


def test_five_thousand_lines_stay_one_readable_mail(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    codes = [f"H44.05-260803-{number:05}" for number in range(5_000)]
    night = NightFiles([discrepancy(code, "status_lag") for code in codes], [pair(code) for code in codes])
    alert_night(night.write(tmp_path), _province(), _reference(), warehouse, outbox)
    message = _only(tmp_path)
    assert "5.000 hồ sơ" in message["Subject"]
    assert (len(_text(message)) < 3_000, len(_sheets(message)["Việc cần làm"])) == (True, 5_001)


# --- hostile names --------------------------------------------------------------------------------


def test_a_name_can_neither_add_a_header_nor_a_script(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    reference = _reference(building='Sở X\r\nBcc: ke.gian\r\n\r\n<script>alert("1")</script> =cmd()')
    province = _province(
        sender_name='Trung tâm "A", <B>\r\nX-Injected: 1', technical_contact="Tổ <b>kỹ thuật</b> & bạn"
    )
    alert_night(busy_night().write(tmp_path), province, reference, warehouse, outbox)
    message = _mails(tmp_path)["H44.2026-09-03.H44.05.eml"]
    assert (message["Bcc"], message["X-Injected"], message["To"]) == (None, None, "sxd@phutho.example")
    assert message["From"].addresses[0].addr_spec == "doisoat@phutho.example"
    assert _text(message).startswith('Kính gửi: Sở X Bcc: ke.gian <script>alert("1")</script> =cmd()\n')
    page = _text(message, "html")
    assert "<script" not in page and "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in page
    assert "Tổ &lt;b&gt;kỹ thuật&lt;/b&gt; &amp; bạn" in page


def test_an_odd_agency_code_makes_a_safe_name(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    odd = "H44/../Ứ*?"
    agencies = AgencyTable([Agency(odd, name="Lạ", mailbox="la@phutho.example")])
    night = NightFiles(discrepancies=[discrepancy("A-1", "stuck", agency_code=odd)])
    alert_night(night.write(tmp_path), _province(), replace(_reference(), agencies=agencies), warehouse, outbox)
    assert list(_mails(tmp_path)) == ["H44.2026-09-03.H44_..____-23917637.eml"]


def test_a_code_with_a_colon_is_no_role() -> None:
    assert [split_receiver(name) for name in ("H44:05", "H44:LANH_DAO", "H44.05:lanh_dao", ":technical", "H44:")] == [
        ("H44:05", ""),
        ("H44:LANH_DAO", ""),
        ("H44.05", "lanh_dao"),
        ("", "technical"),
        ("H44:", ""),
    ]


# --- nothing personal leaves ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "names", "found"),
    [
        ({"dossier_code": "001099012345"}, {}, "dãy 9 hoặc 12 chữ số"),
        ({"dossier_code": "0912345678"}, {}, "số điện thoại"),
        ({"procedure_code": "131234567"}, {}, "dãy 9 hoặc 12 chữ số"),
        ({"field": "TrangThaiHoSo", "value_shop": "bà Nguyễn Thị B 0912 345 678"}, {}, "số điện thoại"),
        ({}, {"building": "Sở Xây dựng (nguyenvana@gmail.com)"}, "địa chỉ thư điện tử"),
    ],
)
def test_a_mail_that_seems_to_name_a_person_is_held_back_and_the_others_go(
    tmp_path: Path,
    warehouse: Warehouse,
    outbox: MaildirMailer,
    row: dict[str, str],
    names: dict[str, str],
    found: str,
) -> None:
    bad = discrepancy(**{"dossier_code": "A-1", "kind": "stuck", **row})
    files = NightFiles([bad, discrepancy("B-2", "stuck", agency_code=WARD)]).write(tmp_path)
    with pytest.raises(TerminalError) as error:
        alert_night(files, _province(), _reference(**names), warehouse, outbox)
    assert f"H44.05 ({found})" in str(error.value)
    leaked = [secret for secret in (*row.values(), *names.values()) if secret in str(error.value)]
    assert leaked == []
    assert _status(files) == {"held": [BUILDING], "sent": [WARD]}
    assert list(_mails(tmp_path)) == ["H44.2026-09-03.H44.37.eml"]
    told = (files.work("alert") / "mails.json").read_text(encoding="utf-8")
    assert not any(secret in told for secret in row.values() if secret != "TrangThaiHoSo")


def test_an_amount_of_money_is_no_id_number(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    row = discrepancy("A-1", "payment_mismatch", "amount", field="TongLePhi", value_shop="123456789", value_portal="0")
    alert_night(NightFiles([row]).write(tmp_path), _province(), _reference(), warehouse, outbox)
    assert len(_mails(tmp_path)) == 1


# --- who gets one ---------------------------------------------------------------------------------


def test_only_technical_items_no_reminder_and_no_mailbox_no_mail(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    night = NightFiles(
        discrepancies=[
            discrepancy("A-1", "missing_on_portal", technical=True),
            discrepancy("B-2", "stuck", agency_code=WARD),
            discrepancy("C-3", "stuck", agency_code=OFFICE),
            discrepancy("D-4", "stuck", agency_code="H99.99"),
            discrepancy("E-5", "stuck", agency_code=None),
        ]
    )
    files = night.write(tmp_path)
    counts = alert_night(files, _province(), _reference(), warehouse, outbox)
    assert counts == {
        **dict.fromkeys(MailState, 0),
        "sent": 1,
        "sent_now": 1,
        "held": 0,
        "skipped": 1,
        "undeliverable": 4,
    }
    told = read_json(files.work("alert") / "mails.json")
    assert told["skipped"] == [
        {
            "agency_code": BUILDING,
            "agency_name": "Sở Xây dựng",
            "dossiers": 0,
            "reason": "chỉ có mục đang kiểm tra kỹ thuật",
        }
    ]
    assert [mail["agency_code"] for mail in told["undeliverable"]] == [OFFICE, "H99.99", "", ":technical"]
    assert told["sent"] == [
        {
            "agency_code": WARD,
            "agency_name": "Phường Việt Trì",
            "dossiers": 1,
            "false_overdue": 0,
            "message_id": "<H44.2026-09-03.H44.37@phutho.example>",
            "reason": "",
            "recipients": ["viettri@phutho.example"],
            "subject": "[Đối soát H44] 03/09/2026: 1 hồ sơ cần xử lý",
        }
    ]


def test_what_is_accepted_is_not_mailed_and_what_is_acknowledged_says_by_whom(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    accepted = {"state": "accepted", "person": "Lan", "accepted_until": date(2026, 12, 31), "reason": "chờ cấp trên"}
    night = NightFiles(
        discrepancies=[
            false_overdue("A-1", **accepted),
            discrepancy("B-2", "stuck", state="acknowledged", person="Minh"),
            discrepancy("C-3", "stuck", agency_code=WARD, **accepted),
        ]
    )
    alert_night(night.write(tmp_path), _province(), _reference(), warehouse, outbox)
    ((name, mail),) = _mails(tmp_path).items()
    assert BUILDING in name
    assert mail["Subject"] == "[Đối soát H44] 03/09/2026: 1 hồ sơ cần xử lý"
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        text = " ".join(body.get_content().replace("<b>", "").replace("</b>", "").split())
        assert "đã nhận xử lý 1 chênh lệch" in text
        assert "Minh" in text
        assert not any(word in text for word in ("A-1", "Lan", "chờ cấp trên"))
    attached = next(mail.iter_attachments()).get_content()
    sheet = CalamineWorkbook.from_object(BytesIO(attached)).get_sheet_by_name("Việc cần làm").to_python()
    assert len(sheet) == 2
    assert dict(zip(sheet[0], sheet[1], strict=True))["Tình trạng"] == "Đã nhận xử lý (Minh)"


def test_a_quiet_night_sends_nothing(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    files = NightFiles().write(tmp_path)
    alert_night(files, _province(), _reference(), warehouse, outbox)
    assert (_status(files), _mails(tmp_path)) == ({}, {})


def test_mode_off_writes_and_searches_but_sends_and_notes_nothing(tmp_path: Path, warehouse: Warehouse) -> None:
    files = busy_night().write(tmp_path)
    alert_night(files, _province(mode="off"), _reference(), warehouse, None)
    assert _status(files) == {"planned": [BUILDING, WARD], "undeliverable": ["", ":technical"]}
    assert warehouse.mails(files.key) == {}


@pytest.mark.parametrize("stage", ["assess", "reconcile", "stage"])
def test_a_missing_file_names_the_stage_to_run(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer, stage: str
) -> None:
    files = busy_night().write(tmp_path)
    missing = {
        "assess": files.work("assess") / "discrepancies.parquet",
        "reconcile": files.work("recheck") / "pairs.parquet",
        "stage": files.staged,
    }
    missing[stage].unlink()
    with pytest.raises(TerminalError, match=f"run 'doisoat {stage}' for this date first"):
        alert_night(files, _province(), _reference(), warehouse, outbox)


# --- once, and the same bytes ---------------------------------------------------------------------


def test_again_sends_nothing_and_tells_the_same(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    files = busy_night().write(tmp_path)
    first = alert_night(files, _province(), _reference(), warehouse, outbox)
    told = (files.work("alert") / "mails.json").read_bytes()
    for path in (tmp_path / "outbox" / "new").iterdir():
        path.unlink()  # a person cleared the outbox: still nothing goes twice
    again = alert_night(files, _province(), _reference(), warehouse, outbox)
    assert (first["sent_now"], again["sent_now"], again["sent"]) == (2, 0, 2)
    assert _mails(tmp_path) == {}
    assert (files.work("alert") / "mails.json").read_bytes() == told


def test_the_same_night_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    outboxes = []
    for home in (tmp_path / "one", tmp_path / "two"):
        with Warehouse(f"sqlite:///{home / 'warehouse.sqlite'}") as warehouse:
            warehouse.migrate()
            files = busy_night().write(home)
            alert_night(files, _province(), _reference(), warehouse, MaildirMailer(home / "outbox"))
        outboxes.append({path.name: path.read_bytes() for path in sorted((home / "outbox" / "new").iterdir())})
    assert outboxes[0] == outboxes[1] and len(outboxes[0]) == 2


class _Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


class _DyingOutbox(MaildirMailer):
    """A maildir whose process dies on one message, before or after writing it."""

    def __init__(self, folder: Path, *, on: str, written: bool) -> None:
        super().__init__(folder)
        self._on, self._written = on, written

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> dict[str, str]:
        dies = self._on in str(message["Message-ID"])
        if not dies or self._written:
            super().send(message, recipients)
        if dies:
            raise _Killed
        return {}


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("agency", [BUILDING, WARD])
def test_a_kill_between_two_mails_ends_in_the_same_outbox(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer, agency: str, written: bool
) -> None:
    files = busy_night().write(tmp_path)
    with pytest.raises(_Killed):
        dying = _DyingOutbox(tmp_path / "outbox", on=agency, written=written)
        alert_night(files, _province(), _reference(), warehouse, dying)
    assert warehouse.mails(files.key)[agency].state is MailState.SENDING
    counts = alert_night(files, _province(), _reference(), warehouse, outbox)
    assert (counts["sent"], counts["unknown"]) == (2, 0)
    assert list(_mails(tmp_path)) == ["H44.2026-09-03.H44.05.eml", "H44.2026-09-03.H44.37.eml"]


# --- over SMTP ------------------------------------------------------------------------------------


def test_a_mail_with_unknown_outcome_is_listed_and_never_sent_again(tmp_path: Path, warehouse: Warehouse) -> None:
    files = busy_night().write(tmp_path)
    script = Script(drop_at="data")
    with smtp_server(script) as port:
        for _ in range(2):
            alert_night(files, _province(), _reference(), warehouse, SmtpMailer("127.0.0.1", port, "none"))
            assert _status(files) == {"unknown": [BUILDING, WARD], "undeliverable": ["", ":technical"]}
            script.drop_at = ""
    assert [recipients for _, recipients, _ in script.accepted] == [["sxd@phutho.example"], ["viettri@phutho.example"]]
    told = read_json(files.work("alert") / "mails.json")
    assert told["unknown"][0]["reason"].startswith("không rõ đã gửi")


def test_a_mail_left_sending_by_a_crash_is_listed_and_not_sent_again(tmp_path: Path, warehouse: Warehouse) -> None:
    files = busy_night().write(tmp_path)
    script = Script()
    with smtp_server(script) as port:
        with pytest.raises(_Killed):
            alert_night(files, _province(), _reference(), warehouse, _DyingSmtp("127.0.0.1", port, "none"))
        alert_night(files, _province(), _reference(), warehouse, SmtpMailer("127.0.0.1", port, "none"))
    assert _status(files) == {"sent": [WARD], "unknown": [BUILDING], "undeliverable": ["", ":technical"]}
    assert [recipients for _, recipients, _ in script.accepted] == [["viettri@phutho.example"]]


class _DyingSmtp(SmtpMailer):
    def send(self, message: EmailMessage, recipients: Sequence[str]) -> dict[str, str]:
        raise _Killed


def test_deferred_mails_go_on_the_next_run_and_the_others_only_once(tmp_path: Path, warehouse: Warehouse) -> None:
    files = busy_night().write(tmp_path)
    script = Script(recipients={"sxd@phutho.example": "450 busy"})
    with smtp_server(script) as port:
        with pytest.raises(MailNotAccepted, match="450 busy"):
            alert_night(files, _province(), _reference(), warehouse, SmtpMailer("127.0.0.1", port, "none"))
        assert _status(files) == {"failed": [BUILDING], "sent": [WARD], "undeliverable": ["", ":technical"]}
        script.recipients = {}
        counts = alert_night(files, _province(), _reference(), warehouse, SmtpMailer("127.0.0.1", port, "none"))
    assert (counts["sent"], counts["sent_now"]) == (2, 1)
    assert [recipients for _, recipients, _ in script.accepted] == [["viettri@phutho.example"], ["sxd@phutho.example"]]


def test_a_refused_mailbox_is_told_and_does_not_stop_the_night(tmp_path: Path, warehouse: Warehouse) -> None:
    files = busy_night().write(tmp_path)
    script = Script(recipients={"sxd@phutho.example": "550 no such user"})
    with smtp_server(script) as port:
        alert_night(files, _province(), _reference(), warehouse, SmtpMailer("127.0.0.1", port, "none"))
    assert _status(files) == {"refused": [BUILDING], "sent": [WARD], "undeliverable": ["", ":technical"]}
    told = read_json(files.work("alert") / "mails.json")
    assert told["refused"][0]["reason"] == "sxd@phutho.example: 550 no such user"


def test_a_server_that_is_down_is_asked_once_and_everything_goes_later(
    tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer
) -> None:
    files = busy_night().write(tmp_path)
    with smtp_server(Script()) as port:
        pass
    with pytest.raises(MailServerGone):
        alert_night(files, _province(), _reference(), warehouse, SmtpMailer("127.0.0.1", port, "none"))
    assert _status(files) == {"failed": [BUILDING], "planned": [WARD], "undeliverable": ["", ":technical"]}
    assert alert_night(files, _province(), _reference(), warehouse, outbox)["sent_now"] == 2


def test_mails_json_is_readable_by_a_person(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    files = busy_night().write(tmp_path)
    alert_night(files, _province(), _reference(), warehouse, outbox)
    text = (files.work("alert") / "mails.json").read_text(encoding="utf-8")
    assert "Sở Xây dựng" in text and json.loads(text)["mode"] == "outbox"


def test_by_when_follows_the_working_calendar(tmp_path: Path, warehouse: Warehouse, outbox: MaildirMailer) -> None:
    """Three working days after Thursday 3 September 2026: Friday, Monday, Tuesday the 8th."""
    alert_night(busy_night().write(tmp_path), _province(), _reference(), warehouse, outbox)
    assert "TRƯỚC HẾT NGÀY 08/09/2026 (3 ngày làm việc)" in _text(_mails(tmp_path)["H44.2026-09-03.H44.05.eml"])
    assert _reference().calendar.add_working_days(date(2026, 9, 3), 3) == date(2026, 9, 8)
