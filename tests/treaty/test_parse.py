"""Treaties in the forms they are printed in, as toy texts of our own; each test is one form."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.treaty.document import Document, Kind
from app.treaty.numbering import freeze, release
from app.treaty.parse import parse
from app.treaty.render import render

DRAFT = Path(__file__).parents[2] / "drafts" / "peace-negotiation" / "treaty.txt"


def outline(text: str) -> list[str]:
    """One line a clause: indent, kind, number, and the words."""
    return [
        "  " * clause.depth
        + " ".join(
            part
            for part in (clause.kind.value, clause.number, clause.heading or clause.text)
            if part
        )
        for clause in parse(text).clauses
    ]


def rows(text: str) -> list[str]:
    return [line for line in text.strip("\n").split("\n") if line.strip()]


def messages(text: str) -> str:
    return "\n".join(problem.message for problem in parse(text).problems)


def has(expected: str, *, of: str) -> None:
    """The outline of a text is the expected one, whose least indent counts for none."""
    lines = rows(expected)
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    assert outline(of) == [line[margin:] for line in lines]


def test_headings_on_lines_of_their_own() -> None:
    text = """
    CONVENTION ON EXAMPLES

    Preamble

    The States Parties to this Convention,

    Recalling the examples of old,

    Deeply concerned at their number,

    Have agreed as follows:

    Part one
    Introductory provisions

    Article 1
    Use of terms

    For the purposes of this Convention:

    (a) "Group" means a set of persons;

    (b) "Act" means:

    (i) A deed;

    (ii) An omission; and

    (c) "Place" means a site.

    Article 2
    Scope

    1. This Convention applies to:

    (a) Acts; and

    (b) Places;

    where they are in a State Party.

    2. It applies to nothing else.

    IN WITNESS WHEREOF the undersigned have signed.

    DONE at Geneva, this first day of May.

    ANNEX I
    LIST OF PLACES

    1. The first place.

    2. The second place.
    """
    assert parse(text).title == "CONVENTION ON EXAMPLES"
    has(
        """
        heading Preamble
        formula The States Parties to this Convention,
        recital Recalling the examples of old,
        recital Deeply concerned at their number,
        formula Have agreed as follows:
        part one Introductory provisions
          article 1 Use of terms
            paragraph For the purposes of this Convention:
              subparagraph a "Group" means a set of persons;
              subparagraph b "Act" means:
                item i A deed;
                item ii An omission; and
              subparagraph c "Place" means a site.
          article 2 Scope
            paragraph 1 This Convention applies to:
              subparagraph a Acts; and
              subparagraph b Places;
            paragraph - where they are in a State Party.
            paragraph 2 It applies to nothing else.
        closing IN WITNESS WHEREOF the undersigned have signed.
        closing DONE at Geneva, this first day of May.
        annex I LIST OF PLACES
          paragraph 1 The first place.
          paragraph 2 The second place.
        """,
        of=text,
    )
    assert parse(text).problems == ()


def test_a_whole_treaty_run_into_one_line() -> None:
    has(
        """
        formula The States Parties to this Convention,
        recital Recalling the past,
        recital Noting the present,
        formula Have agreed as follows:
        part I GENERAL PROVISIONS
          article 1 Use of terms
            paragraph For the purposes of this Convention:
              subparagraph a "x" means y;
              subparagraph b "z" means w.
          article 2 Scope
            paragraph 1 This Convention applies to all.
            paragraph 2 It does not apply to none.
        part II FINAL PROVISIONS
          section 1 SIGNATURE
            article 3 Signature
              paragraph This Convention is open for signature.
        closing IN WITNESS WHEREOF the undersigned have signed.
        closing DONE at Geneva, this day.
        """,
        of="Convention on Examples The States Parties to this Convention, Recalling the past, "
        "Noting the present, Have agreed as follows: PART I GENERAL PROVISIONS Article 1 Use of "
        'terms For the purposes of this Convention: (a) "x" means y; (b) "z" means w. Article 2 '
        "Scope 1. This Convention applies to all. 2. It does not apply to none. PART II FINAL "
        "PROVISIONS SECTION 1. SIGNATURE Article 3 Signature This Convention is open for "
        "signature. IN WITNESS WHEREOF the undersigned have signed. DONE at Geneva, this day.",
    )


def test_a_long_text_in_one_line_is_cut_at_every_article() -> None:
    text = "Treaty on Numbers " + " ".join(
        f"SUBSECTION {letter}. NAMED {letter} "
        + " ".join(f"Article {number} Name It applies." for number in range(start, start + 500))
        for letter, start in (("A", 1), ("B", 501), ("C", 1001), ("D", 1501))
    )
    found = parse(text).clauses
    numbers = [clause.number for clause in found if clause.kind is Kind.ARTICLE]
    assert numbers == [str(number) for number in range(1, 2001)]
    assert [clause.number for clause in found if clause.kind is Kind.SUBSECTION] == list("ABCD")


@pytest.mark.parametrize("note", ["3", " 3", "³"])
def test_a_note_mark_after_bis_goes_and_is_reported(note: str) -> None:
    text = f"Article 8\nWar\n\nIt is.\n\nArticle 8 bis{note}\nCrime\n\nIt is.\n"
    assert outline(text)[2] == "article 8 bis Crime"
    assert "note mark" in messages(text)


def test_two_marks_on_one_line_and_a_mark_left_at_the_end() -> None:
    has(
        """
        article 1 Use of terms
          paragraph 1 For the purposes of this Convention:
            subparagraph 1 "area" means a part of the sea;
            subparagraph 2
              item a "waste" means: (iii) is no first mark
                item i any thing thrown away;
                item ii any thing left;
              item b "waste" does not include:
                item i gifts; or
                item ii loans.
          paragraph 2
            subparagraph 1 "Party" means a State.
            subparagraph 2 See article 5, paragraph 1(a), (b) and (c).
        """,
        of="""
