"""What a Word file must keep to before a word of it is parsed.

The limits are far above what people write and far below what harms a server. A file is refused
only for what it would do to the reader: grow without end, hide a second text, run a program.
What merely points outside of it (a template, a picture on a server) is left behind and reported,
because ordinary files do that; nothing is ever fetched, and nothing of an upload is ever sent on.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from app.exchange.package import Element, Package, Unreadable, attribute, local
from app.exchange.word.story import Loss
from app.exchange.word.things import lost, short

MOST_FILE = 100_000_000
"""Bytes of the file as it is sent."""
MOST_ENTRIES = 2_000
MOST_BYTES = 400_000_000
"""Bytes of all parts together, unpacked."""
MOST_BYTES_OF_XML = 60_000_000
"""Bytes of one part of XML, unpacked."""
MOST_MARKUP = 100_000_000
"""Bytes of all parts of XML together, unpacked."""
MOST_ELEMENTS = 1_000_000
"""Elements of all parts together."""
MOST_PARAGRAPHS = 50_000
"""Paragraphs of one part; the longest treaties have some five thousand, a thousand pages thirty."""
MOST_ATTRIBUTES = 2_000_000
"""Attributes of all parts together."""
MOST_WORK = 1_700_000
"""What reading a file may cost, in plain elements: see `_COSTS`."""
MOST_RELATIONS = 10_000
"""Relations of all parts together."""
WIDEST_SPAN = 1_000
"""Columns that a cell may span; Word itself stops at 63."""

_CHUNK = 1 << 20
_FEW = 5_000
"""Elements of a part that are not worth telling apart: all of one kind would be few."""
_TAG = re.compile(rb"<(?:[\w.-]{1,20}:)?([\w.-]{1,30})")
# What reading one of a kind costs beside any element, in memory and time: a paragraph is also
# numbered, a change also counted. Measured on files of nothing else.
_COSTS = (
    ("paragraphs", 4, (b"p",)),
    ("table rows and cells", 4, (b"tr", b"tc")),
    ("tracked changes", 5, (b"ins", b"del", b"moveFrom", b"moveTo", b"rPrChange", b"pPrChange")),
    ("moved ranges", 5, (b"moveFromRangeStart", b"moveToRangeStart")),
    ("field marks", 3, (b"fldChar", b"fldSimple", b"instrText")),
    ("notes", 12, (b"footnote", b"endnote", b"footnoteReference", b"endnoteReference")),
    ("comments", 12, (b"comment", b"commentReference")),
    ("bookmarks and ends of ranges", 2, (b"bookmarkStart", b"commentRangeStart")),
    ("pictures and objects", 5, (b"drawing", b"pict", b"object", b"sym", b"oMath")),
    ("styles and lists", 8, (b"style", b"num", b"abstractNum", b"lvl", b"lvlOverride")),
)
# A drawing may keep itself in one very long attribute; no element has hundreds of them.
_LONG_TAG = re.compile(rb"<[^<>]{20000,}")
_MOST_ATTRIBUTES = 500
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']{0,40})["']""")
# In all of these the bytes of ASCII letters mean those letters, so that what is looked for is seen.
_ENCODINGS = re.compile(
    rb"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d+|windows-125\d", re.I
)
_MOST_NUMBER = {
    **dict.fromkeys((b"gridSpan", b"gridBefore", b"gridAfter"), WIDEST_SPAN),
    **dict.fromkeys((b"ilvl", b"start", b"startOverride", b"numId"), 2**31),
}
# From the name of an element to its number, past a few words and never past the next element.
_NUMBER = re.compile(
    rb"""<(?:\w{1,20}:)?(%b)\b(?:[^<:\s]++|\s++|:){0,60}?\bval\s*=\s*["']\s*[+-]?(\d{4,})"""
    % b"|".join(_MOST_NUMBER)
)
_MACRO_TYPE = re.compile(r"macroEnabled", re.IGNORECASE)
_DAMAGED = "The file is damaged or was cut off: it cannot be opened as a document."


@dataclass(frozen=True, slots=True)
class Admitted:
    """A package that keeps to the limits, and what of it was left behind at the door."""

    package: Package
    losses: tuple[Loss, ...]


