"""Whose each change between two states of a draft is, by the journal between them.

For a redline that names those who wrote: every letter that came has the entry by which it came,
and every one that went the entry that took it away. Who is named here is named on paper, so asking
is an act of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from app.actions import policy
from app.actions.policy import Act
from app.exchange.word.redline import Stretches, Whose
from app.exchange.word.tracked import By
from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import utf16_len
from app.treaty.document import Clause, subtree_end


def whose(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    states: tuple[int, int],
    texts: tuple[Sequence[Clause], Sequence[Clause]],
    by: By,
) -> Whose:
    """Whose the changes are between the draft after two entries of its journal, the older first.

    `texts` are its clauses then and now, `by` is whose all is that no entry tells of.
    """
    policy.require(seat, Act.NAME_AUTHORS)
    return credited(
        (each for each in store.drafts.journal(draft.id, states[0]) if each.seq <= states[1]),
        texts,
        by,
    )


def moment(at: datetime) -> str:
    """A moment as Word files write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def credited(
    entries: Iterable[EntryRecord], texts: tuple[Sequence[Clause], Sequence[Clause]], by: By
) -> Whose:
    """The same for entries that are at hand."""
    old, new = ({clause.uid: clause for clause in text} for text in texts)
    followed = {uid: _Followed(_words(clause)) for uid, clause in old.items()}
    placed: dict[str, By] = {}
    taken: dict[str, By] = {}
    below = (_below(texts[0]), _below(texts[1]))
    for entry in entries:
        who = By(entry.author, moment(entry.at))
        if entry.act in ("loaded", "inserted"):
            followed[entry.uid] = _Followed("")
        if entry.uid in followed:
            followed[entry.uid].take(entry, who)
        if entry.act in ("loaded", "inserted", "restored"):
            placed[entry.uid] = who
        elif entry.act == "struck":
            taken[entry.uid] = who
        elif entry.act == "moved":
            taken |= dict.fromkeys(below[0].get(entry.uid, (entry.uid,)), who)
            placed |= dict.fromkeys(below[1].get(entry.uid, (entry.uid,)), who)
    return Whose(
        by,
        {uid: told for uid in new if (told := _came(followed.get(uid), _words(new[uid])))},
        {uid: told for uid in old if (told := _gone(followed[uid], _words(old[uid])))},
        placed,
        taken,
    )


class _Followed:
    """The words of one clause while entries change them, unit by unit.

    A unit is the place that it had in the old words, or whose it is that it came.
    """

    def __init__(self, words: str) -> None:
        self.units: list[int | By] = list(range(utf16_len(words)))
        self.gone: dict[int, By] = {}

    def take(self, entry: EntryRecord, who: By) -> None:
        """Change the words as the entry did; one that does not fit them is passed over."""
        change = entry.word_changes
        if change is None or change.length != len(self.units):
            return
        for edit in reversed(list(change.edits())):
            for unit in self.units[edit.start : edit.end]:
                if isinstance(unit, int):
                    self.gone[unit] = who
            self.units[edit.start : edit.end] = [who] * utf16_len(edit.text)


def _came(followed: _Followed | None, words: str) -> Stretches:
    if followed is None or len(followed.units) != utf16_len(words):
        return ()
    owners = [unit if isinstance(unit, By) else None for unit in followed.units]
    return _stretches(owners, words)


def _gone(followed: _Followed, words: str) -> Stretches:
    return _stretches([followed.gone.get(at) for at in range(utf16_len(words))], words)


def _stretches(owners: Sequence[By | None], words: str) -> Stretches:
    """Neighbouring letters of one owner as one stretch; a letter is its first unit's."""
    made: list[tuple[int, int, By]] = []
    unit = 0
    for at, letter in enumerate(words):
        owner = owners[unit]
        unit += utf16_len(letter)
        if owner is None:
            continue
        if made and made[-1][1:] == (at, owner):
            made[-1] = made[-1][0], at + 1, owner
        else:
            made.append((at, at + 1, owner))
    return tuple(made)


def _words(clause: Clause) -> str:
    return clause.heading if clause.kind.bears_heading else clause.text


def _below(text: Sequence[Clause]) -> Mapping[str, tuple[str, ...]]:
    """Every clause with all that stands below it, by uid."""
    clauses = tuple(text)
    return {
        clause.uid: tuple(each.uid for each in clauses[at : subtree_end(clauses, at)])
        for at, clause in enumerate(clauses)
        if at + 1 < len(clauses) and clauses[at + 1].depth > clause.depth
    }
