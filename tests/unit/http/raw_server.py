"""A socket that answers with given bytes and then misbehaves, for what no HTTP library lets a server do."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behave = Callable[[socket.socket, threading.Event], None]


@contextmanager
def raw_server(behave: Behave) -> Iterator[str]:
    """Every connection gets `behave` once its request was read; yields the address."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=_serve, args=(listener, behave, over))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def _serve(listener: socket.socket, behave: Behave, over: threading.Event) -> None:
    while not over.is_set():
        with suppress(TimeoutError), listener.accept()[0] as connection:
            connection.settimeout(5)
            with suppress(OSError):
                connection.recv(1 << 16)
                behave(connection, over)


def answering(*answers: bytes) -> Behave:
    """One answer a connection, in turn, the last one for ever; then the connection is closed."""
    left = list(answers)

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return behave


def reset_after(content: bytes) -> Behave:
    """Send the bytes, then reset the connection."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(content)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def drip(head: bytes, every_s: float) -> Behave:
    """Send the head, then one byte now and then, for as long as anybody listens."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(every_s):
            connection.sendall(b" ")

    return behave
