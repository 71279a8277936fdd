"""All changes of a draft, the latest first: who, when, in which clause, which words.

What is wanted of them (an article, a person, a delegation, a meeting, what is new) is in the
address, so that it can be sent and kept; under the same address ending in .atom, and under a
secret one for whoever reads it outside, it is a feed. What a seat says it has read is kept as
the page that it read showed it: what came meanwhile stays new.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from app.actions import drafting, recording, settling
from app.actions.recording import Along, Row, Told, Wanted
from app.actions.refusals import Invalid
from app.store.drafts import DraftRecord
from app.store.record import FeedRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.diff import Piece
from app.treaty.document import Kind
from app.web import atom, states
from app.web.deps import MaybeSeatDep, SeatDep, StoreDep
from app.web.drafts import address_of, base_of, news
from app.web.notices import notice_of, said, told
from app.web.pages import day, plural, render
from app.web.sheets import Sheets
from app.web.words import Sheet

router = APIRouter()

_AROUND = 60
"""How many characters of what stayed are shown beside what did not."""

_LONGEST = 200
_SEQ = 2**31 - 1

_Text = Annotated[str, Query(max_length=_LONGEST)]
_Field = Annotated[str, Form(max_length=_LONGEST)]
_Seq = Annotated[int, Query(ge=0, le=_SEQ)]
_Before = Annotated[int | None, Query(ge=0, le=_SEQ)]


def _asked(
    article: _Text = "",
    person: _Text = "",
    delegation: _Text = "",
    meeting: _Text = "",
    after: _Seq = 0,
    new: bool = False,
) -> Wanted:
    return Wanted(article, person, delegation, meeting, after, new)


WantedDep = Annotated[Wanted, Depends(_asked)]
"""What of the record an address asks for."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an act brought along: in which clause, what, and the words."""

    uid: str
    clause: str
    deed: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it is shown: `clause` is how its clause is cited, `href` where that is told.

    `then` is where the draft is shown as it stood after it ("": it stands beside the journal).
    """

    row: Row
    clause: str
    href: str
    then: str
    pieces: tuple[Piece, ...]
    parts: tuple[Part, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing by which the record is narrowed, and the address without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of one's own: what it has in words."""

    record: FeedRecord
    words: str


@dataclass(frozen=True, slots=True)
class _View:
    """What one page of the record is made of."""

    store: Store
    seat: SeatRecord
    draft: DraftRecord
    wanted: Wanted
    names: "_Names"

    @property
    def home(self) -> str:
        return f"{address_of(self.draft)}/journal"


@router.get("/drafts/{slug}/journal")
def show_journal(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    wanted: WantedDep,
    before: _Before = None,
) -> Response:
    """All changes that are wanted, or those before an entry, about fifty to a page."""
    view = _view(request, store, seat, slug, wanted)
    return said(request, view.draft, _page(request, view, before=before))


@router.get("/drafts/{slug}/journal.atom")
def show_feed(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, wanted: WantedDep
) -> Response:
    """The same as an Atom feed, for somebody who is signed in."""
    view = _view(request, store, seat, slug, wanted)
    return _feed(request, view, f"{view.home}.atom{_query(wanted)}")


@router.get("/feeds/{secret}")
def show_secret_feed(
    request: Request, store: StoreDep, _reader: MaybeSeatDep, secret: str
) -> Response:
    """The feed that somebody made a secret address for, as their seat may read it."""
    seat, draft, wanted = recording.behind(store, secret)
    view = _view_of(request, store, seat, draft, wanted)
    return _feed(request, view, f"/feeds/{secret}")


@router.post("/drafts/{slug}/journal/seen")
def mark_seen(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    upto: Annotated[int, Form(ge=0, le=_SEQ)],
    at: Annotated[str, Form(max_length=40)],
    met: Annotated[str, Form(max_length=100_000)] = "",
    steps: Annotated[int, Form(ge=0, le=_SEQ)] = 0,
) -> Response:
    """Keep that the seat has read what the page showed; what came meanwhile stays new."""
    draft = drafting.open_draft(store, seat, slug)
    before = recording.seen(store, seat, draft)
    recording.mark(store, seat, draft, upto=upto, at=_moment(at), met=met.split(), steps=steps)
    sentence = "Marked as seen." if upto >= before.seq else "It is new again."
    return told(request, draft, f"{address_of(draft)}/journal?new=true", sentence, may_undo=False)


