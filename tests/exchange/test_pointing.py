from typing import Any

import pytest

from app.exchange.pointing import LONGEST_QUOTE, Fate, place_of, quotes, sources
from app.treaty.changes import cut

FERRY, LOCK, FLOOD = "cferry000000a", "clock0000000b", "cflood000000c"
TEXTS = {
    FERRY: "Each ferryman 🛶 shall cross the river by day, and may cross the river by night.",
    LOCK: "Each lock keeper shall keep the gates closed in a flood.",
    FLOOD: "A flood is high water that lasts.",
}
HERE = "https://table.example/drafts/ferries/clauses/"


def at(target: Any, *, believed: bool = False) -> tuple[str, str, str]:
    """What became of a target: its fate, the clause, and the words there."""
    place = place_of({"target": target}, TEXTS, believed=believed)
    words = ""
    if place.anchor is not None and place.uid:
        words = cut(TEXTS[place.uid], place.anchor.start, place.anchor.end)
    return place.fate.name, place.uid, words


def on(uid: str, *selectors: Any) -> dict[str, Any]:
    selector = selectors[0] if len(selectors) == 1 else list(selectors)
    return {"source": HERE + uid, "selector": selector}


def quote(exact: str, prefix: str = "", suffix: str = "", **more: Any) -> dict[str, Any]:
    found = {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}
    return found | more


def position(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def test_words_are_found_in_their_clause_and_in_the_draft() -> None:
    assert at(on(LOCK, quote("the gates"))) == ("WORDS", LOCK, "the gates")
    elsewhere = {"source": "https://page.example", "selector": quote("lock keeper", "Each ")}
    assert at(elsewhere) == ("WORDS", LOCK, "lock keeper")


def test_words_that_stand_twice_are_to_be_checked_unless_something_tells_them_apart() -> None:
    assert at(on(FERRY, quote("cross the river")))[0] == "CHECK"
    assert at(on(FERRY, quote("cross the river", "and may ")))[0] == "WORDS"
    # Positions count characters: the boat is one of them, and two of our units.
    begins = TEXTS[FERRY].rindex("cross")
    twice = on(FERRY, quote("cross the river"), position(begins, begins + 15))
    place = place_of({"target": twice}, TEXTS)
    assert place.fate is Fate.WORDS
    assert place.anchor is not None
    assert place.anchor.start == begins + 1


def test_words_that_changed_are_to_be_checked_and_words_that_are_not_there_are_gone() -> None:
    assert at(on(LOCK, quote("keep the gate closed in floods")))[0] == "CHECK"
    place = place_of({"target": on(LOCK, quote("The tolls are waived for pilgrims"))}, TEXTS)
    assert (place.fate, place.uid) == (Fate.GONE, LOCK)
    assert place.anchor is not None
    assert place.anchor.quote == "The tolls are waived for pilgrims"


def test_a_position_alone_is_believed_only_of_a_named_clause_just_read() -> None:
    gates = on(LOCK, position(28, 37))
    assert at(gates, believed=True) == ("WORDS", LOCK, TEXTS[LOCK][28:37])
    assert at(gates) == ("CLAUSE", LOCK, "")
    foreign = {"source": "https://page.example", "selector": position(0, 4)}
    assert at(foreign, believed=True) == ("DRAFT", "", "")
    assert at(on(LOCK, position(28, 900)), believed=True) == ("CLAUSE", LOCK, "")
    assert at(on(LOCK, position(9, 3)), believed=True) == ("CLAUSE", LOCK, "")


def test_fragments_name_clauses_or_characters() -> None:
    draft = "https://table.example/drafts/ferries"
    named = {"type": "FragmentSelector", "value": FLOOD}
    assert at({"source": draft, "selector": named}) == ("CLAUSE", FLOOD, "")
    refined = named | {"refinedBy": quote("high water")}
    assert at({"source": draft, "selector": refined}) == ("WORDS", FLOOD, "high water")
    characters = {"type": "FragmentSelector", "value": "char=2,7"}
    assert at(on(FLOOD, characters), believed=True) == ("WORDS", FLOOD, "flood")
    assert at(f"{draft}#{FLOOD}") == ("CLAUSE", FLOOD, "")
    assert at(HERE + FLOOD) == ("CLAUSE", FLOOD, "")
    assert at(HERE + "cnowhere00000") == ("DRAFT", "", "")


def test_a_range_goes_from_one_place_up_to_another() -> None:
    ends = {"startSelector": quote("shall keep"), "endSelector": quote(" in a flood.")}
    between = {"type": "RangeSelector"} | ends
    assert at(on(LOCK, between)) == ("WORDS", LOCK, "shall keep the gates closed")
    turned = {"startSelector": ends["endSelector"], "endSelector": ends["startSelector"]}
    assert at(on(LOCK, {"type": "RangeSelector"} | turned))[0] == "CLAUSE"
    paths = {"type": "RangeSelector", "startSelector": {"type": "XPathSelector", "value": "//p"}}
    assert at(on(LOCK, paths, quote("the gates")))[2] == "the gates"


def test_a_selector_narrows_what_another_found() -> None:
    whole = quote("and may cross the river by night")
    assert at(on(FERRY, whole | {"refinedBy": quote("the river")})) == (
        "WORDS",
        FERRY,
        "the river",
    )
    start = place_of({"target": on(FERRY, whole | {"refinedBy": quote("river")})}, TEXTS).anchor
    assert start is not None
    assert start.start > TEXTS[FERRY].rindex("cross")
    assert at(on(FERRY, whole | {"refinedBy": quote("no such thing")}))[0] == "CHECK"


def test_words_of_several_clauses_are_put_on_the_longest_line_to_be_checked() -> None:
    both = quote(f"{TEXTS[LOCK]}\n{TEXTS[FLOOD]}")
    assert at({"source": "https://page.example", "selector": both})[:2] == ("CHECK", LOCK)


def test_the_best_of_several_targets_is_taken() -> None:
    targets = {"type": "Composite", "items": ["https://a.example", on(LOCK, quote("the gates"))]}
    assert at(targets)[0] == "WORDS"
    assert sources({"target": targets}) == ["https://a.example", HERE + LOCK]
    assert quotes({"target": targets}) == ["the gates"]


@pytest.mark.parametrize(
    "target",
    [
        None,
        3,
        [],
        {},
        {"source": 3, "selector": "https://a.example/selector"},
        {"source": {"id": "https://a.example"}, "selector": [3, None, {"type": "SvgSelector"}]},
        {"selector": {"type": "TextQuoteSelector", "exact": 5}},
        {"selector": {"type": "TextQuoteSelector", "exact": "  "}},
        {"selector": {"type": ["RangeSelector"], "startSelector": [], "endSelector": {}}},
        {"selector": {"type": "TextPositionSelector", "start": "1", "end": None}},
    ],
)
def test_whatever_stands_there_the_draft_as_a_whole_is_left(target: Any) -> None:
    assert at(target, believed=True) == ("DRAFT", "", "")


def test_endless_quotes_are_not_looked_for() -> None:
    place = place_of({"target": on(LOCK, quote("gate " * LONGEST_QUOTE))}, TEXTS)
    assert place.fate is Fate.GONE
    assert place.anchor is not None
    assert len(place.anchor.quote) == LONGEST_QUOTE
