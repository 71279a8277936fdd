"""A draft as it is set on the page: labels, marked-up words, the outline; kept for each state.

The plain text of a clause becomes HTML in which brackets are tinted by their depth, references
lead to the clause they name and a defined term to its definition. Links may cross a bracket
("article 8[, paragraph 2]"), and HTML elements may not, so that a link is cut where a bracket
opens or closes.

Setting a long treaty takes a while and turning a page must not, so that a `Sheet` is kept for
each (draft, journal hash): the hash names the state, whoever reads it and whichever process asks.
A change of one clause makes another state in which all other clauses look as before, so that a
`Line` is kept too, for just what its looks are made of: its own words, its label, and where the
references and terms in it lead. Numbers and targets are worked out anew for each state.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from app.treaty import brackets, numbering, references, terms
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.references import Places, Reference
from app.treaty.terms import Term

_Target = tuple[int, int, str]
"""Where some words of a text stand, and the uid of the clause they lead to."""

_ROOM = 20_000
"""How many clauses are kept: the large treaties of one process, and their latest states."""

_CONTAINERS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
_ANNEXED = frozenset({Kind.ANNEX, Kind.APPENDIX})
_PARTICIPLE = re.compile(
    r"(?:(?:Also|Further|Deeply|Gravely|Fully|Firmly|Strongly|Particularly|Mindful|Conscious|Aware)"
    r"\s)*(?:(?:Mindful|Conscious|Aware|Desirous|Determined)(?=\s)|[A-Z]?[a-z]+(?:ing|ed|t)\b)"
    r"(?:\s(?:in mind|also|further|note|into account|with (?:appreciation|concern|satisfaction)))*"
)
_FORMULA = re.compile(r"(?:The )?(?:States )?Part(?:ies|y)\b[^,:]*|Have agreed")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One clause as it is set: its look (CSS classes), label, heading, words and open brackets.

    `above` holds the uids of the clauses it stands under, up to its article; `is_leaf` says that
    nothing stands below it. While it looks the same it is the same object, whatever the state, so
    that what is made of it can be kept by it.
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


@dataclass(frozen=True, eq=False)
class Sheet:
    """A whole draft as it is set; `numbers` are the bare numbers of its clauses."""

    title: str
    blocks: tuple[Block, ...]
    outline: tuple[Entry, ...]
    document: Document
    scheme: Scheme
    numbers: tuple[str, ...]
    places: dict[str, int]

    @cached_property
    def citations(self) -> tuple[str, ...]:
        """How each clause is cited; worked out when somebody asks, as the page itself does not."""
        return numbering.citations(self.document.clauses, self.scheme)

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in their order."""
        return (line for block in self.blocks for line in block.lines)

    @cached_property
    def brackets(self) -> int:
        """How many brackets are open in the draft."""
        return sum(line.brackets for line in self.lines)

    @cached_property
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


def set_out(document: Document, scheme: Scheme = Scheme.UN) -> Sheet:
    """The sheet of a document whose clauses have uids."""
    clauses = document.clauses
    numbers = numbering.numbers(clauses, scheme)
    labels = numbering.labels(clauses, scheme, numbers)
    aims = _Aims(document, Places(document, scheme, numbers))
    lines = []
    chain: list[Clause] = []
    for at, clause in enumerate(clauses):
        while chain and chain[-1].depth >= clause.depth:
            chain.pop()
        following = clauses[at + 1] if at + 1 < len(clauses) else None
        lines.append(
            _line(
                clause.uid,
                clause.kind,
                _look(clause, chain, labels[at]),
                labels[at],
                clause.heading,
                clause.text,
                aims.references(at),
                aims.terms(at),
                _above(chain),
                following is None or following.depth <= clause.depth,
            )
        )
        chain.append(clause)
    return Sheet(
        title=document.title,
        blocks=tuple(_blocks(lines)),
        outline=tuple(_outline(clauses, numbers, lines)),
        document=document,
        scheme=scheme,
        numbers=numbers,
        places={clause.uid: at for at, clause in enumerate(clauses)},
    )