Article 1 Use of terms 1. For the purposes of this Convention:

(1) "area" means a part of the sea;

(2) (a) "waste" means: (iii) is no first mark

(i) any thing thrown away; (ii) any thing left;

(b) "waste" does not include: (i) gifts; or (ii) loans. 2.

(1) "Party" means a State.

(2) See article 5, paragraph 1(a), (b) and (c).
""",
    )


def test_letters_and_roman_numbers_are_told_apart_by_what_is_expected() -> None:
    letters = "".join(f"({letter}) Case;\n" for letter in "cdefg")
    has(
        """
        article 1 Crimes
          paragraph 1 The following are crimes:
            subparagraph a First:
              item i one;
              item ii two;
              item iii three;
              item iv four;
              item v five;
            subparagraph b Second;
            subparagraph c Case;
            subparagraph d Case;
            subparagraph e Case;
            subparagraph f Case;
            subparagraph g Case;
            subparagraph h Eighth:
              item i one under h;
              item ii two under h;
            subparagraph i the letter after h;
            subparagraph j and the last.
        """,
        of="Article 1\nCrimes\n1. The following are crimes:\n(a) First:\n(i) one;\n(ii) two;\n"
        "(iii) three;\n(iv) four;\n(v) five;\n(b) Second;\n" + letters + "(h) Eighth:\n"
        "(i) one under h;\n(ii) two under h;\n(i) the letter after h;\n(j) and the last.\n",
    )


def test_an_i_after_h_that_ends_a_list_is_a_letter() -> None:
    text = "Article 1\nAims\nThe aims are:\n" + "".join(f"({each}) aim;\n" for each in "abcdefghi")
    assert outline(text)[-1] == "    subparagraph i aim;"
    assert messages(text) == ""


def test_four_degrees_of_points() -> None:
    has(
        """
        article 1 Degrees
          paragraph 1 Chapeau:
            subparagraph a first degree:
              item i second degree:
                item a third degree:
                  item i fourth degree;
                  item ii fourth again;
                item b third again;
              item ii second again.
          paragraph 1 bis Put in later.
        """,
        of="Article 1\nDegrees\n\n1. Chapeau:\n\n(a) first degree:\n\n(i) second degree:\n\n"
        "a. third degree:\n\ni. fourth degree;\n\nii. fourth again;\n\nb. third again;\n\n"
        "(ii) second again.\n\n1bis. Put in later.\n",
    )


@pytest.mark.parametrize(
    "marks",
    [
        ("1.", "2.", "(a)", "(b)"),
        ("(1)", "(2)", "a)", "b)"),
        ("1)", "2)", "(a).", "(b)."),
        ("1.", "2.", "a)", "b)"),
        ("[1.", "[2.", "[(a)", "[(b)"),
    ],
)
def test_marks_of_every_shape(marks: tuple[str, str, str, str]) -> None:
    one, two, first, second = marks
    text = f"Article 4\nForms\n{one} Chapeau:\n{first} point;\n{second} point.\n{two} End.\n"
    assert [line.split()[:2] for line in outline(text)] == [
        ["article", "4"],
        ["paragraph", "1"],
        ["subparagraph", "a"],
        ["subparagraph", "b"],
        ["paragraph", "2"],
    ]


def test_a_bracket_before_a_mark_stays_with_the_words() -> None:
    has(
        """
        article 2 bis [(protection)]
          paragraph 1 [Each Party [shall][should] protect.]
          paragraph - Option 1: Something.
          paragraph 1 First.
          paragraph 2 Second.
          paragraph - Option 2: No text.
        article 2 ter [Use of brackets
          paragraph Words.]
        """,
        of="## [Article 2bis] (protection)\n\n[1. Each Party [shall][should] protect.]\n\n"
        "**Option 1:** Something.\n\n1. First.\n\n2. Second.\n\n**Option 2:** No text.\n\n"
        "[Article 2 ter\nUse of brackets\n\nWords.]\n",
    )
    assert "stands in square brackets" in messages("[Article 2bis] Protection\n\nWords.")


@pytest.mark.parametrize(
    ("line", "number", "heading"),
    [
        ("Article 1", "1", "Scope of it"),
        ("ARTICLE 1", "1", "Scope of it"),
        ("Article 1.", "1", "Scope of it"),
        ("ARTICLE I", "I", "Scope of it"),
        ("Article 1:", "1", "Scope of it"),
        ("**Article 1**", "1", "Scope of it"),
        ("### Article 1", "1", "Scope of it"),
        ("Article\u00a01", "1", "Scope of it"),
        ("Article\t1", "1", "Scope of it"),
        ("Art. 1.", "1", "Scope of it"),
        ("Article 1bis", "1 bis", "Scope of it"),
        ("Article 1 BIS", "1 bis", "Scope of it"),
        ("Article 1a", "1a", "Scope of it"),
    ],
)
@pytest.mark.parametrize("joint", ["\n", "\n\n", " – ", " - "])
def test_the_designation_of_an_article(line: str, number: str, heading: str, joint: str) -> None:
    if joint in (" – ", " - ") and line.startswith("**"):
        line = line.strip("*")
    text = f"Treaty on Examples\n\n{line}{joint}{heading}\n\n1. One.\n\n2. Two.\n"
    found = parse(text).clauses
    assert [(clause.kind, clause.number, clause.heading) for clause in found] == [
        (Kind.ARTICLE, number, heading),
        (Kind.PARAGRAPH, "1", ""),
        (Kind.PARAGRAPH, "2", ""),
    ]


@pytest.mark.parametrize(
    ("line", "kind", "number", "heading"),
    [
        ("PART II TERRITORIAL SEA", Kind.PART, "II", "TERRITORIAL SEA"),
        ("PART II\nTERRITORIAL SEA", Kind.PART, "II", "TERRITORIAL SEA"),
        ("Part 2. Territorial sea", Kind.PART, "2", "Territorial sea"),
        ("PART TWO: TERRITORIAL SEA", Kind.PART, "TWO", "TERRITORIAL SEA"),
        ("CHAPTER IV — The sea", Kind.CHAPTER, "IV", "The sea"),
        ("Chapter 4\n\nThe sea", Kind.CHAPTER, "4", "The sea"),
        ("SECTION 1. LIMITS", Kind.SECTION, "1", "LIMITS"),
        ("Section A\nLimits", Kind.SECTION, "A", "Limits"),
        ("SUBSECTION B. SHIPS", Kind.SUBSECTION, "B", "SHIPS"),
        ("Sub-section 2 – Ships", Kind.SUBSECTION, "2", "Ships"),
        ("TITLE III\nTRADE", Kind.HEADING, "", "TITLE III TRADE"),
        ("ANNEX I. SPECIES", Kind.ANNEX, "I", "SPECIES"),
        ("Annex A\nSpecies", Kind.ANNEX, "A", "Species"),
        ("ANNEX ON SPECIES", Kind.ANNEX, "-", "ON SPECIES"),
        ("Annex", Kind.ANNEX, "-", ""),
        ("Appendix 1\nSpecies", Kind.APPENDIX, "1", "Species"),
    ],
)
def test_the_designation_of_a_grouping(line: str, kind: Kind, number: str, heading: str) -> None:
    first = parse(f"Treaty\n\n{line}\n\nArticle 1\nScope\n\nIt applies.\n").clauses[0]
    assert (first.kind, first.number, first.heading) == (kind, number, heading)


def test_groupings_nest_by_their_rank_and_annexes_stand_apart() -> None:
    text = "\n\n".join(
        [
            *("Treaty", "PART I\nONE", "CHAPTER 1\nTWO", "SECTION 1\nTHREE", "Article 1\nA"),
            *("It is.", "SECTION 2\nFOUR", "Article 2\nB", "It is.", "PART II\nFIVE"),
            *("Article 3\nC", "It is.", "ANNEX I\nSIX", "PART I\nSEVEN", "Article 1\nD", "It is."),
            *("Appendix 1\nEIGHT", "It is."),
        ]
    )
    has(
        """
        part I ONE
          chapter 1 TWO
            section 1 THREE
              article 1 A
                paragraph It is.
            section 2 FOUR
              article 2 B
                paragraph It is.
        part II FIVE
          article 3 C
            paragraph It is.
        annex I SIX
          part I SEVEN
            article 1 D
              paragraph It is.
          appendix 1 EIGHT
            paragraph It is.
        """,
        of=text,
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Article 3, paragraph 2, applies to the rest.",
        "Article 3 applies to the rest.",
        "Article 3 shall also apply to the rest.",
        "Article 3(2) applies to the rest.",
        "Article 3 (2) of this text applies to the rest.",
        "Article 4.8 of the Charter applies to the rest.",
        "Article 3 of the Charter applies.",
        "Articles 3 and 4 apply to the rest.",
        "Part II applies to the rest.",
        "Part II, section 3, applies to the rest.",
        "Section 2 shall apply as well.",
        "Annex II, article 3, remains applicable.",
        "Annex II remains applicable.",
    ],
)
def test_a_reference_that_opens_a_paragraph_is_no_heading(sentence: str) -> None:
    text = (
        "Treaty\n\nArticle 2\nScope\n\nIt applies to some.\n\n"
        f"{sentence}\n\nArticle 3\nEnd\n\nIt ends.\n"
    )
    found = outline(text)
    assert f"  paragraph - {sentence}" in found
    assert [line for line in found if not line.startswith(" ")] == [
        "article 2 Scope",
        "article 3 End",
    ]


def test_a_reference_that_a_line_break_put_first_is_no_heading() -> None:
    has(
        """
        article 1 Scope
          paragraph It applies despite the rules laid down in Article 2 of it and of Annex II too.
        article 2 Other
          paragraph 1 It applies as said in paragraph 1. of the other text.
          paragraph 2 See subparagraphs (a) and (b) of it.
        """,
        of="Article 1\nScope\n\nIt applies despite the rules laid down in\nArticle 2 of it and of\n"
        "Annex II too.\n\nArticle 2\nOther\n\n1. It applies as said in paragraph\n1. of the "
        "other text.\n"
        "2. See subparagraphs (a) and\n(b) of it.\n",
    )


def test_a_last_item_after_and_is_an_item() -> None:
    text = "Article 1\nAims\n\n1. They are:\n    1. Peace; and\n    2. Quiet.\n2. That is all.\n"
    assert [line.split()[:2] for line in outline(text)[1:]] == [
        ["paragraph", "1"],
        ["subparagraph", "1"],
        ["subparagraph", "2"],
        ["paragraph", "2"],
    ]


def test_lines_broken_at_one_width_are_joined() -> None:
    has(
        """
        article 1 A heading that is so long that it had to be broken into two lines of the text
          paragraph 1 The first is also broken. It has a second sentence that begins here.
          paragraph 2 The second.
        article 2
          paragraph Where a State intends to act, it shall say so in time to the others.
        """,
        of="""
