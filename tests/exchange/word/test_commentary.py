from lxml import etree

from app.exchange.word.commentary import AUTHORITIES, CASES, HEADING, Commentary, Tie
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.runs import NAMESPACES, paragraph, runs
from app.exchange.word.tables import table
from app.exchange.word.treaty import Authority
from tests.support.word_rules import W, words
from tests.support.word_treaties import JUDGMENT, TREATY

DOCUMENT = {
    "id": "resolutions",
    "type": "document",
    "title": "Resolutions",
    "custom": {"travaux": {"kind": "instrument"}},
}
TIES = [
    Tie("Article 3", "Article 3", Authority("passage", TREATY, "supports", "art 2", "So it is")),
    Tie("Article 3", "Article 3, paragraph 1", Authority("passage", JUDGMENT, "contradicts")),
    Tie("Preamble", "Preambular paragraph 2", Authority("passage", TREATY, "qualifies", "art 9")),
    Tie("Article 4", "Article 4", Authority("passage", DOCUMENT, "supports")),
    Tie("Article 12", "Article 12", Authority("passage", TREATY, "supports")),
    Tie(
        "Article 12",
        "Article 12, paragraph 2",
        Authority("case", {}, "precedent for", title="Denmark", case_slug="denmark"),
    ),
    Tie("Article 13", "Article 13", None, "Nothing is known"),
]


def made() -> tuple[list[str], list[list[str]], list[str]]:
    """The words of the block, the cells of the tables, and the notes."""
    footnotes = Footnotes()
    commentary = Commentary(footnotes)
    block = "".join(xml for xml, _, _ in commentary.block(TIES))
    tables = "".join(
        paragraph("TableHeading", runs(heading)) + table(rows, widths)
        for heading, _, rows, widths in commentary.tables()
    )
    body = etree.fromstring(f"<w:body {NAMESPACES}>{block}{tables}</w:body>")
    notes = [words(n) for n in etree.fromstring(footnotes.xml()) if n.get(f"{W}type") is None]
    rows = [[words(cell) for cell in row.iter(f"{W}tc")] for row in body.iter(f"{W}tr")]
    return [words(p) for p in body.iterchildren(f"{W}p")], rows, notes


def test_each_tie_is_a_paragraph_that_says_the_relation_and_the_reason() -> None:
    texts, _, notes = made()
    assert texts[:8] == [
        HEADING,
        "Article 3: supported by UNTOC art 2. So it is.",
        "Article 3, paragraph 1: contradicted by Tadić.",
        "Preambular paragraph 2: qualified by UNTOC art 9.",
        "Article 4: supported by ‘Resolutions’.",
        "Article 12: supported by UNTOC.",
        "Article 12, paragraph 2: precedent in the case of Denmark.",
        "Article 13: no source yet. Nothing is known.",
    ]
    assert len(notes) == 5
    assert notes[2] == " UNTOC (n 1) art 9."


def test_the_table_of_authorities_is_in_groups_and_says_who_cites() -> None:
    texts, rows, _ = made()
    assert AUTHORITIES in texts
    at = rows.index(["Treaties and other instruments"])
    assert rows[at + 1] == ["‘Resolutions’", "Article 4"]
    assert rows[at + 2][0].startswith("United Nations Convention against")
    assert rows[at + 2][1] == "Preamble; Articles 3 and 12"
    assert rows[at + 3] == ["Judgments and decisions"]
    assert rows[at + 4][1] == "Article 3"
    assert ["Other authorities"] not in rows


def test_the_table_of_cases_goes_by_article() -> None:
    texts, rows, _ = made()
    assert CASES in texts
    assert rows[-1] == ["Article 12", "Denmark (precedent for)", "Article 12, paragraph 2"]


def test_nothing_cited_makes_no_tables() -> None:
    assert Commentary(Footnotes()).tables() == []