class _Aims:
    """Where the words of a document's clauses lead."""

    def __init__(self, document: Document, places: Places) -> None:
        self._clauses = document.clauses
        self._places = places
        defined = terms.defined(document)
        self._defined = defined
        # Where a term is defined is taken out, since it moves with every clause before it, while
        # the words, on which its uses alone depend, stay.
        self._glossary = _glossary(
            tuple(Term(term.words, at, 0, 0, term.exact) for at, term in enumerate(defined))
        )

    def references(self, at: int) -> tuple[_Target, ...]:
        """The references in a clause's text that lead to a clause of this document."""
        clause = self._clauses[at]
        text = clause.text[_opening(clause.kind, clause.text) :]
        found = []
        for reference in _references(text) if text else ():
            target = self._places.resolve(at, reference)
            if target is not None:
                found.append((reference.start, reference.end, self._clauses[target].uid))
        return tuple(found)

    def terms(self, at: int) -> tuple[_Target, ...]:
        """The first use of each term in a clause's text; none in the opening of a preamble."""
        clause = self._clauses[at]
        if not clause.text or _opening(clause.kind, clause.text):
            return ()
        found = []
        for start, end, term in _first_uses(clause.text, self._glossary):
            index = self._defined[term.index].index
            if index != at:
                found.append((start, end, self._clauses[index].uid))
        return tuple(found)


@lru_cache(maxsize=_ROOM)
def _line(
    uid: str,
    kind: Kind,
    look: str,
    label: str,
    heading: str,
    text: str,
    references: tuple[_Target, ...],
    used: tuple[_Target, ...],
    above: tuple[str, ...],
    is_leaf: bool,
) -> Line:
    return Line(
        uid=uid,
        kind=kind,
        look=look,
        label=label,
        heading=marked_up(heading),
        words=_words(kind, text, references, used),
        brackets=len(_spans(text)) + len(_spans(heading)),
        above=above,
        is_leaf=is_leaf,
    )


def marked_up(text: str) -> Markup:
    """A text by itself, with its brackets tinted and nothing linked."""
    tints = _spans(text)
    return _joined(_pieces(text, tints, [])) if tints else escape(text)


def _words(
    kind: Kind, text: str, references: tuple[_Target, ...], used: tuple[_Target, ...]
) -> Markup:
    cut = _opening(kind, text)
    rest = _lively(text[cut:], references, used)
    return Markup("<em>{}</em>{}").format(text[:cut], rest) if cut else rest


def _opening(kind: Kind, text: str) -> int:
    """How many characters at its beginning a clause of the preamble has in italics."""
    if kind is Kind.RECITAL:
        opening = _PARTICIPLE.match(text)
    elif kind is Kind.FORMULA:
        opening = _FORMULA.match(text)
    else:
        return 0
    return opening.end() if opening else 0


@dataclass(frozen=True, slots=True, eq=False)
class _Glossary:
    """The terms of a treaty, one object for one set of them: hashing them for each clause costs."""

    terms: tuple[Term, ...]


@lru_cache(maxsize=32)
def _glossary(defined: tuple[Term, ...]) -> _Glossary:
    return _Glossary(defined)


@lru_cache(maxsize=_ROOM)
def _first_uses(text: str, glossary: _Glossary) -> tuple[tuple[int, int, Term], ...]:
    """The first use of each term: marking every one would dot half the page."""
    met = set()
    first = []
    for start, end, term in terms.uses(text, glossary.terms):
        if term not in met:
            met.add(term)
            first.append((start, end, term))
    return tuple(first)


def _lively(text: str, references: tuple[_Target, ...], used: tuple[_Target, ...]) -> Markup:
    links = [(start, end, uid, "x") for start, end, uid in references]
    links += [
        (start, end, uid, "t")
        for start, end, uid in used
        if not any(start < e and s < end for s, e, _ in references)
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


@lru_cache(maxsize=_ROOM)
def _references(text: str) -> tuple[Reference, ...]:
    return references.find(text)


@lru_cache(maxsize=_ROOM)
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
    row, count = None, 0
    for clause, number, line in zip(clauses, numbers, lines, strict=True):
        if clause.kind is Kind.ARTICLE:
            found = (clause.uid, "article", number, clause.heading)
        elif clause.kind.bears_heading:
            found = (clause.uid, "part", line.label, clause.heading)
        elif row is None:
            found = (clause.uid, "part", "", "Preamble")
        else:
            count += line.brackets
            continue
        if row is not None:
            yield Entry(*row, brackets=count)
        row, count = found, line.brackets
    if row is not None:
        yield Entry(*row, brackets=count)
