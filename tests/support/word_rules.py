"""What a Word file must keep to that Microsoft's validator does not see, and how Word counts.

Each rule gives a sentence for every breach. The labels are computed the way
Word does it, from numbering.xml and the styles alone: all instances of a list
count together, a start override counts once, a number starts the levels below
it anew. LibreOffice, which counts instances apart, is asked in `make interop`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_REFERENCE = re.compile(r"\s*(?:REF|PAGEREF|NOTEREF)\s+(\S+)")


@dataclass(slots=True)
class WordFile:
    """The parts of a .docx as trees, by name."""

    content: bytes
    parts: dict[str, etree._Element] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with ZipFile(BytesIO(self.content)) as archive:
            for name in archive.namelist():
                self.parts[name] = etree.fromstring(archive.read(name))

    @property
    def document(self) -> etree._Element:
        return self.parts["word/document.xml"]

    def paragraphs(self) -> list[etree._Element]:
        return list(self.document.iter(f"{W}p"))

    def clause_paragraphs(self) -> dict[str, etree._Element]:
        """The paragraphs that bear a clause's bookmark, by its name, in order."""
        found = {}
        for paragraph in self.paragraphs():
            for start in paragraph.iter(f"{W}bookmarkStart"):
                if str(start.get(f"{W}name")).startswith("cl_"):
                    found[str(start.get(f"{W}name"))] = paragraph
        return found


def words(paragraph: etree._Element) -> str:
    """What a reader sees of a paragraph's text, a line break as a line feed; no field codes."""
    said = []
    for element in paragraph.iter(f"{W}t", f"{W}br", f"{W}tab"):
        if element.getparent() is not None and element.tag == f"{W}t":
            said.append(element.text or "")
        elif element.tag == f"{W}br":
            said.append("\n")
        elif element.getparent().tag == f"{W}r":  # type: ignore[union-attr]
            said.append("\t")
    return "".join(said)


