"""A round of the made-up treaty on a site, its copies, and answers as capitals would send them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.actions import drafting, returning, rounding
from app.actions.rounding import To
from app.store.drafts import DraftRecord
from app.store.readers import Reader
from app.store.rounds import FindingRecord, Place, RecipientRecord, ReturnedRecord, RoundRecord
from app.store.seats import Role, SeatRecord
from app.web.exports import WORD
from tests.support.hands import Hand
from tests.support.site import SLUG, Site, Visitor

NAMES = ("Delegation A", "Delegation B", "Delegation C")
DUE = datetime(2099, 5, 4, 23, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """A round that is open; the site's delegate is of its first recipient's delegation."""

    site: Site
    draft: DraftRecord
    round: RoundRecord
    to: tuple[RecipientRecord, ...]

    @property
    def address(self) -> str:
        """Its desk."""
        return f"/drafts/{SLUG}/rounds/{self.round.uid}"

    @property
    def chair(self) -> SeatRecord:
        """Who opened it."""
        return self.seat(Role.CHAIR)

    def seat(self, role: Role) -> SeatRecord:
        """The seat of that role."""
        with self.site.stores.read() as store:
            return next(seat for seat in store.seats.all() if seat.role is role)

    def copy(self, number: int = 0) -> bytes:
        """The copy of a recipient."""
        with self.site.stores.begin() as store:
            to = self.to[number]
            return rounding.copy_for(store, self.chair, self.draft, self.round, to).content

    def hand(self, number: int = 0, author: str = "Capital", *, tracks: bool = True) -> Hand:
        """A hand at the copy of a recipient."""
        return Hand(self.copy(number), author, tracks=tracks)

    def link(self, number: int = 0) -> str:
        """The address of a new secret link of a recipient."""
        with self.site.stores.begin() as store:
            token = rounding.make_link(store, self.chair, self.round, self.to[number])
        return f"/replies/{token}"

    def came(self) -> tuple[ReturnedRecord, ...]:
        """What came back so far, read or not."""
        with self.site.stores.read() as store:
            return store.rounds.returns(Reader.of(self.chair), self.round.id)

    def read(self) -> tuple[ReturnedRecord, ...]:
        """What came back, once the site has read it."""
        self.site.app.state.reading.wait(60)
        return self.came()


def open_on(site: Site) -> Sent:
    """A round of an edition of the site's treaty, with a recipient for each of `NAMES`."""
    with site.stores.begin() as store:
        chair = next(seat for seat in store.seats.all() if seat.role is Role.CHAIR)
        draft = drafting.open_draft(store, chair, SLUG)
        drafting.name_edition(store, chair, draft, name="Zero draft")
        draft = drafting.open_draft(store, chair, SLUG)
        made = rounding.open_round(
            store,
            chair,
            draft,
            name="First reading",
            edition="zero-draft",
            deadline=DUE,
            cover="Please answer soon.",
            recipients=[To(name) for name in NAMES],
        )
        return Sent(site, draft, made, rounding.recipients(store, chair, made))


def put_in(visitor: Visitor, sent: Sent, content: bytes, **fields: str) -> ReturnedRecord:
    """What a file became, once it was taken in on the desk and read."""
    form = {"csrf": visitor.form_token(), **fields}
    answer = visitor.post(f"{sent.address}/returns", data=form, files=upload(content))
    assert answer.status_code == 303, answer.text
    return sent.read()[-1]


def found(sent: Sent, state: Place) -> tuple[FindingRecord, ...]:
    """What is in this state of all that came back."""
    with sent.site.stores.read() as store:
        return returning.findings(store, sent.chair, sent.round, state=state)


def upload(content: bytes, name: str = "answer.docx") -> dict[str, tuple[str, bytes, str]]:
    """The file field of a form."""
    return {"file": (name, content, WORD)}
