"""Running the simulator: in this process (`serve`), as a program (`python -m doisoat_simulator.run`), or for tests as a
child process (`simulator_process`) or a thread (`background_server`).
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from doisoat_simulator.misbehaviour import Misbehaviour

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from doisoat_simulator.servers.app import Variant
    from doisoat_simulator.world import World

READY = "Mô phỏng sẵn sàng:"  # the one line that is printed, followed by the address
GRACE_SECONDS = 2  # what an open answer gets after SIGTERM
USAGE = 2


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready and ends on SIGTERM or SIGINT with exit code 0."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {name: signal.signal(name, self.handle_exit) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)


def serve(
    *,
    dossiers: int = 20_000,
    seed: int = 1,
    business_date: date,
    host: str = "127.0.0.1",
    port: int = 8765,
    variant: Variant = "igate",
    pure_wire: bool = False,
    misbehave_file: Path | None = None,
    ready_file: Path | None = None,
) -> None:
    """Build the world and serve it until SIGTERM or SIGINT.

    `port` 0 takes a free one. When ready, one line goes to standard output and the address into `ready_file`.
    SystemExit(2) with a sentence when the port is taken or the misbehaviour file is wrong.
    """
    from doisoat_simulator.world import build_world

    try:
        spoiling = Misbehaviour.from_file(misbehave_file) if misbehave_file else Misbehaviour()
        listener = socket.create_server((host, port), backlog=1024)
        world = build_world(dossiers, seed, business_date)
    except (ValueError, OSError) as error:  # a wrong rule, a taken port, a world that cannot be
        print(f"doisoat_simulator: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(USAGE) from None
    with listener:
        app = _app_of(world, variant=variant, pure_wire=pure_wire, misbehaviour=spoiling)
        app.state.portal_export.files()  # at 200,000 dossiers this takes longer than clients wait
        gc.collect()
        gc.freeze()  # the world never changes: keep the collector away from it
        address = f"http://{host}:{listener.getsockname()[1]}"
        _Server(_config(app), lambda: _announce(address, ready_file)).run(sockets=[listener])


def _app_of(world: World, *, variant: Variant, pure_wire: bool, misbehaviour: Misbehaviour) -> Starlette:
    """The application over a made world: its own export files, broken records, catalogues and published figures."""
    from doisoat_simulator.catalogues import build_catalogues
    from doisoat_simulator.servers import create_app
    from doisoat_simulator.servers.figures import world_figures

    return create_app(
        world,
        variant=variant,
        pure_wire=pure_wire,
        misbehaviour=misbehaviour,
        write_export=_write_portal_files,
        shapeless=world.expected_rejections["shop"].get("row_shape", 0),
        catalogues=build_catalogues(world.dossiers, world.seed),
        figures=world_figures(world),
    )


def _write_portal_files(world: World, folder: Path) -> None:
    """The portal's half of the world's exports."""
    from doisoat_simulator.exports import write_exports

    with tempfile.TemporaryDirectory(dir=folder.parent) as both:
        write_exports(world, Path(both))
        for path in (Path(both) / "portal").iterdir():
            path.replace(folder / path.name)


def _config(app: ASGIApp) -> uvicorn.Config:
    """No header and no log line of uvicorn's own."""
    return uvicorn.Config(
        app,
        log_level=logging.CRITICAL + 1,  # a broken body on demand is no error
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@contextmanager
def background_server(app: ASGIApp) -> Iterator[str]:
    """An application served by a thread of this process; yields its address, and stops it afterwards."""
    ready = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(_config(app), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            if not ready.wait(30):
                raise RuntimeError("the server did not start")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(GRACE_SECONDS + 10)


def _announce(address: str, ready_file: Path | None) -> None:
    if ready_file is not None:
        beside = ready_file.with_name(ready_file.name + ".part")
        beside.write_text(address + "\n", encoding="utf-8")
        beside.replace(ready_file)
    print(READY, address, flush=True)  # noqa: T201


@contextmanager
def simulator_process(
    *,
    dossiers: int,
    seed: int = 1,
    business_date: date = date(2026, 9, 3),
    variant: Variant = "igate",
    pure_wire: bool = False,
    misbehave_file: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    start_seconds: float = 300,
) -> Iterator[str]:
    """The simulator as a process of its own; yields its address, and ends it afterwards.

    RuntimeError when it does not get ready within `start_seconds`, with what it wrote to standard error.
    """
    command = [sys.executable, "-m", "doisoat_simulator.run", "--dossiers", str(dossiers), "--seed", str(seed)]
    command += ["--business-date", business_date.isoformat(), "--host", host, "--port", str(port)]
    command += ["--variant", variant, *(["--pure-wire"] if pure_wire else [])]
    command += ["--misbehave", str(misbehave_file)] if misbehave_file else []
    plugins = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [plugins, os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True, encoding="utf-8"
    )
    try:
        yield _wait_until_ready(process, start_seconds)
    finally:
        _end(process)


def _wait_until_ready(process: subprocess.Popen[str], seconds: float) -> str:
    assert process.stdout is not None and process.stderr is not None
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline()
    finally:
        watchdog.cancel()
    if not line.startswith(READY):
        process.kill()
        raise RuntimeError(f"the simulator did not start: {process.stderr.read().strip() or 'too slow'}")
    return line.removeprefix(READY).strip()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_SECONDS + 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """`python -m doisoat_simulator.run`."""
    parser = argparse.ArgumentParser(prog="doisoat simulate", description="Một cửa và Cổng DVCQG mô phỏng.")
    parser.add_argument("--dossiers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--business-date", type=date.fromisoformat, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765, help="0: any free port")
    parser.add_argument("--variant", choices=["igate", "opencps", "tandan", "both", "all"], default="igate")
    parser.add_argument("--pure-wire", action="store_true", help="without the extension moRong")
    parser.add_argument("--misbehave", type=Path, default=None, metavar="FILE", help="JSON list of rules")
    parser.add_argument("--ready-file", type=Path, default=None, metavar="FILE")
    given = parser.parse_args(arguments)
    serve(
        dossiers=given.dossiers,
        seed=given.seed,
        business_date=given.business_date,
        host=given.host,
        port=given.port,
        variant=given.variant,
        pure_wire=given.pure_wire,
        misbehave_file=given.misbehave,
        ready_file=given.ready_file,
    )


if __name__ == "__main__":
    main()
