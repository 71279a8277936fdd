"""The server of `travaux serve` on a database that is ready: python -m tests.support.served.

The first thing that `travaux serve` does, bringing the database up to date, is left out: it takes
half of the time in which a test has to wait for a server to be there again.
"""

import uvicorn

from app.main import create_app
from app.settings import Settings
from app.web.wire import SERVED


def serve() -> None:
    """Serve with the settings of this environment until somebody ends it."""
    settings = Settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=5,
        **SERVED,
    )


if __name__ == "__main__":
    serve()
