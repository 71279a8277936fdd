import json

import pytest
from sqlalchemy import text

from app.actions import annotating, drafting, incorporating, negotiating, stating, voicing
from app.actions.refusals import Invalid
from app.store.erasures import FILL
from app.store.journal import REDACTED
from app.store.tables import EditRow
from app.store.unit import Store, Stores
from tests.support.delegations import Delegations, seat_them
from tests.support.world import World, fill

PRESUMED = "Good faith is presumed."
SECRET = "unless the zanzibarly protocol applies"


def taken_up(store: Store, world: World, people: Delegations, *, in_brackets: bool = False) -> str:
    made = negotiating.propose(
        store,
        people.member_a,
        world.draft,
        world.uid(PRESUMED),
        wish="replace",
        words=f"Good faith is presumed {SECRET}.",
        reason="Because.",
        seen=words_of(store, world, world.uid(PRESUMED))[1],
    )
    negotiating.table(store, people.focal_a, world.draft, made.uid)
    incorporating.incorporate(store, world.chair, world.draft, made.uid, in_brackets=in_brackets)
    return made.uid


def words_of(store: Store, world: World, uid: str) -> tuple[str, int]:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    return clause.words, clause.version


def redacted(store: Store, world: World, people: Delegations, pid: str) -> None:
    assert not negotiating.redact(store, people.focal_a, world.draft, pid)
    assert negotiating.redact(store, world.chair, world.draft, pid, reason="Pasted by mistake.")


def everything(store: Store) -> str:
    """All that the database holds, but for its search index."""
    found = []
    names = store._session.connection().dialect.get_table_names(store._session.connection())
    for name in names:
        rows = store._session.connection().execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608
        found += [] if name.startswith("words") else [str(tuple(row)) for row in rows]
    return "\n".join(found)


@pytest.mark.parametrize("in_brackets", [False, True])
def test_taken_up_words_go_from_text_journal_and_editions(
    stores: Stores, *, in_brackets: bool
) -> None:
    with stores.begin() as store:
        world = fill(store)
        people = seat_them(store, world)
        first = world.uid(PRESUMED)
        pid = taken_up(store, world, people, in_brackets=in_brackets)
    with stores.begin() as store:
        drafting.name_edition(store, world.chair, world.draft, name="Rev.1")
        # The words are deleted and come back, go into another clause, and are quoted.
        words, version = words_of(store, world, first)
        drafting.reword(store, world.chair, world.draft, first, "Good faith.", seen=version)
        drafting.undo(store, world.chair, world.draft)
        version = words_of(store, world, first)[1]
        at = words.index("zanzibarly")
        half = drafting.split(store, world.chair, world.draft, first, at=at, seen=version)
        again = f"Nobody shall be prosecuted for having talked {SECRET}."
        other = world.uid("Nobody shall")
        drafting.reword(store, world.chair, world.draft, other, again, seen=1)
        negotiating.propose(
            store,
            people.member_b,
            world.draft,
            other,
            wish="replace",
            words=again.replace("Nobody", "No person"),
            reason="Form.",
            seen=2,
        )
        at = len("Nobody shall be prosecuted for having talked ")
        chosen = annotating.Chosen(at, "unless the zanzibarly", "", "")
        annotating.write(
            store,
            world.chair,
            world.draft,
            uid=other,
            words=chosen,
            kind="comment",
            body="What is this?",
            audience="everyone",
        )
    with stores.begin() as store:
        assert everything(store).count("zanzibarly") > 8
        redacted(store, world, people, pid)
    with stores.begin() as store:
        assert "zanzibarly" not in everything(store)
        assert words_of(store, world, half.uid)[0].startswith(FILL * len("zanzibarly"))
        assert words_of(store, world, other)[0].startswith(
            "Nobody shall be prosecuted for having talked "
        )
        report = drafting.verify(store, world.draft)
        assert report.sound, report.faults
        stone = next(one for one in store.drafts.journal(world.draft.id) if one.act == REDACTED)
        assert (stone.detail["asked by"], stone.detail["why"], stone.author) == (
            people.focal_a.name,
            "Pasted by mistake.",
            world.chair.name,
        )
        assert len(stone.detail["blanked"]) >= 4
        assert len(stone.detail["editions"]) == 1
        blanked = [one for one in store.drafts.journal(world.draft.id) if one.is_redacted]
        assert {str(one.seq) for one in blanked} == set(stone.detail["blanked"])
        for seq in range(1, report.seq + 1):
            store.drafts.as_it_stood(world.draft.id, seq)
        with pytest.raises(Invalid, match="gone for good"):
            drafting.revert(store, world.chair, world.draft, stone.seq)
        # Life goes on: what was done before can still be undone, with bars for words.
        version = words_of(store, world, half.uid)[1]
        drafting.merge(store, world.chair, world.draft, half.uid, seen=version)
        assert FILL in words_of(store, world, first)[0]
        assert drafting.verify(store, world.draft).sound


