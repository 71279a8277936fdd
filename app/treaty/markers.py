"""The marks that stand before the clauses of a treaty: "PART II", "Article 8 bis", "1.", "(a)".

Marks are read here by their looks alone. Whether "(i)" is a letter or a roman number, or
"Article 5" at the start of a line a heading or a reference, depends on what came before:
that is decided in parse.py.
"""

import re
from dataclasses import dataclass

from app.treaty.document import Kind
from app.treaty.numbering import LATIN, letters_value, roman_value

EXACT = "%treaty"
"""The first line of a text in the exact form, in which nothing is guessed."""

_TAGS = "|".join((*LATIN, "quat", "quinq"))
ORDINAL_WORDS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
)
"""The numbers that Parts bear when they are written in words ("PART TWO"), from one up."""

_FIRST_WORDS = "first|second|third|fourth|fifth"
_WORDS = {
    "part": Kind.PART,
    "chapter": Kind.CHAPTER,
    "section": Kind.SECTION,
    "subsection": Kind.SUBSECTION,
    "sub-section": Kind.SUBSECTION,
    "article": Kind.ARTICLE,
    "art": Kind.ARTICLE,
    "annex": Kind.ANNEX,
    "appendix": Kind.APPENDIX,
    "title": Kind.HEADING,
}
_HEADING = re.compile(
    r"(?P<open>\[*)\s?"
    r"(?P<word>PART|Part|TITLE|Title|CHAPTER|Chapter|SECTION|Section|SUB-?SECTION|Sub-?section"
    r"|ARTICLE|Article|(?:ART|Art)(?:\.|(?=\s\d))|ANNEX|Annex|APPENDIX|Appendix)"
    r"(?:\s+(?:No\.?\s?)?(?P<number>"
    r"\d{1,2}\.\d{1,3}(?!\d|\.\d)|\d[\dlIO]*(?P<letter>[a-hA-H]?)|[lO]\d[\dlIO]*|[IVXLCDM]+|l{1,3}|[A-Z]"
    rf"|(?i:{'|'.join(ORDINAL_WORDS)}|{_FIRST_WORDS}))"
    rf"(?:\s?-?(?P<latin>(?i:{_TAGS}))(?![a-z]))?(?![^\W\d¹²³⁰⁴-⁹]))?"
    r"(?P<close>\s?\]*)"
    r"(?P<separator>\s?(?:[.:\-–—]+(?!\w)\s?)*)"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_MARK = re.compile(
    r"(?P<open>\[*)"
    r"(?:(?P<paren>\()?(?P<value>\d{1,3}|[a-z]{1,5}|[A-Z]{1,4})"
    rf"(?:\s?(?P<latin>(?i:{_TAGS})))?\s?"
    r"(?P<end>(?(paren)\)[.:]?|[.)])))"
    r"(?=[\s\[“\"„*(]|$)"
)
_DECIMAL = re.compile(
    rf"(?P<open>\[*)(?P<value>\d{{1,2}}(?:\.\d{{1,3}})+)\.?(?:\s?(?P<latin>{_TAGS}))?[.:]?"
    r"(?=\s+[\[\"“]*[A-Z])"
)


@dataclass(frozen=True, slots=True)
class HeadingMark:
    """What looks like the head of an article, a grouping or an annex, and the rest of its line.

    `word` is the word as printed; `separator` the punctuation after the number; `brackets`
    the square brackets around or before the designation ("[", "[]" or "").
    """

    kind: Kind
    word: str
    number: str
    separator: str
    rest: str
    brackets: str
    misread: str = ""
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark before a text: its bare number, whether in parentheses, where its text begins."""

    number: str
    latin: str
    paren: bool
    start: int
    end: int
    brackets: str
    misread: str = ""

    @property
    def printed(self) -> str:
        """The number as the outline shows it: "8 bis"."""
        return f"{self.number} {self.latin}".rstrip()


def point_kind(above: Kind | None) -> Kind:
    """The kind of a lettered or nested clause, by the kind of the clause it stands under."""
    return Kind.ITEM if above in (Kind.SUBPARAGRAPH, Kind.ITEM) else Kind.SUBPARAGRAPH


def heading_mark(line: str) -> HeadingMark | None:
    """The heading that a line looks like; None when it does not begin like one."""
    match = _HEADING.match(line)
    if match is None:
        return None
    number, misread = _mended(match["number"] or "")
    if match["latin"]:
        number = f"{number} {_latin(match['latin'])}"
    brackets = match["open"] + match["close"].strip()
    rest = match["rest"].strip()
    between = line[match.end("number") : match.start("rest")] if match["number"] else " "
    return HeadingMark(
        kind=_WORDS[match["word"].lower().rstrip(".")],
        word=match["word"],
        number=number,
        separator=match["separator"].strip(),
        rest=rest,
        brackets=brackets,
        misread=misread,
        glued=bool(rest) and between == "",
    )


def is_bare(line: str) -> bool:
    """Whether a line is a designation and nothing else: "Article 5"."""
    mark = heading_mark(line)
    return mark is not None and bool(mark.number) and not mark.rest


def text_mark(text: str, at: int = 0) -> Mark | None:
    """The mark that stands at a place of a text, "1.", "(a)", "b)", "3 bis."; None if none does."""
    match = _MARK.match(text, at) or _DECIMAL.match(text, at)
    if match is None:
        return None
    value, misread = match["value"], ""
    decimal = "." in value
    paren = not decimal and match["end"].startswith(")")
    if value == "l" and not match["latin"] and not paren:
        value, misread = "1", "l"
    readable = decimal or value.isdecimal() or letters_value(value) or roman_value(value)
    if not readable or (not paren and not decimal and not value.isdecimal() and len(value) > 4):
        return None
    latin = _latin(match["latin"]) if match["latin"] else ""
    return Mark(value, latin, paren, at, match.end(), match["open"], misread)


def _latin(tag: str) -> str:
    """A Latin tag in its full form: drafts print "quat" for "quater"."""
    low = tag.lower()
    return {"quat": "quater", "quinq": "quinquies"}.get(low, low)


def _mended(number: str) -> tuple[str, str]:
    """A number with the letters that scanners put for digits set right, and as it was before."""
    if re.fullmatch(r"[\dlIO]*\d[\dlIO]*", number):
        mended = number.translate(str.maketrans("lIO", "110"))
    elif re.fullmatch(r"l+", number):
        mended = "1" * len(number)
    else:
        mended = number
    return mended, number if mended != number else ""
