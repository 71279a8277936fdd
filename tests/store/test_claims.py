from app.store.unit import Stores
from app.treaty.anchors import anchor
from tests.support.world import fill


def test_the_latest_word_on_a_bracket_counts_and_the_others_are_kept(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        uid, text = world.uid("[shall]"), "Talks [shall] [should] be held in good faith."

        def say(key: str, *owners: str) -> str:
            return store.claims.say(
                world.draft.id,
                uid,
                key=key,
                seq=1,
                anchor=anchor(text, 6, 13),
                words="shall",
                owners=owners,
                nobodys=False,
                reason="Why",
                by=world.chair,
            )

        key = say("", "Delegation A")
        other = say("", "Delegation B")
        assert key.startswith("b") and key != other
        assert say(key, "Delegation A", "Delegation C") == key
        found = store.claims.of_draft(world.draft.id)
        assert [(each.key, each.owners) for each in found] == [
            (other, ("Delegation B",)),
            (key, ("Delegation A", "Delegation C")),
        ]
        (before,) = store.claims.before(world.draft.id, key)
        assert before.owners == ("Delegation A",) and before.replaced_at is not None
        assert store.claims.of_draft(world.draft.id + 1) == ()
        moved = anchor("Talks should [shall]", 13, 20)
        store.claims.move(found[1], uid, 7, moved)
        again = store.claims.of_draft(world.draft.id)[1]
        assert (again.seq, again.anchor, again.words) == (7, moved, "shall")
