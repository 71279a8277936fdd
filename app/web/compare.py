"""Two states of a draft side by side: what was added, struck out, moved, from clause to clause."""

from fastapi import APIRouter, Request, Response

from app.actions import drafting
from app.web.deps import SeatDep, StoreDep
from app.web.drafts import desk_of
from app.web.pages import render

router = APIRouter()

CURRENT = "current"
"""The name under which the text as it stands is compared; no edition can have it."""


@router.get("/drafts/{slug}/compare")
def compare(
    request: Request,
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    old: str = "",
    new: str = CURRENT,
    all_clauses: bool = False,
) -> Response:
    """The redline from `old` to `new` (an edition's slug or "current"); changed clauses only."""
    desk = desk_of(request, store, seat, slug)
    draft = desk.draft
    editions = drafting.editions(store, seat, draft)
    if not old and editions:
        # From the latest edition that differs from the text, to the text.
        differing = [edition for edition in editions if edition.seq != draft.seq] or list(editions)
        old = differing[-1].slug
    comparison = drafting.compare(store, seat, draft, old, new) if old else None
    rows = comparison.rows if comparison else ()
    counts = {
        status: sum(row.status == status for row in rows)
        for status in ("changed", "added", "removed", "moved")
    }
    shown = tuple(row for row in rows if all_clauses or row.status != "same")
    return render(
        request,
        "compare/show.html",
        draft=draft,
        editions=editions,
        old=old,
        new=new,
        rows=shown,
        cited={row.uid: desk.sheet.citation(row.uid) for row in shown},
        counts=counts,
        all_clauses=all_clauses,
    )
