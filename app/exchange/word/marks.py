"""Tracked changes as a Word file writes them: the elements that say who changed what, and when.

ECMA-376 part 1, 17.13.5: runs stand in w:ins, w:del, w:moveFrom, w:moveTo; the same names stand
empty in the properties of paragraph marks and rows; cells have names of their own; changes of
form hold the properties as they were.
"""

from dataclasses import dataclass, field

from app.exchange.package import Element, attribute, child, local, value
from app.exchange.word.story import Mark, Tracked

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

    _open: dict[tuple[str, str], str] = field(default_factory=dict)

    def takes(self, element: Element, name: str) -> bool:
        """Whether the element begins or ends a move's range; if so, it is remembered."""
        if name in ("moveFromRangeStart", "moveToRangeStart"):
            move = attribute(element, "name") or ""
            self._open[name[: -len("RangeStart")], attribute(element, "id") or ""] = move
        elif name in ("moveFromRangeEnd", "moveToRangeEnd"):
            self._open.pop((name[: -len("RangeEnd")], attribute(element, "id") or ""), None)
        else:
            return False
        return True

    def name(self, kind: str) -> str:
        """The name of the innermost open range of "moveFrom" or "moveTo"; "" for none."""
        return next((self._open[each] for each in reversed(self._open) if each[0] == kind), "")


def mark_of(element: Element, name: str, moves: Moves) -> Mark | None:
    """The change that an element such as w:ins stands for; None when it stands for none."""
    kind = _KINDS.get(name)
    if kind is None:
        return None
    move = moves.name(name) if name in ("moveFrom", "moveTo") else ""
    return Mark(kind, _author(element), attribute(element, "date") or "", move)


def marks_in(properties: Element, moves: Moves) -> tuple[Mark, ...]:
    """The changes that stand empty in the properties of a paragraph mark, a row or a cell."""
    found = (mark_of(each, local(each), moves) for each in properties)
    return tuple(each for each in found if each is not None)


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
    return tuple(found)


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
    return Mark(Tracked.FORMAT, _author(element), attribute(element, "date") or "", "", detail)


def _author(element: Element) -> str:
    return attribute(element, "author") or ""