Article 1
A heading that is so long that it had to be broken into two
lines of the text

1. The first is also broken. It has a second sentence that
begins here.

2. The second.

Article 2
Where a State intends to act, it shall say so in time to
the others.
""",
    )


def test_headings_run_on_into_the_text() -> None:
    text = "\n\n".join(
        [
            "Treaty",
            "Article 1 Use of terms and scope 1. For the purposes of this Treaty, x is y. 2. More.",
            "Article 2\nObjectives The objectives of this Part are:",
            "(a) one;",
            "(b) two.",
            "Article 3 Roadsteads Roadsteads which are used normally are included.",
            "Article 4 Exceptions This Treaty does not apply to warships.",
            "Article 5 Title to minerals Title to minerals shall pass upon recovery.",
            "Article 6 Assistance to developing States States shall assist each other.",
            "Article 7 Equal treatment in ports Ships flying the flag of States shall be equal.",
            "Article 8 Charges which may be levied upon ships 1. No charge may be levied. 2. None.",
            "Article 9 Basic objectives States, directly or through others, shall promote them.",
        ]
    )
    headings = [clause.heading for clause in parse(text).clauses if clause.kind is Kind.ARTICLE]
    assert headings == [
        "Use of terms and scope",
        "Objectives",
        "Roadsteads",
        "Exceptions",
        "Title to minerals",
        "Assistance to developing States",
        "Equal treatment in ports",
        "Charges which may be levied upon ships",
        "Basic objectives",
    ]


def test_articles_without_headings_are_given_none() -> None:
    text = "\n\n".join(
        [
            "Treaty",
            "Article 1",
            "1. Each Party undertakes to act.",
            "2. Each Party shall act.",
            "Article 2 Where a State intends to act, it shall tell the Commission of it.",
            "Article 3",
            "The High Contracting Parties undertake to respect it.",
            "ART. 4. — In the case of doubt, the Parties shall meet.",
        ]
    )
    found = [clause for clause in parse(text).clauses if clause.kind is Kind.ARTICLE]
    assert [clause.number for clause in found] == ["1", "2", "3", "4"]
    assert [clause.heading for clause in found] == [""] * 4


def test_a_heading_that_was_guessed_is_reported() -> None:
    assert "guessed" in messages("Treaty\n\nArticle 1 Zones Vessels shall avoid them.\n")


def test_contents_before_the_body_do_not_double_the_articles() -> None:
    body = (
        "PREAMBLE\n\nThe Parties to this Convention,\n\nRecalling all,\n\nHave agreed as follows:"
        "\n\nPART I\nGENERAL\n\nArticle 1\nTerms\n\nA term is a word.\n\nArticle 2\nScope\n\nIt "
        "applies.\n\nPART II\nFINAL\n\nArticle 3\nSignature\n\nIt is open.\n"
    )
    contents = [
        "CONTENTS\n\nPreamble ..... 1\nPART I. GENERAL ..... 2\nArticle 1. Terms ..... 2\n"
        "Article 2. Scope ..... 3\nPART II. FINAL ..... 4\nArticle 3. Signature ..... 4\n",
        "Table of Contents\n\nPART I GENERAL\nArticle 1 Terms\nArticle 2 Scope\nPART II FINAL\n"
        "Article 3 Signature\n",
        "CONTENTS\n\nPART I\nGENERAL\n\nArticle 1\nTerms\n\nArticle 2\nScope\n\nPART II\nFINAL\n\n"
        "Article 3\nSignature\n",
    ]
    plain = outline(f"Convention on Examples\n\n{body}")
    for each in contents:
        text = f"Convention on Examples\n\n{each}\n{body}"
        assert outline(text) == plain
        assert "table of contents" in messages(text)


def test_page_numbers_go_and_are_reported() -> None:
    text = (
        "Treaty\n\nArticle 1\nScope\n\nIt applies over\n\n12\n\nthe page.\n\n13\n\n"
        "It ends.\n\n- 14 -\n"
    )
    assert outline(text)[1:] == [
        "  paragraph - It applies over the page.",
        "  paragraph - It ends.",
    ]
    assert messages(text) == "Page numbers were left out: 12, 13, - 14 -."


def test_a_number_alone_that_is_no_page_stays() -> None:
    assert "1945" in " ".join(outline("Treaty\n\nArticle 1\nYear\n\nThe year is\n\n1945\n"))


def test_recitals_with_letters_and_a_preamble_of_whereas() -> None:
    has(
        """
        formula The States Parties to the present Convention,
        recital a Recalling the principles,
        recital h Recognizing the value,
        recital i Recognizing also the need,
        recital j Convinced that it is so,
        formula Have agreed as follows:
        article 1 Purpose
          paragraph The purpose is this.
        """,
        of="Convention\n\nThe States Parties to the present Convention,\n\n(a) Recalling the "
        "principles,\n\n(h) Recognizing the value,\n\n(i) Recognizing also the need,\n\n"
        "(j) Convinced that it is so,\n\nHave agreed as follows:\n\nArticle 1\nPurpose\n\n"
        "The purpose is this.\n",
    )
    whereas = "Treaty of Peace\n\nWHEREAS the Powers are resolved;\n\nWhereas they are able;\n\n"
    assert [
        line.split()[0] for line in outline(whereas + "THE POWERS have agreed as follows:\n")
    ] == [
        *("recital", "recital", "formula"),
    ]


def test_a_title_block_with_symbol_and_dates() -> None:
    text = (
        "A/CONF.99/12\nDistr.: General\n12 March 2024\n\nDraft Convention on Examples\n\n"
        "Done at Vienna on 1 May 2024\n\nThe States Parties to this Convention,\n\n"
        "Have agreed as follows:\n\nArticle 1\nScope\n\nIt applies.\n"
    )
    assert parse(text).title == "Draft Convention on Examples"
    assert outline(text)[0] == "heading A/CONF.99/12"
    assert "heading Done at Vienna on 1 May 2024" in outline(text)


def test_headings_inside_and_above_articles() -> None:
    has(
        """
        article I THE ORGANIZATION
          heading A GENERAL PROVISIONS
          paragraph 1 The Organization is established.
          heading B THE CONFERENCE
          heading Composition
          paragraph 2 The Conference is composed of all.
        heading FINAL CLAUSES
        article II ENTRY
          paragraph It enters.
        """,
        of="ARTICLE I\n\nTHE ORGANIZATION\n\nA. GENERAL PROVISIONS\n\n1. The Organization is "
        "established.\n\nB. THE CONFERENCE\n\nComposition\n\n2. The Conference is composed of all."
        "\n\nFINAL CLAUSES\n\nARTICLE II\n\nENTRY\n\nIt enters.\n",
    )


def test_items_with_dashes_are_kept_with_their_dash() -> None:
    has(
        """
        article 1 Aims
          paragraph - The aims are:
            subparagraph - – peace;
            subparagraph - – quiet.
          paragraph - That is all.
        """,
        of="Article 1\nAims\n\nThe aims are:\n– peace;\n– quiet.\n\nThat is all.\n",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Article 1\nA\n\nIt is.\n\nArticle 3\nB\n\nIt is.\n", "Article 3 follows 1."),
        ("Article 1\nA\n\nIt is.\n\nArticle 1\nB\n\nIt is.\n", "Article 1 follows 1."),
        ("Article 1\nA\n\n1. It is.\n\n3. It is.\n", 'The number "3" does not follow "1".'),
        ("Article l0\nA\n\n1. It is.\n\n2. It is.\n", 'The number "l0" was read as "10".'),
        ("Article 1\nA\n\nl. It is.\n\n2. It is.\n", 'The mark "l." was read as "1.".'),
    ],
)
def test_what_is_doubtful_is_reported(text: str, message: str) -> None:
    assert message in messages(text)


def test_a_tag_settles_what_would_be_guessed() -> None:
    assert outline("Treaty\n\nArticle 1\nA\n\n{paragraph} SIGNS IN CAPITALS\n")[1:] == [
        "  paragraph SIGNS IN CAPITALS"
    ]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "[", "Article", "1.", "(a)", "---\n", "# "])
def test_next_to_nothing_is_still_a_document(text: str) -> None:
    assert isinstance(parse(text), Document)


def test_the_draft_that_ships_is_read_without_a_doubt() -> None:
    document = parse(DRAFT.read_text(encoding="utf-8"))
    articles = [clause.number for clause in document.clauses if clause.kind is Kind.ARTICLE]
    assert articles == [str(number) for number in range(1, len(articles) + 1)]
    assert 45 <= len(articles) <= 60
    assert document.problems == ()
    assert parse(render(document)) == document
    assert freeze(release(document)) == freeze(document)


PIECES = st.sampled_from(
    [
        *("Article 1", "Article 2", "Article 3 bis", "ARTICLE IV", "[Article 5", "Article 1 Q"),
        *("PART I", "Part Two", "CHAPTER 1", "SECTION 2.", "Subsection A", "ANNEX I.", "Appendix"),
        *("1.", "2.", "(1)", "(a)", "b)", "(i)", "ii)", "a.", "l.", "[3.", "1 bis.", "A.", "3.1"),
        *("PREAMBLE", "The States Parties to this Treaty,", "Recalling", "Have agreed as follows:"),
        *("IN WITNESS WHEREOF", "DONE at", "Option 1:", "–", "*", "**", "##", "{recital}", "]"),
        *("shall", "The", "For the purposes of", "States", "of", "and", "Article 7,", "CONTENTS"),
    ]
)
JOINTS = st.sampled_from([" ", " ", "\n", "\n\n", ". ", "; ", ": ", ", ", ":\n", ".\n\n", "\n    "])


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text of marks and headings with made-up words between them, and these words."""
    made: list[str] = []
    parts: list[str] = []
    for place in range(draw(st.integers(1, 25))):
        if draw(st.booleans()):
            parts.append(draw(PIECES))
        else:
            word = ("Zor" if draw(st.booleans()) else "zor") + "abcdefghijklmnopqrstuvwxyz"[
                place
            ] * 3
            made.append(word)
            parts.append(word)
        parts.append(draw(JOINTS))
    return "".join(parts), made


