import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.live import frames
from app.store.journal import EntryRecord
from app.treaty.changes import ChangeSet

PUSH = {"uid": "cabc", "base": 7, "n": 3, "changes": [[2, [0, "x"]], [3, [1]]]}
DEED = {"id": 1, "do": "split", "uid": "cabc", "base": 7, "at": 4}


def entry(**said: Any) -> EntryRecord:
    values: dict[str, Any] = {
        "seq": 8,
        "draft_id": 1,
        "uid": "cabc",
        "version": 4,
        "act": "reworded",
        "author_id": 2,
        "author": "Drafter A",
        "at": datetime(2026, 5, 4, tzinfo=UTC),
        "changes": [2, [0, "x"]],
        "detail": {},
        "origin": "typed",
        "hash": "0" * 64,
        "push": "abcdefgh.3",
    }
    return EntryRecord(**(values | said))


def read(frame: object) -> frames.Heard:
    return frames.read(json.dumps(frame))


def test_every_frame_that_a_browser_sends_is_read() -> None:
    assert read({"hello": {"since": 5, "client": "abcdefgh"}}) == frames.Hello(5, "abcdefgh")
    pushed = read({"push": PUSH})
    assert pushed == frames.Pushed(
        "cabc",
        "",
        7,
        3,
        (ChangeSet.from_json([2, [0, "x"]]), ChangeSet.from_json([3, [1]])),
    )
    signed = read({"push": PUSH | {"client": "editor12"}})
    assert isinstance(signed, frames.Pushed) and signed.client == "editor12"
    assert read({"deed": DEED}) == frames.Asked(1, "split", "cabc", 7, 4)
    assert read({"here": {"uid": "cabc", "at": [1, 2]}}) == frames.Here("cabc", (1, 2))
    assert read({"here": {"uid": "cabc"}}) == frames.Here("cabc")
    assert read({"here": None}) == frames.Here()


def test_a_push_of_half_a_character_goes_back_to_its_author_rather_than_nowhere() -> None:
    sent = '{"push": {"uid": "cabc", "base": 7, "n": 3, "changes": [[[0, "\\ud83d"]], [1]]}}'
    assert frames.read(sent) == frames.Garbled("cabc", "", (3, 4))
    assert read({"push": PUSH | {"changes": ["x"]}}) == frames.Garbled("cabc", "", (3,))


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "hello",
        "[" * 60_000,
        "{" * 100,
        "null",
        "[]",
        "{}",
        '{"here": null, "hello": null}',
        '{"push": null}',
        '{"push": []}',
        '{"here": 1}',
        '{"nothing": {}}',
        '{"hello": {"since": "1", "client": "abcdefgh"}}',
        '{"hello": {"since": true, "client": "abcdefgh"}}',
        '{"hello": {"since": -1, "client": "abcdefgh"}}',
        '{"hello": {"since": 1e999, "client": "abcdefgh"}}',
        '{"hello": {"since": 99999999999, "client": "abcdefgh"}}',
        '{"hello": {"since": 1, "client": "short"}}',
        '{"hello": {"since": 1, "client": "with.a.dot"}}',
        '{"hello": {"since": 1}}',
        '{"here": {"uid": "c", "at": [1]}}',
        '{"here": {"uid": "c", "at": [1, -2]}}',
        '{"here": {"uid": "c\\u0000", "at": [1, 2]}}',
        '{"here": {"uid": "' + "c" * 40 + '"}}',
        '{"deed": {"id": 1, "do": "burn", "uid": "c", "base": 1}}',
        '{"deed": {"id": 1, "do": ["split"], "uid": "c", "base": 1}}',
        '{"push": {"uid": "c", "base": 1, "n": 1, "changes": []}}',
        '{"push": {"uid": "c", "base": 1, "n": 1, "changes": {}}}',
        '{"push": {"uid": "c", "base": 1, "n": 1, "client": "a", "changes": [[1]]}}',
        json.dumps({"push": PUSH | {"changes": [[1]] * (frames.MOST + 1)}}),
        '{"hello": {"since": ' + "1" * 5000 + ', "client": "abcdefgh"}}',
    ],
)
def test_anything_else_is_refused_with_a_sentence(sent: str) -> None:
    with pytest.raises(frames.Unreadable) as refusal:
        frames.read(sent)
    assert refusal.value.sentence.endswith(".")


