"""The send ledger: planned -> sending -> sent, each mail at most once, whoever asks."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from doisoat.errors import WarehouseBusy
from doisoat.store import warehouse_engine
from doisoat.store.ledger import Mail, MailState
from doisoat.store.warehouse import Warehouse
from tests.unit.warehouse.conftest import NOW
from tests.unit.warehouse.nights import key, record

KEY = key(3)


def _mail(code: str = "H44.05", sha256: str = "aa" * 32, recipients: tuple[str, ...] = ("sxd@phutho.example",)) -> Mail:
    return Mail(code, f"<{code}@phutho.example>", recipients, sha256)


def _states(warehouse: Warehouse) -> dict[str, MailState]:
    return {code: mail.state for code, mail in warehouse.mails(KEY).items()}


def test_the_way_of_a_mail(warehouse: Warehouse) -> None:
    warehouse.plan_mails(KEY, [_mail("H44.37", recipients=("a@x.example", "b@x.example")), _mail()])
    assert list(warehouse.mails(KEY).values()) == [
        _mail(),
        _mail("H44.37", recipients=("a@x.example", "b@x.example")),
    ]
    assert warehouse.claim_mail(KEY, "H44.05")
    assert _states(warehouse) == {"H44.05": MailState.SENDING, "H44.37": MailState.PLANNED}
    warehouse.finish_mail(KEY, "H44.05", MailState.SENT)
    sent = warehouse.mails(KEY)["H44.05"]
    assert (sent.state, sent.sent_at, sent.reason) == (MailState.SENT, NOW, "")


@pytest.mark.parametrize("state", [MailState.SENT, MailState.UNKNOWN, MailState.REFUSED])
def test_what_went_or_may_have_gone_is_never_planned_again(warehouse: Warehouse, state: MailState) -> None:
    warehouse.plan_mails(KEY, [_mail()])
    warehouse.claim_mail(KEY, "H44.05")
    warehouse.finish_mail(KEY, "H44.05", state, "vì sao")
    before = warehouse.mails(KEY)
    warehouse.plan_mails(KEY, [_mail(sha256="bb" * 32)])
    assert warehouse.mails(KEY) == before
    assert not warehouse.claim_mail(KEY, "H44.05")


def test_a_deferred_mail_may_be_tried_again(warehouse: Warehouse) -> None:
    warehouse.plan_mails(KEY, [_mail()])
    warehouse.claim_mail(KEY, "H44.05")
    warehouse.finish_mail(KEY, "H44.05", MailState.FAILED, "451")
    warehouse.plan_mails(KEY, [_mail(sha256="bb" * 32)])
    assert warehouse.mails(KEY) == {"H44.05": _mail(sha256="bb" * 32)}
    assert warehouse.claim_mail(KEY, "H44.05")


def test_a_refused_mail_goes_to_other_mailboxes(warehouse: Warehouse) -> None:
    warehouse.plan_mails(KEY, [_mail()])
    warehouse.claim_mail(KEY, "H44.05")
    warehouse.finish_mail(KEY, "H44.05", MailState.REFUSED, "550")
    corrected = _mail(recipients=("vanthu@phutho.example",))
    warehouse.plan_mails(KEY, [corrected])
    assert warehouse.mails(KEY) == {"H44.05": corrected}


def test_an_agency_with_nothing_left_to_do_loses_its_plan(warehouse: Warehouse) -> None:
    warehouse.plan_mails(KEY, [_mail(), _mail("H44.37")])
    warehouse.plan_mails(KEY, [_mail("H44.37")])
    assert list(warehouse.mails(KEY)) == ["H44.37"]
    assert warehouse.mails(key(4)) == {}


def test_only_one_of_many_may_send(warehouse: Warehouse, warehouse_url: str) -> None:
    warehouse.plan_mails(KEY, [_mail()])

    def claim(_: int) -> bool:
        with Warehouse(warehouse_url) as other:
            return other.claim_mail(KEY, "H44.05")

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(claim, range(6))) == [False] * 5 + [True]


def test_a_mail_that_was_not_claimed_cannot_be_finished(warehouse: Warehouse) -> None:
    warehouse.plan_mails(KEY, [_mail()])
    warehouse.finish_mail(KEY, "H44.05", MailState.SENT)
    assert _states(warehouse) == {"H44.05": MailState.PLANNED}


def test_a_locked_file_is_worth_another_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse_engine, "WAIT_MS", 50)
    file = tmp_path / "warehouse.sqlite"
    with Warehouse(f"sqlite:///{file}") as warehouse:
        warehouse.migrate()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(WarehouseBusy, match="locked by another run: try again"):
                record(warehouse, 3, "a")
            assert warehouse.mails(KEY) == {}, "reading goes on beside a writer"
        record(warehouse, 3, "a")
