"""The journal of a draft: what an entry is, how entries are chained, and what they add up to.

Every act upon a draft is one entry or a few that belong together. An entry's
hash covers the entry and the hash before it, so that changing, dropping,
adding or swapping an entry shows, as does a head that does not fit. What the
chain cannot show by itself is a tail cut off together with its head: compare
the head with one that was printed or kept elsewhere.

The acts, and what `detail` holds besides:

    loaded, inserted   kind, number, heading, depth, after (uid, struck ones counted; "" is first);
                       from (uid) and tied (ids of citations) when split off
    reworded           (changes say it); of origin "renumbered" when cross-references followed
                       the numbers that another entry of the same act has moved
    retitled           (changes say it, over the heading; entries from before live typing have
                       from and to instead)
    struck, restored   joined (uid) when the words went to another clause, and brought (citations,
                       topics, gap) when what hung on it did; left (uid, start, end) when others
                       referred to the clause and still do; alone when what stood below stayed
    moved              run (how many clauses went along), after, depth, from (after, depth);
                       kinds (by uid) when the level changed, also in from
    split, merged      (changes say it; the other clause has an entry of its own)
    numbered           from, to (stored numbers by uid); why: "frozen", "kept" (beside an act that
                       took a frozen number away) or "renumbered"
    described          from, to (title, symbol, dated, distribution, scheme, numbers, and forms)
    edition            slug, name, symbol, dated, sha256

    redacted           proposal, blanked (by seq, the digest of what stands in them now), editions
                       (by the seq of the entry that named each, its hash now), asked by, why;
                       or note (its key), asked by, why

An entry that lost words says `redacted` in its detail, and has bars for letters (erasures.py).

An act of several entries says `entries` in its first and `of` (the first's
seq) in the others; an undoing says `undoes`. The first also counts the
cross-references that `followed`, and those `unfollowed` that no number could mend.
An undoing of a run of typed entries says `through`, the seq of the last one, as well.

What was typed at the table is one entry for every update that a browser sent, of
origin "typed", and bears the update's own name as its `push`: no draft has two.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from app.store.tables import canonical
from app.treaty.changes import ChangeSet, replace_all
from app.treaty.diff import between
from app.treaty.document import Clause, Kind
from app.treaty.gathered import Gathered

RENUMBERED = "renumbered"
"""The origin of an entry by which cross-references followed the numbers that an act moved."""

REDACTED = "redacted"
"""The act of a tombstone, and the origin of the entries that put bars over words that stand."""

TYPED = "typed"
"""The origin of an entry that a browser sent while somebody was typing."""


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """One entry of a journal; `uid` is "" for an act upon the whole draft.

    `version` is the clause's version after it, `changes` a ChangeSet's JSON form
    or None, `author_id` None for the operator at the command line. `push` is the name of
    the typed update that it keeps ("": it was not typed).
    """

    seq: int
    draft_id: int
    uid: str
    version: int
    act: str
    author_id: int | None
    author: str
    at: datetime
    changes: list[Any] | None
    detail: dict[str, Any]
    origin: str
    hash: str
    push: str = ""

    @property
    def is_renumbering(self) -> bool:
        """Whether nobody wrote this: numbers in the text followed what they name."""
        return self.origin == RENUMBERED

    @property
    def is_redacted(self) -> bool:
        """Whether words were taken out of it after it was written; bars stand for their letters."""
        return bool(self.detail.get("redacted"))

    @property
    def is_stroke(self) -> bool:
        """Whether it is one of the strokes that make a run; parts of one stroke are an act."""
        return self.origin == TYPED and not self.detail.keys() & {"of", "entries"}

    def bare(self) -> "EntryRecord":
        """The entry without its words."""
        return replace(self, changes=None)

    @property
    def owners(self) -> tuple[str, ...]:
        """The delegations whose proposal it took up in brackets, or as an option; else none."""
        named = self.detail.get("owners", ())
        if isinstance(named, str):
            # As they were kept at first: a name with a comma in it could not be told.
            return tuple(filter(None, (name.strip() for name in named.split(","))))
        return tuple(named)

    @property
    def first(self) -> int:
        """The seq of the first entry of the act that this one belongs to."""
        return int(self.detail.get("of", self.seq))

    @property
    def word_changes(self) -> ChangeSet | None:
        """What it did to its clause's words (the heading, where it bears one); None: nothing."""
        if self._sets_heading:
            return replace_all("", self.detail["heading"])
        if self.changes is not None:
            return ChangeSet.from_json(self.changes)
        if self.act == "retitled":
            return between(self.detail["from"], self.detail["to"])
        return None

    def words_after(self, words: str) -> str:
        """The words of its clause after it, where they were `words` before."""
        return words_after(words, self.act, self.changes, self.detail)

    @property
    def _sets_heading(self) -> bool:
        return _sets_heading(self.act, self.detail)


