"""The application for tests: what FastAPI works out of our routes is worked out once a process.

It does so on the first request to each application, for two hundred routes anew, which takes
half a second: longer than nearly every test of a page.
"""

from fastapi import FastAPI
from starlette.routing import BaseRoute

from app.main import create_app
from app.settings import Settings

_ROUTES: list[BaseRoute] = []


def app_with(settings: Settings) -> FastAPI:
    """What `create_app` makes for these settings, with the routes of the first one made so.

    The list is its own, for tests that add routes; who answers is asked of the request's `app`.
    """
    app = create_app(settings)
    if not _ROUTES:
        _ROUTES.extend(app.router.routes)
    app.router.routes[:] = _ROUTES
    return app
