"""Real server processes for tests: started, killed without a warning, started again.

with Server(url, folder) as server:
    ...  # served at server.address
    server.kill()
    server.start()
"""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI

from app.store.unit import LOSS_ACCEPTED
from app.web.wire import SERVED
from tests.support import served
from tests.support.racing import afresh

STARTING = 60.0
"""Seconds that a server may take until it answers, on a machine that is busy."""


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of an application that is served by a thread of this process, as `travaux
    serve` would; from a thread, so that a test may reach into it."""
    config = uvicorn.Config(
        app, port=free_port(), log_level="error", lifespan="off", access_log=False, **SERVED
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{config.port}"
    finally:
        server.should_exit = True
        thread.join(10)
        app.state.hub.end()
        app.state.stores.close()


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Server:
    """A server in a process of its own, on a database that has been filled before.

    `program` is the Python module whose `serve` it runs; what it logs is in `log`.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        program: str = "tests.support.served",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._program = program
        self.log = folder / f"server-{self.port}.log"
        self._settings = {
            "TRAVAUX_DATA": str(folder),
            "TRAVAUX_PORT": str(self.port),
            "TRAVAUX_DATABASE_URL": url,
            # The tests' own PostgreSQL does not wait for the disk: no power is cut here.
            "TRAVAUX_ACCEPT_LOSS": LOSS_ACCEPTED,
            **(settings or {}),
        }
        self._process: BaseProcess | None = None

    def __enter__(self) -> Self:
        """Started, and answering."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ended."""
        self.kill()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None and self._process.pid is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers. RuntimeError, with its log, when it does not."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it."""
        told = (self._program, {**os.environ, **self._settings}, str(self.log))
        self._process = afresh().Process(target=served.begin, args=told, daemon=True)
        self._process.start()

    def wait(self) -> None:
        """Wait until it answers."""
        assert self._process is not None
        until = time.monotonic() + STARTING
        while time.monotonic() < until and self._process.exitcode is None:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                line.request("GET", "/healthz")
                if line.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.03)
            finally:
                line.close()
        self.kill()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would: it is not asked, and gets no time."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """End it as an operator does; its exit status."""
        return self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> int:
        if self._process is None:
            return 0
        if self._process.exitcode is None:
            os.kill(self.pid, number)
        self._process.join(30)
        return self._process.exitcode or 0
