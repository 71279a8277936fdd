"""The exact form: whatever a document holds, it is read back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.treaty.document import Clause, Document, Kind
from app.treaty.parse import parse
from app.treaty.render import render

NUMBERS = st.one_of(
    st.sampled_from(["", "-", "1", "8 bis", "XI", "a", "iv", "One", "{", "3.3 bis", "a b c", "\\"]),
    st.text(max_size=6),
)
WORDS = st.one_of(
    st.sampled_from(
        [
            "",
            "For the purposes of this Convention:",
            "Article 5",
            "Article 5 bis",
            "Part",
            "1. text",
            "(a) text",
            "{recital} text",
            "{}",
            "  spaced  ",
            " ",
            "line\nline",
            "line\r\nline",
            "back\\slash\\n",
            "%treaty",
            "[a [b]] [",
            "– dash",
            "\u2028 \u00a0 \ufeff \x0c \x85",
        ]
    ),
    st.text(max_size=40),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    clauses: list[Clause] = []
    depth = 0
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(list(Kind)))
        headed = kind.bears_heading
        clauses.append(
            Clause(
                kind,
                draw(NUMBERS),
                draw(WORDS) if headed or draw(st.integers(0, 9)) == 0 else "",
                draw(WORDS) if not headed or draw(st.integers(0, 9)) == 0 else "",
                depth,
            )
        )
        depth = draw(st.integers(0, depth + 1))
    return Document(draw(WORDS), tuple(clauses))


@settings(max_examples=400, deadline=None)
@given(documents())
def test_every_document_is_read_back_as_it_was(document: Document) -> None:
    assert parse(render(document)) == document


def test_an_ordinary_treaty_needs_no_tag_below_its_preamble() -> None:
    document = Document(
        "Convention on Examples",
        (
            Clause(Kind.RECITAL, text="Recalling the examples,"),
            Clause(Kind.PART, "I", "General provisions"),
            Clause(Kind.ARTICLE, "1", "Use of terms", depth=1),
            Clause(Kind.PARAGRAPH, "1", text="For the purposes of this Convention:", depth=2),
            Clause(Kind.SUBPARAGRAPH, "a", text="“example” includes:", depth=3),
            Clause(Kind.ITEM, "i", text="this one.", depth=4),
            Clause(Kind.PARAGRAPH, "2", text="No more.", depth=2),
        ),
    )
    assert render(document) == (
        "%treaty\n"
        "Convention on Examples\n"
        "\n"
        "{recital} Recalling the examples,\n"
        "\n"
        "Part I\n"
        "General provisions\n"
        "\n"
        "  Article 1\n"
        "  Use of terms\n"
        "\n"
        "    1. For the purposes of this Convention:\n"
        "\n"
        "      (a) “example” includes:\n"
        "\n"
        "        (i) this one.\n"
        "\n"
        "    2. No more.\n"
    )


@pytest.mark.parametrize(
    ("clause", "line"),
    [
        (Clause(Kind.PARAGRAPH, text="Article 5"), "{paragraph} Article 5"),
        (Clause(Kind.PARAGRAPH, "-", text="Words"), "{paragraph -} Words"),
        (Clause(Kind.ITEM, "a", text="Words"), "{item a} Words"),
        (Clause(Kind.ARTICLE, "-", "Words"), "{article -} Words"),
        (Clause(Kind.HEADING, "", "Preamble"), "{heading} Preamble"),
    ],
)
def test_a_tag_says_what_looks_would_not(clause: Clause, line: str) -> None:
    assert render(Document("T", (clause,))).split("\n")[3] == line