@settings(max_examples=400, deadline=None)
@given(texts())
def test_no_word_is_lost_or_doubled_unless_reported(made: tuple[str, list[str]]) -> None:
    text, words = made
    document = parse(text)
    kept = " ".join(
        [
            document.title,
            *(f"{each.number} {each.heading} {each.text}" for each in document.clauses),
            *(each.message for each in document.problems if "was left out" in each.message),
        ]
    )
    found = Counter(word for word in words for _ in range(kept.count(word)))
    assert found == Counter(words)
    assert parse(render(document)) == document


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_refused(text: str) -> None:
    document = parse(text)
    assert parse(render(document)) == document


def test_a_text_whose_spaces_were_lost() -> None:
    text = (
        "Convention on Wells\n\n"
        "The Parties to this Convention,Recallingthe wells of old,Noting also the new,"
        "Have agreedas follows:Chapter IGeneral rules\n\n"
        "Article 1\nTerms\n\n1.For this Convention:(a)“well” means a source;(b)“bucket” means:"
        "(i)a pail; or(ii)a jar;\n2.A pump is no bucket.Chapter IIOther rules\n\n"
        "Article 2\nUse\n\nEveryone may draw, and(a) is no mark here.\n"
    )
    has(
        """
        formula The Parties to this Convention,
        recital Recalling the wells of old,
        recital Noting also the new,
        formula Have agreed as follows:
        chapter I General rules
          article 1 Terms
            paragraph 1 For this Convention:
              subparagraph a “well” means a source;
              subparagraph b “bucket” means:
                item i a pail; or
                item ii a jar;
            paragraph 2 A pump is no bucket.
        chapter II Other rules
          article 2 Use
            paragraph Everyone may draw, and (a) is no mark here.
        """,
        of=text,
    )
    assert "spaces were put in" in messages(text)


