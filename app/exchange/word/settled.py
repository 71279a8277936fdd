"""A part of a Word file with every tracked change in it accepted, so that others can be put there.

ECMA-376 part 1, 17.13.5: what was inserted or moved here stays, without its mark; what was deleted
or moved away goes, with its paragraph's mark if that went; changes of form leave the form.
"""

import re

from app.exchange.package import Element, child, drop, local

_ANY = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo|\w+Change|cellIns|cellDel|cellMerge)[\s/>]")
_STAYS = frozenset({"ins", "moveTo"})
_GOES = frozenset({"del", "moveFrom"})
_RANGES = re.compile(r"(moveFrom|moveTo|customXml(Ins|Del|MoveFrom|MoveTo))Range(Start|End)")
_PROPERTIES = frozenset({"rPr", "trPr", "numPr", "tcPr", "pPr"})


def has_changes(content: bytes) -> bool:
    """Whether a part has tracked changes at all."""
    return _ANY.search(content) is not None


def accept(root: Element) -> None:
    """Accept every tracked change below an element."""
    marks = []
    for element in list(root.iter()):
        name = local(element)
        over = element.getparent()
        if over is None or not name:
            continue
        if name.endswith("Change") or _RANGES.fullmatch(name):
            drop(element)
        elif name in _STAYS:
            if local(over) in _PROPERTIES:
                drop(element)
            else:
                _unwrap(element)
        elif name in _GOES:
            if local(over) in _PROPERTIES:
                marks.append((element, local(over)))
            else:
                drop(element)
        elif name in ("cellIns", "cellDel", "cellMerge"):
            drop(element)
    for element, where in marks:
        _settle_mark(element, where)


def _settle_mark(mark: Element, where: str) -> None:
    """A paragraph whose mark went joins the next one; a row that went is taken out."""
    over = mark.getparent()
    if over is None:
        return
    if where == "trPr":
        row = over.getparent()
        if row is not None and row.getparent() is not None:
            drop(row)
        return
    over.remove(mark)
    properties = over.getparent()
    paragraph = properties.getparent() if properties is not None else None
    if where != "rPr" or paragraph is None or local(paragraph) != "p":
        return
    after = paragraph.getnext()
    while after is not None and local(after) not in ("p", "tbl", "sectPr"):
        after = after.getnext()
    content = [each for each in paragraph if local(each) != "pPr"]
    if after is not None and local(after) == "p":
        at = 1 if child(after, "pPr") is not None else 0
        for place, each in enumerate(content):
            after.insert(at + place, each)
        drop(paragraph)
    elif not any(True for each in content for _ in each.iter("{*}t")):
        over_all = paragraph.getparent()
        # A cell has one paragraph at least, and so has a text.
        if over_all is not None and sum(local(each) == "p" for each in over_all) > 1:
            drop(paragraph)


def _unwrap(element: Element) -> None:
    over = element.getparent()
    if over is None:
        return
    at = over.index(element)
    for place, each in enumerate(list(element)):
        over.insert(at + place, each)
    over.remove(element)
