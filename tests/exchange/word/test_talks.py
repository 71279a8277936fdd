"""Threads beside the text: they stand on the very words, read back, and change nothing else."""

from itertools import combinations_with_replacement
from random import Random

import pytest
from lxml import etree

from app.exchange.word import read as reader
from app.exchange.word.runs import NAMESPACES, bookmarked, field, link, runs
from app.exchange.word.story import View
from app.exchange.word.talks import marked
from app.exchange.word.treaty import Comment, Talk, WordTreaty
from app.exchange.word.write import write_clean
from app.treaty.changes import utf16_len
from tests.support.word_rules import W, WordFile, breaches, words
from tests.support.word_treaties import RICH, treaty

AT = "2026-03-01T12:00:00Z"


def comment(text: str, author: str = "Scholar") -> Comment:
    return Comment(author, AT, tuple(text.split("\n")), text)


def commented(source: WordTreaty, **talks: tuple[Talk, ...]) -> WordTreaty:
    """The treaty with these threads, by uid; that on `whole` is on the whole of it."""
    found = {"" if uid == "whole" else uid: those for uid, those in talks.items()}
    return WordTreaty(source.document, source.scheme, source.mast, talks=found)


def part(source: WordTreaty, words_there: str) -> tuple[str, int, int]:
    """The clause that has the words, and where there, in UTF-16 units."""
    for clause in source.document.clauses:
        text = clause.heading or clause.text
        if words_there in text:
            start = utf16_len(text.partition(words_there)[0])
            return clause.uid, start, start + utf16_len(words_there)
    raise AssertionError(words_there)


def test_a_thread_reads_back_on_its_very_words_with_all_that_was_said() -> None:
    source = treaty(RICH)
    uid, start, end = part(source, "means")
    said = (comment("Why?\nAnd “how” & <where>?"), comment("Because.", "Chair"))
    content = write_clean(
        commented(
            source,
            **{uid: (Talk(said, start, end, is_resolved=True), Talk((comment("All of it."),)))},
            whole=(Talk((comment("On the treaty."),)),),
        )
    )
    assert breaches(content) == []
    found = reader.read(content)
    told = {thread.remark.text: thread for thread in found.comments}
    why = told["Why?\nAnd “how” & <where>?"]
    assert (why.words, why.remark.author, why.remark.initials) == ("means", "Scholar", "S")
    assert (why.remark.date, why.remark.resolved) == (AT, True)
    assert [(one.author, one.text) for one in why.replies] == [("Chair", "Because.")]
    whole = next(one for one in source.document.clauses if one.uid == uid)
    assert told["All of it."].words == whole.text
    assert not told["All of it."].remark.resolved
    assert told["On the treaty."].words == source.document.title
    assert [loss for loss in found.losses if loss.kind == "comment"] == []


def test_the_parts_say_the_same_of_each_thread() -> None:
    source = treaty(RICH)
    uid, start, end = part(source, "means")
    talks = (
        Talk((comment("One"), comment("Two", "Chair"), comment("Two", "Chair")), start, end),
        Talk((comment("Three\nfour"),), start, end, is_resolved=True),
    )
    parts = WordFile(write_clean(commented(source, **{uid: talks}))).parts
    ids = [str(one.get(f"{W}id")) for one in parts["word/comments.xml"]]
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        there = [str(one.get(f"{W}id")) for one in parts["word/document.xml"].iter(f"{W}{tag}")]
        assert sorted(there) == ids, tag
    last = ["".join(map(str, one[-1].values()[:1])) for one in parts["word/comments.xml"]]
    told = [dict(_plain(one)) for one in parts["word/commentsExtended.xml"]]
    assert [one["paraId"] for one in told] == last
    assert [one.get("paraIdParent", "") for one in told] == ["", last[0], last[0], ""]
    assert [one["done"] for one in told] == ["0", "0", "0", "1"]
    lasting = [dict(_plain(one)) for one in parts["word/commentsIds.xml"]]
    assert [one["paraId"] for one in lasting] == last
    assert len({one["durableId"] for one in lasting}) == len(ids)
    people = [dict(_plain(one))["author"] for one in parts["word/people.xml"]]
    assert people == ["Scholar", "Chair"]


def _plain(element: etree._Element) -> list[tuple[str, str]]:
    return [(etree.QName(str(key)).localname, str(value)) for key, value in element.items()]


def test_without_threads_a_file_is_as_it_was() -> None:
    source = treaty(RICH)
    assert write_clean(commented(source, u8=())) == write_clean(source)
    assert "word/comments.xml" not in WordFile(write_clean(source)).parts


def test_equal_threads_give_equal_bytes() -> None:
    source = commented(treaty(RICH), u8=(Talk((comment("One"),)),))
    assert write_clean(source) == write_clean(source)


@pytest.mark.parametrize("seed", range(4))
def test_by_dice_every_thread_is_on_the_words_that_were_asked_for(seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    source = treaty(RICH)
    talks: dict[str, list[Talk]] = {}
    expected: list[tuple[str, str]] = []
    for clause in source.document.clauses:
        text = clause.heading or clause.text
        for _ in range(3 if text else 0):
            start = dice.randrange(len(text))
            end = dice.randrange(start, len(text)) + 1
            name = f"{clause.uid} {len(expected)}"
            at = utf16_len(text[:start])
            there = Talk((comment(name),), at, at + utf16_len(text[start:end]))
            talks.setdefault(clause.uid, []).append(there)
            expected.append((name, text[start:end]))
    content = write_clean(commented(source, **{uid: tuple(own) for uid, own in talks.items()}))
    assert breaches(content) == []
    before, after = WordFile(write_clean(source)), WordFile(content)
    for name, paragraph in before.clause_paragraphs().items():
        assert words(after.clause_paragraphs()[name]) == words(paragraph)
    for view in (View.ACCEPTED, View.ORIGINAL):
        found = {one.remark.text: one.words for one in reader.read(content, view).comments}
        assert found == dict(expected), f"seed {seed}"


def test_marks_stand_between_any_two_letters_and_outside_of_fields_at_their_edges() -> None:
    pieces = [
        runs("a & b\n", "<w:i/>"),
        field("REF cl_u1 \\r \\h", "Article 5"),
        runs(" سلام "),
        link("cl_u1", runs("Part\tI")),
    ]
    content = bookmarked(1, "cl_u1", "".join(pieces))
    said = "a & b\nArticle 5 سلام Part\tI"
    for start, end in combinations_with_replacement(range(len(said) + 1), 2):
        if start == end:
            continue
        xml = marked(content, {start: "<b/>", end: "<e/>"})
        root = etree.fromstring(f"<w:p {NAMESPACES}>{xml}</w:p>")
        assert _between(root) == said[start:end], (start, end)
    at_edges = marked(content, {6: "<b/>", 15: "<e/>"})
    assert '<b/><w:r><w:fldChar w:fldCharType="begin"/>' in at_edges
    assert 'w:fldCharType="end"/></w:r><e/>' in at_edges
    linked = marked(content, {21: "<b/>", 27: "<e/>"})
    assert "<b/><w:hyperlink" in linked and "</w:hyperlink><e/>" in linked


def _between(root: etree._Element) -> str:
    found, inside = "", False
    for element in root.iter():
        if element.tag in ("b", "e"):
            inside = element.tag == "b"
        elif inside and element.tag == f"{W}t":
            found += element.text or ""
        elif inside and element.tag in (f"{W}br", f"{W}tab"):
            found += "\n" if element.tag == f"{W}br" else "\t"
    return found
