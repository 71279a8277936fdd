from dataclasses import replace
from threading import Event, Thread

import pytest
from markupsafe import Markup

from app.treaty.document import Clause, Document, Kind
from app.treaty.parse import parse
from app.web.words import Sheet, Sheets, marked_up, set_out
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


def test_what_a_change_does_not_touch_is_not_set_again() -> None:
    before = set_out(article("First.", "Second.", "Third."))
    after = set_out(article("First.", "Second, changed.", "Third."))
    same = [old is new for old, new in zip(before.lines, after.lines, strict=True)]
    assert same == [True, True, False, True]


def test_a_kept_clause_follows_what_its_references_lead_to() -> None:
    said = Document(
        "",
        (
            Clause(Kind.ARTICLE, heading="One", uid="a"),
            Clause(Kind.PARAGRAPH, text="Under article 2.", depth=1, uid="b"),
            Clause(Kind.ARTICLE, heading="Two", uid="c"),
        ),
    )
    assert 'href="#c"' in list(set_out(said).lines)[1].words
    new = Clause(Kind.ARTICLE, heading="Between", uid="n")
    grown = replace(said, clauses=(*said.clauses[:2], new, *said.clauses[2:]))
    lines = list(set_out(grown).lines)
    assert 'href="#n"' in lines[1].words
    assert [line.label for line in lines] == ["Article 1", "", "Article 2", "Article 3"]
    shrunk = replace(said, clauses=said.clauses[:2])
    assert "<a" not in list(set_out(shrunk).lines)[1].words


def test_a_kept_clause_follows_what_its_terms_mean() -> None:
    texts = "“Raft” means wood that floats.", "A raft, a buoy."
    assert 'href="#c1">raft' in list(set_out(article(*texts)).lines)[2].words
    moved = list(set_out(article("New.", *texts)).lines)[3].words
    assert 'href="#c2">raft' in moved
    other = list(set_out(article("“Buoy” means a mark.", texts[1])).lines)[2].words
    assert 'href="#c1">buoy' in other and ">raft" not in other


def test_equal_words_of_two_clauses_stay_two_clauses() -> None:
    sheet = set_out(article("Same.", "Same."))
    assert [line.uid for line in sheet.lines] == ["c0", "c1", "c2"]
    assert sheet.citation("c2") == "Article 1, paragraph 2"


def test_what_two_ask_for_at_once_is_made_once() -> None:
    sheets, made, begun = Sheets(), [], Event()

    def read() -> tuple[Document, str]:
        made.append("sheet")
        begun.set()
        second.start()
        second.join(0.05)
        return Document("a"), "un"

    def ask() -> None:
        assert begun.wait(10)
        got.append(sheets.get(1, "a", read))

    got: list[Sheet] = []
    second = Thread(target=ask)
    first = sheets.get(1, "a", read)
    second.join(10)
    assert made == ["sheet"] and got == [first]
    assert sheets.holds(1, "a") and not sheets.holds(1, "b")


def test_what_could_not_be_made_is_made_when_it_is_asked_for_again() -> None:
    sheets = Sheets()

    def fail() -> tuple[Document, str]:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        sheets.get(1, "a", fail)
    assert sheets.get(1, "a", lambda: (Document("there"), "un")).title == "there"
