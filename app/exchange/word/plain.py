"""A reading of a Word file as plain values, and back: for --json, and from process to process."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.exchange.word.comments import Remark, Thread
from app.exchange.word.read import Margin, Note, Paragraph, Reading
from app.exchange.word.revisions import Revision
from app.exchange.word.story import Loss, View
from app.exchange.word.views import Change, Shown


def as_json(reading: Reading) -> dict[str, Any]:
    """A reading as plain values, for `travaux read --json` and across the border of a process."""
    return {
        "view": str(reading.view),
        "paragraphs": [_plain_paragraph(each) for each in reading.paragraphs],
        "revisions": [_flat(each) for each in reading.revisions],
        "comments": [_plain_thread(each) for each in reading.comments],
        "margins": [
            {
                "kind": each.kind,
                "pages": each.pages,
                "paragraphs": [_plain_paragraph(one) for one in each.paragraphs],
            }
            for each in reading.margins
        ],
        "properties": dict(reading.properties or {}),
        "losses": [_flat(each) for each in reading.losses],
    }


def as_pieces(reading: Reading) -> Iterator[str]:
    """The same as JSON, piece by piece: a long redline is never there twice as plain values."""
    yield '{"paragraphs": ['
    for at, each in enumerate(reading.paragraphs):
        yield (", " if at else "") + json.dumps(_plain_paragraph(each))
    for name, values in (
        ("revisions", map(_flat, reading.revisions)),
        ("comments", map(_plain_thread, reading.comments)),
        ("losses", map(_flat, reading.losses)),
    ):
        yield f'], "{name}": ['
        for at, plain in enumerate(values):
            yield (", " if at else "") + json.dumps(plain)
    rest = as_json(replace(reading, paragraphs=(), revisions=(), comments=(), losses=()))
    named = {name: rest[name] for name in ("view", "margins", "properties")}
    yield "], " + json.dumps(named)[1:]


def _plain_paragraph(each: Paragraph) -> dict[str, Any]:
    return {
        "label": each.label,
        "style": each.style,
        "text": each.text,
        "revisions": [_flat(change) for change in each.revisions],
        "comments": [_plain_thread(thread) for thread in each.comments],
        "notes": [
            {
                "kind": note.kind,
                "number": note.number,
                "at": note.at,
                "text": note.text,
                "revisions": [_flat(change) for change in note.revisions],
            }
            for note in each.notes
        ],
        "level": each.level,
        "where": each.where,
        "bookmarks": list(each.bookmarks),
        "key": each.key,
        "fields": [
            {"begin": shown.begin, "end": shown.end, "code": shown.code} for shown in each.fields
        ],
    }


def _flat(each: Change | Revision | Remark | Loss) -> dict[str, Any]:
    """The fields of a value that holds only words and numbers.

    A long redline has thousands: `dataclasses.asdict` would copy each of their values.
    """
    return {name: getattr(each, name) for name in each.__slots__}


def _plain_thread(each: Thread) -> dict[str, Any]:
    return {
        **_flat(each.remark),
        "replies": [_flat(reply) for reply in each.replies],
        "paragraph": each.paragraph,
        "begin": each.begin,
        "end": each.end,
        "words": each.words,
        "where": each.where,
    }


def from_json(plain: Mapping[str, Any]) -> Reading:
    """The reading that `as_json` made plain."""
    return Reading(
        View(plain["view"]),
        tuple(_paragraph_from(each) for each in plain["paragraphs"]),
        tuple(Loss(**each) for each in plain["losses"]),
        tuple(Revision(**each) for each in plain["revisions"]),
        tuple(_thread_from(each) for each in plain["comments"]),
        tuple(
            Margin(
                each["kind"],
                each["pages"],
                tuple(_paragraph_from(one) for one in each["paragraphs"]),
            )
            for each in plain["margins"]
        ),
        dict(plain["properties"]),
    )


def _paragraph_from(plain: Mapping[str, Any]) -> Paragraph:
    notes = tuple(
        Note(**{**note, "revisions": tuple(Change(**each) for each in note["revisions"])})
        for note in plain["notes"]
    )
    return Paragraph(
        **{
            **plain,
            "revisions": tuple(Change(**each) for each in plain["revisions"]),
            "comments": tuple(_thread_from(each) for each in plain["comments"]),
            "notes": notes,
            "bookmarks": tuple(plain["bookmarks"]),
            "fields": tuple(Shown(**each) for each in plain["fields"]),
        }
    )


def _thread_from(plain: Mapping[str, Any]) -> Thread:
    own = ("id", "author", "initials", "date", "text", "resolved")
    return Thread(
        Remark(**{name: plain[name] for name in own}),
        tuple(Remark(**each) for each in plain["replies"]),
        plain["paragraph"],
        plain["begin"],
        plain["end"],
        plain["words"],
        plain["where"],
    )
