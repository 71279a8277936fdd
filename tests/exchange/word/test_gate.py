"""Hostile files, made here, are refused with one true sentence; ordinary habits are not."""

import struct
import zipfile
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.package import Unreadable
from app.exchange.word import gate
from app.exchange.word.gate import admit
from app.exchange.word.read import read
from app.exchange.word.write import write_clean
from tests.support.made_files import docx, para, zipped
from tests.support.word_treaties import RICH, treaty

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def remade(changes: dict[str, str | bytes | None], content: bytes = b"") -> bytes:
    """A sound file with some of its parts replaced, added or (None) taken away."""
    with zipfile.ZipFile(BytesIO(content or docx([para("Sound.")]))) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name, inside in changes.items():
        if inside is None:
            del files[name]
        else:
            files[name] = inside
    return zipped(files)


def body(inside: str) -> str:
    return f"<w:document {W}><w:body>{inside}</w:body></w:document>"


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content)
    sentence = caught.value.sentence
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")
    return sentence


def test_a_sound_file_is_taken() -> None:
    assert admit(remade({})).losses == ()


def test_a_part_that_grows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_BYTES_OF_XML", 1_000_000)
    monkeypatch.setattr(gate, "MOST_BYTES", 3_000_000)
    words = remade({"word/document.xml": body("<w:p/>" + " " * 2_000_000)})
    assert "far too large" in refusal(words)
    picture = remade({"word/media/image1.png": b"\0" * 4_000_000})
    assert "far too large" in refusal(picture)


def test_the_declared_limits_are_real() -> None:
    assert gate.MOST_BYTES < 1 << 30
    assert gate.MOST_BYTES_OF_XML <= gate.MOST_BYTES


