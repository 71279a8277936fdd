"""What a Word file holds besides words: pictures, objects, equations, fields; told by their kind.

Nothing of these becomes text. Each is described in a sentence that a person can check against
the page: the name or the description that its author gave it, the letters of an equation.
"""

import re
from collections.abc import Iterator

from app.exchange.package import Element, attribute, child, local, value
from app.exchange.word.story import Loss, View

_TEXT = frozenset(["t", "delText"])
_LONGEST = 300
_GRAPHICS = (
    ("chart", "chart", "A chart"),
    ("diagram", "diagram", "A diagram"),
    ("picture", "image", "An image"),
    ("wordprocessingink", "ink", "A drawing by hand"),
    ("lockedcanvas", "drawing", "A drawing"),
    ("wordprocessing", "drawing", "A drawing"),
)


def lost(kind: str, sentence: str) -> Loss:
    """A loss whose place is not known yet."""
    return Loss(kind, sentence)


def short(words: str) -> str:
    """Words as they are quoted in a sentence: on one line, and not endless."""
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def chosen(alternatives: Element) -> Element:
    """Of several forms of the same content the first, which is the newest (part 3, 7.6).

    Nothing is read twice that way; an alternative without a choice has only its fallback.
    """
    choice = child(alternatives, "Choice")
    fallback = child(alternatives, "Fallback")
    return next((each for each in (choice, fallback) if each is not None), alternatives)


def words_in(element: Element) -> str:
    """All words under an element, for a sentence about it."""
    return short(" ".join(e.text or "" for e in element.iter() if local(e) in _TEXT))


def contents_control(control: Element) -> bool:
    """Whether a content control holds a table of contents (17.5.2.12)."""
    gallery = value(control, "sdtPr", "docPartObj", "docPartGallery")
    return gallery == "Table of Contents"


def boxes(element: Element) -> Iterator[Element]:
    """The outermost text boxes in a drawing, each in its newer form only (17.17.1)."""
    for each in element:
        name = local(each)
        if name == "txbxContent":
            yield each
        elif name == "AlternateContent":
            yield from boxes(chosen(each))
        else:
            yield from boxes(each)


def thing(element: Element, has_boxes: bool) -> Loss | None:
    """What a drawing, a picture or an object is; None for the frame of a text box."""
    name = local(element)
    if name in ("object", "control"):
        program = next((p for e in element.iter() if (p := attribute(e, "ProgID"))), "")
        of = f" ({short(program)})" if program else ""
        return lost("OLE object", f"An embedded object{of} was not taken.")
    if name == "contentPart":
        return lost("ink", "A drawing by hand was not taken.")
    if name == "pict":
        return _old_picture(element, has_boxes)
    return _drawing(element, has_boxes)


def _old_picture(element: Element, has_boxes: bool) -> Loss | None:
    """A picture in the older markup; words that are drawn, such as a watermark, are quoted."""
    for each in element.iter():
        if local(each) == "textpath" and (words := attribute(each, "string")):
            return lost(
                "drawn words", f"Words drawn as a picture were not taken: “{short(words)}”."
            )
        if local(each) in ("OLEObject", "control"):
            return lost("OLE object", "An embedded object was not taken.")
    if has_boxes and not any(local(each) == "imagedata" for each in element.iter()):
        return None
    if attribute(element, "hr") or any(attribute(each, "hr") for each in element):
        return lost("drawing", "A line across the page was not taken.")
    names = (attribute(each, "alt") or attribute(each, "title") for each in element.iter())
    return lost("image", f"An image was not taken{_called(next(filter(None, names), ''))}.")


def _drawing(element: Element, has_boxes: bool) -> Loss | None:
    kind, noun = "image", "An image"
    for each in element.iter():
        if local(each) == "graphicData":
            uri = (attribute(each, "uri") or "").lower()
            found = next((row for row in _GRAPHICS if row[0] in uri), None)
            kind, noun = found[1:] if found else ("drawing", "A drawing")
            break
    if has_boxes:
        if not any(local(each) == "blip" for each in element.iter()):
            return None
        kind, noun = "image", "An image"
    about = next((e for e in element.iter() if local(e) == "docPr"), None)
    name = ""
    if about is not None:
        name = attribute(about, "descr") or attribute(about, "title") or ""
    return lost(kind, f"{noun} was not taken{_called(name)}.")


def _called(name: str) -> str:
    return f": “{short(name)}”" if name.strip() else ""


def field_loss(code: str) -> Loss:
    """What is lost of a field: its code. What it shows was taken as words."""
    name = code.split(maxsplit=1)[0].upper() if code.strip() else ""
    if name in ("DDE", "DDEAUTO", "LINK", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "RD"):
        said = "asks for something outside of the file; it was not followed"
    elif name in ("LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT"):
        said = "prints a number that is nowhere written; it was not taken"
    else:
        said = "was not taken; what it shows was taken as words"
    return lost("field", f"The code of a field “{short(code)}” {said}.")


def letters_of(equation: Element, view: View) -> str:
    """The letters of an equation in a view, one after the other (part 1, 22.1).

    A fraction whose control character is deleted goes as a whole (17.13.5.15).
    """
    return "".join(_letters(equation, view))


def _letters(element: Element, view: View) -> Iterator[str]:
    for each in element:
        name = local(each)
        if name == "t":
            yield each.text or ""
        elif not _is_absent(each, name, view):
            yield from _letters(each, view)


def _is_absent(element: Element, name: str, view: View) -> bool:
    absent = {View.ORIGINAL: ("ins", "moveTo"), View.ACCEPTED: ("del", "moveFrom")}.get(view, ())
    if name in absent:
        return True
    control = child(element, f"{name}Pr", "ctrlPr")
    return any(child(control, each) is not None for each in absent)


_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
    "[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
"""The letters of the font Symbol from 0x20 to 0x7e, as its maker's table gives them."""
_SYMBOL_HIGH = dict(zip(range(0xA1, 0xBF), "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯", strict=True)) | {
    0xC5: "⊕", 0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉",
    0xD0: "∠", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅",
    0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA7: "▪",
    0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓",
    0xFD: "☒", 0xFE: "☑", 0x4A: "☺", 0x22: "✂", 0x28: "☎", 0x2A: "✉",
}  # fmt: skip


def symbol(element: Element) -> tuple[str, bool]:
    """The letter of a w:sym (17.3.3.30), and whether it is surely the one that is printed.

    A letter of a symbol font stands in the private use area or below it; those of Symbol and
    the common ones of Wingdings are known.
    """
    code = attribute(element, "char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,6}", code):
        return "\ufffd", False
    number = int(code, 16) & 0xFFFF
    font = (attribute(element, "font") or "").lower()
    low = number & 0xFF if 0xF000 <= number <= 0xF0FF else number
    if font == "symbol" and 0x20 <= low <= 0x7E:
        return _SYMBOL[low - 0x20], True
    found = {"symbol": _SYMBOL_HIGH, "wingdings": _WINGDINGS}.get(font, {}).get(low)
    if found:
        return found, True
    if 0xD800 <= number <= 0xDFFF or number < 0x20:
        return "\ufffd", False
    return chr(number), not 0xE000 <= number <= 0xF8FF
