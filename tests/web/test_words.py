from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from app.treaty.document import Clause, Document, Kind
from app.treaty.parse import parse
from app.web.drafts import set_block
from app.web.words import marked_up, set_out
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
    above = [sheet.document.clauses[sheet.frame.index[uid]].kind for uid in line.above]
    assert above == [Kind.PARAGRAPH, Kind.ARTICLE]
    assert line.look == "subparagraph i1"
    assert sheet.citation(line.uid) == "Article 1, subparagraph (a)"


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


class _Page(HTMLParser):
    """Gathers what is in each <p> and each span.h, and what stands beside them in a clause."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: dict[str, list[str]] = {}
        self._uid = ""
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "div":
            self._uid = said.get("id") or ""
        holds = tag == "p" or (tag == "span" and said.get("class") == "h")
        if holds:
            self.words.setdefault(self._uid, []).append("")
        self._open.append(holds)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if any(self._open):
            self.words[self._uid][-1] += data


_LETTERS = st.sampled_from(list("ab ]]]]]][[[[[[()<>&\"'“”,.;1239é\u0301中ع𐍈\u202b\u200d"))
_PIECES = ["article 1", "paragraph 2", "raft", "“Raft” means wood", "[", "]", " ", "Recalling"]
_MARKUP = ["</p>", "&amp;", "<em>", "The States Parties", ", ", "subparagraph (a)"]
_TEXTS = st.one_of(
    st.lists(st.sampled_from(_PIECES + _MARKUP)).map("".join), st.text(_LETTERS, max_size=40)
)


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), _TEXTS), min_size=1, max_size=6))
@example([(Kind.PARAGRAPH, "")])
@example([(Kind.ARTICLE, ""), (Kind.PARAGRAPH, "article 1[, paragraph 1] <b>raft</b>")])
@example([(Kind.RECITAL, "Recalling [that] “Raft” means raft")])
def test_what_stands_on_the_page_is_just_the_clauses_words(said: list[tuple[Kind, str]]) -> None:
    clauses = tuple(
        Clause(kind, uid=f"c{at}", depth=at and 1, **{_where(kind): words})
        for at, (kind, words) in enumerate(said)
    )
    page = _Page()
    for block in set_out(Document("", clauses)).blocks:
        page.feed(str(set_block(block, "/", dict.fromkeys((f"c{at}" for at in range(3)), MARK))))
    assert page.words == {f"c{at}": [words] for at, (_, words) in enumerate(said)}


MARK = Markup('<a class="m">3<span class="sr"> sources</span></a>')


def _where(kind: Kind) -> str:
    return "heading" if kind.bears_heading else "text"


@given(
    st.lists(st.tuples(st.sampled_from(list(Kind)), _TEXTS), min_size=1, max_size=7),
    st.dictionaries(st.integers(0, 6), _TEXTS, max_size=3),
)
@example(
    [(Kind.PARAGRAPH, "“Raft” means wood."), (Kind.PARAGRAPH, "On a Raft, a raft.")],
    {1: "A raft sinks."},
)
@example([(Kind.PARAGRAPH, "A raft."), (Kind.ITEM, "So.")], {1: "“Raft” means wood."})
def test_reworded_is_what_the_whole_set_anew_would_be(
    said: list[tuple[Kind, str]], changes: dict[int, str]
) -> None:
    clauses = [
        Clause(kind, uid=f"c{at}", depth=at % 3, **{_where(kind): words})
        for at, (kind, words) in enumerate(said)
    ]
    before = set_out(Document("", tuple(clauses)))
    known_changes = {at: words for at, words in changes.items() if at < len(clauses)}
    for at, words in known_changes.items():
        where = _where(clauses[at].kind)
        clauses[at] = Clause(
            clauses[at].kind, depth=clauses[at].depth, uid=f"c{at}", **{where: words}
        )
    after = before.reworded({f"c{at}": words for at, words in known_changes.items()})
    anew = set_out(Document("", tuple(clauses)))
    # What looks the same is the same object.
    assert after.lines == anew.lines and after.blocks == anew.blocks
    assert after.outline == anew.outline and after.brackets == anew.brackets
    assert after.document == anew.document and after.frame is anew.frame is before.frame


def test_who_is_no_clause_has_no_words() -> None:
    with pytest.raises(KeyError):
        set_out(article("First.")).reworded({"c9": "Second."})
