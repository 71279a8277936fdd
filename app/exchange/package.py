"""Office packages from strangers: a zip file opened within limits, its XML without entities.

Nothing of a package is trusted: how many entries it has, how large they become
when they are unpacked, what the file names say, or that the XML is the XML of
the kind it claims to be. Strict and Transitional files differ in their
namespaces only, so elements are known here by their local names.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

    Element = etree._Element
else:
    # A server that nobody uploads a file to holds four megabytes less without a parser.
    Element = object

MOST_ENTRIES = 5_000
MOST_BYTES = 200_000_000
MOST_BYTES_OF_XML = 60_000_000

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Unreadable(Exception):
    """A file that cannot be read; `sentence` says why, to the person who brought it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Package:
    """The parts of a zip package, by their names; read one at a time, never all at once."""

    def __init__(self, content: bytes) -> None:
        """Open the package; Unreadable when it is damaged, locked or larger than the limits."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Unreadable(
                "The file is damaged or was cut off: it cannot be opened as a document."
            ) from error
        if len(entries) > MOST_ENTRIES:
            raise Unreadable(f"The file has {len(entries):,} parts; no document needs so many.")
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unreadable("The file is locked with a password. Save it without one.")
        self._left = MOST_BYTES
        # Some writers separate folders with a backslash, as no zip file should.
        self._entries = {
            entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in entries
        }

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/").lower() in self._entries

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in lower case."""
        return tuple(self._entries)

    @property
    def stored_names(self) -> tuple[str, ...]:
        """The same as they are written in the package, each once, without folders."""
        return tuple(entry.filename for entry in self._entries.values() if not entry.is_dir())

    def read(self, name: str, most: int = MOST_BYTES_OF_XML) -> bytes:
        """The bytes of a part; Unreadable when it is missing, damaged or larger than it may be."""
        entry = self._entries.get(name.lstrip("/").lower())
        if entry is None:
            raise Unreadable(f"The file is incomplete: its part “{_shown(name)}” is missing.")
        try:
            with self._zip.open(entry) as part:
                content = part.read(min(most, self._left) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise Unreadable(
                f"The file is damaged: its part “{_shown(name)}” cannot be read."
            ) from error
        if len(content) > min(most, self._left):
            raise Unreadable("The file becomes far too large when it is unpacked.")
        self._left -= len(content)
        return content

    def xml(self, name: str) -> Element:
        """The root element of an XML part."""
        return parse_xml(self.read(name), name)

    @cached_property
    def main_part(self) -> str:
        """The name of the part that the package is about."""
        for kind, target in self.related(""):
            if kind == "officeDocument":
                return target
        raise Unreadable("The file is not a document: it does not say which part is its text.")

    def related(self, name: str) -> Iterator[tuple[str, str]]:
        """(kind, name) of the parts inside of the package that a part points to.

        The kind is the last word of the relationship's type: "styles", "footnotes", ...
        """
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self:
            return
        for each in self.xml(rels).iterchildren():
            if not isinstance(each.tag, str) or each.get("TargetMode") == "External":
                continue
            kind = (each.get("Type") or "").rpartition("/")[2]
            target = each.get("Target") or ""
            path = target if target.startswith("/") else posixpath.join(folder, target)
            yield kind, posixpath.normpath(path).lstrip("/")


def parse_xml(content: bytes, name: str) -> Element:
    """The root element; Unreadable when it is not XML or declares a document type.

    A document type is the door to entities, and no Office part has one.
    """
    from lxml import etree  # noqa: PLC0415 - see above

    plain = content.replace(b"\0", b"") if b"\0" in content else content
    if b"<!" in plain and re.search(rb"<!\s*DOCTYPE|<!\s*ENTITY", plain):
        raise Unreadable("The file declares a document type, which no Word file does; refused.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        # Sound, but beyond all measure; the types of lxml do not know of `code`.
        if getattr(error, "code", 0) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise Unreadable(
                f"The part “{_shown(name)}” of the file has a word far too long,"
                " or elements far too deep within one another; refused."
            ) from error
        raise Unreadable(
            f"The file is damaged: its part “{_shown(name)}” is not valid XML."
        ) from error
    return root


def _shown(name: str) -> str:
    """The name of a part as it stands in a sentence: on its line, and not endless."""
    return "".join(each for each in name if each.isprintable())[:100]


def local(element: Element) -> str:
    """An element's name without its namespace; "" for comments and the like."""
    return _without_namespace(element.tag)


@lru_cache(maxsize=4096)
def _without_namespace(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace it stands."""
    # Nearly all that is asked for stands in the namespace of Transitional files.
    if (found := element.get(f"{_WORD}{name}")) is not None:
        return found
    for key, value in element.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def drop(element: Element) -> None:
    """Take an element out of what it stands in; nothing where it stands in nothing."""
    over = element.getparent()
    if over is not None:
        over.remove(element)


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of local names; None where the path breaks off."""
    for name in path:
        if element is None:
            return None
        for each in element:
            if _without_namespace(each.tag) == name:
                element = each
                break
        else:
            return None
    return element


def value(element: Element | None, *path: str) -> str | None:
    """The `val` attribute at the end of a path of local names."""
    found = child(element, *path)
    return None if found is None else attribute(found, "val")