def admit(content: bytes) -> Admitted:
    """Look at a file from a stranger; Unreadable, with one sentence, when it is not taken."""
    _signature(content)
    _directory(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _entries(entries, len(content))
            _inflate(archive, entries)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError) as error:
        raise Unreadable(_DAMAGED) from error
    package = Package(content)
    _kind(package)
    return Admitted(package, (*_macros(package), *_outside(package)))


def _signature(content: bytes) -> None:
    if len(content) > MOST_FILE:
        raise Unreadable(f"The file is larger than {MOST_FILE // 1_000_000} MB.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("The file is locked with a password. Save it without one.")
        raise Unreadable("This is an old Word file (.doc). Save it as .docx and try again.")
    if content.startswith(b"{\\rtf"):
        raise Unreadable("This is a rich text file (.rtf). Save it as .docx and try again.")
    if not content.startswith(b"PK"):
        raise Unreadable("This is not a Word file (.docx).")
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable("The file is an empty archive." if content[2:4] == b"\5\6" else _DAMAGED)


def _directory(content: bytes) -> None:
    """A list of parts too long to be looked at is not even read."""
    at = content.rfind(b"PK\x05\x06")
    if 0 <= at <= len(content) - 16:
        (length,) = struct.unpack("<I", content[at + 12 : at + 16])
        if length > MOST_ENTRIES * 1_000:
            raise Unreadable("The file has far more parts than any document needs.")


def _entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"The file has {len(entries):,} parts; no document needs so many.")
    seen: set[str] = set()
    declared = packed = 0
    for entry in entries:
        name = entry.filename.replace("\\", "/").lstrip("/")
        if name.lower() in seen:
            raise Unreadable(f"The file has two parts with the name “{short(name)}”; refused.")
        seen.add(name.lower())
        if ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise Unreadable(f"The file has a part outside of itself (“{short(name)}”); refused.")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable("The file holds a link to another file in place of a part; refused.")
        if entry.flag_bits & 1:
            raise Unreadable("The file is locked with a password. Save it without one.")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("The file is packed in a way that no Word file is.")
        declared += entry.file_size
        packed += entry.compress_size
    if entries and min(entry.header_offset for entry in entries) != 0:
        raise Unreadable("Something else stands before the document in this file; refused.")
    if packed > size:
        raise Unreadable("Parts of the file lie over each other, as in a file made to do harm.")
    if declared > MOST_BYTES:
        raise _too_large()


