"""Proposals of the small world's delegations for tests: made on a clause, and tabled."""

from app.actions import negotiating
from app.store.proposals import ProposalRecord, Wish
from app.store.seats import SeatRecord
from app.store.unit import Store
from tests.support.delegations import Delegations
from tests.support.world import World

PRESUMED = "Good faith is presumed."
CANARY = "Good faith is zanzibarly presumed."


def version(store: Store, world: World, uid: str) -> int:
    """The version that the clause is at."""
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.version


def words(store: Store, world: World, uid: str) -> str:
    """The clause's words as they stand."""
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.words


def suggest(
    store: Store,
    world: World,
    seat: SeatRecord,
    *,
    on: str = PRESUMED,
    wish: Wish = Wish.REPLACE,
    instead: str = CANARY,
    **more: object,
) -> ProposalRecord:
    """A private proposal of the seat's delegation on the clause with these words."""
    uid = world.uid(on)
    given = {"reason": "It matters.", "seen": version(store, world, uid), **more}
    return negotiating.propose(
        store,
        seat,
        world.draft,
        uid,
        wish=wish,
        words=instead,
        **given,  # type: ignore[arg-type]  # what a test says of it
    )


def tabled(store: Store, world: World, people: Delegations, **more: object) -> ProposalRecord:
    """The same of Delegation A, tabled."""
    made = suggest(store, world, people.member_a, **more)  # type: ignore[arg-type]  # what a test says of it
    return negotiating.table(store, people.focal_a, world.draft, made.uid)
