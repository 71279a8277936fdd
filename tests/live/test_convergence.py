"""That all copies of a text become equal, whatever happens on the way.

Two ways of seeing it: meetings by dice with everything real but the sockets, and the browser's
own library as clients of our rebasing. Each run follows from its seed, which a failure names;
`make soak` does twenty and fifty times as many.
"""

from collections.abc import Iterator

import pytest

from app.store.unit import Stores
from tests.support.lockstep import composed, diverging
from tests.support.meeting import Meeting, People
from tests.support.node import program

MEETINGS = 500
SESSIONS = 2_000
AT_ONCE = 250


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    """Eight drafters and a database in memory: nothing here is about surviving a power cut."""
    stores = Stores("sqlite://")
    stores.migrate()
    yield People.seated(stores)
    stores.close()


@pytest.mark.parametrize("first", range(0, MEETINGS, 25))
def test_after_a_meeting_every_copy_is_what_the_journal_says(people: People, first: int) -> None:
    for seed in range(first, first + 25):
        meeting = Meeting(people, seed)
        try:
            meeting.run()
        except Exception as problem:
            raise AssertionError(f"the meeting of seed {seed}: {meeting.happened}") from problem


@pytest.mark.parametrize("first", range(0, SESSIONS, AT_ONCE))
def test_the_browsers_library_agrees_with_rebasing_one_update_at_a_time(first: int) -> None:
    with program("sessions") as node:
        assert diverging(node, range(first, first + AT_ONCE)) == []


def test_rebasing_over_a_composition_would_be_seen_to_diverge() -> None:
    with program("sessions") as node:
        assert len(diverging(node, range(40), rebase=composed)) > 5


def test_a_copy_that_misses_an_update_would_be_seen(people: People) -> None:
    meeting = Meeting(people, -1)
    page = meeting.chairs[0].page
    uid = next(iter(page.words))
    page.words[uid] = page.words[uid].upper()
    with pytest.raises(AssertionError, match="other words than the journal"):
        meeting.run(steps=0)


def test_an_update_that_is_forgotten_would_be_seen(people: People) -> None:
    meeting = Meeting(people, -2)
    page = meeting.chairs[0].page
    page.type(next(iter(page.words)), 0, 0, "x")
    page.pushes()
    page.writings.clear()
    with pytest.raises(AssertionError, match="neither kept nor returned"):
        meeting.run(steps=0)
