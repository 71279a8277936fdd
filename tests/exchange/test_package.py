"""Packages from strangers: limits hold, entities are refused, damage is told in a sentence."""

import pytest

from app.exchange import package
from app.exchange.package import Package, Unreadable, attribute, child, parse_xml, value
from tests.support.made_files import W, docx, para, zipped


def test_parts_are_found_whatever_their_case() -> None:
    opened = Package(zipped({"Word/Document.xml": "<a/>"}))
    assert "word/document.xml" in opened
    assert opened.read("/word/document.xml") == b"<a/>"


def test_the_main_part_and_its_relations() -> None:
    opened = Package(docx([para("x")], {"styles": "", "footnotes": ""}))
    assert opened.main_part == "word/document.xml"
    assert list(opened.related(opened.main_part)) == [
        ("styles", "word/styles.xml"),
        ("footnotes", "word/footnotes.xml"),
    ]


def test_damage_is_told() -> None:
    whole = docx([para("x")])
    for content in (b"PK\x03\x04", whole[: len(whole) // 2], b"", b"no zip at all"):
        with pytest.raises(Unreadable, match="damaged"):
            Package(content)


def test_a_missing_part_is_told() -> None:
    with pytest.raises(Unreadable, match=r"word/document\.xml"):
        Package(zipped({"x": "y"})).xml("word/document.xml")
    with pytest.raises(Unreadable, match="not a document"):
        _ = Package(zipped({"x": "y"})).main_part


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 50_000)
    opened = Package(zipped({"a": b"\0" * 40_000, "b": b"\0" * 40_000}))
    assert len(opened.read("a")) == 40_000
    with pytest.raises(Unreadable, match="too large"):
        opened.read("b")
    with pytest.raises(Unreadable, match="too large"):
        Package(zipped({"a": b"\0" * 400})).read("a", most=300)


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_ENTRIES", 2)
    with pytest.raises(Unreadable, match="3 parts"):
        Package(zipped({"a": "", "b": "", "c": ""}))


def test_a_locked_file_is_told() -> None:
    content = bytearray(zipped({"a": "secret"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="password"):
        Package(bytes(content))


def test_a_wrong_checksum_is_told() -> None:
    content = bytearray(zipped({"a": "b" * 100}))
    content[content.index(b"PK\x01\x02") + 16] ^= 0xFF
    content[14] ^= 0xFF
    with pytest.raises(Unreadable, match="cannot be read"):
        Package(bytes(content)).read("a")


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
    ],
)
def test_a_document_type_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="document type"):
        parse_xml(content, "a.xml")


def test_xml_that_is_none_is_told() -> None:
    with pytest.raises(Unreadable, match="valid XML"):
        parse_xml(b"<a>", "a.xml")


def test_elements_are_found_by_their_local_names() -> None:
    root = parse_xml(f'<w:a xmlns:w="{W}"><!--x--><w:b w:val="1"/></w:a>'.encode(), "a")
    assert value(root, "b") == "1"
    assert value(root, "c") is None
    assert value(None, "b") is None
    assert child(root, "b", "c") is None
    assert attribute(root, "val") is None


def test_relations_to_the_outside_are_no_parts() -> None:
    rels = (
        '<Relationships xmlns="x"><Relationship Type="t/image" Target="https://example.org/x" '
        'TargetMode="External"/><Relationship Type="t/styles" Target="../styles.xml"/>'
        "</Relationships>"
    )
    opened = Package(zipped({"word/_rels/document.xml.rels": rels}))
    assert list(opened.related("word/document.xml")) == [("styles", "styles.xml")]


def test_a_part_is_named_on_one_line_however_it_is_called() -> None:
    opened = Package(zipped({"_rels/.rels": "<a/>"}))
    with pytest.raises(Unreadable) as caught:
        opened.read("a\n" + "b" * 500)
    assert caught.value.sentence == f"The file is incomplete: its part “a{'b' * 99}” is missing."
