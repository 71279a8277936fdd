from datetime import datetime, timedelta, timezone

from lxml import etree

from app.treaty.diff import Piece
from app.web import atom

AT = datetime(2026, 5, 4, 11, 0, tzinfo=timezone(timedelta(hours=2)))
ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_feed_has_what_the_standard_wants() -> None:
    entry = atom.Entry("12", "Article 1: <b>", "Chair\x00", AT, "/at/12", "<p>&amp;</p>")
    feed = atom.Feed(
        "https://example.org/j?a=b", "https://example.org/f", "All", "So far.", AT, (entry,)
    )
    root = etree.fromstring(atom.written(feed))
    assert root.tag == f"{ATOM}feed" and root.findtext(f"{ATOM}updated") == "2026-05-04T09:00:00Z"
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    (one,) = root.findall(f"{ATOM}entry")
    assert one.findtext(f"{ATOM}id") == "https://example.org/j#12"
    assert one.findtext(f"{ATOM}title") == "Article 1: <b>"
    assert one.findtext(f"{ATOM}author/{ATOM}name") == "Chair\ufffd"
    assert one.findtext(f"{ATOM}content") == "<p>&amp;</p>"


def test_words_are_escaped_in_a_redline() -> None:
    pieces = (Piece("same", "a<"), Piece("ins", "<i>"), Piece("del", "&"))
    assert atom.redline(pieces) == "<p>a&lt;<ins>&lt;i&gt;</ins><del>&amp;</del></p>"
    assert atom.redline(()) == "" and atom.line("<x>") == "<p>&lt;x&gt;</p>"
