"""What was set aside is kept, with who and why, and no longer holds once it is taken up."""

from app.store.seats import Role
from app.store.unit import Store
from tests.support.world import TREATY, seats


def test_a_waiver_holds_until_it_is_ended(store: Store) -> None:
    chair = seats(store)[Role.CHAIR]
    draft = store.drafts.create(slug="treaty", document=TREATY, by=chair)
    other = store.drafts.create(slug="other", document=TREATY, by=chair)
    store.waivers.add(draft.id, uid="c1", rule="X01", words="ab" * 32, reason="Known.", by=chair)
    found = store.waivers.of_draft(draft.id)
    (waiver,) = found.values()
    assert set(found) == {("X01", "c1", "ab" * 32)}
    assert (waiver.reason, waiver.author, waiver.at) == ("Known.", "Chair", store.now)
    assert not store.waivers.of_draft(other.id)
    assert not store.waivers.end(other.id, waiver.id, chair)
    assert store.waivers.end(draft.id, waiver.id, chair)
    assert not store.waivers.end(draft.id, waiver.id, chair)
    assert not store.waivers.of_draft(draft.id)
