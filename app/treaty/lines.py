"""Plain text of any origin -> clean lines: no byte order marks, page numbers, contents or markup.

What is left out is reported, so that nothing goes in silence: page numbers, a table of
contents before the body, front matter and the like of Markdown. Words are never changed.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from app.treaty.document import Kind, Problem
from app.treaty.headings import is_capitals
from app.treaty.markers import heading_mark, is_bare, text_mark
from app.treaty.spacing import spaced

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_PAGE = re.compile(
    r"(?:[-–—]\s?\d{1,4}\s?[-–—]|[Pp]age \d{1,4}(?: (?:of|/) \d{1,4})?|\d{1,4}/\d{1,4}|/\.\.\.)$"
)
_PAGE_FOOT = re.compile(
    r"\s?(?:\d{2}-\d{5}\w?(?: \([A-Z]\))?(?: \d{6})*\s)?/\.\.\.(?:\s[A-Z][a-z]+)?"
    r"\s[Pp]age\s\d{1,4}(?:\s|$)"
)
"""The end of a United Nations page and the head of the next, run into the text."""
_LEADERS = re.compile(r"(?:\s?\.){3,}\s*\d*\s*$|…+\s*\d*\s*$|\s{3,}\d{1,4}$")
_WIKI_HEADING = re.compile(r"(={1,6})\s*([^=].*?)\s*\1$")
_WIKI_SWITCH = re.compile(r"\s*__(?:NO)?(?:TOC|EDITSECTION|FORCETOC)__\s*")
_CONTENTS = re.compile(r"(?:table of )?contents:?$", re.IGNORECASE)
_MARKDOWN = re.compile(r"^#{1,6} \S|^#{2,6}[A-Za-z]|\*\*\S|^\s*[*-] TOC$", re.MULTILINE)
_KRAMDOWN = re.compile(r"\s*\{:[^}]*\}$")
_LINK_TARGET = re.compile(r"\[[^\]^]+\]:\s+\S+.*$")
_LINK = re.compile(r"(?<!\\)\[([^\[\]]+)\](?:\((?:https?:|/|#|\.\.?/)[^)\s]*\))")
_HTML = re.compile(
    r"</?(?:span|em|strong|b|i|u|br|p|div|sup|sub|center|font|meta|hr)\b[^>]*>", re.I
)
_STRONG = re.compile(r"\*\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)")
_EMPHASIS = re.compile(r"(?<!\\)\*(?=\S)|(?<=\S)(?<!\\)\*")
_ESCAPE = re.compile(r"\\(?=[^\w\s])|\\$|\\(?=\s)")
_TERMINATED = re.compile(r"[.;:,][\"”’')\]]*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text: its words, its indent in columns, and whether it opens a run of lines.

    `hashes` is the level of a Markdown heading, 0 for any other line.
    """

    text: str
    indent: int
    opens: bool
    hashes: int = 0


def clean(text: str) -> tuple[tuple[Line, ...], str, tuple[Problem, ...]]:
    """The lines that carry a text's words, the title in its front matter, what was left out."""
    text = _BREAKS.sub("\n", _INVISIBLE.sub("", text))
    problems: list[Problem] = []
    title = ""
    markdown = _MARKDOWN.search(text) is not None or text.startswith("---\n")
    rows = _without_page_feet(text.split("\n"), problems)
    if markdown:
        rows, title = _without_front_matter(rows, problems)
    lines = _without_contents(_without_pages(_lines(rows, markdown, problems), problems), problems)
    return tuple(lines), title, tuple(problems)


def _without_front_matter(rows: list[str], problems: list[Problem]) -> tuple[list[str], str]:
    if not rows or rows[0].strip() != "---":
        return rows, ""
    end = next((at for at, row in enumerate(rows[1:], 1) if row.strip() == "---"), None)
    if end is None:
        return rows, ""
    title = ""
    for row in rows[1:end]:
        key, _, value = row.partition(":")
        if key.strip() == "title":
            title = value.strip().strip("\"'")
    shown = " / ".join(row.strip() for row in rows[1:end])
    problems.append(Problem(None, f"Front matter of {end - 1} lines was left out: {shown}"))
    return rows[end + 1 :], title


def _lines(rows: list[str], markdown: bool, problems: list[Problem]) -> list[Line]:
    lines: list[Line] = []
    opens = True
    put_in = 0
    for row in rows:
        words = row.expandtabs(4)
        indent = len(words) - len(words.lstrip())
        words, hashes = _without_wiki(_SPACES.sub(" ", words).strip())
        if markdown and words and not hashes:
            words, hashes = _unmarked(words, problems)
        words, spaces = spaced(words)
        put_in += spaces
        if words:
            lines.append(Line(words, indent, opens or hashes > 0, hashes))
        opens = not words or hashes > 0
    if put_in:
        message = f"Words stood glued together in {put_in} places: spaces were put in."
        problems.append(Problem(None, message))
    return lines


def _without_wiki(words: str) -> tuple[str, int]:
    """A line without the signs of a wiki page, and its heading level."""
    words = _WIKI_SWITCH.sub(" ", words).strip() if "__" in words else words
    heading = _WIKI_HEADING.fullmatch(words)
    return (heading[2], len(heading[1])) if heading else (words, 0)


