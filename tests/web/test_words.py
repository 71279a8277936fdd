from dataclasses import replace

import pytest
from markupsafe import Markup

from app.treaty.document import Clause, Document, Kind
from app.treaty.parse import parse
from app.web.words import Sheets, marked_up, set_out
from tests.support.site import TREATY


def known(document: Document) -> Document:
    """The document with uids c0, c1, c2 ..."""
    clauses = (replace(clause, uid=f"c{at}") for at, clause in enumerate(document.clauses))
    return replace(document, clauses=tuple(clauses))


def article(*texts: str) -> Document:
    """One article with these paragraphs."""
    paragraphs = (Clause(Kind.PARAGRAPH, text=text, depth=1) for text in texts)
    return known(Document("", (Clause(Kind.ARTICLE, heading="One"), *paragraphs)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("[a]", '<span class="br">[a]</span>'),
        (
            "[a [b]]",
            '<span class="br">[a <span class="br">[b]</span></span>'.replace(
                "</span></span>", "</span>]</span>"
            ),
        ),
        ("[a][b]", '<span class="br">[a]</span><span class="br">[b]</span>'),
        ("[[a]]", '<span class="br">[<span class="br">[a]</span>]</span>'),
        ("a [b", "a [b"),
        ("<[>]", '&lt;<span class="br">[&gt;]</span>'),
    ],
)
def test_brackets_are_spans_and_nothing_else_is_markup(text: str, html: str) -> None:
    assert marked_up(text) == html


def test_a_link_is_cut_where_a_bracket_opens() -> None:
    sheet = set_out(article("As in [paragraph 2] here.", "Second."))
    words = sheet.blocks[0].lines[1].words
    assert words == (
        'As in <span class="br">[<a class="x" href="#c2">paragraph 2</a>]</span> here.'
    )


def test_a_reference_into_another_instrument_is_no_link() -> None:
    sheet = set_out(article("Under article 33 of the Charter of the United Nations.", "Second."))
    assert "<a" not in sheet.blocks[0].lines[1].words


def test_only_the_first_use_of_a_term_is_marked() -> None:
    sheet = set_out(article("“Raft” means wood that floats.", "A raft meets a raft."))
    assert sheet.blocks[0].lines[2].words.count('class="t"') == 1
    assert 'class="t"' not in sheet.blocks[0].lines[1].words


def test_the_outline_counts_what_stands_under_each_row() -> None:
    sheet = set_out(known(parse(TREATY)))
    rows = [(entry.level, entry.number, entry.heading, entry.brackets) for entry in sheet.outline]
    assert rows == [
        ("part", "", "Preamble", 0),
        ("part", "PART I", "GENERAL PROVISIONS", 0),
        ("article", "1", "Use of terms", 0),
        ("article", "2", "Duty to cross", 4),
        ("part", "PART II", "FINAL PROVISIONS", 0),
        ("article", "3", "Hours", 0),
        ("article", "4", "Languages", 0),
    ]
    assert sheet.brackets == 4 and sheet.articles == 4


def test_an_article_is_set_with_all_that_stands_below_it() -> None:
    sheet = set_out(known(parse(TREATY)))
    runs = [tuple(line.kind.value for line in block.lines) for block in sheet.blocks]
    assert ("part", "article", "paragraph", "subparagraph", "subparagraph") in runs
    assert ("article", "paragraph", "paragraph") in runs


def test_a_clause_knows_what_it_stands_under() -> None:
    sheet = set_out(known(parse(TREATY)))
    line = next(line for line in sheet.lines if line.kind is Kind.SUBPARAGRAPH)
    above = [sheet.document.clauses[sheet.places[uid]].kind for uid in line.above]
    assert above == [Kind.PARAGRAPH, Kind.ARTICLE]
    assert line.look == "subparagraph i1"
    assert sheet.citation(line.uid) == "Article 1, subparagraph (a)"


def test_a_sheet_is_kept_for_its_state_and_the_oldest_goes_first() -> None:
    sheets, asked = Sheets(room=2), []

    def read(name: str) -> tuple[Document, str]:
        asked.append(name)
        return Document(name), "un"

    for name in ("a", "b", "a", "c", "a", "b"):
        assert sheets.get(1, name, lambda name=name: read(name)).title == name  # type: ignore[misc]
    assert asked == ["a", "b", "c", "b"]


def test_a_paper_is_set_anew_when_a_mark_in_its_margin_changes() -> None:
    sheets = Sheets()
    made: list[int] = []

    def make() -> Markup:
        made.append(len(made))
        return Markup(f"paper {made[-1]}")  # noqa: S704  # a number

    margins: list[dict[str, str]] = [{}, {"c1": "1"}, {"c1": "1"}, {"c1": "2"}, {}]
    for marks in margins:
        sheets.paper(1, "state", marks, make)
    assert made == [0, 1, 2]