@pytest.mark.parametrize("declared", [10, 4_000_000_000])
def test_a_size_that_is_a_lie(declared: int) -> None:
    content = bytearray(remade({"word/big.xml": " " * 1_000_000}))
    central = content.index(b"word/big.xml", content.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", content, central + 24, declared)
    assert "damaged" in refusal(bytes(content)) or "far too large" in refusal(bytes(content))


def test_a_checksum_that_is_a_lie() -> None:
    content = bytearray(remade({}))
    at = content.index(b"PK\x01\x02")
    content[at + 16] ^= 0xFF
    assert "damaged" in refusal(bytes(content))


def test_too_many_parts() -> None:
    many: dict[str, str | bytes | None] = {
        f"word/x{n}.xml": "<a/>" for n in range(gate.MOST_ENTRIES)
    }
    assert "parts; no document needs so many" in refusal(remade(many))


def test_a_list_of_parts_that_is_endless() -> None:
    content = bytearray(remade({}))
    struct.pack_into("<I", content, content.rindex(b"PK\x05\x06") + 12, 90_000_000)
    assert "far more parts" in refusal(bytes(content))


def test_two_parts_of_one_name() -> None:
    content = BytesIO(remade({}))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(content, "a") as archive:
        archive.writestr("word/document.xml", body("<w:p/>"))
    assert "two parts with the name" in refusal(content.getvalue())
    assert "two parts" in refusal(remade({"WORD/Document.xml": body("<w:p/>")}))


@pytest.mark.parametrize("name", ["../../etc/passwd", "word/../../x", "C:/x"])
def test_names_that_lead_out(name: str) -> None:
    assert "outside of itself" in refusal(remade({name: "x"}))


def test_a_link_in_place_of_a_part() -> None:
    content = BytesIO(remade({}))
    link = zipfile.ZipInfo("word/link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "link to another file" in refusal(content.getvalue())


def test_locked_files() -> None:
    content = bytearray(remade({}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(bytes(content))
    locked = b"\xd0\xcf\x11\xe0" + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(locked)


def test_two_kinds_of_file_in_one() -> None:
    assert "not a Word file" in refusal(b"<html>hello</html>" + remade({}))
    hidden = b"PK\x03\x04" + b"\0" * 60 + remade({})
    assert "Something else stands before" in refusal(hidden)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Word file"),
        (b"{\\rtf1 hello}", "rich text"),
        (b"%PDF-1.4", "not a Word file"),
        (b"PK\x05\x06" + b"\0" * 18, "empty archive"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (docx([para("x")])[:400], "damaged"),
        (zipped({"mimetype": "x", "content.xml": "<a/>"}), "OpenDocument"),
        (zipped({"xl/workbook.xml": "<a/>"}), "spreadsheet"),
        (zipped({"readme.txt": "hello"}), "not a Word document"),
        (zipped({"word/document.xml": "<a/>"}), "not a document"),
        (remade({"word/document.xml": None}), "incomplete"),
        (remade({"word/document.xml": "<a/>"}), "no text body"),
        (remade({"word/document.xml": "words"}), "not valid XML"),
        (remade({"word/document.xml": body("<w:p>")}), "not valid XML"),
        (remade({"_rels/.rels": "<a/>"}), "not a document"),
    ],
)
def test_what_is_no_word_file(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]>' + body("<w:p/>")),
        ("word/document.xml", '<!DOCTYPE a SYSTEM "https://example.org/x.dtd">' + body("<w:p/>")),
        ("[Content_Types].xml", "<!DOCTYPE a><Types/>"),
        ("word/_rels/document.xml.rels", "<!DOCTYPE a><Relationships/>"),
        ("customXml/item1.xml", "<!DOCTYPE a><a/>"),
    ],
)
def test_document_types(name: str, inside: str) -> None:
    assert "document type" in refusal(remade({name: inside}))


def test_a_document_type_in_two_bytes_a_letter() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a>' + body("<w:p/>")
    assert "document type" in refusal(remade({"word/document.xml": text.encode("utf-16")}))


def test_encodings() -> None:
    seven = '<?xml version="1.0" encoding="utf-7"?>' + body("<w:p/>")
    assert "encoding" in refusal(remade({"word/document.xml": seven}))
    two = '<?xml version="1.0" encoding="utf-16"?>' + body("<w:p><w:r><w:t>ä</w:t></w:r></w:p>")
    wide = remade({"word/document.xml": two.encode("utf-16")})
    assert [each.text for each in read(wide).paragraphs] == ["ä"]


@pytest.mark.parametrize(
    "inside",
    [
        '<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr></w:tc>',
        '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="99999"/></w:trPr></w:tr></w:tbl>',
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='99999999999'/></w:numPr></w:pPr></w:p>",
    ],
)
def test_absurd_numbers(inside: str) -> None:
    assert "absurd" in refusal(remade({"word/document.xml": body(inside)}))


def test_too_many_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_ELEMENTS", 10_000)
    content = remade({"word/document.xml": body("<w:p/>" * 10_001)})
    assert "elements; no text needs so many" in refusal(content)


def test_numbers_in_words_cost_nothing() -> None:
    # A search back to the element for each of them would take longer than anybody waits.
    said = 'val="123456" ' * 500_000 + "."
    (found,) = read(
        remade({"word/document.xml": body(f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>")})
    ).paragraphs
    assert found.text == said


def test_too_many_paragraphs_and_attributes() -> None:
    content = remade({"word/document.xml": body("<w:p/>" * 50_001)})
    assert "more than 50,000 paragraphs" in refusal(content)
    attributes = " ".join(f'a{n}="1"' for n in range(3_000))
    content = remade({"word/document.xml": body(f"<w:p {attributes}/>")})
    assert "more attributes" in refusal(content)


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ('<w:ins w:id="1" w:author="A"/><w:tr/>', "50,000 tracked changes and 50,000 table rows"),
        ("<w:footnoteReference/>", "50,000 notes"),
        ('<w:fldChar w:fldCharType="begin"/>', "50,000 field marks"),
    ],
)
def test_more_than_can_be_read_in_time_is_not_begun(
    monkeypatch: pytest.MonkeyPatch, inside: str, said: str
) -> None:
    monkeypatch.setattr(gate, "MOST_WORK", 150_000)
    assert said in refusal(remade({"word/document.xml": body(inside * 50_000)}))


def test_too_much_markup_in_all_and_too_many_attributes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST_MARKUP", 1_000_000)
    parts: dict[str, str | bytes | None] = {f"word/x{n}.xml": " " * 400_000 for n in range(3)}
    assert "far too large" in refusal(remade(parts))
    monkeypatch.setattr(gate, "MOST_ATTRIBUTES", 1_000)
    content = body("<w:p w:a='1' w:b=\"2\"/>" * 501)
    assert "1,000 attributes" in refusal(remade({"word/document.xml": content}))


def test_relations_are_counted_over_all_parts() -> None:
    rels = "<Relationships>" + '<Relationship Id="a"/>' * 3_400 + "</Relationships>"
    parts: dict[str, str | bytes | None] = {f"word/_rels/{n}.xml.rels": rels for n in range(3)}
    assert "relations between" in refusal(remade(parts))


def test_too_many_relations() -> None:
    rels = "<Relationships>" + '<Relationship Id="a"/>' * 10_001 + "</Relationships>"
    assert "relations between" in refusal(remade({"word/_rels/document.xml.rels": rels}))


def test_a_text_node_too_long_and_a_nest_too_deep() -> None:
    long = body(f"<w:p><w:r><w:t>{'a' * 11_000_000}</w:t></w:r></w:p>")
    assert "far too long" in refusal(remade({"word/document.xml": long}))
    deep = "<w:tbl><w:tr><w:tc>" * 5_000 + "</w:tc></w:tr></w:tbl>" * 5_000
    assert "far too deep" in refusal(remade({"word/document.xml": body(deep)}))


@pytest.mark.parametrize(
    ("opened", "closed", "times"),
    [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 80),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 100),
    ],
)
def test_what_is_nested_deep_is_read(opened: str, closed: str, times: int) -> None:
    content = body(opened * times + para("Deep.") + closed * times)
    found = read(remade({"word/document.xml": content})).paragraphs
    assert [each.text for each in found if each.text] == ["Deep."]


