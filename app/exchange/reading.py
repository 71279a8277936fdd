"""A treaty text from somebody's own file: .txt, .md or .docx bytes -> Document, with what was lost.

What a file is, is told by its first bytes and not by its name. A Word file is
read with the numbers that Word computes in front of its paragraphs, tracked
changes accepted, and handed to the same parser as plain text. Nothing is left
out in silence: `losses` names what did not become a clause.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.exchange.package import Unreadable as Unreadable
from app.exchange.wordtext import WordParagraph, WordText, read_word
from app.treaty.document import Document
from app.treaty.parse import parse

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_FRONT_MATTER = re.compile(r"\A---\n(?P<fields>(?:.*\n)*?)---\n")
_TITLE_FIELD = re.compile(r"^title:\s*(\S.*?)\s*$", re.MULTILINE)
_MARKDOWN_LINES = ((re.compile(r"^\s{0,3}>\s?"), ""),)
"""Signs at the start of a line; those of headings are left to the parser, which reads them."""
# Spans are bounded, so that a line of ten thousand stars costs no more than another.
_MARKDOWN_WORDS = (
    (re.compile(r"(?<!\\)\*\*\*?(?=[^\s*])([^*]{1,2000}?)(?<=\S)\*\*\*?"), r"\1"),
    (re.compile(r"(?<![\\\w*])\*(?=[^\s*])([^*]{1,2000}?)(?<=[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\\\w])__?(?=[^\s_])([^_]{1,2000}?)(?<=\S)__?(?!\w)"), r"\1"),
    (re.compile(r"!\[([^\[\]]{0,300})\]\([^)\s]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\[\]]{1,300})\]\((?:https?:|mailto:|#|/)[^)\s]{0,2000}\)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|])"), r"\1"),
)
_FOOTNOTE_TEXT = re.compile(r"^\[\^([^\]]+)\]:\s*(.*)$")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]]{1,80}\]")
_LINK_TARGET = re.compile(r"^\[[^\]]+\]:\s+\S+\s*$")
_ATTRIBUTES = re.compile(r"^\s*\{:.*\}\s*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a file, and a sentence for everything that was left out."""

    document: Document
    losses: tuple[str, ...] = ()


def read_document(
    name: str, content: bytes, word: Callable[[bytes], WordText] = read_word
) -> Reading:
    """The treaty in a file; Unreadable with a sentence when there is no text to be had from it.

    `word` reads a Word file: one from a stranger is read by `wordapart.read_word_apart`.
    """
    kind = kind_of(name, content)
    if kind == "docx":
        return _from_word(word(content))
    if kind in ("txt", "md"):
        text = decode(content)
        return _from_markdown(text) if kind == "md" else _with_text(text, ())
    raise Unreadable(f"A treaty is read from a .docx, .txt or .md file; this looks like .{kind}.")


def kind_of(name: str, content: bytes) -> str:
    """What a file is: "docx" (any zip), "pdf", "html", "md" or "txt"; Unreadable for all else."""
    if not content.strip():
        raise Unreadable("The file is empty.")
    head = content[:1024]
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    if b"%PDF-" in head:
        return "pdf"
    for signature, sentence in _REFUSED:
        if head.startswith(signature):
            raise Unreadable(sentence)
    text = decode(content)
    if re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body)\b", text, re.IGNORECASE):
        return "html"
    if name.lower().endswith((".html", ".htm", ".xhtml")) and re.search(r"</\w+>", text):
        return "html"
    return "md" if name.lower().endswith((".md", ".markdown")) else "txt"


_REFUSED = (
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Word file (.doc) or one locked with a password. Save it as an open .docx.",
    ),
    (b"{\\rtf", "This is a rich text file (.rtf). Save it as .docx and try again."),
    (b"PK\x05\x06", "The file is an empty archive."),
    (b"\x89PNG", "This is a picture, not a text."),
    (b"\xff\xd8\xff", "This is a picture, not a text."),
    (b"GIF8", "This is a picture, not a text."),
)


_LONGEST_MAST = 12
"""A title further down than this many paragraphs is not what the file opens with."""


def decode(content: bytes) -> str:
    """The text of a plain file: UTF-8, UTF-16 with its mark, or else Windows-1252.

    Line ends become newlines. Unreadable when the bytes are no text.
    """
    text = _decoded(content)
    if _CONTROL.search(text):
        raise Unreadable("The file is not a text: it holds bytes that no text has.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; a text that has them is damaged, not refused.
        return content.decode("cp1252", errors="replace")


def _with_text(text: str, losses: tuple[str, ...]) -> Reading:
    document = parse(text)
    if not document.clauses and not document.title:
        raise Unreadable("The file holds no words.")
    return Reading(document, losses)


def _from_word(word: WordText) -> Reading:
    mast, paragraphs = _mast_apart(word.paragraphs)
    text = "\n\n".join(each.labelled for each in paragraphs)
    if not text.strip():
        raise Unreadable("The document holds no words.")
    notes = tuple(
        f"Left out, note {note.key} after “{note.after}”: “{note.text}”." for note in word.notes
    )
    return _with_text(text, mast + word.losses + notes)


def _mast_apart(
    paragraphs: tuple[WordParagraph, ...],
) -> tuple[tuple[str, ...], tuple[WordParagraph, ...]]:
    """What stands before the one title (symbol, date, distribution) as losses, and the rest."""
    titles = [at for at, each in enumerate(paragraphs) if each.level == 0]
    if len(titles) != 1 or titles[0] > _LONGEST_MAST:
        return (), paragraphs
    above = paragraphs[: titles[0]]
    losses = tuple(f"Left out, above the title: “{each.labelled}”." for each in above)
    return losses, paragraphs[titles[0] :]


def _from_markdown(text: str) -> Reading:
    losses: list[str] = []
    front = _FRONT_MATTER.match(text)
    title = ""
    if front:
        named = _TITLE_FIELD.search(front["fields"])
        title = named[1].strip("\"'") if named else ""
        losses.append(f"Left out, the file's own fields: “{front['fields'].strip()}”.")
        text = text[front.end() :]
    lines = []
    for line in text.split("\n"):
        note = _FOOTNOTE_TEXT.match(line)
        if note:
            losses.append(f"Left out, note {note[1]}: “{note[2]}”.")
        elif _LINK_TARGET.match(line) or _ATTRIBUTES.match(line):
            losses.append(f"Left out, a mark of the file's form: “{line.strip()}”.")
        else:
            lines.append(_plain(line))
    reading = _with_text("\n".join(lines), tuple(losses))
    if title and not reading.document.title:
        return replace(reading, document=replace(reading.document, title=title))
    return reading


def _plain(line: str) -> str:
    """A line without Markdown's marks; brackets and list numbers are the treaty's own."""
    line = _FOOTNOTE_MARK.sub("", line)
    for pattern, replacement in (*_MARKDOWN_LINES, *_MARKDOWN_WORDS):
        line = pattern.sub(replacement, line)
    return line
