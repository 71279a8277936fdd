"""Word's lists: nothing beside the style where Word counts to our label, an instance where not."""

from app.exchange.word.numbering import Numbering, place_of
from app.treaty.document import Kind

ARTICLE = place_of(Kind.ARTICLE)
PARAGRAPH = place_of(Kind.PARAGRAPH)
POINT = place_of(Kind.SUBPARAGRAPH)
OFF = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'


def beside(*labels: str) -> list[str]:
    """What stands beside the style for each label; the place follows from the label's look."""
    numbering = Numbering([])
    return [numbering.properties(_place(label), label) for label in labels]


def _place(label: str) -> tuple[str, int]:
    place = ARTICLE if label.startswith("Article") else POINT if "(" in label else PARAGRAPH
    assert place is not None
    return place


def test_what_word_counts_by_itself_needs_nothing() -> None:
    labels = ("Article 1", "1.", "2.", "(a)", "(b)", "3.", "(a)", "Article 2", "1.", "(a)")
    assert beside(*labels) == [""] * 10


def test_a_number_that_jumps_starts_a_new_instance_that_is_kept() -> None:
    first, jumped, below, after = beside("Article 1", "Article 12", "1.", "Article 13")
    assert first == ""
    assert 'w:numId w:val="6"' in jumped
    assert 'w:numId w:val="6"' in below
    assert 'w:numId w:val="6"' in after


def test_a_literal_is_printed_once_and_the_next_article_starts_anew() -> None:
    numbering = Numbering([])
    labels = ("Article 8 bis", "1.", "Article 9")
    made = [numbering.properties(_place(label), label) for label in labels]
    assert ['numId w:val="6"' in made[0], 'numId w:val="6"' in made[1]] == [True, True]
    assert 'numId w:val="7"' in made[2]
    xml = numbering.xml()
    assert '<w:lvlText w:val="Article 8 bis"/>' in xml
    assert '<w:startOverride w:val="9"/>' in xml


def test_above_the_level_of_an_instance_another_one_is_made() -> None:
    made = beside("Article 1", "1.", "5.", "Article 2")
    assert 'numId w:val="6"' in made[2]
    assert 'numId w:val="7"' in made[3]


def test_a_level_that_was_skipped_is_not_relied_on() -> None:
    made = beside("Article 1", "(a)", "(b)", "1.", "Article 2", "(a)")
    assert made[:3] == ["", "", ""]
    assert "numId" in made[3]
    assert made[5] == made[4].replace('ilvl w:val="0"', 'ilvl w:val="2"')


def test_no_label_switches_the_numbering_off() -> None:
    numbering = Numbering([])
    assert ARTICLE is not None
    assert numbering.properties(ARTICLE, "") == OFF


def test_the_form_of_a_level_is_the_one_that_the_draft_uses() -> None:
    assert ARTICLE is not None
    numbering = Numbering([(ARTICLE, "I", "Article I"), (ARTICLE, "II", "Article II")])
    assert numbering.properties(ARTICLE, "Article I") == ""
    assert numbering.properties(ARTICLE, "Article II") == ""
    assert '<w:numFmt w:val="upperRoman"/><w:pStyle w:val="TreatyArticle"/>' in numbering.xml()


def test_letters_double_after_z_as_in_word() -> None:
    alphabet = [f"({chr(97 + at)})" for at in range(26)]
    assert beside("Article 1", *alphabet, "(aa)", "(bb)") == [""] * 29
    assert "numId" in beside("Article 1", *alphabet, "(ab)")[-1]


def test_items_within_items_go_down_a_level_each_and_stop_at_the_deepest() -> None:
    assert [place_of(Kind.ITEM, nesting) for nesting in (0, 1, 2, 9)] == [
        ("text", 3),
        ("text", 4),
        ("text", 5),
        ("text", 5),
    ]
    assert place_of(Kind.FORMULA) is None
