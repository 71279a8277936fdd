"""A draft as it is set on the page: labels, marked-up words, the outline; kept for each state.

The plain text of a clause becomes HTML in which brackets are tinted by their depth, references
lead to the clause they name and a defined term to its definition. Links may cross a bracket
("article 8[, paragraph 2]"), and HTML elements may not, so that a link is cut where a bracket
opens or closes.

A change of one clause makes another state in which all other clauses look as before, so that a
`Line` is kept for just what its looks are made of: its own words, its label, and where the
references and terms in it lead. What depends on the structure alone is the `Frame` (frame.py);
while that stays, `Sheet.reworded` sets the clauses that changed and no others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from app.treaty import brackets, references, terms
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.references import Reference
from app.treaty.terms import Term
from app.web.frame import Frame, frame_of

_Target = tuple[int, int, str]
"""Where some words of a text stand, and the uid of the clause they lead to."""

_ROOM = 20_000
"""How many clauses are kept: the large treaties of one process, and their latest states."""

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
    clause: Clause
    look: str
    label: str
    heading: Markup
    words: Markup
    brackets: int
    above: tuple[str, ...]
    is_leaf: bool

    @property
    def kind(self) -> Kind:
        """What sort of clause it is."""
        return self.clause.kind


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of lines that is set together: an article with what stands below it, or a heading.

    `uid` is that of its first clause, and names it on the page. While all its lines look the same
    it is the same object too.
    """

    uid: str
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
    """A whole draft as it is set, in the frame of its structure."""

    title: str
    frame: Frame
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]
    outline: tuple[Entry, ...]
    brackets: int
    _aims: "_Aims"

    @cached_property
    def document(self) -> Document:
        """The text that is set here, each clause with its uid."""
        return Document(self.title, tuple(line.clause for line in self.lines))

    @property
    def articles(self) -> int:
        """How many articles the draft has."""
        return self.frame.articles

    def index(self, uid: str) -> int | None:
        """Where in the document the clause stands; None when it is not in it."""
        return self.frame.index.get(uid)

    def line(self, uid: str) -> Line | None:
        """The line of a clause; None when it is not on the sheet."""
        at = self.index(uid)
        return None if at is None else self.lines[at]

    def citation(self, uid: str) -> str:
        """How the clause is cited, "Article 9, paragraph 2 (a)"; "" when it is not on the sheet."""
        at = self.index(uid)
        return "" if at is None else self.frame.citations[at]

    def reworded(self, words: Mapping[str, str]) -> "Sheet":
        """The sheet on which these clauses, by their uids, have these words.

        Quick, as only they are set anew, unless what the draft's terms mean may have changed.
        KeyError for a clause that is not on the sheet.
        """
        changed: dict[int, Clause] = {}
        for uid, said in words.items():
            at = self.frame.index[uid]
            clause = self.lines[at].clause
            if not terms.stays(self._aims.defined, clause.text, said):
                return set_out(self._document_with(words), self.frame.scheme)
            changed[at] = _with_words(clause, said)
        lines = list(self.lines)
        blocks, outline, brackets = list(self.blocks), list(self.outline), self.brackets
        for at, clause in changed.items():
            lines[at] = line = self._aims.line(at, clause)
            more = line.brackets - self.lines[at].brackets
            brackets += more
            row = self.frame.row_of[at]
            entry = outline[row]
            names_it = self.frame.rows[row].at == at and clause.kind.bears_heading
            outline[row] = replace(
                entry,
                brackets=entry.brackets + more,
                heading=clause.heading if names_it else entry.heading,
            )
        for number in {self.frame.block_of[at] for at in changed}:
            blocks[number] = _block(tuple(lines[slice(*_bounds(self.frame, number))]))
        return replace(
            self,
            lines=tuple(lines),
            blocks=tuple(blocks),
            outline=tuple(outline),
            brackets=brackets,
        )

    def _document_with(self, words: Mapping[str, str]) -> Document:
        clauses = [line.clause for line in self.lines]
        for uid, said in words.items():
            at = self.frame.index[uid]
            clauses[at] = _with_words(clauses[at], said)
        return Document(self.title, tuple(clauses))


