"""That nobody's keystroke is lost when two write at the same moment, whoever serves them."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from app.actions import drafting
from app.actions.policy import OPERATOR
from app.store.unit import Stores
from tests.support.meeting import DOCUMENT
from tests.support.people import seat_people
from tests.support.racing import Race, by_processes, by_threads

ROUNDS = 500
EACH = [
    pytest.param(by_threads, id="two threads"),
    pytest.param(by_processes, id="two processes"),
]
Run = Callable[[Race], list[int]]


@pytest.fixture
def stores(database_url: str) -> Iterator[Stores]:
    """A database of each kind, by the clock that the other process has too."""
    with closing(Stores(database_url)) as stores:
        yield stores


def race(stores: Stores, *, rounds: int, as_one: bool = False) -> Race:
    first, second = seat_people(stores, 2)
    with stores.begin() as store:
        draft = drafting.new_draft(store, OPERATOR, title="Race", document=DOCUMENT)
        uid = store.drafts.clauses(draft.id)[1].uid
    url = stores.engine.url.render_as_string(hide_password=False)
    return Race(url, draft.id, uid, (first, second), rounds, as_one)


def told(stores: Stores, race: Race) -> tuple[str, list[str]]:
    """The clause's words at the end, and the push ids in the journal; the journal holds."""
    with stores.read() as store:
        draft = store.drafts.by_id(race.draft_id)
        clause = store.drafts.clause(race.draft_id, race.uid)
        assert draft is not None and clause is not None
        assert drafting.verify(store, draft).faults == ()
        return clause.text, [entry.push for entry in store.drafts.journal(draft.id) if entry.push]


@pytest.mark.parametrize("run", EACH)
def test_of_a_thousand_pushes_that_collide_none_is_lost(stores: Stores, run: Run) -> None:
    asked = race(stores, rounds=ROUNDS)
    assert run(asked) == [ROUNDS, ROUNDS]
    words, pushes = told(stores, asked)
    signs = Counter(words.removesuffix("Talks shall be held."))
    assert signs == {"a": ROUNDS, "b": ROUNDS}
    assert Counter(push.split(".")[0] for push in pushes) == {
        "client00": ROUNDS,
        "client01": ROUNDS,
    }
    assert len(set(pushes)) == 2 * ROUNDS


@pytest.mark.parametrize("run", EACH)
def test_what_is_sent_through_both_at_once_is_kept_once(stores: Stores, run: Run) -> None:
    asked = race(stores, rounds=100, as_one=True)
    assert sum(run(asked)) == 100
    words, pushes = told(stores, asked)
    assert words == "c" * 100 + "Talks shall be held."
    assert pushes == [f"bothofus.{n}" for n in range(1, 101)]