def _without_page_feet(rows: list[str], problems: list[Problem]) -> list[str]:
    """The rows without the page ends inside them; one that follows a heading ends the row."""
    kept: list[str] = []
    feet: list[str] = []
    for row in rows:
        if "/..." not in row:
            kept.append(row)
            continue
        feet.extend(match[0].strip() for match in _PAGE_FOOT.finditer(row))
        pieces = _PAGE_FOOT.split(row)
        for before, piece in zip(["", *pieces], pieces, strict=False):
            if before and not is_capitals(before):
                kept[-1] = f"{kept[-1]} {piece}"
            else:
                kept.extend(["", piece] if before else [piece])
    if feet:
        problems.append(Problem(None, f"Page marks were left out: {', '.join(feet)}."))
    return kept


def _unmarked(words: str, problems: list[Problem]) -> tuple[str, int]:
    """A line without its Markdown, and its heading level."""
    if _LINK_TARGET.match(words) or words in ("* TOC", "- TOC") or _KRAMDOWN.fullmatch(words):
        problems.append(Problem(None, f"A line of markup was left out: {words}"))
        return "", 0
    hashes = len(words) - len(words.lstrip("#"))
    after = words[hashes : hashes + 1]
    if 0 < hashes <= 6 and (after in (" ", "") or (hashes > 1 and after.isalpha())):
        words = words[hashes:].strip().rstrip("#").strip()
        if len(words.split()) > 20 and _TERMINATED.search(words):
            hashes = 0  # A wiki numbers the sentences of a list so.
    else:
        hashes = 0
    words = words.removeprefix("> ") if words.startswith("> ") else words
    for pattern in (_HTML, _STRONG, _EMPHASIS, _ESCAPE):
        words = pattern.sub("", words)
    return _LINK.sub(r"\1", words).strip(), hashes


def _without_pages(lines: list[Line], problems: list[Problem]) -> list[Line]:
    """Lines that are nothing but a page number go, when there are at least two and they rise."""
    plain = [at for at, line in enumerate(lines) if line.text.isdecimal() and len(line.text) < 5]
    rising = len(plain) >= 2 and all(
        int(lines[a].text) < int(lines[b].text) for a, b in pairwise(plain)
    )
    gone = set(plain) if rising else set()
    gone |= {at for at, line in enumerate(lines) if _PAGE.match(line.text)}
    if not gone:
        return lines
    shown = ", ".join(lines[at].text for at in sorted(gone))
    problems.append(Problem(None, f"Page numbers were left out: {shown}."))
    return [line for at, line in enumerate(lines) if at not in gone]


def _without_contents(lines: list[Line], problems: list[Problem]) -> list[Line]:
    """A table of contents before the body goes: a run of headings that come again later."""
    span = _contents_span(lines)
    if span is None:
        return lines
    start, end = span
    shown = " / ".join(line.text for line in lines[start:end])
    problems.append(
        Problem(None, f"A table of contents of {end - start} lines was left out: {shown}")
    )
    following = lines[end:]
    if following:
        following[0] = Line(following[0].text, following[0].indent, True, following[0].hashes)
    return lines[:start] + following


def _contents_span(lines: list[Line]) -> tuple[int, int] | None:
    heads = {}
    for at, line in enumerate(lines):
        mark = heading_mark(line.text)
        if mark is not None and mark.number:
            heads[at] = (mark.kind, mark.number)
    articles = [at for at in heads if heads[at][0] is Kind.ARTICLE] or list(heads)
    if not articles:
        return None
    start = end = articles[0]
    last_head = start
    while end < len(lines) and _is_entry(lines[end].text):
        if end in heads:
            if end > start and heads[end] == heads[articles[0]]:
                break
            last_head = end
        end += 1
    inside = [at for at in articles if start <= at <= last_head]
    again = any(heads[at] == heads[start] for at in articles if at > last_head)
    if len(inside) < 3 or not again:
        return None
    end = last_head + 1 + _trailing(lines, heads, start, last_head)
    while start > 0 and start - 1 in heads and _is_entry(lines[start - 1].text):
        start -= 1
    while start > 0 and (
        start - 1 in heads
        or _CONTENTS.match(lines[start - 1].text)
        or _LEADERS.search(lines[start - 1].text)
        or lines[start - 1].text.lower() == "page"
    ):
        start -= 1
    return _back_over_groupings(lines, heads, start), end


def _back_over_groupings(lines: list[Line], heads: dict[int, tuple[Kind, str]], start: int) -> int:
    """The beginning of a contents whose groupings bear their titles on lines of their own."""
    word = next(
        (at for at in range(start - 1, max(start - 12, -1), -1) if _CONTENTS.match(lines[at].text)),
        None,
    )
    if word is not None:
        return word
    if start >= 2 and start - 2 in heads and _is_entry(lines[start - 1].text):
        return start - 2
    return start


def _trailing(lines: list[Line], heads: dict[int, tuple[Kind, str]], start: int, last: int) -> int:
    """1 when the entries bear their titles on the next line, so that the last one does too."""
    alone = [at for at in heads if start <= at < last and is_bare(lines[at].text)]
    return int(len(alone) * 2 > sum(start <= at < last for at in heads) and last + 1 < len(lines))


def _is_entry(words: str) -> bool:
    """Whether a line could stand in a table of contents: short, and no sentence."""
    bare = _LEADERS.sub("", words)
    return (
        len(bare) <= 220
        and (bare != words or not _TERMINATED.search(bare))
        and (text_mark(words) is None or bare != words)
    )
