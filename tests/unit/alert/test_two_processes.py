"""Two programs send the mails of one night at once: each mail goes from one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from doisoat.model import RunKey
from doisoat.store.layout import RunFiles
from doisoat.store.ledger import MailState
from doisoat.store.mailers import SmtpMailer
from tests.database_servers import anywhere
from tests.unit.alert.nights import BUILDING, WARD, opened
from tests.unit.alert.smtp import Script, smtp_server

KEY = RunKey("H44", date(2026, 9, 3))


def _send(home: str, url: str, port: int) -> None:
    with opened(Path(home), url) as nights:
        nights.alert(RunFiles(Path(home), KEY), SmtpMailer("127.0.0.1", port, "none", timeout_s=60))


@contextmanager
def _process(*args: object) -> Iterator[BaseProcess]:
    process = get_context("spawn").Process(target=_send, args=args)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


@pytest.mark.slow
@anywhere
def test_each_mail_goes_from_one_of_two_processes(tmp_path: Path, warehouse_url: str) -> None:
    """The first one hangs in the middle of its first mail while the second one goes through the whole round."""
    script = Script(slow_at="text")
    with opened(tmp_path, warehouse_url) as nights, smtp_server(script) as port:
        nights.assess(3, {"A-1": {}, "W-1": {"agency_code": WARD}})
        place = (str(tmp_path), warehouse_url, port)
        with _process(*place) as first:
            script.until_paused()
            with _process(*place) as second:
                second.join(60)
            script.go_on()
            first.join(60)
        assert (first.exitcode, second.exitcode) == (0, 0)
        states = {code: mail.state for code, mail in nights.warehouse.mails(KEY).items()}
    assert Counter(script.mailboxes) == {"sxd@phutho.example": 1, "viettri@phutho.example": 1}
    assert states == {BUILDING: MailState.SENT, WARD: MailState.SENT}
