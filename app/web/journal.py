"""All changes of a draft, the latest first: who, when, in which clause, which words.

What one author typed in one clause is one change here, however many entries keep it. A page is
read from the end of the journal backwards and costs the same however long that is; only where the
words themselves would have to be added up from very many entries, what was put in is shown alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.actions import drafting
from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord, Run, runs
from app.store.unit import Store
from app.treaty import diff
from app.treaty.changes import ChangeSet
from app.treaty.diff import Piece
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import deed, desk_of
from app.web.pages import plural, render
from app.web.words import Sheet

router = APIRouter()

_PAGE = 50
_WINDOW = 1_000
"""How many entries a page is made of at most."""

_ADDED_UP = 1_500
"""How many entries are added up for the words of one page at most."""

_AROUND = 60
"""How many characters of what stayed are shown beside what did not."""

_Before = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: entries `first` to `seq`, by whom and when, where, what, and the words.

    `began` is when it began, where that is another minute; `taken` how many characters were taken
    out, where these are not among the pieces.
    """

    seq: int
    first: int
    author: str
    began: datetime | None
    at: datetime
    uid: str
    clause: str
    deed: str
    pieces: tuple[Piece, ...]
    taken: int


@router.get("/drafts/{slug}/journal")
def show_journal(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, before: _Before = None
) -> Response:
    """All changes, or those before an entry, about fifty to a page."""
    desk = desk_of(request, store, seat, slug)
    entries: list[EntryRecord] = []
    found: tuple[Run, ...] = ()
    while len(found) < _PAGE and len(entries) < _WINDOW:
        start = entries[-1].seq if entries else before
        more = drafting.journal(store, seat, desk.draft, before=start, limit=2 * _PAGE)
        entries += more
        found = runs(reversed(entries))
        if len(more) < 2 * _PAGE:
            break
    changes = tuple(_told(store, desk.draft, desk.sheet, found))
    older = entries[-1].seq if entries and entries[-1].seq > 1 else None
    return render(request, "drafts/journal.html", draft=desk.draft, changes=changes, older=older)


def _told(store: Store, draft: DraftRecord, sheet: Sheet, found: Sequence[Run]) -> Iterator[Change]:
    """The changes, the latest first; what the draft began with is one."""
    words = _words(store, draft.id, found)
    latest_first = reversed(found)
    for is_loaded, group in groupby(latest_first, key=lambda run: run.last.act == "loaded"):
        if is_loaded:
            yield _loaded(tuple(group))
        else:
            for run in group:
                yield _change(run, sheet, words)


def _loaded(found: Sequence[Run]) -> Change:
    last, first = found[0].last, found[-1].first
    return Change(
        seq=last.seq,
        first=first.seq,
        author=last.author,
        began=None,
        at=last.at,
        uid="",
        clause=plural(len(found), "clause"),
        deed=deed(last),
        pieces=(),
        taken=0,
    )


def _change(run: Run, sheet: Sheet, words: dict[int, tuple[str, str]]) -> Change:
    entry = run.last
    pieces, taken = _pieces(run, words)
    minute = run.first.at.replace(second=0, microsecond=0)
    return Change(
        seq=entry.seq,
        first=run.first.seq,
        author=entry.author,
        began=None if minute == entry.at.replace(second=0, microsecond=0) else run.first.at,
        at=entry.at,
        uid=entry.uid,
        clause=sheet.citation(entry.uid) or "a clause that was struck"
        if entry.uid
        else "the draft",
        deed=deed(entry),
        pieces=pieces,
        taken=taken,
    )


def _place(sheet: Sheet, entry: EntryRecord) -> str:
    return sheet.citation(entry.uid) or "a clause that was struck" if entry.uid else "the draft"


def _pieces(run: Run, words: dict[int, tuple[str, str]]) -> tuple[tuple[Piece, ...], int]:
    if run.last.seq in words:
        was, now = words[run.last.seq]
        return tuple(_near(diff.pieces(was, now))), 0
    if run.last.changes is None:
        return (), 0
    put_in, taken = [], 0
    for edit in _composed(run.entries).edits():
        put_in += [Piece("ins", edit.text)] if edit.text else []
        taken += edit.end - edit.start
    return tuple(put_in), taken


def _composed(entries: Iterable[EntryRecord]) -> ChangeSet:
    first, *others = (ChangeSet.from_json(e.changes) for e in entries if e.changes is not None)
    for other in others:
        first = first.compose(other)
    return first


def _near(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with no more of what stayed than stands beside what did not."""
    if all(piece.op == "same" for piece in pieces):
        return
    last = len(pieces) - 1
    for at, piece in enumerate(pieces):
        text = piece.text
        if piece.op == "same" and len(text) > 2 * _AROUND:
            before = "" if at == 0 else text[:_AROUND].rsplit(" ", 1)[0] + " "
            after = "" if at == last else " " + text[-_AROUND:].split(" ", 1)[-1]
            text = f"{before}…{after}"
        yield Piece(piece.op, text)


def _words(store: Store, draft_id: int, found: Sequence[Run]) -> dict[int, tuple[str, str]]:
    """Before and after each run that changed words, by its last seq; none where it costs too much.

    Each clause's entries are read once, the clauses that the latest changes are in first.
    """
    wanted: dict[str, list[Run]] = {}
    for run in reversed(found):
        if run.last.changes is not None and run.last.act != "loaded":
            wanted.setdefault(run.last.uid, []).append(run)
    words: dict[int, tuple[str, str]] = {}
    left = _ADDED_UP
    for uid, its in wanted.items():
        # Every entry of a clause raises its version, so that this is how many there are.
        if its[0].last.version <= left:
            past = store.drafts.history(draft_id, uid, limit=its[0].last.version)
            left -= len(past)
            words |= _added_up(past, its)
    return words


def _added_up(past: Sequence[EntryRecord], found: Sequence[Run]) -> dict[int, tuple[str, str]]:
    begins = {run.first.seq: run.last.seq for run in found}
    ends = {run.last.seq for run in found}
    was: dict[int, str] = {}
    words: dict[int, tuple[str, str]] = {}
    text = ""
    for entry in past:
        if entry.seq in begins:
            was[begins[entry.seq]] = text
        text = entry.words_after(text)
        if entry.seq in ends:
            words[entry.seq] = was[entry.seq], text
    return words
