"""How fast words travel between people at the same table: sign-in, journal and presence are on.

Each figure stands beside the limit that we set ourselves. Every person types five characters a
second and says once a second where the caret is; everybody at a draft is sent everything.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from statistics import median

from tests.bench.peers import killed
from tests.bench.row import Limit, Row
from tests.bench.served import (
    AS_SHIPPED,
    LATE,
    Found,
    Table,
    laid,
    postgresql,
    serving,
    sqlite,
    typed,
)
from tests.bench.typists import Job

PORTS = (8461, 8462)
CLAUSES = 56
"""With 50 paragraphs among them, and their headings."""
MEGABYTES = 120
ROUNDS = 5
_WARM = 2.0
_SECONDS = 10.0
_FIRST = {"SQLite": 5000, "PostgreSQL": 3500}

Database = Callable[[], AbstractContextManager[tuple[str, Path]]]
DATABASES: dict[str, Database] = {"SQLite": sqlite, "PostgreSQL": postgresql}


def rows() -> Iterator[Row]:
    """All rows, database by database."""
    for name, database in DATABASES.items():
        yield _hundred(name, database)
        yield _one_clause(name, database)
        yield _closed_loop(name, database)
        yield _late(name, database)
        yield _long_draft(name, database)
        yield _killed(name, database)
    yield _two_processes()


def _hundred(name: str, database: Database) -> Row:
    found = _typed(database, typists=100)
    limits = [
        Limit("ack p95 ms", found["ack"][1], 25),
        Limit("others p95 ms", found["others"][1], 25),
        Limit("CPU %", found["CPU"][0], 70),
        Limit("MB", found["MB"][0], MEGABYTES),
    ]
    return Row(f"ours on {name}: 100 clients, 50 clauses", found, tuple(limits))


def _one_clause(name: str, database: Database) -> Row:
    found = _typed(database, typists=200, places=1)
    limits = [
        Limit("left of 1,000 a second", found["not acknowledged"], 0),
        Limit("others p95 ms", found["others"][1], 40),
        Limit("CPU %", found["CPU"][0], 95),
        Limit("MB", found["MB"][0], MEGABYTES),
    ]
    return Row(f"ours on {name}: 200 clients, one clause", found, tuple(limits))


def _closed_loop(name: str, database: Database) -> Row:
    found = _typed(database, typists=50, a_second=0.0)
    limit = Limit("durable a second", found["acks a second"], _FIRST[name], least=True)
    return Row(f"ours on {name}: 50 clients in closed loop", found, (limit,))


def _late(name: str, database: Database) -> Row:
    found = _typed(database, command=LATE, typists=100)
    limit = Limit("ack p95 ms", found["ack"][1], 30)
    return Row(f"ours on {name}: 100 clients, each commit 5 ms later", found, (limit,))


def _two_processes() -> Row:
    with postgresql() as (url, folder):
        table = laid(url, clauses=CLAUSES, people=100)
        with serving(url, folder, PORTS[0]) as one, serving(url, folder, PORTS[1]) as two:
            found = typed(_job(table, ports=PORTS, typists=100), [one, two])
    more = round(found["others of the other process"][1] - found["others"][1], 2)
    limit = Limit("more ms at p95 to the other process", more, 3)
    return Row("ours on PostgreSQL: 100 clients, two processes", found, (limit,))


def _long_draft(name: str, database: Database) -> Row:
    """One person alone, by turns on a short and on a long draft of the same server."""
    halves: dict[int, list[float]] = {40: [], 4000: []}
    with database() as (url, folder):
        tables = {size: laid(url, clauses=size, people=1, slug=f"bench-{size}") for size in halves}
        with serving(url, folder, PORTS[0]) as server:
            for turn in range(ROUNDS):
                for size, table in tables.items():
                    # Every turn has a clause of its own, whose length nobody has changed before.
                    here = replace(table, places=table.places[turn : turn + 1])
                    job = _job(here, run=turn + 1, typists=1, a_second=0.0, warm=0.5, seconds=2.0)
                    found = typed(job, [server])
                    halves[size].append(found["ack"][0])
                    tables[size] = replace(table, seq=found["seq"])
    short, long = median(halves[40]), median(halves[4000])
    limit = Limit("p50 of a push on 4,000 clauses / 40", round(long / short, 2), 1.2)
    return Row(
        f"ours on {name}: a push on 40 clauses {short:.2f} ms, on 4,000 {long:.2f} ms", {}, (limit,)
    )


def _killed(name: str, database: Database) -> Row:
    with database() as (url, folder):
        table = laid(url, clauses=CLAUSES, people=41)
        job = _job(table, typists=40, warm=1.0, seconds=5.0, killed=True)
        found = killed(job, lambda: serving(url, folder, PORTS[0]))
    limits = (Limit("lost", found["lost"], 0), Limit("doubled", found["doubled"], 0))
    return Row(f"ours on {name}: killed while 40 type", found, limits, lost=True)


def _typed(
    database: Database,
    *,
    typists: int,
    command: tuple[str, ...] = AS_SHIPPED,
    places: int = 0,
    a_second: float = 5.0,
) -> Found:
    with database() as (url, folder):
        table = laid(url, clauses=CLAUSES, people=typists)
        with serving(url, folder, PORTS[0], command) as server:
            job = _job(table, typists=typists, places=places, a_second=a_second)
            return typed(job, [server])


def _job(
    table: Table,
    *,
    typists: int,
    ports: tuple[int, ...] = PORTS[:1],
    places: int = 0,
    a_second: float = 5.0,
    warm: float = _WARM,
    seconds: float = _SECONDS,
    run: int = 1,
    killed: bool = False,
) -> Job:
    return Job(
        server="travaux",
        ports=list(ports),
        path=f"/drafts/{table.slug}/live",
        places=table.places[: places or None],
        typists=typists,
        sessions=table.sessions,
        seq=table.seq,
        warm=warm,
        seconds=seconds,
        a_second=a_second,
        run=run,
        killed=killed,
    )