def test_the_ends_of_pages_inside_a_text() -> None:
    text = (
        "AGREEMENT ON WELLS 95-27467S (E) 271095 /... English Page 2 AGREEMENT ON WELLS "
        "The States Parties to this Agreement, Recalling the wells of old, Have agreed as "
        "follows: /... English Page 3\n\nArticle 1 Use The wells of a State shall be open "
        "/... Page 4 to all. Part II DUTIES\n\nArticle 2 Care\n\n1. Wells are kept. /... Page 5\n"
    )
    has(
        """
        formula The States Parties to this Agreement,
        recital Recalling the wells of old,
        formula Have agreed as follows:
        article 1 Use
          paragraph The wells of a State shall be open to all.
        part II DUTIES
          article 2 Care
            paragraph 1 Wells are kept.
        """,
        of=text,
    )
    assert parse(text).title == "AGREEMENT ON WELLS"
    assert "/... Page 4" in messages(text)


def test_an_instrument_inside_an_annex_has_its_own_preamble() -> None:
    has(
        """
        formula The General Assembly,
        recital Recalling the wells, 2/
        recital Noting the buckets,
        paragraph 1 Adopts the text below;
        paragraph 2 Thanks all.
        annex - AGREEMENT ON WELLS OF 10 MAY 1982
          formula The States Parties to this Agreement,
          recital Mindful of drought,
          formula Have agreed as follows:
          article 1 Use
            paragraph Everyone may draw water.
        closing DONE at the well.
        annex -
          section 1 COSTS
            paragraph 1 All pay.
          section 2 SEAT
            paragraph 1 It is here.
        """,
        of="The General Assembly, Recalling the wells, 2/ Noting the buckets,\n\n"
        "1. Adopts the text below;\n\n2. Thanks all.\n\nANNEX AGREEMENT ON WELLS OF 10 MAY 1982 "
        "The States Parties to this Agreement, Mindful of drought, Have agreed as follows:\n\n"
        "Article 1 Use Everyone may draw water. DONE at the well. Annex SECTION 1. COSTS\n\n"
        "1. All pay.\n\nSECTION 2. SEAT\n\n1. It is here.\n",
    )


