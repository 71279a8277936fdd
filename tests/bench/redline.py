"""How fast two versions of a large Word file become a redline, beside python-redlines.

Both versions have 320 articles; one in eight paragraphs of the newer one was rewritten, and some
came and went. Each is a whole process, from its start to the file on the disk: ours is `travaux
redline`, theirs a Python that calls its engine of .NET, which is fetched into a folder of its own
the first time. Rounds run one after the other, and the best of each counts. What it takes to read
such a redline is beside our limit: one of our own making with more than 2,277 paragraphs, or
the file that TRAVAUX_BENCH_REDLINE names.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.exchange.word.treaty import WordTreaty
from app.exchange.word.write import write_clean
from tests.bench.export import best_of, peak_mb, seconds
from tests.support.large import large_treaty
from tests.support.rewritten import rewritten

ROUNDS = 3
EDITS = 300
MEMORY_MB = 200.0
READING_S = 1.0
_PEER = "python-redlines[docxodus]==2.0.0"
_FOLDER = Path(__file__).parent / "peers" / "redlines"
_THEIRS = """
import sys
from pathlib import Path
from python_redlines.engines import DocxodusEngine
old, new, out = map(Path, sys.argv[1:])
out.write_bytes(DocxodusEngine().run_redline("A", old.read_bytes(), new.read_bytes())[0])
"""
_READING = """
import json, sys, time
from pathlib import Path
from app.exchange.word.read import read
content = Path(sys.argv[1]).read_bytes()
began = time.perf_counter()
reading = read(content)
print(json.dumps([time.perf_counter() - began, len(reading.paragraphs)]))
"""
_COMMAND = [sys.executable, "-c", "from app.cli import run; run()", "redline"]


def rows() -> Iterator[dict[str, object]]:
    """The rows of the table: the redline, its memory, and reading one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old, new = versions()
        pair = [str(folder / "old.docx"), str(folder / "new.docx")]
        for file, source in zip(pair, (old, new), strict=True):
            Path(file).write_bytes(write_clean(source))
        made = folder / "ours.docx"
        ours = [*_COMMAND, *pair, "-o", str(made)]
        runs: dict[str, Callable[[], float]] = {"ours": lambda: seconds(ours)}
        peer = _peer()
        if peer:
            theirs = [peer, "-c", _THEIRS, *pair, str(folder / "theirs.docx")]
            runs["peer"] = lambda: seconds(theirs)
        best = best_of(runs, ROUNDS)
        who = "beside python-redlines" if peer else "python-redlines cannot be had: skipped"
        yield _row(f"redline of two 320-article files, whole process ({who})", best)
        memory = round(peak_mb(ours, dict(os.environ)), 1)
        yield {
            "name": "redline of two 320-article files: memory (beside our limit)",
            "ours": memory,
            "peer": MEMORY_MB,
            "ratio": round(memory / MEMORY_MB, 3),
            "unit": "MB",
        }
        file = os.environ.get("TRAVAUX_BENCH_REDLINE", str(made))
        yield _reading(file)


def versions() -> tuple[WordTreaty, WordTreaty]:
    """The large treaty, and the same after many edits."""
    was = large_treaty()
    return was, replace(was, document=rewritten(was.document, 1982, EDITS))


def _row(name: str, best: dict[str, float]) -> dict[str, object]:
    peer = best.get("peer")
    return {
        "name": name,
        "ours": round(best["ours"], 3),
        "peer": round(peer, 3) if peer else None,
        "ratio": round(best["ours"] / peer, 3) if peer else None,
        "unit": "s",
    }


def _reading(file: str) -> dict[str, object]:
    found = []
    for _ in range(ROUNDS):
        told = subprocess.run(
            [sys.executable, "-c", _READING, file], check=True, capture_output=True, text=True
        )
        found.append(json.loads(told.stdout))
    taken, paragraphs = min(found)
    return {
        "name": f"reading a redline of {paragraphs:,} paragraphs (beside our limit)",
        "ours": round(taken, 3),
        "peer": READING_S,
        "ratio": round(taken / READING_S, 3),
        "unit": "s",
    }


def _peer() -> str:
    """A Python that has python-redlines, made unless it is there; "" when it cannot be had."""
    python = _FOLDER / "bin" / "python"
    try:
        if not python.is_file():
            print("fetching python-redlines ...", flush=True)
            venv.create(_FOLDER, with_pip=True)
        wanted = [str(python), "-m", "pip", "install", "--quiet", _PEER]
        subprocess.run(wanted, check=True, capture_output=True, timeout=300)
    except (subprocess.SubprocessError, OSError):
        return ""
    return str(python)
