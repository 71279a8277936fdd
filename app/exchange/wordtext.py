"""The words of a Word file as a reader sees them with every tracked change accepted.

A walk of our own over the package: paragraphs in reading order, each with the
number that Word computes for it; words in content controls, links, tables and
text boxes are there too. What is not taken over is told, with its words, in
`losses`: deletions, comments, headers, pictures, hidden text. Nothing that
somebody wrote disappears without being named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.exchange.package import Element, Package, Unreadable, attribute, child, local, value
from app.exchange.wordnumbers import Numbers

# Elements that only wrap others; their content is read as if they were not there.
_WRAPPERS = frozenset(
    {"hyperlink", "smartTag", "fldSimple", "customXml", "ins", "moveTo", "dir", "bdo", "sdt"}
    | {"sdtContent", "ruby", "rubyBase"}
)
_GONE = frozenset(["del", "moveFrom"])
_PICTURES = frozenset(["drawing", "pict", "object"])
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_HEADING = re.compile(r"heading ([1-9])")


# What our own Word files print around a treaty: its mast, its status, its commentary and tables.
_BESIDE = frozenset(
    {
        *("mast top", "mast right", "treaty edition", "record status"),
        *("commentary heading", "commentary paragraph"),
        *("table heading", "table group", "table text"),
    }
)


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """A paragraph: its computed label ("(a)"), its words (a line break is a newline).

    `level` is 0 for a title, 1 to 9 for headings, None for text. `notes` are the keys of the
    notes that are called in it.
    """

    text: str
    label: str = ""
    level: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_printed(self) -> bool:
        """Whether it shows anything that counts: words, notes, or a label such as "Article 5"."""
        return bool(self.text.strip() or self.notes or re.search(r"[^\W\d_]{4}", self.label))

    @property
    def labelled(self) -> str:
        """The words with the label before them, as they are printed."""
        return f"{self.label} {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True)
class WordNote:
    """A footnote or endnote: its key, its words, and the words it is called after."""

    key: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class WordText:
    """The paragraphs of a file, its notes in the order they are called, and what was left out."""

    paragraphs: tuple[WordParagraph, ...]
    notes: tuple[WordNote, ...] = ()
    losses: tuple[str, ...] = ()


def read_word(content: bytes) -> WordText:
    """The text of a .docx file; Unreadable with a sentence when it is none."""
    package = Package(content)
    if "mimetype" in package and "content.xml" in package:
        raise Unreadable("This is an OpenDocument file. Save it as .docx and try again.")
    if not any(name.startswith("word/") for name in package.names):
        if any(name.startswith(("xl/", "ppt/")) for name in package.names):
            raise Unreadable("This is a spreadsheet or a presentation, not a text document.")
        raise Unreadable("This zip file is not a Word document.")
    return _Reader(package).read()


@dataclass(slots=True)
class _Buffer:
    """A paragraph under construction."""

    pieces: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._parts: dict[str, list[str]] = {}
        main = package.main_part
        for kind, name in package.related(main):
            self._parts.setdefault(kind, []).append(name)
        self._body = child(package.xml(main), "body")
        self._styles = _Styles(self._part("styles"))
        self._numbers = Numbers(self._part("numbering"), self._part("styles"))
        self._notes: list[WordNote] = []
        self._note_texts = {
            kind: _note_texts(self._part(f"{kind}s")) for kind in ("footnote", "endnote")
        }
        self._paragraphs: list[WordParagraph] = []
        self._carried = _Buffer()
        self._deleted: list[tuple[str, str]] = []
        self._remarks: list[str] = []
        self._seen = dict.fromkeys(("inserted", "moved", "pictures", "contents", "equations"), 0)
        self._hidden: list[str] = []

    def read(self) -> WordText:
        if self._body is None:
            raise Unreadable("The file is damaged: it has no text body.")
        self._blocks(self._body)
        if self._carried.text.strip() or self._carried.notes:
            self._finish(self._carried, None)
        return WordText(
            tuple(each for each in self._paragraphs if each.is_printed),
            tuple(self._notes),
            tuple(self._losses()),
        )

    def _part(self, kind: str) -> Element | None:
        """The root of a related part; None when there is none or it is missing from the file."""
        for name in self._parts.get(kind, ()):
            if name in self._package:
                return self._package.xml(name)
        return None

    # Blocks: paragraphs, tables, and what wraps them.

    def _blocks(self, parent: Element) -> None:
        for element in parent:
            name = local(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name == "sdt" and _is_contents(element):
                self._seen["contents"] += sum(1 for _ in _descendants(element, "p"))
            elif name in _WRAPPERS:
                self._blocks(element)
            elif name == "AlternateContent":
                self._blocks(_chosen(element))
            elif name == "altChunk":
                self._remarks.append("Left out: a document that is embedded in this one.")
            elif name in _GONE:
                self._deletion(element)

    def _paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        buffer = self._carried
        self._carried = _Buffer()
        self._runs(element, buffer)
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            # The paragraph mark is deleted: the words go on in the next paragraph.
            self._carried = buffer
            return
        if self._styles.is_contents(properties):
            self._seen["contents"] += 1
            return
        if self._styles.is_beside(properties):
            words = buffer.text.replace("\t", " ").strip()
            if words:
                self._remarks.append(f"Left out, printed around the text: “{words}”.")
            return
        self._finish(buffer, properties)

    def _finish(self, buffer: _Buffer, properties: Element | None) -> None:
        text = buffer.text.replace("\t", " ").strip(" ")
        boxes = buffer.boxes
        label = self._numbers.label(properties)
        level = self._styles.level(properties)
        self._paragraphs.append(WordParagraph(text, label, level, tuple(buffer.notes)))
        for box in boxes:
            begin = len(self._paragraphs)
            self._blocks(box)
            words = " ".join(each.text for each in self._paragraphs[begin:])
            if words.strip():
                self._remarks.append(
                    f"A text box was read after the paragraph that it stands by: “{words}”."
                )

    def _table(self, table: Element) -> None:
        rows = 0
        for row in _through_wrappers(table, "tr"):
            rows += 1
            marks = child(row, "trPr")
            if child(marks, "del") is not None:
                self._deletion(row)
                continue
            self._row(row)
        if rows:
            self._remarks.append(f"A table was read row by row ({rows} rows).")

    def _row(self, row: Element) -> None:
        """The cells one after the other; on one line when each holds a single paragraph."""
        cells: list[list[WordParagraph]] = []
        for cell in _through_wrappers(row, "tc"):
            if child(cell, "tcPr", "cellDel") is not None:
                self._deletion(cell)
                continue
            begin = len(self._paragraphs)
            self._blocks(cell)
            found = [each for each in self._paragraphs[begin:] if each.text.strip()]
            del self._paragraphs[begin:]
            if found:
                cells.append(found)
        if len(cells) > 1 and all(len(cell) == 1 for cell in cells):
            self._paragraphs.append(_on_one_line([cell[0] for cell in cells]))
        else:
            self._paragraphs.extend(each for cell in cells for each in cell)

    # Runs: what stands inside of a paragraph.

    def _runs(self, parent: Element, buffer: _Buffer) -> None:
        for element in parent:
            name = local(element)
            if name == "r":
                self._run(element, buffer)
            elif name in _WRAPPERS:
                self._seen["inserted"] += name == "ins"
                self._seen["moved"] += name == "moveTo"
                self._runs(element, buffer)
            elif name == "AlternateContent":
                self._runs(_chosen(element), buffer)
            elif name in _GONE:
                if name == "del":
                    self._deletion(element)
            elif name in ("oMath", "oMathPara"):
                self._seen["equations"] += 1
                buffer.pieces.append("".join(_texts(element, "t")))

    def _run(self, run: Element, buffer: _Buffer) -> None:
        properties = child(run, "rPr")
        hidden = _is_on(child(properties, "vanish"))
        raised = value(properties, "vertAlign") == "superscript"
        for element in run:
            name = local(element)
            words = _words(element, name)
            if words and hidden:
                self._hidden.append(words)
            elif words:
                note = raised and words.strip().isdigit()
                buffer.pieces.append(words.translate(_SUPERSCRIPTS) if note else words)
            elif name in ("footnoteReference", "endnoteReference"):
                self._note(element, name.removesuffix("Reference"), buffer)
            elif name in _PICTURES or name == "AlternateContent":
                self._picture(_chosen(element) if name == "AlternateContent" else element, buffer)

    def _picture(self, element: Element, buffer: _Buffer) -> None:
        boxes = list(_text_boxes(element))
        if boxes:
            buffer.boxes.extend(boxes)
        else:
            self._seen["pictures"] += 1

    def _note(self, element: Element, kind: str, buffer: _Buffer) -> None:
        number = attribute(element, "id") or ""
        sign = "" if kind == "footnote" else "e"
        same = [note for note in self._notes if note.key.startswith("e") == bool(sign)]
        key = f"{sign}{len(same) + 1}"
        words = self._note_texts[kind].get(number, "")
        self._notes.append(WordNote(key, words, buffer.text[-40:].strip()))
        buffer.notes.append(key)

    # What is left out, and told.

    def _deletion(self, element: Element) -> None:
        words = "".join(_texts(element, "delText", "t"))
        author = next(
            (attribute(each, "author") for each in element.iter() if attribute(each, "author")), ""
        )
        if words.strip():
            self._deleted.append((author or "", words))

    def _losses(self) -> Iterator[str]:
        for author, words in self._deleted:
            by = f" by {author}" if author else ""
            yield f"Left out, deleted with tracked changes{by}: “{words.strip()}”."
        if self._seen["inserted"]:
            yield f"Tracked insertions were taken as accepted ({self._seen['inserted']})."
        if self._seen["moved"]:
            yield f"Moved passages were read at their new place ({self._seen['moved']})."
        yield from self._comments()
        yield from self._margins()
        yield from self._remarks
        for words in self._hidden:
            yield f"Left out, hidden text: “{words.strip()}”."
        if self._seen["contents"]:
            yield f"Left out: a table of contents ({self._seen['contents']} lines)."
        if self._seen["pictures"]:
            yield f"Left out: pictures ({self._seen['pictures']})."
        if self._seen["equations"]:
            yield f"Equations were read as plain letters ({self._seen['equations']})."

    def _comments(self) -> Iterator[str]:
        comments = self._part("comments")
        for each in comments if comments is not None else ():
            words = " ".join("".join(_texts(p, "t")) for p in _descendants(each, "p")).strip()
            if words:
                author = attribute(each, "author")
                yield f"Left out, a comment{f' by {author}' if author else ''}: “{words}”."

    def _margins(self) -> Iterator[str]:
        seen = set()
        for kind in ("header", "footer"):
            for name in self._parts.get(kind, ()):
                if name not in self._package:
                    continue
                root = self._package.xml(name)
                words = " ".join("".join(_texts(p, "t")) for p in _descendants(root, "p")).strip()
                if words and (kind, words) not in seen:
                    seen.add((kind, words))
                    yield f"Left out, page {kind}: “{words}”."


class _Styles:
    """What a paragraph's style says of its place in the outline."""

    def __init__(self, styles: Element | None) -> None:
        self._by_id = {
            attribute(each, "styleId") or "": each
            for each in (styles if styles is not None else ())
            if local(each) == "style"
        }

    def level(self, properties: Element | None) -> int | None:
        """0 for a title, 1 to 9 for a heading, None for text."""
        own = value(properties, "outlineLvl")
        if own is not None and own.isdigit():
            return int(own) + 1 if int(own) < 9 else None
        for style in self._chain(properties):
            name = (value(style, "name") or "").lower()
            if name in ("title", "treaty title"):
                return 0
            if heading := _HEADING.fullmatch(name):
                return int(heading[1])
            outline = value(style, "pPr", "outlineLvl")
            if outline is not None and outline.isdigit():
                return int(outline) + 1 if int(outline) < 9 else None
        return None

    def is_contents(self, properties: Element | None) -> bool:
        """Whether the paragraph is a line of a table of contents."""
        names = ((value(style, "name") or "").lower() for style in self._chain(properties))
        return any(re.fullmatch(r"toc ([1-9]|heading)|contents heading", name) for name in names)

    def is_beside(self, properties: Element | None) -> bool:
        """Whether one of our own styles says that the paragraph is no part of the treaty."""
        names = ((value(style, "name") or "").lower() for style in self._chain(properties))
        return any(name in _BESIDE for name in names)

    def _chain(self, properties: Element | None) -> Iterator[Element]:
        key = value(properties, "pStyle") or ""
        seen: set[str] = set()
        while key in self._by_id and key not in seen:
            seen.add(key)
            yield self._by_id[key]
            key = value(self._by_id[key], "basedOn") or ""


