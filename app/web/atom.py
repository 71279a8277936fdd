"""Feeds as RFC 4287 has them: what others' programs read to learn of what is new."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from markupsafe import escape

from app.treaty.diff import Piece

MEDIA_TYPE = "application/atom+xml"

_ATOM = "http://www.w3.org/2005/Atom"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: `key` names it for ever, `content` is HTML."""

    key: str
    title: str
    author: str
    at: datetime
    address: str
    content: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of a page at `address`, itself read at `own`; `said` stands below its title."""

    address: str
    own: str
    title: str
    said: str
    at: datetime
    entries: tuple[Entry, ...]


def written(feed: Feed) -> bytes:
    """The feed as XML; what XML cannot hold becomes the replacement character."""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(_name("feed"))
    _put(root, "id", feed.address)
    _put(root, "title", feed.title)
    _put(root, "subtitle", feed.said)
    _put(root, "updated", _time(feed.at))
    _put(root, "link", rel="self", href=feed.own, type=MEDIA_TYPE)
    _put(root, "link", rel="alternate", href=feed.address, type="text/html")
    for entry in feed.entries:
        inside = ElementTree.SubElement(root, _name("entry"))
        _put(inside, "id", f"{feed.address.partition('?')[0]}#{entry.key}")
        _put(inside, "title", entry.title)
        _put(inside, "updated", _time(entry.at))
        _put(ElementTree.SubElement(inside, _name("author")), "name", entry.author)
        _put(inside, "link", rel="alternate", href=entry.address, type="text/html")
        _put(inside, "content", entry.content, type="html")
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def redline(pieces: Iterable[Piece]) -> str:
    """Words as HTML, with what was put in and taken out marked; "" for none."""
    marks = {"ins": "<ins>{}</ins>", "del": "<del>{}</del>"}
    words = "".join(marks.get(each.op, "{}").format(escape(each.text)) for each in pieces)
    return f"<p>{words}</p>" if words else ""


def line(words: str) -> str:
    """A sentence as HTML."""
    return f"<p>{escape(words)}</p>"


def _put(above: ElementTree.Element, name: str, words: str = "", **attributes: str) -> None:
    element = ElementTree.SubElement(above, _name(name), attributes)
    element.text = _ILLEGAL.sub("\ufffd", words) or None


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
