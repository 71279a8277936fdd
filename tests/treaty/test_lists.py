"""Bodies of articles; the forms of whole texts are tried in test_parse.py."""

from app.treaty.lists import Lists, TextBlock


def read(*texts: str) -> list[str]:
    lists = Lists(1)
    lists.read([TextBlock(text.lstrip(), len(text) - len(text.lstrip())) for text in texts])
    return [f"{each.depth} {each.kind.value} {each.number} {each.text}" for each in lists.clauses]


def test_references_in_sentences_are_no_marks() -> None:
    text = (
        "See paragraph 2 (b), article 5 (a), (b) and (c); paragraphs 1. and 2. of it; (b) to (f)."
    )
    assert read(text) == [f"1 paragraph  {text}"]


def test_marks_within_a_line_continue_open_lists_only() -> None:
    assert read("1. One. 3. Three. 2. Two.", "(a) x; (b) y; (d) z.") == [
        "1 paragraph 1 One. 3. Three.",
        "1 paragraph 2 Two.",
        "2 subparagraph a x;",
        "2 subparagraph b y; (d) z.",
    ]


def test_words_after_a_list_stand_for_themselves_and_the_list_can_go_on() -> None:
    assert read("1. All:", "(a) x;", "(b) y;", "shall act.", "2. End.") == [
        "1 paragraph 1 All:",
        "2 subparagraph a x;",
        "2 subparagraph b y;",
        "1 paragraph  shall act.",
        "1 paragraph 2 End.",
    ]


def test_an_indented_list_stands_below() -> None:
    assert read("1. All:", "    1. x;", "    2. y.", "2. End.") == [
        "1 paragraph 1 All:",
        "2 subparagraph 1 x;",
        "2 subparagraph 2 y.",
        "1 paragraph 2 End.",
    ]


def test_a_sentence_that_a_page_cut_is_joined() -> None:
    assert read("1. It goes", "on here.", "2. End.") == [
        "1 paragraph 1 It goes on here.",
        "1 paragraph 2 End.",
    ]


def test_a_leap_is_taken_and_reported() -> None:
    lists = Lists(0)
    lists.read([TextBlock("(a) x;"), TextBlock("(d) y.")])
    assert [each.number for each in lists.clauses] == ["a", "d"]
    assert [(each.index, each.message) for each in lists.problems] == [
        (1, 'The number "d" does not follow "a".')
    ]


def test_what_follows_decides_between_a_letter_and_a_roman_number() -> None:
    letters = [f"({letter}) x;" for letter in "abcdefg"]
    roman = read(*letters, "(h) x", "(i) y;", "(ii) z.")
    assert roman[-2:] == ["2 item i y;", "2 item ii z."]
    letter = read(*letters, "(h) all these:", "(i) y;", "(j) z.")
    assert letter[-2:] == ["1 subparagraph i y;", "1 subparagraph j z."]
