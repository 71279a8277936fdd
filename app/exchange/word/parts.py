"""The parts of a Word file that hold no words of its text: which are to be told, which are form."""

import re
from collections.abc import Iterator

from app.exchange.package import Package, attribute, local
from app.exchange.word.story import Loss
from app.exchange.word.things import short

_FORM = re.compile(
    r"\[content_types\]\.xml|(.*/)?_rels/[^/]*\.rels"
    r"|docprops/.*|[^/]+/theme/.*|[^/]+/media/.*|[^/]+/fonts/.*|[^/]+/printersettings.*"
    r"|(.*/)?(styles|styleswitheffects|settings|websettings|fonttable|numbering|people|mimedata"
    r"|footnotes|endnotes|comments|commentsextended|commentsids|commentsextensible"
    r"|header\d*|footer\d*|customizations|keymapcustomizations|recipientdata)\d*\.xml"
    r"|customxml/(_rels/.*|itemprops\d*\.xml)|docmetadata/.*"
)
_NAMED = (
    (re.compile(r"(.*/)?(vbaproject\.bin|vbadata\.xml|attachedtoolbars\.bin)"), "", ""),
    (re.compile(r".*/activex/.*"), "OLE object", "A control in the file was not taken"),
    (re.compile(r".*/embeddings/.*"), "embedded file", "A file within this one was not opened"),
    (re.compile(r".*/(charts|drawings)/.*"), "chart", "A chart's own part was not read"),
    (re.compile(r".*/diagrams/.*"), "diagram", "A diagram's own part was not read"),
    (re.compile(r"customxml/.*"), "custom data", "Data beside the text were not read"),
    (re.compile(r".*/glossary/.*"), "building blocks", "Building blocks were not read"),
    (re.compile(r"_xmlsignatures/.*"), "signature", "A digital signature was not checked"),
    (re.compile(r".*/afchunk.*"), "document within", "A document within this one was not read"),
)


def part_losses(package: Package, main: str) -> Iterator[Loss]:
    """A loss for every part that may hold something of its own and was not read.

    Parts that say only how a text looks are none; pictures are told where they stand. Programs
    are told at the gate.
    """
    for name in package.names:
        if name == main.lower() or name.endswith("/") or _FORM.fullmatch(name):
            continue
        kind, sentence = next(
            (row[1:] for row in _NAMED if row[0].fullmatch(name)),
            ("unknown part", "A part of an unknown kind was not read"),
        )
        if kind:
            yield Loss(kind, f"{sentence} ({short(name)}).", "the file")


def properties_of(package: Package) -> dict[str, str]:
    """The custom properties of a file by name (ECMA-376 part 1, 22.3); {} when it has none."""
    found: dict[str, str] = {}
    if "docprops/custom.xml" in package:
        for each in package.xml("docProps/custom.xml"):
            if local(each) == "property" and (name := attribute(each, "name")):
                found[name] = "".join(str(words) for words in each.itertext())
    return found
