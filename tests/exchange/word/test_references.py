"""Cross-references: a field where the words are the label, a link where only the number is."""

import re

from app.exchange.word.write import write_clean
from tests.support.word_rules import W, WordFile, words
from tests.support.word_treaties import RICH, treaty

FILE = WordFile(write_clean(treaty(RICH)))


def fields(uid: str) -> list[tuple[str, str]]:
    """The code and the cached words of each field of a clause."""
    found: list[tuple[str, str]] = []
    state = ""
    for element in FILE.clause_paragraphs()[f"cl_{uid}"].iter(
        f"{W}fldChar", f"{W}instrText", f"{W}t"
    ):
        if element.tag == f"{W}fldChar":
            state = str(element.get(f"{W}fldCharType"))
        elif element.tag == f"{W}instrText":
            found.append(((element.text or "").strip(), ""))
        elif state == "separate":
            found[-1] = (found[-1][0], found[-1][1] + (element.text or ""))
    return found


def links(uid: str) -> list[tuple[str, str]]:
    """Where each link of a clause leads, and its words."""
    paragraph = FILE.clause_paragraphs()[f"cl_{uid}"]
    return [(str(link.get(f"{W}anchor")), words(link)) for link in paragraph.iter(f"{W}hyperlink")]


def uid_of(start: str) -> str:
    clauses = treaty(RICH).document.clauses
    (found,) = [c.uid for c in clauses if (c.text or c.heading).startswith(start)]
    return found


def test_an_article_in_lower_case_asks_for_lower_case() -> None:
    scope = uid_of("Scope")
    code, shown = fields(uid_of("Each Party shall act"))[0]
    assert (code, shown) == (rf"REF cl_{scope} \r \h \* lower", "article 2")


def test_a_paragraph_below_an_article_is_named_by_its_own_number_alone() -> None:
    target = uid_of("The notice of Article 1")
    assert (rf"REF cl_{target} \n \h", "2") in fields(uid_of("Each Party shall act"))


def test_every_part_of_a_reference_leads_to_its_own_clause() -> None:
    assert fields(uid_of("The notice of Article 1")) == [
        (rf"REF cl_{uid_of('Use of terms')} \r \h", "Article 1"),
        (rf"REF cl_{uid_of('“talks” includes')} \n \h", "(b)"),
        (rf"REF cl_{uid_of('an exchange of messages')} \n \h", "(i)"),
    ]


def test_numbers_without_their_label_are_links() -> None:
    assert links(uid_of("See articles 1 and 2")) == [
        (f"cl_{uid_of('Use of terms')}", "1"),
        (f"cl_{uid_of('Scope')}", "2"),
        (f"cl_{uid_of('General provisions')}", "I"),
        (f"cl_{uid_of('Procedure')}", "I"),
    ]
    assert fields(uid_of("See articles 1 and 2"))[0] == (
        rf"REF cl_{uid_of('Request')} \r \h \* lower",
        "article 1",
    )


def test_a_frozen_article_is_pointed_at_by_its_own_label() -> None:
    target = uid_of("Frozen")
    assert fields(uid_of("See article 3 bis"))[0] == (
        rf"REF cl_{target} \r \h \* lower",
        "article 3 bis",
    )


def test_the_cached_result_of_every_field_is_what_the_clause_says() -> None:
    for clause in treaty(RICH).document.clauses:
        text = words(FILE.clause_paragraphs()[f"cl_{clause.uid}"]).removeprefix("\n")
        assert text == (clause.text or clause.heading)
        for code, shown in fields(clause.uid):
            assert shown in clause.text
            assert re.fullmatch(r"REF cl_\w+ \\[rn] \\h( \\\* lower)?", code)


def test_a_reference_to_nothing_stays_words() -> None:
    source = treaty("article | One\n  paragraph | See article 7 and article 33 of the Charter.")
    assert b"REF " not in write_clean(source)
    paragraph = WordFile(write_clean(source)).clause_paragraphs()["cl_u1"]
    assert not list(paragraph.iter(f"{W}fldChar", f"{W}hyperlink"))
