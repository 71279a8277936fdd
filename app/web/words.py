"""A draft as it is set on the page: labels, marked-up words, the outline; kept for each state.

The plain text of a clause becomes HTML in which brackets are tinted by their depth, references
lead to the clause they name and a defined term to its definition. Links may cross a bracket
("article 8[, paragraph 2]"), and HTML elements may not, so that a link is cut where a bracket
opens or closes.

Setting a long treaty takes a while and turning a page must not, so that a `Sheet` is kept for
each (draft, journal hash): the hash names the state, whoever reads it and whichever process asks.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Generic, TypeVar

from markupsafe import Markup, escape

from app.treaty import brackets, numbering, references, terms
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.references import Places, Reference
from app.treaty.terms import Term

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

_CONTAINERS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
_ANNEXED = frozenset({Kind.ANNEX, Kind.APPENDIX})
_PARTICIPLE = re.compile(
    r"(?:(?:Also|Further|Deeply|Gravely|Fully|Firmly|Strongly|Particularly|Mindful|Conscious|Aware)"
    r"\s)*(?:(?:Mindful|Conscious|Aware|Desirous|Determined)(?=\s)|[A-Z]?[a-z]+(?:ing|ed|t)\b)"
    r"(?:\s(?:in mind|also|further|note|into account|with (?:appreciation|concern|satisfaction)))*"
)
_FORMULA = re.compile(r"(?:The )?(?:States )?Part(?:ies|y)\b[^,:]*|Have agreed")


@dataclass(frozen=True, slots=True)
class Line:
    """One clause as it is set: its look (CSS classes), label, heading, words and open brackets.

    `above` holds the uids of the clauses it stands under, up to its article; `is_leaf` says that
    nothing stands below it.
    """

    uid: str
    kind: Kind
    look: str
    label: str
    heading: Markup
    words: Markup
    brackets: int
    above: tuple[str, ...]
    is_leaf: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines that is set together: an article with what stands below it, or a heading."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the outline: `level` "part" or "article", and the brackets in what it covers."""

    uid: str
    level: str
    number: str
    heading: str
    brackets: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole draft as it is set."""

    title: str
    blocks: tuple[Block, ...]
    outline: tuple[Entry, ...]
    document: Document
    citations: tuple[str, ...]
    places: dict[str, int]

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in their order."""
        return (line for block in self.blocks for line in block.lines)

    @property
    def brackets(self) -> int:
        """How many brackets are open in the draft."""
        return sum(line.brackets for line in self.lines)

    @property
    def articles(self) -> int:
        """How many articles the draft has."""
        return sum(line.kind is Kind.ARTICLE for line in self.lines)

    def index(self, uid: str) -> int | None:
        """Where in the document the clause stands; None when it is not in it."""
        return self.places.get(uid)

    def line(self, uid: str) -> Line | None:
        """The line of a clause; None when it is not on the sheet."""
        return next((line for line in self.lines if line.uid == uid), None)

    def citation(self, uid: str) -> str:
        """How the clause is cited, "Article 9, paragraph 2 (a)"; "" when it is not on the sheet."""
        at = self.places.get(uid)
        return "" if at is None else self.citations[at]


class Sheets:
    """The sheets of the latest states, as many as `room`; safe to share among threads."""

    def __init__(self, room: int = 12) -> None:
        self._sheets = _Shelf[tuple[int, str], Sheet](room)
        self._papers = _Shelf[tuple[int, str, frozenset[tuple[str, str]]], Markup](room)

    def get(self, draft_id: int, state: str, read: Callable[[], tuple[Document, str]]) -> Sheet:
        """The sheet of this state; `read` gives document and scheme when it is not kept yet."""

        def make() -> Sheet:
            document, scheme = read()
            return set_out(document, Scheme(scheme))

        return self._sheets.get((draft_id, state), make)

    def paper(
        self, draft_id: int, state: str, marks: Mapping[str, str], make: Callable[[], Markup]
    ) -> Markup:
        """The sheet as HTML with these marks in its margin; every reader gets the same one."""
        return self._papers.get((draft_id, state, frozenset(marks.items())), make)


