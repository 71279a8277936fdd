"""The notes on a draft as threads to be set beside a text that is sent out.

Only what the reader may read, and of that only what is for everyone, unless all of theirs is
asked for. A thread stands on the very words where these stand in the text; where they do not, it
stands on their clause and quotes them.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from app.actions import annotating, linking, policy
from app.actions.policy import Act
from app.actions.refusals import Invalid
from app.actions.whereabouts import Stands, Thread
from app.exchange.notewords import lines_of
from app.exchange.word.write import Comment, Talk
from app.store.drafts import DraftRecord, EditionRecord
from app.store.notes import Audience, NoteKind, NoteRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.anchors import found
from app.treaty.changes import cut
from app.treaty.document import Document


class Whose(StrEnum):
    """Which notes are taken along."""

    NOBODYS = ""
    EVERYONES = "everyone"
    OWN = "own"


NOT_FOR_ALL = "Holds notes that are not for everyone: not to be circulated."
"""What is printed on a file with notes that are for a few only, or for one seat alone."""

_GONE = "The words that this was written on are gone: “{}”."
_CHECK = "Please check: this was written on “{}”, which has been changed since."
_FROM_FILE = "Please check: this came from a file, where it was written on “{}”."
_ELSEWHERE = "This was written on “{}”, which does not stand so in this text."
_STRUCK = "This was written on a clause that has been struck."
_NOT_HERE = "This was written on a clause that is not in this text."


def talks(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    document: Document,
    whose: Whose | str,
    edition: EditionRecord | None = None,
) -> Mapping[str, tuple[Talk, ...]]:
    """The threads by the uid of the clause of `document` that they stand on; "" for none.

    The document is the draft as it stands, or the edition. Invalid for a choice that is none.
    """
    wanted = _whose(whose)
    if wanted is Whose.NOBODYS:
        return {}
    policy.require(seat, Act.READ_NOTES)
    texts = {one.uid: one.heading or one.text for one in document.clauses}
    is_now = edition is None or edition.seq == draft.seq
    made: dict[str, list[Talk]] = defaultdict(list)
    for thread in annotating.threads(store, seat, draft):
        if wanted is Whose.OWN or thread.note.audience is Audience.EVERYONE:
            uid = thread.uid if thread.uid in texts else ""
            made[uid].append(_talk(thread, texts.get(thread.uid), is_now=is_now))
    return {uid: tuple(threads) for uid, threads in made.items()}


def are_for_all(store: Store, seat: SeatRecord | None, draft: DraftRecord) -> bool:
    """Whether every note that this seat may read is for everyone."""
    threads = annotating.threads(store, seat, draft)
    return all(thread.note.audience is Audience.EVERYONE for thread in threads)


def _whose(whose: Whose | str) -> Whose:
    try:
        return Whose(whose)
    except ValueError:
        raise Invalid("Notes to take along are none, those for everyone, or your own.") from None


def _talk(thread: Thread, text: str | None, *, is_now: bool) -> Talk:
    """A thread as it stands beside a text; None where its clause is not in that."""
    start, end, sentence = _place(thread, text, is_now=is_now)
    note = thread.note
    said = [_comment(note, (*filter(None, (_about(note), sentence)),))]
    said += [_comment(answer, ()) for answer in thread.answers]
    if note.resolved_at is not None:
        why = (f"Resolved: {note.reason}",)
        said.append(Comment(note.resolved_by, _date(note.resolved_at), why, f"{note.key} resolved"))
    return Talk(tuple(said), start, end, not note.is_open)


def _place(thread: Thread, text: str | None, *, is_now: bool) -> tuple[int, int, str]:
    """Where a thread stands in its clause's words (-1: on all of them), and what is to be said."""
    anchor = thread.anchor
    if text is None or thread.stands is Stands.STRUCK:
        away = "" if not thread.note.uid else _STRUCK if is_now else _NOT_HERE
        return -1, -1, " ".join(filter(None, (away, _GONE.format(anchor.quote) if anchor else "")))
    if anchor is None:
        return -1, -1, ""
    if not is_now:
        match = found(anchor.quote, anchor.prefix, anchor.suffix, text, near=anchor.start)
        if match is not None and cut(text, match.start, match.end) == anchor.quote:
            return match.start, match.end, ""
        return -1, -1, _ELSEWHERE.format(anchor.quote)
    if thread.stands is Stands.ANCHORED:
        return anchor.start, anchor.end, ""
    if thread.stands is Stands.CHECK and thread.note.extra.get("check"):
        return anchor.start, anchor.end, _FROM_FILE.format(anchor.quote)
    if thread.stands is Stands.CHECK:
        return anchor.start, anchor.end, _CHECK.format(anchor.quote)
    return -1, -1, _GONE.format(anchor.quote)


def _about(note: NoteRecord) -> str:
    """What kind of note it is, and for whom, where that is not what one takes it for."""
    kind = "" if note.kind is NoteKind.COMMENT else f"{note.kind.value.capitalize()}."
    for_whom = {Audience.MINE: "For its author only.", Audience.EVERYONE: ""}
    return " ".join(
        filter(None, (kind, for_whom.get(note.audience, f"For {note.delegation} only.")))
    )


def _comment(note: NoteRecord, before: tuple[str, ...]) -> Comment:
    lines = tuple("".join(span.text for span in line) for line in lines_of(note.body))
    # Who brought it here answers for it: anybody may write any name into a file.
    came = linking.came_from(note)
    origin = (f"{came[0].upper()}{came[1:]}.",) if came else ()
    return Comment(note.author, _date(note.at), (*origin, *before, *lines), note.key)


def _date(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
