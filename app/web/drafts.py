"""The drafts: their list, the draft page, and what concerns a draft as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from threading import Event
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Template
from markupsafe import Markup

from app.actions import citing, drafting, recording
from app.actions.policy import Act, State, may, require
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store, Stores
from app.treaty.document import DELETED, Kind
from app.web import standing, states
from app.web.deps import SeatDep, StoreDep
from app.web.frame import Frame
from app.web.notices import notice_of, said, told
from app.web.pages import environment, render
from app.web.sheets import Face, Sheets
from app.web.words import Block, Sheet

router = APIRouter()

_FEW = 5
"""How many drafts a process sets before they are asked for: a table works on one, or on a few."""
_BLOCKS = 6_000
"""How many articles are kept as they are set: those of a few large treaties."""
_MARGINS = 16
"""How many margins are kept: typing leaves them as they are."""

_MARK = Markup('<a class="m" href="{0}#{1}">{2}<span class="sr"> sources</span></a>')
_NONE = Markup('<a class="m none" href="{0}#{1}">0<span class="sr"> sources</span></a>')
_SAID = Markup(
    '<a class="m said" href="{0}#{1}" title="{2}">0<span class="sr"> sources, and why</span></a>'
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the draft page and its parts are made from, for one seat.

    `was_set`: the sheet was there already and had not to be made.
    """

    store: Store
    seat: SeatRecord
    draft: DraftRecord
    sheet: Sheet
    was_set: bool

    @property
    def address(self) -> str:
        """The address of the draft."""
        return address_of(self.draft)

    @property
    def base(self) -> str:
        """What the address of each clause begins with."""
        return base_of(self.draft)

    @property
    def may_edit(self) -> bool:
        """Whether the seat may change the text."""
        return may(self.seat, Act.EDIT_TEXT, State.LIVE)

    @property
    def may_cite(self) -> bool:
        """Whether the seat may tie a clause to a source."""
        return may(self.seat, Act.CITE, State.LIVE)

    @property
    def may_propose(self) -> bool:
        """Whether the seat may propose a change of a clause, for its delegation."""
        return bool(self.seat.delegation) and may(self.seat, Act.PROPOSE, State.LIVE)


def desk_of(request: Request, store: Store, seat: SeatRecord, slug: str) -> Desk:
    """The desk for the draft with this slug; Missing when there is none."""
    draft = drafting.open_draft(store, seat, slug)
    sheets: Sheets = request.app.state.sheets
    was_set = sheets.holds(draft.id, draft.hash)
    return Desk(store, seat, draft, states.of_now(sheets, store, draft), was_set)


def draft_page(
    request: Request,
    desk: Desk,
    *,
    focus: str = "",
    panel: Markup | None = None,
    editing: Markup | None = None,
    status: int = 200,
) -> Response:
    """The whole draft page, with a clause in focus, its panel, or its form where it stands."""
    face = face_of(request, desk)
    page = render(
        request,
        "drafts/show.html",
        status=status,
        # For whoever measures: a page that had to be set first takes longer.
        headers={"server-timing": f"sheet;desc={'kept' if desk.was_set else 'made'}"},
        draft=desk.draft,
        sheet=desk.sheet,
        paper=_paper(desk, face, focus, editing),
        uncovered=face.uncovered,
        focus=focus,
        citation=desk.sheet.citation(focus) if focus else "",
        panel=panel,
        edition_name=face.edition_name,
        may_edit=desk.may_edit,
        may_cite=desk.may_cite,
        may_propose=desk.may_propose,
        may_export=may(desk.seat, Act.EXPORT),
        may_rounds=may(desk.seat, Act.READ_ROUNDS),
        notice=notice_of(request),
        dots=standing.dots(desk.store, desk.seat, desk.draft, desk.sheet),
        changes=desk.store.drafts.changes(desk.draft.id) if panel is None else 0,
        front=standing.front(desk.store, desk.seat, desk.draft, desk.sheet) if not panel else None,
        news=news(desk.store, desk.seat, desk.draft),
    )
    return said(request, desk.draft, page)


def news(store: Store, seat: SeatRecord, draft: DraftRecord) -> str:
    """How much others did since the seat last looked, "12" or "200+"; "" for nothing."""
    count, is_more = recording.fresh(store, seat, draft)
    return f"{count:,}{'+' if is_more else ''}" if count else ""