def test_a_protocol_in_an_annex_with_roman_headings() -> None:
    has(
        """
        article 1
          paragraph Wells are open.
        annex II PROTOCOL ON BUCKETS
          heading Preamble
          formula The States Parties to this Protocol,
          recital Mindful of buckets,
          formula Have agreed as follows:
          heading I General provisions
          article 1 Aim
            paragraph It is water.
          heading II Care of buckets in the hands of others
          article 6 Repair
            paragraph They are mended.
        """,
        of="Art 1. Wells are open.\n\nANNEX II\nPROTOCOL ON BUCKETS\n\nPreamble\n\n"
        "The States Parties to this Protocol,\n\nMindful of buckets,\n\nHave agreed as follows:\n\n"
        "I. General provisions\n\nArticle 1\nAim\n\nIt is water.\n\n"
        "II. Care of buckets in the hands of others\n\nArticle 6\nRepair\n\nThey are mended.\n",
    )


def test_a_resolution_in_an_annex_runs_on_into_its_paragraphs() -> None:
    has(
        """
        article 1
          paragraph Wells are open.
        annex I RESOLUTION ONE
          formula The Conference on Wells,
          recital Having adopted the rules,
          formula Decides as follows:
          paragraph 1 A Commission is established.
          paragraph 2 It meets.
        """,
        of="Article 1\n\nWells are open.\n\nANNEX I\n\nRESOLUTION ONE\n\nThe Conference on Wells, "
        "Having adopted the rules, Decides as follows: 1. A Commission is established.\n\n"
        "2. It meets.\n",
    )


