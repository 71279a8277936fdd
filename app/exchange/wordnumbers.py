"""Word's automatic numbers, computed as Word does: the label that is seen and nowhere written.

A paragraph names a list (`numId`) and a level, itself or through its style; a
list points to an abstract one, which counts. Lists that share an abstract one
count on together, unless a list starts a level anew: then the count begins
again the first time that list is used there.
"""

import copy
import re
from dataclasses import dataclass, field

from app.exchange.package import Element, attribute, child, local, value
from app.treaty.numbering import letters, roman

_WORDS: list[str] = re.findall(
    r"\w+",
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen"
    " Fifteen Sixteen Seventeen Eighteen Nineteen",
)
_TENS: list[str] = re.findall(
    r"\w+", "Zero Ten Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety"
)
_ORDINAL_WORDS = {
    "One": "First",
    "Two": "Second",
    "Three": "Third",
    "Five": "Fifth",
    "Eight": "Eighth",
    "Nine": "Ninth",
    "Twelve": "Twelfth",
}
# Styles are based on each other a few deep; a file made to do harm has chains of thousands.
_LONGEST_CHAIN = 20
# A label stands with each paragraph, and shows a level once; Word's own limit is 255 letters.
_LONGEST_LABEL = 255
_DEEPEST = 9
BULLET = "•"
_DASHES = frozenset("-–—―−*·+>→")
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_CHINESE = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and looks."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""
    is_hidden: bool = False


