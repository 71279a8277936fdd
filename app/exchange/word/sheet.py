"""What the styles of a file say of a paragraph: its name, its place in the outline, hidden words.

A tracked change may redefine a style; a file read with everything rejected is read with the
style as it was (ECMA-376 part 1, 17.13.5.29: pPrChange holds the properties before).
"""

import copy
import re
from collections.abc import Iterator

from app.exchange.package import Element, attribute, child, local, value
from app.exchange.word.story import View

_HEADING = re.compile(r"heading ([1-9])")
# Styles are based on each other a few deep; a file made to do harm has chains of thousands.
_LONGEST_CHAIN = 20
# A name stands with each paragraph; Word's own limit is 253 letters.
_LONGEST_NAME = 255
_CONTENTS = re.compile(r"toc ([1-9]|heading)|contents heading")


class Sheet:
    """The style sheet of a file; without one every paragraph is "Normal"."""

    def __init__(self, styles: Element | None) -> None:
        self._by_id: dict[str, Element] = {}
        self._default = ""
        self._hides: dict[str, bool | None] = {}
        self._levels: dict[str, int | None] = {}
        self._names: dict[str, str] = {}
        for each in styles if styles is not None else ():
            if local(each) != "style":
                continue
            key = attribute(each, "styleId") or ""
            self._by_id[key] = each
            if attribute(each, "type") == "paragraph" and attribute(each, "default") in _ON:
                self._default = key

    def name(self, properties: Element | None) -> str:
        """The name of a paragraph's style as the file stores it ("heading 1", "Normal")."""
        key = value(properties, "pStyle") or self._default
        if key not in self._names:
            said = value(self._by_id.get(key), "name") or key or "Normal"
            self._names[key] = said[:_LONGEST_NAME]
        return self._names[key]

    def level(self, properties: Element | None) -> int | None:
        """0 for a title, 1 to 9 for a heading, None for text."""
        own = value(properties, "outlineLvl")
        if own is not None and own.isdecimal():
            return int(own) + 1 if int(own) < 9 else None
        key = value(properties, "pStyle") or ""
        if key not in self._levels:
            self._levels[key] = self._level_of(key)
        return self._levels[key]

    def _level_of(self, key: str) -> int | None:
        for style in self._chain(key):
            name = (value(style, "name") or "").lower()
            if name in ("title", "treaty title"):
                return 0
            if heading := _HEADING.fullmatch(name):
                return int(heading[1])
            outline = value(style, "pPr", "outlineLvl")
            if outline is not None and outline.isdecimal():
                return int(outline) + 1 if int(outline) < 9 else None
        return None

    def is_contents(self, properties: Element | None) -> bool:
        """Whether the paragraph is a line of a table of contents."""
        return any(_CONTENTS.fullmatch(name) for name in self.names(properties))

    def names(self, properties: Element | None) -> Iterator[str]:
        """The names, in lower case, of a paragraph's style and of those it is based on."""
        for style in self._chain(value(properties, "pStyle") or ""):
            yield (value(style, "name") or "").lower()

    def hides(self, key: str | None) -> bool | None:
        """Whether a style hides its words; None when it does not say."""
        if not key:
            return None
        if key not in self._hides:
            said = (child(style, "rPr", "vanish") for style in self._chain(key))
            first = next((each for each in said if each is not None), None)
            self._hides[key] = None if first is None else is_on(first)
        return self._hides[key]

    def _chain(self, key: str) -> Iterator[Element]:
        seen: set[str] = set()
        while key in self._by_id and key not in seen and len(seen) < _LONGEST_CHAIN:
            seen.add(key)
            yield self._by_id[key]
            key = value(self._by_id[key], "basedOn") or ""


_ON = ("1", "true", "on")


def is_on(element: Element | None) -> bool:
    """Whether a switch such as w:vanish is there and not turned off (17.17.4, ST_OnOff)."""
    return element is not None and attribute(element, "val") not in ("0", "false", "off")


def styles_on(styles: Element | None, view: View) -> Element | None:
    """The style definitions of a view: with everything rejected, as they were before changes."""
    if styles is None or view is not View.ORIGINAL:
        return styles
    if not any(local(each) == "pPrChange" for each in styles.iter()):
        return styles
    before = copy.deepcopy(styles)
    for style in before:
        own = child(style, "pPr")
        change = child(own, "pPrChange")
        if own is not None and change is not None:
            old = child(change, "pPr")
            style.replace(own, old if old is not None else _empty(own))
    return before


def properties_on(properties: Element | None, view: View) -> Element | None:
    """A paragraph's w:pPr in a view: with everything rejected, the one before its changes.

    A numbering that was inserted (17.13.5.19, w:numPr/w:ins) is not there before.
    """
    if properties is None or view is not View.ORIGINAL:
        return properties
    change = child(properties, "pPrChange")
    if change is not None:
        old = child(change, "pPr")
        return old if old is not None else _empty(properties)
    numbering = child(properties, "numPr")
    if numbering is not None and child(numbering, "ins") is not None:
        before = copy.deepcopy(properties)
        before.remove(child(before, "numPr"))  # type: ignore[arg-type]
        return before
    return properties


def _empty(like: Element) -> Element:
    return like.makeelement(like.tag)
