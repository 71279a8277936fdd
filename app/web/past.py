"""The past of a clause as people read it: its versions, and who wrote which of its words.

What somebody typed in one go is one version, however many entries of the journal keep it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from textwrap import shorten

from fastapi import Request

from app.actions import drafting
from app.actions.attributing import Written
from app.actions.attributing import authors as attributed
from app.actions.drafting import Revision
from app.actions.recording import deed
from app.store.drafts import ClauseRecord
from app.store.journal import Run, runs
from app.treaty import diff
from app.treaty.diff import Piece
from app.web.drafts import Desk
from app.web.sheets import Sheets

_PAGE = 30
_TONES = 8
_EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a clause: who, when, what was done, and the redline to what was before.

    `seq` is its last entry of the journal; `began` its first one's time where that is another
    minute. `words` are those after it.
    """

    seq: int
    author: str
    began: datetime | None
    at: datetime
    deed: str
    pieces: tuple[Piece, ...]
    words: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Past:
    """Some versions of a clause, the latest first; `older`: before which seq there are more."""

    versions: tuple[Version, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class Came:
    """Words of one author that came by one change: when, what was done, and where that is told."""

    at: datetime
    deed: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote some of a clause's words: `mark` is their number here, `count` how many words."""

    mark: int
    tone: int
    name: str
    count: int
    came: tuple[Came, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that stand together and are of one author, whose mark and tone these are."""

    text: str
    mark: int
    tone: int
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """A clause's words in stretches, and their authors in the order in which they come."""

    stretches: tuple[Stretch, ...]
    authors: tuple[Author, ...]


def versions(desk: Desk, clause: ClauseRecord, before: int | None = None) -> Past:
    """The versions that ended before a seq, the latest first, thirty at a time."""
    revisions = drafting.history(desk.store, desk.seat, desk.draft, clause.uid)
    by_seq = {revision.entry.seq: revision for revision in revisions}
    told = [run for run in _runs(revisions) if before is None or run.last.seq < before]
    made: list[Version] = []
    for at in range(len(told) - 1, -1, -1):
        if len(made) == _PAGE:
            return Past(tuple(made), told[at].last.seq + 1)
        version = _version(told[at], by_seq, clause)
        if version is not None:
            made.append(version)
    return Past(tuple(made), None)


def changed(request: Request, desk: Desk, clause: ClauseRecord) -> int:
    """How often the clause was changed since it is there."""
    sheets: Sheets = request.app.state.sheets

    def count() -> int:
        entries = desk.store.drafts.history(desk.draft.id, clause.uid)
        return max(len(runs(entries)) - 1, 0)

    return sheets.count(desk.draft.id, clause.uid, clause.version, count)


def authors(desk: Desk, clause: ClauseRecord) -> Told:
    """Who wrote which of the clause's words, as they stand."""
    written = attributed(desk.store, desk.seat, desk.draft, clause.uid)
    entries = desk.store.drafts.history(desk.draft.id, clause.uid)
    ends = {entry.seq: run.last.seq for run in runs(entries) for entry in run.entries}
    by_name: dict[str, list[Written]] = {}
    for run in written:
        by_name.setdefault(run.entry.author, []).append(run)
    known = {
        name: Author(
            mark=at + 1,
            tone=at % _TONES,
            name=name,
            count=sum(len(run.text.split()) for run in own),
            came=tuple(_came(desk, clause, own, ends)),
        )
        for at, (name, own) in enumerate(by_name.items())
    }
    stretches = []
    for name, together in groupby(written, key=lambda run: run.entry.author):
        text = "".join(run.text for run in together)
        stretches.append(Stretch(text, known[name].mark, known[name].tone, name))
    return Told(tuple(stretches), tuple(known.values()))


def _came(
    desk: Desk, clause: ClauseRecord, own: Sequence[Written], ends: dict[int, int]
) -> Iterator[Came]:
    """By which changes an author's words came, the latest first."""
    by_address: dict[str, list[Written]] = {}
    for run in sorted(own, key=lambda run: -run.entry.seq):
        by_address.setdefault(_address(desk, clause, run, ends), []).append(run)
    for address, together in by_address.items():
        entry = together[0].entry
        standing = sorted(together, key=own.index)
        words = " … ".join(run.text.strip() for run in standing if run.text.strip())
        yield Came(entry.at, deed(entry), address, shorten(words, _EXCERPT, placeholder=" …"))


def _address(desk: Desk, clause: ClauseRecord, run: Written, ends: dict[int, int]) -> str:
    """Where the version by which the words came is told; of another clause: the text of then."""
    end = ends.get(run.entry.seq)
    if run.entry.uid != clause.uid or end is None:
        return f"{desk.address}/at/{run.entry.seq}#{run.entry.uid}"
    return f"{desk.base}{clause.uid}?tab=history&before={end + 1}#v-{end}"


def _runs(revisions: Sequence[Revision]) -> tuple[Run, ...]:
    return runs(revision.entry for revision in reversed(revisions))


def _version(run: Run, by_seq: dict[int, Revision], clause: ClauseRecord) -> Version | None:
    """What a run came to; None where something was typed and taken back again."""
    was, now = by_seq[run.first.seq].before, by_seq[run.last.seq].after
    if was == now and len(run.entries) > 1:
        return None
    minute = run.first.at.replace(second=0, microsecond=0)
    return Version(
        seq=run.last.seq,
        author=run.last.author,
        began=None if minute == run.last.at.replace(second=0, microsecond=0) else run.first.at,
        at=run.last.at,
        deed=deed(run.last),
        # What a clause began with is no insertion into anything.
        pieces=diff.pieces(was or now, now),
        words=now,
        is_current=now == clause.words,
    )