def test_articles_numbered_by_their_chapter() -> None:
    has(
        """
        chapter ONE General
          section A Terms
            article 1.1 Definitions
              paragraph For this Agreement: measure includes a rule.
            article 1.3 Scope
              paragraph 1 Article 1.1 applies.
              paragraph 2 It applies to goods.
        chapter TWO Goods
          article 2.1 Aim
            paragraph The aim is trade, as said in Article 1.3 above.
        """,
        of="CHAPTER ONE\n\nGeneral\n\nSECTION A\n\nTerms\n\nArticle 1.1\n\nDefinitions\n\n"
        "For this Agreement: measure includes a rule.\n\nArticle 1.3\n\nScope\n\n"
        "1.   Article 1.1 applies.\n\n2.   It applies to goods.\n\nCHAPTER TWO\n\nGoods\n\n"
        "Article 2.1\n\nAim\n\nThe aim is trade, as said in Article 1.3 above.\n",
    )


def test_sections_above_chapters() -> None:
    text = (
        "PART I\n\nWELLS\n\nSECTION I\n\nOLD WELLS\n\nCHAPTER I\n\nDEEP\n\nArticle 1\n\n"
        "They are.\n\nCHAPTER II\n\nSHALLOW\n\nArticle 2\n\nThey are.\n\nSECTION II\n\n"
        "NEW WELLS\n\nArticle 3\n\n"
        "They are.\n"
    )
    assert [line for line in outline(text) if "paragraph" not in line] == [
        "part I WELLS",
        "  section I OLD WELLS",
        "    chapter I DEEP",
        "      article 1",
        "    chapter II SHALLOW",
        "      article 2",
        "  section II NEW WELLS",
        "    article 3",
    ]


