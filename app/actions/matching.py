"""Which paragraph of a file that came back is which clause of the text as it was sent.

From the surest sign to the weakest: the bookmark that every clause was sent with; the paragraph's
own id; its words, together with its label and its neighbours. What is told by its words alone has
a score of likeness from 0 to 1: from `HIGH` on it is taken, from `LOW` on it is only offered, and
below that it is a paragraph of its own. Both were measured, see the test. A bookmark that stands
at other words, while its clause's own words stand elsewhere without one, is not believed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from app.exchange.word.cameback import Whole, plain
from app.exchange.word.frame import STYLES, bookmark_of, dressed, numbered
from app.exchange.word.keys import keys_of
from app.exchange.word.numbering import Numbering
from app.treaty.align import align
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme

HIGH = 0.8
"""From this score on a paragraph without a name is taken for the clause that it is like."""

LOW = 0.3
"""Below this score nothing is said of a paragraph's being like a clause."""

_ASTRAY = 0.2
"""A bookmarked paragraph less like its clause than this may have got the bookmark by accident."""

LABEL = 0.25
"""How much of what is missing to full likeness the same label makes up for."""

BOOKMARK, KEY, LIKENESS = "bookmark", "paragraph id", "label and likeness"
"""By what a paragraph was placed."""

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+|\d+|[^\w\s]")
_FRONT = frozenset(
    {
        "masttop",
        "mastright",
        "treatytitle",
        "recordstatus",
        "contentsheading",
        "tableheading",
        "tocheading",
        "header",
        "footer",
    }
)
_KINDS = {style.casefold(): kind for kind, style in STYLES.items()} | {"treatytext": Kind.PARAGRAPH}


@dataclass(frozen=True, slots=True)
class Sent:
    """The text as it was sent, and how it stood in the file.

    `before` is what stands before each clause's words where Word cannot count its label. `keys`
    are the paragraph ids that clauses were sent with. `beside` are digests of other
    paragraphs of the file, and `remarks` of the comments in it; `hand` is the author and date of
    the changes that were tracked in it. `title` is the draft's own title ("": not to be compared).
    """

    clauses: tuple[Clause, ...]
    labels: tuple[str, ...]
    before: tuple[str, ...]
    keys: Mapping[str, int] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    remarks: frozenset[str] = frozenset()
    hand: tuple[str, str] | None = None
    title: str = ""
    scheme: Scheme = Scheme.UN

    def words(self, index: int) -> str:
        """The words of a clause: its heading or its text."""
        clause = self.clauses[index]
        return clause.heading if clause.kind.bears_heading else clause.text

    def ours(self, author: str, date: str) -> bool:
        """Whether a change by this author and of this date was in the file already."""
        return self.hand == (author, date)


@dataclass(frozen=True, slots=True)
class Match:
    """The clause that a paragraph is: by its index, by what it was told, and how surely."""

    clause: int
    how: str
    score: float

    @property
    def is_sure(self) -> bool:
        """Whether it is taken for that clause, and not only offered."""
        return self.how != LIKENESS or self.score >= HIGH


def sent(document: Document, scheme: Scheme) -> Sent:
    """A text as the writers of files of ours set it."""
    known = numbered(document, scheme)
    numbering = Numbering((one.place, one.number, one.label) for one in known)
    before = []
    for clause, one in zip(document.clauses, known, strict=True):
        _, _, literal = dressed(clause, one, numbering)
        headed = clause.kind.bears_heading
        lead = (literal if headed else f"{literal}\t") if literal else ""
        before.append(lead + ("\n" if headed and one.label and clause.heading else ""))
    keys = keys_of(clause.uid for clause in document.clauses)
    return Sent(
        document.clauses,
        tuple(one.label for one in known),
        tuple(before),
        {key: index for index, key in enumerate(keys) if key},
        title=document.title or "Draft",
        scheme=scheme,
    )


def kind_of(whole: Whole) -> Kind | None:
    """The kind of clause that a paragraph is by its style; None where that does not tell."""
    return _KINDS.get(_bare(whole.owner.paragraph.style))


def is_title(style: str) -> bool:
    """Whether a paragraph of this style is the draft's own title."""
    return _bare(style) == "treatytitle"


def is_front(style: str) -> bool:
    """Whether a paragraph of this style stands around the text: mast, title, table of contents."""
    bare = _bare(style)
    return bare in _FRONT or bare.startswith(("toc", "contents"))


def _bare(style: str) -> str:
    return "".join(style.split()).casefold()


def without_label(words: str, label: str, own: str) -> str:
    """A paragraph's words without the label before them, where that stands there as words."""
    if label and words.startswith(label) and not own.startswith(label):
        return words[len(label) :].lstrip()
    return words


@lru_cache(maxsize=40_000)
def shingles(text: str) -> Counter[object]:
    """The words and pairs of neighbouring words of a text, without case; numbers are alike."""
    tokens = ["0" if each[0].isdigit() else each for each in _TOKEN.findall(text.casefold())]
    return Counter[object]((*tokens, *pairwise(tokens)))


def likeness(one: str, other: str) -> float:
    """0 to 1: the share of words and pairs of words that two texts have in common."""
    if one == other:
        return 1.0
    ours, theirs = shingles(one), shingles(other)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def share(part: str, whole: str) -> float:
    """0 to 1: how much of the first text is found in the second."""
    ours = shingles(part)
    return (ours & shingles(whole)).total() / ours.total() if ours else 1.0


def matches(sent: Sent, wholes: Sequence[Whole]) -> list[Match | None]:
    """For every paragraph of the file as it was before its changes the clause that it is.

    No clause is two paragraphs. A paragraph around the text, and one without words, is none.
    """
    return _Matching(sent, wholes).done()


