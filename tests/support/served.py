"""The server of `travaux serve` on a database that is ready, for a process of its own.

The first thing that `travaux serve` does, bringing the database up to date, is left out: it takes
half of the time in which a test has to wait for a server to be there again.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module

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


def begin(program: str, settings: Mapping[str, str], log: str) -> None:
    """What such a process does: `serve` of this module, with these settings as its environment.

    Everything that it says goes to the end of the file `log`.
    """
    os.environ.clear()
    os.environ.update(settings)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(said, stream)
    import_module(program).serve()


def spoken(
    words: tuple[str, ...], settings: Mapping[str, str], folder: str, said: str, complained: str
) -> None:
    """What another does: `travaux` with these words in this folder; what it says is in files."""
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(folder)
    for stream, file in ((1, said), (2, complained)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), stream)
    sys.argv = ["travaux", *words]
    import_module("app.cli").run()
