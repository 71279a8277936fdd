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
from collections.abc import Iterator
from dataclasses import dataclass
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
MOST_ELEMENTS = 1_000_000
"""Elements of all parts together."""
MOST_PARAGRAPHS = 120_000
"""Paragraphs of one part; the longest treaties have some five thousand."""
MOST_RELATIONS = 10_000
WIDEST_SPAN = 1_000
"""Columns that a cell may span; Word itself stops at 63."""

_CHUNK = 1 << 20
_PARAGRAPH = re.compile(rb"<(?:\w+:)?p[\s/>]")
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
# From the name of an element to its number, and never past the next element: in one pass.
_NUMBER = re.compile(
    rb"""<(?:\w{1,20}:)?(%b)\b[^<]*?\bval\s*=\s*["']\s*[+-]?(\d{4,})""" % b"|".join(_MOST_NUMBER)
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
    left = MOST_BYTES
    elements = 0
    for entry in entries:
        name = entry.filename.lower()
        is_xml = name.endswith((".xml", ".rels"))
        if is_xml and entry.file_size > MOST_BYTES_OF_XML:
            raise _too_large()
        kept = bytearray()
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                left -= len(chunk)
                if is_xml:
                    kept += chunk
                if left < 0 or len(kept) > MOST_BYTES_OF_XML:
                    raise _too_large()
        if is_xml:
            elements += _markup(bytes(kept), name, MOST_ELEMENTS - elements)


def _markup(content: bytes, name: str, left: int) -> int:
    """The number of elements of a part; Unreadable when its markup is not that of a Word file."""
    if b"\0" in content:
        if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Unreadable(f"The file is damaged: its part “{short(name)}” is not valid XML.")
        content = content.replace(b"\0", b"")[2:]
    # Counted first: what has far too much of everything is not looked at more closely.
    elements = content.count(b"<") - content.count(b"</")
    if elements > left:
        raise Unreadable(
            f"The file has more than {MOST_ELEMENTS:,} elements; no text needs so many."
        )
    if elements > MOST_PARAGRAPHS and _many(_PARAGRAPH, content) > MOST_PARAGRAPHS:
        raise Unreadable(f"The file has more than {MOST_PARAGRAPHS:,} paragraphs; it is refused.")
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
    if name.endswith(".rels") and elements > MOST_RELATIONS:
        raise Unreadable(f"The file has more than {MOST_RELATIONS:,} relations between its parts.")
    return elements


def _many(pattern: re.Pattern[bytes], content: bytes) -> int:
    return sum(1 for _ in pattern.finditer(content))


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
