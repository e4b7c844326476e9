"""The ways to the national portal behind one interface: who asks names a service and its fields, nothing else.

Which way a province has is configuration (`config.AdapterSource`); what each looks like on the wire stands in the
module that speaks it. All of them log in when they need to, renew what ended, and tell only a success from a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from doisoat.config import AdapterSource
from doisoat.land.portal.lgsp import Lgsp
from doisoat.land.portal.replies import Reply
from doisoat.land.portal.security_server import SecurityServer
from doisoat.land.portal.vendors import VendorGet, VendorPaths, VendorQuery

__all__ = ["PortalTransport", "Reply", "open_transport"]


class PortalTransport(Protocol):
    """One way to the portal; safe for several threads, which share what they are logged in with.

    Raises SourceRefused when the portal does not let us in, SourceUnavailable after all attempts, and
    SourceContractBroken for an answer that is none; a refused service is a `Reply` without success.
    """

    @property
    def kind(self) -> str:
        """Which of the five it is, as in the province file."""

    @property
    def address(self) -> str: ...

    @property
    def observed_at(self) -> datetime | None:
        """The portal's own clock (or its adapter's) at its first answer, +07:00."""

    def login(self) -> None:
        """Make sure that we are let in; nothing where the adapter does that for us."""

    def call(self, service: str, fields: Mapping[str, Any]) -> Reply:
        """One call, e.g. `call("LayThuTuc", {"maTTHC": "2.000815"})`; heals a session that ended by itself."""

    def stop(self) -> None:
        """Let no further call go out."""

    def close(self) -> None:
        """`stop`, and end every connection."""


def open_transport(config: AdapterSource) -> PortalTransport:
    """The transport a section names; ConfigError names a variable that is not set."""
    return _TRANSPORTS[config.transport](config)


_TRANSPORTS: dict[str, Callable[[AdapterSource], PortalTransport]] = {
    "security_server": SecurityServer,
    "vendor_paths": VendorPaths,
    "vendor_query": VendorQuery,
    "vendor_get": VendorGet,
    "lgsp": Lgsp,
}
