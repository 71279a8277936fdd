"""A reading as plain values and back again: nothing is lost on the way."""

import json

from app.exchange.word.plain import as_json, as_pieces, from_json
from app.exchange.word.read import read
from app.exchange.word.story import View
from tests.support.made_files import docx, para, run
from tests.support.tracked import cell, field, gone, ins, raw, row, table

CONTENT = docx(
    [
        raw(
            '<w:bookmarkStart w:id="1" w:name="cl_1"/>',
            run("Each "), gone("State"), '<w:commentRangeStart w:id="4"/>', ins("Party"),
            '<w:commentRangeEnd w:id="4"/>', '<w:r><w:footnoteReference w:id="2"/></w:r>',
            field(" REF x ", "Article 2"),
        ),
        table(row(cell("a"), cell("b"))),
    ],
    {
        "footnotes": f'<w:footnote w:id="2">{raw(run("See"), ins(" it."))}</w:footnote>',
        "comments": f'<w:comment w:id="4" w:author="Chair">{para("Why?")}</w:comment>'
        f'<w:comment w:id="5" w:author="Chair">{para("Where?")}</w:comment>',
        "header1": para("Draft"),
    },
)  # fmt: skip


def test_there_and_back() -> None:
    for view in View:
        reading = read(CONTENT, view)
        assert from_json(json.loads(json.dumps(as_json(reading)))) == reading
        assert json.loads("".join(as_pieces(reading))) == as_json(reading)


def test_the_keys_that_others_rely_on() -> None:
    plain = as_json(read(CONTENT, View.ACCEPTED))
    assert {"view", "paragraphs", "losses", "revisions", "comments", "margins"} <= set(plain)
    first = plain["paragraphs"][0]
    assert {"label", "style", "text", "revisions", "comments", "notes"} <= set(first)
    assert first["text"] == "Each PartyArticle 2"
    assert first["revisions"][0] == {
        "kind": "deletion",
        "author": "A",
        "date": "2026-03-01T10:00:00Z",
        "begin": 5,
        "end": 5,
        "text": "State",
        "revision": 1,
        "detail": "",
    }
    assert first["comments"][0]["text"] == "Why?"
    assert first["comments"][0]["words"] == "Party"
    assert first["notes"][0]["number"] == "1"
    assert {loss["kind"] for loss in plain["losses"]} == {"field", "comment"}
