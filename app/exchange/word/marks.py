"""Tracked changes as a Word file writes them: the elements that say who changed what, and when.

ECMA-376 part 1, 17.13.5: runs stand in w:ins, w:del, w:moveFrom, w:moveTo; the same names stand
empty in the properties of paragraph marks and rows; cells have names of their own; changes of
form hold the properties as they were.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from app.exchange.package import Element, Unreadable, attribute, child, local, value
from app.exchange.word.story import Mark, Tracked

MOST_NESTED = 16
"""Changes that may lie one in the other, those of rows and cells counted; people make two."""
LONGEST_NAME = 255
"""Letters of the name of an author or a move that are taken; each change says its author's."""
_KINDS = {
    "ins": Tracked.INSERTED,
    "cellIns": Tracked.INSERTED,
    "del": Tracked.DELETED,
    "cellDel": Tracked.DELETED,
    "moveFrom": Tracked.MOVED_FROM,
    "moveTo": Tracked.MOVED_TO,
}
_FORMS = {
    "rPrChange": "letters",
    "pPrChange": "paragraph",
    "sectPrChange": "section",
    "tblPrChange": "table",
    "tblGridChange": "table columns",
    "tblPrExChange": "table row",
    "trPrChange": "table row",
    "tcPrChange": "table cell",
    "cellMerge": "merged cells",
    "numberingChange": "numbering",
}
_CONTROLS = {
    "customXmlInsRangeStart": "a content control was put around words",
    "customXmlDelRangeStart": "a content control was taken from around words",
    "customXmlMoveFromRangeStart": "a content control was moved from here",
    "customXmlMoveToRangeStart": "a content control was moved here",
}


@dataclass(slots=True)
class Moves:
    """The named ranges of moves that are open; the names tie where words left to where they went.

    17.13.5.21 to 28: moveFromRangeStart and moveToRangeStart bear the name, the runs do not.
    """

    _open: dict[str, dict[str, str]] = field(default_factory=lambda: {"moveFrom": {}, "moveTo": {}})

    def takes(self, element: Element, name: str) -> bool:
        """Whether the element begins or ends a move's range; if so, it is remembered."""
        if name in ("moveFromRangeStart", "moveToRangeStart"):
            move = (attribute(element, "name") or "")[:LONGEST_NAME]
            self._open[name[: -len("RangeStart")]][attribute(element, "id") or ""] = move
        elif name in ("moveFromRangeEnd", "moveToRangeEnd"):
            self._open[name[: -len("RangeEnd")]].pop(attribute(element, "id") or "", None)
        else:
            return False
        return True

    def name(self, kind: str) -> str:
        """The name of the innermost open range of "moveFrom" or "moveTo"; "" for none."""
        return next(reversed(self._open[kind].values()), "")


def mark_of(element: Element, name: str, moves: Moves) -> Mark | None:
    """The change that an element such as w:ins stands for; None when it stands for none."""
    kind = _KINDS.get(name)
    if kind is None:
        return None
    move = moves.name(name) if name in ("moveFrom", "moveTo") else ""
    return _made(kind, _author(element), _date(element), move, "")


def nested(around: tuple[Mark, ...], *marks: Mark | None) -> tuple[Mark, ...]:
    """Marks with further ones inside of them, each once.

    Unreadable where they nest without end: each word would bear them all.
    """
    made = (*around, *(each for each in marks if each is not None and each not in around))
    if len(made) > MOST_NESTED:
        raise Unreadable("The file nests tracked changes deeper than any text does; refused.")
    return made


def marks_in(properties: Element, moves: Moves) -> tuple[Mark, ...]:
    """The changes that stand empty in the properties of a paragraph mark, a row or a cell."""
    found = tuple(mark_of(each, local(each), moves) for each in properties)
    return nested((), *found)


def forms(properties: Element | None) -> tuple[Mark, ...]:
    """The changes of form in properties of any kind, those of w:numPr and w:sectPr among them."""
    if properties is None:
        return ()
    found = []
    for element in properties:
        name = local(element)
        if name in _FORMS:
            found.append(_form(element, name, properties))
        elif name in ("numPr", "sectPr", "rPr"):
            for inside in element:
                inner = local(inside)
                if inner == "ins" and name == "numPr":
                    found.append(_mark(inside, "numbering"))
                elif inner in _FORMS:
                    found.append(_form(inside, inner, element))
    return nested((), *found)


def control_change(element: Element, name: str) -> Mark | None:
    """The change of a content control that leaves its words as they are (17.13.5.5 to 12)."""
    return _mark(element, _CONTROLS[name]) if name in _CONTROLS else None


def _form(change: Element, name: str, now: Element) -> Mark:
    if name == "pPrChange":
        return _mark(change, _of_paragraph(child(change, "pPr"), now))
    if name == "rPrChange":
        return _mark(change, _of_letters(child(change, "rPr"), now))
    if name == "numberingChange" and (before := attribute(change, "original")):
        return _mark(change, f"numbering, before: {before[:80]}")
    return _mark(change, _FORMS[name])


def _of_paragraph(before: Element | None, now: Element) -> str:
    """What changed of a paragraph: its style by name of the file, its numbering, or other form."""
    said = []
    old, new = value(before, "pStyle"), value(now, "pStyle")
    if old != new:
        said.append(f"style {old or 'Normal'} to {new or 'Normal'}")
    places = [
        (value(each, "numPr", "numId"), value(each, "numPr", "ilvl")) for each in (before, now)
    ]
    if places[0] != places[1]:
        said.append("numbering")
    return ", ".join(said) or "paragraph"


def _of_letters(before: Element | None, now: Element) -> str:
    """The properties of letters that differ, by their names in the file ("b", "i", "color")."""
    old, new = _properties(before), _properties(now)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(names) or "letters"


def _properties(properties: Element | None) -> dict[str, list[tuple[str, str]]]:
    if properties is None:
        return {}
    return {
        local(each): sorted((str(key), str(said)) for key, said in each.items())
        for each in properties
        if local(each) not in _FORMS and local(each) not in _KINDS
    }


def _mark(element: Element, detail: str) -> Mark:
    return _made(Tracked.FORMAT, _author(element), _date(element), "", detail)


@lru_cache(maxsize=4096)
def _made(kind: Tracked, author: str, date: str, move: str, detail: str) -> Mark:
    """A mark; those of one author and minute are the same one, so that thousands need no room."""
    return Mark(kind, author, date, move, detail[:LONGEST_NAME])


def _author(element: Element) -> str:
    return (attribute(element, "author") or "")[:LONGEST_NAME]


def _date(element: Element) -> str:
    return (attribute(element, "date") or "")[:LONGEST_NAME]
