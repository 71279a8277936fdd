r"""Cross-references in the text as fields of Word.

Where the words on the page are the label that Word prints at the clause meant
(all but the full stop: "Article 5" or "article 5", "2" for "2.", "(a)"), they
become a REF field: after an insertion Word can bring them up to date, and the
cached result is the very words. Other words that name a number ("articles 5
and 6", "Part XI" under a label in capitals) become a plain link to the clause.

    level 0 of a list   REF cl_... \r \h     the number in its context
    levels below        REF cl_... \n \h     that number alone: with \r, Word puts the
                                             article before it when said in another one
    lower-case label    \* lower             "article 5" from "Article 5"
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exchange.word.numbering import place_of
from app.exchange.word.runs import field, link, runs
from app.treaty.document import Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.references import Places, Reference, find

_SWITCHES = {
    kind: r"\n" if place is not None and place[1] else r"\r"
    for kind, place in ((kind, place_of(kind)) for kind in Kind)
}
# A text that has none of these has no reference, and looking for them is ten times faster than
# reading for references; the space tells "Part I" from "the Parties".
_HINTS = (
    *("article", "paragraph", "section", "chapter", "annex", "appendi"),
    *("part ", "parts ", "part\u00a0", "parts\u00a0", "part\n", "point", "item"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A clause that can be pointed at: bookmark, bare number, and the label that Word prints."""

    bookmark: str
    number: str
    label: str


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    xml: str


class References:
    """Turns the texts of one document into runs with fields and links."""

    def __init__(
        self,
        document: Document,
        scheme: Scheme,
        targets: Sequence[Target],
        parents: Sequence[int],
    ) -> None:
        self._clauses = document.clauses
        self._parents = parents
        self._targets = targets
        self._places = Places(document, scheme, [target.number for target in targets])

    def runs(self, index: int, text: str, properties: str = "") -> str:
        """The runs of clause `index`'s text; put together, their words are the text itself."""
        low = text.lower()
        if not any(hint in low for hint in _HINTS):
            return runs(text, properties)
        spans = self._spans(index, text, properties)
        made, at = [], 0
        for span in spans:
            made.append(runs(text[at : span.start], properties))
            made.append(span.xml)
            at = span.end
        made.append(runs(text[at:], properties))
        return "".join(made)

    def _spans(self, index: int, text: str, properties: str) -> list[_Span]:
        spans: list[_Span] = []
        for reference in find(text):
            goal = self._places.resolve(index, reference)
            if goal is None:
                continue
            for kind, target in self._named(goal, reference):
                if span := _span(text, reference, kind, target, spans, properties):
                    spans.append(span)
        return sorted(spans, key=_start)

    def _named(self, goal: int, reference: Reference) -> list[tuple[Kind, Target]]:
        """The clauses that the reference names by number, outermost first."""
        found: list[tuple[Kind, Target]] = []
        at = goal
        while at >= 0:
            kind = self._clauses[at].kind
            if getattr(reference, kind, "") and (not found or kind is not found[0][0]):
                found.insert(0, (kind, self._targets[at]))
            at = self._parents[at]
        return found


def _start(span: _Span) -> int:
    return span.start


def _span(
    text: str,
    reference: Reference,
    kind: Kind,
    target: Target,
    taken: Sequence[_Span],
    properties: str,
) -> _Span | None:
    """The words of a reference that name one clause, as a field or a link."""
    label = target.label.rstrip(".")
    for words, case in ((label, ""), (label.lower(), r" \* lower")):
        if case and kind is not Kind.ARTICLE:
            break
        at = _find(text, words, reference, taken)
        if at is not None:
            code = f"REF {target.bookmark} {_SWITCHES[kind]} \\h{case}"
            return _Span(at, at + len(words), field(code, words, properties))
    at = _find(text, target.number, reference, taken)
    if at is None:
        return None
    end = at + len(target.number)
    return _Span(at, end, link(target.bookmark, runs(text[at:end], properties)))


def _find(text: str, words: str, reference: Reference, taken: Sequence[_Span]) -> int | None:
    """Where these words stand by themselves within a reference, outside what is taken already."""
    at = text.find(words, reference.start, reference.end) if words else -1
    while at >= 0:
        end = at + len(words)
        free = all(end <= span.start or at >= span.end for span in taken)
        if free and not _splits_word(text, at) and not _splits_word(text, end):
            return at
        at = text.find(words, at + 1, reference.end)
    return None


def _splits_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
