"""A message as bytes: on the wire (CRLF) and in a maildir (LF); otherwise the same.

The standard library folds long headers outside ASCII wrongly (it puts blanks into names, Python 3.11-3.13), so
those are encoded here by its older, correct `email.header` (RFC 2047: words of at most 75 characters).
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

_WIDTH = 76


class _Folded(EmailPolicy):
    """Headers outside ASCII become encoded words; everything else as the standard library does."""

    def fold(self, name: str, value: Any) -> str:
        if str(value).isascii():
            return str(super().fold(name, value))
        if isinstance(value, AddressHeader):
            boxes = [_mailbox(name, address.display_name, address.addr_spec) for address in value.addresses]
            return f"{name}: {', '.join(boxes)}".replace("\n", self.linesep) + self.linesep
        text = Header(str(value), "utf-8", _WIDTH, name).encode()
        return f"{name}: {text}".replace("\n", self.linesep) + self.linesep

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _mailbox(header: str, display_name: str, address: str) -> str:
    words = Header(display_name, "utf-8", _WIDTH, header).encode()
    return f"{words}\n <{address}>" if display_name else address


_WIRE = _Folded(linesep="\r\n", max_line_length=78)
_STORED = _Folded(linesep="\n", max_line_length=78)


def wire_bytes(message: EmailMessage) -> bytes:
    """The message as it goes over the wire."""
    return message.as_bytes(policy=_WIRE)


def stored_bytes(message: EmailMessage) -> bytes:
    """The message as it lies in a maildir."""
    return message.as_bytes(policy=_STORED)
