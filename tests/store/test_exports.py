from app.store.unit import Stores
from tests.support.world import fill


def test_exports_are_found_by_draft_and_by_their_bytes_newest_first(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        ids = [
            store.exports.record(
                draft_id=world.draft.id,
                edition_id=None,
                profile="clean",
                filename=f"{at}.docx",
                sha256=sha,
                size=at,
                seq=1,
                head="f" * 64,
                author=world.drafter,
            )
            for at, sha in enumerate(("a" * 64, "b" * 64, "a" * 64))
        ]
    with stores.read() as store:
        assert [one.id for one in store.exports.of_draft(world.draft.id)] == ids[::-1]
        assert [one.id for one in store.exports.by_sha256("a" * 64)] == [ids[2], ids[0]]
        assert store.exports.by_sha256("c" * 64) == ()
        assert store.exports.of_draft(world.draft.id + 1) == ()
        first = store.exports.of_draft(world.draft.id)[-1]
    assert (first.edition, first.author, first.size) == ("", world.drafter.name, 0)
    assert first.at.tzinfo is not None