def words_after(words: str, act: str, changes: list[Any] | None, detail: Mapping[str, Any]) -> str:
    """The words of a clause after an entry that says so much, where they were `words` before."""
    if _sets_heading(act, detail):
        return str(detail["heading"])
    if changes is not None:
        return ChangeSet.from_json(changes).apply(words)
    return str(detail["to"]) if act == "retitled" else words


def _sets_heading(act: str, detail: Mapping[str, Any]) -> bool:
    """Whether a clause that bears a heading begins with the entry."""
    return act in ("loaded", "inserted") and Kind(detail["kind"]).bears_heading


PAUSE = timedelta(minutes=10)
"""After how long a silence what somebody types on in the same clause is told as a new change."""


@dataclass(frozen=True, slots=True)
class Run:
    """Entries that people call one change: what one author typed in one clause, or one act."""

    entries: tuple[EntryRecord, ...]

    @property
    def first(self) -> EntryRecord:
        """The entry that it began with."""
        return self.entries[0]

    @property
    def last(self) -> EntryRecord:
        """The entry that it ended with."""
        return self.entries[-1]

    @property
    def changes(self) -> ChangeSet | None:
        """All of it as one change of the clause's words; None when it is no change of words."""
        return composed(entry.word_changes for entry in self.entries)


def runs(entries: Iterable[EntryRecord]) -> tuple[Run, ...]:
    """The entries, in the order of their seq, as readable changes in the order of their ends.

    What an author types in a clause is one change until something else happens to that clause or
    PAUSE has passed. Typed updates that came to nothing are left out where nothing else was typed.
    Entries may be missing among them: what was left out between two keeps these apart.
    """
    found: list[list[EntryRecord]] = []
    typing: dict[str, list[EntryRecord]] = {}
    versions: dict[str, int] = {}
    for entry in entries:
        run = typing.get(entry.uid)
        # Every entry of a clause raises its version by one.
        follows = entry.version == versions.get(entry.uid, -1) + 1
        versions[entry.uid] = entry.version
        if entry.origin != TYPED:
            typing.pop(entry.uid, None)
            found.append([entry])
        elif run is not None and follows and continues(run[-1], entry):
            run.append(entry)
        elif not _is_empty(entry):
            typing[entry.uid] = [entry]
            found.append(typing[entry.uid])
    return tuple(sorted((Run(tuple(run)) for run in found), key=lambda run: run.last.seq))


def _is_empty(entry: EntryRecord) -> bool:
    return entry.changes is not None and ChangeSet.from_json(entry.changes).is_empty


def continues(entry: EntryRecord, later: EntryRecord, pause: timedelta = PAUSE) -> bool:
    """Whether the later of two typed neighbours in a clause's history goes on with the other."""
    same = (entry.author_id, entry.author) == (later.author_id, later.author)
    return same and later.at - entry.at <= pause


def composed(changes: Iterable[ChangeSet | None]) -> ChangeSet | None:
    """Changes that follow each other as one; None when there is none."""
    whole: Gathered | None = None
    for each in changes:
        if each is None:
            continue
        if whole is None:
            whole = Gathered(each)
        else:
            whole.compose(each)
    return None if whole is None else whole.done()


def genesis(slug: str) -> str:
    """The hash that a draft's first entry is chained to."""
    return hashlib.sha256(f"travaux journal of {slug}".encode()).hexdigest()


