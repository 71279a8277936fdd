"""The notation: each reference as its numbers, outermost first; `ext` outside of this treaty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.references import Places, Reference, find, followed, resolve

UNITS = ["annex", "appendix", "part", "chapter", "section", "subsection", "article"]
UNITS += ["paragraph", "subparagraph", "item"]


def short(reference: Reference) -> str:
    parts = [f"{unit} {getattr(reference, unit)}" for unit in UNITS if getattr(reference, unit)]
    parts += [f"this {reference.here}"] if reference.here else []
    return " ".join(parts + (["ext"] if reference.external else []))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing here", []),
        ("the article, the paragraph (see above) and Parts of it", []),
        ("under article 5", ["article 5"]),
        ("Article 8 bis applies", ["article 8 bis"]),
        ("article XIV", ["article XIV"]),
        ("article 5, paragraph 2 (a)", ["article 5 paragraph 2 subparagraph a"]),
        ("article 76, paragraph 4(a)(i)", ["article 76 paragraph 4 subparagraph a item i"]),
        ("article 171, subparagraph (a),", ["article 171 subparagraph a"]),
        (
            "article 162, paragraph 2, subparagraphs (f) and (g)",
            [f"article 162 paragraph 2 subparagraph {letter}" for letter in "fg"],
        ),
        ("articles 5 to 9", ["article 5", "article 9"]),
        (
            "of this section, of Part XV and of Annex VI",
            ["this section", "part XV", "annex VI"],
        ),
        ("articles 5, 6, 8 and 23", ["article 5", "article 6", "article 8", "article 23"]),
        ("article 5 and 30 days", ["article 5"]),
        ("article 5, paragraphs 2 and 3", ["article 5 paragraph 2", "article 5 paragraph 3"]),
        (
            "article 6, paragraph 2, and articles 8 to 9",
            ["article 6 paragraph 2", "article 8", "article 9"],
        ),
        (
            "paragraph 1 (c), (d) or (f)",
            [f"paragraph 1 subparagraph {letter}" for letter in "cdf"],
        ),
        (
            "paragraph 4 (a) (i) and (ii)",
            ["paragraph 4 subparagraph a item i", "paragraph 4 subparagraph a item ii"],
        ),
        ("paragraph 2 (see below)", ["paragraph 2"]),
        ("subparagraph (a)", ["subparagraph a"]),
        ("sub-paragraphs (a) and (b)", ["subparagraph a", "subparagraph b"]),
        ("paragraph 2 of article 17", ["article 17 paragraph 2"]),
        ("paragraphs 1 and 2 of article 17", ["article 17 paragraph 1", "article 17 paragraph 2"]),
        (
            "subparagraph (b) of paragraph 2 of article 9",
            ["article 9 paragraph 2 subparagraph b"],
        ),
        ("paragraph 3 of this article", ["paragraph 3 this article"]),
        ("paragraph 3 of the present article", ["paragraph 3 this article"]),
        ("paragraph 2 (a) of this article", ["paragraph 2 subparagraph a this article"]),
        ("under this article and this Part", ["this article", "this part"]),
        ("article 6, and paragraph 2 of that article", ["article 6", "article 6 paragraph 2"]),
        ("article 12 of this Convention", ["article 12 this treaty"]),
        ("paragraph 2 of this article of this Part", ["paragraph 2 this article", "this part"]),
        ("article 5, this article", ["article 5", "this article"]),
        ("Parts Two and III", ["part Two", "part III"]),
        ("Parts II and 3 States", ["part II"]),
        ("paragraph 5(2)", ["paragraph 5"]),
        ("article 2 of section 3", ["section 3 article 2"]),
        ("section 3 of article 2", ["section 3", "article 2"]),
        ("Part XI", ["part XI"]),
        ("Parts II and IV", ["part II", "part IV"]),
        ("Part XI, section 2", ["part XI section 2"]),
        ("section 2 of Part XI", ["part XI section 2"]),
        ("section 1 of this Part", ["section 1 this part"]),
        ("annex II, article 3", ["annex II article 3"]),
        (
            "Annex III, article 13 and article 17, paragraph 1",
            ["annex III article 13", "annex III article 17 paragraph 1"],
        ),
        ("Annexes I and III", ["annex I", "annex III"]),
        # The forms of the European Union.
        ("Article 2(1)", ["article 2 paragraph 1"]),
        ("Article 5(2)(a)(i)", ["article 5 paragraph 2 subparagraph a item i"]),
        ("point (a) of Article 2(1)", ["article 2 paragraph 1 subparagraph a"]),
        ("the first subparagraph of paragraph 1", ["paragraph 1 subparagraph first"]),
        ("the second paragraph of Article 4", ["article 4 paragraph second"]),
        # Other instruments.
        (
            "article 305, paragraph 1 (c), of the Convention",
            ["article 305 paragraph 1 subparagraph c ext"],
        ),
        ("Article 33 of the Charter of the United Nations", ["article 33 ext"]),
        (
            "articles 5, 6 and 7 of the Rome Statute",
            ["article 5 ext", "article 6 ext", "article 7 ext"],
        ),
        (
            "article 4 and article 5 of the 1969 Vienna Convention",
            ["article 4 ext", "article 5 ext"],
        ),
        (
            "paragraph 2 of this article and article 7 of the Rome Statute",
            ["paragraph 2 this article", "article 7 ext"],
        ),
        ("common article 3", ["article 3 ext"]),
        ("the Charter, in particular Article 51", ["article 51 ext"]),
        ("this Convention, in particular article 5", ["article 5"]),
        ("the Charter, and article 33 thereof", ["article 33 ext"]),
        ("article 1 of the annex to General Assembly resolution 46/182", ["article 1 ext"]),
        ("Annex VII to the Convention", ["annex VII ext"]),
        ("article 5 of the same day", ["article 5"]),
    ],
)
def test_the_grammar(text: str, expected: list[str]) -> None:
    assert [short(reference) for reference in find(text)] == expected


def test_the_places_of_a_list_are_those_of_its_members() -> None:
    text = "see articles 5, paragraph 2, and the annex; paragraphs 1 and 2 of article 7 apply"
    assert [text[one.start : one.end] for one in find(text)] == [
        "articles 5, paragraph 2",
        "paragraphs 1",
        "2 of article 7",
    ]


@pytest.mark.parametrize(
    ("text", "relative"),
    [("paragraph 2", True), ("this article", True), ("article 5", False), ("Part II", False)],
)
def test_what_depends_on_where_it_is_said(text: str, relative: bool) -> None:
    assert [one.relative for one in find(text)] == [relative]


PIECES = ["article ", "articles ", "paragraph ", "Part ", "annex ", "of ", "this ", "the "]
PIECES += [
    "Convention",
    "5",
    "(a)",
    "(i)",
    " and ",
    " to ",
    ", ",
    "XI",
    "subparagraph ",
    "section ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_reading_never_refuses_and_never_overlaps(text: str) -> None:
    at = 0
    for one in find(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end


def test_a_long_chain_is_no_trouble() -> None:
    assert find("paragraph 2 of " * 3000)[0].paragraph == "2"
    assert len(find("article 5, paragraph 2, " * 1000)) == 1000


def treaty() -> Document:
    """Two Parts, a definitions article, a bis, an annex with an article 1 of its own."""
    rows = [
        (0, Kind.PART, ""),
        (1, Kind.ARTICLE, ""),  # 1: article 1
        (2, Kind.PARAGRAPH, "-"),
        (3, Kind.SUBPARAGRAPH, ""),  # 3: (a)
        (3, Kind.SUBPARAGRAPH, ""),  # 4: (b)
        (4, Kind.ITEM, ""),  # 5: (i)
        (1, Kind.ARTICLE, ""),  # 6: article 2
        (2, Kind.PARAGRAPH, ""),  # 7: 1.
        (3, Kind.SUBPARAGRAPH, ""),  # 8: (a)
        (2, Kind.PARAGRAPH, ""),  # 9: 2.
        (3, Kind.SUBPARAGRAPH, ""),  # 10: (a)
        (1, Kind.ARTICLE, "2 bis"),  # 11
        (2, Kind.PARAGRAPH, "-"),
        (0, Kind.PART, ""),  # 13: Part II
        (1, Kind.SECTION, ""),  # 14
        (2, Kind.ARTICLE, ""),  # 15: article 3
        (3, Kind.PARAGRAPH, "-"),
        (0, Kind.ANNEX, ""),  # 17: annex I
        (1, Kind.ARTICLE, "1"),  # 18
        (2, Kind.PARAGRAPH, "-"),
        (1, Kind.ARTICLE, "2"),  # 20
        (2, Kind.PARAGRAPH, "-"),
        (0, Kind.ANNEX, ""),  # 22: annex II
        (1, Kind.PARAGRAPH, "1"),
    ]
    return Document("", tuple(Clause(kind, number, depth=depth) for depth, kind, number in rows))


@pytest.mark.parametrize(
    ("said_in", "text", "expected"),
    [
        (2, "article 2", 6),
        (2, "article 2 bis", 11),
        (2, "article 9", None),
        (2, "article 2, paragraph 2 (a)", 10),
        (2, "paragraph 2 of article 2", 9),
        (2, "article 1 (b)", 4),
        (2, "article 1, subparagraph (b)", 4),
        (3, "subparagraph (b)", 4),
        (5, "subparagraph (a)", 3),
        (8, "subparagraph (a)", 8),
        (7, "paragraph 2", 9),
        (10, "paragraph 1 of this article", 7),
        (10, "this article", 6),
        (10, "this paragraph", 9),
        (10, "this Part", 0),
        (6, "article 2 (a)", None),  # which of the two?
        (2, "Part II", 13),
        (2, "Part Two", 13),
        (2, "the fifth paragraph of article 2", None),
        (2, "section 1 of Part I", None),
        (16, "this section", 14),
        (2, "Part II, section 1", 14),
        (16, "section 1", 14),
        (2, "annex I", 17),
        (2, "annex I, article 2", 20),
        (19, "article 2", 20),
        (19, "article 2 of this Convention", 6),
        (19, "article 3", 15),
        (19, "article 3 of this annex", None),
        (19, "this annex", 17),
        (2, "annex II, paragraph 1", 23),
        (2, "article 2 of the Rome Statute", None),
        (2, "the second paragraph of article 2", 9),
        (2, "paragraph 7", None),
    ],
)
def test_where_a_reference_leads(said_in: int, text: str, expected: int | None) -> None:
    (reference,) = find(text)
    assert resolve(treaty(), said_in, reference) == expected
    assert Places(treaty(), Scheme.UN).resolve(said_in, reference) == expected


def renumbered(text: str, wanted: dict[int, int], said_in: int = 2) -> tuple[str, int, int]:
    found = followed(text, said_in, wanted, Places(treaty()))
    return found.changes.apply(text), found.moved, found.missed


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("see article 1 𝔸", {0: 15}, "see article 3 𝔸"),
        ("articles 1, 2 and 3 go", {0: 6, 1: 11, 2: 15}, "articles 2, 2 bis and 3 go"),
        ("articles 2 to 4", {0: 6, 1: 15}, "articles 2 to 3"),
        ("article 3, paragraph 1 (b)", {0: 8}, "article 2, paragraph 1 (a)"),
        ("paragraphs 1 and 3 of article 9", {0: 7, 1: 9}, "paragraphs 1 and 2 of article 2"),
        ("Article 9(7)(c)", {0: 10}, "Article 2(2)(a)"),
        ("Part Three; Part one; PART 4", {0: 13, 1: 13, 2: 0}, "Part Two; Part two; PART 1"),
        ("annex IV, article 7, and annex 2", {0: 20, 1: 17}, "annex I, article 2, and annex 1"),
        ("the first paragraph of article 4", {0: 9}, "the second paragraph of article 2"),
        ("article 4, paragraph 2", {0: 12}, "article 2 bis, paragraph 2"),
        ("article 5 of the Charter of the United Nations", {}, None),
    ],
)
def test_numbers_follow_what_they_name(
    text: str, wanted: dict[int, int], expected: str | None
) -> None:
    new, moved, missed = renumbered(text, wanted)
    if expected == "article 2 bis, paragraph 2":  # deliberately unnumbered: no number leads there
        assert (new, moved, missed) == (text, 0, 1)
        return
    assert new == (text if expected is None else expected)
    assert missed == 0
    assert renumbered(new, wanted) == (new, 0, 0)


def test_what_needs_other_words_is_missed_and_the_rest_follows() -> None:
    text = "paragraphs 1 and 3 of article 9, and article 7"
    new, moved, missed = renumbered(text, {0: 7, 1: 23, 2: 15})
    assert (new, moved, missed) == ("paragraphs 1 and 3 of article 2, and article 3", 2, 1)


def test_the_lone_paragraph_of_an_article_is_paragraph_1() -> None:
    document = Document("", (Clause(Kind.ARTICLE), Clause(Kind.PARAGRAPH, text="x", depth=1)))
    (one,) = find("article 1, paragraph 1")
    assert resolve(document, 0, one) == 1