def face_of(request: Request, desk: Desk) -> Face:
    """What a page shows of the draft itself at this moment, remembered as shown."""
    sheets: Sheets = request.app.state.sheets
    counts, draft = citing.counts(desk.store, desk.seat, desk.draft), desk.draft
    face = Face(
        desk.sheet,
        marks(desk, counts),
        (draft.title, draft.symbol, draft.dated, draft.distribution),
        uncovered(desk.sheet, counts),
        edition_name(desk),
    )
    return sheets.show(draft.id, draft.seq, face)


def _paper(desk: Desk, face: Face, focus: str, editing: Markup | None) -> Markup:
    """The treaty itself; the same for all who read it, so that it is set once for each state."""
    sheet, base = desk.sheet, desk.base
    blocks = [
        _opened(block, base, face.margin, focus, editing)
        if editing is not None and any(line.uid == focus for line in block.lines)
        else set_block(block, base, face.margin)
        for block in sheet.blocks
    ]
    # Made from the draft alone: what it were told of a seat, the next seat would be shown.
    html = _template("drafts/_sheet.html").render(draft=desk.draft, blocks=blocks)
    return Markup(html)  # noqa: S704  # made by a template, which escapes


def _opened(
    block: Block, base: str, margin: Mapping[str, Markup], focus: str, editing: Markup
) -> Markup:
    """A block in which the clause in focus stands as its form."""
    return Markup('<section class="a" data-a="{}">\n{}</section>').format(
        block.lines[0].uid,
        Markup("").join(
            editing if line.uid == focus else _macro("clause")(line, base, margin.get(line.uid, ""))
            for line in block.lines
        ),
    )


def set_block(block: Block, base: str, margin: Mapping[str, Markup]) -> Markup:
    """A block as the page has it; kept, since most look the same after a change as before."""
    return _set_block(block, base, tuple(margin.get(line.uid, "") for line in block.lines))


@lru_cache(maxsize=_BLOCKS)
def _set_block(block: Block, base: str, marks: tuple[str, ...]) -> Markup:
    made: Markup = _macro("block")(block.lines, base, marks)
    return made


@cache
def _macro(name: str) -> Any:
    return vars(_template(f"ui/{name}.html").module)[name]


def _template(name: str) -> Template:
    return environment().get_template(name)


# What is done before anybody asks


def warm(stores: Stores, sheets: Sheets, is_over: Event) -> None:
    """Set the page of each draft, so that its first reader need not wait; until `is_over`.

    Where there are more than a few drafts nothing is set ahead: nobody knows which one is next.
    """
    for name in environment().list_templates(filter_func=_is_on_the_page):
        _template(name)
    with stores.read() as store:
        drafts = store.drafts.all()
    for draft in drafts if len(drafts) <= _FEW else ():
        if is_over.is_set():
            return
        with stores.read() as store:
            # As it is now: it may have been changed since the list was made.
            latest = store.drafts.by_id(draft.id)
            if latest is not None:
                lay_ready(sheets, store, latest)


