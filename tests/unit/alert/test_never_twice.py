"""Whatever happens to nights, mails, people and the program: never two mails to one receiver in one night."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doisoat.errors import MailNotAccepted
from doisoat.store.ledger import MailState
from doisoat.store.mailers import MailOutcomeUnknown
from tests.unit.alert.nights import WARD, opened, province

FIRST = date(2026, 8, 20)
LADDER = [{"after_working_days": 1, "to": "lanh_dao"}, {"after_working_days": 2, "to": "van_phong"}]
DOSSIERS = {"A-1": {}, "A-2": {}, "W-1": {"agency_code": WARD}, "T-1": {"technical": True}}


class _Killed(BaseException):
    """Stands for SIGKILL."""


class Unreliable:
    """A server that takes, refuses, defers, breaks off after it took the text, or dies with our program."""

    def __init__(self, fates: Sequence[str]) -> None:
        self._fates = list(fates)
        self.taken: list[str] = []

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> dict[str, str]:
        fate = self._fates.pop() if self._fates else "take"
        if fate == "defer":
            raise MailNotAccepted("451")
        if fate == "refuse":
            return dict.fromkeys(recipients, "550")
        if fate == "die":
            raise _Killed
        self.taken.append(str(message["Message-ID"]))
        if fate == "die after":
            raise _Killed
        if fate == "break off":
            raise MailOutcomeUnknown("broke off")
        return {}

    def delivered(self, message: EmailMessage) -> None:
        return

    def close(self) -> None:
        return


FATES = st.lists(st.sampled_from(["take", "defer", "refuse", "break off", "die", "die after"]), max_size=6)
NIGHT = st.tuples(st.sets(st.sampled_from(sorted(DOSSIERS))), st.lists(FATES, min_size=1, max_size=3), st.booleans())


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NIGHT, min_size=1, max_size=6))
def test_never_two_mails_to_one_receiver_in_one_night(
    lived: list[tuple[set[str], list[list[str]], bool]],
) -> None:
    taken: Counter[str] = Counter()
    with (
        TemporaryDirectory() as folder,
        opened(Path(folder), province=province(["kysu@phutho.example"], escalation=LADDER)) as nights,
    ):
        for number, (found, attempts, partial) in enumerate(lived):
            files = nights.assess(
                FIRST + timedelta(days=number), {code: DOSSIERS[code] for code in found}, partial=partial
            )
            for fates in attempts:
                server = Unreliable(fates)
                with contextlib.suppress(MailNotAccepted, _Killed):
                    nights.alert(files, server)
                taken.update(server.taken)
            ledger = nights.warehouse.mails(files.key).values()
            assert len({mail.message_id for mail in ledger}) == len(ledger)
            settled = {mail.message_id for mail in ledger if mail.state is not MailState.PLANNED}
            assert {name for name in taken if f".{files.key.business_date}." in name} <= settled, "nothing unlisted"
    assert [name for name, times in taken.items() if times > 1] == []
