"""What a route may ask for by annotation: a unit of work, and the seat that asks.

FastAPI ends a `yield` dependency after the response unless its scope is "function" (measured);
so that nobody is told of a change that then fails to be kept, the one alias `StoreDep` says so,
and no other module opens a store for a request.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Path, Request

from app.actions import seating
from app.actions.refusals import SignInNeeded
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.web.guard import SAFE_METHODS, demand_token, session_of


def _stores(request: Request) -> Stores:
    stores: Stores = request.app.state.stores
    return stores


StoresDep = Annotated[Stores, Depends(_stores)]
"""The database itself, for what must keep a fact although it refuses (signing in)."""


def _open_store(
    request: Request, stores: StoresDep, _own: Annotated[None, Depends(demand_token)]
) -> Iterator[Store]:
    # The token first: it reads the whole form, and a slow sender must not hold the write lock.
    session = session_of(request)
    if session:
        seating.renew_session(stores, session)
    with stores.read() if request.method in SAFE_METHODS else stores.begin() as store:
        yield store


StoreDep = Annotated[Store, Depends(_open_store, scope="function")]
"""One unit of work a request: read-only for GET, committed before the answer for the rest."""


def _maybe_seat(request: Request, store: StoreDep) -> SeatRecord | None:
    session = session_of(request)
    seat = seating.seat_of_session(store, session) if session else None
    request.state.seat = seat
    return seat


MaybeSeatDep = Annotated[SeatRecord | None, Depends(_maybe_seat)]
"""The seat that asks, or None for somebody who is not signed in."""


def _seat(seat: MaybeSeatDep) -> SeatRecord:
    if seat is None:
        raise SignInNeeded("Please sign in first.")
    return seat


SeatDep = Annotated[SeatRecord, Depends(_seat)]
"""The seat that asks; somebody who is not signed in is sent to the sign-in page."""


Id = Annotated[int, Path(ge=0, le=2**31 - 1)]
"""A row's number in an address; one that no database could hold is no address at all."""


def is_partial(request: Request) -> bool:
    """Whether a part of a page is asked for (htmx), and not a page of its own."""
    return request.headers.get("hx-request") == "true"