def test_a_heading_over_the_first_article_of_a_chapter_stands_below_it() -> None:
    has(
        """
        chapter I THE BOARD
          heading COMPOSITION
          article 1
            paragraph It has ten members.
          heading VOTING
          article 2
            paragraph Each has a vote.
        """,
        of="CHAPTER I: THE BOARD\n\nCOMPOSITION\n\nArticle 1\n\nIt has ten members.\n\nVOTING\n\n"
        "Article 2\n\nEach has a vote.\n",
    )


def test_letters_go_on_after_numbers_that_began_in_them() -> None:
    has(
        """
        article 1
          subparagraph a Reparation is due. The means are few.
            item 1 It is paid in goods.
            item 2 Each Party may take what belongs to
              item a the State,
              item b its nationals.
          subparagraph b All other claims are waived.
        """,
        of="Article 1\n\n(a) Reparation is due. The means are few.\n\n1. It is paid in goods.\n\n"
        "2. Each Party may take what belongs to\n\n(a) the State,\n\n(b) its nationals.\n\n"
        "(b) All other claims are waived.\n",
    )


def test_an_i_after_h_is_a_letter_whatever_the_next_paragraph_lists() -> None:
    points = "\n\n".join(f"({letter}) point {letter};" for letter in "abcdefgh")
    text = (
        f"Article 1\n\n5. They shall:\n\n{points}\n\n(i) the last point.\n\n6. The list is:\n\n"
        "(a) of:\n\n(i) one;\n\n(ii) two.\n"
    )
    assert "    subparagraph i the last point." in outline(text)


def test_references_and_lists_that_a_width_broke() -> None:
    body = [
        "1. The fixed points of the line that is drawn in accordance with paragraph 4",
        "(a)(i) and (ii) shall be shown; and so shall those that are named in Part",
        "XV. The kinds are these: Larus argentatus; Larus canus; Larus fuscus; Larus",
        "marinus; Larus minutus; Larus ridibundus; Larus hyperboreus; Larus sabini;",
        "Larus genei. They are many and they are counted by those who have the skill.",
        "",
        "2. It was so in the time of old as it is now, and so it shall remain for all.",
    ]
    has(
        """
        article 1
          paragraph 1 The fixed points of the line that is drawn in accordance with paragraph 4 \
(a)(i) and (ii) shall be shown; and so shall those that are named in Part XV. The kinds are these: \
Larus argentatus; Larus canus; Larus fuscus; Larus marinus; Larus minutus; Larus ridibundus; \
Larus hyperboreus; Larus sabini; Larus genei. They are many and they are counted by those who have \
the skill.
          paragraph 2 It was so in the time of old as it is now, and so it shall remain for all.
        """,
        of="Article 1\n\n" + "\n".join(body) + "\n",
    )


def test_a_declaration_that_is_proclaimed() -> None:
    has(
        """
        heading Preamble
        recital Whereas all are born free,
        formula Now, therefore,
        formula The General Assembly,
        formula Proclaims this Declaration as a standard for all peoples.
        article 1
          paragraph All are free.
        """,
        of="Declaration of Rights\n\nPreamble\n\nWhereas all are born free,\n\nNow, therefore,\n\n"
        "The General Assembly,\n\nProclaims this Declaration as a standard for all peoples.\n\n"
        "Article 1\n\nAll are free.\n",
    )


def test_capitals_that_join_a_preamble_are_no_headings() -> None:
    has(
        """
        formula WE THE PEOPLES OF THE VALLEYS DETERMINED
        recital to live in peace, and
        formula AND FOR THESE ENDS
        recital to practise patience,
        formula HAVE RESOLVED TO COMBINE OUR EFFORTS
        chapter I AIMS
          article 1
            paragraph It is so.
        """,
        of="Charter of the Valleys\n\nWE THE PEOPLES OF THE VALLEYS DETERMINED\n\nto live in "
        "peace, and\n\nAND FOR THESE ENDS\n\nto practise patience,\n\nHAVE RESOLVED TO COMBINE OUR "
        "EFFORTS\n\nCHAPTER I: AIMS\n\nArticle 1\n\nIt is so.\n",
    )


def test_recitals_with_letters_run_on_from_the_opening() -> None:
    has(
        """
        formula The States Parties to this Convention,
        recital a Recalling the Charter,
        recital b Recognizing the need,
        formula Have agreed as follows :
        article 1 Aim
          paragraph It is peace.
        """,
        of="Convention on Aims\n\nThe States Parties to this Convention,(a) Recalling the Charter, "
        "(b) Recognizing the need,\n\nHave agreed as follows :\n\nArticle 1\nAim\n\nIt is peace.\n",
    )


def test_a_long_line_of_marks_takes_no_square_of_its_length() -> None:
    text = "Article 1\n\n" + "(a) " * 30_000
    assert len(parse(text).clauses) < 100
