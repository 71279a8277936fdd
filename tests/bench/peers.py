"""The same typing at @hocuspocus/server with SQLite and at y-websocket with LevelDB.

They are fetched from npm into a folder of their own the first time, by checksums. They are given
no presence and no sign-in, which are on at ours: the comparison is in their favour.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from tests.bench.row import Row
from tests.bench.served import Found, Server, started, typed
from tests.bench.typists import Job

FOLDER = Path(__file__).parent / "peers"
PORT = 8471
_STAMP = FOLDER / "node_modules" / ".travaux"
_NPM = ["npm", "--loglevel=error", "--no-update-notifier"]
_INSTALLING = 600


@dataclass(frozen=True, slots=True)
class Peer:
    """Another server, and how it is started for a database folder."""

    name: str
    server: str
    path: str
    start: Callable[[Path, int], AbstractContextManager[Server]]


def _hocuspocus(folder: Path, port: int) -> AbstractContextManager[Server]:
    command = ["node", str(FOLDER / "hocuspocus.mjs"), str(port), str(folder / "peer.sqlite3")]
    return started(command, port, folder)


def _y_websocket(folder: Path, port: int) -> AbstractContextManager[Server]:
    environment = os.environ | {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "YPERSISTENCE": str(folder / "leveldb"),
    }
    program = FOLDER / "node_modules" / "y-websocket" / "bin" / "server.cjs"
    return started(["node", str(program)], port, folder, environment)


PEERS = (
    Peer("@hocuspocus/server 4.7 with SQLite", "hocuspocus", "/", _hocuspocus),
    Peer("y-websocket 2.1 with LevelDB", "y-websocket", "/bench", _y_websocket),
)


def rows() -> Iterator[Row]:
    """Their load, their most in closed loop, and what each loses when it is killed."""
    why = installed()
    for peer in PEERS:
        if why:
            yield Row(f"{peer.name}: skipped, {why}")
            continue
        yield _typed(peer, "100 clients, 50 clauses", _job(peer, 100, places=50))
        yield _typed(peer, "200 clients, one clause", _job(peer, 200, places=1))
        yield _typed(peer, "50 clients in closed loop", _job(peer, 50, places=50, a_second=0))
        yield _killed(peer)


def _typed(peer: Peer, what: str, job: Job) -> Row:
    with tempfile.TemporaryDirectory() as name, peer.start(Path(name), PORT) as server:
        found = typed(job, [server])
    return Row(f"{peer.name}: {what}", found)


def _killed(peer: Peer) -> Row:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        job = replace(_job(peer, 40, places=40), warm=1.0, seconds=5.0, killed=True)
        found = killed(job, lambda: peer.start(folder, PORT))
    return Row(f"{peer.name}: killed while 40 type", found, lost=True)


def killed(job: Job, start: Callable[[], AbstractContextManager[Server]]) -> Found:
    """What was found when the server was killed in the midst of a job and started again."""
    again = start()
    with start() as server:

        def interrupt() -> None:
            server.kill()
            again.__enter__()

        try:
            return typed(job, [server], interrupt=interrupt)
        finally:
            again.__exit__(None, None, None)


def _job(peer: Peer, typists: int, *, places: int, a_second: float = 5.0) -> Job:
    return Job(
        server=peer.server,
        ports=[PORT],
        path=peer.path,
        places=[(f"clause{at}", 0) for at in range(places)],
        typists=typists,
        warm=2.0,
        seconds=10.0,
        a_second=a_second,
    )


def installed() -> str:
    """Installs the peers unless they are there; why not, or "" when they are."""
    made_of = sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if _STAMP.is_file() and _STAMP.read_text() == made_of:
        return ""
    if shutil.which("npm") is None:
        return "there is no npm here"
    print("fetching the peers; building SQLite for one of them takes a minute ...", flush=True)
    # SQLite comes as a binary for this machine or is built here; nothing else may run a script.
    for command in (
        ["install", "--no-save", "--ignore-scripts"],
        ["rebuild", "better-sqlite3"],
    ):
        try:
            subprocess.run(
                [*_NPM, *command], cwd=FOLDER, check=True, capture_output=True, timeout=_INSTALLING
            )
        except subprocess.SubprocessError:
            return f"`npm {' '.join(command)}` did not end well here"
    _STAMP.write_text(made_of)
    return ""
