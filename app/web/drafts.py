"""The drafts: their list, the draft page, and what concerns a draft as a whole."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from app.actions import citing, drafting
from app.actions.policy import Act, State, may, require
from app.store.drafts import DraftRecord
from app.store.journal import EntryRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.document import Kind
from app.web.deps import SeatDep, StoreDep
from app.web.pages import part, render
from app.web.words import Line, Sheet, Sheets

router = APIRouter()

_PAGE = 50

_MARK = Markup('<a class="m" href="{}">{}<span class="sr"> sources</span></a>')
_NONE = Markup('<a class="m none" href="{}">0<span class="sr"> sources</span></a>')
_SAID = Markup(
    '<a class="m said" href="{}" title="{}">0<span class="sr"> sources, and why</span></a>'
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the draft page and its parts are made from, for one seat."""

    store: Store
    seat: SeatRecord
    draft: DraftRecord
    sheet: Sheet

    @property
    def address(self) -> str:
        """The address of the draft."""
        return f"/drafts/{self.draft.slug}"

    @property
    def base(self) -> str:
        """What the address of each clause begins with."""
        return f"{self.address}/clauses/"

    @property
    def may_edit(self) -> bool:
        """Whether the seat may change the text."""
        return may(self.seat, Act.EDIT_TEXT, State.LIVE)

    @property
    def may_cite(self) -> bool:
        """Whether the seat may tie a clause to a source."""
        return may(self.seat, Act.CITE, State.LIVE)


def desk_of(request: Request, store: Store, seat: SeatRecord, slug: str) -> Desk:
    """The desk for the draft with this slug; Missing when there is none."""
    draft = drafting.open_draft(store, seat, slug)
    sheets: Sheets = request.app.state.sheets
    sheet = sheets.get(
        draft.id, draft.hash, lambda: (store.drafts.document(draft.id), draft.scheme)
    )
    return Desk(store, seat, draft, sheet)


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
    counts = citing.counts(desk.store, desk.seat, desk.draft)
    return render(
        request,
        "drafts/show.html",
        status=status,
        draft=desk.draft,
        sheet=desk.sheet,
        paper=_paper(request, desk, counts, focus, editing),
        uncovered=uncovered(desk.sheet, counts),
        focus=focus,
        citation=desk.sheet.citation(focus) if focus else "",
        panel=panel,
        edition_name=edition_name(desk),
        may_edit=desk.may_edit,
        may_cite=desk.may_cite,
        may_export=may(desk.seat, Act.EXPORT),
    )


def _paper(
    request: Request, desk: Desk, counts: Mapping[str, int], focus: str, editing: Markup | None
) -> Markup:
    """The treaty itself; the same for all who read it, so that it is set once for each state."""
    margin = marks(desk, counts)

    def make() -> Markup:
        return part(
            request,
            "drafts/_sheet.html",
            draft=desk.draft,
            sheet=desk.sheet,
            base=desk.base,
            marks=margin,
            focus=focus,
            editing=editing,
        )

    if editing is not None:
        return make()
    sheets: Sheets = request.app.state.sheets
    return sheets.paper(desk.draft.id, desk.draft.hash, margin, make)


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
    gaps = desk.store.citations.gaps(desk.draft.id)
    made: defaultdict[str, Markup] = defaultdict(Markup)
    for block in desk.sheet.blocks:
        bare = not any(counts.get(line.uid) for line in block.lines)
        for line in block.lines:
            href = desk.base + line.uid
            count = counts.get(line.uid, 0)
            if count:
                made[line.uid] = _MARK.format(href, count)
            elif line.uid in gaps:
                made[line.uid] = _SAID.format(href, gaps[line.uid])
            elif _is_wanting(line, counts, bare):
                made[line.uid] = _NONE.format(href)
    return made


def _is_wanting(line: Line, counts: Mapping[str, int], bare: bool) -> bool:
    if bare:
        return line.kind is Kind.ARTICLE
    return (
        line.is_leaf
        and not line.kind.bears_heading
        and bool(line.above)
        and not any(counts.get(uid) for uid in line.above)
    )


def uncovered(sheet: Sheet, counts: Counter[str]) -> int:
    """How many articles have no source at all."""
    return sum(
        1
        for block in sheet.blocks
        if any(line.kind is Kind.ARTICLE for line in block.lines)
        and not any(counts[line.uid] for line in block.lines)
    )


# The list, and a draft as a whole


@router.get("/drafts")
def list_drafts(request: Request, store: StoreDep, seat: SeatDep) -> Response:
    """Every draft at this table."""
    require(seat, Act.READ_DRAFT)
    return render(request, "drafts/list.html", drafts=store.drafts.all())


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
    return RedirectResponse(address_of(draft, focus), 303)


@router.get("/drafts/{slug}/struck")
def list_struck(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The struck clauses, each with the way back."""
    draft = drafting.open_draft(store, seat, slug)
    struck = drafting.struck(store, seat, draft)
    may_restore = may(seat, Act.RESTORE_CLAUSE, State.STRUCK)
    return render(
        request, "drafts/struck.html", draft=draft, struck=struck, may_restore=may_restore
    )


@router.get("/drafts/{slug}/journal")
def show_journal(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, before: int | None = None
) -> Response:
    """All changes, the latest first, fifty to a page."""
    desk = desk_of(request, store, seat, slug)
    entries = drafting.journal(store, seat, desk.draft, before=before, limit=_PAGE)
    told = tuple((entry, deed(entry), desk.sheet.citation(entry.uid)) for entry in entries)
    older = entries[-1].seq if len(entries) == _PAGE and entries[-1].seq > 1 else None
    return render(request, "drafts/journal.html", draft=desk.draft, told=told, older=older)


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


def address_of(draft: DraftRecord, uid: str = "") -> str:
    """Where the draft is shown, with a clause in focus if one is named."""
    return f"/drafts/{draft.slug}" + (f"/clauses/{uid}" if uid else "")


_DEEDS = {
    "loaded": "entered with the first text",
    "inserted": "inserted",
    "reworded": "reworded",
    "retitled": "retitled",
    "struck": "struck",
    "restored": "restored",
    "moved": "moved",
    "split": "split in two",
    "merged": "merged with the clause before it",
    "described": "title, symbol or date changed",
    "edition": "edition named",
}


def deed(entry: EntryRecord) -> str:
    """What an entry of the journal did, in a few words."""
    told = _DEEDS.get(entry.act, entry.act)
    if entry.act == "edition":
        told = f"edition “{entry.detail.get('name', '')}” named"
    if "undoes" in entry.detail:
        told += " (undoing)"
    return told
