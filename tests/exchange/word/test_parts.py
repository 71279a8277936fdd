"""Parts that were not read are told, those of form are not; custom properties are read."""

import pytest

from app.exchange.package import Package
from app.exchange.word.parts import part_losses, properties_of
from tests.support.made_files import docx, para, zipped


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("word/embeddings/oleObject1.bin", "embedded file"),
        ("word/charts/chart1.xml", "chart"),
        ("word/diagrams/data1.xml", "diagram"),
        ("word/activeX/activeX1.xml", "OLE object"),
        ("customXml/item1.xml", "custom data"),
        ("word/glossary/document.xml", "building blocks"),
        ("_xmlsignatures/sig1.xml", "signature"),
        ("word/afchunk1.docx", "document within"),
        ("word/novelty.xml", "unknown part"),
        ("readme.txt", "unknown part"),
    ],
)
def test_parts_that_may_hold_something(name: str, kind: str) -> None:
    package = Package(zipped({"word/document.xml": "<a/>", name: "x"}))
    assert [(loss.kind, loss.place) for loss in part_losses(package, "word/document.xml")] == (
        [(kind, "the file")]
    )


@pytest.mark.parametrize(
    "name",
    [
        "word/styles.xml", "word/theme/theme1.xml", "docProps/core.xml", "word/settings.xml",
        "word/media/image1.png", "word/_rels/document.xml.rels", "word/header12.xml",
        "customXml/itemProps1.xml", "word/commentsExtensible.xml", "word/vbaProject.bin",
    ],
)  # fmt: skip
def test_parts_of_form_or_told_elsewhere(name: str) -> None:
    package = Package(zipped({"word/document.xml": "<a/>", name: "x"}))
    assert list(part_losses(package, "word/document.xml")) == []


def test_custom_properties() -> None:
    inside = '<Properties><property name="round"><lpwstr>7</lpwstr></property></Properties>'
    assert properties_of(Package(zipped({"docProps/custom.xml": inside}))) == {"round": "7"}
    assert properties_of(Package(docx([para("x")]))) == {}
