"""Notes on the page: those of a clause in its panel, all of a draft, one thread by itself.

The margin of the treaty is set once for all who read it, so that nothing of a note stands in it:
each browser is told of its own seat's notes, and draws them (js/notes.js).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup

from app.actions import annotating, citing, commenting, drafting, linking, mentioning, unsaying
from app.actions.annotating import Chosen, Wanted
from app.actions.circulating import pinned_words
from app.actions.policy import Act, may
from app.actions.refusals import Invalid
from app.actions.whereabouts import Stands, Thread
from app.exchange.notefile import NoteItem, as_csv, as_markdown
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.notes import Audience, Did, NoteChange, NoteKind, NoteRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.changes import cut
from app.web.deps import SeatDep, StoreDep, is_partial
from app.web.drafts import Desk, desk_of
from app.web.markdown import shown
from app.web.notices import notice_of, said, told
from app.web.pages import part, render
from app.web.words import Sheet

router = APIRouter()

_Text = Annotated[str, Form()]
_ON = {
    Stands.CHECK: "Please check: these words have been changed since the note was written.",
    Stands.ORPHANED: "The words that the note was written on are gone.",
    Stands.STRUCK: "The clause that the note was written on has been struck.",
}
_FROM_FILE = "Please check: this note came from a file, and may have been written on other words."
_FOR_WHOM = {Audience.MINE: "only me", Audience.EVERYONE: "everyone"}
_DONE = {
    Did.EDITED: "edited; before that it said:",
    Did.RESOLVED: "resolved:",
    Did.REOPENED: "opened again:",
    Did.REDACTED: "its words were taken out:",
    Did.PLACED: "put on other words; before that it was on:",
}
_TO_PLACE = (Stands.CHECK, Stands.ORPHANED)
LIST, INBOX = "list", "inbox"
"""Where threads of many clauses stand below each other."""

PAGE = 50
"""How many threads a page of the list has."""

_FEW = 6
_LONGEST_QUERY = 80
_STANDS = {
    Stands.CHECK: "please check: the words have changed",
    Stands.ORPHANED: "the words are gone",
    Stands.STRUCK: "the clause has been struck",
}
_STATES = ("open", "resolved", "check", "orphaned", "struck")


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that was done with a note, in words."""

    author: str
    at: datetime
    did: str
    words: str