def _words(element: Element, name: str) -> str:
    """What a child of a run puts on the page."""
    if name == "t":
        return element.text or ""
    if name in ("tab", "ptab"):
        return "\t"
    if name == "cr" or (name == "br" and attribute(element, "type") not in ("page", "column")):
        return "\n"
    if name == "noBreakHyphen":
        return "\u2011"
    if name == "sym":
        code = attribute(element, "char") or ""
        return chr(int(code, 16) & 0xFFFF) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else ""
    return ""


def _on_one_line(cells: list[WordParagraph]) -> WordParagraph:
    """A row as one paragraph: a short first cell is a number, longer ones are columns."""
    texts = [each.labelled for each in cells]
    between = " " if len(texts[0]) <= 12 and len(texts) == 2 else " | "
    notes = tuple(note for each in cells for note in each.notes)
    return WordParagraph(between.join(texts), "", cells[0].level, notes)


def _through_wrappers(parent: Element, name: str) -> Iterator[Element]:
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in _WRAPPERS:
            yield from _through_wrappers(element, name)


def _chosen(alternatives: Element) -> Element:
    """Of two forms of the same content the newer one, so that nothing is read twice."""
    choice = child(alternatives, "Choice")
    fallback = child(alternatives, "Fallback")
    return next((each for each in (choice, fallback) if each is not None), alternatives)


