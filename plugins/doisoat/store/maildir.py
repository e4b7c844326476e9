"""Messages into a folder that mail programs open: for trying out, and where another program carries them on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path

from doisoat.errors import TerminalError
from doisoat.store.mail_bytes import stored_bytes

Refusals = Mapping[str, str]  # mailbox -> what the server said


class MaildirMailer:
    """A folder with `new`, `cur` and `tmp`; a message appears whole or not at all, under a name of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> Refusals:
        """Write the message to `new`, durably; one that is there already is replaced by itself."""
        for name in ("tmp", "new", "cur"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        name = eml_name(message)
        fresh = self._folder / "tmp" / name
        with fresh.open("wb") as file:
            file.write(stored_bytes(message))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / "new" / name)
        return {}

    def delivered(self, message: EmailMessage) -> bool:
        """True while the message lies in `new`, or in `cur`, where mail clients move it (adding `:2,…`)."""
        name = eml_name(message)
        read = (path.name.partition(":")[0] for path in (self._folder / "cur").glob("*"))
        return (self._folder / "new" / name).exists() or name in read

    def close(self) -> None:
        """Nothing is kept open."""


def eml_name(message: EmailMessage) -> str:
    """File name of a message, from its Message-ID: the same message always lies in the same file.

    >>> message = EmailMessage(); message["Message-ID"] = "<H44.2026-09-03.H44.05@doisoat.example>"
    >>> eml_name(message)
    'H44.2026-09-03.H44.05.eml'
    """
    local = str(message["Message-ID"]).strip().strip("<>").rpartition("@")[0]
    if not local or not all(sign.isalnum() or sign in "._-" for sign in local) or local.startswith("."):
        raise TerminalError(f"Message-ID {message['Message-ID']!r} makes no file name")
    return f"{local}.eml"