@dataclass(frozen=True, slots=True)
class Saying:
    """A note's words, or an answer's, as they are shown; only a note has kind and audience.

    `origin` says who wrote it, and when, where it came from elsewhere.
    """

    key: str
    author: str
    at: datetime
    html: Markup
    body: str
    version: int
    may_change: bool
    past: tuple[Past, ...]
    kind: str = ""
    audience: str = ""
    origin: str = ""
    redacted: bool = False
    redaction_by: str = ""
    may_redact: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A thread as it is shown; `quote` are the words it is on, `now` what stands there."""

    key: str
    kind: str
    audience: str
    for_whom: str
    first: Saying
    answers: tuple[Saying, ...]
    stands: str
    warning: str
    quote: str
    now: str
    slug: str
    draft: str
    label: str
    href: str
    is_open: bool
    is_new: bool
    resolved: str
    may_answer: bool
    in_commentary: bool
    may_publish: bool
    may_confirm: bool
    may_place: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: what is sent, and what is said."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Board:
    """Threads in one place: `at` says where (LIST, INBOX, a uid, or a thread's key).

    `action` is where a new note is sent to; "" where none can be written.
    """

    at: str
    title: str
    cards: tuple[Card, ...]
    action: str
    uid: str
    kinds: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    may_select: bool
    sentence: str = ""
    until: str = ""
    """When the threads were read from the database."""

    @property
    def is_list(self) -> bool:
        """Whether each thread stands for itself: what is done with one leaves the others."""
        return self.at in (LIST, INBOX)

    @property
    def news(self) -> int:
        """How many threads have something new."""
        return sum(card.is_new for card in self.cards)


# --- the panel of a clause


def panel(request: Request, desk: Desk, clause: ClauseRecord) -> Markup:
    """The notes of a clause for its panel, with the form for another one."""
    return part(request, "notes/_board.html", board=_of_clause(desk, clause))


def count(desk: Desk, clause: ClauseRecord) -> int:
    """How many open notes for this seat there are on the clause."""
    return annotating.counts(desk.store, desk.seat, desk.draft)[clause.uid]


def _of_clause(desk: Desk, clause: ClauseRecord, sentence: str = "") -> Board:
    threads = annotating.threads(desk.store, desk.seat, desk.draft, clause.uid)
    threads = tuple(sorted(threads, key=_by_place))
    title = _called(desk.sheet, clause.uid)
    return _board(desk, clause.uid, f"Notes on {title}", threads, clause, sentence)


def _by_place(thread: Thread) -> tuple[bool, int, datetime]:
    """Open ones first; those on words in the order of the words."""
    start = thread.anchor.start if thread.anchor else -1
    return not thread.note.is_open, start, thread.note.at


def _board(
    desk: Desk,
    at: str,
    title: str,
    threads: Sequence[Thread],
    clause: ClauseRecord | None,
    sentence: str = "",
) -> Board:
    return Board(
        at=at,
        title=title,
        cards=_cards(desk, threads),
        action=f"{desk.address}/notes" if at != INBOX else "",
        uid=clause.uid if clause else "",
        kinds=_kinds(),
        audiences=_audiences(desk.seat),
        may_select=clause is not None and not clause.struck,
        sentence=sentence,
        until=desk.store.now.isoformat(),
    )


def _kinds() -> tuple[Choice, ...]:
    return tuple(Choice(kind.value, kind.value) for kind in NoteKind)


def _audiences(seat: SeatRecord) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.value, _for_whom(one, seat.delegation)) for one in annotating.audiences(seat)
    )


def _cards(desk: Desk, threads: Sequence[Thread]) -> tuple[Card, ...]:
    """The threads as they are shown; what is asked of the database is asked once for all."""
    history = annotating.changes(desk.store, desk.seat, *threads)
    uids = {one.uid for one in threads if one.uid and one.stands is Stands.CHECK}
    clauses = desk.store.strokes.clauses(desk.draft.id, uids) if uids else {}
    return tuple(_card(desk, thread, history, clauses) for thread in threads)


def _card(
    desk: Desk,
    thread: Thread,
    history: Mapping[int, Sequence[NoteChange]],
    clauses: Mapping[str, ClauseRecord],
) -> Card:
    note, now = thread.note, ""
    if thread.anchor is not None and thread.stands is Stands.CHECK:
        clause = clauses.get(thread.uid)
        now = cut(clause.words, thread.anchor.start, thread.anchor.end) if clause else ""
    is_doubtful = thread.stands is Stands.CHECK and bool(note.extra.get("check"))
    resolved = f"Resolved by {note.resolved_by}: {note.reason}" if note.resolved_at else ""
    may_change = annotating.may_change(desk.seat, note)
    return Card(
        key=note.key,
        kind=note.kind.value,
        audience=note.audience.value,
        for_whom=_for_whom(note.audience, note.delegation),
        first=_saying(desk.seat, note, history.get(note.id, ())),
        answers=tuple(_saying(desk.seat, one, history.get(one.id, ())) for one in thread.answers),
        stands=thread.stands.value,
        warning=_FROM_FILE if is_doubtful else _ON.get(thread.stands, ""),
        quote=thread.anchor.quote if thread.anchor else "",
        now=now,
        slug=desk.draft.slug,
        draft=desk.draft.title,
        label=_called(desk.sheet, thread.uid),
        href=_address(desk.draft, thread),
        is_open=note.is_open,
        is_new=thread.is_new,
        resolved=resolved,
        may_answer=annotating.may_answer(desk.seat, note),
        in_commentary=note.place > 0,
        may_publish=_may_publish(desk.seat, thread),
        may_confirm=thread.stands is Stands.CHECK and may_change,
        may_place=may_change and thread.stands in _TO_PLACE and not note.place,
    )


def _may_publish(seat: SeatRecord, thread: Thread) -> bool:
    note = thread.note
    is_told = note.audience is Audience.EVERYONE and not note.redacted
    is_fit = is_told and thread.uid and not note.place
    return bool(is_fit) and may(seat, Act.WRITE_COMMENTARY)


def _saying(seat: SeatRecord, note: NoteRecord, past: Any) -> Saying:
    return Saying(
        key=note.key,
        author=note.author,
        at=note.at,
        html=shown(note.body),
        body=note.body,
        version=note.version,
        may_change=annotating.may_change(seat, note),
        past=tuple(_past(one) for one in past),
        kind="" if note.root_id else note.kind.value,
        audience="" if note.root_id else note.audience.value,
        origin=linking.came_from(note),
        redacted=note.redacted,
        redaction_by="" if note.redacted else note.redaction_by,
        may_redact=unsaying.may_ask(seat, note),
    )


def _past(change: NoteChange) -> Past:
    # Of a note that was redacted it is told that it was edited, and no more.
    done = _DONE[change.act] if change.words else _DONE[change.act].partition(";")[0].rstrip(":")
    return Past(change.author, change.at, done, change.words)


def _for_whom(audience: Audience, delegation: str) -> str:
    return _FOR_WHOM.get(audience, delegation)


def _called(sheet: Sheet, uid: str) -> str:
    if not uid:
        return "the whole draft"
    line = sheet.line(uid)
    return sheet.citation(uid) or (f"the {line.kind}" if line else "a struck clause")


def _address(draft: DraftRecord, thread: Thread) -> str:
    if not thread.uid:
        return f"/drafts/{draft.slug}/notes#note-{thread.note.key}"
    return f"/drafts/{draft.slug}/clauses/{thread.uid}?tab=notes#{thread.uid}"


# --- all notes of a draft


def _wanted(
    kind: str = "", author: str = "", state: str = "", audience: str = "", new: str = ""
) -> Wanted:
    return Wanted(kind, author, state, audience, only_new=bool(new))


WantedDep = Annotated[Wanted, Depends(_wanted)]
"""Which notes an address asks for, in every form that they are given in."""


@router.get("/drafts/{slug}/notes")
def list_notes(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    wanted: WantedDep,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """Every note of the draft that is for this seat, in the order of the text."""
    desk = desk_of(request, store, seat, slug)
    everything = annotating.threads(store, seat, desk.draft)
    threads = _chosen(desk, everything, wanted)
    pages = max(1, -(-len(threads) // PAGE))
    number = min(page, pages)
    here = threads[(number - 1) * PAGE : number * PAGE]
    answer = render(
        request,
        "notes/list.html",
        draft=desk.draft,
        board=_board(desk, LIST, "Notes", here, None),
        wanted=wanted,
        query=urlencode(_asked(wanted)),
        found=len(threads),
        number=number,
        pages=pages,
        authors=sorted({thread.note.author for thread in everything}),
        states=_STATES,
        count=len(everything),
        new_count=sum(thread.is_new for thread in everything),
        notice=notice_of(request),
    )
    return said(request, desk.draft, answer)


def _asked(wanted: Wanted) -> dict[str, str]:
    """What is asked for, as an address says it; nothing of what is not."""
    named = {name: getattr(wanted, name) for name in ("kind", "author", "state", "audience")}
    return {
        name: value for name, value in (*named.items(), ("new", "1" * wanted.only_new)) if value
    }


def _chosen(desk: Desk, threads: tuple[Thread, ...], wanted: Wanted) -> tuple[Thread, ...]:
    """Those that are asked for, in the order of the text; those on the whole draft come first."""
    order = {"": -1} | {line.uid: at for at, line in enumerate(desk.sheet.lines)}
    return tuple(
        sorted(
            (thread for thread in threads if annotating.fits(thread, wanted)),
            key=lambda thread: (order.get(thread.uid, len(order)), *_by_place(thread)),
        )
    )


@router.get("/drafts/{slug}/notes.md")
def take_markdown(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    wanted: WantedDep,
) -> Response:
    """The notes that are for this seat, as Markdown."""
    desk = desk_of(request, store, seat, slug)
    items = _items(desk, wanted)
    content = as_markdown(desk.draft.title, items)
    return _file(content, "text/markdown; charset=utf-8", f"{slug}-notes.md")


@router.get("/drafts/{slug}/notes.csv")
def take_csv(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    wanted: WantedDep,
) -> Response:
    """The notes that are for this seat, as CSV."""
    desk = desk_of(request, store, seat, slug)
    items = _items(desk, wanted)
    return _file(as_csv(items), "text/csv; charset=utf-8", f"{slug}-notes.csv")


def _items(desk: Desk, wanted: Wanted) -> list[NoteItem]:
    threads = annotating.threads(desk.store, desk.seat, desk.draft)
    return [
        _item(desk, thread, one)
        for thread in _chosen(desk, threads, wanted)
        for one in (thread.note, *thread.answers)
    ]


def _item(desk: Desk, thread: Thread, one: NoteRecord) -> NoteItem:
    called = _called(desk.sheet, thread.uid)
    return NoteItem(
        key=one.key,
        root=thread.note.key if one.root_id else "",
        place=called[:1].upper() + called[1:],
        quote=thread.anchor.quote if thread.anchor else "",
        stands=_STANDS.get(thread.stands, thread.stands.value),
        kind=one.kind.value,
        audience=_for_whom(one.audience, one.delegation),
        author=one.author,
        at=one.at,
        body=one.body,
        resolved_by=one.resolved_by,
        reason=one.reason,
        origin=linking.came_from(one),
    )


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=kind, headers=headers)


@router.get("/drafts/{slug}/notes.json")
def tell_notes(store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """Where the open notes for this seat are, for the page to draw: keys, places, words."""
    draft = drafting.open_draft(store, seat, slug)
    threads = [one for one in annotating.threads(store, seat, draft) if one.note.is_open]
    clauses = store.strokes.clauses(draft.id, {one.uid for one in threads if one.uid})
    notes = [_told(one, clauses) for one in threads if one.uid in clauses]
    return JSONResponse(
        {"seq": draft.seq, "notes": notes}, headers={"cache-control": "private, no-store"}
    )


def _told(thread: Thread, clauses: dict[str, ClauseRecord]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": thread.note.key,
        "uid": thread.uid,
        "stands": thread.stands.value,
        "kind": thread.note.kind.value,
        "new": thread.is_new,
        "stirred": f"{thread.note.stirred_at:%Y-%m-%dT%H:%M:%S.%f}",
    }
    if thread.anchor is not None and thread.stands in (Stands.ANCHORED, Stands.CHECK):
        start, end = thread.anchor.start, thread.anchor.end
        words = cut(clauses[thread.uid].words, start, end)
        told |= {"at": [start, end], "words": words}
    return told


@router.post("/drafts/{slug}/notes/read")
def read_all(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    until: _Text = "",
    at: _Text = "",
) -> Response:
    """Keep that the seat has read the notes of the draft, as far as the page showed them.

    `until` is when that was made: what came while it was read is still new.
    """
    draft = drafting.open_draft(store, seat, slug)
    annotating.visit(store, seat, draft, _moment(until))
    clause = store.drafts.clause(draft.id, at) if at and is_partial(request) else None
    if clause is None:
        return RedirectResponse(f"/drafts/{slug}/notes", 303)
    desk = desk_of(request, store, seat, slug)
    board = _of_clause(desk, clause, "Marked as read, all over the draft.")
    return _shown(request, board, count(desk, clause))


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


# --- what waits for a seat, and what a note may name


@router.get("/inbox")
def show_inbox(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """Where the seat is named, and the questions of others that are open, in all drafts."""
    inbox = mentioning.inbox(store, seat)
    everywhere = (*inbox.named, *inbox.questions)
    cards: dict[str, Card] = {}
    for draft in {draft.id: draft for draft, _ in everywhere}.values():
        desk = desk_of(request, store, seat, draft.slug)
        threads = [thread for other, thread in everywhere if other.id == draft.id]
        cards |= {card.key: card for card in _cards(desk, threads)}
    boards = [
        Board(
            INBOX,
            title,
            tuple(cards[thread.note.key] for _, thread in found),
            "",
            "",
            _kinds(),
            _audiences(seat),
            may_select=False,
        )
        for title, found in (("You are named", inbox.named), ("Open questions", inbox.questions))
    ]
    return render(request, "notes/inbox.html", boards=boards)


@router.get("/drafts/{slug}/notes/finder.json")
def find_for_note(store: StoreDep, seat: SeatDep, slug: str, q: str = "") -> Response:
    """What a note may cite or name: passages, cases and seats, each with what is to be put in."""
    drafting.open_draft(store, seat, slug)
    query = q.strip()[:_LONGEST_QUERY]
    offers = [
        {
            "kind": "seat",
            "title": f"@{other.name}",
            "where": other.delegation or other.role.value,
            "insert": f"[@{_in_brackets(other.name)}](/seats/{other.id})",
        }
        for other in mentioning.nameable(store, seat)
        if query and query.casefold() in other.name.casefold()
    ][:_FEW]
    hits = citing.find(store, seat, query, kinds=("passage", "case"), limit=_FEW) if query else ()
    for hit in hits:
        is_case = hit.kind == "case"
        href = f"/library/cases/{hit.slug}" if is_case else f"/library/passages/{hit.id}"
        name = hit.title if is_case else ", ".join(filter(None, (hit.title, hit.where)))
        offers.append(
            {
                "kind": hit.kind,
                "title": hit.title,
                "where": hit.where,
                "insert": f"[{_in_brackets(name)}]({href})",
            }
        )
    return JSONResponse(offers, headers={"cache-control": "private, no-store"})


def _in_brackets(words: str) -> str:
    """Words as the text of a Markdown link."""
    return words.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


# --- writing


@router.post("/drafts/{slug}/notes")
def write(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: _Text = "",
    kind: _Text = NoteKind.COMMENT.value,
    body: _Text = "",
    audience: _Text = Audience.MINE.value,
    quote: _Text = "",
    start: Annotated[int, Form()] = -1,
    prefix: _Text = "",
    suffix: _Text = "",
) -> Response:
    """Keep a note on words, on a clause, or on the whole draft."""
    draft = drafting.open_draft(store, seat, slug)
    words = Chosen(start, quote, prefix, suffix) if quote.strip() else None
    note = annotating.write(
        store, seat, draft, uid=uid, words=words, kind=kind, body=body, audience=audience
    )
    return _after(request, store, seat, note.key, uid or "", "Noted.")


@router.get("/notes/{key}")
def show_note(request: Request, store: StoreDep, seat: SeatDep, key: str) -> Response:
    """One thread by itself."""
    thread = annotating.note(store, seat, key)
    desk = _desk(request, store, seat, thread)
    board = _board(desk, key, "Note", (thread,), None)
    return render(request, "notes/show.html", draft=desk.draft, board=board)


@router.post("/notes/{key}/answers")
def answer(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    key: str,
    body: _Text = "",
    at: _Text = "",
) -> Response:
    """Keep an answer to a note."""
    annotating.answer(store, seat, key, body)
    return _after(request, store, seat, key, at, "Answered.")


@router.post("/notes/{key}/change")
def change(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    key: str,
    body: _Text = "",
    kind: _Text = "",
    audience: _Text = "",
    seen: Annotated[int | None, Form()] = None,
    at: _Text = "",
) -> Response:
    """Keep a note with other words, kind or audience."""
    annotating.change(
        store, seat, key, body=body, kind=kind or None, audience=audience or None, seen=seen
    )
    return _after(request, store, seat, key, at, "Changed; what it said before is kept.")


@router.post("/notes/{key}/fits")
def confirm(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    key: str,
    words: Annotated[str | None, Form()] = None,
    at: _Text = "",
) -> Response:
    """Say that a note is on the words that stand now where it was put; `words` were shown."""
    annotating.confirm(store, seat, key, seen=words)
    return _after(request, store, seat, key, at, "Confirmed: it is on these words now.")


@router.post("/notes/{key}/words")
def put_on(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    key: str,
    quote: _Text = "",
    uid: _Text = "",
    start: Annotated[int, Form()] = -1,
    prefix: _Text = "",
    suffix: _Text = "",
    at: _Text = "",
) -> Response:
    """Put a note, whose words are gone or were changed, on others."""
    selected = Chosen(start, quote, prefix, suffix)
    annotating.put_on(store, seat, key, quote, uid=uid, selected=selected)
    return _after(request, store, seat, key, at, "Put on these words.")


@router.post("/notes/{key}/resolve")
def resolve(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    key: str,
    reason: _Text = "",
    at: _Text = "",
) -> Response:
    """Say that a note is dealt with."""
    annotating.resolve(store, seat, key, reason)
    return _after(request, store, seat, key, at, "Resolved.")


@router.post("/notes/{key}/reopen")
def reopen(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    key: str,
    reason: _Text = "",
    at: _Text = "",
) -> Response:
    """Open a note again."""
    annotating.reopen(store, seat, key, reason)
    return _after(request, store, seat, key, at, "Open again.")


# --- the commentary


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the commentary; `stale` says for which text, when that has changed since."""

    number: int
    card: Card
    written_for: str
    stale: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The commentary on one article, or on what is outside of the articles."""

    uid: str
    label: str
    heading: str
    paragraphs: tuple[Paragraph, ...]


@router.get("/drafts/{slug}/commentary")
def show_commentary(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """What is written for publication, numbered below each article."""
    desk = desk_of(request, store, seat, slug)
    chapters: dict[str, list[Paragraph]] = {}
    remarks = commenting.commentary(store, seat, desk.draft)
    cards = _cards(desk, [remark.thread for remark in remarks])
    for remark, card in zip(remarks, cards, strict=True):
        chapters.setdefault(remark.host, []).append(
            Paragraph(remark.number, card, remark.written_for, pinned_words(remark))
        )
    page = render(
        request,
        "notes/commentary.html",
        draft=desk.draft,
        chapters=tuple(
            Chapter(uid, *_named(desk, uid), tuple(found)) for uid, found in chapters.items()
        ),
        may_write=may(seat, Act.WRITE_COMMENTARY),
        may_export=may(seat, Act.EXPORT),
        notice=notice_of(request),
    )
    return said(request, desk.draft, page)


def _named(desk: Desk, uid: str) -> tuple[str, str]:
    line = desk.sheet.line(uid) if uid else None
    if line is None:
        return "Clauses that are no longer in the text", ""
    return _called(desk.sheet, uid), line.heading if line.kind.bears_heading else ""


_WORKS = {
    "publish": (commenting.publish, "Part of the commentary now."),
    "retract": (commenting.retract, "Taken out of the commentary; the note stays."),
    "pin": (commenting.pin, "Said to fit the text as it stands."),
    "earlier": (commenting.earlier, "Moved."),
}


@router.post("/notes/{key}/commentary")
def arrange(
    request: Request, store: StoreDep, seat: SeatDep, key: str, work: _Text = ""
) -> Response:
    """Put a note into the commentary, move it there, say that it fits the text, or take it out."""
    annotating.note(store, seat, key)
    if work not in _WORKS:
        raise Invalid("Nothing of that kind can be done with a note.")
    act, sentence = _WORKS[work]
    note = act(store, seat, key)
    draft = store.drafts.by_id(note.draft_id)
    if draft is None:
        raise ValueError(f"the draft of note {key} is gone")
    address = f"/drafts/{draft.slug}/commentary#note-{note.key}"
    return told(request, draft, address, sentence, may_undo=False)


@router.post("/notes/{key}/remove")
def remove(request: Request, store: StoreDep, seat: SeatDep, key: str, at: _Text = "") -> Response:
    """Take away a note, or an answer."""
    thread = annotating.note(store, seat, key)
    gone = annotating.remove(store, seat, key)
    left = thread.note.key if gone.root_id is not None else ""
    return _after(request, store, seat, left, at, "Taken away.", thread)


@router.post("/notes/{key}/redact")
def redact(
    request: Request, store: StoreDep, seat: SeatDep, key: str, reason: _Text = "", at: _Text = ""
) -> Response:
    """Ask that the words of a note be taken out, or agree to that: then they are."""
    done = unsaying.unsay(store, seat, key, reason)
    said = "Its words were taken out." if done else "Asked for; another seat has to agree."
    return _after(request, store, seat, key, at, said)


def _desk(request: Request, store: Store, seat: SeatRecord, thread: Thread) -> Desk:
    draft = store.drafts.by_id(thread.note.draft_id)
    return desk_of(request, store, seat, draft.slug if draft else "")


def _after(
    request: Request,
    store: Store,
    seat: SeatRecord,
    key: str,
    at: str,
    sentence: str,
    gone: Thread | None = None,
) -> Response:
    """The board on which something was done, with what was done; as a page, the way there."""
    thread = annotating.note(store, seat, key) if key else gone
    if thread is None:
        raise ValueError("nothing to go back to")
    desk = _desk(request, store, seat, thread)
    if not is_partial(request):
        address = _address(desk.draft, thread)
        return told(request, desk.draft, address, sentence, may_undo=False)
    left = (thread,) if key else ()
    if at in (LIST, INBOX):
        board = _board(desk, at, "Notes", left, None, sentence)
        return render(request, "notes/alone.html", board=board)
    clause = desk.store.drafts.clause(desk.draft.id, at)
    if clause is not None:
        board = _of_clause(desk, clause, sentence)
        return _shown(request, board, count(desk, clause))
    return _shown(request, _board(desk, at, "Note", left, None, sentence), 0)


def _shown(request: Request, board: Board, open_here: int) -> Response:
    """A board by itself; the page is told how many open notes there are on its clause."""
    headers = {"HX-Trigger": json.dumps({"noted": {"target": "#main", "count": open_here}})}
    return render(request, "notes/_board.html", headers=headers, board=board)
