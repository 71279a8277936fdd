"""Rejecting all gives the older text, accepting all the newer: labels and words to the letter."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.word.read import Reading, read_views
from app.exchange.word.redline import Whose, write_redline
from app.exchange.word.story import View
from app.exchange.word.tracked import By
from app.exchange.word.treaty import Comment, Talk, WordTreaty
from app.treaty.document import Document
from app.treaty.numbering import Scheme, labels
from tests.support.large import large_treaty
from tests.support.rewritten import rewritten
from tests.support.word_rules import breaches
from tests.support.word_treaties import MAST, RICH, document, treaty

Lines = list[tuple[str, str]]


def expected(source: WordTreaty) -> Lines:
    """What a reader sees of the treaty: label and words of each clause."""
    clauses = source.document.clauses
    found = []
    for clause, label in zip(clauses, labels(clauses, source.scheme), strict=True):
        words = clause.heading if clause.kind.bears_heading else clause.text
        # A heading stands on the line below its number.
        found.append(
            (label, f"\n{words}" if clause.kind.bears_heading and label and words else words)
        )
    return found


def seen(reading: Reading) -> tuple[str, Lines]:
    """The title and the clauses of a reading."""
    title = next(each.text for each in reading.paragraphs if each.style == "Treaty Title")
    return title, [
        (each.label, each.text)
        for each in reading.paragraphs
        if each.style.startswith("Treaty ") and each.style != "Treaty Title"
    ]


def both(old: WordTreaty, new: WordTreaty, whose: Whose | None = None) -> tuple[Reading, Reading]:
    before, after = read_views(write_redline(old, new, whose), (View.ORIGINAL, View.ACCEPTED))
    return before, after


def bare(notation: str) -> WordTreaty:
    """A treaty without uids, so that its clauses are known by their words."""
    found = document(notation)
    clauses = tuple(replace(clause, uid="") for clause in found.clauses)
    return WordTreaty(replace(found, clauses=clauses), Scheme.UN, MAST)


def changed(old: str, new: str) -> tuple[Reading, Reading]:
    return both(treaty(old), treaty(new))


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in changed(old, new)[1].revisions]


@settings(max_examples=50)
@given(
    seed=st.integers(0, 10**9),
    edits=st.integers(0, 12),
    anonymous=st.booleans(),
    schemes=st.tuples(st.sampled_from(Scheme), st.sampled_from(Scheme)),
)
def test_any_edits_can_be_taken_or_left(
    seed: int, edits: int, anonymous: bool, schemes: tuple[Scheme, Scheme]
) -> None:
    was = document(RICH)
    now = rewritten(was, seed, edits, anonymous=anonymous)
    old, new = WordTreaty(was, schemes[0], MAST), WordTreaty(now, schemes[1], MAST)
    for source, reading in zip((old, new), both(old, new), strict=True):
        title, lines = seen(reading)
        assert title == source.document.title
        # A text without any clause still has the paragraph that no program can take away.
        assert lines == expected(source) or (lines == [("", "")] and not source.document.clauses)


def test_a_large_redline_is_sound() -> None:
    was = large_treaty()
    now = replace(was, document=rewritten(was.document, 3, 150))
    content = write_redline(was, now)
    assert breaches(content) == []
    before, after = read_views(content, (View.ORIGINAL, View.ACCEPTED))
    assert seen(before)[1] == expected(was)
    assert seen(after)[1] == expected(now)


def test_equal_texts_have_no_changes_and_equal_bytes() -> None:
    source = treaty(RICH)
    assert both(source, source)[0].revisions == ()
    other = replace(source, document=rewritten(source.document, 1, 9))
    assert write_redline(source, other) == write_redline(source, other)


def test_words_are_told_as_words() -> None:
    assert told("paragraph | Talks are held.", "paragraph | Talks may be held.") == [
        ("deletion", "are"),
        ("insertion", "may be"),
    ]


def test_a_new_clause_brings_its_mark_and_the_labels_after_it_follow() -> None:
    old = "article | A\n  paragraph | One.\n  paragraph | Two."
    new = "article | A\n  paragraph | One.\n  paragraph | New.\n  paragraph | Two."
    before, after = both(treaty(old), bare(new))
    assert [(each.kind, each.text) for each in after.revisions] == [("insertion", "New.\n")]
    assert [label for label, _ in seen(before)[1]] == ["Article 1", "1.", "2."]
    assert [label for label, _ in seen(after)[1]] == ["Article 1", "1.", "2.", "3."]


def test_a_split_is_one_new_mark_and_a_join_one_struck() -> None:
    whole = bare("paragraph | The Parties meet each year. They report.")
    halves = bare("paragraph | The Parties meet each year.\nparagraph | They report.")
    split = both(whole, halves)[1].revisions
    assert [(each.kind, each.text) for each in split if each.kind != "format only"] == [
        ("deletion", " "),
        ("split", "\n"),
    ]
    joined = both(halves, whole)[1].revisions
    assert {each.kind for each in joined} <= {"join", "insertion", "format only"}
    assert "join" in {each.kind for each in joined}


def test_what_was_moved_is_one_move_with_its_words() -> None:
    was = document(
        "article | Scope\n  paragraph | This Convention applies to talks.\n"
        "article | Costs\n  paragraph | Each bears its own.\n"
        "article | Review\n  paragraph | A conference is held."
    )
    order = [4, 5, 0, 1, 2, 3]
    now = replace(was, clauses=tuple(was.clauses[at] for at in order))
    made = both(WordTreaty(was, Scheme.UN, MAST), WordTreaty(now, Scheme.UN, MAST))[1]
    moves = [each for each in made.revisions if each.kind == "move"]
    assert [each.text for each in moves] == ["\nReview\nA conference is held.\n"]


def test_one_collective_author_unless_others_are_named() -> None:
    old, new = treaty("paragraph | Talks are held."), treaty("paragraph | Talks may be held now.")
    assert {each.author for each in both(old, new)[1].revisions} == {"Secretariat"}
    a, b = By("Drafter A", "2026-03-01T10:00:00Z"), By("Drafter B", "2026-03-02T10:00:00Z")
    whose = Whose(By("Chair"), came={"u0": ((6, 13, a), (17, 21, b))}, gone={"u0": ((0, 9, b),)})
    revisions = both(old, new, whose)[1].revisions
    assert [(each.kind, each.author, each.date, each.text) for each in revisions] == [
        ("deletion", "Drafter B", b.date, "are"),
        ("insertion", "Drafter A", a.date, "may be"),
        ("insertion", "Drafter B", b.date, " now"),
    ]


def test_a_struck_clause_is_its_strikers() -> None:
    striker = By("Drafter B", "2026-03-02T10:00:00Z")
    whose = Whose(By("Chair"), taken={"u1": striker})
    old = treaty("paragraph | One stays.\nparagraph | Two goes away.\nparagraph | Three stays.")
    new = WordTreaty(
        replace(old.document, clauses=(old.document.clauses[0], old.document.clauses[2])),
        Scheme.UN,
        MAST,
    )
    assert [(each.author, each.text) for each in both(old, new, whose)[1].revisions] == [
        ("Drafter B", "Two goes away.\n")
    ]


@pytest.mark.parametrize(("old", "new"), [("", "paragraph | A."), ("paragraph | A.", ""), ("", "")])
def test_a_text_may_begin_or_end_with_nothing(old: str, new: str) -> None:
    before, after = changed(old, new)
    assert [words for _, words in seen(before)[1] if words] == ["A."] * bool(old)
    assert [words for _, words in seen(after)[1] if words] == ["A."] * bool(new)


def test_the_properties_and_the_first_page_say_against_what() -> None:
    source = replace(treaty("paragraph | A."), mast=replace(MAST, against="Zero draft"))
    reading = both(source, source)[1]
    assert (reading.properties or {})["TravauxAgainst"] == "Zero draft"
    assert any("since Zero draft" in each.text for each in reading.paragraphs)


def test_footnotes_stand_behind_their_clauses() -> None:
    source = treaty("paragraph | Talks are held.")
    new = replace(source, notes={"u0": ("A delegation reserves its position.",)})
    before, after = both(source, new)
    (note,) = seen_notes(after)
    assert note == "A delegation reserves its position."
    assert seen_notes(before) == []
    assert seen(after)[1] == expected(new)
    assert breaches(write_redline(source, new)) == []


def test_threads_stand_on_the_words_of_the_newer_text() -> None:
    old = treaty(
        "article | Talks\n  paragraph | Talks are held. They end.\n  paragraph | Costs lie."
    )
    new = document(
        "article | Talks\n  paragraph | Talks may be held soon.\n  paragraph | They end.\n"
        "  paragraph | Costs lie where they fall."
    )
    uids = {clause.heading or clause.text: clause.uid for clause in new.clauses}
    talks = {
        "": (_talk("On all of it."),),
        uids["Talks"]: (_talk("On the article."),),
        uids["Talks may be held soon."]: (_talk("On kept and new words.", 0, 12),),
        uids["They end."]: (_talk("To the end.", 5, 9), _talk("On the clause.")),
        uids["Costs lie where they fall."]: (_talk("On new words.", 10, 25),),
    }
    content = write_redline(old, WordTreaty(new, Scheme.UN, MAST, talks=talks))
    assert breaches(content) == []
    before, after = read_views(content, (View.ORIGINAL, View.ACCEPTED))
    assert seen(before)[1] == expected(old)
    assert seen(after)[1] == expected(WordTreaty(new, Scheme.UN, MAST))
    assert {thread.remark.text: thread.words.strip() for thread in after.comments} == {
        "On all of it.": new.title,
        "On the article.": "Talks",
        "On kept and new words.": "Talks may be",
        "To the end.": "end.",
        "On the clause.": "They end.",
        "On new words.": "where they fall",
    }
    # Whoever leaves a change does not lose what was said about it.
    assert {each.remark.text for each in before.comments} == {
        each.remark.text for each in after.comments
    }


@settings(max_examples=25)
@given(seed=st.integers(0, 10**9), edits=st.integers(0, 12))
def test_threads_change_nothing_else(seed: int, edits: int) -> None:
    was = document(RICH)
    now = rewritten(was, seed, edits)
    talks = {
        clause.uid: (_talk(f"{at}", start, end), _talk(f"{at} again"))
        for at, clause in enumerate(now.clauses)
        if clause.uid
        for length in (len(clause.heading or clause.text),)
        for start, end in ((seed % (length + 1), length - seed % 3),)
    }
    old, new = WordTreaty(was, Scheme.UN, MAST), WordTreaty(now, Scheme.UN, MAST, talks=talks)
    content = write_redline(old, new)
    assert breaches(content) == []
    before, after = read_views(content, (View.ORIGINAL, View.ACCEPTED))
    assert seen(before)[1] == expected(old)
    assert seen(after)[1] == expected(new) or (seen(after)[1] == [("", "")] and not now.clauses)
    assert len(after.comments) == 2 * len(talks) == len(before.comments)


def _talk(words: str, start: int = -1, end: int = -1) -> Talk:
    said = Comment("Drafter A", "2026-03-01T10:00:00Z", (words,), words)
    return Talk((said,), start, end)


def seen_notes(reading: Reading) -> list[str]:
    return [note.text for each in reading.paragraphs for note in each.notes]


def test_letters_of_our_own_use_do_not_break_a_file() -> None:
    odd = Document("T", tuple(document("paragraph | a\ufdd0b\ufffcc").clauses))
    source = WordTreaty(odd, Scheme.UN, MAST)
    assert [words for _, words in seen(both(source, source)[1])[1]] == ["a\ufffdb\ufffdc"]
