"""What stands around the text: the mast on the first page, headers, footers, file properties."""

from collections.abc import Mapping

from app.exchange.word.runs import NAMESPACES, escape, field, paragraph, runs
from app.exchange.word.treaty import Mast

_BORDER = '<w:pBdr><w:{0} w:val="single" w:sz="{1}" w:space="4" w:color="auto"/></w:pBdr>'
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/"
_TAB = "<w:r><w:tab/></w:r>"
# The right edge of a page on its side, in the place of that of an upright one.
_WIDE = '<w:tabs><w:tab w:val="clear" w:pos="9070"/><w:tab w:val="right" w:pos="14570"/></w:tabs>'
LANGUAGE = "English"


def front(
    mast: Mast, title: str, status: str, title_runs: str = "", *, is_wide: bool = False
) -> str:
    """The head of the first page: edition and symbol above a rule, the rest below, the title.

    `title_runs` is the title with what is marked in it, "" where nothing is.
    """
    name = runs(mast.edition or "Working draft", "<w:b/><w:bCs/>")
    top = paragraph(
        "MastTop",
        name + _TAB + runs(mast.symbol),
        _BORDER.format("bottom", 12) + (_WIDE if is_wide else ""),
    )
    aside = '<w:ind w:left="11736"/>' if is_wide else ""
    facts = [
        f"Distr.: {mast.distribution}" if mast.distribution else "",
        mast.dated,
        f"Original: {LANGUAGE}",
    ]
    lines = "".join(paragraph("MastRight", runs(fact), aside) for fact in facts if fact)
    return (
        top
        + lines
        + paragraph("TreatyTitle", title_runs or runs(title))
        + paragraph("RecordStatus", runs(status))
    )


def header(mast: Mast, title: str, *, is_wide: bool = False) -> str:
    """The header of the later pages: symbol (or short title) and edition left, the date right."""
    left = " · ".join(filter(None, (mast.symbol or _shortened(title), mast.edition)))
    content = runs(left) + _TAB + runs(mast.dated)
    form = _BORDER.format("bottom", 4) + (_WIDE if is_wide else "")
    return _header(_marking(mast) + paragraph("Header", content, form))


def no_header(mast: Mast | None = None) -> str:
    """The header of the first page, which the mast takes the place of but for a marking."""
    return _header((_marking(mast) if mast else "") or paragraph("Header", ""))


def footer(status: str, pages: int, mast: Mast | None = None, *, is_wide: bool = False) -> str:
    """The footer of every page: record status left, page of pages right.

    Below them the journal's entry that the text was made from, and whose copy it is.
    """
    number = field("PAGE", "1") + runs("/") + field("NUMPAGES", str(pages))
    wide = _WIDE if is_wide else ""
    inside = paragraph("Footer", runs(status) + _TAB + number, _BORDER.format("top", 4) + wide)
    if mast is not None:
        left, right = _made_from(mast), _copy(mast)
        if left or right:
            content = runs(left) + (_TAB + runs(right) if right else "")
            inside += paragraph("Footer", content, wide)
    return f"<w:ftr {NAMESPACES}>{inside}</w:ftr>"


def _made_from(mast: Mast) -> str:
    if not mast.journal_head:
        return ""
    return f"Journal entry {mast.journal_seq}, head {mast.journal_head[:12]}"


def _copy(mast: Mast) -> str:
    if not mast.copy:
        return f"For {mast.recipient}" if mast.recipient else ""
    return f"Copy {mast.copy}" + (f" for {mast.recipient}" if mast.recipient else "")


def _marking(mast: Mast) -> str:
    """The mark of confidentiality, on top of every page."""
    if not mast.marking:
        return ""
    return paragraph("Header", runs(mast.marking, "<w:b/><w:bCs/>"), '<w:jc w:val="center"/>')


def core_properties(title: str, mast: Mast, status: str) -> str:
    """docProps/core.xml: no person and no time, so that equal exports are equal files."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(mast.symbol)}</dc:subject>"
        f"<dc:creator>Travaux</dc:creator><dc:description>{escape(status)}</dc:description>"
        "<dc:language>en-GB</dc:language></cp:coreProperties>"
    )


def app_properties() -> str:
    """docProps/app.xml."""
    return (
        f'<Properties xmlns="{_PROPERTIES}extended-properties">'
        "<Application>Travaux</Application></Properties>"
    )


def custom_properties(
    mast: Mast, profile: str, scheme: str, more: Mapping[str, str] | None = None
) -> str:
    """docProps/custom.xml: by these a returned file finds the text that it was made from."""
    named = {
        "TravauxDraft": mast.draft,
        "TravauxEdition": mast.edition,
        "TravauxProfile": profile,
        "TravauxSymbol": mast.symbol,
        "TravauxRecordStatus": mast.record_status,
        "TravauxNumbering": scheme,
        "TravauxJournalHead": mast.journal_head,
        "TravauxJournalEntry": str(mast.journal_seq),
        **{
            name: value
            for name, value in (
                ("TravauxAgainst", mast.against),
                ("TravauxRound", mast.round),
                ("TravauxCopy", mast.copy),
            )
            if value
        },
        **(more or {}),
    }
    inside = "".join(
        f'<property fmtid="{_FORMAT}" pid="{pid}" name="{key}"><vt:lpwstr>{escape(value)}'
        "</vt:lpwstr></property>"
        for pid, (key, value) in enumerate(named.items(), 2)
    )
    return (
        f'<Properties xmlns="{_PROPERTIES}custom-properties" '
        f'xmlns:vt="{_PROPERTIES}docPropsVTypes">{inside}</Properties>'
    )


def _header(inside: str) -> str:
    return f"<w:hdr {NAMESPACES}>{inside}</w:hdr>"


def _shortened(title: str) -> str:
    """A header has one line."""
    return title if len(title) <= 60 else title[:59].rsplit(" ", 1)[0] + " …"