def _is_contents(sdt: Element) -> bool:
    return value(sdt, "sdtPr", "docPartObj", "docPartGallery") == "Table of Contents"


def _is_on(element: Element | None) -> bool:
    return element is not None and attribute(element, "val") not in ("0", "false", "off")


def _note_texts(root: Element | None) -> dict[str, str]:
    """The words of each note by its id; Word's own separators are none."""
    texts = {}
    for note in root if root is not None else ():
        if attribute(note, "type") in ("separator", "continuationSeparator", "continuationNotice"):
            continue
        paragraphs = ("".join(_texts(p, "t")) for p in _descendants(note, "p"))
        texts[attribute(note, "id") or ""] = " ".join(paragraphs).strip()
    return texts


def _text_boxes(element: Element) -> Iterator[Element]:
    """The outermost text boxes in a drawing, each in its newer form only."""
    for each in element:
        name = local(each)
        if name == "txbxContent":
            yield each
        elif name == "AlternateContent":
            yield from _text_boxes(_chosen(each))
        else:
            yield from _text_boxes(each)


def _descendants(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if local(each) == name)


def _texts(element: Element, *names: str) -> Iterator[str]:
    """The words of all descendants of these names, in order; deleted ones only if asked for."""
    for each in element.iter():
        name = local(each)
        if name in names:
            yield each.text or ""
        elif name in ("tab", "br", "cr"):
            yield " "
