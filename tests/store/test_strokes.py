from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from app.store.drafts import ClauseRecord
from app.store.journal import TYPED, chained
from app.store.proof import verify
from app.store.search import FoundKind, read_query
from app.store.strokes import Outrun, Stroke
from app.store.unit import Store, Stores
from app.treaty.changes import ChangeSet, utf16_len
from app.treaty.document import Clause, Document, Kind
from tests.support.typed import stroke
from tests.support.world import World, fill

PRESUMED = "Good faith is presumed."


def a_world(stores: Stores) -> World:
    with stores.begin() as store:
        return fill(store)


def the(store: Store, world: World, words: str) -> ClauseRecord:
    uid = world.uid(words)
    return store.strokes.clauses(world.draft.id, [uid])[uid]


def write(store: Store, world: World, *strokes: Stroke) -> tuple[int, ...]:
    head = store.strokes.head(world.draft.id)
    return tuple(e.seq for e in store.strokes.write(world.draft.id, head, strokes))


def write_twice(store: Store, world: World) -> None:
    for _ in range(2):
        write(store, world, stroke(world.clauses[0], world.chair, 0, 0, "x"))


def some(store: Store, world: World) -> list[Stroke]:
    """Strokes of two seats in three clauses: an astral character, a heading, an empty one, two
    that follow each other, quotes and a tied pair."""
    good, title, nobody = (the(store, world, w) for w in (PRESUMED, "Use of", "Nobody"))
    first = stroke(good, world.drafter, 0, 4, '𝔸 "best"\\ ', "client01.1")
    then = stroke(
        replace(good, text=first.words, version=2), world.drafter, 2, 0, "é\u2028", "client01.2"
    )
    empty = ChangeSet.unchanged(utf16_len(nobody.text))
    return [
        first,
        then,
        stroke(title, world.chair, 0, 3, "Some use", "client02.1"),
        Stroke(nobody.uid, 1, empty, nobody.text, False, world.chair, "client02.2", {"carried": 7}),
        Stroke(nobody.uid, 2, empty, nobody.text, False, world.chair, "", {"x": "é"}, tied=True),
    ]


def test_what_is_written_is_what_the_journal_would_say(stores: Stores) -> None:
    world = a_world(stores)
    with stores.begin() as store:
        entries = store.strokes.write(
            world.draft.id, store.strokes.head(world.draft.id), some(store, world)
        )
    with stores.read() as store:
        assert store.drafts.journal(world.draft.id, after=world.draft.seq) == entries
        digest = world.draft.hash
        for entry in entries:
            digest = chained(digest, entry)
            assert entry.hash == digest
            assert entry.origin == TYPED and entry.at == store.now
        draft = store.drafts.by_id(world.draft.id)
        assert draft is not None and (draft.seq, draft.hash) == (entries[-1].seq, digest)
        assert the(store, world, PRESUMED).text == '𝔸é\u2028 "best"\\  faith is presumed.'
        assert the(store, world, "Use of").heading == "Some use of terms"
        assert [the(store, world, w).version for w in (PRESUMED, "Use of", "Nobody")] == [3, 2, 3]
        assert verify(store.drafts, world.draft).faults == ()
    assert [entry.act for entry in entries] == ["reworded"] * 2 + ["retitled"] + ["reworded"] * 2
    assert entries[3].detail == {"carried": 7, "entries": 2}
    assert entries[4].detail == {"x": "é", "of": entries[3].seq}
    assert [entry.push for entry in entries][:2] == ["client01.1", "client01.2"]


def test_a_hash_covers_the_push_and_nothing_where_there_is_none(stores: Stores) -> None:
    world = a_world(stores)
    with stores.begin() as store:
        write(store, world, *some(store, world))
    with stores.read() as store:
        before, entry = store.drafts.journal(world.draft.id, after=world.draft.seq, limit=2)
        assert chained(before.hash, replace(entry, push="client01.3")) != entry.hash
        assert chained(before.hash, replace(entry, push="")) != entry.hash


def test_a_push_is_kept_once(stores: Stores) -> None:
    world = a_world(stores)
    with stores.begin() as store:
        kept = write(store, world, *some(store, world))
        asked = ["client01.1", "client02.2", "client01.9", ""]
        found = store.strokes.pushed(world.draft.id, asked)
        assert found == {"client01.1": kept[0], "client02.2": kept[3]}
    with stores.read() as store:
        again = stroke(the(store, world, "Recognizing"), world.chair, 0, 0, "x", "client01.1")
    with pytest.raises(Outrun) as outrun, stores.begin() as store:
        write(store, world, again)
    assert outrun.value.uids == ()
    with stores.begin() as store:  # in another draft it is another push
        other = store.drafts.create(
            slug="other", document=Document("X", (Clause(Kind.RECITAL, text="X"),)), by=world.chair
        )
        (clause,) = store.drafts.clauses(other.id)
        head = store.strokes.head(other.id)
        store.strokes.write(other.id, head, [stroke(clause, world.chair, 0, 0, "x", "client01.1")])