class _Shelf(Generic[_Key, _Value]):
    """Keeps what was made for a key, as much as there is room for; the longest unused goes."""

    def __init__(self, room: int) -> None:
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()
        self._room = room
        self._lock = Lock()

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        # Made outside of the lock: two at once make the same thing twice, and nobody waits.
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        return made


def set_out(document: Document, scheme: Scheme = Scheme.UN) -> Sheet:
    """The sheet of a document whose clauses have uids."""
    clauses = document.clauses
    labels = numbering.labels(clauses, scheme)
    glossary = _glossary(terms.defined(document))
    places = Places(document, scheme)
    lines = []
    chain: list[Clause] = []
    for at, clause in enumerate(clauses):
        while chain and chain[-1].depth >= clause.depth:
            chain.pop()
        leads = _leads(document, places, at)
        following = clauses[at + 1] if at + 1 < len(clauses) else None
        lines.append(
            Line(
                uid=clause.uid,
                kind=clause.kind,
                look=_look(clause, chain, labels[at]),
                label=labels[at],
                heading=marked_up(clause.heading),
                words=_words(document, at, glossary, leads),
                brackets=brackets.count(clause.text) + brackets.count(clause.heading),
                above=_above(chain),
                is_leaf=following is None or following.depth <= clause.depth,
            )
        )
        chain.append(clause)
    numbers = numbering.numbers(clauses, scheme)
    return Sheet(
        title=document.title,
        blocks=tuple(_blocks(lines)),
        outline=tuple(_outline(clauses, numbers, lines)),
        document=document,
        citations=numbering.citations(clauses, scheme),
        places={clause.uid: at for at, clause in enumerate(clauses)},
    )


def marked_up(text: str) -> Markup:
    """A text by itself, with its brackets tinted and nothing linked."""
    tints = _spans(text)
    return _joined(_pieces(text, tints, [])) if tints else escape(text)


def _words(
    document: Document, at: int, glossary: "_Glossary", leads: Callable[[Reference], str]
) -> Markup:
    clause = document.clauses[at]
    if not clause.text:
        return Markup("")
    opening = None
    if clause.kind is Kind.RECITAL:
        opening = _PARTICIPLE.match(clause.text)
    elif clause.kind is Kind.FORMULA:
        opening = _FORMULA.match(clause.text)
    if opening:
        rest = _lively(clause.text[opening.end() :], (), leads)
        return Markup("<em>{}</em>{}").format(opening[0], rest)
    used = tuple(
        (start, end, document.clauses[term.index].uid)
        for start, end, term in _first_uses(clause.text, glossary)
        if term.index != at
    )
    return _lively(clause.text, used, leads)


@dataclass(frozen=True, slots=True, eq=False)
class _Glossary:
    """The terms of a treaty, one object for one set of them: hashing them for each clause costs."""

    terms: tuple[Term, ...]


@lru_cache(maxsize=32)
def _glossary(defined: tuple[Term, ...]) -> _Glossary:
    return _Glossary(defined)


@lru_cache(maxsize=20_000)
def _first_uses(text: str, glossary: _Glossary) -> tuple[tuple[int, int, Term], ...]:
    """The first use of each term: marking every one would dot half the page."""
    met = set()
    first = []
    for start, end, term in terms.uses(text, glossary.terms):
        if term not in met:
            met.add(term)
            first.append((start, end, term))
    return tuple(first)


def _leads(document: Document, places: Places, at: int) -> Callable[[Reference], str]:
    """Where a reference in the clause at `at` leads: a uid, or "" when it names nothing here."""

    def lead(reference: Reference) -> str:
        target = places.resolve(at, reference)
        return "" if target is None else document.clauses[target].uid

    return lead


