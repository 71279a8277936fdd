"""Carrying what was typed over what happened to its clause meanwhile; knows no database.

An author types on the words as they stood after some entry of the journal. By the time
their updates arrive the clause may have been reworded, split, joined to another, struck
or brought back. `carry` walks the entries since, oldest first, and takes the updates along:

    reworded     each update is mapped over the change, one after the other
    words left   (split, a joining undone): each update is parted where those words stood,
                 and what belongs to them goes on with the clause that has them now
    words came   (joined, a splitting undone): the updates go along to where the words are
    struck       the updates wait; unless the clause is restored they come back

Updates that the journal has already are known by their push ids, on whatever clause they
are, and left out. Nothing is ever guessed: where a place cannot be found again, everything
comes back whole to its author (`Lost`).
"""

from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.store.journal import TYPED, EntryRecord
from app.treaty.changes import ChangeSet, to_units

_Updates = list[tuple[str, ChangeSet]]
"""Updates by their push ids, each made on what the one before it leaves."""

Piece = tuple[int, int]
"""A stretch of a text, from and to, in UTF-16 units."""


class Lost(Exception):
    """Updates that cannot be carried; `why` is a sentence for their author, `by` who did it.

    `kept` are the push ids of those that the journal had already: they do not come back.
    """

    def __init__(self, why: str, by: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.by = by
        self.kept: tuple[str, ...] = ()


class Past(NamedTuple):
    """An entry of the journal, as far as it matters to what others are typing.

    `own` is the push id of what was typed, also on the further parts of a carried one.
    `source` is the clause whose words this one took over by appearing, `target` the one
    that took over its words when it was struck; "" for none. `alone`: its act changes no
    more than this clause, or nothing but words.
    """

    seq: int
    first: int
    uid: str
    act: str
    changes: ChangeSet | None
    own: str
    source: str
    target: str
    alone: bool
    author_id: int | None
    author: str

    @classmethod
    def of(cls, entry: EntryRecord) -> "Past":
        """What matters of an entry."""
        detail = entry.detail
        joined = detail.get("joined", "")
        source = detail.get("from", "") if entry.act == "inserted" else ""
        worded = entry.origin == TYPED or entry.is_renumbering
        return cls(
            entry.seq,
            entry.first,
            entry.uid,
            entry.act,
            entry.word_changes,
            entry.push or detail.get("carried", ""),
            joined if entry.act == "restored" else source,
            joined if entry.act == "struck" else "",
            worded or not ("of" in detail or "entries" in detail),
            entry.author_id,
            entry.author,
        )


class Remembered(Protocol):
    """What `carry` asks of whoever remembers the journal."""

    def since(self, uid: str, seq: int) -> Sequence[Past]:
        """The entries of a clause after a seq, oldest first; Lost when there are too many."""

    def act(self, past: Past) -> Sequence[Past]:
        """All entries of the act that one belongs to, in order."""

    def words(self, uid: str, seq: int) -> str | None:
        """A clause's words as they stood after an entry; None when nobody can say."""


class Part(NamedTuple):
    """What is left to do of one update: a change of one clause's words as they stand now."""

    uid: str
    push: str
    changes: ChangeSet


class Carried(NamedTuple):
    """The parts to do, in order, those of one update next to each other; and what is kept."""

    parts: tuple[Part, ...]
    kept: tuple[str, ...]


COSTLIEST = 200_000
"""How much work one push may be, in stretches of a text that have to be walked over while it is
mapped: a quarter of a second. What somebody types, at one place, over the same counts as one."""

_MUCH = "Too much has happened to this clause since to fit your words in."
_PLACE = "The place where you wrote has become another clause, and cannot be told for certain."
_UNFIT = "Your change does not fit the words as they stood."
_TAKEN = "These changes bear the name of somebody else's."
_ORDER = "A later change of yours is here already, so this one cannot be fitted in."


def carry(
    uid: str,
    updates: Sequence[tuple[str, ChangeSet]],
    base: int,
    author_id: int | None,
    remembered: Remembered,
) -> Carried:
    """The updates of `uid`'s words as of `base`, (push id, change) each, as they have to be now.

    Whether they fit the words as they stand is for the caller to see. Raises Lost when the
    words that they were made on are gone, or where they went cannot be told.
    """
    ahead = remembered.since(uid, base)
    if (parts := _easily(uid, updates, ahead)) is not None:
        return Carried(parts, ())
    walk = _Walk(uid, updates, ahead, author_id, remembered)
    try:
        walk.go()
        return walk.done()
    except (Lost, ValueError) as problem:
        lost = problem if isinstance(problem, Lost) else Lost(_UNFIT)
        lost.kept = tuple(walk.kept)
        raise lost from None


def _easily(
    uid: str, updates: Sequence[tuple[str, ChangeSet]], ahead: Sequence[Past]
) -> tuple[Part, ...] | None:
    """What has to be done where nothing has happened to the clause but others' typing, and one
    update is to be carried over that, or none; None where it takes a walk to tell."""
    if not ahead:
        return tuple([Part(uid, push, changes) for push, changes in updates])
    if len(updates) != 1:
        return None
    ((push, changes),) = updates
    for past in ahead:
        over = past.changes
        if past.act not in _PLAIN or not past.alone or past.own == push or over is None:
            return None
        if not (changes.is_typing and over.is_typing and changes.length == over.length):
            return None
        changes = changes.map(over)
    return (Part(uid, push, changes),)


_PLAIN = frozenset({"reworded", "retitled"})


class _Walk:
    """Updates on their way through the journal: by clause, what of them is still to be done."""

    def __init__(
        self,
        uid: str,
        updates: Sequence[tuple[str, ChangeSet]],
        ahead: Sequence[Past],
        author_id: int | None,
        remembered: Remembered,
    ) -> None:
        self._lists: dict[str, _Updates] = {uid: list(updates)}
        self._left = [push for push, _ in updates]
        self._all = frozenset(self._left)
        self.kept: list[str] = []
        self._author_id = author_id
        self._remembered = remembered
        self._struck: dict[str, Past] = {}
        self._toil = _Toil()
        self._ahead = list(ahead)
        self._refuse_costly()

    def go(self) -> None:
        """Take every entry in turn; entries of clauses that join the family join the queue."""
        at = 0
        while at < len(self._ahead) and self._left:
            past = self._ahead[at]
            at += 1
            if past.own and past.own in self._all:
                self._keep(past)
            else:
                self._pass(past)

    def done(self) -> Carried:
        """What is left to do; Lost when a clause that it belongs to is struck."""
        parts: list[Part] = []
        for push in self._left:
            found = [
                Part(uid, push, changes)
                for uid, updates in self._lists.items()
                for own, changes in updates
                if own == push
            ]
            told = [part for part in found if not part.changes.is_empty]
            told = told or [part for part in found if part.uid not in self._struck][:1] or found[:1]
            parts += told
        for part in parts:
            if part.uid in self._struck:
                by = self._struck[part.uid]
                raise _joined(by) if by.target else Lost(f"{by.author} has struck it.", by.author)
        return Carried(tuple(parts), tuple(self.kept))

    def _keep(self, past: Past) -> None:
        """Leave out an update that the journal has: it is one of ours."""
        if past.author_id != self._author_id:
            raise Lost(_TAKEN)
        if past.own not in self._left:
            return  # a further part of one that was met already
        if past.own != self._left[0]:
            raise Lost(_ORDER)
        self._left.pop(0)
        self.kept.append(past.own)
        for uid, updates in self._lists.items():
            self._lists[uid] = [update for update in updates if update[0] != past.own]

    def _pass(self, past: Past) -> None:
        """Take the updates of the entry's clause along over what somebody else did to it."""
        if past.act == "struck":
            self._struck[past.uid] = past
            self._follow(past)
        elif past.act == "restored":
            self._struck.pop(past.uid, None)
        elif past.act in ("inserted", "loaded"):
            raise Lost(_UNFIT)
        if past.changes is None:
            return
        others = () if past.alone else self._remembered.act(past)
        gained = [other for other in others if other.source == past.uid]
        updates = self._lists[past.uid]
        if gained and updates:
            updates = self._part(past.changes, past, gained, updates)
        else:
            updates = _rebased(updates, past.changes, self._toil)
        for other in others:
            if other.target == past.uid and self._lists.get(other.uid):
                updates = self._join(past.changes, other, updates)
        self._lists[past.uid] = updates

    def _part(
        self, over: ChangeSet, past: Past, gained: Sequence[Past], updates: _Updates
    ) -> _Updates:
        """What stays of the updates when words of their clause went to another one."""
        pieces = self._pieces(over, past, gained[0]) if len(gained) == 1 else None
        if pieces is None:
            return _untouched(updates, over, self._toil)
        opening = _blank_before(over, pieces)
        rest, gone, _ = _parted(over, pieces, opening=opening)
        if gone.new_length or self._lists.get(gained[0].uid):
            return _untouched(updates, over, self._toil)
        stay: _Updates = []
        go: _Updates = []
        for push, changes in updates:
            outside, inside, pieces = _parted(changes, pieces, opening=opening)
            stay.append((push, outside))
            go.append((push, inside))
        self._meet(gained[0], go)
        return _rebased(stay, rest, self._toil)

    def _pieces(self, over: ChangeSet, past: Past, other: Past) -> list[Piece] | None:
        """Where the words, that `other` has now, stood in the text that `over` changed."""
        before = self._remembered.words(past.uid, past.seq - 1)
        words = self._remembered.words(other.uid, other.seq)
        if before is None or words is None:
            return None
        return pieces_taken(over, to_units(before), to_units(words))

    def _meet(self, past: Past, updates: _Updates) -> None:
        """Let a clause join the family, with these updates after this entry."""
        if past.uid not in self._lists:
            for later in self._remembered.since(past.uid, past.seq):
                insort(self._ahead, later, key=lambda each: each.seq)
            self._refuse_costly()
        self._lists[past.uid] = updates
        self._struck.pop(past.uid, None)

    def _join(self, over: ChangeSet, struck: Past, updates: _Updates) -> _Updates:
        """The updates together with those of a clause whose words `over` has taken in."""
        coming, self._lists[struck.uid] = self._lists[struck.uid], []
        words = to_units(self._remembered.words(struck.uid, struck.seq) or "")
        at = place_put(over, words)
        if at is None or coming[0][1].length != len(words):
            raise _joined(struck)
        behind = over.new_length - at - len(words)
        theirs = [(own, each.embedded(at, behind)) for own, each in coming]
        return _interleaved(updates, theirs, self._toil)

    def _follow(self, struck: Past) -> None:
        """Go along with a struck clause's words into a clause that was no concern of ours yet."""
        if not struck.target or struck.target in self._lists or not self._lists[struck.uid]:
            return
        act = self._remembered.act(struck)
        taking = [past for past in act if past.uid == struck.target and past.seq < struck.seq]
        if len(taking) != 1 or taking[0].changes is None:
            raise _joined(struck)
        updates = self._join(taking[0].changes, struck, [])
        self._meet(taking[0]._replace(seq=struck.seq), updates)

    def _refuse_costly(self) -> None:
        if len(self._left) * len(self._ahead) > COSTLIEST:
            raise Lost(_MUCH)


class _Toil:
    """How much work a push has been, which holds everybody else up."""

    def __init__(self) -> None:
        self._done = 0

    def spend(self, changes: ChangeSet, over: ChangeSet) -> None:
        """Count the mapping of two changes over each other; Lost when it is too much."""
        stretches = len(changes.sections) + len(over.sections)
        self._done += stretches if stretches > _ONE_PLACE else 1
        if self._done > COSTLIEST:
            raise Lost(_MUCH)


_ONE_PLACE = 6
"""What changes at one place each, with what is before and after it, are stretches at most."""


def _rebased(updates: _Updates, over: ChangeSet, toil: _Toil) -> _Updates:
    """The updates as they have to be when `over`, made where the first was made, went first.

    One at a time: mapping over a composition would come to another text.
    """
    done: _Updates = []
    last = len(updates) - 1
    for at, (push, changes) in enumerate(updates):
        toil.spend(changes, over)
        done.append((push, changes.map(over)))
        if at < last:
            over = over.map(changes, before=True)
    return done


def _interleaved(ours: _Updates, theirs: _Updates, toil: _Toil) -> _Updates:
    """Two lists on one text as one list in the order of the pushes; parts of one push composed."""
    ours, theirs = list(ours), list(theirs)
    done: _Updates = []
    order = list(dict.fromkeys([*(push for push, _ in ours), *(push for push, _ in theirs)]))
    order.sort(key=_count)
    for push in order:
        whole: ChangeSet | None = None
        for mine, other in ((ours, theirs), (theirs, ours)):
            if mine and mine[0][0] == push:
                changes = mine.pop(0)[1]
                other[:] = _rebased(other, changes, toil)
                whole = changes if whole is None else whole.compose(changes)
        if whole is not None:
            done.append((push, whole))
    return done


def _count(push: str) -> int:
    return int(push.rpartition(".")[2] or 0)


def _untouched(updates: _Updates, over: ChangeSet, toil: _Toil) -> _Updates:
    """The updates rebased, if none of them has to do with what `over` takes away; else Lost."""
    done: _Updates = []
    for push, changes in updates:
        gone = [(edit.start, edit.end) for edit in over.edits() if edit.start < edit.end]
        for edit in changes.edits():
            if any(
                max(edit.start, start) < min(edit.end, end) or start < edit.start <= end
                for start, end in gone
            ):
                raise Lost(_PLACE)
        toil.spend(changes, over)
        done.append((push, changes.map(over)))
        over = over.map(changes, before=True)
    return done


def _joined(struck: Past) -> Lost:
    return Lost(f"{struck.author} has joined this clause to another one.", struck.author)


def pieces_taken(changes: ChangeSet, before: str, words: str) -> list[Piece] | None:
    """Which units of `before`, all taken away by the change, are `words`; None: none are.

    Both texts in unit form. What was taken away ends in the words, in one piece or, where
    others have written in between meanwhile, in several.
    """
    gone: list[Piece] = []
    at = 0
    for length, inserted in changes.sections:
        if inserted is not None and length:
            # Neighbouring stretches are one: nothing of the text stands between them.
            start = gone.pop()[0] if gone and gone[-1][1] == at else at
            gone.append((start, at + length))
        at += length
    if at != len(before) or not "".join(before[start:end] for start, end in gone).endswith(words):
        return None
    pieces: list[Piece] = []
    wanted = len(words)
    for start, end in reversed(gone):
        if not wanted:
            break
        start = max(start, end - wanted)
        wanted -= end - start
        pieces.insert(0, (start, end))
    return pieces


def place_put(changes: ChangeSet, words: str) -> int | None:
    """Where in the new text the words stand that a change put in; None when it did not."""
    new = 0
    places: list[int] = []
    for length, inserted in changes.sections:
        if inserted and words and inserted.endswith(words):
            places.append(new + len(inserted) - len(words))
        new += length if inserted is None else len(inserted)
    if not words:
        return new
    return places[0] if len(places) == 1 else None


def _blank_before(changes: ChangeSet, pieces: Sequence[Piece]) -> bool:
    """Whether more was taken away just before the first piece: the blank at a cut."""
    return bool(pieces) and any(edit.start < pieces[0][0] <= edit.end for edit in changes.edits())


def _parted(
    changes: ChangeSet, pieces: Sequence[Piece], *, opening: bool
) -> tuple[ChangeSet, ChangeSet, list[Piece]]:
    """A change outside of the pieces, as if they were not there, and one of the pieces alone.

    With it, where the pieces are afterwards. `opening` as for ChangeSet.parted, at the first.
    """
    inside = ChangeSet()
    moved: list[Piece] = []
    for index in range(len(pieces) - 1, -1, -1):
        start, end = pieces[index]
        changes, part = changes.parted(start, end, opening=opening or index > 0)
        at = changes.map_position(start, 1)
        inside = _side_by_side(part, inside)
        moved.insert(0, (at, at + part.new_length))
    return changes, inside, moved


def _side_by_side(left: ChangeSet, right: ChangeSet) -> ChangeSet:
    """One change for two texts put together, of a change for each."""
    both = left.embedded(0, right.length)
    return both.compose(right.embedded(left.new_length, 0))