def test_a_file_that_brings_macros_is_refused_and_stray_ones_are_left_out() -> None:
    kind = TYPES.replace("openxmlformats-officedocument.wordprocessingml", "ms-word")
    macro = kind.replace("document.main", "document.macroEnabled.main")
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{macro}"/></Types>'
    assert ".docm" in refusal(remade({"[Content_Types].xml": types}))
    (loss,) = read(remade({"word/vbaProject.bin": b"MZ"})).losses
    assert (loss.kind, "vbaproject.bin" in loss.sentence) == ("macro", True)


def test_what_leads_out_of_the_file_is_left_behind_and_told() -> None:
    relations = "".join(
        f'<Relationship Id="r{n}" Type="x/{kind}" TargetMode="External" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            [
                ("attachedTemplate", "https://example.org/t.dotm"),
                ("image", "https://example.org/pixel.png"),
                ("oleObject", "mhtml:https://example.org/x!x-usc:y"),
                ("hyperlink", "https://example.org/"),
            ]
        )
    )
    rels = f"<Relationships>{relations}</Relationships>"
    admitted = admit(remade({"word/_rels/settings.xml.rels": rels}))
    assert [loss.kind for loss in admitted.losses] == ["external link"] * 3
    told = " ".join(loss.sentence for loss in admitted.losses)
    assert all(word in told for word in ("template", "pixel.png", "mhtml:"))


@settings(max_examples=60)
@given(seed=st.integers(0, 10**9))
def test_damaged_markup_is_read_or_refused_and_nothing_else(seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    with zipfile.ZipFile(BytesIO(_SOUND)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(sorted(parts))
    inside = bytearray(parts[name])
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(inside))
        edit = dice.randrange(3)
        if edit == 0:
            inside[at] ^= 1 << dice.randrange(8)
        elif edit == 1:
            del inside[at : at + dice.randrange(40)]
        else:
            start = dice.randrange(len(inside))
            inside[at:at] = inside[start : start + dice.randrange(200)]
        if not inside:
            break
    content = zipped({**parts, name: bytes(inside)})
    sentence = "It was read."
    try:
        read(content)
    except Unreadable as refused:
        sentence = refused.sentence
    assert sentence.endswith(".")


_SOUND = write_clean(treaty(RICH))
