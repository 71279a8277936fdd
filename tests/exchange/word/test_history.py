from app.exchange.word.history import History, Passage, Stage, write_history
from app.treaty.diff import Piece
from tests.support.word_rules import WordFile, breaches, words
from tests.support.word_treaties import MAST

STAGES = (
    Stage(
        "1. 4 May 2026, 09:00 UTC: inserted",
        (
            Passage("Article 9", (Piece("same", "Hours"),), is_heading=True),
            Passage("1.", (Piece("same", "A ferry "), Piece("del", "crosses"), Piece("ins", "x<"))),
        ),
        ("Agreed, Third meeting.",),
    ),
    Stage("2. 5 May 2026, 09:00 UTC: reworded", (Passage("(a)", (Piece("ins", "سلام"),), 1),)),
)
HISTORY = History("Article 9", MAST, "A & B\x00", STAGES, (Passage("1.", (Piece("same", "Now"),)),))


def test_each_step_is_told_with_its_redline() -> None:
    content = write_history(HISTORY)
    assert breaches(content) == [] and write_history(HISTORY) == content
    file = WordFile(content)
    said = [words(paragraph) for paragraph in file.paragraphs()]
    assert "Drafting history of Article 9" in said
    at = said.index("1. 4 May 2026, 09:00 UTC: inserted")
    assert said[at + 1 : at + 4] == [
        "Article 9 Hours",
        "1. A ferry crossesx<",
        "Agreed, Third meeting.",
    ]
    assert said[-2:] == ["The text as it stands", "1. Now"]
    xml = file.parts["word/document.xml"]
    marks = {tag: len(list(xml.iter(f"{{{xml.nsmap['w']}}}{tag}"))) for tag in ("u", "strike")}
    assert marks == {"u": 3, "strike": 2}


def test_an_empty_history_is_a_file_too() -> None:
    empty = History("a clause", MAST, "", (), ())
    assert breaches(write_history(empty)) == []
