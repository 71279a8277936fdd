"""A treaty as a value: a title and its clauses in reading order.

The clauses are kept flat, each with its depth, because that is how a treaty is
read, printed and moved about: the subtree of a clause is the run of deeper
clauses after it.

    Part I                      depth 0, heading "General provisions"
      Article 1                 depth 1, heading "Use of terms"
        (unnumbered paragraph)  depth 2, text "For the purposes of this Convention:"
          (a) subparagraph      depth 3, text "..."

A clause either bears a heading (part, chapter, section, subsection, article,
annex, appendix, heading) or bears text (formula, recital, paragraph,
subparagraph, item, closing): an article's words are always in its paragraphs,
also when there is one unnumbered paragraph only.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

DELETED = "[Deleted]"
"""The words of a clause that keeps the frozen number of one that was taken out (AKN4UN)."""


class Kind(StrEnum):
    """What sort of unit of the draft a clause is; its value is the word stored and shown."""

    HEADING = "heading"
    FORMULA = "formula"
    RECITAL = "recital"
    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    SUBSECTION = "subsection"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    SUBPARAGRAPH = "subparagraph"
    ITEM = "item"
    ANNEX = "annex"
    APPENDIX = "appendix"
    CLOSING = "closing"

    @property
    def bears_heading(self) -> bool:
        """Whether the clause's own words are a heading, with its text in the clauses below it."""
        return self in _HEADED


_HEADED = frozenset(
    {
        Kind.HEADING,
        Kind.PART,
        Kind.CHAPTER,
        Kind.SECTION,
        Kind.SUBSECTION,
        Kind.ARTICLE,
        Kind.ANNEX,
        Kind.APPENDIX,
    }
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of a treaty.

    `number` is the bare number as printed or frozen ("5", "8 bis", "XI", "a",
    "iv"), without the word before it and the marks around it; "" when the
    clause has none or its number is still to be computed (numbering.py).
    `uid` is permanent and comes from outside; it does not count in comparisons.
    """

    kind: Kind
    number: str = ""
    heading: str = ""
    text: str = ""
    depth: int = 0
    uid: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a reader was unsure of: the clause's index, or None, and a sentence."""

    index: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """A title and clauses in reading order."""

    title: str
    clauses: tuple[Clause, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def counts(self) -> dict[str, int]:
        """How many clauses there are of each kind that occurs, in the order of Kind."""
        seen = Counter(clause.kind for clause in self.clauses)
        return {kind.value: seen[kind] for kind in Kind if seen[kind]}


def subtree_end(clauses: Iterable[Clause] | tuple[Clause, ...], start: int) -> int:
    """The index just after the clause at `start` and everything below it."""
    clauses = tuple(clauses)
    depth = clauses[start].depth
    end = start + 1
    while end < len(clauses) and clauses[end].depth > depth:
        end += 1
    return end


def parent_index(clauses: tuple[Clause, ...], index: int) -> int | None:
    """The index of the clause that the one at `index` stands under; None at the top level."""
    depth = clauses[index].depth
    for at in range(index - 1, -1, -1):
        if clauses[at].depth < depth:
            return at
    return None
