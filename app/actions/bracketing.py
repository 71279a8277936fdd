"""The ledger of brackets: all that is not agreed in a draft, read from its words.

A bracket is as old as the entry of the journal by which its opening mark came. Brackets are put
around words, and lifted, by changing the words of their clause, as anybody's edit would. Whose
they are was said, or not (claiming.py); what delegations think of them they said of the brackets
themselves (voicing.py), or of proposals.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.actions import claiming, dating, negotiating, policy, stating, voicing
from app.actions.claiming import Stated
from app.actions.forwarding import Fit, Forwarded
from app.actions.policy import Act
from app.store.claims import ClaimRecord
from app.store.drafts import ClauseRecord, DraftRecord, EditionRecord
from app.store.journal import EntryRecord
from app.store.proposals import PositionRecord, ProposalRecord, Wish
from app.store.proposals import Stage as ProposalStage
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import brackets, diff
from app.treaty.brackets import Bracket, Brackets
from app.treaty.document import Clause
from app.treaty.numbering import Scheme, citer, numbers

_KEPT = 2_000
"""How many editions are counted once and remembered; one of them is four numbers."""


class Sort(StrEnum):
    """What a bracket asks: whether its words stay, which of several words do, or which come."""

    RETAIN = "retain or omit"
    ALTERNATIVES = "alternatives"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Listed:
    """One bracket of the ledger: where it is (indices of the clause's words), and since when.

    `words` are its own without the marks, `parts` those between its slashes, `rivals` the words
    of the brackets that touch it. `stated` is what was said of it, `taken_from` the proposal by
    which it came ("": none). `article` is the uid of the article, or whatever else bears a
    heading, that it is in ("": before the first).
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
    stated: Stated | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose it is said to be: what was said last, or whoever had it taken up in brackets."""
        if self.stated is not None:
            return self.stated.claim.owners
        return self.entry.owners

    @property
    def nobodys(self) -> bool:
        """Whether it was said that it is nobody's."""
        return self.stated is not None and self.stated.claim.nobodys

    @property
    def is_ownerless(self) -> bool:
        """Whether nobody has said whose it is."""
        return not self.owners and not self.nobodys

    @property
    def reason(self) -> str:
        """Why it stands, as somebody said; "" where nobody did."""
        return self.stated.claim.reason if self.stated is not None else ""

    @property
    def taken_from(self) -> str:
        """The public id of the proposal by which it came; "" for none."""
        return str(self.entry.detail.get("proposal", ""))


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
    """Every bracket of a draft in the order of its text, and how many there are where and when.

    `gone` is what was said of brackets that are not in the text any more.
    """

    listed: tuple[Listed, ...]
    tally: Tally
    articles: tuple[ArticleTally, ...]
    stages: tuple[Stage, ...]
    gone: tuple[ClaimRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a delegation says of a bracket: it `stance` ("proposes" for its own) in a proposal.

    With no proposal it says so of the bracket itself, in the `position` with that public id;
    `has_changed` where the bracket held other words then.
    """

    delegation: str
    stance: str
    proposal: str
    condition: str = ""
    position: str = ""
    is_released: bool = True
    from_floor: bool = False
    has_changed: bool = False


def ledger(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> Ledger:
    """The ledger of the draft's brackets as it stands; the oldest edition first."""
    policy.require(seat, Act.READ_DRAFT)
    clauses = store.drafts.clauses(draft.id)
    trees = {each.uid: brackets.read(each.words) for each in clauses if "[" in each.words}
    trees = {uid: tree for uid, tree in trees.items() if tree.roots}
    came = dating.dates(store, draft.id, [each for each in clauses if each.uid in trees])
    told = claiming.told(store, draft, clauses)
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
                here += _of_clause(clause, tree, article, cited(at), came[clause.uid], told)
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
    return Ledger(tuple(listed), tally, tuple(articles), (*editions, now), told.gone)


def of_clause(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, clause: ClauseRecord
) -> tuple[Listed, ...]:
    """The brackets of one clause, in the order in which they open; not cited, of no article."""
    policy.require(seat, Act.READ_DRAFT)
    tree = brackets.read(clause.words)
    if clause.struck or not tree.roots:
        return ()
    came = dating.dates(store, draft.id, (clause,))[clause.uid]
    return tuple(_of_clause(clause, tree, "", "", came, claiming.told(store, draft, (clause,))))


def spoken(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    listed: Iterable[Listed],
    heard: voicing.Heard | None = None,
) -> dict[tuple[str, int], tuple[Spoken, ...]]:
    """By clause and opening index, what delegations say of these brackets, as this seat may know.

    They say it of the bracket itself (`heard`, where somebody has read that already), of the
    proposal by which it came, and of tabled ones that would change it.
    """
    listed = tuple(listed)
    if listed and heard is None:
        heard = voicing.heard(store, seat, draft)
    found = _of_themselves(heard.voiced if heard is not None else {}, listed)
    for at, said in _of_proposals(store, seat, draft, listed).items():
        found[at] = (*found.get(at, ()), *said)
    return found


def _of_themselves(
    voiced: Mapping[tuple[str, int], tuple[voicing.Voiced, ...]], listed: Iterable[Listed]
) -> dict[tuple[str, int], tuple[Spoken, ...]]:
    places = {(one.uid, one.start) for one in listed} & set(voiced)
    return {
        at: tuple(
            Spoken(
                each.stance.delegation,
                each.stance.wants.value,
                "",
                each.stance.condition,
                each.stance.key,
                is_released=each.stance.released_at is not None,
                from_floor=each.stance.from_floor,
                has_changed=each.has_changed,
            )
            for each in voiced[at]
        )
        for at in places
    }


def _of_proposals(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, listed: tuple[Listed, ...]
) -> dict[tuple[str, int], tuple[Spoken, ...]]:
    touching: dict[tuple[str, int], list[ProposalRecord]] = {}
    everything = negotiating.proposals(store, seat, draft) if listed else ()
    known = {each.proposal.uid: each.proposal for each in everything}
    for one in listed:
        here = [known[one.taken_from]] if one.taken_from in known else []
        for each in everything:
            tabled = each.proposal.stage is ProposalStage.TABLED and not each.proposal.redacted
            if tabled and each.forwarded.uid == one.uid and _changes(each.forwarded, one):
                here.append(each.proposal)
        if here:
            touching[one.uid, one.start] = here
    asked = {each.uid: each for here in touching.values() for each in here}
    positions: dict[int, list[PositionRecord]] = {}
    for position in stating.positions(store, seat, tuple(asked.values())) if asked else ():
        positions.setdefault(position.proposal_id, []).append(position)
    return {
        at: tuple(
            said
            for each in here
            for said in (
                *(Spoken(name, "proposes", each.uid) for name in each.proposers),
                *(
                    Spoken(one.delegation, one.stance.value, each.uid, one.condition)
                    for one in positions.get(each.id, ())
                ),
            )
        )
        for at, here in touching.items()
    }


def _changes(forwarded: Forwarded, one: Listed) -> bool:
    """Whether a proposal on the clause would change this bracket."""
    if forwarded.fit is Fit.GONE or forwarded.proposal.wish is Wish.INSERT:
        return False
    if forwarded.proposal.wish is not Wish.REPLACE:
        return True
    return any(
        start < one.end and one.start < max(end, start + 1)
        for start, end, _ in diff.changes(forwarded.words, forwarded.would_be)
    )


def competing(tree: Brackets) -> dict[int, tuple[Bracket, ...]]:
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
    came: Mapping[int, EntryRecord],
    told: claiming.Told,
) -> list[Listed]:
    text = clause.words
    touching = competing(tree)
    found = []
    for bracket in tree:
        parts = tuple(text[slice(*part)].strip() for part in bracket.alternatives)
        run = touching.get(bracket.start, (bracket,))
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
                entry=came[bracket.start],
                stated=told.stated.get((clause.uid, bracket.start)),
            )
        )
    return found


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
                touching = competing(tree)
                sorts += [_sort(each, touching.get(each.start, (each,))) for each in tree]
    return _tally(sorts)