def test_a_commit_says_of_every_entry_what_a_page_needs() -> None:
    typed, struck = (
        entry(),
        entry(seq=9, act="struck", changes=None, push="", detail={"of": 8, "joined": "cdef"}),
    )
    said = json.loads(frames.edits(7, 9, [typed, struck], {"abcdefgh": "s1"}))
    assert said == {
        "seq": [7, 9],
        "edits": [
            {
                "s": 8,
                "u": "cabc",
                "v": 4,
                "a": "reworded",
                "by": "Drafter A",
                "p": "abcdefgh.3",
                "w": "s1",
                "c": [2, [0, "x"]],
            },
            {
                "s": 9,
                "u": "cabc",
                "v": 4,
                "a": "struck",
                "by": "Drafter A",
                "d": {"of": 8, "joined": "cdef"},
            },
        ],
    }


def test_who_typed_it_is_said_only_where_the_page_is_known() -> None:
    (said,) = json.loads(frames.edits(7, 8, [entry()], {"another1": "s1"}))["edits"]
    assert "w" not in said and said["p"] == "abcdefgh.3"


@pytest.mark.parametrize(
    ("changes", "is_read"),
    [
        ([[1, [0, "a"]] * 250], True),
        ([[1, [0, "a"]] * 250 + [1]], False),
        ([[1, [0, "a"]] * 10] * 26, False),
        ([[[0, *["line"] * 600]]], False),
        ([[1, [0, "a" * 60_000]]], True),
    ],
)
def test_a_push_that_names_very_many_places_comes_back_and_nothing_is_made_of_it(
    changes: list[object], is_read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(ChangeSet, "from_json", lambda value: made.append(value))
    heard = read({"push": PUSH | {"changes": changes}})
    assert len(made) == (len(changes) if is_read else 0)
    if not is_read:
        assert isinstance(heard, frames.Garbled) and "500 places" in heard.why
        assert heard.n == tuple(range(3, 3 + len(changes)))


def test_a_long_frame_costs_as_much_as_many_short_ones_and_so_do_many_places() -> None:
    assert frames.cost(json.dumps({"push": PUSH})) < 2
    assert frames.cost("x" * 65_536) == 65
    places = json.dumps({"push": PUSH | {"changes": [[1, [0, "a"]] * 6000]}})
    assert frames.cost(places) > 500


def test_a_deeds_name_is_not_told() -> None:
    said = json.loads(frames.edits(7, 8, [entry(origin="", push="abcdefgh.d3")], {}))
    assert "p" not in said["edits"][0]


def test_words_go_over_the_wire_as_they_are() -> None:
    said = frames.edits(7, 8, [entry(changes=[[0, "سلام 和平 🕊"]])], {})
    assert "سلام 和平 🕊" in said


def test_answers_name_what_they_answer() -> None:
    assert json.loads(frames.back("c1", "editor12", (3, 4), "Why.", "Chair")) == {
        "back": {"uid": "c1", "client": "editor12", "n": [3, 4], "why": "Why.", "by": "Chair"}
    }
    assert json.loads(frames.kept("c1", "editor12", (3,))) == {
        "kept": {"uid": "c1", "client": "editor12", "n": [3]}
    }
    assert json.loads(frames.done(5, "c1", 2)) == {"done": {"id": 5, "uid": "c1", "at": 2}}
    assert json.loads(frames.no(5, "Why.")) == {"no": {"id": 5, "why": "Why."}}
    assert json.loads(frames.reload("Why.")) == {"reload": "Why."}
    assert json.loads(frames.end("Why.")) == {"end": "Why."}
    assert json.loads(frames.welcome(5, "s1", False, {})) == {
        "welcome": {"seq": 5, "you": "s1", "may": False, "who": {}}
    }
