"""Tracked changes in a compact notation, and what a reading says of them, for tests."""

from app.exchange.word.read import Reading, read
from app.exchange.word.story import View
from tests.support.made_files import docx, para, run


def who(author: str, date: str = "2026-03-01T10:00:00Z") -> str:
    """The attributes of a change."""
    return f'w:id="1" w:author="{author}" w:date="{date}"'


def ins(content: str, author: str = "A", date: str = "2026-03-01T10:00:00Z") -> str:
    """Inserted runs; plain words become one."""
    return f"<w:ins {who(author, date)}>{_runs(content)}</w:ins>"


def gone(words: str, author: str = "A", date: str = "2026-03-01T10:00:00Z") -> str:
    """Deleted words."""
    deleted = f'<w:r><w:delText xml:space="preserve">{words}</w:delText></w:r>'
    return f"<w:del {who(author, date)}>{deleted}</w:del>"


def moved(kind: str, words: str, name: str = "move1") -> str:
    """Words that left ("moveFrom") or came ("moveTo"), in their named range."""
    return (
        f'<w:{kind}RangeStart w:id="7" w:name="{name}" w:author="A"/>'
        f"<w:{kind} {who('A')}>{run(words)}</w:{kind}>"
        f'<w:{kind}RangeEnd w:id="7"/>'
    )


def mark(*kinds: str, author: str = "A") -> str:
    """The changes of a paragraph mark, for `para(mark=...)`."""
    return "".join(f"<w:{kind} {who(author)}/>" for kind in kinds)


def raw(*content: str, style: str = "", mark: str = "", num: tuple[str, int] | None = None) -> str:
    """A paragraph of markup."""
    return para("".join(content), raw=True, style=style, mark=mark, num=num)


def on(view: str, body: list[str], parts: dict[str, str] | None = None) -> Reading:
    """A made file on a view."""
    return read(docx(body, parts), View(view))


def texts(view: str, body: list[str], parts: dict[str, str] | None = None) -> list[str]:
    """The words of a made file on a view."""
    return [each.text for each in on(view, body, parts).paragraphs]


def both(body: list[str], parts: dict[str, str] | None = None) -> tuple[list[str], list[str]]:
    """The words with everything rejected, and with everything accepted."""
    return texts("original", body, parts), texts("accepted", body, parts)


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    """A row of cells; `properties` is inside its w:trPr."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(*content: str, properties: str = "") -> str:
    """A cell of paragraphs; plain words become one."""
    inside = "".join(each if each.startswith("<") else para(each) for each in content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def field(code: str, shown: str) -> str:
    """A complex field."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _runs(content: str) -> str:
    return content if content.startswith("<") else run(content)
