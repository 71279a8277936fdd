"""One clause: its panel, its words in a form, its history, and what is done with it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from app.actions import citing, drafting, settling
from app.actions.policy import Act, State, may, require
from app.actions.refusals import Invalid, Missing, Moved
from app.store.drafts import ClauseRecord, DraftRecord
from app.treaty import diff
from app.treaty.changes import utf16_len
from app.treaty.document import Kind, parent_index, subtree_end
from app.web import brackets, citations, notes, past, proposals, standing, status
from app.web.deps import SeatDep, StoreDep, is_partial
from app.web.drafts import (
    Desk,
    address_of,
    desk_of,
    draft_page,
    edition_name,
    marks,
    uncovered,
)
from app.web.notices import Notice, told
from app.web.pages import part, plural, render

router = APIRouter(prefix="/drafts/{slug}/clauses/{uid}")

_Text = Annotated[str, Form()]
_Seen = Annotated[int, Form()]
_Before = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
_BOTH = (
    "Saved. Somebody else changed this clause while you wrote; the two changes did not touch, "
    "so both are kept. Please read the clause once more."
)
_CUT = "¦"
"""The mark that shows, where there is no script, at which place a clause is to be split."""


# Showing


@router.get("")
def show_clause(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    tab: str = "sources",
    before: _Before = None,
) -> Response:
    """The draft page with this clause in focus; as a part, the clause alone.

    A clause whose words were joined to another one is shown there.
    """
    desk = desk_of(request, store, seat, slug)
    clause = _clause(desk, uid)
    if is_partial(request) and not clause.struck:
        return _clause_part(request, desk, uid)
    survivor = _survivor(desk, clause)
    if survivor:
        address = address_of(desk.draft, survivor)
        sentence = "The clause you asked for was merged into this one."
        return told(request, desk.draft, address, sentence, may_undo=False)
    return _whole(request, desk, clause, _tab_body(request, desk, clause, tab, before), tab)


@router.get("/panel")
def show_panel(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    tab: str = "sources",
    before: _Before = None,
) -> Response:
    """What belongs to the clause: its sources, its history, or who wrote which of its words."""
    desk = desk_of(request, store, seat, slug)
    clause = _clause(desk, uid)
    return _beside(request, desk, clause, _tab_body(request, desk, clause, tab, before), tab)


@router.get("/history")
def show_history(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    before: _Before = None,
) -> Response:
    """The versions of the clause, the latest first, each with its redline."""
    desk = desk_of(request, store, seat, slug)
    clause = _clause(desk, uid)
    body = _tab_body(request, desk, clause, "history", before)
    return _beside(request, desk, clause, body, "history")


# Words and headings


@router.get("/edit")
def ask_words(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The clause's words, or its heading, in a form where they stand."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    require(seat, Act.EDIT_TEXT, State.LIVE)
    settling.require_open(store, desk.draft.id, uid)
    return _form(request, desk, clause, words=clause.words)


@router.get("/retitle")
def ask_heading(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The same as the form for words: a clause bears words or a heading, never both."""
    return ask_words(request, store, seat, slug, uid)


@router.post("/edit")
def reword(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    text: _Text,
    seen: _Seen,
    seen_text: Annotated[str | None, Form()] = None,
) -> Response:
    """Keep the words, merged with what others changed meanwhile; where both touch, show both."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    text = _one_line_ends(text)
    base = None if seen_text is None else _one_line_ends(seen_text)
    try:
        done = drafting.reword(store, seat, desk.draft, uid, text, seen=seen, seen_text=base)
    except Moved as moved:
        return _sides(request, desk, clause, moved)
    return _after_words(request, store, seat, slug, uid, desk.draft.seq, merged=done.merged)


@router.post("/retitle")
def retitle(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    seen: _Seen,
    heading: _Text = "",
) -> Response:
    """Keep the heading, merged with what others changed meanwhile, as words are."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    try:
        kept = drafting.retitle(store, seat, desk.draft, uid, heading, seen=seen)
    except Moved as moved:
        return _sides(request, desk, clause, moved)
    merged = kept.heading != " ".join(heading.split())
    return _after_words(request, store, seat, slug, uid, desk.draft.seq, merged=merged)


