"""Word's own numbering made to say exactly what our labels say.

Word prints a number from a list and a level of it, counting for itself. Two
lists carry a treaty, so that articles run on through the Parts: one for the
divisions (Part, Chapter, Section, Subsection), one for the text (Article, 1.,
(a), (i)); annexes and appendices, recitals and the commentary have their own.

`Numbering` counts along as Word will. Where the label that is wanted is the one
that Word would print anyway, the paragraph needs nothing but its style. Where
it is not, a new instance of the list (w:num) starts at another value, or prints
a literal such as "Article 8 bis", and is kept for what follows:

    Article 8       the style alone
    Article 8 bis   new instance, level 0 says "Article 8 bis"
      1.            the same instance, which begins anew below its article
    Article 9       new instance, level 0 starts at 9

LibreOffice counts an instance with overrides apart from the others, Word counts
all instances of a list together. So an instance is trusted only for the level
that it was made for and those below it; above them another one is made.
"""

from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace

from app.exchange.word.runs import NAMESPACES, escape
from app.treaty.document import Kind
from app.treaty.numbering import letters, letters_value, roman, roman_value

Place = tuple[str, int]
"""A list and a level of it, from 0."""

_PLACES: dict[Kind, Place] = {
    Kind.ARTICLE: ("text", 0),
    Kind.PARAGRAPH: ("text", 1),
    Kind.SUBPARAGRAPH: ("text", 2),
    Kind.ITEM: ("text", 3),
    Kind.PART: ("divisions", 0),
    Kind.CHAPTER: ("divisions", 1),
    Kind.SECTION: ("divisions", 2),
    Kind.SUBSECTION: ("divisions", 3),
    Kind.ANNEX: ("annexes", 0),
    Kind.APPENDIX: ("annexes", 1),
    Kind.RECITAL: ("recitals", 0),
}
# The number and label of each place's first clause where a draft does not show its own form,
# and the style that is tied to it. Items within items go on to "a." and "i.".
_USUAL: dict[Place, tuple[str, str, str]] = {
    ("text", 0): ("1", "Article 1", "TreatyArticle"),
    ("text", 1): ("1", "1.", "TreatyParagraph"),
    ("text", 2): ("a", "(a)", "TreatySubparagraph"),
    ("text", 3): ("i", "(i)", "TreatyItem"),
    ("text", 4): ("a", "a.", ""),
    ("text", 5): ("i", "i.", ""),
    ("divisions", 0): ("I", "PART I", "TreatyPart"),
    ("divisions", 1): ("I", "CHAPTER I", "TreatyChapter"),
    ("divisions", 2): ("1", "SECTION 1", "TreatySection"),
    ("divisions", 3): ("A", "SUBSECTION A", "TreatySubsection"),
    ("annexes", 0): ("I", "ANNEX I", "TreatyAnnex"),
    ("annexes", 1): ("1", "APPENDIX 1", "TreatyAppendix"),
    ("recitals", 0): ("1", "(1)", ""),
}
_DEEPEST = 5
_LETTERED = frozenset({("text", 2), ("text", 4), ("divisions", 3)})
_ROMAN_FIRST = ("lowerRoman", "upperRoman", "lowerLetter", "upperLetter")
_LETTER_FIRST = ("lowerLetter", "upperLetter", "lowerRoman", "upperRoman")
_BASE = {"divisions": 1, "text": 2, "annexes": 3, "recitals": 4, "commentary": 5}
COMMENTARY = _BASE["commentary"]
"""The instance that numbers commentary: (1), (2) below each heading, which shows no number."""

# Where the words of a level stand, in twentieths of a point from the left margin: the lines, and
# how far the number hangs out to the left; (0, 567) is a first line that begins with the number.
_INDENTS: dict[Place, tuple[int, int]] = {
    ("text", 1): (0, 567),
    ("text", 2): (1134, 567),
    ("text", 3): (1701, 567),
    ("text", 4): (2268, 567),
    ("text", 5): (2835, 567),
    ("recitals", 0): (0, 567),
}
# What a count is when another program may count differently: nothing follows it.
_UNCERTAIN = -1_000_000