def _with_words(clause: Clause, words: str) -> Clause:
    if clause.kind.bears_heading:
        return replace(clause, heading=words)
    return replace(clause, text=words)


def set_out(document: Document, scheme: Scheme = Scheme.UN) -> Sheet:
    """The sheet of a document whose clauses have uids."""
    clauses = document.clauses
    frame = frame_of(clauses, scheme)
    aims = _Aims.of(frame, document)
    lines = tuple(aims.line(at, clause) for at, clause in enumerate(clauses))
    return Sheet(
        title=document.title,
        frame=frame,
        lines=lines,
        blocks=tuple(
            _block(lines[slice(*_bounds(frame, number))]) for number in range(len(frame.starts))
        ),
        outline=_outline(frame, lines),
        brackets=sum(line.brackets for line in lines),
        _aims=aims,
    )


def _bounds(frame: Frame, number: int) -> tuple[int, int | None]:
    """Where the lines of a block begin and end; None: with the last one."""
    after = number + 1
    return frame.starts[number], frame.starts[after] if after < len(frame.starts) else None


@lru_cache(maxsize=_ROOM)
def _block(lines: tuple[Line, ...]) -> Block:
    return Block(lines[0].uid, lines)


def _outline(frame: Frame, lines: tuple[Line, ...]) -> tuple[Entry, ...]:
    counts = [0] * len(frame.rows)
    for row, line in zip(frame.row_of, lines, strict=True):
        counts[row] += line.brackets
    return tuple(
        Entry(
            lines[row.at].uid,
            row.level,
            row.number,
            lines[row.at].clause.heading if row.heading is None else row.heading,
            count,
        )
        for row, count in zip(frame.rows, counts, strict=True)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Aims:
    """Where the words of a document's clauses lead."""

    frame: Frame
    defined: tuple[Term, ...]
    glossary: "_Glossary"

    @classmethod
    def of(cls, frame: Frame, document: Document) -> "_Aims":
        defined = terms.defined(document)
        # Where a term is defined is taken out, since it moves with every clause before it, while
        # the words, on which its uses alone depend, stay.
        known = tuple(Term(term.words, at, 0, 0, term.exact) for at, term in enumerate(defined))
        return cls(frame, defined, _glossary(known))

    def line(self, at: int, clause: Clause) -> Line:
        """The clause at this place as it is set."""
        frame = self.frame
        return _line(
            clause.uid,
            clause,
            frame.looks[at],
            frame.labels[at],
            _resolved(frame, at, clause.text[_opening(clause.kind, clause.text) :]),
            self.terms(at, clause),
            frame.above[at],
            frame.leaves[at],
        )

    def terms(self, at: int, clause: Clause) -> tuple[_Target, ...]:
        """The first use of each term in a clause's text; none in the opening of a preamble."""
        if not clause.text or _opening(clause.kind, clause.text):
            return ()
        found = []
        for start, end, term in _first_uses(clause.text, self.glossary):
            index = self.defined[term.index].index
            if index != at:
                found.append((start, end, self.frame.clauses[index].uid))
        return tuple(found)


@lru_cache(maxsize=_ROOM)
def _resolved(frame: Frame, at: int, text: str) -> tuple[_Target, ...]:
    """The references in the text of the clause at a place that lead to a clause of the draft."""
    found = []
    for reference in _references(text) if text else ():
        target = frame.places.resolve(at, reference)
        if target is not None:
            found.append((reference.start, reference.end, frame.clauses[target].uid))
    return tuple(found)


@lru_cache(maxsize=_ROOM)
def _line(
    uid: str,
    clause: Clause,
    look: str,
    label: str,
    references: tuple[_Target, ...],
    used: tuple[_Target, ...],
    above: tuple[str, ...],
    is_leaf: bool,
) -> Line:
    # The uid is named by itself, as it does not count where two clauses are compared.
    return Line(
        uid=uid,
        clause=clause,
        look=look,
        label=label,
        heading=marked_up(clause.heading),
        words=_words(clause.kind, clause.text, references, used),
        brackets=len(_spans(clause.text)) + len(_spans(clause.heading)),
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
