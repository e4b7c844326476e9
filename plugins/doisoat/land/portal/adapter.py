"""One dossier at the national portal, whichever way leads there: what an answer of `TraCuuHoSo` means.

Only a success **with an empty list** means that the portal has no such dossier: every other trouble is `failed`,
never `absent`. The pull look-up of §8 (`search/call`) says it in words, always in a 200; those words alone count.
"""

from __future__ import annotations

import re
from datetime import datetime

from doisoat.config import AdapterSource
from doisoat.land.calls.guard import Guard
from doisoat.land.items import answer_about, is_about
from doisoat.land.portal.records import portal_record
from doisoat.land.portal.replies import Reply
from doisoat.land.portal.transport import PortalTransport, open_transport
from doisoat.land.source import Answer

_NO_SUCH_DOSSIER = re.compile(r"ma(so)?hoso not found", re.IGNORECASE)


class AdapterApi:
    """A `LookUp` at the portal; safe for several threads, which share one transport."""

    kind = "adapter"

    def __init__(self, config: AdapterSource, transport: PortalTransport | None = None):
        self._config = config
        self._transport = transport or open_transport(config)
        self.address = self._transport.address
        self._guard = Guard(self.address)

    @property
    def observed_at(self) -> datetime | None:
        """The portal's own clock at its first answer."""
        return self._transport.observed_at

    def look_up(self, code: str) -> Answer:
        """What the portal says about a normalised code; SourceRefused when it does not let us in."""

        def question() -> Answer:
            fields = {self._config.look_up_field: code}
            return self._answer(code, self._transport.call(self._config.look_up_service, fields))

        return self._guard.ask(question)

    def stop(self) -> None:
        self._transport.stop()

    def close(self) -> None:
        self._transport.close()

    def _answer(self, code: str, reply: Reply) -> Answer:
        if reply.code == "-1" and _NO_SUCH_DOSSIER.fullmatch(reply.message.strip()):
            return Answer("absent")
        if not reply.is_success:
            return Answer("failed", reason="cổng từ chối trả lời (error_code khác 0)")
        records = [portal_record(item, self._config.columns) for item in reply.result]
        if any(not is_about(record, code) for record in records):
            return Answer("failed", reason="cổng trả lời hồ sơ khác với hồ sơ được hỏi")
        return answer_about(code, records)
