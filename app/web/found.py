"""What a search found, ready to be shown: where each hit leads, and its words, marked."""

from dataclasses import dataclass

from app.actions.citing import Hit


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: what it is, where it leads, and its words as (text, marked) parts."""

    kind: str
    href: str
    title: str
    where: str
    parts: tuple[tuple[str, bool], ...]
    topics: tuple[str, ...] = ()


def shown(hit: Hit) -> Found:
    """The hit as a page shows it; a clause goes by its number, with its heading beside it."""
    title, where = (hit.where, hit.title) if hit.kind == "clause" else (hit.title, hit.where)
    parts = tuple(hit.snippet.parts)
    return Found(hit.kind, address_of(hit), title, where, parts, tuple(hit.topics))


def address_of(hit: Hit) -> str:
    """The page on which the thing found stands."""
    if hit.kind == "passage":
        return f"/library/passages/{hit.id}"
    if hit.kind == "case":
        return f"/library/cases/{hit.slug}"
    if hit.kind == "source":
        return f"/library/sources/{hit.slug}"
    if hit.kind == "topic":
        return f"/library/topics/{hit.slug}"
    return f"/drafts/{hit.slug}/clauses/{hit.uid}#{hit.uid}"


def tone_of(relation: str) -> str:
    """The class that colours how something bears on a clause: the relation's first word."""
    return relation.partition(" ")[0]