class _Matching:
    def __init__(self, sent: Sent, wholes: Sequence[Whole]) -> None:
        self._sent = sent
        self._wholes = wholes
        self._words = [plain(whole.was()) for whole in wholes]
        self._found: list[Match | None] = [None] * len(wholes)
        self._taken: dict[int, int] = {}
        self._plain = [plain(sent.words(index)) for index in range(len(sent.clauses))]

    def done(self) -> list[Match | None]:
        self._by_names()
        self._without_strays()
        self._by_words()
        return self._found

    def _take(self, at: int, clause: int, how: str) -> None:
        if clause in self._taken or self._found[at] is not None:
            return
        self._taken[clause] = at
        self._found[at] = Match(clause, how, round(self._score(at, clause), 3))

    def _score(self, at: int, clause: int) -> float:
        """How much a paragraph is like a clause, its label counted in."""
        words = self._own_words(at, clause)
        found = likeness(words, self._plain[clause])
        label = self._wholes[at].owner.paragraph.label
        if label and label == self._sent.labels[clause]:
            found += (1 - found) * LABEL
        return found

    def _own_words(self, at: int, clause: int) -> str:
        words = self._words[at]
        lead = plain(self._sent.before[clause])
        if lead and words.startswith(lead):
            return words[len(lead) :].lstrip()
        return without_label(words, self._sent.labels[clause], self._plain[clause])

    # --- by name

    def _by_names(self) -> None:
        bookmarks = {
            bookmark_of(clause.uid): index
            for index, clause in enumerate(self._sent.clauses)
            if clause.uid
        }
        weak: list[tuple[int, list[int]]] = []
        for at, whole in enumerate(self._wholes):
            firm: list[int] = []
            loose: list[int] = []
            for block in whole.blocks:
                named = [bookmarks[each] for each in block.paragraph.bookmarks if each in bookmarks]
                (firm if block.was().strip() or len(whole.blocks) == 1 else loose).extend(named)
            if len(firm) > 1:
                # Two paragraphs were made one, or one was deleted and left its name behind.
                firm.sort(key=lambda index: -round(share(self._plain[index], self._words[at]), 1))
            if firm:
                self._take(at, firm[0], BOOKMARK)
            elif loose and self._words[at]:
                weak.append((at, loose))
        for at, loose in weak:
            # A name that stands before what was put in ahead of its paragraph.
            self._take(at, max(loose, key=lambda index: self._score(at, index)), BOOKMARK)
        for at, whole in enumerate(self._wholes):
            for block in whole.blocks:
                clause = self._sent.keys.get(block.paragraph.key.upper())
                if clause is not None and self._words[at]:
                    self._take(at, clause, KEY)

    def _without_strays(self) -> None:
        """Do not believe a name at other words where the clause's own words stand nameless."""
        nameless = Counter(
            words for at, words in enumerate(self._words) if self._found[at] is None and words
        )
        for at, match in enumerate(self._found):
            if match is None or match.score >= HIGH:
                continue
            if likeness(self._own_words(at, match.clause), self._plain[match.clause]) >= _ASTRAY:
                continue
            if nameless[self._plain[match.clause]] == 1:
                del self._taken[match.clause]
                self._found[at] = None

    # --- by words

    def _by_words(self) -> None:
        free = [
            at
            for at, words in enumerate(self._words)
            if words
            and self._found[at] is None
            and not self._is_around(at)
            and not self._is_split_off(at)
        ]
        if not free or len(self._taken) == len(self._sent.clauses):
            return
        unknown = set(free)
        shown = [at for at in range(len(self._wholes)) if self._found[at] or at in unknown]
        clauses = [self._as_clause(at) for at in shown]
        pairs = align(self._sent.clauses, clauses)
        for pair in pairs:
            if pair.old is None or pair.new is None:
                continue
            at = shown[pair.new]
            if self._found[at] is None and self._score(at, pair.old) >= LOW:
                self._take(at, pair.old, LIKENESS)

    def _is_split_off(self, at: int) -> bool:
        """Whether the words are those that the clause next to them has lost."""
        for beside in (at - 1, at + 1):
            match = self._found[beside] if 0 <= beside < len(self._found) else None
            if match is not None and self._words[at] in self._plain[match.clause]:
                left = self._plain[match.clause].replace(self._words[at], "", 1)
                return likeness(self._own_words(beside, match.clause), plain(left)) >= HIGH
        return False

    def _is_around(self, at: int) -> bool:
        return is_front(self._wholes[at].owner.paragraph.style)

    def _as_clause(self, at: int) -> Clause:
        match = self._found[at]
        kind = kind_of(self._wholes[at]) or self._guessed(at)
        words, uid = self._words[at], ""
        if match is not None:
            known = self._sent.clauses[match.clause]
            kind, uid = known.kind, known.uid
        if kind.bears_heading:
            return Clause(kind, heading=words, uid=uid)
        return Clause(kind, text=words, uid=uid)

    def _guessed(self, at: int) -> Kind:
        """The kind of a paragraph of another's making, by its style or its label."""
        paragraph = self._wholes[at].owner.paragraph
        label = paragraph.label or self._words[at]
        found = re.match(r"(article|part|chapter|section|annex|appendix)\b", label, re.IGNORECASE)
        if found and len(self._words[at]) < 200:
            return Kind(found[1].lower())
        return Kind.HEADING if _bare(paragraph.style).startswith("heading") else Kind.PARAGRAPH


def order(found: Iterable[Match | None]) -> list[int]:
    """The clauses in the order in which their paragraphs stand in the file."""
    return [match.clause for match in found if match is not None and match.is_sure]
