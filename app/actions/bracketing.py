"""The ledger of brackets: all that is not agreed in a draft, read from its words, and the lifting.

Nothing of it is stored. A bracket is as old as the entry of the journal by which its opening mark
came; it is lifted by changing the words of its clause, as anybody's edit would.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.actions import attributing, drafting, policy
from app.actions.placing import live_index, subtree
from app.actions.policy import Act
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord, DraftRecord, EditionRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import brackets
from app.treaty.brackets import Bracket, Brackets
from app.treaty.document import Clause
from app.treaty.numbering import Scheme, citer, numbers

_GONE = "This bracket is not in the text any more. Please look at the clause as it is now."
_CLOSING = frozenset(" ,.;:!?)]’”")
_KEPT = 2_000
"""How many editions are counted once and remembered; one of them is four numbers."""


class Sort(StrEnum):
    """What a bracket asks: whether its words stay, which of several words do, or which come."""

    RETAIN = "retain or omit"
    ALTERNATIVES = "alternatives"
    BLANK = "blank"


class Way(StrEnum):
    """What becomes of the words when a bracket is lifted: they stay, or they go with its marks."""

    KEEP = "keep"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Listed:
    """One bracket of the ledger: where it is (indices of the clause's words), and since when.

    `words` are its own without the marks, `parts` those between its slashes, `rivals` the words
    of the brackets that touch it; `owners` are stated ("": nobody said whose it is). `article` is
    the uid of the article, or whatever else bears a heading, that it is in ("": before the first).
    """

    uid: str
    version: int
    article: str
    citation: str
    start: int
    end: int
    depth: int
    sort: Sort
    words: str
    parts: tuple[str, ...]
    rivals: tuple[str, ...]
    entry: EntryRecord
    owners: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many brackets a text has, of each sort."""

    retain: int = 0
    alternatives: int = 0
    blank: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.retain + self.alternatives + self.blank


@dataclass(frozen=True, slots=True)
class ArticleTally:
    """The brackets of an article, or of whatever else bears a heading; clauses by their uid."""

    uid: str
    citation: str
    heading: str
    tally: Tally
    clauses: Mapping[str, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """The brackets of one edition, or of the text as it stands (`slug` "")."""

    slug: str
    name: str
    at: datetime
    tally: Tally


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every bracket of a draft in the order of its text, and how many there are where and when."""

    listed: tuple[Listed, ...]
    tally: Tally
    articles: tuple[ArticleTally, ...]
    stages: tuple[Stage, ...]


def ledger(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Ledger:
    """The ledger of the draft's brackets as it stands; the oldest edition first."""
    policy.require(seat, Act.READ_DRAFT)
    clauses = store.drafts.clauses(draft.id)
    trees = {each.uid: brackets.read(each.words) for each in clauses if "[" in each.words}
    trees = {uid: tree for uid, tree in trees.items() if tree.roots}
    came = attributing.entries(store, seat, draft, trees)
    treaty = tuple(each.clause() for each in clauses)
    scheme = Scheme(draft.scheme)
    cited = citer(treaty, scheme, numbers(treaty, scheme))
    listed: list[Listed] = []
    articles: list[ArticleTally] = []
    for heading, run in _runs(clauses):
        bearer = clauses[heading] if clauses[heading].kind.bears_heading else None
        here: list[Listed] = []
        for at in run:
            clause = clauses[at]
            if tree := trees.get(clause.uid):
                article = bearer.uid if bearer is not None else ""
                here += _of_clause(clause, tree, article, cited(at), came[clause.uid])
        if here:
            listed += here
            articles.append(
                ArticleTally(
                    here[0].article,
                    cited(heading) if bearer is not None else "",
                    bearer.heading if bearer is not None else "Preamble",
                    _tally(each.sort for each in here),
                    Counter(each.uid for each in here),
                )
            )
    tally = _tally(each.sort for each in listed)
    editions = tuple(_stage(store, each) for each in store.drafts.editions(draft.id))
    now = Stage("", "As it stands", store.now, tally)
    return Ledger(tuple(listed), tally, tuple(articles), (*editions, now))


def lift(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    start: int,
    end: int,
    seen: int,
    way: Way | str,
    part: int | None = None,
) -> ClauseRecord:
    """The clause without the bracket that was at these indices of its words at version `seen`.

    Kept words win over the brackets that touch theirs, which go; `part` says which of the words
    between slashes stay. An ordinary edit: what others changed meanwhile is merged, and Moved is
    raised where they touched the same words. Missing where there was no such bracket. A clause
    of which no word would be left is struck; Invalid where other text stands below it.
    """
    clause = drafting.clause(store, seat, draft, uid)
    words: str | None = clause.words
    if seen != clause.version:
        words = store.drafts.words_at(draft.id, uid, version=seen)
    left = lifted(words or "", start, end, _way(way), part)
    if not left.strip() and not clause.struck:
        return _strike(store, seat, draft, uid, seen)
    if clause.kind.bears_heading:
        return drafting.retitle(store, seat, draft, uid, left, seen=seen)
    return drafting.reword(store, seat, draft, uid, left, seen=seen).clause


def lifted(text: str, start: int, end: int, way: Way, part: int | None = None) -> str:
    """The text without the bracket at these indices, its words kept or gone with it.

    Missing where there is none; Invalid where it has alternatives and nobody said which.
    """
    tree = brackets.read(text)
    bracket = next((each for each in tree if (each.start, each.end) == (start, end)), None)
    if bracket is None:
        raise Missing(_GONE)
    if way is Way.DROP:
        return _without(text, start, end)
    if bracket.blank:
        raise Invalid("A blank has no words to keep: write them in the clause, or take it out.")
    run = _competing(tree).get(bracket.start, (bracket,))
    return text[: run[0].start] + _chosen(text, bracket, part) + text[run[-1].end :]


def _strike(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str, seen: int
) -> ClauseRecord:
    clauses = store.drafts.clauses(draft.id)
    if len(subtree(clauses, live_index(clauses, uid))) > 1:
        raise Invalid(
            "No word would be left of this clause, and other text stands below it: move that first."
        )
    return drafting.strike(store, seat, draft, uid, seen=seen)


def _way(way: Way | str) -> Way:
    try:
        return Way(way)
    except ValueError:
        raise Invalid("Say whether the words stay or go.") from None


def _chosen(text: str, bracket: Bracket, part: int | None) -> str:
    """The words of a bracket that stay: all, or those of one of its parts."""
    parts = bracket.alternatives
    if len(parts) > 1 and part is None:
        raise Invalid("Say which of the alternatives stays.")
    if part is None:
        return text[bracket.start + 1 : bracket.end - 1]
    if not 0 <= part < len(parts):
        raise Missing(_GONE)
    return text[slice(*parts[part])].strip()


def _without(text: str, start: int, end: int) -> str:
    """The text without some words, and without the space that would stand there twice."""
    left, right = text[:start], text[end:]
    if not left:
        return right.lstrip(" ")
    if left.endswith(" ") and (not right or right[0] in _CLOSING):
        return left[:-1] + right
    return left + right


def _competing(tree: Brackets) -> dict[int, tuple[Bracket, ...]]:
    """By where it opens, each bracket that touches others: all of them, in order."""
    # By place and not by value: to compare brackets is to compare all that is nested in them.
    return {each.start: run for run in tree.choices for each in run}


def _runs(clauses: tuple[ClauseRecord, ...]) -> Iterable[tuple[int, range]]:
    """The clauses in runs that begin with a heading: its index, and those of the run."""
    starts = [at for at, each in enumerate(clauses) if at == 0 or each.kind.bears_heading]
    for at, after in zip(starts, [*starts[1:], len(clauses)], strict=True):
        yield at, range(at, after)


def _of_clause(
    clause: ClauseRecord,
    tree: Brackets,
    article: str,
    citation: str,
    came: tuple[attributing.Written, ...],
) -> list[Listed]:
    text = clause.words
    competing = _competing(tree)
    found = []
    for bracket in tree:
        parts = tuple(text[slice(*part)].strip() for part in bracket.alternatives)
        run = competing.get(bracket.start, (bracket,))
        entry = _entry_at(came, bracket.start)
        found.append(
            Listed(
                uid=clause.uid,
                version=clause.version,
                article=article,
                citation=citation,
                start=bracket.start,
                end=bracket.end,
                depth=bracket.depth,
                sort=_sort(bracket, run),
                words=text[bracket.start + 1 : bracket.end - 1],
                parts=parts if len(parts) > 1 else (),
                rivals=tuple(
                    text[each.start + 1 : each.end - 1] for each in run if each is not bracket
                ),
                entry=entry,
                owners=str(entry.detail.get("owners", "")),
            )
        )
    return found


def _entry_at(came: tuple[attributing.Written, ...], at: int) -> EntryRecord:
    """The entry by which the character at this index came."""
    for written in came:
        if at < len(written.text):
            return written.entry
        at -= len(written.text)
    raise IndexError(at)


def _sort(bracket: Bracket, run: tuple[Bracket, ...]) -> Sort:
    if bracket.blank:
        return Sort.BLANK
    several = len(run) > 1 or len(bracket.alternatives) > 1
    return Sort.ALTERNATIVES if several else Sort.RETAIN


def _tally(sorts: Iterable[Sort]) -> Tally:
    counts = Counter(sorts)
    return Tally(counts[Sort.RETAIN], counts[Sort.ALTERNATIVES], counts[Sort.BLANK])


_tallies: dict[str, Tally] = {}


def _stage(store: Store, edition: EditionRecord) -> Stage:
    """The brackets of an edition, by the hash of what it froze: that has them for ever."""
    if edition.hash not in _tallies:
        if len(_tallies) >= _KEPT:
            _tallies.clear()
        _tallies[edition.hash] = _counted(store.drafts.edition_document(edition).clauses)
    return Stage(edition.slug, edition.name, edition.at, _tallies[edition.hash])


def _counted(clauses: Iterable[Clause]) -> Tally:
    sorts: list[Sort] = []
    for clause in clauses:
        for words in (clause.heading, clause.text):
            if "[" in words:
                tree = brackets.read(words)
                competing = _competing(tree)
                sorts += [_sort(each, competing.get(each.start, (each,))) for each in tree]
    return _tally(sorts)