@dataclass(slots=True)
class _List:
    """A list (`w:num`): the abstract one it counts in, its own levels and new starts."""

    abstract: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """The counters of a document; ask for the label of each paragraph, in reading order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = _read_styles(styles)
        self._abstract: dict[str, dict[int, Level]] = {}
        self._links: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._pending: dict[str, set[int]] = {}
        self._started: set[tuple[str, int]] = set()
        self._defined: dict[str, dict[int, Level]] = {}
        for each in numbering if numbering is not None else ():
            if local(each) == "abstractNum":
                self._read_abstract(each)
            elif local(each) == "num":
                self._read_list(each)

    def anew(self) -> "Numbers":
        """The same lists with nothing counted: for a text that is numbered by itself."""
        fresh = copy.copy(self)
        fresh._counts = {}
        fresh._pending = {}
        fresh._started = set()
        return fresh

    def label(self, properties: Element | None) -> str:
        """The label of the next paragraph with these properties (`w:pPr`); "" when it has none.

        Asking counts: every paragraph is asked about once, in order. A bullet is "•".
        """
        place = self._place(properties)
        if place is None:
            return ""
        number, level = place
        self._count(number, level)
        return self._format(number, level)

    def _place(self, properties: Element | None) -> tuple[str, int] | None:
        """The list and the level of a paragraph: its own, else the ones of its style."""
        if not self._lists:
            return None
        number = value(properties, "numPr", "numId")
        depth = value(properties, "numPr", "ilvl")
        style = value(properties, "pStyle") or self._styles.default
        style_number, style_depth, style_id = self._styles.numbering(style)
        number = number if number is not None else style_number
        if number is None or number == "0" or number not in self._lists:
            return None
        if depth is None:
            depth = style_depth if style_depth is not None else self._linked(number, style_id)
        if len(depth) != 1 or not depth.isascii() or not depth.isdigit():
            return None
        return (number, int(depth)) if self._level(number, int(depth)) else None

    def _linked(self, number: str, style: str) -> str:
        """The level that says it belongs to a style; the first one otherwise."""
        for depth, level in self._levels(number).items():
            if style and level.style == style:
                return str(depth)
        return "0"

    def _levels(self, number: str) -> dict[int, Level]:
        if number not in self._defined:
            abstract = self._abstract.get(self._defining(number), {})
            own = self._lists[number].levels
            self._defined[number] = {**abstract, **own} if own else abstract
        return self._defined[number]

    def _level(self, number: str, depth: int) -> Level | None:
        return self._levels(number).get(depth)

    def _defining(self, number: str) -> str:
        """The abstract list whose levels a list has, also when its own only links to a style.

        It counts in its own all the same: such a link is a list of its own.
        """
        abstract = self._lists[number].abstract
        seen: set[str] = set()
        while abstract in self._links and abstract not in seen and len(seen) < _LONGEST_CHAIN:
            seen.add(abstract)
            linked = self._styles.numbering(self._links[abstract])[0]
            if linked is None or linked not in self._lists:
                break
            abstract = self._lists[linked].abstract
        return abstract

    def _count(self, number: str, depth: int) -> None:
        counting = self._lists[number].abstract
        counts = self._counts.setdefault(counting, {})
        pending = self._pending.setdefault(counting, set())
        start = self._lists[number].starts.get(depth)
        if start is not None and (number, depth) not in self._started:
            counts[depth] = start
        elif depth not in counts:
            counts[depth] = self._start(number, depth)
        elif depth not in pending:
            counts[depth] += 1
        pending.discard(depth)
        self._started.add((number, depth))
        for above in range(depth):
            counts.setdefault(above, self._start(number, above))
        for below in [each for each in counts if each > depth]:
            if self._restarts(number, below, depth):
                # It shows its start from now on; the first paragraph that has it does not add one.
                counts[below] = self._start(number, below)
                pending.add(below)

    def _start(self, number: str, depth: int) -> int:
        """What a level begins with in a list."""
        start = self._lists[number].starts.get(depth)
        return start if start is not None else (self._level(number, depth) or Level()).start

    def _restarts(self, number: str, below: int, depth: int) -> bool:
        """Whether a paragraph at `depth` makes the level `below` it begin again."""
        restart = (self._level(number, below) or Level()).restart
        return restart is None or (restart != 0 and depth < restart)

    def _format(self, number: str, depth: int) -> str:
        level = self._level(number, depth) or Level()
        if level.is_hidden:
            return ""
        if level.form == "bullet":
            return level.text if level.text in _DASHES else BULLET
        counts = self._counts[self._lists[number].abstract]
        label = level.text
        for each in range(_DEEPEST):
            mark = f"%{each + 1}"
            if mark in label:
                shown = self._level(number, each) or Level()
                form = "decimal" if level.legal and shown.form != "decimalZero" else shown.form
                said = number_as(counts.get(each, shown.start), form)
                label = label.replace(mark, said, _DEEPEST)
        return label.strip()[:_LONGEST_LABEL]

    def _read_abstract(self, element: Element) -> None:
        key = attribute(element, "abstractNumId") or ""
        self._abstract[key] = {
            depth: level
            for each in element
            if (found := _read_level(each))
            for depth, level in [found]
        }
        link = value(element, "numStyleLink")
        if link:
            self._links[key] = link

    def _read_list(self, element: Element) -> None:
        one = _List(value(element, "abstractNumId") or "")
        for override in element:
            if local(override) != "lvlOverride":
                continue
            depth = _whole(attribute(override, "ilvl"), 0)
            start = value(override, "startOverride")
            if start is not None:
                one.starts[depth] = _whole(start, 1)
            found = _read_level(child(override, "lvl"))
            if found:
                one.levels[depth] = found[1]
        self._lists[attribute(element, "numId") or ""] = one


@dataclass(frozen=True, slots=True)
class _Styles:
    """What styles say of numbering: style -> (own list, own level, style it is based on)."""

    by_id: dict[str, tuple[str | None, str | None, str]]
    default: str = ""

    def numbering(self, style: str) -> tuple[str | None, str | None, str]:
        """(list, level, style that says so) of a style or of the nearest one it is based on."""
        number = depth = None
        seen: set[str] = set()
        while style in self.by_id and style not in seen and len(seen) < _LONGEST_CHAIN:
            seen.add(style)
            own_number, own_depth, base = self.by_id[style]
            depth = depth if depth is not None else own_depth
            if own_number is not None:
                return own_number, depth, style
            style = base
        return number, depth, ""


def _read_styles(styles: Element | None) -> _Styles:
    by_id = {}
    default = ""
    for each in styles if styles is not None else ():
        if local(each) != "style" or attribute(each, "type") not in (
            "paragraph",
            "numbering",
            None,
        ):
            continue
        key = attribute(each, "styleId") or ""
        properties = child(each, "pPr")
        by_id[key] = (
            value(properties, "numPr", "numId"),
            value(properties, "numPr", "ilvl"),
            value(each, "basedOn") or "",
        )
        if attribute(each, "type") == "paragraph" and attribute(each, "default") in ("1", "true"):
            default = key
    return _Styles(by_id, default)


def _read_level(element: Element | None) -> tuple[int, Level] | None:
    if element is None or local(element) != "lvl":
        return None
    restart = value(element, "lvlRestart")
    form = child(element, "numFmt")
    if form is None:
        # Formats of a later Word stand beside a plainer one for those that do not know them.
        form = child(element, "AlternateContent", "Choice", "numFmt")
    return _whole(attribute(element, "ilvl"), 0), Level(
        start=_whole(value(element, "start"), 0 if child(element, "start") is None else 1),
        form=_form(form),
        text=(value(element, "lvlText") or "")[:_LONGEST_LABEL],
        restart=None if restart is None else _whole(restart, 0),
        legal=_is_on(child(element, "isLgl")),
        style=value(element, "pStyle") or "",
        is_hidden=_is_on(child(element, "rPr", "vanish")),
    )


def _is_on(element: Element | None) -> bool:
    return element is not None and attribute(element, "val") not in ("0", "false", "off")


def _form(element: Element | None) -> str:
    """The name of a number format; "zeros 3" for a custom one such as "001, 002, 003, ..."."""
    if element is None:
        return "decimal"
    zeros = re.match(r"(0*1)\b", attribute(element, "format") or "")
    if attribute(element, "val") == "custom" and zeros:
        return f"zeros {len(zeros[1])}"
    return attribute(element, "val") or "decimal"


def _whole(text: str | None, otherwise: int) -> int:
    # Word itself counts to 32,767; a hostile start would make labels of any length.
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 5:
        return otherwise
    return min(int(text), 32_767)


def number_as(number: int, form: str) -> str:
    """A number in one of Word's number formats; in digits when the format is not known here."""
    if form in ("upperRoman", "lowerRoman"):
        return roman(number).upper() if form == "upperRoman" else roman(number)
    if form in ("upperLetter", "lowerLetter"):
        return letters(number).upper() if form == "upperLetter" else letters(number)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("none", "bullet"):
        # A level without a number of its own prints none where another level shows it.
        return ""
    if form == "ordinal":
        return f"{number}{_ordinal_ending(number)}"
    if form in ("cardinalText", "ordinalText"):
        return _in_words(number) if form == "cardinalText" else _ordinal_words(number)
    if form == "numberInDash":
        return f"- {number} -"
    if form.startswith("zeros ") and len(form) < 9:
        return f"{number:0{form[6:]}d}"
    return _in_other_scripts(number, form)


