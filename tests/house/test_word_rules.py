"""Our own lint of Word files sees what Microsoft's validator does not: each rule is broken once."""

import io
import zipfile
from dataclasses import replace

import pytest

from app.exchange.word.redline import write_redline
from app.exchange.word.treaty import Comment, Talk
from app.exchange.word.write import write_clean
from tests.support.word_rules import breaches
from tests.support.word_treaties import document, treaty

_TEXT = (
    "article | Scope\n  paragraph | Talks are held.\n"
    "article | Costs\n  paragraph | Each bears its own.\n"
    "article | Review\n  paragraph | A conference is held."
)
_TALK = Talk((Comment("Chair", "2026-03-01T12:00:00Z", ("Why?",)),), 0, 5)


def redline() -> bytes:
    was = treaty(_TEXT)
    clauses = document(_TEXT.replace("bears", "pays for")).clauses
    order = [4, 5, 0, 1, 2, 3]
    now = replace(was.document, clauses=tuple(clauses[at] for at in order))
    return write_redline(was, replace(was, document=now))


def broken(content: bytes, part: str, old: str, new: str) -> bytes:
    """The file with one thing in one part replaced, everywhere."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            text = source.read(entry)
            if entry.filename == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            target.writestr(entry, text)
    return out.getvalue()


BODY = "word/document.xml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("w:delText", "w:t", "t inside of w:del"),
        ('w:author="Secretariat"', 'w:author=""', "nobody's"),
        ('<w:moveFromRangeEnd w:id="3', '<w:moveFromRangeEnd w:id="9', "ranges that begin"),
        (
            '<w:moveToRangeStart w:id="',
            '<w:moveToRangeStart w:id="1" w:was="',
            "moveTo: ranges that",
        ),
    ],
)
def test_what_is_wrong_with_a_redline_is_told(old: str, new: str, said: str) -> None:
    assert breaches(redline()) == []
    found = breaches(broken(redline(), BODY, old, new))
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        (BODY, "<w:commentRangeEnd ", "<w:bookmarkEnd ", "commentRangeEnd"),
        (BODY, "<w:commentReference ", "<w:footnoteRef ", "commentReference"),
        ("word/commentsExtended.xml", 'paraId="00000001"', 'paraId="00000077"', "in no comment"),
        ("word/comments.xml", 'paraId="00000001"', 'paraId="90000001"', "too high"),
        (
            "word/_rels/document.xml.rels",
            "<Relationship ",
            '<Relationship TargetMode="External" ',
            "outside",
        ),
    ],
)
def test_what_is_wrong_with_comments_and_relations_is_told(
    part: str, old: str, new: str, said: str
) -> None:
    content = write_clean(replace(treaty(_TEXT), talks={"u1": (_TALK,)}))
    assert breaches(content) == []
    found = breaches(broken(content, part, old, new))
    assert any(said in each for each in found), found
