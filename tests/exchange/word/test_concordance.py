"""The concordance as a Word file: read back, and always the same bytes."""

from app.exchange.word.concordance import Line, write_concordance
from app.exchange.word.read import read

LINES = (Line("Article 5 bis", "Article 6", "Aim & scope"), Line("Article 7", "", "[Deleted]"))


def test_what_is_written_is_read_back() -> None:
    content = write_concordance("Convention", "A/CONF.1/1", "Before", "After", LINES)
    assert content == write_concordance("Convention", "A/CONF.1/1", "Before", "After", LINES)
    said = "\n".join(each.text for each in read(content).paragraphs)
    for words in ("Convention", "Before", "Article 5 bis", "Article 6", "Aim & scope", "–"):
        assert words in said
