"""Rules on how a text is built: its numbers, its lists, its headings, its sentences."""

import re
from collections.abc import Iterator
from itertools import pairwise

from app.treaty.document import Kind
from app.treaty.lint.finding import Hit, Rule, Severity
from app.treaty.lint.scope import Scope
from app.treaty.numbering import latin_rank, letters_value, roman_value

LONGEST_SENTENCE = 90
"""Words that a sentence may have before a translator complains."""

_ARABIC = re.compile(r"(\d+)(?: ?(\w+))?")
_ITEM_END = re.compile(r"(?:;(?: (?:and|or|and/or))?|[:.,]? ?(?:and|or)|[:—–])$")
_OPENING = re.compile(r"[:—–]\W*$")
_SENTENCE = re.compile(r"(?<=[.;:])\s+")


def _skipped(scope: Scope) -> Iterator[Hit]:
    previous = 0
    for index, _ in scope.of(Kind.ARTICLE):
        found = _ARABIC.fullmatch(scope.number(index))
        if not found or found[2]:
            continue
        number = int(found[1])
        if number != previous + 1 and previous:
            yield Hit(index, f"Article {number} follows article {previous}.")
        elif number != 1 and not previous and scope.is_treaty:
            yield Hit(index, f"The first article is numbered {number}.")
        previous = number
    yield from _paragraphs_skipped(scope)


def _paragraphs_skipped(scope: Scope) -> Iterator[Hit]:
    for _, below in scope.articles():
        previous = 0
        for index in below:
            clause = scope.whole.document.clauses[index]
            found = _ARABIC.fullmatch(scope.number(index))
            if clause.kind is not Kind.PARAGRAPH or not found or found[2]:
                continue
            number = int(found[1])
            # Among options and open brackets the numbers begin again with each alternative.
            again = number <= previous and not scope.is_settled(below)
            if previous and number != previous + 1 and not again:
                yield Hit(index, f"Paragraph {number} follows paragraph {previous}.")
            previous = number


def _latin(scope: Scope) -> Iterator[Hit]:
    met: set[tuple[str, int]] = set()
    for index, _ in scope.of(Kind.ARTICLE):
        found = _ARABIC.fullmatch(scope.number(index))
        if not found:
            continue
        rank = latin_rank(found[2] or "")
        if rank and (found[1], rank - 1) not in met:
            yield Hit(index, f"Article {scope.number(index)} stands without the one before it.")
        met.add((found[1], rank))


def _lonely(scope: Scope) -> Iterator[Hit]:
    for index, items in scope.lists():
        if len(items) == 1 and _OPENING.search(scope.whole.document.clauses[index].text):
            yield Hit(items[0], "This list has one item only; make it part of the sentence.")


def _degrees(scope: Scope) -> Iterator[Hit]:
    for index, items in scope.lists():
        clause = scope.whole.document.clauses[index]
        first = scope.whole.document.clauses[items[0]].number
        if clause.kind is Kind.PARAGRAPH and first == "i":
            yield Hit(items[0], "A first list is lettered (a), (b); (i) belongs one degree below.")
        elif clause.kind is Kind.SUBPARAGRAPH and first == "a":
            yield Hit(items[0], "A list below (a) is numbered (i), (ii).")


def _letters_skipped(scope: Scope) -> Iterator[Hit]:
    clauses = scope.whole.document.clauses
    for _, items in scope.lists():
        marks = [clauses[at].number for at in items]
        if marks[0] not in ("a", "i"):
            continue
        values = [
            roman_value(mark.upper()) if marks[0] == "i" else letters_value(mark) for mark in marks
        ]
        for at, (before, after) in zip(items[1:], pairwise(values), strict=True):
            if before is None or after is None:
                break  # "b bis", a dash, or a remark between the items
            # Among options and open brackets the letters begin again with each alternative.
            again = after <= before and not scope.is_settled(items)
            if after != before + 1 and not again:
                earlier = marks[items.index(at) - 1]
                yield Hit(at, f"Item ({clauses[at].number}) follows item ({earlier}).")


def _is_lettered(number: str) -> bool:
    return letters_value(number) is not None or roman_value(number.upper()) is not None


def _endings(scope: Scope) -> Iterator[Hit]:
    clauses = scope.whole.document.clauses
    preamble = set(scope.preamble)
    for _, items in scope.lists():
        for at, following in pairwise(items):
            text = clauses[at].text.rstrip(" ]*")
            deeper = at + 1 < len(clauses) and clauses[at + 1].depth > clauses[at].depth
            if at in preamble or deeper or not text or not _is_lettered(clauses[at].number):
                continue
            if text.endswith(".") and clauses[following].text[:1].isupper():
                continue  # a list of whole sentences, as the Rome Statute has them
            if not _ITEM_END.search(text):
                yield Hit(at, "An item ends with a semicolon, the last but one with “; and”.")


def _chapeau(scope: Scope) -> Iterator[Hit]:
    for index, items in scope.lists():
        clause = scope.whole.document.clauses[index]
        number = scope.whole.document.clauses[items[0]].number
        if clause.kind is Kind.RECITAL or number not in ("a", "i"):
            continue
        if re.search(r"[a-z,]$", clause.text.rstrip(" ]")):
            yield Hit(index, "The words before a list end with a colon.")