@router.post("/drafts/{slug}/journal/feeds")
def make_feed(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    article: _Field = "",
    person: _Field = "",
    delegation: _Field = "",
    meeting: _Field = "",
) -> Response:
    """Make a secret address for what is wanted, and show it once."""
    wanted = Wanted(article, person, delegation, meeting)
    view = _view(request, store, seat, slug, wanted)
    secret = recording.make_feed(store, seat, view.draft, wanted)
    link = str(request.app.state.settings.public_url).rstrip("/") + f"/feeds/{secret}"
    return _page(request, view, link=link)


@router.post("/drafts/{slug}/journal/feeds/{uid}/end")
def end_feed(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """Close a feed: its address leads nowhere from now on."""
    draft = drafting.open_draft(store, seat, slug)
    recording.end_feed(store, seat, draft, uid)
    sentence = "That feed is closed: its address leads nowhere now."
    return told(request, draft, f"{address_of(draft)}/journal#feeds", sentence, may_undo=False)


# --- the page


def _view(request: Request, store: Store, seat: SeatRecord, slug: str, wanted: Wanted) -> _View:
    return _view_of(request, store, seat, drafting.open_draft(store, seat, slug), wanted)


def _view_of(
    request: Request, store: Store, seat: SeatRecord, draft: DraftRecord, wanted: Wanted
) -> _View:
    sheets: Sheets = request.app.state.sheets
    names = _Names(store, draft, states.of_now(sheets, store, draft))
    return _View(store, seat, draft, wanted, names)


def _page(request: Request, view: _View, *, before: int | None = None, link: str = "") -> Response:
    store, seat, draft, wanted = view.store, view.seat, view.draft, view.wanted
    found = recording.told(store, seat, draft, wanted, before=before)
    seen = recording.seen(store, seat, draft)
    choices = recording.choices(store, seat, draft)
    meetings = {each.uid: each.name for each in choices.meetings}
    return render(
        request,
        "journal/show.html",
        draft=draft,
        home=view.home,
        wanted=wanted,
        kept=tuple(wanted.kept().items()),
        filters=tuple(_filters(view, meetings)),
        changes=tuple(_changes(view, found)),
        articles=view.names.articles(wanted.article),
        choices=choices,
        query=_query(wanted),
        older=_query(wanted, before=found.older) if found.older else "",
        news=news(store, seat, draft),
        everything=_query(wanted, new=False, after=0),
        only_new=_query(wanted, new=True, after=0),
        seen=seen,
        mark=found.seen if before is None and not wanted.is_narrow else None,
        feeds=tuple(
            Feed(each, _in_words(view, Wanted.of(each.wanted), meetings))
            for each in recording.feeds(store, seat, draft)
        ),
        in_words=_in_words(view, wanted, meetings),
        link=link,
        nothing=settling.NOTHING_IS_AGREED,
        notice=notice_of(request),
    )


def _changes(view: _View, found: Told) -> Iterator[Change]:
    for row in found.rows:
        then = f"{address_of(view.draft)}/at/{row.seq}" if row.seq else ""
        parts = tuple(_part(view, along) for along in row.along)
        is_loaded = row.first != row.seq and not row.uid and row.count > 1
        yield Change(
            row=row,
            clause=plural(row.count, "clause") if is_loaded else view.names.cited(row.uid),
            href=_href(view.draft, row),
            then=then + (f"#{row.uid}" if then and row.uid else ""),
            pieces=tuple(_near(row.pieces)),
            parts=parts,
            more=max(0, row.count - len(parts) - (0 if is_loaded else 1)),
        )


def _part(view: _View, along: Along) -> Part:
    cited = view.names.cited(along.uid) if along.uid else ""
    return Part(along.uid, cited, along.deed, tuple(_near(along.pieces)))


def _href(draft: DraftRecord, row: Row) -> str:
    if not row.uid:
        return ""
    tab = "proposals" if row.proposal and not row.seq else "history"
    return f"{base_of(draft)}{row.uid}?tab={tab}#{row.uid}"


class _Names:
    """How the clauses of a draft are called in its record, struck ones too."""

    def __init__(self, store: Store, draft: DraftRecord, sheet: Sheet) -> None:
        self._store = store
        self._draft = draft
        self._sheet = sheet
        self._struck: dict[str, str] | None = None

    def cited(self, uid: str) -> str:
        """ "Article 3, paragraph 1", "a struck paragraph of Article 3", or "the draft"."""
        if not uid:
            return "the draft"
        return self._sheet.citation(uid) or self._of_struck().get(uid, "a clause that was struck")

    def articles(self, chosen: str) -> tuple[tuple[str, str], ...]:
        """The articles and what stands above them, to choose from; and what is chosen already."""
        found = [
            (entry.uid, " ".join(filter(None, (entry.number, entry.heading))))
            for entry in self._sheet.outline
        ]
        if chosen and chosen not in dict(found):
            found.insert(0, (chosen, self.cited(chosen)))
        return tuple(found)

    def _of_struck(self) -> dict[str, str]:
        if self._struck is None:
            self._struck = {}
            above = ""
            for each in self._store.record.placed(self._draft.id):
                kind = Kind(each.kind)
                if kind is Kind.ARTICLE:
                    above = self._sheet.citation(each.uid) or "a struck article"
                if not each.struck:
                    continue
                named = f"a struck {kind.value}"
                inside = f" of {above}" if above and not kind.bears_heading else ""
                self._struck[each.uid] = named + inside
        return self._struck


def _near(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
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


# --- what is wanted, as an address and in words


def _query(wanted: Wanted, **other: object) -> str:
    values: dict[str, object] = {
        **wanted.kept(),
        "after": wanted.after,
        "new": wanted.new,
        **other,
    }
    kept = {name: "true" if value is True else value for name, value in values.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _filters(view: _View, meetings: Mapping[str, str]) -> Iterator[Filter]:
    wanted = view.wanted
    named = {
        "article": view.names.cited(wanted.article),
        "person": wanted.person,
        "delegation": wanted.delegation,
        "meeting": meetings.get(wanted.meeting, ""),
    }
    for name in wanted.kept():
        yield Filter(name, named[name], view.home + _query(wanted, **{name: ""}))
    if wanted.after:
        without = view.home + _query(wanted, after=0)
        yield Filter("after", f"No. {wanted.after:,}", without)


def _in_words(view: _View, wanted: Wanted, meetings: Mapping[str, str]) -> str:
    """What is wanted: "all changes in Article 3 by Drafter A"."""
    words = "all changes"
    if wanted.article:
        words += f" in {view.names.cited(wanted.article)}"
    if wanted.person:
        words += f" by {wanted.person}"
    if wanted.delegation:
        words += f" of {wanted.delegation}"
    if wanted.meeting:
        words += f" at {meetings.get(wanted.meeting, 'a meeting')}"
    return words


def _moment(at: str) -> datetime:
    moment: datetime | None
    try:
        moment = datetime.fromisoformat(at)
        # What is within a day of the first or last moment there is, has none in UTC.
        moment = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Invalid("That is no time.")
    return moment


# --- the feed


def _feed(request: Request, view: _View, own: str) -> Response:
    found = recording.told(view.store, view.seat, view.draft, view.wanted, whole=True)
    root = str(request.app.state.settings.public_url).rstrip("/")
    meetings = {each.uid: each.name for each in view.store.proposals.meetings(view.draft.id)}
    entries = [
        atom.Entry(
            key=f"{change.row.began_at or change.row.key}",
            title=_title(change),
            author=change.row.author,
            at=change.row.at,
            address=root + (change.then or change.href or view.home),
            content=_content(change),
        )
        for change in _changes(view, found)
    ]
    feed = atom.Feed(
        address=root + view.home + _query(view.wanted),
        own=root + own,
        title=f"{view.draft.title}: {_in_words(view, view.wanted, meetings)}",
        said=settling.NOTHING_IS_AGREED,
        at=entries[0].at if entries else view.draft.created_at,
        entries=tuple(entries),
    )
    return Response(atom.written(feed), media_type=atom.MEDIA_TYPE)


def _title(change: Change) -> str:
    row = change.row
    title = f"{change.clause[:1].upper()}{change.clause[1:]}: {row.deed}"
    return title + (f" ({row.meeting})" if row.meeting else "")


def _content(change: Change) -> str:
    row = change.row
    parts = [atom.redline(change.pieces)]
    parts += [
        atom.line(": ".join(filter(None, (part.clause, part.deed)))) + atom.redline(part.pieces)
        for part in change.parts
    ]
    if row.taken:
        parts.append(atom.line(f"{plural(row.taken, 'character')} taken out"))
    if row.redacted:
        parts.append(atom.line("The words were redacted."))
    if row.whose:
        parts.append(atom.line(row.whose))
    if row.why:
        parts.append(atom.line(row.why))
    return "".join(parts) or atom.line(f"{row.deed}, {day(row.at)}")