def _inflate(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack every part once within the limits; its checksum and size have to be true."""
    names = [entry.filename.lower() for entry in entries]
    markup = [name.endswith((".xml", ".rels")) for name in names]
    sizes = [entry.file_size for entry, is_xml in zip(entries, markup, strict=True) if is_xml]
    if max(sizes, default=0) > MOST_BYTES_OF_XML or sum(sizes) > MOST_MARKUP:
        raise _too_large()
    left = MOST_BYTES
    counted = _Counted()
    for entry, name, is_xml in zip(entries, names, markup, strict=True):
        with archive.open(entry) as part:
            if is_xml:
                content = part.read(MOST_BYTES_OF_XML + 1)
                left -= len(content)
                if left < 0 or len(content) > MOST_BYTES_OF_XML:
                    raise _too_large()
                counted.take(content, name)
                continue
            while chunk := part.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large()


@dataclass(slots=True)
class _Counted:
    """What was counted in the parts so far; nothing of it is kept."""

    elements: int = 0
    attributes: int = 0
    relations: int = 0
    work: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def take(self, content: bytes, name: str) -> None:
        """Count a part and look it over; Unreadable when it is not that of a Word file.

        Counted first: what has far too much of everything is not looked at more closely.
        """
        if b"\0" in content:
            if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
                said = f"The file is damaged: its part “{short(name)}” is not valid XML."
                raise Unreadable(said)
            content = content.replace(b"\0", b"")[2:]
        elements = content.count(b"<") - content.count(b"</")
        self._count(content, elements)
        if name.endswith(".rels"):
            self.relations += elements
            if self.relations > MOST_RELATIONS:
                raise Unreadable(
                    f"The file has more than {MOST_RELATIONS:,} relations between its parts."
                )
        _look(content, name)

    def _count(self, content: bytes, elements: int) -> None:
        self.elements += elements
        if self.elements > MOST_ELEMENTS:
            raise Unreadable(
                f"The file has more than {MOST_ELEMENTS:,} elements; no text needs so many."
            )
        self.attributes += content.count(b'="') + content.count(b"='")
        if self.attributes > MOST_ATTRIBUTES:
            raise Unreadable(
                f"The file has more than {MOST_ATTRIBUTES:,} attributes; no text needs so many."
            )
        if elements > _FEW:
            self._weigh(Counter(_TAG.findall(content)))

    def _weigh(self, names: Counter[bytes]) -> None:
        """Refuse what would take too long to read, before it takes long."""
        if names[b"p"] > MOST_PARAGRAPHS:
            raise Unreadable(
                f"The file has more than {MOST_PARAGRAPHS:,} paragraphs; it is refused."
            )
        self.work += names.total()
        for kind, cost, those in _COSTS:
            many = sum(names[each] for each in those)
            self.kinds[kind] += many
            self.work += cost * many
        if self.work > MOST_WORK:
            costs = {kind: cost for kind, cost, _ in _COSTS}
            most = sorted(self.kinds, key=lambda kind: -costs[kind] * self.kinds[kind])[:2]
            said = " and ".join(f"{self.kinds[kind]:,} {kind}" for kind in most if self.kinds[kind])
            raise Unreadable(f"The file has far more in it than any text, such as {said}; refused.")


def _look(content: bytes, name: str) -> None:
    """Unreadable when the markup of a part is not that of a Word file."""
    encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if encoding and not _ENCODINGS.fullmatch(encoding[1]):
        raise Unreadable(
            f"The part “{short(name)}” is written in an encoding that Word never uses."
        )
    if _DOCUMENT_TYPE.search(content):
        raise Unreadable("The file declares a document type, which no Word file does; refused.")
    for found in _NUMBER.finditer(content):
        if len(found[2]) > 10 or int(found[2]) > _MOST_NUMBER[found[1]]:
            said = f"{found[1].decode()} {short(found[2].decode())}"
            raise Unreadable(f"A number in the file is absurd ({said}).")
    for tag in _LONG_TAG.finditer(content):
        if tag[0].count(b'="') + tag[0].count(b"='") > _MOST_ATTRIBUTES:
            raise Unreadable("An element of the file has more attributes than any has; refused.")


def _kind(package: Package) -> None:
    """Whether it is a Word document, and none that brings programs."""
    if "mimetype" in package and "content.xml" in package:
        raise Unreadable("This is an OpenDocument file. Save it as .docx and try again.")
    if "[content_types].xml" in package:
        for each in package.xml("[Content_Types].xml"):
            said = attribute(each, "ContentType") or ""
            if _MACRO_TYPE.search(said) and local(each) == "Override":
                raise Unreadable("This Word file brings macros (.docm). Save it as .docx.")
    if not any(name.startswith("word/") for name in package.names):
        if any(name.startswith(("xl/", "ppt/")) for name in package.names):
            raise Unreadable("This is a spreadsheet or a presentation, not a text document.")
        if not any(kind == "officeDocument" for kind, _ in package.related("")):
            raise Unreadable("This zip file is not a Word document.")


def _macros(package: Package) -> Iterator[Loss]:
    """Programs that lie in a file which is none of those that may bring any."""
    for name in package.names:
        if name.rpartition("/")[2] in ("vbaproject.bin", "vbadata.xml", "attachedtoolbars.bin"):
            yield lost("macro", f"A program in the file ({name}) was left out; it was not run.")


def _outside(package: Package) -> Iterator[Loss]:
    """What the file points to outside of itself; the links of its text are told at their place."""
    for name in package.names:
        if not name.endswith(".rels"):
            continue
        for kind, target in external(package.xml(name)):
            if kind == "hyperlink":
                continue
            what = "template" if kind == "attachedTemplate" else f"{kind or 'thing'}"
            yield lost(
                "external link",
                f"A link to a {short(what)} outside of the file was left out: “{short(target)}”.",
            )


def external(relations: Element) -> Iterator[tuple[str, str]]:
    """(kind, address) of the relations that lead out of a package."""
    for each in relations:
        if local(each) and attribute(each, "TargetMode") == "External":
            yield (
                (attribute(each, "Type") or "").rpartition("/")[2],
                attribute(each, "Target") or "",
            )


def _too_large() -> Unreadable:
    return Unreadable("The file becomes far too large when it is unpacked.")
