"""Coroutines for tests, run in a thread: Playwright keeps a loop in the tests' own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")


def apart(coroutine: Coroutine[Any, Any, _Answer]) -> _Answer:
    """What the coroutine answers, run to its end on a new loop in a thread of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, coroutine).result()