@pytest.mark.parametrize("fault", ["version", "struck", "no such clause", "gap"])
def test_what_was_outrun_leaves_nothing(stores: Stores, fault: str) -> None:
    world = a_world(stores)
    uid = world.uid(PRESUMED)
    with stores.begin() as store:
        strokes = some(store, world)
        clause = the(store, world, PRESUMED)
        if fault == "version":
            write(store, world, stroke(clause, world.chair, 0, 0, "x"))
        elif fault == "struck":
            with store.drafts.pen(world.draft.id, world.chair) as pen:
                assert pen.strike([clause], detail={})
        elif fault == "gap":
            strokes[1] = replace(strokes[1], version=3)
        else:
            strokes[0], uid = replace(strokes[0], uid="nobody"), "nobody"
            strokes[1] = replace(strokes[1], uid="nobody")
    with stores.read() as store:
        before = store.drafts.journal(world.draft.id)
    with pytest.raises(Outrun) as outrun, stores.begin() as store:
        write(store, world, *strokes)
    assert outrun.value.uids == (uid,)
    with stores.read() as store:
        assert store.drafts.journal(world.draft.id) == before
        assert the(store, world, "Use of").heading == "Use of terms"
        assert verify(store.drafts, world.draft).faults == ()


def test_no_strokes_are_nothing(stores: Stores) -> None:
    world = a_world(stores)
    with stores.begin() as store:
        assert write(store, world) == ()
        assert store.moved == {}


def test_the_long_draft_costs_what_the_short_one_costs(lite: Stores) -> None:
    """The same statements, and none of them walks over a table or a whole index."""
    world = a_world(lite)
    heard: dict[int, list[str]] = {40: [], 4_000: []}
    for size, said in heard.items():
        document = Document("X", (Clause(Kind.RECITAL, text="Recalling"),) * size)
        with lite.begin() as store:
            draft = store.drafts.create(slug=f"x{size}", document=document, by=world.chair)
            clauses = store.drafts.clauses(draft.id)[:3]

        def listen(*told: Any, said: list[str] = said) -> None:
            said.append(told[2])

        event.listen(lite.engine, "before_cursor_execute", listen)
        with lite.begin() as store:
            head = store.strokes.head(draft.id)
            found = store.strokes.clauses(draft.id, [clause.uid for clause in clauses])
            store.strokes.pushed(draft.id, ["client01.1"])
            store.drafts.history(draft.id, clauses[0].uid, after=head.seq - 1)
            strokes = [stroke(clause, world.chair, 0, 0, "x") for clause in found.values()]
            store.strokes.write(draft.id, head, strokes)
        event.remove(lite.engine, "before_cursor_execute", listen)
    assert heard[40] == heard[4_000]
    with lite.engine.begin() as connection:
        for statement in set(heard[40]):
            if not statement.startswith(("SELECT", "UPDATE")):
                continue
            blanks = (1,) * statement.count("?") if "?1" not in statement else (1,) * 6
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", blanks).all()
            assert all("SCAN" not in row[3] for row in plan), (statement, plan)


class TestSettling:
    def test_what_is_typed_is_found_at_once_and_when_it_has_settled(self, stores: Stores) -> None:
        world = a_world(stores)

        def found(store: Store, typed: str) -> list[str]:
            hits, _ = store.search.find(read_query(typed), [FoundKind.CLAUSE])
            return [hit.uid for hit in hits]

        uid = world.uid(PRESUMED)
        with stores.begin() as store:
            clause = the(store, world, PRESUMED)
            write(store, world, stroke(clause, world.chair, 0, 10, "Amnesty", "client01.1"))
        with stores.read() as store:
            assert found(store, "amnesty ") == [uid]
            assert found(store, '"good faith" presumed ') != [uid]
            assert len(found(store, "faith good ")) == 2
            assert store.strokes.unsettled() == (world.draft.id,)
        assert (stores.settle(), stores.settle()) == (1, 0)
        with stores.read() as store:
            assert store.strokes.unsettled() == ()
            assert found(store, "amnesty ") == [uid]
            assert the(store, world, PRESUMED).version == 2

    def test_a_form_settles_its_clause(self, stores: Stores) -> None:
        world = a_world(stores)
        with stores.begin() as store:
            write(store, world, stroke(the(store, world, PRESUMED), world.chair, 0, 0, "x"))
            clause = the(store, world, PRESUMED)
            with store.drafts.pen(world.draft.id, world.chair) as pen:
                assert pen.reword(clause, ChangeSet.build(len(clause.text), [(0, 1, "")]))
            assert store.strokes.unsettled() == ()


class TestCommits:
    def test_whoever_waits_is_told_after_the_commit(self, stores: Stores) -> None:
        world = a_world(stores)
        told: list[tuple[int, int, int]] = []

        def hear(draft_id: int, seq: int) -> None:
            with stores.read() as store:
                draft = store.drafts.by_id(draft_id)
            assert draft is not None
            told.append((draft_id, seq, draft.seq))

        stores.on_commit.append(hear)
        with stores.begin() as store:
            write(store, world, stroke(the(store, world, PRESUMED), world.chair, 0, 0, "x"))
            with store.drafts.pen(world.draft.id, world.chair) as pen:
                pen.describe({"symbol": "A/1"})
            assert told == []
        seq = world.draft.seq + 2
        assert told == [(world.draft.id, seq, seq)]
        with pytest.raises(Outrun), stores.begin() as store:
            write_twice(store, world)
        with stores.begin() as store:
            assert store.drafts.by_id(world.draft.id) is not None
        assert len(told) == 1
        assert stores.heads() == {world.draft.id: seq}

    def test_one_who_fails_to_hear_spoils_nothing(
        self, stores: Stores, caplog: pytest.LogCaptureFixture
    ) -> None:
        world = a_world(stores)
        told: list[int] = []

        def fail(draft_id: int, seq: int) -> None:
            raise ZeroDivisionError(draft_id, seq)

        stores.on_commit += [fail, lambda draft_id, seq: told.append(seq)]
        with stores.begin() as store:
            write(store, world, stroke(the(store, world, PRESUMED), world.chair, 0, 0, "x"))
        assert told == [world.draft.seq + 1]
        assert "could be told" in caplog.text
