"""The structure of a draft as the page has it, its words apart: numbers, labels, looks, rows.

Typing changes words and leaves all of this as it is, so that a `Frame` is kept for each
structure, and every state of a draft between two acts upon its structure shares one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.treaty import numbering
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme
from app.treaty.references import Places

CONTAINERS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION})
"""What articles are gathered in."""

_ANNEXED = frozenset({Kind.ANNEX, Kind.APPENDIX})
_ROOM = 16
"""How many structures are kept: a few for each draft that is worked on."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outline: where its clause stands; `heading` where that is not the clause's."""

    at: int
    level: str
    number: str
    heading: str | None


@dataclass(frozen=True, eq=False)
class Frame:
    """What is the same for a draft whatever its words say; one entry of each for each clause.

    `above` holds the uids of the clauses that a clause stands under, up to its article; `leaves`
    whether nothing stands below it; `starts` where each block begins; `block_of` and `row_of` in
    which block and under which row of the outline each clause is.
    """

    clauses: tuple[Clause, ...]
    scheme: Scheme
    numbers: tuple[str, ...]
    labels: tuple[str, ...]
    looks: tuple[str, ...]
    above: tuple[tuple[str, ...], ...]
    leaves: tuple[bool, ...]
    starts: tuple[int, ...]
    block_of: tuple[int, ...]
    rows: tuple[Row, ...]
    row_of: tuple[int, ...]
    index: dict[str, int]

    @cached_property
    def places(self) -> Places:
        """Where every number stands: what references are resolved by."""
        return Places(Document("", self.clauses), self.scheme, self.numbers)

    @cached_property
    def citations(self) -> tuple[str, ...]:
        """How each clause is cited; worked out when somebody asks, as the page itself does not."""
        return tuple(
            map(numbering.citer(self.clauses, self.scheme, self.numbers), range(len(self.clauses)))
        )

    @cached_property
    def articles(self) -> int:
        """How many articles there are."""
        return sum(clause.kind is Kind.ARTICLE for clause in self.clauses)


def frame_of(clauses: tuple[Clause, ...], scheme: Scheme) -> Frame:
    """The frame of these clauses, that have uids; the same object for the same structure."""
    bones = tuple((clause.uid, clause.kind, clause.number, clause.depth) for clause in clauses)
    return _frame(bones, scheme)


@lru_cache(maxsize=_ROOM)
def _frame(bones: tuple[tuple[str, Kind, str, int], ...], scheme: Scheme) -> Frame:
    clauses = tuple(
        Clause(kind, number, depth=depth, uid=uid) for uid, kind, number, depth in bones
    )
    numbers = numbering.numbers(clauses, scheme)
    labels = numbering.labels(clauses, scheme, numbers)
    looks, above = [], []
    chain: list[Clause] = []
    for clause, label in zip(clauses, labels, strict=True):
        while chain and chain[-1].depth >= clause.depth:
            chain.pop()
        looks.append(_look(clause, chain, label))
        above.append(_above(chain))
        chain.append(clause)
    starts = tuple(_starts(clauses))
    rows = tuple(_rows(clauses, numbers, labels))
    return Frame(
        clauses=clauses,
        scheme=scheme,
        numbers=numbers,
        labels=labels,
        looks=tuple(looks),
        above=tuple(above),
        leaves=tuple(
            at + 1 == len(clauses) or clauses[at + 1].depth <= clause.depth
            for at, clause in enumerate(clauses)
        ),
        starts=starts,
        block_of=_run_of(starts, len(clauses)),
        rows=rows,
        row_of=_run_of(tuple(row.at for row in rows), len(clauses)),
        index={clause.uid: at for at, clause in enumerate(clauses)},
    )


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
    # The name of an option is too wide for the place of a number, and stands above the words.
    wide = " option" if label.endswith(":") else ""
    return clause.kind.value + indent + wide + ("" if label else " bare")


def _above(chain: list[Clause]) -> tuple[str, ...]:
    uids = []
    for clause in reversed(chain):
        if clause.kind in CONTAINERS or clause.kind in _ANNEXED or clause.kind is Kind.HEADING:
            break
        uids.append(clause.uid)
    return tuple(uids)


def _starts(clauses: tuple[Clause, ...]) -> Iterator[int]:
    """Where each block begins: at a heading, but for an article just below those of its part."""
    only_containers = False
    for at, clause in enumerate(clauses):
        goes_along = clause.kind is Kind.ARTICLE and only_containers
        if at == 0 or (clause.kind.bears_heading and not goes_along):
            yield at
            only_containers = True
        only_containers = only_containers and clause.kind in CONTAINERS


def _rows(
    clauses: tuple[Clause, ...], numbers: tuple[str, ...], labels: tuple[str, ...]
) -> Iterator[Row]:
    for at, clause in enumerate(clauses):
        if clause.kind is Kind.ARTICLE:
            yield Row(at, "article", numbers[at], None)
        elif clause.kind.bears_heading:
            yield Row(at, "part", labels[at], None)
        elif at == 0:
            yield Row(at, "part", "", "Preamble")


def _run_of(starts: tuple[int, ...], count: int) -> tuple[int, ...]:
    """For each place below `count`, which of the runs that begin at `starts` it is in."""
    runs = []
    run = -1
    begins = frozenset(starts)
    for at in range(count):
        run += at in begins
        runs.append(run)
    return tuple(runs)