@dataclass(frozen=True, slots=True)
class _Form:
    """How the numbers of a kind look: a format of Word's, and the words before and after."""

    style: str
    before: str
    after: str

    def value(self, label: str) -> int | None:
        """What Word has to count to in order to print this label; None if it never would."""
        if not (label.startswith(self.before) and label.endswith(self.after)):
            return None
        inner = label[len(self.before) : len(label) - len(self.after)]
        value = _value(self.style, inner)
        return value if value is not None and _shown(self.style, value) == inner else None

    def pattern(self, level: int) -> str:
        return f"{self.before}%{level + 1}{self.after}"


@dataclass(slots=True)
class _List:
    """One list while it is counted along."""

    name: str
    current: int
    trusted_from: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * (_DEEPEST + 1))


@dataclass(frozen=True, slots=True)
class _Instance:
    """A w:num that starts a level elsewhere, or prints a literal there."""

    number: int
    place: Place
    start: int | None
    literal: str


def place_of(kind: Kind, nesting: int = 0) -> Place | None:
    """The list and level of a kind; `nesting` is how many items an item stands in."""
    place = _PLACES.get(kind)
    if place is None or kind is not Kind.ITEM:
        return place
    return (place[0], min(place[1] + nesting, _DEEPEST))


class Numbering:
    """The lists of one document, counted along clause by clause in reading order."""

    def __init__(self, numbered: Iterable[tuple[Place | None, str, str]]):
        """`numbered` gives each clause's place, bare number and label: they show the forms used."""
        self._forms = _forms(numbered)
        self._values: dict[tuple[Place, str], int | None] = {}
        self._lists = {name: _List(name, base) for name, base in _BASE.items()}
        self._instances: list[_Instance] = []
        self._spare: set[int] = set()
        self.made = 0

    def beside(self) -> "Numbering":
        """Another text in the same file, counted by itself in the same lists and forms.

        It is for a text that is never there together with this one, such as the older one of a
        redline; ask this one first for all its clauses, and for the XML when both are done.
        """
        other = copy(self)
        other._lists = {name: _List(name, base) for name, base in _BASE.items()}
        other._spare = {one.number for one in self._instances}
        return other

    def properties(self, place: Place, label: str, *, twin: int = 0) -> str:
        """The w:numPr that a clause needs beside its style so that Word prints `label`; often "".

        An empty label switches a style's numbering off. Call once for each clause, in order; where
        that makes an instance of a list, `made` has its number afterwards, else 0. `twin` is the
        one made for the same clause of the other text: it serves both if both need the same.
        """
        self.made = 0
        if not label:
            return '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
        name, level = place
        counted = self._lists[name]
        wanted = self._value(place, label)
        if wanted is None:
            self._add(counted, level, twin, literal=label)
        elif level < counted.trusted_from or counted.counts[level] + 1 != wanted:
            self._add(counted, level, twin, start=wanted)
        counted.counts[level] = _UNCERTAIN if wanted is None else wanted
        _count_below(counted, level)
        if counted.current == _BASE[name] and _USUAL[place][2]:
            return ""
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{counted.current}"/></w:numPr>'

    def xml(self) -> str:
        """numbering.xml; to be asked for after the last clause."""
        lists = "".join(self._abstract(name) for name in _BASE if name != "commentary")
        bases = "".join(_num(number, number, "") for number in _BASE.values())
        instances = "".join(self._instance(one) for one in self._instances)
        return f"<w:numbering {NAMESPACES}>{lists}{_commentary()}{bases}{instances}</w:numbering>"

    def _value(self, place: Place, label: str) -> int | None:
        """What Word has to count to; most labels ("1.", "(a)") come again and again."""
        key = place, label
        if key not in self._values:
            self._values[key] = self._forms[place].value(label)
        return self._values[key]

    def _add(
        self, counted: _List, level: int, twin: int, *, start: int | None = None, literal: str = ""
    ) -> None:
        number = len(_BASE) + len(self._instances) + 1
        made = _Instance(number, (counted.name, level), start, literal)
        if (
            twin in self._spare
            and replace(made, number=twin) == self._instances[twin - 1 - len(_BASE)]
        ):
            self._spare.remove(twin)
            number = twin
        else:
            self._instances.append(made)
        counted.current = self.made = number
        # An instance that prints a literal must not be used at that level again.
        counted.trusted_from = level + 1 if literal else level

    def _abstract(self, name: str) -> str:
        places = [place for place in _USUAL if place[0] == name]
        levels = (_level(place, self._forms[place], style=_USUAL[place][2]) for place in places)
        return _abstract_of(name, "".join(levels))

    def _instance(self, one: _Instance) -> str:
        name, level = one.place
        if one.start is not None:
            inside = f'<w:startOverride w:val="{one.start}"/>'
        else:
            inside = _level(one.place, self._forms[one.place], literal=one.literal)
        override = f'<w:lvlOverride w:ilvl="{level}">{inside}</w:lvlOverride>'
        return _num(one.number, _BASE[name], override)