def _tails(scope: Scope) -> Iterator[Hit]:
    clauses = scope.whole.document.clauses
    for index, clause in scope.of(Kind.PARAGRAPH):
        before = clauses[index - 1] if index else None
        if before is None or before.kind not in (Kind.SUBPARAGRAPH, Kind.ITEM):
            continue
        if clause.number in ("", "-") and not scope.number(index) and clause.text[:1].isupper():
            yield Hit(index, "Text after a list has no number, and so cannot be cited.")


def _headings(scope: Scope) -> Iterator[Hit]:
    articles = list(scope.of(Kind.ARTICLE))
    bare = [index for index, clause in articles if not clause.heading]
    if bare and len(bare) < len(articles):
        fewer = bare if len(bare) * 2 <= len(articles) else []
        first = fewer[0] if fewer else articles[0][0]
        yield Hit(first, f"{len(bare)} of {len(articles)} articles have no heading.")


def _long(scope: Scope) -> Iterator[Hit]:
    for index, text in scope.texts:
        for sentence in _SENTENCE.split(text):
            count = len(sentence.split())
            if count > LONGEST_SENTENCE:
                start = text.find(sentence)
                yield Hit(index, f"A sentence of {count} words.", start, start + len(sentence))


RULES = (
    Rule(
        "S01",
        Severity.ERROR,
        "Numbers skip or repeat",
        "Every article and paragraph is cited by its number in every language.",
        "Article 1\nAim\n\nArticle 3\nScope",
        "Article 1\nAim\n\nArticle 2\nScope\n\nArticle 2 bis\nTerms\n\nArticle 3\nTalks",
        _skipped,
    ),
    Rule(
        "S02",
        Severity.ERROR,
        "bis or ter without the number before it",
        "Inserted articles take bis, ter, quater in that order (UN Editorial Manual).",
        "Article 4\nAim\n\nArticle 5 ter\nScope",
        "Article 5\nAim\n\nArticle 5 bis\nScope\n\nArticle 5 ter\nTerms",
        _latin,
    ),
    Rule(
        "S03",
        Severity.WARN,
        "A list with one item",
        "Where there is an (a) a reader looks for a (b) (UN Editorial Manual, on headings).",
        "1. Each Party shall:\n(a) Name a contact.\n2. Nothing else is due.",
        "1. Each Party shall:\n(a) name a contact; and\n(b) report.\n2. Nothing else is due.",
        _lonely,
    ),
    Rule(
        "S04",
        Severity.INFO,
        "A marker of another degree",
        "First (a), below it (i), then a. and i. (UN Editorial Manual).",
        "1. Each Party shall:\n(i) name a contact; and\n(ii) report.",
        "1. Each Party shall:\n(a) name a contact; and\n(b) report.",
        _degrees,
    ),
    Rule(
        "S05",
        Severity.WARN,
        "An item without its semicolon",
        "Items end with “;”, the last but one with “; and” or “; or”, the last with a full stop.",
        "1. Each Party shall:\n(a) name a contact,\n(b) report.",
        "1. Each Party shall:\n(a) name a contact; and\n(b) report.",
        _endings,
    ),
    Rule(
        "S06",
        Severity.WARN,
        "A list without its colon",
        "The words that open a list end with a colon.",
        "1. Each Party shall\n(a) name a contact; and\n(b) report.",
        "1. Each Party shall:\n(a) name a contact; and\n(b) report.",
        _chapeau,
    ),
    Rule(
        "S07",
        Severity.INFO,
        "Text without a number after a list",
        "What has no number of its own can hardly be cited.",
        "1. Each Party shall:\n(a) name a contact; and\n(b) report.\n"
        "This shall be done every year.\n2. Parties shall meet.",
        "1. Each Party shall:\n(a) name a contact; and\n(b) report.\n"
        "2. This shall be done every year.",
        _tails,
    ),
    Rule(
        "S08",
        Severity.WARN,
        "Some articles have headings and some have none",
        "Adopted treaties give a heading to all of their articles or to none.",
        "Article 1\nTerms\n\n1. A talk is a negotiation.\n\nArticle 2\n\n1. It applies to all.",
        "Article 1\nTerms\n\n1. A talk is a negotiation.\n\nArticle 2\nScope\n\n1. It applies.",
        _headings,
    ),
    Rule(
        "S09",
        Severity.INFO,
        f"A sentence of more than {LONGEST_SENTENCE} words",
        "A long sentence is translated six times, and understood differently each time.",
        "Article 1\nAim\n\n1. Each " + "word " * 95 + "ends.",
        "Article 1\nAim\n\n1. Each sentence ends. So does this one.",
        _long,
    ),
    Rule(
        "S10",
        Severity.WARN,
        "The letters of a list skip or repeat",
        "An item is cited by its letter, which must be that of one item only.",
        "1. Each Party shall:\n(a) name a contact;\n(c) meet; and\n(d) report.",
        "1. Each Party shall:\n(a) name a contact;\n(b) meet; and\n(c) report.",
        _letters_skipped,
    ),
)
