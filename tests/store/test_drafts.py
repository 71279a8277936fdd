import contextlib
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from app.store.drafts import ROOM, ClauseRecord
from app.store.proof import verify
from app.store.unit import Store, Stores
from app.treaty.changes import replace_all
from app.treaty.diff import between
from app.treaty.document import Clause, Document, Kind
from tests.support.racing import afresh, written_on
from tests.support.world import TREATY, World, fill


def a_world(stores: Stores) -> World:
    with stores.begin() as store:
        return fill(store)


def the(store: Store, world: World, words: str) -> ClauseRecord:
    clause = store.drafts.clause(world.draft.id, world.uid(words))
    assert clause is not None
    return clause


class TestReading:
    def test_a_draft_comes_back_as_it_was_loaded(self, stores: Stores) -> None:
        world = a_world(stores)
        with stores.read() as store:
            assert store.drafts.all() == (world.draft,)
            assert store.drafts.by_slug("small") == world.draft
            assert store.drafts.by_slug("large") is None
            assert store.drafts.document(world.draft.id) == TREATY
            clauses = store.drafts.clauses(world.draft.id)
            assert [c.position for c in clauses] == sorted({c.position for c in clauses})
            assert all(c.version == 1 and not c.struck for c in clauses)
            assert store.drafts.clause(world.draft.id + 1, clauses[0].uid) is None

    def test_every_version_of_a_text_can_be_read(self, stores: Stores) -> None:
        world = a_world(stores)
        said = ["Good faith is presumed."]
        for number in range(4):
            said.append(f"Good faith {number} is presumed. 𝔸")
            with stores.begin() as store, store.drafts.pen(world.draft.id, world.chair) as pen:
                clause = the(store, world, "presumed")
                assert pen.reword(clause, between(clause.text, said[-1]))
        with stores.read() as store:
            uid = world.uid("presumed")
            for version, words in enumerate(said, start=1):
                assert store.drafts.words_at(world.draft.id, uid, version=version) == words
            assert store.drafts.words_at(world.draft.id, uid, version=6) is None
            assert store.drafts.words_at(world.draft.id, uid, version=0) is None
            assert len(store.drafts.history(world.draft.id, uid)) == 5

    def test_the_past_of_many_clauses_is_read_at_once(self, stores: Stores) -> None:
        world = a_world(stores)
        with stores.begin() as store, store.drafts.pen(world.draft.id, world.chair) as pen:
            clause = the(store, world, "presumed")
            assert pen.reword(clause, between(clause.text, "It is presumed."))
        asked: list[str] = []
        with stores.read() as store:
            drafts = store.drafts
            uids = [each.uid for each in drafts.clauses(world.draft.id)]
            alone = {uid: drafts.history(world.draft.id, uid) for uid in [*uids, "nowhere"]}
            engine = stores.engine
            note = lambda *sent: asked.append(sent[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", note)
            found = drafts.histories(world.draft.id, [*uids, "nowhere"])
            event.remove(engine, "before_cursor_execute", note)
        assert found == alone
        assert found["nowhere"] == ()
        assert len(asked) == 1

    def test_the_journal_is_read_in_parts(self, stores: Stores) -> None:
        world = a_world(stores)
        with stores.read() as store:
            drafts, draft = store.drafts, world.draft
            assert [e.seq for e in drafts.journal(draft.id, after=3, limit=2)] == [4, 5]
            assert [e.seq for e in drafts.recent(draft.id, before=3)] == [2, 1]
            assert drafts.recent(draft.id, by=world.drafter) == ()
            assert len(drafts.recent(draft.id, by=world.chair, limit=99)) == draft.seq
            assert drafts.entry(draft.id, 99) is None
            assert drafts.act(draft.id, 99) == ()
            assert drafts.as_it_stood(draft.id, 3).live() == TREATY.clauses[:2]


class TestTheJournalIsKept:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE edit SET author = 'x'",
            "DELETE FROM edit",
            "DELETE FROM edit WHERE seq = 15",
            "UPDATE edition SET name = 'x'",
            "DELETE FROM edition",
        ],
    )
    def test_no_entry_is_changed_or_deleted(self, stores: Stores, statement: str) -> None:
        world = a_world(stores)
        with stores.begin() as store, store.drafts.pen(world.draft.id, world.chair) as pen:
            pen.name_edition(slug="zero", name="Zero", symbol="", dated="")
        with pytest.raises(DBAPIError, match="kept as they are"), stores.engine.begin() as raw:
            raw.execute(text(statement))

    def test_an_act_that_fails_leaves_nothing(self, stores: Stores) -> None:
        world = a_world(stores)
        with (
            contextlib.suppress(ZeroDivisionError),
            stores.begin() as store,
            store.drafts.pen(world.draft.id, world.chair) as pen,
        ):
            pen.reword(the(store, world, "presumed"), replace_all("Good faith is presumed.", "x"))
            raise ZeroDivisionError
        with stores.read() as store:
            assert store.drafts.by_slug("small") == world.draft
            assert the(store, world, "presumed").version == 1


