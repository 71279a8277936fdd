"""Notes in the small world for tests: on the words “good faith”, by anybody."""

from app.actions import annotating
from app.actions.annotating import Chosen
from app.actions.whereabouts import Thread
from app.store.drafts import DraftRecord
from app.store.notes import Audience, NoteKind
from app.store.seats import SeatRecord
from app.store.unit import Store
from tests.support.world import World

WORDS = "good faith"


def now(store: Store, world: World) -> DraftRecord:
    """The draft as it stands."""
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    return draft


def on_words(
    store: Store, world: World, seat: SeatRecord, audience: Audience = Audience.EVERYONE
) -> Thread:
    """A note on “good faith” in the first paragraph that has it."""
    uid = world.uid("Talks [shall]")
    start = next(one for one in world.clauses if one.uid == uid).text.index(WORDS)
    note = annotating.write(
        store,
        seat,
        now(store, world),
        uid=uid,
        words=Chosen(start, WORDS),
        kind=NoteKind.QUESTION,
        body="A canary of whose?",
        audience=audience,
    )
    return annotating.note(store, seat, note.key)
