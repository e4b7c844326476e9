"""The outside systems as one ASGI application; `create_app` is all that callers need."""

from doisoat_simulator.servers.app import create_app

__all__ = ["create_app"]
