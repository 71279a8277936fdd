from io import BytesIO
from zipfile import ZipFile

from app.exchange.word.package import pack, relation_id

PARTS = {
    "word/document.xml": "<w:document/>",
    "word/styles.xml": "<w:styles/>",
    "word/header1.xml": "<w:hdr/>",
    "docProps/core.xml": "<core/>",
}


def test_every_part_has_its_type_and_its_relation() -> None:
    with ZipFile(BytesIO(pack(PARTS))) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        types = archive.read("[Content_Types].xml").decode()
        ours = archive.read("word/_rels/document.xml.rels").decode()
        package = archive.read("_rels/.rels").decode()
    assert all(f'PartName="/{name}"' in types for name in PARTS)
    assert 'Target="styles.xml"' in ours
    assert f'Id="{relation_id("word/header1.xml")}"' in ours
    assert "footnotes" not in ours
    assert 'Target="word/document.xml"' in package
    assert 'Target="docProps/core.xml"' in package


def test_the_same_parts_give_the_same_bytes_with_attributes_and_one_date() -> None:
    assert pack(PARTS) == pack(dict(PARTS))
    with ZipFile(BytesIO(pack(PARTS))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
