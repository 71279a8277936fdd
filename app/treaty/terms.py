"""Defined terms: where a treaty says what its words mean, and where it uses them.

Three ways of defining are read:

    (a) "Certified agreement" means an agreement ...      shall mean, includes, refers to
    "ratification", "acceptance" and "approval" mean in each case ...
    ... (hereinafter referred to as "the Panel")          ("the Panel"), (the "Panel")

A capital counts only where the treaty itself makes it count: "Area" that also
stands capitalised in the middle of a sentence is not every area, while
"Property", capitalised because its definition opens with it, is used as
"property". Plurals are uses too ("parties", "States Parties").

All positions are indices of the Python string.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.treaty.document import Document

# Single quotation marks close only where no letter follows: they are apostrophes too.
_QUOTED = (
    r"(?:[\"“«„]|(?P<single>['‘]))(?P<words>[^\"“”«»„‘\n]{1,120}?)(?(single)['’](?!\w)|[\"”»“])"
)
_PLAIN_QUOTED = r"(?:[\"“«„][^\"“”«»„‘\n]{1,120}?[\"”»“]|['‘][^\"“”«»„‘\n]{1,120}?['’](?!\w))"
_VERB = (
    r"(?:shall\s+mean|means?|shall\s+include|includes?|refers?\s+to|shall\s+be\s+understood"
    r"|ha(?:s|ve)\s+the\s+(?:same\s+)?meanings?|denotes?)\b"
)
# Between the terms (twenty at most) and their verb stands nothing, or one clause between commas.
_DEFINES = re.compile(
    rf"(?:^|(?<=[\s(:;,–—]))(?:[Tt]he\s+(?:terms?|expressions?|words?)\s+)?"
    rf"(?P<list>{_PLAIN_QUOTED}(?:(?:,|\s+and|\s+or|,\s+and|,\s+or)\s+{_PLAIN_QUOTED}){{0,20}}+)"
    rf"(?:\s+in\s+[^,.;:\"“]{{1,60}}?|,\s+[^.;:\"“]{{1,160}}?,)?\s+(?:also\s+|only\s+)?{_VERB}"
)
_SHORT = re.compile(
    r"\((?:hereinafter|hereafter|henceforth)?,?\s*"
    r"(?:(?:collectively\s+)?(?:referred\s+to|known|called|cited)?\s*(?:as\s+)?)?"
    rf"(?:the\s+)?{_QUOTED}\)"
)
_HEREINAFTER = re.compile(
    r"\b(?:hereinafter|hereafter)\s+(?:(?:collectively\s+)?(?:referred\s+to\s+as|called)\s+)?"
    rf"(?:the\s+)?{_QUOTED}"
)
_EACH = re.compile(_QUOTED)
_THE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_QUOTE = re.compile(r"[\"“«„‘']")
# "process", "processes"; "case", "cases": what is left need not be a word, only the same.
_ENDING = re.compile(r"(?:e?s)*e?$")
_MOST_TEXTS = 10_000
_SMALL = frozenset(
    ["of", "in", "the", "and", "or", "to", "for", "on", "at", "by", "a", "an", "with"]
)


@dataclass(frozen=True, slots=True)
class Term:
    """A defined term: its words without a leading article, and where they are defined.

    `index` is the clause; `start` and `end` are the place of the words in its text. `exact`:
    the first letter's case counts in uses.
    """

    words: str
    index: int
    start: int
    end: int
    exact: bool = False


def defined(document: Document) -> tuple[Term, ...]:
    """The terms that a treaty defines, in reading order; a term defined twice is there twice."""
    found = [
        Term(words, index, start, end)
        for index, clause in enumerate(document.clauses)
        if _QUOTE.search(clause.text)
        for words, start, end in _in_text(clause.text)
    ]
    proper = _proper(document, found)
    return tuple(
        Term(each.words, each.index, each.start, each.end, _is_exact(each.words, proper))
        for each in found
    )


def uses(text: str, terms: tuple[Term, ...]) -> tuple[tuple[int, int, Term], ...]:
    """(start, end, term) of every use of the terms in a text; of two that overlap, the longer.

    Quick when it is asked for many texts with one tuple of terms, and again for the same texts.
    """
    global _latest  # a memory, no state: the answers are the same without it
    asked, vocabulary = _latest
    if asked is not terms:
        vocabulary = _vocabulary(terms)
        _latest = terms, vocabulary
    return vocabulary.uses(text)


def stays(terms: tuple[Term, ...], old: str, new: str) -> bool:
    """Whether these terms of a treaty stay, but for their places, when a text of it is changed.

    False may also be said of a change by which they happen to stay; then `defined` tells.
    """
    if _QUOTE.search(old) or _QUOTE.search(new):
        was, now = (tuple(words for words, *_ in _in_text(text)) for text in (old, new))
        if was != now:
            return False
    amid = _amid(frozenset(term.words for term in terms))
    return amid is None or _proper_in(old, amid) == _proper_in(new, amid)


@lru_cache(maxsize=8192)
def _in_text(text: str) -> tuple[tuple[str, int, int], ...]:
    """The quoted words that a text defines, without a leading article, and their place."""
    return tuple(sorted(_definitions(text), key=lambda each: each[1]))


def _definitions(text: str) -> Iterator[tuple[str, int, int]]:
    taken: set[int] = set()
    for match in _DEFINES.finditer(text):
        for each in _EACH.finditer(text, match.start("list"), match.end("list")):
            taken.add(each.start("words"))
            yield _without_article(each)
    for pattern in (_SHORT, _HEREINAFTER):
        for match in pattern.finditer(text):
            if match.start("words") not in taken:
                taken.add(match.start("words"))
                yield _without_article(match)


def _without_article(match: re.Match[str]) -> tuple[str, int, int]:
    words = match["words"].rstrip(",. ")
    article = _THE.match(words)
    skip = article.end() if article and article.end() < len(words) else 0
    start = match.start("words")
    return words[skip:], start + skip, start + len(words)


def _proper(document: Document, found: Sequence[Term]) -> frozenset[str]:
    """The capitalised terms that also stand capitalised in the middle of a sentence."""
    amid = _amid(frozenset(each.words for each in found))
    if amid is None:
        return frozenset()
    return frozenset().union(*(_proper_in(clause.text, amid) for clause in document.clauses))


@lru_cache(maxsize=8)
def _amid(words: frozenset[str]) -> re.Pattern[str] | None:
    """What finds those of the words that begin with a capital where no sentence begins."""
    asked = sorted(
        (each for each in words if each[:1].isupper()), key=lambda each: (-len(each), each)
    )
    if not asked:
        return None
    longest_first = "|".join(re.escape(each) for each in asked)
    return re.compile(rf"(?<=[a-z,] )(?:{longest_first})(?!\w)")


def _proper_in(text: str, amid: re.Pattern[str]) -> frozenset[str]:
    """What the pattern finds in a text, but for the places where the words are defined."""
    met = [(match.start(), match[0]) for match in amid.finditer(text)]
    if not met:
        return frozenset()
    defining = {start for _, start, _ in _in_text(text)} if _QUOTE.search(text) else set()
    return frozenset(words for start, words in met if start not in defining)


def _is_exact(words: str, proper: frozenset[str]) -> bool:
    rest = words.split()[1:]
    return words in proper or (words[:1].isupper() and any(word[:1].isupper() for word in rest))


def _one_pattern(words: set[str]) -> re.Pattern[str] | None:
    if not words:
        return None
    forms = "|".join(_pattern(each) for each in sorted(words, key=lambda each: (-len(each), each)))
    # The first letter is looked at alone, so that most places of a text are passed over at once.
    firsts = re.escape("".join(sorted({case for each in words for case in _cases(each[0])})))
    return re.compile(rf"(?=[{firsts}])(?<![\w-])(?:{forms})(?!\w)")


def _cases(letter: str) -> str:
    return letter.upper() + letter.lower()


def _pattern(words: str) -> str:
    first, *rest = words.split()
    forms = [_with_plural(first, any_case=True), *(_with_plural(word) for word in rest)]
    return r"\s+".join(forms)


def _with_plural(word: str, *, any_case: bool = False) -> str:
    stem = re.escape(word)
    if any_case and word[0].isalpha():
        stem = f"[{_cases(word[0])}]{re.escape(word[1:])}"
    if word.lower() in _SMALL or not word[-1].isalpha():
        return stem
    if word.endswith("y"):
        return f"{stem[:-1]}(?:y|ies)"
    return f"{stem}(?:e?s)?"


def _reduced(words: str) -> str:
    """The words as they are compared: small letters, plural endings away."""
    return " ".join(_singular(word) for word in words.lower().split())


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else _ENDING.sub("", word)


class _Vocabulary:
    """One pattern for all terms, and the terms by their reduced words."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self._by_words: dict[str, list[Term]] = {}
        self._seen: dict[str, tuple[tuple[int, int, Term], ...]] = {}
        for term in terms:
            if term.words:
                self._by_words.setdefault(_reduced(term.words), []).append(term)
        self._pattern = _one_pattern({term.words for term in terms if term.words})

    def uses(self, text: str) -> tuple[tuple[int, int, Term], ...]:
        """The uses in a text, remembered for the next time."""
        if self._pattern is None:
            return ()
        found = self._seen.get(text)
        if found is None:
            if len(self._seen) >= _MOST_TEXTS:
                self._seen.clear()
            found = self._seen[text] = tuple(
                (match.start(), match.end(), term)
                for match in self._pattern.finditer(text)
                if (term := self._meant(match[0])) is not None
            )
        return found

    def _meant(self, words: str) -> Term | None:
        """The term whose words these are, and whose capitals, where they count, agree."""
        for term in self._by_words.get(_reduced(words), ()):
            if not term.exact or term.words[0] == words[0]:
                return term
        return None


@lru_cache(maxsize=8)
def _vocabulary(terms: tuple[Term, ...]) -> _Vocabulary:
    return _Vocabulary(terms)


_latest: tuple[tuple[Term, ...], _Vocabulary] = ((), _Vocabulary(()))
