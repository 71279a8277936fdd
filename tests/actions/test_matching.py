"""Which paragraph is which clause: the thresholds measured, and what no name is needed for."""

import random
from dataclasses import replace

from app.actions.matching import HIGH, KEY, LIKENESS, LOW, kind_of, likeness, matches, sent, share
from app.exchange.word.cameback import before, blocks_of
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.exchange.word.treaty import Mast, WordTreaty
from app.exchange.word.write import write_clean
from app.treaty.document import Clause, Document
from app.treaty.numbering import Scheme
from tests.support.hands import Hand
from tests.support.large import large_document
from tests.support.rewritten import rewritten

LARGE = Document("Large", large_document().clauses[:260])


def _nameless(document: Document, *, keeps_ids: bool = False) -> bytes:
    hand = Hand(write_clean(WordTreaty(document, Scheme.UN, Mast("large"))))
    hand.without_names()
    if not keeps_ids:
        hand.without_ids()
    return hand.saved()


def _words(clause: Clause) -> str:
    return clause.heading if clause.kind.bears_heading else clause.text


def _measure(seed: int, edits: int, *, keeps_ids: bool = False) -> tuple[int, int, int, int]:
    """A rewritten text without names: how many placed, wrongly placed, offered, and not found."""
    other = rewritten(LARGE, seed, edits)
    reading = read(_nameless(other, keeps_ids=keeps_ids), View.MARKED)
    wholes = before(blocks_of(reading, lambda *_: False))
    text = sent(LARGE, Scheme.UN)
    found = matches(text, wholes)
    # The clauses of the file stand in it in order, behind what stands around them.
    rows = [
        (whole, match)
        for whole, match in zip(wholes, found, strict=True)
        if kind_of(whole) is not None
    ]
    rows = rows[len(rows) - len(other.clauses) :]
    by_uid = {clause.uid: _words(clause) for clause in LARGE.clauses}
    placed = wrong = offered = missed = 0
    for clause, (_, match) in zip(other.clauses, rows, strict=True):
        if match is None:
            missed += clause.uid in by_uid
            continue
        meant = text.clauses[match.clause]
        # Treaties say the same thing more than once: equal words are as good.
        right = meant.uid == clause.uid or by_uid.get(clause.uid) == _words(meant)
        if match.is_sure:
            placed += 1
            wrong += not right
        else:
            offered += 1
    return placed, wrong, offered, missed


def test_what_is_placed_by_words_alone_is_right() -> None:
    """Measured on a text that repeats its wording, rewritten by forty edits, without names.

    Of some 2,000 paragraphs with HIGH at 0.5, 0.6, 0.7, 0.8, 0.9: wrong 36, 32, 27, 17, 10, and
    only offered, for somebody to look at, 4, 12, 22, 39, 69; 21 were not found at all. With names
    none is wrong.
    """
    totals = [0, 0, 0, 0]
    for seed in range(10, 13):
        totals = [one + other for one, other in zip(totals, _measure(seed, 40), strict=True)]
    placed, wrong, offered, missed = totals
    assert placed > 700, totals
    assert wrong <= placed / 66, totals
    assert offered + missed <= placed / 20, totals


def test_the_ids_of_paragraphs_tell_what_names_would() -> None:
    """What the second sign adds where the bookmarks are gone, as in files that Word saved.

    Measured on the three texts from above, some 750 paragraphs without bookmarks: by words alone 7
    stand at a wrong clause, 11 are only offered and 7 not found; by their ids 0, 2 and 0.
    """
    placed, wrong, offered, missed = _measure(10, 40, keeps_ids=True)
    assert placed > 230
    assert (wrong, offered, missed) == (0, 0, 0)


def test_thresholds_are_in_order() -> None:
    assert 0 < LOW < HIGH < 1


def test_likeness() -> None:
    assert likeness("the same words", "the same words") == 1
    assert likeness("in article 5", "in article 17") == 1
    assert likeness("one thing", "another matter") == 0
    assert 0 < likeness("a b c d", "a b x d") < 1
    assert share("a b", "x a b y") == 1
    assert share("a b c d", "a b") < 0.5


def test_labels_count() -> None:
    """Of two clauses with the same words the one with the same label is more like."""
    document = replace(LARGE, clauses=LARGE.clauses[:40])
    text = sent(document, Scheme.UN)
    reading = read(_nameless(document), View.MARKED)
    wholes = before(blocks_of(reading, lambda *_: False))
    found = [match for match in matches(text, wholes) if match is not None]
    assert [match.clause for match in found] == list(range(40))
    assert {match.how for match in found} == {LIKENESS}


def test_a_paragraph_id_tells_a_clause() -> None:
    """Where a program lost the bookmarks and kept the ids, in whatever case it writes them."""
    document = replace(LARGE, clauses=LARGE.clauses[:12])
    hand = Hand(_nameless(document, keeps_ids=True))
    once = max(document.clauses, key=lambda clause: len(_words(clause)))
    hand.replace(_words(once), "Quite other words stand here now.")
    for each in hand.paragraphs():
        for name, key in each.attrib.items():
            each.set(name, str(key).lower())
    reading = read(hand.saved(), View.MARKED)
    wholes = before(blocks_of(reading, lambda *_: False))
    found = [match for match in matches(sent(document, Scheme.UN), wholes) if match is not None]
    assert [match.clause for match in found] == list(range(12))
    assert {match.how for match in found} == {KEY}


def test_no_clause_is_two_paragraphs() -> None:
    dice = random.Random(5)  # noqa: S311
    clauses = list(LARGE.clauses[:60])
    clauses += dice.sample(clauses, 20)
    document = Document("Twice", tuple(replace(each, uid="") for each in clauses))
    reading = read(_nameless(document), View.MARKED)
    text = sent(replace(LARGE, clauses=LARGE.clauses[:60]), Scheme.UN)
    wholes = before(blocks_of(reading, lambda *_: False))
    found = [match.clause for match in matches(text, wholes) if match is not None]
    assert len(found) == len(set(found)) == 60
