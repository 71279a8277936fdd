"""Comments of a Word file: their threads, whether they are resolved, and the words they are on.

Comments stand in a part of their own (ECMA-376 part 1, 17.13.4). Which answers which, Word says
in a further part keyed by the last paragraph of each comment ([MS-DOCX] 2.5.4.2, commentsEx).
Where that part is missing, comments on exactly the same words are taken as one thread in their
order: so other writers keep them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.exchange.package import Element, attribute, local
from app.exchange.word.story import Sort
from app.exchange.word.views import Draft

LONGEST_WORDS = 2_000
"""Letters of the words of a comment beyond which further paragraphs are not quoted."""
_MOST_LINES = 100
_MOST_QUOTED = 5_000_000
"""Letters of the words of all comments of a file together; what comes then is cut short."""
_DATE = re.compile(r"[1-9]\d{3}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Remark:
    """What one person said once; `date` as the file writes it, "" if it has none."""

    id: str
    author: str
    initials: str
    date: str
    text: str
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark on words of a paragraph, and what was answered, in order.

    `paragraph` is the one in which the words begin (None: the file says no place), `begin` and
    `end` the letters of its text; `words` are all that it is on, also in later paragraphs. In a
    note, `where` says which.
    """

    remark: Remark
    replies: tuple[Remark, ...] = ()
    paragraph: int | None = None
    begin: int = 0
    end: int = 0
    words: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comment is anchored; the parts of a thread's place."""

    paragraph: int
    begin: int
    end_paragraph: int
    end: int
    words: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class _Tie:
    """What the extended part says of a comment: resolved, and the comment it answers."""

    resolved: bool
    parent: str


def spots(paragraphs: Sequence[Draft]) -> dict[str, Spot]:
    """Where each comment is anchored, by its id; one without a range stands at its mark."""
    began: dict[str, tuple[int, int]] = {}
    found: dict[str, Spot] = {}
    quoted = 0
    for index, draft in enumerate(paragraphs):
        for sort, key, at in draft.anchors:
            if sort is Sort.COMMENT_START:
                began.setdefault(key, (index, at))
            elif key in began:
                # The end of the range, or the mark where the end is missing.
                if key not in found:
                    first, begin = began[key]
                    words = _between(paragraphs, first, begin, index, at)
                    quoted += len(words)
                    if quoted > _MOST_QUOTED and len(words) > LONGEST_WORDS:
                        words = f"{words[:LONGEST_WORDS]}…"
                    found[key] = Spot(first, begin, index, at, words)
            elif key not in found:
                found[key] = Spot(index, at, index, at, "")
    for key, (first, begin) in began.items():
        found.setdefault(key, Spot(first, begin, first, begin, ""))
    return found


def _between(paragraphs: Sequence[Draft], first: int, begin: int, last: int, end: int) -> str:
    """The words from one place to another, a line each paragraph; endless ones are cut short."""
    if first == last:
        return paragraphs[first].text[begin:end]
    lines = [paragraphs[first].text[begin:]]
    length = len(lines[0])
    for index in range(first + 1, last):
        if length > LONGEST_WORDS or len(lines) > _MOST_LINES:
            return "\n".join([*lines, "…"])
        lines.append(paragraphs[index].text)
        length += len(lines[-1])
    return "\n".join([*lines, paragraphs[last].text[:end]])


def threads(
    comments: Element | None,
    extended: Element | None,
    places: Mapping[str, Spot],
    text_of: Callable[[Element], str],
) -> tuple[Thread, ...]:
    """The threads of a file in the order of their words; those without a place come last."""
    elements = [e for e in (comments if comments is not None else ()) if local(e) == "comment"]
    ties = _ties(extended)
    by_paragraph = {
        key: attribute(each, "id") or ""
        for each in elements
        for p in each.iter()
        if local(p) == "p" and (key := attribute(p, "paraId"))
    }
    remarks: dict[str, Remark] = {}
    parents: dict[str, str] = {}
    for each in elements:
        remark, tie = _remark(each, ties, text_of)
        if remark.id in remarks:
            # Ids have to differ; one that does not is kept without a place.
            remark = replace(remark, id=f"{remark.id} ({len(remarks)})")
        remarks[remark.id] = remark
        if tie is not None and tie.parent in by_paragraph:
            parents[remark.id] = by_paragraph[tie.parent]
    order = sorted(remarks, key=lambda key: _order(places.get(key)))
    if extended is None:
        parents = _parents_by_place(order, places)
    replies: dict[str, list[Remark]] = {}
    for key in order if extended is None else remarks:
        if key in parents and (root := _root(key, parents)) != key:
            replies.setdefault(root, []).append(remarks[key])
    roots = [key for key in order if key not in parents or _root(key, parents) == key]
    return tuple(_thread(remarks[key], replies.get(key, ()), places.get(key)) for key in roots)


def _remark(
    element: Element, ties: Mapping[str, _Tie], text_of: Callable[[Element], str]
) -> tuple[Remark, _Tie | None]:
    keys = [attribute(p, "paraId") or "" for p in element.iter() if local(p) == "p"]
    tie = next((ties[key] for key in reversed(keys) if key in ties), None)
    date = attribute(element, "date") or ""
    remark = Remark(
        attribute(element, "id") or "",
        attribute(element, "author") or "",
        attribute(element, "initials") or "",
        date if _DATE.match(date) else "",
        text_of(element),
        tie is not None and tie.resolved,
    )
    return remark, tie


def _ties(extended: Element | None) -> dict[str, _Tie]:
    return {
        attribute(each, "paraId") or "": _Tie(
            attribute(each, "done") in ("1", "true", "on"), attribute(each, "paraIdParent") or ""
        )
        for each in (extended if extended is not None else ())
        if local(each) == "commentEx"
    }


def _order(place: Spot | None) -> tuple[int, int, int]:
    return (1, 0, 0) if place is None else (0, place.paragraph, place.begin)


def _parents_by_place(order: Iterable[str], places: Mapping[str, Spot]) -> dict[str, str]:
    """Of comments on exactly the same words the later ones answer the first."""
    first: dict[Spot, str] = {}
    parents = {}
    for key in order:
        place = places.get(key)
        if place is None or not place.words:
            continue
        if place in first:
            parents[key] = first[place]
        else:
            first[place] = key
    return parents


def _root(key: str, parents: dict[str, str]) -> str:
    """The remark that began a thread; what is found is kept, so that long threads stay cheap."""
    path: dict[str, None] = {}
    root = key
    while root in parents and root not in path:
        path[root] = None
        root = parents[root]
    if root in path:
        # Two that answer each other: one of them began.
        del parents[root]
    for each in path:
        if each != root:
            parents[each] = root
    return root


def _thread(remark: Remark, replies: Iterable[Remark], place: Spot | None) -> Thread:
    if place is None:
        return Thread(remark, tuple(replies))
    same = place.end_paragraph == place.paragraph
    end = place.end if same else place.begin + len(place.words.split("\n", 1)[0])
    return Thread(
        remark, tuple(replies), place.paragraph, place.begin, end, place.words, place.where
    )