def _lively(
    text: str,
    used: tuple[tuple[int, int, str], ...],
    leads: Callable[[Reference], str],
) -> Markup:
    found = [(r.start, r.end, leads(r)) for r in _references(text)]
    links = [(start, end, uid, "x") for start, end, uid in found if uid]
    taken = [(start, end) for start, end, *_ in links]
    links += [
        (start, end, uid, "t")
        for start, end, uid in used
        if not any(start < e and s < end for s, e in taken)
    ]
    tints = _spans(text)
    if not links and not tints:
        return escape(text)
    return _joined(_pieces(text, tints, links))


def _joined(pieces: Iterable[str]) -> Markup:
    # Every piece is a tag of ours or was escaped where it was cut.
    return Markup("".join(pieces))  # noqa: S704


def _pieces(
    text: str, tints: tuple[tuple[int, int, int], ...], links: list[tuple[int, int, str, str]]
) -> Iterator[str]:
    cuts = {0, len(text)}
    cuts.update(at for start, end, *_ in tints for at in (start, end))
    cuts.update(at for start, end, *_ in links for at in (start, end))
    opens = {start: sum(1 for s, *_ in tints if s == start) for start, *_ in tints}
    closes = {end: sum(1 for _, e, _ in tints if e == end) for _, end, _ in tints}
    for start, end in pairwise(sorted(cuts)):
        yield "</span>" * closes.get(start, 0)
        yield '<span class="br">' * opens.get(start, 0)
        words = str(escape(text[start:end]))
        link = next((k for k in links if k[0] <= start and end <= k[1]), None)
        yield words if link is None else f'<a class="{link[3]}" href="#{link[2]}">{words}</a>'
    yield "</span>" * closes.get(len(text), 0)


@lru_cache(maxsize=20_000)
def _references(text: str) -> tuple[Reference, ...]:
    return references.find(text)


@lru_cache(maxsize=20_000)
def _spans(text: str) -> tuple[tuple[int, int, int], ...]:
    return brackets.spans(text)


def _look(clause: Clause, chain: list[Clause], label: str) -> str:
    if clause.kind.bears_heading:
        return clause.kind.value
    level = 0
    for above in reversed(chain):
        if above.kind.bears_heading:
            break
        level += 1
    # Under an unnumbered text the first list stands as far in as under a numbered one.
    indent = f" i{min(level, 4)}" if level else ""
    return clause.kind.value + indent + ("" if label else " bare")


def _above(chain: list[Clause]) -> tuple[str, ...]:
    uids = []
    for clause in reversed(chain):
        if clause.kind in _CONTAINERS or clause.kind in _ANNEXED or clause.kind is Kind.HEADING:
            break
        uids.append(clause.uid)
    return tuple(uids)


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    run: list[Line] = []
    for line in lines:
        if (
            run
            and line.kind.bears_heading
            and not (line.kind is Kind.ARTICLE and all(one.kind in _CONTAINERS for one in run))
        ):
            yield Block(tuple(run))
            run = []
        run.append(line)
    if run:
        yield Block(tuple(run))


def _outline(
    clauses: tuple[Clause, ...], numbers: tuple[str, ...], lines: list[Line]
) -> Iterator[Entry]:
    entry = None
    for clause, number, line in zip(clauses, numbers, lines, strict=True):
        if clause.kind is Kind.ARTICLE:
            found = Entry(clause.uid, "article", number, clause.heading, line.brackets)
        elif clause.kind.bears_heading:
            found = Entry(clause.uid, "part", line.label, clause.heading, line.brackets)
        elif entry is None:
            found = Entry(clause.uid, "part", "", "Preamble", line.brackets)
        else:
            entry = replace(entry, brackets=entry.brackets + line.brackets)
            continue
        if entry is not None:
            yield entry
        entry = found
    if entry is not None:
        yield entry
