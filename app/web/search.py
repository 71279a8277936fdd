"""One search over everything: clauses, passages, cases and sources."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions import citing
from app.web.deps import SeatDep, StoreDep, is_partial
from app.web.found import Found, shown
from app.web.pages import render

router = APIRouter()

_KINDS = (
    ("topic", "Topics"),
    ("clause", "Clauses"),
    ("passage", "Passages"),
    ("case", "Cases"),
    ("source", "Sources"),
)
_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind, the best first."""

    kind: str
    title: str
    hits: tuple[Found, ...]


@router.get("/search")
def show_search(
    request: Request, store: StoreDep, seat: SeatDep, q: str = "", kind: str = ""
) -> Response:
    """What fits the words, by kind; a search typed into the page gets the results alone."""
    query = q.strip()
    wanted = tuple(k for k, _ in _KINDS if kind in ("", k)) or tuple(k for k, _ in _KINDS)
    hits = [shown(h) for h in citing.find(store, seat, query, kinds=wanted, limit=_LIMIT)]
    groups = [
        Group(name, title, tuple(hit for hit in hits if hit.kind == name)) for name, title in _KINDS
    ]
    found = [group for group in groups if group.hits]
    if is_partial(request):
        return render(request, "search/_results.html", query=query, groups=found)
    return render(request, "search/show.html", query=query, kind=kind, groups=found)
