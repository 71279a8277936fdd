"""Programs for Node beside the tests: started once, asked line by line.

A program is a module `<name>.mjs` in this folder. For every line of JSON that it
reads it writes one line of JSON, in the same order; `@codemirror/*` is imported
from node_modules as in the browser's script. Its skeleton:

    import { answering } from "./answering.mjs"
    answering(question => answer)          // may be async

and in a test:

    with program("changes") as node:
        answer = node.ask(question)

What the program throws is an AssertionError here, with what it said. Where there
is no Node the test fails: bin/setup provides one.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def node() -> str:
    """Where Node is: on PATH, or beside the Python that runs the tests."""
    found = shutil.which(
        "node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        raise AssertionError("Node 20 or newer is needed for this test: run bin/setup test.")
    return found


class Program:
    """A program that is running."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def ask(self, question: object) -> Any:
        """The program's answer to one question; both are anything that JSON can say."""
        self.tell(question)
        return self.hear()

    def tell(self, question: object) -> None:
        """Send a question and go on; as many `hear` must follow.

        Few at a time: a program that waits for its answers to be heard takes no more questions.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._fail()

    def hear(self) -> Any:
        """The answer to the oldest question that is still open."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._fail()
        answer = json.loads(line)
        assert "threw" not in answer, answer["threw"]
        return answer["answer"]

    def _fail(self) -> None:
        code = self._process.wait(timeout=10)
        raise AssertionError(f"the program ended by itself with {code}; see what it wrote above")


@contextmanager
def program(name: str, *words: str) -> Iterator[Program]:
    """The program `<name>.mjs`, started with `words` as its arguments and ended with the block."""
    process = subprocess.Popen(
        [node(), str(_FOLDER / f"{name}.mjs"), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield Program(process)
    finally:
        # A program that has heard the end of its questions ends by itself.
        if process.stdin is not None and not process.stdin.closed:
            with suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
