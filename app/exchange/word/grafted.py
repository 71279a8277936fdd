"""A paragraph of somebody's own Word file as the weaver wants it: words, looks, things, form.

Most paragraphs of two versions are the same and are never looked into. Of one that changed the
words come out run by run with the look they have. What is no word but stands between words (the
mark of a note, a picture) is a thing; what only encloses words (a link, a field) is given up in
that paragraph, and the words that it shows are kept. Bookmarks and comments stay, around it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from app.exchange.package import Element, attribute, child, local, value
from app.exchange.word.runs import NAMESPACES, runs
from app.exchange.word.told import SEAM, THING

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{W}}}"
_VAL = f"{_W}val"
_T, _R, _PPR, _TAB = f"{_W}t", f"{_W}r", f"{_W}pPr", f"{_W}tab"
GONE = "-"
"""The number of a note that does not come along."""
_OMATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_FIELD = f"{_W}fldChar"
_IDLE = frozenset(f"{_W}{name}" for name in ("rPr", "instrText", "lastRenderedPageBreak"))
_LETTERS = {
    f"{_W}{name}": letter
    for name, letter in (
        *(("tab", "\t"), ("ptab", "\t"), ("br", "\n"), ("cr", "\n")),
        *(("noBreakHyphen", "\u2011"), ("softHyphen", "\u00ad")),
    )
}
_NOTES = frozenset({"footnoteReference", "endnoteReference"})
_THINGS = frozenset(
    f"{_W}{name}"
    for name in (
        *_NOTES,
        *("drawing", "pict", "object", "sym", "ruby", "footnoteRef", "endnoteRef", "separator"),
        *("continuationSeparator", "pgNum", "dayShort", "monthShort", "yearShort"),
    )
)
_ENCLOSES = frozenset(
    f"{_W}{name}"
    for name in (
        *("hyperlink", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml", "dir", "bdo"),
    )
)
_OPENS = frozenset({"bookmarkStart", "commentRangeStart", "permStart"})
_CLOSES = frozenset({"bookmarkEnd", "commentRangeEnd", "permEnd"})
_BEFORE_NUMBERS = frozenset(
    {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl"}
)
# Properties of a paragraph that are no part of its form: its mark's look, a section, a change.
_APART = frozenset({"rPr", "sectPr", "pPrChange"})


@dataclass(frozen=True, slots=True)
class Bit:
    """Some letters of a paragraph, the properties of their run, and the thing they stand for."""

    text: str
    look: str
    thing: Element | None = None


class Grown:
    """A paragraph of a file; `keeps` is false for one of the older file, of which only words stay.

    `lists` gives the numbering instance of this file its number in the file that is written, and
    `styles` its styles theirs; `implied` are styles of this file that count elsewhere there.
    """

    def __init__(
        self,
        element: Element,
        *,
        lists: dict[str, str] | None = None,
        styles: dict[str, str] | None = None,
        implied: Mapping[str, tuple[str, str]] | None = None,
        raw: str = "",
    ) -> None:
        self.element = element
        self._lists = lists
        self._styles = styles
        self._implied = implied or {}
        self.raw = raw
        self.own_id = ""
        self.marks: Mapping[int, str] = {}
        self.text = _text(element)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The style and the place in a list."""
        style, level, number = self._place
        return style, level, number

    @cached_property
    def _place(self) -> tuple[str, str, str]:
        properties = self.element.find(_PPR)
        if properties is None:
            return "", "", ""
        named = properties.find(f"{_W}pStyle")
        style = "" if named is None else named.get(_VAL) or ""
        listed = properties.find(f"{_W}numPr")
        number = "" if listed is None else value(listed, "numId") or ""
        level = "" if listed is None else value(listed, "ilvl") or ""
        if listed is None and style in self._implied:
            number, level = self._implied[style]
        elif self._lists is not None:
            number = self._lists.get(number, number)
        if self._styles is not None:
            style = self._styles.get(style, style)
        return style, level, number

    @cached_property
    def form(self) -> str:
        """The paragraph's properties but for those of its mark."""
        properties = child(self.element, "pPr")
        if properties is None:
            return ""
        style, level, number = self._place
        count = ""
        if number:
            depth = f'<w:ilvl w:val="{level}"/>' if level else ""
            count = f'<w:numPr>{depth}<w:numId w:val="{number}"/></w:numPr>'
        made = []
        for each in properties:
            name = local(each)
            if name in _APART or not name:
                continue
            if name == "pStyle":
                made.append(f'<w:pStyle w:val="{style}"/>' if style else "")
                continue
            if count and name not in _BEFORE_NUMBERS:
                made.append(count)
                count = ""
            if name != "numPr":
                made.append(inside(each))
        return "".join(made) + count

    @cached_property
    def mark_look(self) -> str:
        """The look of the mark."""
        found = child(self.element, "pPr", "rPr")
        return "" if found is None else "".join(self._look(each) for each in found)

    @cached_property
    def section(self) -> str:
        """The section that ends with this paragraph, where it is the newer file's."""
        found = child(self.element, "pPr", "sectPr")
        return "" if found is None or self._lists is not None else inside(found)

    @property
    def opening(self) -> str:
        """Bookmarks and comments that begin in it, and fields that do not end in it."""
        return self._around[0]

    @property
    def closing(self) -> str:
        """The same for what ends."""
        return self._around[1]

    def runs(self, start: int, end: int) -> str:
        """The runs of the letters from `start` to `end`."""
        made = []
        at = 0
        for bit in self._bits:
            first, last = max(start, at), min(end, at + len(bit.text))
            if first < last:
                if bit.thing is None:
                    made.append(runs(bit.text[first - at : last - at], bit.look))
                else:
                    look = f"<w:rPr>{bit.look}</w:rPr>" if bit.look else ""
                    made.append(f"<w:r>{look}{self._thing(bit.thing)}</w:r>")
            at += len(bit.text)
        return "".join(made)

    def notes(self) -> dict[int, Element]:
        """The marks of notes by their place in the words."""
        found = {}
        at = 0
        for bit in self._bits:
            if bit.thing is not None and local(bit.thing) in _NOTES:
                found[at] = bit.thing
            at += len(bit.text)
        return found

    def lost(self) -> bool:
        """Whether it has pictures or objects, which do not come along from an older file."""
        return any(bit.thing is not None and local(bit.thing) not in _NOTES for bit in self._bits)

    def _thing(self, thing: Element) -> str:
        if self._lists is not None and local(thing) not in _NOTES:
            return ""
        if attribute(thing, "id") == GONE:
            return ""
        return inside(thing)

    def _look(self, each: Element) -> str:
        if local(each) in ("ins", "del", "moveFrom", "moveTo", "rPrChange"):
            return ""
        if local(each) == "rStyle" and self._styles is not None:
            key = attribute(each, "val") or ""
            return f'<w:rStyle w:val="{self._styles[key]}"/>' if self._styles.get(key) else ""
        return inside(each)

    @cached_property
    def _bits(self) -> tuple[Bit, ...]:
        looks: dict[Element, str] = {}
        made = []
        for run, letters, thing in _letters(self.element):
            if run not in looks:
                properties = child(run, "rPr") if local(run) == "r" else None
                looks[run] = (
                    "" if properties is None else "".join(self._look(each) for each in properties)
                )
            made.append(Bit(letters, looks[run], thing))
        return tuple(made)

    @cached_property
    def _around(self) -> tuple[str, str]:
        if self._lists is not None:
            return "", ""
        opening, closing, open_fields = [], [], 0
        begun: list[str] = []
        for each in self.element.iter():
            name = local(each)
            if name in _OPENS:
                opening.append(inside(each))
            elif name in _CLOSES:
                closing.append(inside(each))
            elif name == "commentReference":
                closing.append(inside(each.getparent()))  # type: ignore[arg-type]
            elif name == "fldChar":
                kind = attribute(each, "fldCharType")
                if kind == "begin":
                    begun.append(_field_run(each))
                    open_fields += 1
                elif kind == "end" and begun:
                    begun.pop()
                elif kind == "end":
                    closing.append(_field_run(each))
                elif begun:
                    begun[-1] += _field_run(each)
            elif name == "instrText" and begun:
                begun[-1] += _field_run(each)
        return "".join([*opening, *begun]), "".join(closing)


