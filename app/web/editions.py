"""Editions: naming one, their list, and each at an address that never shows anything else."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from app.actions import drafting
from app.actions.policy import Act, may
from app.store.drafts import DraftRecord, EditionRecord
from app.web import states
from app.web.deps import SeatDep, StoreDep
from app.web.pages import day, render
from app.web.sheets import Sheets

router = APIRouter(prefix="/drafts/{slug}/editions")


@router.get("")
def list_editions(request: Request, store: StoreDep, seat: SeatDep, slug: str) -> Response:
    """The editions, the latest first, and the form that names one."""
    draft = drafting.open_draft(store, seat, slug)
    editions = drafting.editions(store, seat, draft)
    return render(
        request,
        "editions/list.html",
        draft=draft,
        editions=tuple(reversed(editions)),
        may_name=may(seat, Act.NAME_EDITION),
        changed=not editions or editions[-1].seq != draft.seq,
    )


@router.post("")
def name_edition(
    store: StoreDep,
    seat: SeatDep,
    slug: str,
    name: Annotated[str, Form()],
    symbol: Annotated[str, Form()] = "",
    dated: Annotated[str, Form()] = "",
) -> Response:
    """Freeze the text as it stands under a name."""
    draft = drafting.open_draft(store, seat, slug)
    edition = drafting.name_edition(store, seat, draft, name=name, symbol=symbol, dated=dated)
    return RedirectResponse(f"/drafts/{slug}/editions/{edition.slug}", 303)


@router.get("/{edition}")
def show_edition(
    request: Request, store: StoreDep, seat: SeatDep, slug: str, edition: str
) -> Response:
    """The text as the edition froze it, and how this version is cited."""
    draft = drafting.open_draft(store, seat, slug)
    frozen = drafting.edition(store, seat, draft, edition)
    sheets: Sheets = request.app.state.sheets
    sheet = states.of_edition(sheets, store, draft, frozen)
    address = f"{request.app.state.settings.public_url}/drafts/{slug}/editions/{frozen.slug}"
    return render(
        request,
        "editions/show.html",
        draft=draft,
        edition=frozen,
        sheet=sheet,
        cite=cite_version(draft, frozen, address),
    )


def cite_version(draft: DraftRecord, edition: EditionRecord, address: str) -> str:
    """How this version is cited: title, edition, symbol, date, address, mark of its content."""
    named = [edition.name, edition.symbol, edition.dated or day(edition.at)]
    return (
        f"{draft.title} ({', '.join(filter(None, named))}), no official status, "
        f"<{address}>, SHA-256 {edition.hash}"
    )
