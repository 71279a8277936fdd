"""A source from somebody's file -> its passages, each with the locator that it is cited by.

A passage is a paragraph. Its locator is the number that the source itself
prints, where it numbers its paragraphs (`[70]`); the page and the paragraph on
it in a PDF (`p 12 ¶3`); and otherwise the section and the paragraph in it
(`S2a.P3`: the third paragraph under the first sub-heading of section 2).

Word, HTML and Markdown say what their headings are. Plain text does not: there
a heading is a line of at most nine words that does not end as a sentence does,
and a section has sub-sections when it says so itself, in a last paragraph such
as "This section discusses the law, the practice, and the prospects": as many
of the headings that follow belong to it as it announces topics.

Note markers are taken out of the words and kept beside them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from app.exchange.package import Element
from app.exchange.package import Unreadable as Unreadable
from app.exchange.reading import decode, kind_of
from app.exchange.wordtext import WordText, read_word

if TYPE_CHECKING:
    # What reads a kind of file is fetched when the first such file comes: a server that sits at a
    # table has five megabytes more room without.
    from markdown_it.token import Token

    from app.exchange.pdftext import PdfBlock

MOST_HEADING_WORDS = 9
_FEW_PARAGRAPHS = 3

_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(_SUPERSCRIPT, "0123456789")
# A marker that names itself may stand anywhere but after a space: "see Footnote 3" is a sentence.
_NAMED_NOTE = re.compile(r"(?<=\S)(?:Footnote|Endnote)[ \u00a0]?(\d{1,4})(?!\w)")
_RAISED_NOTE = re.compile(rf"(?<=[\w.,;:!?”’\"')\]])([{_SUPERSCRIPT}]{{1,3}})(?![\w])")
_CUBED = re.compile(r"(?:\d|\b[kcdm]?m)$")
_BRACKET_NOTE = re.compile(r"(?<=\S)[ \u00a0]?\[(\d{1,3})\]")
_GLUED_NOTE = re.compile(r"(?<=[.,;:!?”’\"')\]])(\d{1,3})(?=\s|$)")
_MARKDOWN_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_NUMBERED = re.compile(r"(?:\[(\d{1,4})\]|(\d{1,4})\.)[ \t\u00a0]+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?:;,…][\"”’')\]]*$")
_HEADING_NUMBER = re.compile(
    r"(?:(\d{1,2}(?:\.\d{1,2})*)\.?|[IVX]{1,5}\.|[A-Z]\.|\([a-z]\))\s+(?=\S)"
)
_LIST_MARK = re.compile(r"[-–—•*·]|\(?[a-z0-9ivx]{1,4}[.)]\s|[\"“‘'(\[]")
_ROAD_MAP = re.compile(
    r"\b(?:[Tt]he following|[Tt]his|[Tt]he present|[Tt]he next)\s+(?:section|chapter|part)\s+"
    r"(?:first\s+|briefly\s+|also\s+)*(?:discuss|examin|consider|describ|assess|address|look|explor"
    r"|analy[sz]|outlin|set|review|turn|present|begin|start|deal|cover|survey|treat|ask|identif"
    r"|has|is divided|falls)\w*\s+(?P<topics>.*)",
    re.DOTALL,
)
_NEXT_STEP = re.compile(
    r"^(?:It|We|I|This section|The section)\s+(?:then|next|also|finally|lastly|further)\b"
    r"|^(?:Then|Next|Finally|Lastly|Second|Third|Fourth),?\s"
)
_PARTS = re.compile(r"\b(two|three|four|five|six|[2-6])\s+(?:parts|sub-?sections|steps|issues)\b")
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ASIDE = re.compile(
    r",\s+(?:including|such as|with|as well as|in particular|especially)\b.*", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class SourceHeading:
    """A heading: its key (`S2a`), its words, and its level from 1."""

    key: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A paragraph: its locator, the heading above it, its words and the keys of its notes."""

    locator: str
    heading: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source taken apart. `note_texts` are (key, words) where the file has the notes' words."""

    title: str
    headings: tuple[SourceHeading, ...]
    passages: tuple[SourcePassage, ...]
    losses: tuple[str, ...] = ()
    note_texts: tuple[tuple[str, str], ...] = ()

    @property
    def note_count(self) -> int:
        """How many notes are called in the passages."""
        return sum(len(passage.notes) for passage in self.passages)


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of a file: a heading with its level (0 unknown), or a paragraph with level None."""

    text: str
    level: int | None = None
    notes: tuple[str, ...] = ()
    locator: str = ""


@dataclass(slots=True)
class _Raw:
    """What a file of one kind gives, before headings are ranked and passages are located.

    `titled`: the file says itself that `title` is the title, so that no heading can be it.
    """

    blocks: list[_Block]
    title: str = ""
    titled: bool = False
    losses: list[str] = field(default_factory=list)
    note_texts: list[tuple[str, str]] = field(default_factory=list)


def read_source(
    name: str, content: bytes, word: Callable[[bytes], WordText] = read_word
) -> SourceText:
    """The passages of a .txt, .md, .html, .docx or .pdf file, told apart by its content.

    Unreadable with a sentence when there is no text to be had from it. Without a title of its own
    a source is called by its file's name. `word` reads a Word file: one from a stranger is read by
    `wordapart.read_word_apart`.
    """
    kind = kind_of(name, content)
    raw = _from_word(word(content)) if kind == "docx" else _READERS[kind](content)
    if not any(block.text.strip() for block in raw.blocks):
        raise Unreadable("The file holds no words.")
    title, blocks = _without_title(raw)
    blocks = _without_notes(blocks)
    if any(block.level == 0 for block in blocks):
        blocks, inferred = _ranked(blocks)
        if inferred:
            raw.losses.append(
                "The file does not mark which headings are sub-headings; this was inferred from "
                "what its sections announce."
            )
    headings, passages = _located(blocks)
    title = title or PurePath(name).stem
    return SourceText(title, headings, passages, tuple(raw.losses), tuple(raw.note_texts))


# Files of each kind.


def _from_text(content: bytes) -> _Raw:
    paragraphs = _paragraphs(decode(content))
    blocks = [
        _Block(text, 0) if _looks_like_heading(paragraphs, at) else _Block(text)
        for at, text in enumerate(paragraphs)
    ]
    return _Raw(blocks)


def _paragraphs(text: str) -> list[str]:
    """The paragraphs: blocks between blank lines, or the lines where there are none."""
    lines = [line.strip() for line in text.split("\n")]
    if "" not in lines[:-1] or not any(lines):
        return [" ".join(line.split()) for line in lines if line]
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    # Lines much longer than a page is wide are paragraphs already, also where some blanks stand.
    wrapped = max(map(len, lines)) <= 120
    return [
        " ".join(paragraph.split())
        for block in blocks
        for paragraph in ([" ".join(block)] if wrapped else block)
        if paragraph
    ]


def _looks_like_heading(paragraphs: Sequence[str], at: int) -> bool:
    text = paragraphs[at]
    if at == len(paragraphs) - 1 or len(text) > 120:
        return False
    words = _HEADING_NUMBER.sub("", text, count=1)
    # A sentence that ends in a note marker is a sentence still.
    for marker in (_NAMED_NOTE, _RAISED_NOTE, _GLUED_NOTE):
        words = marker.sub("", words)
    return (
        0 < len(words.split()) <= MOST_HEADING_WORDS
        and not _SENTENCE_END.search(words)
        and not _LIST_MARK.match(words)
        and not words[0].islower()
        and any(letter.isalpha() for letter in words)
    )


def _from_markdown(content: bytes) -> _Raw:
    raw = _Raw([])
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    tokens = MarkdownIt("commonmark").enable("table").parse(_front_matter_out(decode(content), raw))
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            raw.blocks.append(_Block(_inline(tokens[at + 1]), int(token.tag[1:])))
        elif token.type == "inline" and tokens[at - 1].type != "heading_open":
            text = _inline(token)
            note = re.match(r"\[\^([^\]\s]+)\]:\s*(.*)", text, re.DOTALL)
            if note:
                raw.note_texts.append((note[1], note[2]))
            elif text:
                raw.blocks.append(_Block(text))
        elif token.type in ("fence", "code_block") and token.content.strip():
            raw.blocks.append(_Block(" ".join(token.content.split())))
        elif token.type == "html_block":
            raw.losses.append(f"Left out, markup: “{token.content.strip()}”.")
    return raw


def _front_matter_out(text: str, raw: _Raw) -> str:
    front = re.match(r"---\n((?:.*\n)*?)---\n", text)
    if front is None:
        return text
    title = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", front[1], re.MULTILINE)
    raw.title, raw.titled = (title[1], True) if title else ("", False)
    raw.losses.append(f"Left out, the file's own fields: “{front[1].strip()}”.")
    return text[front.end() :]


def _inline(token: "Token") -> str:
    pieces = []
    for each in token.children or ():
        if each.type in ("text", "code_inline"):
            pieces.append(each.content)
        elif each.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif each.type == "image":
            pieces.append(each.content)
    return " ".join("".join(pieces).split())


_BLOCKS = frozenset(
    {"p", "li", "blockquote", "dd", "dt", "td", "th", "pre", "figcaption", "div", "section"}
    | {"article", "main", "body", "ul", "ol", "table", "tr", "tbody", "thead", "dl", "figure"}
    | {"header", "center", "caption", "address", "tfoot", "details", "summary"}
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg", "head", "iframe", "object"})
_MARGINS = frozenset({"nav", "footer", "aside", "form", "button", "select"})


def _from_html(content: bytes) -> _Raw:
    from lxml import html  # noqa: PLC0415 - see above

    raw = _Raw([])
    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    root = html.document_fromstring(_html_text(content).encode("utf-8"), parser=parser)
    if any("depth" in each.message.lower() for each in parser.error_log):
        raise Unreadable("The page is nested too deeply to be read.")
    title = root.find(".//title")
    raw.title = " ".join((title.text or "").split()) if title is not None else ""
    _HtmlWalk(raw).block(root)
    return raw


def _html_text(content: bytes) -> str:
    declared = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]+)", content[:4096], re.IGNORECASE)
    if declared and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass  # The declaration is wrong; the bytes themselves are asked.
    return decode(content)


class _HtmlWalk:
    """The text of a page, block by block, in the order it is read."""

    def __init__(self, raw: _Raw) -> None:
        self._raw = raw
        self._pieces: list[str] = []

    def block(self, element: Element) -> None:
        """Everything in an element that stands on its own."""
        self._flush()
        self._add(element.text)
        for each in element:
            self._child(each)
            self._add(each.tail)
        self._flush()

    def _child(self, element: Element) -> None:
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _SILENT or not name:
            return
        if name in _MARGINS:
            words = " ".join("".join(str(each) for each in element.itertext()).split())
            if words:
                self._raw.losses.append(f"Left out, beside the text: “{words}”.")
        elif re.fullmatch(r"h[1-6]", name):
            self._flush()
            self._inside(element)
            self._flush(int(name[1]))
        elif name in _BLOCKS:
            self.block(element)
        elif name == "br":
            self._add(" ")
        elif name == "sup":
            self._raised(element)
        elif name == "img":
            self._raw.losses.append(f"Left out, a picture: “{element.get('alt') or ''}”.")
        else:
            self._inside(element)

    def _inside(self, element: Element) -> None:
        self._add(element.text)
        for each in element:
            self._child(each)
            self._add(each.tail)

    def _raised(self, element: Element) -> None:
        words = "".join(str(each) for each in element.itertext()).strip()
        number = words.strip("[]()")
        # Spelled out, so that it is a note also where the number alone would not be one.
        self._add(f"Footnote {number}" if number.isdigit() and self._pieces else words)

    def _add(self, words: str | None) -> None:
        if words:
            self._pieces.append(words)

    def _flush(self, level: int | None = None) -> None:
        text = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if text:
            self._raw.blocks.append(_Block(text, level))


def _from_word(word: WordText) -> _Raw:
    titles = [each.text for each in word.paragraphs if each.level == 0]
    raw = _Raw([], " ".join(titles[:1]), bool(titles), list(word.losses))
    raw.note_texts = [(note.key, note.text) for note in word.notes]
    styled = any(each.level for each in word.paragraphs)
    texts = [" ".join(each.labelled.split()) for each in word.paragraphs]
    for at, each in enumerate(word.paragraphs):
        if each.level == 0 and each.text in titles[:1]:
            titles.clear()
            continue
        level = each.level
        if not styled and not each.notes and not each.label and _looks_like_heading(texts, at):
            level = 0
        raw.blocks.append(_Block(texts[at], level, each.notes))
    return raw


def _from_pdf(content: bytes) -> _Raw:
    from app.exchange.pdftext import read_pdf  # noqa: PLC0415 - see above

    found = read_pdf(content)
    return _Raw([_pdf_block(each) for each in found.blocks], found.title, losses=list(found.losses))


def _pdf_block(block: "PdfBlock") -> _Block:
    if block.heading:
        return _Block(block.text, 0)
    return _Block(block.text, None, (), f"p {block.page} ¶{block.on_page}")


_READERS = {
    "txt": _from_text,
    "md": _from_markdown,
    "html": _from_html,
    "pdf": _from_pdf,
}


# What is common to all of them.


def _without_title(raw: _Raw) -> tuple[str, list[_Block]]:
    """The title and the rest: a first heading directly above another, or above all others."""
    blocks = [block for block in raw.blocks if block.text.strip()]
    first = blocks[0]
    if first.level is None or raw.titled:
        return raw.title, blocks
    above_all = first.level > 0 and all(
        block.level is None or block.level > first.level for block in blocks[1:]
    )
    directly = first.level == 0 and len(blocks) > 1 and blocks[1].level == 0
    others = any(block.level is not None for block in blocks[1:])
    if others and (directly or above_all):
        return first.text, blocks[1:]
    return raw.title, blocks


def _without_notes(blocks: list[_Block]) -> list[_Block]:
    """The blocks with their note markers taken out of the words and kept beside them."""
    if any(block.notes for block in blocks):
        return blocks  # A Word file with real notes needs no guessing.
    patterns = [_NAMED_NOTE, _RAISED_NOTE, _MARKDOWN_NOTE]
    # Bare numbers are markers only if they count on through the whole text, as notes do.
    patterns += [each for each in (_BRACKET_NOTE, _GLUED_NOTE) if _counts_on(blocks, each)]
    return [_unmarked(block, patterns) for block in blocks]


def _counts_on(blocks: Iterable[_Block], pattern: re.Pattern[str]) -> bool:
    highest = 0
    for block in blocks:
        for match in pattern.finditer(block.text):
            number = int(match[1])
            if not 0 < number <= highest + 1:
                return False
            highest = max(highest, number)
    return highest >= 3


def _unmarked(block: _Block, patterns: Sequence[re.Pattern[str]]) -> _Block:
    found: list[tuple[int, int, str]] = []
    for pattern in patterns:
        for match in pattern.finditer(block.text):
            if pattern is _RAISED_NOTE and _CUBED.search(block.text, 0, match.start()):
                continue
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), match[1].translate(_DIGITS)))
    pieces = []
    at = 0
    for start, end, _ in sorted(found):
        pieces.append(block.text[at:start])
        at = end
    text = "".join([*pieces, block.text[at:]])
    notes = tuple(key for _, _, key in sorted(found))
    return replace(block, text=" ".join(text.split()), notes=(*block.notes, *notes))


def _ranked(blocks: list[_Block]) -> tuple[list[_Block], bool]:
    """Unmarked headings given levels; and whether any became a sub-heading without a number."""
    done: list[_Block] = []
    expected = 0
    inferred = False
    for at, block in enumerate(blocks):
        if block.level != 0:
            done.append(block)
            continue
        number = _HEADING_NUMBER.match(block.text)
        if number is not None and number[1]:
            level = number[1].count(".") + 1
            expected = 0
        else:
            level = 2 if expected else 1
            inferred = inferred or level == 2
            expected -= level == 2
        if level == 1:
            expected = _announced(_section(blocks, at))
        done.append(replace(block, level=level))
    return done, inferred


def _section(blocks: Sequence[_Block], heading: int) -> list[str]:
    """The paragraphs between a heading and the next one."""
    texts = []
    for block in blocks[heading + 1 :]:
        if block.level is not None:
            break
        texts.append(block.text)
    return texts


def _announced(paragraphs: Sequence[str]) -> int:
    """How many sub-sections a section announces in its last paragraph; 0 when it announces none."""
    if not 0 < len(paragraphs) <= _FEW_PARAGRAPHS:
        return 0
    road_map = _ROAD_MAP.search(paragraphs[-1])
    if road_map is None:
        return 0
    said = _PARTS.search(paragraphs[-1])
    if said is not None:
        return _COUNTS.get(said[1]) or int(said[1])
    first, *rest = re.split(r"(?<=[.;])\s+", road_map["topics"].strip())
    steps = [sentence for sentence in rest if _NEXT_STEP.match(sentence)]
    topics = sum(_topics(sentence) for sentence in (first, *steps))
    return topics if topics > 1 else 0


def _topics(sentence: str) -> int:
    """How many things a sentence lists: `the law, the practice, and the prospects` are three."""
    listed = re.split(r",\s+and\s+", _ASIDE.sub("", sentence).rstrip("."))
    if len(listed) == 1:
        return 1
    return len(re.split(r",\s+", listed[0])) + len(listed) - 1


def _located(
    blocks: Sequence[_Block],
) -> tuple[tuple[SourceHeading, ...], tuple[SourcePassage, ...]]:
    headings: list[SourceHeading] = []
    passages: list[SourcePassage] = []
    numbers = _own_numbers(blocks)
    levels = sorted({block.level for block in blocks if block.level is not None})
    keys = _Keys()
    key, heading = "S0" if levels else "", ""
    place = after = 0
    last = ""
    called: tuple[str, ...] = ()  # notes called in headings belong to the passage below
    for at, block in enumerate(blocks):
        if block.level is not None:
            key, heading = keys.next(levels.index(block.level) + 1), block.text
            headings.append(SourceHeading(key, heading, levels.index(block.level) + 1))
            called += block.notes
            place = 0
            continue
        place += 1
        text, locator = block.text, block.locator
        if at in numbers:
            last, after = f"[{numbers[at]}]", 1
            text, locator = _NUMBERED.sub("", text, count=1), last
        elif last and not locator:
            after += 1
            locator = f"{last} ¶{after}"
        locator = locator or (f"{key}.P{place}" if key else f"P{place}")
        passages.append(SourcePassage(locator, heading, text, called + block.notes))
        called = ()
    return tuple(headings), tuple(passages)


def _own_numbers(blocks: Sequence[_Block]) -> dict[int, int]:
    """The source's own paragraph numbers by block, where it numbers its paragraphs throughout.

    Lists inside of a text begin again and again; paragraph numbers only rise, and are on
    at least half of the paragraphs.
    """
    found = {
        at: int(match[1] or match[2])
        for at, block in enumerate(blocks)
        if block.level is None and (match := _NUMBERED.match(block.text))
    }
    values = list(found.values())
    paragraphs = sum(block.level is None for block in blocks)
    rising = all(a < b <= a + 5 for a, b in pairwise(values))
    return found if rising and len(values) >= 3 and 2 * len(values) >= paragraphs else {}


class _Keys:
    """The keys of headings in order: S1, S2, S2a, S2b, S2b1, S3."""

    def __init__(self) -> None:
        self._counts: list[int] = []

    def next(self, level: int) -> str:
        """The key of the next heading of this level, from 1."""
        self._counts = self._counts[:level]
        while len(self._counts) < level:
            self._counts.append(0)
        self._counts[level - 1] += 1
        return "S" + "".join(self._sign(at, count) for at, count in enumerate(self._counts))

    def _sign(self, at: int, count: int) -> str:
        if at % 2 == 0:
            return str(count)
        letter = chr(ord("a") + (count - 1) % 26) if count else "0"
        return letter * ((count - 1) // 26 + 1)