def _is_on_the_page(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder in ("", "ui") or (folder == "drafts" and file.startswith(("_", "show")))


def lay_ready(sheets: Sheets, store: Store, draft: DraftRecord) -> None:
    """Set the page of one draft in the state it is in."""
    sheet = states.of_now(sheets, store, draft)
    counts, base = store.citations.counts(draft.id), base_of(draft)
    margin = _margin(sheet, base, counts, store.citations.gaps(draft.id))
    for block in sheet.blocks:
        set_block(block, base, margin)


def edition_name(desk: Desk) -> str:
    """What the text at hand is called: the latest edition, and whether it was changed since."""
    editions = desk.store.drafts.editions(desk.draft.id)
    if not editions:
        return "Working text"
    latest = editions[-1]
    return latest.name if latest.seq == desk.draft.seq else f"After {latest.name}"


def marks(desk: Desk, counts: Mapping[str, int]) -> Mapping[str, Markup]:
    """The mark in the margin of each clause that has one: its number of sources, or a dashed 0.

    A 0 stands at an article that has no source at all; in an article that has some, at each
    paragraph that rests on none, its own or its article's.
    """
    return _margin(desk.sheet, desk.base, counts, desk.store.citations.gaps(desk.draft.id))


def _margin(
    sheet: Sheet, base: str, counts: Mapping[str, int], gaps: Mapping[str, str]
) -> Mapping[str, Markup]:
    return _margin_of(
        sheet.frame, base, frozenset(counts.items()), frozenset(gaps.items()), _kept_free(sheet)
    )


def _kept_free(sheet: Sheet) -> frozenset[str]:
    """The clauses that only keep a number: they rest on nothing, and need not."""
    return frozenset(
        line.uid for line in sheet.lines if DELETED in (line.clause.heading, line.clause.text)
    )


@lru_cache(maxsize=_MARGINS)
def _margin_of(
    frame: Frame,
    base: str,
    counted: frozenset[tuple[str, int]],
    explained: frozenset[tuple[str, str]],
    free: frozenset[str],
) -> Mapping[str, Markup]:
    counts, gaps = dict(counted), dict(explained)
    made: dict[str, Markup] = {}
    for block in _blocks_of(frame):
        bare = not any(counts.get(frame.clauses[at].uid) for at in block)
        for at in block:
            uid = frame.clauses[at].uid
            if counts.get(uid):
                made[uid] = _MARK.format(base + uid, uid, counts[uid])
            elif uid in gaps:
                made[uid] = _SAID.format(base + uid, uid, gaps[uid])
            elif uid not in free and _is_wanting(frame, at, counts, bare):
                made[uid] = _NONE.format(base + uid, uid)
    return made


def _is_wanting(frame: Frame, at: int, counts: Mapping[str, int], bare: bool) -> bool:
    kind, above = frame.clauses[at].kind, frame.above[at]
    if bare:
        return kind is Kind.ARTICLE
    return (
        frame.leaves[at]
        and not kind.bears_heading
        and bool(above)
        and not any(counts.get(uid) for uid in above)
    )


def uncovered(sheet: Sheet, counts: Mapping[str, int]) -> int:
    """How many articles have no source at all."""
    covered = frozenset(uid for uid, count in counts.items() if count)
    return _uncovered(sheet.frame, covered, _kept_free(sheet))


@lru_cache(maxsize=_MARGINS)
def _uncovered(frame: Frame, covered: frozenset[str], free: frozenset[str]) -> int:
    return sum(
        any(
            frame.clauses[at].kind is Kind.ARTICLE and frame.clauses[at].uid not in free
            for at in block
        )
        and not any(frame.clauses[at].uid in covered for at in block)
        for block in _blocks_of(frame)
    )


def _blocks_of(frame: Frame) -> Iterator[range]:
    """The places of the clauses of each block."""
    return (range(*bounds) for bounds in pairwise((*frame.starts, len(frame.clauses))))


# The list, and a draft as a whole


@router.get("/drafts")
def list_drafts(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """Every draft at this table."""
    require(seat, Act.READ_DRAFT)
    drafts = store.drafts.all()
    changes = {draft.id: store.drafts.changes(draft.id) for draft in drafts}
    return render(request, "drafts/list.html", drafts=drafts, changes=changes)


@router.get("/drafts/{slug}")
def show_draft(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The draft page."""
    return draft_page(request, desk_of(request, store, seat, slug))


@router.post("/drafts/{slug}/undo")
def undo(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """Take back the seat's own latest change of the draft."""
    draft = drafting.open_draft(store, seat, slug)
    entry = drafting.undo(store, seat, draft)
    clause = store.drafts.clause(draft.id, entry.uid) if entry.uid else None
    focus = clause.uid if clause is not None and not clause.struck else ""
    return told(request, draft, address_of(draft, focus), "Undone.", may_undo=False)


@router.get("/drafts/{slug}/struck")
def list_struck(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The struck clauses, each with the way back."""
    draft = drafting.open_draft(store, seat, slug)
    struck = drafting.struck(store, seat, draft)
    may_restore = may(seat, Act.RESTORE_CLAUSE, State.STRUCK)
    return render(
        request, "drafts/struck.html", draft=draft, struck=struck, may_restore=may_restore
    )


@router.get("/drafts/{slug}/mast")
def ask_mast(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The form for title, symbol, date and distribution."""
    draft = drafting.open_draft(store, seat, slug)
    require(seat, Act.CHANGE_MAST)
    return render(request, "drafts/mast.html", draft=draft)


@router.post("/drafts/{slug}/mast")
def change_mast(
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    title: Annotated[str, Form()],
    symbol: Annotated[str, Form()] = "",
    dated: Annotated[str, Form()] = "",
    distribution: Annotated[str, Form()] = "",
) -> Response:
    """Keep what was said in that form."""
    draft = drafting.open_draft(store, seat, slug)
    draft = drafting.describe(
        store, seat, draft, title=title, symbol=symbol, dated=dated, distribution=distribution
    )
    return RedirectResponse(address_of(draft), 303)


def base_of(draft: DraftRecord) -> str:
    """What the address of each clause of the draft begins with."""
    return f"{address_of(draft)}/clauses/"


def address_of(draft: DraftRecord, uid: str = "", query: str = "") -> str:
    """Where the draft is shown, with a clause in focus, and in view, if one is named."""
    return f"/drafts/{draft.slug}" + (f"/clauses/{uid}{query}#{uid}" if uid else "")
