"""Puts the parts together: the only module that knows them all."""

import gc
import logging
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.live.hub import Hub
from app.settings import Settings
from app.store.unit import Stores
from app.web import (
    agreement,
    annotations,
    api,
    brackets,
    citations,
    clauses,
    compare,
    coverage,
    drafts,
    editions,
    exports,
    findings,
    gathered,
    health,
    inbox,
    journal,
    library,
    live,
    moments,
    notes,
    numbers,
    options,
    proposals,
    readings,
    record,
    refused,
    replies,
    returns,
    rounds,
    search,
    seats,
    sessions,
    since,
    status,
    weblinks,
)
from app.web.guard import MAX_BODY, MAX_FIELDS, Guard
from app.web.pages import STATIC
from app.web.plain import clean_sent
from app.web.reading import Reading
from app.web.sheets import Sheets

# The order matters where one address could be read as another: /drafts/new is no draft.
ROUTERS = (
    sessions.router,
    seats.router,
    readings.router,
    drafts.router,
    since.router,
    clauses.router,
    editions.router,
    compare.router,
    moments.router,
    journal.router,
    record.router,
    library.router,
    citations.router,
    notes.router,
    weblinks.router,
    options.router,
    proposals.router,
    coverage.router,
    brackets.router,
    numbers.router,
    findings.router,
    status.router,
    search.router,
    exports.router,
    rounds.router,
    returns.router,
    inbox.router,
    gathered.router,
    replies.router,
    live.router,
    annotations.router,
    api.router,
    agreement.router,
    health.router,
)


WARMING = 0.7
"""Seconds that a starting process waits at most for its drafts to be set ahead."""
ENDING = 20.0
"""Seconds that an ending process waits at most for a file that it reads; it is read anew else."""


class _KeptFiles(StaticFiles):
    """Built files, which a browser may keep for ever: their address changes with their content."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                kept = b"public, max-age=31536000, immutable"
                message["headers"] = [*message["headers"], (b"cache-control", kept)]
            await send(message)

        await super().__call__(scope, receive, send_kept)


class _HeadAsGet:
    """Answers HEAD as GET; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


def create_app(settings: Settings) -> FastAPI:
    """The web application for these settings; the database must have been migrated."""
    stores = Stores(settings.database_url, accept_loss=bool(settings.accept_loss))
    sheets = Sheets()
    hub = Hub(stores)
    reading = Reading(stores)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            await to_thread(stores.demand_durable)
        except Exception:
            stores.close()
            raise
        # The first reader of a long treaty should not wait for its page to be set, nor anybody long
        # for the door to open; what is not ready after this is set beside the answering.
        is_over = Event()
        warming = Thread(target=_warm, args=(stores, sheets, is_over), daemon=True, name="warming")
        warming.start()
        await to_thread(warming.join, WARMING)
        # What came back and was not read before an earlier end of the process.
        reading.begin()
        yield
        is_over.set()
        await to_thread(warming.join)
        await to_thread(reading.wait, ENDING)
        # What was pushed and not answered yet is kept first: its authors hear of it elsewhere.
        await to_thread(hub.end)
        stores.close()

    app = FastAPI(
        title="Travaux",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(clean_sent)],
        form_limits={"max_fields": MAX_FIELDS, "max_part_size": MAX_BODY},
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.stores = stores
    app.state.hub = hub
    app.state.settings = settings
    app.state.sheets = sheets
    app.state.reading = reading
    refused.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", _KeptFiles(directory=STATIC, check_dir=False), name="static")
    app.add_middleware(refused.Bounded, most=MAX_BODY)
    app.add_middleware(GZipMiddleware, minimum_size=2000, compresslevel=4)
    app.add_middleware(Guard, public_url=settings.public_url)
    app.add_middleware(_HeadAsGet)
    return app


def _warm(stores: Stores, sheets: Sheets, is_over: Event) -> None:
    try:
        drafts.warm(stores, sheets, is_over)
    except Exception:
        # The pages are made when they are asked for, and whoever asks is told what is wrong.
        logging.getLogger(__name__).exception("The drafts could not be set ahead.")
    # What is there now stays: a collection that went through it all would hold up some answer.
    gc.freeze()