def _in_other_scripts(number: int, form: str) -> str:
    """Signs and scripts beside Latin letters and digits (ECMA-376 part 1, 17.18.59)."""
    if form == "chicago":
        return "*†‡§"[(number - 1) % 4] * ((number - 1) // 4 + 1) if 0 < number < 100 else ""
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and number <= 20:
        return _CIRCLED[number] if number >= 0 else str(number)
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if form in ("russianLower", "russianUpper", "arabicAlpha"):
        signs = _ARABIC if form == "arabicAlpha" else _RUSSIAN
        if not 0 < number < 1_000:
            return str(number)
        sign = signs[(number - 1) % len(signs)] * ((number - 1) // len(signs) + 1)
        return sign.upper() if form == "russianUpper" else sign
    if form in ("chineseCounting", "chineseCountingThousand", "taiwaneseCountingThousand"):
        return _chinese(number)
    if form == "hex":
        return f"{number:X}"
    return str(number)


def _chinese(number: int) -> str:
    """A number below a hundred in Chinese; in digits beyond."""
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _CHINESE[tens]) + "十" if tens else ""
    return head + (_CHINESE[ones] if ones or not tens else "")


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _in_words(number: int) -> str:
    if not 0 <= number < 100:
        return str(number)
    if number < 20:
        return _WORDS[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_WORDS[ones].lower()}" if ones else "")


def _ordinal_words(number: int) -> str:
    head, dash, last = _in_words(number).rpartition("-")
    if not last.isalpha():
        return f"{number}{_ordinal_ending(number)}"
    word = _ORDINAL_WORDS.get(last.capitalize())
    if word is None:
        word = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return f"{head}{dash}{word.lower() if dash else word}"