def style_of(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else str(style.get(f"{W}val"))


def breaches(content: bytes) -> list[str]:
    """Every rule that the file breaks, as sentences; empty for a sound file."""
    file = WordFile(content)
    return [
        *_archive(content),
        *_fields(file),
        *_styles(file),
        *_numbers(file),
        *_bookmarks(file),
        *_notes(file),
        *_tracked(file),
        *_moves(file),
        *_comments(file),
        *_keys(file),
        *_outside(file),
        *_secrets(file),
    ]


def _archive(content: bytes) -> Iterator[str]:
    with ZipFile(BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.date_time != (1980, 1, 1, 0, 0, 0):
                yield f"{entry.filename} has the date {entry.date_time}"
            if not entry.external_attr:
                yield f"{entry.filename} has no attributes"


def _fields(file: WordFile) -> Iterator[str]:
    for name, part in file.parts.items():
        stack: list[str] = []
        for element in part.iter(f"{W}fldChar", f"{W}instrText"):
            kind = element.get(f"{W}fldCharType")
            if element.tag == f"{W}instrText":
                if not stack or stack[-1] != "begin":
                    yield f"{name}: a field code outside of a field"
            elif kind == "begin":
                stack.append("begin")
            elif not stack:
                yield f"{name}: a field that ends or separates was never begun"
            elif kind == "separate":
                stack[-1] = "separate"
            else:
                stack.pop()
        if stack:
            yield f"{name}: {len(stack)} fields are not ended"


def _styles(file: WordFile) -> Iterator[str]:
    known: Counter[str] = Counter()
    for style in file.parts["word/styles.xml"].iter(f"{W}style"):
        key = str(style.get(f"{W}styleId"))
        known[key] += 1
        name = style.find(f"{W}name").get(f"{W}val")  # type: ignore[union-attr]
        if str(name).replace(" ", "").lower() != key.lower() and name != "Normal Table":
            yield f"style {key} has the name {name}"
    yield from (f"style {key} is defined twice" for key, times in known.items() if times > 1)
    for part_name, part in file.parts.items():
        tags = ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link")
        for element in part.iter(*(f"{W}{tag}" for tag in tags)):
            if element.get(f"{W}val") not in known:
                yield f"{part_name}: there is no style {element.get(f'{W}val')}"


def _numbers(file: WordFile) -> Iterator[str]:
    numbering = file.parts["word/numbering.xml"]
    lists = [one.get(f"{W}abstractNumId") for one in numbering.iter(f"{W}abstractNum")]
    known = [one.get(f"{W}numId") for one in numbering.iter(f"{W}num")]
    for twice in (k for k, times in Counter(known).items() if times > 1):
        yield f"numbering instance {twice} is defined twice"
    for tie in numbering.iter(f"{W}num"):
        element = tie.find(f"{W}abstractNumId")
        if element is None or element.get(f"{W}val") not in lists:
            yield f"numbering instance {tie.get(f'{W}numId')} has no list"
    for part_name in ("word/document.xml", "word/styles.xml"):
        for used in file.parts[part_name].iter(f"{W}numId"):
            if used.get(f"{W}val") not in {*known, "0"}:
                yield f"{part_name}: there is no numbering instance {used.get(f'{W}val')}"


def _bookmarks(file: WordFile) -> Iterator[str]:
    names: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for start in file.document.iter(f"{W}bookmarkStart"):
        name = str(start.get(f"{W}name"))
        names[name] += 1
        numbers[str(start.get(f"{W}id"))] += 1
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", name):
            yield f"the bookmark {name} has a name that Word refuses"
    for end in file.document.iter(f"{W}bookmarkEnd"):
        ends[str(end.get(f"{W}id"))] += 1
    yield from (f"the bookmark {name} is there twice" for name, n in names.items() if n > 1)
    yield from (f"the bookmark number {i} is used twice" for i, n in numbers.items() if n > 1)
    if ends != numbers:
        yield "bookmarks that begin are not those that end"
    for part in file.parts.values():
        anchors = [str(link.get(f"{W}anchor")) for link in part.iter(f"{W}hyperlink")]
        for code in part.iter(f"{W}instrText"):
            if match := _REFERENCE.match(code.text or ""):
                anchors.append(match[1])
        yield from (f"nothing bears the bookmark {a}" for a in anchors if a not in names)


def _notes(file: WordFile) -> Iterator[str]:
    notes = [
        str(note.get(f"{W}id"))
        for note in file.parts["word/footnotes.xml"].iter(f"{W}footnote")
        if note.get(f"{W}type") is None
    ]
    marks = [str(mark.get(f"{W}id")) for mark in file.document.iter(f"{W}footnoteReference")]
    if notes != marks:
        yield f"the marks {marks[:5]} … are not those of the notes {notes[:5]} …"


_CHANGES = ("ins", "del", "moveFrom", "moveTo", "pPrChange", "rPrChange")


def _tracked(file: WordFile) -> Iterator[str]:
    """Tracked changes: deleted words as such, and only they; numbers and authors; the last mark."""
    numbers: Counter[str] = Counter(
        str(start.get(f"{W}id")) for start in file.document.iter(f"{W}bookmarkStart")
    )
    for name, part in file.parts.items():
        for text in part.iter(f"{W}t", f"{W}instrText"):
            if any(True for _ in text.iterancestors(f"{W}del")):
                yield f"{name}: {etree.QName(text).localname} inside of w:del"
        for text in part.iter(f"{W}delText", f"{W}delInstrText"):
            if not any(True for _ in text.iterancestors(f"{W}del")):
                yield f"{name}: {etree.QName(text).localname} outside of w:del"
        for change in part.iter(*(f"{W}{tag}" for tag in _CHANGES)):
            if not change.get(f"{W}author"):
                yield f"{name}: a change is nobody's"
            if name == "word/document.xml":
                numbers[str(change.get(f"{W}id"))] += 1
    yield from (f"the number {i} is used twice" for i, n in numbers.items() if n > 1)
    body = file.document.find(f"{W}body")
    paragraphs = [] if body is None else list(body.iterchildren(f"{W}p"))
    if paragraphs and paragraphs[-1].getnext() is not None:
        after = etree.QName(paragraphs[-1].getnext()).localname
        marks = paragraphs[-1].find(f"{W}pPr/{W}rPr")
        for change in () if marks is None or after != "sectPr" else marks:
            if etree.QName(change).localname in _CHANGES[:4]:
                yield "the last mark of the text came or went, which no program can undo"


def _moves(file: WordFile) -> Iterator[str]:
    """The two ends of a move bear one name, and each range that begins ends."""
    names: dict[str, Counter[str]] = {"moveFrom": Counter(), "moveTo": Counter()}
    for kind, found in names.items():
        starts = list(file.document.iter(f"{W}{kind}RangeStart"))
        ends = [each.get(f"{W}id") for each in file.document.iter(f"{W}{kind}RangeEnd")]
        if sorted(map(str, ends)) != sorted(str(each.get(f"{W}id")) for each in starts):
            yield f"{kind}: ranges that begin are not those that end"
        found.update(str(each.get(f"{W}name")) for each in starts)
        yield from (f"{kind}: {name} is there twice" for name, n in found.items() if n > 1)
    if names["moveFrom"].keys() != names["moveTo"].keys():
        yield "what was moved away is not what was moved here"


def _comments(file: WordFile) -> Iterator[str]:
    """Every comment is called once, in a range that begins and ends; its thread is known."""
    part = file.parts.get("word/comments.xml")
    known = [] if part is None else [str(each.get(f"{W}id")) for each in part]
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        met = [str(each.get(f"{W}id")) for each in file.document.iter(f"{W}{tag}")]
        if sorted(met) != sorted(known):
            yield f"{tag}: {met[:5]} … are not the comments {known[:5]} …"
    if part is None:
        return
    keys = [
        str(value)
        for paragraph in part.iter(f"{W}p")
        for name, value in paragraph.attrib.items()
        if str(name).endswith("}paraId")
    ]
    extended = file.parts.get("word/commentsExtended.xml")
    for each in () if extended is None else extended:
        for name, value in each.attrib.items():
            if str(name).endswith(("}paraId", "}paraIdParent")) and value not in keys:
                yield f"a thread names the paragraph {value!r}, which is in no comment"


def _keys(file: WordFile) -> Iterator[str]:
    """The ids of paragraphs are one each in all of the file, and as Word counts them."""
    keys = [
        str(value)
        for part in file.parts.values()
        for paragraph in part.iter(f"{W}p")
        for name, value in paragraph.attrib.items()
        if str(name).endswith("}paraId")
    ]
    yield from (f"the paragraph {k} is there twice" for k, n in Counter(keys).items() if n > 1)
    for key in keys:
        if not re.fullmatch("[0-9A-F]{8}", key) or not 0 < int(key, 16) < 0x80000000:
            yield f"the paragraph number {key} is too high, or none"


def _outside(file: WordFile) -> Iterator[str]:
    """Nothing points out of the file."""
    for name, part in file.parts.items():
        if name.endswith(".rels"):
            for each in part:
                if each.get("TargetMode") == "External":
                    yield f"{name}: {each.get('Target')} is outside of the file"


def _secrets(file: WordFile) -> Iterator[str]:
    for name, part in file.parts.items():
        for element in part.iter():
            if any("rsid" in str(key) for key in element.attrib):
                yield f"{name}: an rsid"
            if etree.QName(element).localname in ("updateFields", "sdt", "rsids"):
                yield f"{name}: {etree.QName(element).localname}"
    creator = file.parts["docProps/core.xml"].findtext("{http://purl.org/dc/elements/1.1/}creator")
    if creator != "Travaux":
        yield f"the author is {creator}"


# --- how Word counts


@dataclass(slots=True)
class _Level:
    start: int
    style: str
    text: str


@dataclass(slots=True)
class _Instance:
    key: str
    levels: dict[int, _Level]
    starts: dict[int, int]


def labels(file: WordFile) -> dict[str, str]:
    """What Word prints before each clause paragraph, by bookmark; "" where there is no number."""
    machine = _Machine(file)
    printed = {}
    for paragraph in file.paragraphs():
        label = machine.label(paragraph)
        for start in paragraph.iter(f"{W}bookmarkStart"):
            if str(start.get(f"{W}name")).startswith("cl_"):
                printed[str(start.get(f"{W}name"))] = label
    return printed


class _Machine:
    def __init__(self, file: WordFile) -> None:
        numbering = file.parts["word/numbering.xml"]
        lists = {
            str(one.get(f"{W}abstractNumId")): dict(map(_level, one.iter(f"{W}lvl")))
            for one in numbering.iter(f"{W}abstractNum")
        }
        self._instances = {
            str(one.get(f"{W}numId")): _instance(one, lists) for one in numbering.iter(f"{W}num")
        }
        self._styles = {
            str(style.get(f"{W}styleId")): style.find(f"{W}pPr/{W}numPr")
            for style in file.parts["word/styles.xml"].iter(f"{W}style")
        }
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, paragraph: etree._Element) -> str:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        properties = own if own is not None else self._styles.get(style_of(paragraph))
        if properties is None:
            return ""
        number = properties.find(f"{W}numId")
        depth = properties.find(f"{W}ilvl")
        key = "0" if number is None else str(number.get(f"{W}val"))
        if key == "0":
            return ""
        return self._count(key, 0 if depth is None else int(str(depth.get(f"{W}val"))))

    def _count(self, key: str, level: int) -> str:
        instance = self._instances[key]
        counts = self._counts.setdefault(instance.key, {})
        if key not in self._begun:
            self._begun.add(key)
            for depth, start in instance.starts.items():
                counts[depth] = start - 1
        start = instance.levels[level].start
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [depth for depth in counts if depth > level]:
            del counts[deeper]
        return re.sub(
            r"%(\d)",
            lambda match: _figure(
                instance.levels[int(match[1]) - 1].style, counts.get(int(match[1]) - 1, 1)
            ),
            instance.levels[level].text,
        )


def _level(element: etree._Element) -> tuple[int, _Level]:
    def value(tag: str) -> str:
        found = element.find(f"{W}{tag}")
        return "" if found is None else str(found.get(f"{W}val"))

    level = _Level(int(value("start")), value("numFmt"), value("lvlText"))
    return int(str(element.get(f"{W}ilvl"))), level


def _instance(element: etree._Element, lists: dict[str, dict[int, _Level]]) -> _Instance:
    key = str(element.find(f"{W}abstractNumId").get(f"{W}val"))  # type: ignore[union-attr]
    levels, starts = dict(lists[key]), {}
    for override in element.iter(f"{W}lvlOverride"):
        depth = int(str(override.get(f"{W}ilvl")))
        for own in override.iter(f"{W}lvl"):
            levels[depth] = _level(own)[1]
        for start in override.iter(f"{W}startOverride"):
            starts[depth] = int(str(start.get(f"{W}val")))
    return _Instance(key, levels, starts)


def _figure(style: str, value: int) -> str:
    if style in ("none", ""):
        return ""
    if style == "decimal":
        return str(value)
    if style.endswith("Letter"):
        word = chr(96 + (value - 1) % 26 + 1) * ((value - 1) // 26 + 1)
    else:
        signs = zip(
            (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
            ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
            strict=True,
        )
        word = ""
        for worth, sign in signs:
            word += sign * (value // worth)
            value %= worth
    return word.upper() if style.startswith("upper") else word
