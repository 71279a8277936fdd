"""Reading a Word file from a stranger in a process of its own, with little memory and little time.

The process gets the bytes on its standard input and gives plain JSON back; it inherits no
settings, no open files and, where the system allows it, no network. What kills it, a limit or a
fault of a parser, costs one sentence and not the server.
"""

import ctypes
import gc
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.exchange.package import Unreadable
from app.exchange.word.gate import MOST_FILE, admit
from app.exchange.word.plain import as_pieces, from_json
from app.exchange.word.read import Reading, read_views
from app.exchange.word.story import View

MEMORY = 512 * 1024 * 1024
"""Bytes of address space."""
MOST_ANSWER = 60_000_000
"""Bytes of the readings that the process may answer with."""
SECONDS_OF_WORK = 10
SECONDS = 30
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_ROOT = Path(__file__).resolve().parents[3]
_TOO_LONG = "What is in the file is too long to be read as one text; refused."
_TOO_MUCH = "The file asks for more memory or time than reading any text needs; refused."


def read_apart(content: bytes, view: View = View.ACCEPTED) -> Reading:
    """A file on a view, read in a process of its own; Unreadable with a sentence when refused."""
    return read_views_apart(content, (view,))[0]


def read_views_apart(content: bytes, views: Iterable[View]) -> tuple[Reading, ...]:
    """A file on several views, read in one process of its own."""
    return tuple(from_json(each) for each in plain_apart(content, views))


def plain_apart(content: bytes, views: Iterable[View]) -> list[dict[str, Any]]:
    """Readings as plain values, as `app.exchange.word.plain` makes them."""
    if len(content) > MOST_FILE:
        raise Unreadable(f"The file is larger than {MOST_FILE // 1_000_000} MB.")
    _, made = ask_apart([str(view) for view in views], content)
    try:
        readings: list[dict[str, Any]] = json.loads(made)
    except ValueError as error:
        raise Unreadable(_TOO_MUCH) from error
    return readings


def redline_apart(old: bytes, new: bytes, author: str) -> tuple[bytes, tuple[str, ...]] | None:
    """The newer of two Word files with its changes tracked, and what was lost of the older one.

    None where the two cannot be made one file. Unreadable, as in `plain_apart`, says which file.
    """
    for content, which in ((old, "older"), (new, "newer")):
        if len(content) > MOST_FILE:
            raise Unreadable(f"The {which} file is larger than {MOST_FILE // 1_000_000} MB.")
    answer, made = ask_apart([_REDLINE, str(len(old)), author], old + new)
    return (made, tuple(answer["losses"])) if made else None


_REDLINE = "redline"
Answer = tuple[dict[str, Any], list[bytes]]
"""Plain values, and bytes that follow them."""


def ask_apart(
    asked: list[str], content: bytes, module: str = "app.exchange.word.jail"
) -> tuple[dict[str, Any], bytes]:
    """What a process of its own answers: plain values, and further bytes if it made some.

    `module` is run with what is asked as its arguments, and ends with `answer_with`.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", module, *asked],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
            close_fds=True,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(_TOO_MUCH) from error
    said, _, made = done.stdout.partition(b"\n")
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise Unreadable(_TOO_MUCH) from error
    if "refused" in answer:
        raise Unreadable(str(answer["refused"]))
    return answer, made


def main(asked: list[str]) -> None:
    """What the process does: shut the doors, read, answer with a reading or a sentence."""
    if asked[:1] == [_REDLINE]:
        answer_with(lambda content: _redline(content, int(asked[1]), asked[2]), 2 * MOST_FILE)
    else:
        views = [View(view) for view in asked]
        answer_with(lambda content: ({}, list(_readings(read_views(content, views)))))


def answer_with(work: Callable[[bytes], Answer], most: int = MOST_FILE) -> None:
    """Shut the doors, do the work on what the standard input gives, and answer with what it made.

    A refusal is answered as its sentence.
    """
    _shut()
    # The process ends with its answer: looking for garbage would only take time.
    gc.disable()
    try:
        answer, made = work(sys.stdin.buffer.read(most + 1))
    except Unreadable as refusal:
        answer, made = {"refused": refusal.sentence}, []
    except (MemoryError, RecursionError):
        answer, made = {"refused": _TOO_MUCH}, []
    sys.stdout.buffer.writelines((json.dumps(answer).encode() + b"\n", *made))


def _readings(readings: Iterator[Reading]) -> Iterator[bytes]:
    """Readings as JSON; Unreadable when they get longer than whoever asked may hold."""
    left = MOST_ANSWER
    yield b"["
    for at, reading in enumerate(readings):
        for piece in (", " if at else "", *as_pieces(reading)):
            said = piece.encode()
            left -= len(said)
            if left < 0:
                raise Unreadable(_TOO_LONG)
            yield said
    yield b"]"


def _redline(content: bytes, first: int, author: str) -> Answer:
    # Reading a file, which is what this process mostly does, needs none of this.
    from app.exchange.word.graft import Unlike, graft  # noqa: PLC0415
    from app.exchange.word.tracked import By  # noqa: PLC0415

    packages = []
    for part, which in ((content[:first], "older"), (content[first:], "newer")):
        try:
            packages.append(admit(part).package)
        except Unreadable as refusal:
            raise Unreadable(f"The {which} file: {refusal.sentence}") from refusal
    try:
        made = graft(packages[0], packages[1], By(author))
    except Unlike:
        return {"losses": []}, []
    return {"losses": made.losses}, [made.content]


def _shut() -> None:
    """Take from this process what reading does not need."""
    # Where a system does not let a plain user do without the network, the other limits hold.
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "unshare"):
        libc.unshare(_NEW_USER | _NEW_NETWORK)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS_OF_WORK),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # A system that cannot keep one of the limits still keeps the others, and the clock.
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    os.umask(0o077)


if __name__ == "__main__":
    main(sys.argv[1:])