@router.post("/wording")
def restore_wording(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    of: Annotated[int, Form()],
    seen: _Seen,
) -> Response:
    """Give the clause the words again that it had after the journal's entry `of`."""
    draft = drafting.open_draft(store, seat, slug)
    revisions = drafting.history(store, seat, draft, uid)
    then = next((revision for revision in revisions if revision.entry.seq == of), None)
    clause = store.drafts.clause(draft.id, uid)
    if then is None or clause is None:
        raise Missing("This clause never had that wording.")
    if clause.kind.bears_heading:
        drafting.retitle(store, seat, draft, uid, then.after, seen=seen)
    else:
        drafting.reword(store, seat, draft, uid, then.after, seen=seen)
    return _told(request, store, seat, draft, uid, "Restored that wording of {}.", "?tab=history")


# Structure


@router.get("/insert")
def ask_insert(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The form for a new clause after this one."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    require(seat, Act.EDIT_STRUCTURE, State.LIVE)
    body = part(
        request, "clauses/_insert.html", base=desk.base, clause=clause, kinds=_fitting(clause)
    )
    return _beside(request, desk, clause, body)


@router.post("/insert")
def insert(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    kind: Annotated[Kind, Form()],
    heading: _Text = "",
    text: _Text = "",
) -> Response:
    """Put the new clause in; an article brings a paragraph for its words."""
    draft = drafting.open_draft(store, seat, slug)
    text = _one_line_ends(text)
    heading = heading if kind.bears_heading else ""
    text = "" if kind.bears_heading and kind is not Kind.ARTICLE else text
    made = drafting.insert(store, seat, draft, after=uid, kind=kind, heading=heading, text=text)
    return _told(request, store, seat, draft, made.uid, "Inserted {}.")


@router.get("/split")
def ask_split(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The form in which the place of the cut is shown."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    require(seat, Act.EDIT_STRUCTURE, State.LIVE)
    body = part(request, "clauses/_split.html", base=desk.base, clause=clause, cut=_CUT)
    return _beside(request, desk, clause, body)


@router.post("/split")
def split(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    seen: _Seen,
    text: _Text,
    at: Annotated[int | None, Form()] = None,
) -> Response:
    """Cut the clause in two at the mark, or where the caret stood (UTF-16 units)."""
    draft = drafting.open_draft(store, seat, slug)
    if _CUT in text:
        at = utf16_len(_one_line_ends(text).partition(_CUT)[0])
    if at is None:
        raise Invalid(f"Put the mark {_CUT} where the clause is to be cut.")
    made = drafting.split(store, seat, draft, uid, at=at, seen=seen)
    sentence = "Split in two; the second half is {}."
    if citing.counts(store, seat, draft)[uid] and not citing.counts(store, seat, draft)[made.uid]:
        sentence += " What it rested on stays with the first half."
    return _told(request, store, seat, draft, made.uid, sentence)


@router.post("/merge")
def merge(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str, seen: _Seen
) -> Response:
    """Make one clause of this one and the one before it."""
    draft = drafting.open_draft(store, seat, slug)
    before = citing.counts(store, seat, draft)
    kept = drafting.merge(store, seat, draft, uid, seen=seen)
    came = citing.counts(store, seat, draft)[kept.uid] - before[kept.uid]
    along = f" {plural(came, 'source')} came along." if came > 0 else ""
    return _told(request, store, seat, draft, kept.uid, "Merged into {}." + along)


@router.get("/move")
def ask_move(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """The form that asks after which clause it is to stand."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    require(seat, Act.EDIT_STRUCTURE, State.LIVE)
    body = part(
        request, "clauses/_move.html", base=desk.base, clause=clause, places=_places(desk, clause)
    )
    return _beside(request, desk, clause, body)


@router.post("/move")
def move(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    after: _Text = "",
    way: _Text = "",
) -> Response:
    """Put the clause, with what stands below it, up, down, or after another one."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    if way in ("up", "down"):
        target = _beyond(desk, clause, up=way == "up")
        drafting.move(store, seat, desk.draft, uid, after=target, depth=clause.depth)
    else:
        drafting.move(store, seat, desk.draft, uid, after=after or None)
    was = desk.sheet.citation(uid)
    sentence = f"Moved {was}; it is {{}} now." if was else "Moved {}."
    return _told(request, store, seat, desk.draft, uid, sentence)


@router.post("/strike")
def strike(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str, seen: _Seen
) -> Response:
    """Strike the clause and what stands below it; it can be restored."""
    desk = desk_of(request, store, seat, slug)
    before = ""
    for line in desk.sheet.lines:
        if line.uid == uid:
            break
        before = line.uid
    gone = drafting.strike(store, seat, desk.draft, uid, seen=seen)
    name = desk.sheet.citation(uid) or f"the {gone.kind}"
    return _told(request, store, seat, desk.draft, before, f"Struck {name}.")


@router.post("/restore")
def restore(request: Request, store: StoreDep, seat: SeatDep, slug: str, uid: str) -> Response:
    """Bring a struck clause back."""
    draft = drafting.open_draft(store, seat, slug)
    drafting.restore(store, seat, draft, uid)
    return _told(request, store, seat, draft, uid, "Restored {}.")


# How the answers are put together


def _told(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    draft: DraftRecord,
    uid: str,
    sentence: str,
    query: str = "",
) -> Response:
    """The way to the clause, where `sentence` is said with its name in the place of {}.

    `draft` is the draft as it was before: when it is still so, there is nothing to take back.
    """
    desk = desk_of(request, store, seat, draft.slug)
    if desk.draft.seq == draft.seq:
        return RedirectResponse(address_of(draft, uid, query), 303)
    sentence = sentence.format(_called(desk, uid)) + _followed(desk, draft.seq, uid)
    return told(request, draft, address_of(draft, uid, query), sentence)


def _called(desk: Desk, uid: str) -> str:
    line = desk.sheet.line(uid)
    return desk.sheet.citation(uid) or (f"the {line.kind}" if line else "the clause")


def _followed(desk: Desk, since: int, uid: str) -> str:
    """A sentence about the other clauses whose words followed, as references to a number do."""
    entries = desk.store.drafts.journal(desk.draft.id, after=since)
    others = {entry.uid for entry in entries if entry.is_renumbering} - {uid}
    said = f" References in {plural(len(others), 'other clause')} followed." if others else ""
    missed = sum(entry.detail.get("unfollowed", 0) for entry in entries)
    left = sum(len(entry.detail.get("left", ())) for entry in entries)
    if missed:
        said += f" To be mended by hand: {plural(missed, 'reference')} that could not follow."
    if left:
        said += f" Left as written: {plural(left, 'reference')} to what was struck."
    return said


def _survivor(desk: Desk, clause: ClauseRecord) -> str:
    """The uid of the clause that a merged one became part of; "" when it was not merged."""
    if not clause.struck:
        return ""
    return drafting.successor(desk.store, desk.draft, clause.uid) or ""


def _clause(desk: Desk, uid: str) -> ClauseRecord:
    clause = desk.store.drafts.clause(desk.draft.id, uid)
    if clause is None:
        raise Missing("There is no such clause in this draft.")
    return clause


def _live(desk: Desk, uid: str) -> ClauseRecord:
    clause = _clause(desk, uid)
    if clause.struck:
        raise Invalid("This clause has been struck. Restore it first.")
    return clause


def _one_line_ends(text: str) -> str:
    """The text as we keep it: a browser sends a line's end as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _tab_body(
    request: Request, desk: Desk, clause: ClauseRecord, tab: str, before: int | None = None
) -> Markup:
    if tab == "notes":
        return notes.panel(request, desk, clause)
    if tab == "proposals":
        return proposals.panel(request, desk, clause)
    if tab == "authors" and not clause.struck:
        return part(
            request,
            "clauses/_authors.html",
            base=desk.base,
            clause=clause,
            told=past.authors(desk, clause),
        )
    if tab in ("history", "authors") or clause.struck:
        return part(
            request,
            "clauses/_history.html",
            base=desk.base,
            clause=clause,
            address=desk.address,
            past=past.versions(desk, clause, before),
            may_edit=desk.may_edit and not clause.struck,
            may_restore=clause.struck and may(desk.seat, Act.RESTORE_CLAUSE, State.STRUCK),
        )
    given = citations.sources_of(desk.store, desk.seat, desk.draft, clause)
    return part(request, "citations/_list.html", **given)


def _panel(
    request: Request, desk: Desk, clause: ClauseRecord, body: Markup, tab: str = ""
) -> Markup:
    counts = citing.counts(desk.store, desk.seat, desk.draft)
    menu = Markup("")
    if desk.may_edit and not clause.struck and not status.is_closed(desk, clause):
        menu = part(request, "clauses/_menu.html", base=desk.base, clause=clause)
    return part(
        request,
        "clauses/_panel.html",
        draft=desk.draft,
        clause=clause,
        base=desk.base,
        citation=desk.sheet.citation(clause.uid) or "A struck clause",
        tab=tab,
        body=body,
        menu=menu,
        standing=status.line(request, desk, clause) + brackets.line(request, desk, clause),
        source_count=counts.get(clause.uid, 0),
        proposal_count=proposals.count(desk, clause),
        note_count=notes.count(desk, clause),
        changed=past.changed(request, desk, clause),
    )


def _beside(
    request: Request, desk: Desk, clause: ClauseRecord, body: Markup, tab: str = ""
) -> Response:
    """The panel with this body; as a page of its own, the draft page with it."""
    if is_partial(request):
        return render(request, "ui/_as_is.html", body=_panel(request, desk, clause, body, tab))
    return _whole(request, desk, clause, body, tab)


def _whole(
    request: Request, desk: Desk, clause: ClauseRecord, body: Markup, tab: str = ""
) -> Response:
    panel = _panel(request, desk, clause, body, tab)
    return draft_page(request, desk, focus=clause.uid, panel=panel)


def _clause_part(request: Request, desk: Desk, uid: str) -> Response:
    line = desk.sheet.line(uid)
    counts = citing.counts(desk.store, desk.seat, desk.draft)
    return render(
        request,
        "clauses/again.html",
        line=line,
        marks=marks(desk, counts),
        base=desk.base,
        sheet=desk.sheet,
        draft=desk.draft,
        uncovered=uncovered(desk.sheet, counts),
    )


def _form(
    request: Request,
    desk: Desk,
    clause: ClauseRecord,
    *,
    words: str,
    moved: Moved | None = None,
) -> Response:
    """The clause's form where it stands; `moved` puts the three texts side by side above it."""
    form = part(
        request,
        "clauses/_edit.html",
        base=desk.base,
        clause=clause,
        citation=desk.sheet.citation(clause.uid),
        words=words,
        moved=moved,
        theirs=diff.pieces(moved.base, moved.theirs) if moved else (),
        mine=diff.pieces(moved.base, moved.mine) if moved else (),
    )
    status = 409 if moved else 200
    if is_partial(request):
        return render(request, "ui/_as_is.html", status=status, body=form)
    return draft_page(request, desk, focus=clause.uid, editing=form, status=status)


def _sides(request: Request, desk: Desk, clause: ClauseRecord, moved: Moved) -> Response:
    return _form(request, desk, clause, words=moved.mine, moved=moved)


def _after_words(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    uid: str,
    before: int,
    *,
    merged: bool = False,
) -> Response:
    """The clause with its new words, and what else on the page shows them."""
    desk = desk_of(request, store, seat, slug)
    clause = _live(desk, uid)
    changed = desk.draft.seq > before
    sentence = f"Saved {_called(desk, uid)}." if changed else "Nothing was changed."
    sentence = _BOTH if merged else sentence
    if not is_partial(request):
        address = address_of(desk.draft, uid)
        return told(request, desk.draft, address, sentence, may_undo=changed)
    counts = citing.counts(store, seat, desk.draft)
    entry = next((row for row in desk.sheet.outline if row.uid == _row_of(desk, uid)), None)
    return render(
        request,
        "clauses/updated.html",
        line=desk.sheet.line(uid),
        marks=marks(desk, counts),
        base=desk.base,
        entry=entry,
        dots=standing.dots(store, seat, desk.draft, desk.sheet),
        sheet=desk.sheet,
        draft=desk.draft,
        uncovered=uncovered(desk.sheet, counts),
        panel=_panel(request, desk, clause, _tab_body(request, desk, clause, "history"), "history"),
        edition_name=edition_name(desk),
        notice=Notice(sentence, changed),
    )


def _row_of(desk: Desk, uid: str) -> str:
    """The outline's row under which the clause is counted: that of its article or heading."""
    rows = {entry.uid for entry in desk.sheet.outline}
    row = ""
    for line in desk.sheet.lines:
        row = line.uid if line.uid in rows else row
        if line.uid == uid:
            break
    return row


_AFTER: dict[Kind, tuple[Kind, ...]] = {
    Kind.FORMULA: (Kind.RECITAL, Kind.FORMULA, Kind.PART, Kind.ARTICLE),
    Kind.RECITAL: (Kind.RECITAL, Kind.FORMULA, Kind.PART, Kind.ARTICLE),
    Kind.PART: (Kind.ARTICLE, Kind.CHAPTER, Kind.SECTION, Kind.PART),
    Kind.CHAPTER: (Kind.ARTICLE, Kind.SECTION, Kind.CHAPTER),
    Kind.SECTION: (Kind.ARTICLE, Kind.SUBSECTION, Kind.SECTION),
    Kind.SUBSECTION: (Kind.ARTICLE, Kind.SUBSECTION),
    Kind.ARTICLE: (Kind.PARAGRAPH, Kind.ARTICLE, Kind.PART, Kind.SECTION),
    Kind.PARAGRAPH: (Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ARTICLE),
    Kind.SUBPARAGRAPH: (Kind.SUBPARAGRAPH, Kind.ITEM, Kind.PARAGRAPH, Kind.ARTICLE),
    Kind.ITEM: (Kind.ITEM, Kind.SUBPARAGRAPH, Kind.PARAGRAPH, Kind.ARTICLE),
    Kind.CLOSING: (Kind.CLOSING, Kind.ANNEX),
    Kind.ANNEX: (Kind.PARAGRAPH, Kind.ARTICLE, Kind.HEADING, Kind.APPENDIX, Kind.ANNEX),
    Kind.APPENDIX: (Kind.PARAGRAPH, Kind.HEADING, Kind.APPENDIX),
    Kind.HEADING: (Kind.PARAGRAPH, Kind.ARTICLE, Kind.HEADING),
}


def _fitting(clause: ClauseRecord) -> tuple[Kind, ...]:
    """The kinds that make sense after this clause, the likeliest first, then all others."""
    likely = _AFTER[clause.kind]
    return likely + tuple(kind for kind in Kind if kind not in likely)


def _beyond(desk: Desk, clause: ClauseRecord, *, up: bool) -> str | None:
    """The clause to stand after so as to change places with the neighbour above or below."""
    clauses = desk.sheet.document.clauses
    start = desk.sheet.index(clause.uid)
    assert start is not None  # noqa: S101  # the clause is live, so it is on the sheet
    outer = parent_index(clauses, start)
    first = 0 if outer is None else outer + 1
    last = len(clauses) if outer is None else subtree_end(clauses, outer)
    siblings = [at for at in range(first, last) if clauses[at].depth == clause.depth]
    rank = siblings.index(start)
    if (up and rank == 0) or (not up and rank == len(siblings) - 1):
        raise Invalid(f"It is the {'first' if up else 'last'} of its kind here already.")
    if not up:
        return clauses[siblings[rank + 1]].uid
    if rank > 1:
        return clauses[siblings[rank - 2]].uid
    # To become the first: just behind what it stands under, or at the very front.
    ahead = siblings[0] - 1
    return clauses[ahead].uid if ahead >= 0 else None


def _places(desk: Desk, clause: ClauseRecord) -> tuple[tuple[str, str], ...]:
    """(uid, name) of the clauses after which this one may be put: all but those that go along."""
    lines = tuple(desk.sheet.lines)
    clauses = desk.sheet.document.clauses
    start = desk.sheet.index(clause.uid)
    assert start is not None  # noqa: S101  # the clause is live, so it is on the sheet
    end = subtree_end(clauses, start)
    wanted = clause.kind.bears_heading
    return tuple(
        (line.uid, " ".join(filter(None, (desk.sheet.citation(line.uid), line.heading.unescape()))))
        for at, line in enumerate(lines)
        if not start <= at < end and (not wanted or line.kind.bears_heading or at < 3)
    )
