import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.live.frames import Here
from app.live.presence import TONES, Presence, tone
from app.store.seats import Role, SeatRecord

CHAIR = SeatRecord(
    3, "Chair", "chair@example.org", Role.CHAIR, "", False, True, datetime(2026, 5, 4, tzinfo=UTC)
)
DRAFTER = replace(CHAIR, id=12, name="Drafter A", role=Role.DRAFTER)


def news(presence: Presence) -> list[dict[str, Any]]:
    return [json.loads(text) for text in presence.news()]


def test_one_person_in_two_tabs_is_two_places_with_one_name() -> None:
    presence = Presence()
    presence.come("a", CHAIR)
    presence.come("b", CHAIR)
    said = {"name": "Chair", "tone": tone(CHAIR)}
    assert presence.who() == {"a": said, "b": said}
    presence.leave("a")
    assert presence.who() == {"b": said}


def test_a_colour_is_the_seats_own() -> None:
    assert tone(CHAIR) == tone(replace(CHAIR, name="Somebody else"))
    assert {tone(replace(CHAIR, id=number)) for number in range(100)} == set(range(TONES))


def test_a_burst_of_carets_is_told_once_and_then_is_no_news_any_more() -> None:
    presence = Presence()
    presence.come("a", CHAIR)
    presence.come("b", DRAFTER)
    news(presence)
    for at in range(10):
        assert presence.move("a", Here("c1", (at, at)))
    presence.move("b", Here("c2"))
    assert news(presence) == [{"here": {"a": {"uid": "c1", "at": [9, 9]}, "b": {"uid": "c2"}}}]
    assert news(presence) == []
    assert not presence.move("a", Here("c1", (9, 9)))
    assert news(presence) == []


def test_a_caret_that_is_taken_away_is_told_as_nothing() -> None:
    presence = Presence()
    presence.come("a", CHAIR)
    presence.move("a", Here("c1", (1, 2)))
    news(presence)
    presence.move("a", Here())
    assert news(presence) == [{"here": {"a": None}}]
    assert "uid" not in presence.who()["a"]


def test_who_comes_is_told_with_the_caret_and_who_leaves_by_the_place_alone() -> None:
    presence = Presence()
    presence.come("a", CHAIR)
    presence.move("a", Here("c1", (1, 2)))
    presence.come("b", DRAFTER)
    presence.leave("b")
    presence.leave("never here")
    assert news(presence) == [
        {
            "who": {"a": {"name": "Chair", "tone": tone(CHAIR), "uid": "c1", "at": [1, 2]}},
            "left": ["b"],
        }
    ]


def test_another_name_is_news_and_leaves_the_caret_where_it_is() -> None:
    presence = Presence()
    presence.come("a", CHAIR)
    presence.move("a", Here("c1", (1, 2)))
    news(presence)
    presence.come("a", replace(CHAIR, name="The Chair"))
    (said,) = news(presence)
    assert said["who"]["a"] == {"name": "The Chair", "tone": tone(CHAIR), "uid": "c1", "at": [1, 2]}


def test_somebody_who_is_not_here_has_no_caret() -> None:
    presence = Presence()
    assert not presence.move("a", Here("c1", (1, 2)))
    assert news(presence) == []
