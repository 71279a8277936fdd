"""Who is told that a note was stirred: those who may read it, and of nothing but that."""

import asyncio
from typing import Any

import pytest

from app.actions import annotating
from app.actions.refusals import Missing
from app.live import frames, hub
from app.store.notes import Audience
from app.store.readers import Reader
from app.store.seats import Role, SeatRecord
from app.store.unit import Store
from tests.live.conftest import Laid
from tests.live.test_hub import opened, sit
from tests.live.test_room import Ear, until
from tests.support.apart import apart
from tests.support.world import World


def told(ear: Ear) -> int:
    return sum(text == frames.notes() for text in ear.texts)


async def swept() -> None:
    """Some looks round, and all that comes of them."""
    await asyncio.sleep(4 * hub.SWEEP)


def test_pages_are_told_of_what_their_people_may_read_and_of_nothing_else(
    laid: Laid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SWEEP", 0.05)

    async def meet() -> None:
        async with opened(laid) as table:
            _, author, first = await sit(laid, table, 0)
            _, _, second = await sit(laid, table, 1)
            await swept()
            before = [told(first), told(second)]

            def write(audience: Audience) -> str:
                with laid.stores.begin() as store:
                    body = "A canary at the table."
                    return annotating.write(
                        store, author.seat, laid.draft, body=body, audience=audience
                    ).key

            def news() -> list[int]:
                return [told(ear) - was for ear, was in zip((first, second), before, strict=True)]

            await swept()
            assert news() == [0, 0]
            await asyncio.to_thread(write, Audience.MINE)
            await swept()
            await until(lambda: news() == [1, 0])
            key = await asyncio.to_thread(write, Audience.EVERYONE)
            await swept()
            await until(lambda: news() == [2, 1])

            def go_on() -> None:
                with laid.stores.begin() as store:
                    annotating.remove(store, author.seat, key)

            await asyncio.to_thread(go_on)
            await swept()
            await until(lambda: news() == [3, 2])
            await swept()
            assert news() == [3, 2]
            assert not any("canary" in text for ear in (first, second) for text in ear.texts)

    apart(meet())


def test_what_is_said_of_readers_here_is_what_the_database_lets_them_read(
    store: Store, world: World
) -> None:
    seats: list[SeatRecord] = [world.chair, world.drafter, world.seats[Role.DELEGATE]]
    for name, delegation in (("A2", world.seats[Role.DELEGATE].delegation), ("B", "B"), ("C", "")):
        seats.append(
            store.seats.add(
                name=name,
                email=f"{name}@example.org",
                role=Role.DELEGATE,
                delegation=delegation,
                password="unusable",
            )
        )
    made: list[tuple[str, Any]] = []
    for author in seats:
        for audience in annotating.audiences(author):
            before = set(store.notes.stirs([world.draft.id]))
            draft = store.drafts.by_id(world.draft.id)
            assert draft is not None
            note = annotating.write(store, author, draft, body="Note", audience=audience)
            made.append((note.key, (set(store.notes.stirs([world.draft.id])) - before).pop()))
    for key, stir in made:
        for seat in seats:
            try:
                may_read = bool(annotating.note(store, seat, key))
            except Missing:
                may_read = False
            assert stir.is_for(Reader.of(seat)) is may_read
    assert store.notes.stirs([]) == ()