def _field_run(each: Element) -> str:
    return f"<w:r>{inside(each)}</w:r>"


def _text(paragraph: Element) -> str:
    """The letters of a paragraph, in short for the many that have plain runs only."""
    said = []
    for run in paragraph:
        tag = run.tag
        if tag == _PPR:
            continue
        if tag != _R:
            return "".join(letters for _, letters, _ in _letters(paragraph))
        for each in run:
            if each.tag == _T:
                said.append(each.text or "")
            elif each.tag == _TAB:
                said.append("\t")
            elif local(each) not in ("rPr", "lastRenderedPageBreak"):
                return "".join(letters for _, letters, _ in _letters(paragraph))
    return "".join(said).replace(SEAM, "\ufffd").replace(THING, "\ufffd")


def _letters(paragraph: Element) -> Iterator[tuple[Element, str, Element | None]]:
    """(run, letters, thing) in order; the code of a field is none of the letters."""
    in_code: list[bool] = []
    for run in _runs_of(paragraph):
        if run.tag != _R:
            yield run, THING, run
            continue
        for each in run:
            tag = each.tag
            if tag == _T:
                if not any(in_code) and each.text:
                    yield run, each.text.replace(SEAM, "\ufffd").replace(THING, "\ufffd"), None
            elif tag == _FIELD:
                kind = each.get(f"{_W}fldCharType")
                if kind == "begin":
                    in_code.append(True)
                elif kind == "separate" and in_code:
                    in_code[-1] = False
                elif kind == "end" and in_code:
                    in_code.pop()
            elif tag in _IDLE or any(in_code):
                continue
            elif tag in _LETTERS and each.get(f"{_W}type") not in ("page", "column"):
                yield run, _LETTERS[tag], None
            elif tag in _THINGS or tag in _LETTERS or local(each) == "AlternateContent":
                yield run, THING, each


def _runs_of(element: Element) -> Iterator[Element]:
    for each in element:
        tag = each.tag
        if tag in (_R, _OMATH, f"{_OMATH}Para"):
            yield each
        elif tag in _ENCLOSES:
            yield from _runs_of(each)


def inside(element: Element) -> str:
    """An element as XML that may stand in a document with our names."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def parsed(xml: str) -> list[Element]:
    """The elements of some XML with our names for namespaces."""
    root = etree.fromstring(f"<w:body {NAMESPACES}>{xml}</w:body>".encode())
    return list(root)