def chained(before: str, entry: EntryRecord) -> str:
    """The hash of an entry that follows one with the hash `before`; its own `hash` is left out.

    `push` is covered where there is one: entries from before it was kept have the hash they had.
    """
    said: dict[str, Any] = {
        "seq": entry.seq,
        "uid": entry.uid,
        "version": entry.version,
        "act": entry.act,
        "author_id": entry.author_id,
        "author": entry.author,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "changes": entry.changes,
        "detail": entry.detail,
        "origin": entry.origin,
    }
    if entry.push:
        said["push"] = entry.push
    return hashlib.sha256(f"{before}\n{canonical(said)}".encode()).hexdigest()


@dataclass(slots=True)
class Standing:
    """One clause while entries are being added up."""

    uid: str
    kind: Kind
    number: str
    heading: str
    depth: int
    text: str = ""
    version: int = 1
    struck: bool = False

    def clause(self) -> Clause:
        """The clause as a treaty value."""
        return Clause(self.kind, self.number, self.heading, self.text, self.depth, self.uid)


class Told(Protocol):
    """What of an entry adds up; the rest of an EntryRecord says who and when."""

    @property
    def uid(self) -> str:
        """The clause, or "" for the draft."""

    @property
    def version(self) -> int:
        """The clause's version after it."""

    @property
    def act(self) -> str:
        """What was done."""

    @property
    def changes(self) -> list[Any] | None:
        """A ChangeSet's JSON form, or None."""

    @property
    def detail(self) -> dict[str, Any]:
        """What the act says besides."""


@dataclass(slots=True)
class Fold:
    """What entries add up to: the draft's clauses in order, struck ones too, and its mast."""

    order: list[str] = field(default_factory=list)
    clauses: dict[str, Standing] = field(default_factory=dict)
    mast: dict[str, str] = field(default_factory=dict)

    def take_all(self, entries: Iterable[Told]) -> "Fold":
        """This fold with the entries added, in their order."""
        for entry in entries:
            self.take(entry)
        return self

    def take(self, entry: Told) -> None:
        """Add one entry; ValueError or KeyError when it does not fit what came before."""
        if entry.act in ("loaded", "inserted"):
            self._place(entry)
        elif entry.act == "moved":
            self._move(entry)
        elif entry.act == "described":
            self.mast |= entry.detail["to"]
        elif entry.act == "numbered":
            for uid, number in entry.detail["to"].items():
                self.clauses[uid].number = number
        if not entry.uid:
            return
        clause = self.clauses[entry.uid]
        if entry.act == "retitled":
            clause.heading = words_after(clause.heading, entry.act, entry.changes, entry.detail)
        elif entry.changes is not None:
            clause.text = ChangeSet.from_json(entry.changes).apply(clause.text)
        if entry.act in ("struck", "restored"):
            clause.struck = entry.act == "struck"
        clause.version = entry.version

    def live(self) -> tuple[Clause, ...]:
        """The clauses that are not struck, in order."""
        ordered = (self.clauses[uid] for uid in self.order)
        return tuple(clause.clause() for clause in ordered if not clause.struck)

    def _place(self, entry: Told) -> None:
        said = entry.detail
        if entry.uid in self.clauses:
            raise ValueError(f"clause {entry.uid} comes twice")
        self.clauses[entry.uid] = Standing(
            entry.uid, Kind(said["kind"]), said["number"], said["heading"], said["depth"]
        )
        self.order.insert(self._after(said["after"]), entry.uid)

    def _move(self, entry: Told) -> None:
        start = self.order.index(entry.uid)
        end = start + entry.detail["run"]
        run = self.order[start:end]
        deeper = entry.detail["depth"] - self.clauses[entry.uid].depth
        del self.order[start:end]
        at = self._after(entry.detail["after"])
        self.order[at:at] = run
        for uid in run:
            self.clauses[uid].depth += deeper
        for uid, kind in entry.detail.get("kinds", {}).items():
            self.clauses[uid].kind = Kind(kind)

    def _after(self, uid: str) -> int:
        if not uid:
            return 0
        if self.order and self.order[-1] == uid:
            return len(self.order)
        return self.order.index(uid) + 1
