"""What one look at a text covers: the treaty itself, each annex, and a resolution around it.

An annex numbers its articles anew and a resolution its paragraphs, so that
neither must be held against the numbers, terms or final clauses of the treaty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from app.treaty import brackets
from app.treaty.document import DELETED, Clause, Document, Kind, subtree_end
from app.treaty.lint.house import OPEN, House
from app.treaty.numbering import Scheme, numbers
from app.treaty.references import Places

_ANNEXED = frozenset({Kind.ANNEX, Kind.APPENDIX})


@dataclass(frozen=True)
class Whole:
    """A document with what is worked out once for all of its scopes."""

    document: Document
    scheme: Scheme
    house: House = OPEN

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The bare number of every clause."""
        return numbers(self.document.clauses, self.scheme)

    @cached_property
    def places(self) -> Places:
        """Where references lead."""
        return Places(self.document, self.scheme, self.numbers)


@dataclass(frozen=True)
class Scope:
    """A part of a document that stands by itself: `name` is "" for the treaty.

    `indices` are the places of its clauses in the document, in reading order.
    """

    whole: Whole
    name: str
    indices: tuple[int, ...]
    is_treaty: bool

    @property
    def clauses(self) -> Iterator[tuple[int, Clause]]:
        """The clauses with their places in the document."""
        for index in self.indices:
            yield index, self.whole.document.clauses[index]

    @property
    def texts(self) -> Iterator[tuple[int, str]]:
        """The words of every clause, headings too, but for what only keeps a number."""
        for index, clause in self.clauses:
            words = clause.heading if clause.kind.bears_heading else clause.text
            if words and words != DELETED:
                yield index, words

    @cached_property
    def prose(self) -> str:
        """All words of the scope, a line for each clause."""
        return "\n".join(words for _, words in self.texts)

    @cached_property
    def is_clean(self) -> bool:
        """Whether no words stand in brackets, blanks apart."""
        return all(one.blank for _, words in self.texts for one in brackets.read(words))

    def is_settled(self, indices: Iterable[int]) -> bool:
        """Whether these clauses are out of all brackets, as far as their own words tell."""
        clauses = self.whole.document.clauses
        texts = [clauses[index].text for index in indices]
        return not any(
            brackets.read(text).problems or any(not one.blank for one in brackets.read(text))
            for text in texts
        )

    def number(self, index: int) -> str:
        """The bare number of a clause; "" for all options of one but the first, which has it."""
        return self.whole.numbers[index] if self.whole.places.first(index) == index else ""

    def of(self, *kinds: Kind) -> Iterator[tuple[int, Clause]]:
        """The clauses of these kinds."""
        return ((index, clause) for index, clause in self.clauses if clause.kind in kinds)

    def articles(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Each article with the places of the clauses below it."""
        clauses = self.whole.document.clauses
        for index, _ in self.of(Kind.ARTICLE):
            yield index, tuple(range(index + 1, _end(clauses, index)))

    @cached_property
    def preamble(self) -> tuple[int, ...]:
        """The places of the clauses before the first article or part; none without any."""
        stop = next(
            (
                index
                for index, clause in self.clauses
                if clause.kind in (Kind.ARTICLE, Kind.PART, Kind.CHAPTER)
            ),
            None,
        )
        return () if stop is None else tuple(index for index in self.indices if index < stop)

    def lists(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Each clause that opens a list, with the places of the list's own items."""
        clauses = self.whole.document.clauses
        inside = set(self.indices)
        for index, clause in self.clauses:
            if clause.kind.bears_heading:
                continue
            end = _end(clauses, index)
            items = tuple(
                at
                for at in range(index + 1, end)
                if at in inside and clauses[at].depth == clause.depth + 1
            )
            if items:
                yield index, items


def scopes(document: Document, scheme: Scheme, house: House = OPEN) -> tuple[Scope, ...]:
    """The scopes of a document in reading order, empty ones left out."""
    whole = Whole(document, scheme, house)
    found: list[tuple[str, list[int]]] = []
    rest: list[int] = []
    at = 0
    while at < len(document.clauses):
        clause = document.clauses[at]
        if clause.kind in _ANNEXED and clause.depth == 0:
            end = _end(document.clauses, at)
            name = " ".join(filter(None, (clause.kind.value.capitalize(), clause.number)))
            found.append((name, list(range(at, end))))
            at = end
        else:
            rest.append(at)
            at += 1
    around, treaty = _without_resolution(document.clauses, rest)
    made = [Scope(whole, "Resolution", tuple(around), is_treaty=False)] if around else []
    made += [Scope(whole, "", tuple(treaty), is_treaty=True)] if treaty or not found else []
    made += [Scope(whole, name, tuple(indices), is_treaty=False) for name, indices in found]
    return tuple(made)


def _without_resolution(
    clauses: tuple[Clause, ...], rest: list[int]
) -> tuple[list[int], list[int]]:
    """What stands before a treaty's own opening, when numbered paragraphs are among it."""
    first = next((at for at in rest if clauses[at].kind is Kind.ARTICLE), None)
    if first is None:
        return [], rest
    before = [at for at in rest if at < first]
    numbered = [
        at for at in before if clauses[at].kind is Kind.PARAGRAPH and clauses[at].depth <= 1
    ]
    if not numbered:
        return [], rest
    cut = next((at for at in before if at > numbered[-1] and clauses[at].depth == 0), first)
    return [at for at in rest if at < cut], [at for at in rest if at >= cut]


def _end(clauses: tuple[Clause, ...], start: int) -> int:
    return subtree_end(clauses, start)
