"""Brackets put around words, and lifted: ordinary changes of the words of their clause."""

from enum import StrEnum

from app.actions import claiming, drafting, voicing
from app.actions.bracketing import competing
from app.actions.claiming import GONE
from app.actions.placing import live_index, subtree
from app.actions.refusals import Invalid, Missing
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import brackets
from app.treaty.brackets import Bracket
from app.treaty.changes import utf16_len

_CLOSING = frozenset(" ,.;:!?)]’”")


class Way(StrEnum):
    """What becomes of the words when a bracket is lifted: they stay, or they go with its marks."""

    KEEP = "keep"
    DROP = "drop"


def add(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    words: str,
    start: int | None = None,
) -> ClauseRecord:
    """The clause with a bracket around these of its words, at `start` (UTF-16 units) if said.

    Invalid where they do not stand there, or without a `start` stand there more than once, and
    where the new bracket would cross another one.
    """
    clause = drafting.clause(store, seat, draft, uid)
    wrapped = bracketed(clause.words, words, start)
    if clause.kind.bears_heading:
        return drafting.retitle(store, seat, draft, uid, wrapped, seen=clause.version)
    return drafting.reword(store, seat, draft, uid, wrapped, seen=clause.version).clause


def bracketed(text: str, words: str, start: int | None = None) -> str:
    """The text with a bracket around these of its words; Invalid as for `add`."""
    words = words.strip()
    if not words:
        raise Invalid("Choose the words that are to stand in brackets.")
    places = [at for at in range(len(text)) if text.startswith(words, at)]
    if start is not None:
        places = [at for at in places if utf16_len(text[:at]) == start] or places
    if len(places) != 1:
        raise Invalid(
            "These words are in the clause more than once: choose more of them."
            if places
            else "These words are not in the clause any more. Please look at it as it is now."
        )
    at, end = places[0], places[0] + len(words)
    made = f"{text[:at]}[{words}]{text[end:]}"
    before, after = brackets.read(text), brackets.read(made)
    is_whole = any((each.start, each.end) == (at, end + 2) for each in after)
    if not is_whole or len(tuple(after)) != len(tuple(before)) + 1:
        raise Invalid("These words begin in one bracket and end in another: choose whole ones.")
    return made


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
    # Should it come back, by undoing this, what was said of it finds it by where it is now.
    claiming.refresh(store, draft)
    voicing.refresh(store, draft)
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
        raise Missing(GONE)
    if way is Way.DROP:
        return _without(text, start, end)
    if bracket.blank:
        raise Invalid("A blank has no words to keep: write them in the clause, or take it out.")
    run = competing(tree).get(bracket.start, (bracket,))
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
        raise Missing(GONE)
    return text[slice(*parts[part])].strip()


def _without(text: str, start: int, end: int) -> str:
    """The text without some words, and without the space that would stand there twice."""
    left, right = text[:start], text[end:]
    if not left:
        return right.lstrip(" ")
    if left.endswith(" ") and (not right or right[0] in _CLOSING):
        return left[:-1] + right
    return left + right
