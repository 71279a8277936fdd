"""The house style of an exported treaty: every style, its look, and which level of a list it has.

A style's id is its name without spaces, because LibreOffice makes the ids anew
from the names when it saves. Each paragraph style of ours is linked to a
character style of the same look, as Word does for styles that may serve both
ways. Sizes are in half points, distances in twentieths of a point.
"""

from dataclasses import dataclass
from functools import cache

from app.exchange.word.runs import NAMESPACES

FONT = "Times New Roman"

_KEEP = "<w:keepNext/><w:keepLines/>"
_BOLD = "<w:b/><w:bCs/>"
_ITALIC = "<w:i/><w:iCs/>"


@dataclass(frozen=True, slots=True)
class Style:
    """A style: `flow` stands before w:numPr in w:pPr, `layout` after it, `look` is its w:rPr."""

    name: str
    based_on: str = "Normal"
    next_style: str = ""
    kind: str = "paragraph"
    flow: str = ""
    numbered: tuple[int, int] | None = None
    layout: str = ""
    look: str = ""
    built_in: bool = False

    @property
    def key(self) -> str:
        """The id: the name without spaces, with the capitals that Word gives its own styles."""
        if self.name.startswith("toc "):
            return self.name.upper().replace(" ", "")
        return "".join(word[:1].upper() + word[1:] for word in self.name.split())


def _space(before: int, after: int, line: int = 0) -> str:
    exact = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{exact}/>'


def _indent(left: int, hanging: int = 0) -> str:
    return f'<w:ind w:left="{left}" w:hanging="{hanging}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _heading(
    name: str, level: int, numbered: tuple[int, int] | None, before: int, look: str
) -> Style:
    """A centred heading that keeps with what follows and stands in the outline."""
    return Style(
        name,
        next_style="TreatyText",
        flow=_KEEP,
        numbered=numbered,
        layout=f'{_space(before, 160)}<w:jc w:val="center"/><w:outlineLvl w:val="{level}"/>',
        look=look,
    )


# Word numbers the lines of the text and not those around it.
_UNCOUNTED = "<w:suppressLineNumbers/>"
_JUSTIFIED = '<w:jc w:val="both"/>'
_BODY = _space(0, 140, 276)
_CONTENTS_TABS = (
    '<w:tabs><w:tab w:val="left" w:pos="{0}"/>'
    '<w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>'
)


def _contents(level: int, left: int, hanging: int, before: int, look: str = "") -> Style:
    return Style(
        f"toc {level}",
        flow="<w:keepLines/>",
        layout=_UNCOUNTED
        + _CONTENTS_TABS.format(left)
        + _space(before, 20)
        + f'<w:ind w:left="{left}" w:right="567" w:hanging="{hanging}"/>',
        look=look,
        built_in=True,
    )