def test_only_what_an_erasure_names_can_be_changed_and_it_shows(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        people = seat_them(store, world)
        pid = taken_up(store, world, people)
        redacted(store, world, people, pid)
        (entry,) = [one for one in store.drafts.journal(world.draft.id) if one.is_redacted]
    for seq, values in ((entry.seq, "hash = 'x'"), (entry.seq - 1, "detail = '{}'")):
        with pytest.raises(Exception, match="kept as they are"), stores.begin() as store:
            change(store, world, seq, values)
    with stores.begin() as store:
        said = json.dumps([[3, "other words"]])
        change(store, world, entry.seq, f"changes = '{said}'")
        faults = drafting.verify(store, world.draft).faults
        assert any(f"Entry {entry.seq} is not what was written" in fault for fault in faults)
    with stores.begin() as store:
        store._session.connection().execute(
            text("UPDATE proposal SET hash = 'x' WHERE uid = :uid"), {"uid": pid}
        )
        faults = drafting.verify(store, world.draft).faults
        assert any(pid in fault for fault in faults)


def change(store: Store, world: World, seq: int, values: str) -> None:
    named = f"{EditRow.__tablename__} SET {values} WHERE draft_id = {world.draft.id}"
    store._session.connection().execute(text(f"UPDATE {named} AND seq = {seq}"))


def test_what_everybody_writes_is_not_taken_for_a_copy(store: Store) -> None:
    world = fill(store)
    people = seat_them(store, world)
    first, other = world.uid(PRESUMED), world.uid("Nobody shall")
    known = words_of(store, world, other)[0]
    inserted = f"Good faith is presumed, as appropriate, {SECRET}. {known}"
    made = negotiating.propose(
        store,
        people.member_a,
        world.draft,
        first,
        wish="replace",
        words=inserted,
        reason="Because.",
        seen=1,
    )
    negotiating.table(store, people.focal_a, world.draft, made.uid)
    incorporating.incorporate(store, world.chair, world.draft, made.uid)
    theirs = negotiating.propose(
        store,
        people.member_b,
        world.draft,
        other,
        wish="replace",
        words=f"{known} They rest, as appropriate.",
        reason="As appropriate.",
        seen=1,
    )
    redacted(store, world, people, made.uid)
    assert words_of(store, world, other)[0] == known
    kept = negotiating.proposal(store, people.member_b, world.draft, theirs.uid)
    assert kept == theirs


def test_what_was_not_taken_up_goes_from_what_quotes_it(store: Store) -> None:
    world = fill(store)
    people = seat_them(store, world)
    made = negotiating.propose(
        store,
        people.member_a,
        world.draft,
        world.uid(PRESUMED),
        wish="replace",
        words=f"Good faith is presumed {SECRET}.",
        reason="Because.",
        seen=1,
    )
    negotiating.table(store, people.focal_a, world.draft, made.uid)
    stating.take_position(
        store,
        people.member_b,
        world.draft,
        made.uid,
        stance="opposes",
        condition=f"Not while it says “{SECRET}”.",
    )
    head = store.drafts.by_id(world.draft.id)
    redacted(store, world, people, made.uid)
    assert "zanzibarly" not in everything(store)
    assert store.drafts.by_id(world.draft.id) == head


def test_taken_up_undone_and_put_back_it_still_goes_from_the_journal(store: Store) -> None:
    world = fill(store)
    people = seat_them(store, world)
    pid = taken_up(store, world, people)
    drafting.undo(store, world.chair, world.draft)
    negotiating.put_aside(
        store, world.chair, world.draft, pid, stage="tabled", reason="The wrong one."
    )
    redacted(store, world, people, pid)
    assert "zanzibarly" not in everything(store)
    assert drafting.verify(store, world.draft).sound


def test_what_was_said_of_its_brackets_loses_the_words_as_well(store: Store) -> None:
    world = fill(store)
    people, uid = seat_them(store, world), world.uid(PRESUMED)
    pid = taken_up(store, world, people, in_brackets=True)
    words, seen = words_of(store, world, uid)
    start = words.index("[")
    voicing.say(
        *(store, people.member_b, world.draft, uid),
        start=start,
        end=words.index("]") + 1,
        seen=seen,
        wants="omit",
        condition=f"Not “{SECRET}”, please.",
    )
    redacted(store, world, people, pid)
    assert "zanzibarly" not in everything(store)
    ((voiced,),) = voicing.heard(store, people.member_b, world.draft).voiced.values()
    assert FILL in voiced.stance.words and voiced.stance.condition.endswith("”, please.")
