"""A table to measure at: a draft with people who may write in it, and servers as they are run.

What a process costs is read from /proc, where there is one.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.actions import drafting, seating
from app.actions.policy import OPERATOR
from app.store.seats import Role
from app.store.unit import Stores
from app.treaty.changes import utf16_len
from app.treaty.document import Clause, Document, Kind
from tests.bench.typists import Job
from tests.support.databases import postgresql_server

AS_SHIPPED = ("-c", "from app.cli import run; run()", "serve")
LATE = ("-m", "tests.bench.late", "serve")
"""The same server, whose commits take 5 ms longer."""

_PARAGRAPHS = 11
_WORDS = (
    "The States Parties shall take the measures needed to give effect to the passage of those "
    "who talk, [without delay][within thirty days], to the fullest extent that their law allows."
)
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Table:
    """A draft in a database, and the sessions of those who may write in it."""

    url: str
    slug: str
    places: list[tuple[str, int]]
    """Its paragraphs, each with its length in UTF-16 code units."""
    sessions: list[str]
    seq: int
    """How far its journal is."""


def laid(url: str, *, clauses: int, people: int, slug: str = "bench") -> Table:
    """A migrated database with a draft of so many clauses, and so many drafters signed in."""
    stores = Stores(url)
    stores.migrate()
    with stores.begin() as store:
        draft = drafting.new_draft(
            store, OPERATOR, title="Bench", document=_document(clauses), slug=slug
        )
        places = [
            (clause.uid, utf16_len(clause.text))
            for clause in store.drafts.clauses(draft.id)
            if clause.kind is Kind.PARAGRAPH
        ]
        sessions = []
        for number in range(people):
            seat = store.seats.add(
                name=f"Drafter {number}",
                email=f"{slug}-{number}@example.org",
                role=Role.DRAFTER,
                password="",
            )
            sessions.append(seating._open_session(store, seat))
        found = store.drafts.by_slug(slug)
        assert found is not None
    stores.close()
    return Table(url, slug, places, sessions, found.seq)


def _document(clauses: int) -> Document:
    """Articles of eleven paragraphs, as a long treaty has them."""
    made: list[Clause] = []
    for at in range(clauses):
        if at % (_PARAGRAPHS + 1) == 0:
            made.append(Clause(Kind.ARTICLE, heading="Scope and duties"))
        else:
            made.append(Clause(Kind.PARAGRAPH, text=_WORDS, depth=1))
    return Document("Bench", tuple(made))


@contextmanager
def sqlite() -> Iterator[tuple[str, Path]]:
    """The address of a database file that does not exist yet, and its folder."""
    with tempfile.TemporaryDirectory() as name:
        yield f"sqlite:///{name}/travaux.sqlite3", Path(name)


@contextmanager
def postgresql() -> Iterator[tuple[str, Path]]:
    """The address of an empty database on a server that survives a power cut, and a folder."""
    with (
        tempfile.TemporaryDirectory() as name,
        postgresql_server() as server,
        server.empty() as url,
    ):
        _demand_safety(url)
        yield url, Path(name)


def _demand_safety(url: str) -> None:
    """Take back what the tests' server does without for their sake."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM RESET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
        for _ in range(100):
            if connection.execute(text("SHOW fsync")).scalar() == "on":
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("PostgreSQL does not write through to the disk.")
    engine.dispose()


@dataclass(slots=True)
class Server:
    """A process that serves on a port of this machine."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds that it has computed, all threads together."""
        return cpu_of(self.process.pid)

    def memory(self) -> float:
        """Megabytes that it holds now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)


def cpu_of(pid: int) -> float:
    """Seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def serving(
    url: str, folder: Path, port: int, command: tuple[str, ...] = AS_SHIPPED
) -> Iterator[Server]:
    """Travaux on this port, once it answers; ended with the block."""
    environment = os.environ | {
        "TRAVAUX_DATA": str(folder),
        "TRAVAUX_PORT": str(port),
        "TRAVAUX_DATABASE_URL": url,
    }
    with started([sys.executable, *command], port, folder, environment) as server:
        yield server


@contextmanager
def started(
    command: list[str], port: int, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """A server that answers on this port; what it says goes to a file in the folder."""
    with (folder / f"said-{port}.txt").open("ab") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    server = Server(port, process)
    try:
        _wait(server, folder)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait(server: Server, folder: Path) -> None:
    for _ in range(1500):
        if server.process.poll() is not None:
            said = (folder / f"said-{server.port}.txt").read_text(errors="replace")
            raise RuntimeError(f"The server ended at once: {said[-600:]}")
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            line.getresponse().read()
        except OSError:
            time.sleep(0.02)
        else:
            return
        finally:
            line.close()
    raise RuntimeError("The server does not begin to answer.")


Found = dict[str, Any]
"""What the typists found, and what the servers took for it."""


def typed(job: Job, servers: list[Server], *, interrupt: Callable[[], None] | None = None) -> Found:
    """Let the typists of a process of their own do a job; `interrupt` is called in its midst."""
    typists = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.typists"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert typists.stdin is not None and typists.stdout is not None
    typists.stdin.write(json.dumps(asdict(job)))
    typists.stdin.close()
    found: Found = {}
    clock, used = 0.0, [0.0]
    for line in typists.stdout:
        if line == "begin\n":
            clock, used = time.perf_counter(), [server.cpu() for server in servers]
        elif line == "end\n":
            clock = time.perf_counter() - clock
            spent = [server.cpu() - before for server, before in zip(servers, used, strict=True)]
            found["CPU"] = [round(100 * seconds / clock, 1) for seconds in spent]
            found["MB"] = [round(server.memory(), 1) for server in servers]
            if interrupt is not None:
                interrupt()
        else:
            found |= json.loads(line)
    if typists.wait(60) != 0:
        raise RuntimeError("The typists fell over: see above.")
    return found