class TestPositions:
    def test_room_is_made_when_there_is_none_left(self, lite: Stores) -> None:
        world = a_world(lite)
        after = world.uid("Recognizing")
        with lite.begin() as store:
            for number in range(45):
                with store.drafts.pen(world.draft.id, world.chair) as pen:
                    pen.insert(Clause(Kind.RECITAL, text=f"R{number},"), after=after)
        with lite.read() as store:
            texts = [c.text for c in store.drafts.clauses(world.draft.id)]
            assert texts[2:47] == [f"R{number}," for number in range(44, -1, -1)]
            positions = [c.position for c in store.drafts.clauses(world.draft.id)]
            assert len(set(positions)) == len(positions)

    def test_an_insertion_touches_no_other_row(self, lite: Stores) -> None:
        world = a_world(lite)
        with lite.begin() as store, store.drafts.pen(world.draft.id, world.chair) as pen:
            made = pen.insert(Clause(Kind.RECITAL, text="x,"), after=world.clauses[1].uid)
        with lite.read() as store:
            assert [c for c in store.drafts.clauses(world.draft.id) if c != made] == list(
                world.clauses
            )
            assert ROOM * 2 < made.position < ROOM * 3


class TestRaces:
    def test_the_chain_holds_with_two_processes_writing(self, stores: Stores) -> None:
        world = a_world(stores)
        uids = (world.uid("presumed"), world.uid("presumed"), world.uid("Recognizing"))
        started = [afresh().Process(target=written_on, args=(stores.url, uid)) for uid in uids]
        for process in started:
            process.start()
        for process in started:
            process.join(120)
        assert [process.exitcode for process in started] == [0, 0, 0]
        with stores.read() as store:
            draft = store.drafts.by_slug("small")
            assert draft is not None
            assert draft.seq == world.draft.seq + 3 * 20
            assert the(store, world, "presumed").version == 41
            fold = store.drafts.as_it_stood(draft.id, draft.seq)
            assert fold.live() == store.drafts.document(draft.id).clauses
            assert verify(store.drafts, draft).faults == ()


def test_a_long_draft_asks_the_database_no_more_often_than_a_short_one(lite: Stores) -> None:
    article = [Clause(Kind.ARTICLE, heading="Heading")]
    paragraphs = [Clause(Kind.PARAGRAPH, text="Each Party shall see to it. " * 8, depth=1)] * 9
    world = a_world(lite)
    asked: dict[str, list[str]] = {"short": [], "long": []}
    for slug, articles in (("short", 4), ("long", 400)):
        heard = asked[slug]

        def listen(*told: Any, heard: list[str] = heard) -> None:
            heard.append(told[2])

        document = Document(slug, tuple((article + paragraphs) * articles))
        event.listen(lite.engine, "before_cursor_execute", listen)
        with lite.begin() as store:
            draft = store.drafts.create(slug=slug, document=document, by=world.chair)
        with lite.read() as store:
            assert len(store.drafts.clauses(draft.id)) == articles * 10
        event.remove(lite.engine, "before_cursor_execute", listen)
    assert asked["short"]
    assert len(asked["long"]) == len(asked["short"])
