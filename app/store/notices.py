"""Hearing, on PostgreSQL, that some process has made a draft's journal longer."""

import logging
from collections.abc import Callable
from threading import Event

import psycopg
from sqlalchemy import URL

from app.store.engine import CONNECTING
from app.store.heads import CHANNEL

_LISTENING = 0.5
"""How many seconds pass at most before it is noticed that there is to be no more listening."""

_AGAIN = (0.1, 0.2, 0.5, 1.0, 2.0)
"""How many seconds to wait before each new attempt at a connection; the last is for all others."""

Heard = Callable[[int, int], None]


def listen(
    address: URL, heard: Heard, stop: Event, *, catch_up: Callable[[], dict[int, int]]
) -> None:
    """Call `heard` with draft id and seq for every notice until `stop` is set; blocks.

    A connection that breaks is made again. Nobody keeps notices for somebody who does not listen,
    so after every connecting `heard` is called for all that `catch_up` answers.
    """
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    attempts = 0
    while not stop.is_set():
        try:
            with psycopg.connect(plain, autocommit=True, connect_timeout=CONNECTING) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                attempts = 0
                for draft_id, seq in catch_up().items():
                    heard(draft_id, seq)
                _hear(connection, heard, stop)
        except Exception:
            if stop.is_set():
                return
            if not attempts:
                logging.getLogger(__name__).warning(
                    "The notices of other processes cannot be heard at the moment.", exc_info=True
                )
            stop.wait(_AGAIN[min(attempts, len(_AGAIN) - 1)])
            attempts += 1


def _hear(connection: "psycopg.Connection[tuple[object, ...]]", heard: Heard, stop: Event) -> None:
    while not stop.is_set():
        for notice in connection.notifies(timeout=_LISTENING):
            draft_id, _, seq = notice.payload.partition(" ")
            heard(int(draft_id), int(seq))
            if stop.is_set():
                return