def _count_below(counted: _List, level: int) -> None:
    """A number starts all levels below anew, and leaves those above that were skipped uncertain."""
    counts = counted.counts
    counts[level + 1 :] = [0] * (_DEEPEST - level)
    if 0 in counts[:level]:
        counts[:level] = [count or _UNCERTAIN for count in counts[:level]]


def _forms(numbered: Iterable[tuple[Place | None, str, str]]) -> dict[Place, _Form]:
    """The commonest form of each place in the draft, or the usual one."""
    votes: dict[Place, Counter[_Form]] = {place: Counter() for place in _USUAL}
    for (place, number, label), times in Counter(numbered).items():
        if place is not None and number and number in label:
            votes[place][_form(place, number, label)] += times
    return {
        place: votes[place].most_common(1)[0][0] if votes[place] else _form(place, number, label)
        for place, (number, label, _style) in _USUAL.items()
    }


def _form(place: Place, number: str, label: str) -> _Form:
    before, _, after = label.rpartition(number)
    return _Form(_format(place, number), before, after)


def _format(place: Place, number: str) -> str:
    for style in ("decimal", *(_LETTER_FIRST if place in _LETTERED else _ROMAN_FIRST)):
        value = _value(style, number)
        if value is not None and _shown(style, value) == number:
            return style
    return "decimal"


def _value(style: str, number: str) -> int | None:
    if style == "decimal":
        return int(number) if number.isascii() and number.isdigit() else None
    value = roman_value(number) if style.endswith("Roman") else letters_value(number)
    return value or None


def _shown(style: str, value: int) -> str:
    """What Word prints for a count: letters double after z (aa, bb)."""
    if style == "decimal":
        return str(value)
    word = roman(value) if style.endswith("Roman") else letters(value)
    return word.upper() if style.startswith("upper") else word


# --- the XML


def _abstract_of(name: str, levels: str) -> str:
    number = _BASE[name]
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="7A0000{number:02X}"/>'
        f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="7B0000{number:02X}"/>'
        f'<w:name w:val="Treaty{name.capitalize()}"/>{levels}</w:abstractNum>'
    )


def _level(place: Place, form: _Form, *, literal: str = "", style: str = "") -> str:
    level = place[1]
    tie = f'<w:pStyle w:val="{style}"/>' if style else ""
    # A heading stands on the line below its number, and brings the line break with it.
    suffix = '<w:suff w:val="tab"/>' if place in _INDENTS else '<w:suff w:val="nothing"/>'
    text = escape(literal or form.pattern(level))
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form.style}"/>{tie}'
        f'{suffix}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>{_indent(place)}</w:lvl>'
    )


def _indent(place: Place) -> str:
    left, hanging = _INDENTS.get(place, (0, 0))
    tabs = f'<w:tabs><w:tab w:val="num" w:pos="{left or hanging}"/></w:tabs>' if hanging else ""
    line = f'w:hanging="{hanging}"' if left else 'w:firstLine="0"'
    return f'<w:pPr>{tabs}<w:ind w:left="{left}" {line}/></w:pPr>'


def _commentary() -> str:
    """A heading that shows no number but starts the paragraphs below it anew at (1)."""
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="none"/>'
        '<w:pStyle w:val="CommentaryHeading"/><w:suff w:val="nothing"/><w:lvlText w:val=""/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:pStyle w:val="CommentaryParagraph"/><w:suff w:val="tab"/><w:lvlText w:val="(%2)"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="567"/></w:tabs>'
        '<w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
    )
    return _abstract_of("commentary", levels)


def _num(number: int, base: int, overrides: str) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{base}"/>{overrides}</w:num>'
