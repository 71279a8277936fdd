"""What every profile of a Word file has in common: styles of kinds, labels, section, settings."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.exchange.word import fingerprints
from app.exchange.word import mast as around
from app.exchange.word.footnotes import Footnotes
from app.exchange.word.keys import DECLARED
from app.exchange.word.numbering import Numbering, Place, place_of
from app.exchange.word.package import pack, relation_id
from app.exchange.word.runs import NAMESPACES
from app.exchange.word.styles import FONT, styles_xml
from app.exchange.word.treaty import Mast, WordTreaty
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme, labels, numbers

STYLES: Mapping[Kind, str] = {
    Kind.HEADING: "TreatyHeading",
    Kind.FORMULA: "TreatyFormula",
    Kind.RECITAL: "TreatyRecital",
    Kind.PART: "TreatyPart",
    Kind.CHAPTER: "TreatyChapter",
    Kind.SECTION: "TreatySection",
    Kind.SUBSECTION: "TreatySubsection",
    Kind.ARTICLE: "TreatyArticle",
    Kind.PARAGRAPH: "TreatyParagraph",
    Kind.SUBPARAGRAPH: "TreatySubparagraph",
    Kind.ITEM: "TreatyItem",
    Kind.ANNEX: "TreatyAnnex",
    Kind.APPENDIX: "TreatyAppendix",
    Kind.CLOSING: "TreatyClosing",
}
"""The style of each kind of clause."""

_NAME = re.compile(r"\w{1,37}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbered:
    """What is known of one clause before it is written."""

    place: Place | None
    number: str
    label: str


def numbered(document: Document, scheme: Scheme) -> list[Numbered]:
    """The place in Word's lists, the bare number and the label of every clause."""
    clauses = document.clauses
    bare = numbers(clauses, scheme)
    found = zip(clauses, bare, labels(clauses, scheme, bare), strict=True)
    items: list[int] = []
    made = []
    for clause, number, label in found:
        while items and items[-1] >= clause.depth:
            items.pop()
        made.append(Numbered(place_of(clause.kind, len(items)), number, label))
        if clause.kind is Kind.ITEM:
            items.append(clause.depth)
    return made


def countable(label: str) -> bool:
    """Whether Word can print the label beside a paragraph; a percent sign there means a count."""
    return "%" not in label and label.isprintable()


def dressed(
    clause: Clause, one: Numbered, numbering: Numbering, *, twin: int = 0
) -> tuple[str, str, str]:
    """The style, the numbering beside it, and the label as text where Word cannot count it."""
    style = STYLES[clause.kind]
    if one.place is None:
        return style, "", one.label
    if not one.label and clause.kind in (Kind.PARAGRAPH, Kind.RECITAL):
        return ("TreatyText" if clause.kind is Kind.PARAGRAPH else style), "", ""
    if not countable(one.label):
        return style, numbering.properties(one.place, ""), one.label
    return style, numbering.properties(one.place, one.label, twin=twin), ""


def bookmark_of(uid: str) -> str:
    """The bookmark of the clause with this uid: "cl_" and the uid, within what Word allows.

    A name has at most 40 letters, digits and underscores; a uid of another form is hashed.
    """
    if _NAME.fullmatch(uid):
        return f"cl_{uid}"
    return f"cl_{hashlib.sha256(uid.encode('utf-8', 'replace')).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a profile adds to the frame: the body without its section, and what belongs to it."""

    profile: str
    status: str
    body: str
    numbering: str
    pages: int
    footnotes: Footnotes
    styles: str = ""
    is_wide: bool = False
    parts: Mapping[str, str] | None = None


def framed(treaty: WordTreaty, sheet: Sheet) -> bytes:
    """The whole file; equal values give equal bytes."""
    mast, title = treaty.mast, treaty.document.title or "Draft"
    styles = styles_xml()
    if sheet.styles:
        styles = styles.replace("</w:styles>", f"{sheet.styles}</w:styles>")
    body = f"<w:body>{sheet.body}{section(mast, is_wide=sheet.is_wide)}</w:body>"
    custom = around.custom_properties(
        mast,
        sheet.profile,
        treaty.scheme.value,
        fingerprints.properties(treaty.document.clauses),
    )
    return pack(
        {
            "word/document.xml": f"<w:document {NAMESPACES} {DECLARED}>{body}</w:document>",
            "word/styles.xml": styles,
            "word/numbering.xml": sheet.numbering,
            "word/settings.xml": SETTINGS,
            "word/fontTable.xml": FONTS,
            "word/footnotes.xml": sheet.footnotes.xml(),
            "word/header1.xml": around.header(mast, title, is_wide=sheet.is_wide),
            "word/header2.xml": around.no_header(mast),
            "word/footer1.xml": around.footer(
                sheet.status, sheet.pages, mast, is_wide=sheet.is_wide
            ),
            "docProps/core.xml": around.core_properties(title, mast, sheet.status),
            "docProps/app.xml": around.app_properties(),
            "docProps/custom.xml": custom,
            **(sheet.parts or {}),
        }
    )


def section(mast: Mast, *, is_wide: bool = False) -> str:
    """A4 with margins of 2.5 cm, upright or on its side; the mast stands for the first header."""
    size = (
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"'
        if is_wide
        else '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418"'
    )
    lines = '<w:lnNumType w:countBy="1" w:restart="newPage"/>' if mast.line_numbers else ""
    return (
        "<w:sectPr>"
        f'<w:headerReference w:type="default" r:id="{relation_id("word/header1.xml")}"/>'
        f'<w:headerReference w:type="first" r:id="{relation_id("word/header2.xml")}"/>'
        f'<w:footerReference w:type="default" r:id="{relation_id("word/footer1.xml")}"/>'
        f'<w:footerReference w:type="first" r:id="{relation_id("word/footer1.xml")}"/>'
        f'{size} w:header="709" w:footer="709" w:gutter="0"/>{lines}<w:titlePg/></w:sectPr>'
    )


SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
    "</w:settings>"
)
FONTS = (
    f'<w:fonts {NAMESPACES}><w:font w:name="{FONT}"><w:family w:val="roman"/>'
    '<w:pitch w:val="variable"/></w:font></w:fonts>'
)