STYLES: tuple[Style, ...] = (
    Style(
        "Treaty Title",
        layout=_UNCOUNTED + _space(360, 240) + '<w:jc w:val="center"/>',
        look=_BOLD + _size(32),
    ),
    Style("Treaty Edition", layout=_UNCOUNTED + _space(0, 60) + '<w:jc w:val="center"/>'),
    Style(
        "Record Status", layout=_UNCOUNTED + _space(0, 240) + '<w:jc w:val="center"/>', look=_ITALIC
    ),
    Style(
        "Mast Top",
        layout=_UNCOUNTED + '<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>' + _space(0, 120),
        look=_size(28),
    ),
    Style(
        "Mast Right", layout=_UNCOUNTED + _space(0, 20) + '<w:ind w:left="6236"/>', look=_size(22)
    ),
    _heading("Treaty Part", 0, (1, 0), 480, _BOLD + _size(26)),
    _heading("Treaty Chapter", 1, (1, 1), 360, _BOLD),
    _heading("Treaty Section", 2, (1, 2), 320, _BOLD + _ITALIC),
    _heading("Treaty Subsection", 3, (1, 3), 280, _ITALIC),
    _heading("Treaty Article", 4, (2, 0), 320, _BOLD),
    _heading("Treaty Annex", 0, (3, 0), 480, _BOLD + _size(26)),
    _heading("Treaty Appendix", 1, (3, 1), 360, _BOLD),
    _heading("Treaty Heading", 2, None, 320, _ITALIC),
    Style("Treaty Formula", layout=_BODY + _JUSTIFIED),
    Style("Treaty Recital", layout=_BODY + '<w:ind w:firstLine="567"/>' + _JUSTIFIED),
    Style("Treaty Text", layout=_BODY + _JUSTIFIED),
    Style("Treaty Paragraph", numbered=(2, 1), layout=_BODY + _JUSTIFIED),
    Style("Treaty Subparagraph", numbered=(2, 2), layout=_BODY + _JUSTIFIED),
    Style("Treaty Item", numbered=(2, 3), layout=_BODY + _JUSTIFIED),
    Style("Treaty Closing", layout=_BODY + _JUSTIFIED),
    Style(
        "Commentary Heading",
        next_style="CommentaryParagraph",
        flow=_KEEP
        + '<w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="7F7F7F"/></w:pBdr>',
        numbered=(5, 0),
        layout=_space(240, 100),
        look=_BOLD + _ITALIC + _size(20),
    ),
    Style(
        "Commentary Paragraph",
        numbered=(5, 1),
        layout=_space(0, 100, 252) + _JUSTIFIED,
        look=_size(20),
    ),
    Style(
        "Table Heading",
        next_style="TreatyText",
        flow=_KEEP + "<w:pageBreakBefore/>",
        layout=_space(0, 120) + '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
        look=_BOLD + _size(26),
    ),
    Style("Table Group", flow=_KEEP, layout=_space(60, 60), look=_BOLD + _size(20)),
    Style("Table Text", layout=_space(30, 30), look=_size(20)),
    Style(
        "Contents Heading",
        next_style="TreatyText",
        flow=_KEEP,
        layout=_space(360, 160) + '<w:jc w:val="center"/>',
        look=_BOLD,
    ),
    _contents(1, 1474, 1474, 160, _BOLD),
    _contents(2, 1701, 1474, 80),
    _contents(3, 1701, 1474, 60, _ITALIC),
    _contents(4, 1701, 1474, 40, _ITALIC),
    _contents(5, 1701, 1247, 0),
    Style(
        "header",
        layout='<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>' + _space(0, 0),
        look=_size(18),
        built_in=True,
    ),
    Style(
        "footer",
        layout='<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>' + _space(0, 0),
        look=_size(18),
        built_in=True,
    ),
    Style("footnote text", layout=_space(0, 40) + _JUSTIFIED, look=_size(18), built_in=True),
)
_MARKS = (
    Style(
        "footnote reference",
        kind="character",
        look='<w:vertAlign w:val="superscript"/>',
        built_in=True,
    ),
)
_DEFAULTS = (
    "<w:docDefaults><w:rPrDefault><w:rPr>"
    f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    f'{_size(24)}<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/>'
    "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
)
_GROUND = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    "<w:qFormat/></w:style>"
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:customStyle="1" w:styleId="TreatyTable">'
    '<w:name w:val="Treaty Table"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    '<w:top w:val="single" w:sz="6" w:space="0" w:color="auto"/>'
    '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto"/>'
    '<w:insideH w:val="single" w:sz="2" w:space="0" w:color="A6A6A6"/>'
    "</w:tblBorders></w:tblPr></w:style>"
)


@cache
def styles_xml() -> str:
    """styles.xml: the same for every export."""
    made = "".join(_paragraph_style(style) for style in STYLES)
    marks = "".join(_character_style(style) for style in _MARKS)
    return f"<w:styles {NAMESPACES}>{_DEFAULTS}{_GROUND}{made}{marks}</w:styles>"


def _paragraph_style(style: Style) -> str:
    tie = "" if style.built_in else f'<w:link w:val="{style.key}Char"/>'
    follow = f'<w:next w:val="{style.next_style}"/>' if style.next_style else ""
    custom = "" if style.built_in else ' w:customStyle="1"'
    level = ""
    if style.numbered is not None:
        depth = f'<w:ilvl w:val="{style.numbered[1]}"/>' if style.numbered[1] else ""
        level = f'<w:numPr>{depth}<w:numId w:val="{style.numbered[0]}"/></w:numPr>'
    paragraph = f"<w:pPr>{_ordered(style.flow, level)}{style.layout}</w:pPr>"
    look = f"<w:rPr>{style.look}</w:rPr>" if style.look else ""
    made = (
        f'<w:style w:type="paragraph"{custom} w:styleId="{style.key}">'
        f'<w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="{style.based_on}"/>{follow}{tie}<w:qFormat/>{paragraph}{look}</w:style>'
    )
    return made if style.built_in else made + _linked(style, look)


def _ordered(flow: str, level: str) -> str:
    """The schema wants w:numPr after the keeps and page break, and before borders."""
    keeps, border, rest = flow.partition("<w:pBdr>")
    return keeps + level + border + rest


def _linked(style: Style, look: str) -> str:
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{style.key}Char">'
        f'<w:name w:val="{style.name} Char"/><w:basedOn w:val="DefaultParagraphFont"/>'
        f'<w:link w:val="{style.key}"/>{look}</w:style>'
    )


def _character_style(style: Style) -> str:
    return (
        f'<w:style w:type="character" w:styleId="{style.key}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{style.look}</w:rPr></w:style>'
    )
