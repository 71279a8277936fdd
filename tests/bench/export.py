"""How fast a large treaty becomes a Word file, beside pandoc on the same text and notes.

The treaty has 320 articles, more than 2,000 clauses and 1,000 footnotes. Pandoc reads the same
words as Markdown and writes a .docx with a table of contents. Every round runs one after the
other and the best of each counts, so that a busy machine slows both. In process is the writer
alone in a process that has not written before; the command is `travaux export` with its start-up
and its database.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from app.actions import drafting
from app.actions.policy import OPERATOR
from app.store.citations import Relation
from app.store.library import PassageWords, SourceKind
from app.store.unit import Store, Stores
from tests.support.large import as_markdown, large_treaty

ROUNDS = 5
MEMORY_MB = 150.0
_IN_PROCESS = """
import json, time
from app.exchange.word.write import write_commentary
from tests.support.large import large_treaty
treaty = large_treaty()
began = time.perf_counter()
content = write_commentary(treaty)
print(json.dumps(time.perf_counter() - began))
"""
_COMMAND = "from app.cli import run; run()"


def rows() -> Iterator[dict[str, object]]:
    """The rows of the table: the writer, the command, and the command's memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"TRAVAUX_DATABASE_URL": _database(folder)}
        (folder / "large.md").write_text(as_markdown(large_treaty()))
        pandoc = _pandoc()
        command = [sys.executable, "-c", _COMMAND, "export", "--draft", "large"]
        command += ["--profile", "commentary", "-o", str(folder / "large.docx")]
        best = best_of(
            {
                "writer": lambda: json.loads(_said([sys.executable, "-c", _IN_PROCESS])),
                "command": lambda: seconds(command, environment),
                "pandoc": lambda: seconds(
                    [pandoc, "--toc", str(folder / "large.md"), "-o", str(folder / "p.docx")]
                ),
            }
            if pandoc
            else {
                "writer": lambda: json.loads(_said([sys.executable, "-c", _IN_PROCESS])),
                "command": lambda: seconds(command, environment),
            }
        )
        memory = peak_mb(command, environment)
    yield _row("export, 2,000+ clauses, 1,000 notes: in process", best, "writer")
    yield _row("export, 2,000+ clauses, 1,000 notes: command", best, "command")
    yield {
        "name": "export, 2,000+ clauses, 1,000 notes: memory of the command (beside our limit)",
        "ours": round(memory, 1),
        "peer": MEMORY_MB,
        "ratio": round(memory / MEMORY_MB, 3),
        "unit": "MB",
    }


def _row(name: str, best: dict[str, float], ours: str) -> dict[str, object]:
    peer = best.get("pandoc")
    return {
        "name": f"{name} (beside pandoc)" if peer else f"{name} (pandoc is not installed: skipped)",
        "ours": round(best[ours], 3),
        "peer": round(peer, 3) if peer else None,
        "ratio": round(best[ours] / peer, 3) if peer else None,
        "unit": "s",
    }


def _pandoc() -> str:
    """Where pandoc is: the wheel's binary or the machine's own; "" when there is none."""
    try:
        import pypandoc  # noqa: PLC0415 - a peer may be missing

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        return ""


def best_of(runs: dict[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The shortest time of each in so many rounds of all of them."""
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(run())
    return {name: min(times) for name, times in taken.items()}


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def seconds(command: list[str], environment: dict[str, str] | None = None) -> float:
    """How long a command takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - began


def peak_mb(command: list[str], environment: dict[str, str]) -> float:
    """The most memory that the command held, asked of a parent that has no other child."""
    parent = (
        "import json, resource, subprocess, sys\n"
        "subprocess.run(json.loads(sys.argv[1]), check=True, capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", parent, json.dumps(command)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return int(told.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _database(folder: Path) -> str:
    """A database that holds the large treaty with its citations."""
    url = f"sqlite:///{folder}/large.sqlite3"
    stores = Stores(url)
    stores.migrate()
    with stores.begin() as store:
        _fill(store)
    stores.close()
    return url


def _fill(store: Store) -> None:
    treaty = large_treaty()
    draft = drafting.new_draft(
        store, OPERATOR, title=treaty.document.title, document=treaty.document, slug="large"
    )
    passages: dict[str, int] = {}
    clauses = store.drafts.clauses(draft.id)
    for before, clause in zip(treaty.document.clauses, clauses, strict=True):
        for tie in treaty.authorities.get(before.uid, ()):
            key = str(tie.csl["id"])
            if key not in passages:
                kind = SourceKind.INSTRUMENT if tie.csl["type"] == "treaty" else SourceKind.JUDGMENT
                source = store.library.add_source(slug=key, kind=kind, csl=dict(tie.csl))
                words = PassageWords("", digest=tie.digest)
                passages[key] = store.library.add_passage(source, words).id
            store.citations.add(
                draft_id=draft.id,
                uid=clause.uid,
                passage_id=passages[key],
                relation=Relation(tie.relation),
                pinpoint=tie.pinpoint,
                reason=tie.reason,
                author=OPERATOR,
            )
