import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.exchange import linkfile, weblinks
from app.exchange.pointing import Fate, place_of
from app.exchange.weblinks import CONTEXT, Home, Said, annotation_of, words_of
from app.treaty.anchors import anchor
from tests.exchange.test_linkfile import FILES

HOME = Home("https://table.example", "ferries")
UID, TEXT = "cferry000000a", "Each ferryman 🛶 shall cross the river by day."
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def said(words: str = "", **more: Any) -> Said:
    made = Said("nnote00000001", "comment", "Why **by day**?", "everyone", "Drafter A", AT)
    if words:
        units = len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2
        made = replace(made, anchor=anchor(TEXT, units, units + len(words)), stands="anchored")
    return replace(made, **({"uid": UID, "words": TEXT} if words else {}) | more)


def structures() -> dict[int, dict[str, Any]]:
    items = linkfile.read((FILES / "structures.jsonld").read_bytes()).items
    return {at: dict(item) for at, item in enumerate(items, 1)}


def test_a_note_of_ours_points_at_its_words_and_is_found_there_again() -> None:
    made = annotation_of(said("by day"), HOME)
    assert made["@context"][0] == CONTEXT
    assert made["id"] == HOME.container + "nnote00000001"
    assert made["created"] == "2026-05-04T09:00:00Z"
    assert made["creator"] == {"type": "Person", "name": "Drafter A"}
    assert made["motivation"] == "commenting"
    assert made["body"][0]["value"] == "Why **by day**?"
    quote, position = made["target"]["selector"]
    assert (quote["exact"], quote["suffix"]) == ("by day", ".")
    # Characters, as the Recommendation counts: the boat is one.
    assert TEXT[position["start"] : position["end"]] == "by day"
    place = place_of(made, {UID: TEXT})
    assert (place.fate, place.anchor) == (Fate.WORDS, said("by day").anchor)


@pytest.mark.parametrize("kind", weblinks.KINDS)
def test_a_kind_comes_back_as_itself(kind: str) -> None:
    assert weblinks.kind_of(annotation_of(said(kind=kind), HOME)) == kind


def test_notes_on_a_clause_on_the_draft_and_on_a_note() -> None:
    assert annotation_of(said(uid=UID), HOME)["target"] == f"{HOME.draft}/clauses/{UID}"
    assert annotation_of(said(), HOME)["target"] == HOME.draft
    answer = annotation_of(said(answers="nnote00000000"), HOME)
    assert answer["target"] == HOME.container + "nnote00000000"
    assert answer["motivation"] == "replying"


def test_words_that_are_gone_keep_their_quote_and_no_position() -> None:
    made = annotation_of(said("by day", stands="orphaned"), HOME)
    assert [one["type"] for one in made["target"]["selector"]] == ["TextQuoteSelector"]
    assert made["travaux"]["stands"] == "orphaned"


@pytest.mark.parametrize("number", range(1, 42))
def test_each_structure_of_the_recommendation_is_given_back_whole(number: int) -> None:
    came = structures()[number]
    kept = said(came=came, body=weblinks.fitted(came), kind=weblinks.kind_of(came), audience="mine")
    made = annotation_of(kept, HOME)
    assert made.pop("id") == HOME.note(kept.key)
    old = came.pop("id")
    vias = made.pop("via")
    assert vias == ([came.pop("via"), old] if "via" in came else old)
    assert {name: value for name, value in made.items() if name in came} == came
    assert "was" not in made["travaux"]
    # Given in once more, nothing is added to it.
    again = annotation_of(replace(kept, came={"id": "x", "via": vias, **came}), HOME)
    assert {name: again[name] for name in came} == came


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "<http://archive.example/letters/1>"),
        (3, "Video: <http://archive.example/film>"),
        (5, "La rivière est large."),
        (6, "A word on the ferry"),
        (8, "Marked, without words."),
        (9, "<http://archive.example/caption>\n\nferries"),
        (10, "- <http://archive.example/english>\n- <http://archive.example/french>"),
        (18, "Says how the tolls were set\n\nTags: to read"),
        (21, "Tags: <http://archive.example/towns/1>"),
        (22, "<http://archive.example/page1>"),
        (
            41,
            "- This part of the text is very clear. Really.\n- <http://archive.example/spoken>"
            "\n\nTags: tolls",
        ),
    ],
)
def test_what_a_structure_says_in_words(number: int, words: str) -> None:
    assert words_of(structures()[number]) == words


def test_who_wrote_it_and_when() -> None:
    items = structures()
    assert weblinks.author_of(items[14]) == "http://archive.example/people/1"
    assert weblinks.author_of(items[15]) == "Scholar of the quay"
    assert weblinks.author_of(items[1]) == ""
    assert weblinks.made_of(items[41]) == "2015-10-13"
    assert "http://elsewhere.example/notes/1" in weblinks.names_of(items[20])


def test_what_was_changed_here_replaces_what_came_and_that_is_still_there() -> None:
    came = structures()[18]
    made = annotation_of(said(came=came, kind="question"), HOME)
    assert made["motivation"] == "questioning"
    assert made["body"] == [
        {"type": "TextualBody", "value": "Why **by day**?", "format": "text/markdown"}
    ]
    assert made["travaux"]["was"] == {"motivation": "bookmarking", "body": came["body"]}
    value = annotation_of(said(came=structures()[6]), HOME)
    assert "bodyValue" not in value
    assert value["travaux"]["was"] == {"bodyValue": "A word on the ferry"}


def test_what_came_from_elsewhere_points_here_too_when_its_words_were_found() -> None:
    came = {"id": "http://a.example/1", "target": {"source": "http://a.example/page"}}
    made = annotation_of(said("by day", came=came), HOME)
    assert made["target"][0] == came["target"]
    assert made["target"][1]["source"] == HOME.clause(UID)
    # As it is now, it comes back as it is.
    again = annotation_of(said("by day", came=made), HOME)
    assert again["target"] == made["target"]
    # The words move on: so does what points at them here.
    moved = replace(said("by day", came=made), words="Now: " + TEXT)
    assert moved.anchor is not None
    moved = replace(
        moved,
        anchor=replace(moved.anchor, start=moved.anchor.start + 5, end=moved.anchor.end + 5),
    )
    later = annotation_of(moved, HOME)
    assert later["target"][0] == came["target"]
    assert later["target"][1]["selector"][1]["start"] == TEXT.index("by day") + 5
    assert len(later["target"]) == 2


def test_too_many_words_are_cut_and_seats_of_another_table_are_not_named() -> None:
    long = weblinks.fitted({"bodyValue": "ferry " * 5_000})
    assert len(long) <= weblinks.LONGEST
    assert long.endswith("kept with the note)")
    named = {"bodyValue": "See [@Drafter \\[A\\]](/seats/3) and [this](/seats/4)"}
    assert weblinks.fitted(named) == "See @Drafter \\[A\\] and [this](/seats/4)"


def test_a_file_of_ours_is_read_again() -> None:
    items = [annotation_of(said("by day"), HOME), annotation_of(said(uid=UID, key="n2"), HOME)]
    page = weblinks.page_of(items, "Ferries", HOME)
    assert page["total"] == 2
    assert list(linkfile.read(json.dumps(page).encode()).items) == items
