"""A small draft that went out in a round, and files that came back: what returns are tried on.

Seats and text are those of tests/support/world.py. The round goes to Delegation A, where a
delegate and its focal point sit, to Delegation B, of which nobody has a seat, and to an observer
who belongs to no delegation.
"""

from dataclasses import dataclass

from app.actions import drafting, returning, rounding
from app.actions.rounding import To
from app.store.drafts import DraftRecord
from app.store.rounds import FindingRecord, RecipientRecord, ReturnedRecord, RoundRecord
from app.store.seats import Role, SeatRecord
from app.store.unit import Store, Stores
from tests.support.hands import Hand
from tests.support.world import World, fill


@dataclass(frozen=True, slots=True)
class Circulated:
    """What went out."""

    world: World
    draft: DraftRecord
    round: RoundRecord
    to: tuple[RecipientRecord, ...]
    files: tuple[bytes, ...]
    focal: SeatRecord

    @property
    def chair(self) -> SeatRecord:
        return self.world.chair

    @property
    def secretariat(self) -> SeatRecord:
        return self.world.seats[Role.SECRETARIAT]

    @property
    def delegate(self) -> SeatRecord:
        return self.world.seats[Role.DELEGATE]

    def hand(self, number: int = 0, author: str = "Capital A", *, tracks: bool = True) -> Hand:
        """A hand at a recipient's copy."""
        return Hand(self.files[number], author, tracks=tracks)


def circulate(store: Store, profiles: tuple[str, ...] = ("clean",)) -> Circulated:
    """The small world, its edition “First”, and a round of it with three recipients."""
    world = fill(store)
    focal = store.seats.add(
        name="Focal A",
        email="focal@example.org",
        role=Role.DELEGATE,
        delegation="Delegation A",
        password="unusable",
    )
    store.seats.change(
        focal.id, name=focal.name, role=focal.role, delegation=focal.delegation, focal=True
    )
    focal = next(seat for seat in store.seats.all() if seat.name == "Focal A")
    drafting.name_edition(store, world.chair, world.draft, name="First")
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    round_ = rounding.open_round(
        store,
        world.chair,
        draft,
        name="First reading",
        edition="first",
        profiles=profiles,
        recipients=[To("Delegation A"), To("Delegation B"), To(name="Observer office")],
    )
    to = rounding.recipients(store, world.chair, round_)
    files = tuple(rounding.copy_for(store, world.chair, draft, round_, each).content for each in to)
    return Circulated(world, draft, round_, to, files, focal)


def come_back(
    stores: Stores, sent: Circulated, content: bytes, name: str = "answer.docx"
) -> tuple[ReturnedRecord, tuple[FindingRecord, ...]]:
    """A file taken in by the secretariat and read; with what is in it."""
    with stores.begin() as store:
        seat = sent.secretariat
        came = returning.receive(store, seat, sent.draft, sent.round, name, content)
    read = returning.read_return(stores, came.uid)
    with stores.read() as store:
        return read, returning.findings(store, sent.chair, sent.round, came=read)
