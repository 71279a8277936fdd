"""The wide table: text, proposals as redlines, reasons, comments, sources."""

from app.exchange.word.compilation import COLUMNS, Beside, Proposed, write_compilation
from app.exchange.word.read import read_views
from app.exchange.word.story import View
from tests.support.word_rules import W, WordFile, breaches, labels, words
from tests.support.word_treaties import RICH, treaty

NOTATION = "article | Scope\n  paragraph | Talks are held.\n  paragraph | They are free."
BESIDE = Beside(
    {
        "u1": (
            Proposed("Delegation A", "Talks are held.", "Talks shall be held.", reason="Duty."),
            Proposed("Delegation B", "", "", "Retain the text as it is."),
        )
    },
    {"u1": ("Question: why?", "Answer: because.")},
    {"u2": ("UNTOC, art 2 (supports)",)},
)


def rows(content: bytes) -> list[list[str]]:
    table = next(WordFile(content).document.iter(f"{W}tbl"))
    return [
        [" / ".join(words(p) for p in cell.iter(f"{W}p")) for cell in row.iter(f"{W}tc")]
        for row in table.iter(f"{W}tr")
    ]


def test_every_clause_has_its_row_and_every_proposal_its_own() -> None:
    found = rows(write_compilation(treaty(NOTATION), BESIDE))
    assert found[0] == list(COLUMNS)
    assert found[1] == ["Article 1 Scope"]
    assert found[2][0] == "1. Talks are held."
    assert found[2][2:] == ["Duty.", "Question: why? / Answer: because.", ""]
    assert found[3] == ["", "Delegation B / Retain the text as it is.", "", "", ""]
    assert found[4][0] == "2. They are free."
    assert found[4][4] == "UNTOC, art 2 (supports)"


def test_a_proposal_is_a_redline_whose_author_proposes() -> None:
    content = write_compilation(treaty(NOTATION), BESIDE)
    before, after = read_views(content, (View.ORIGINAL, View.ACCEPTED))
    assert {each.author for each in after.revisions} == {"Delegation A"}
    assert "Talks are held." in [each.text for each in before.paragraphs]
    assert "Talks shall be held." in [each.text for each in after.paragraphs]


def test_the_pages_lie_on_their_side_and_the_file_is_sound() -> None:
    content = write_compilation(treaty(RICH), BESIDE)
    assert breaches(content) == []
    size = next(WordFile(content).document.iter(f"{W}pgSz"))
    assert size.get(f"{W}orient") == "landscape"
    assert len(labels(WordFile(content))) == len(treaty(RICH).document.clauses)
    assert content == write_compilation(treaty(RICH), BESIDE)


def test_a_treaty_without_clauses_is_a_table_of_heads() -> None:
    assert rows(write_compilation(treaty(""), Beside())) == [list(COLUMNS)]
