"""What `travaux verify` finds: every way of tampering by somebody who writes SQL."""

import pytest
from sqlalchemy import text

from app.actions import drafting
from app.store.proof import MOST, Report, verify
from app.store.unit import Stores
from tests.support.world import World, fill


def a_history(stores: Stores) -> World:
    with stores.begin() as store:
        world = fill(store)
        seat, draft = world.drafter, world.draft
        drafting.reword(store, seat, draft, world.uid("presumed"), "It is presumed.", seen=1)
        drafting.retitle(store, seat, draft, world.uid("Use of"), "Terms", seen=1)
        drafting.name_edition(store, world.chair, draft, name="Zero draft")
        drafting.strike(store, seat, draft, world.uid("Protection of"), seen=1)
        drafting.move(
            store, seat, draft, world.uid("Use of"), after=world.uid("Good faith is presumed")
        )
        drafting.describe(store, world.chair, draft, symbol="A/1")
        drafting.name_edition(store, world.chair, draft, name="Rev. 1")
    return world


def report(stores: Stores, world: World) -> Report:
    with stores.read() as store:
        return verify(store.drafts, world.draft)


def tamper(stores: Stores, statements: list[str], **values: object) -> None:
    """Run SQL with the triggers out of the way, as somebody with the file in hand could."""
    with stores.engine.begin() as raw:
        if raw.dialect.name == "postgresql":
            raw.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("edit", "edition"):
                for act in ("update", "delete"):
                    raw.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
        for statement in statements:
            raw.execute(text(statement), values if ":" in statement else {})


def test_what_was_done_by_the_rules_is_sound(stores: Stores) -> None:
    world = a_history(stores)
    found = report(stores, world)
    assert found.sound and found.faults == ()
    assert (found.clauses, found.editions) == (14, 2)
    with stores.read() as store:
        draft = store.drafts.by_id(world.draft.id)
        assert draft is not None and (found.seq, found.head) == (draft.seq, draft.hash)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE edit SET author = 'Somebody' WHERE seq = 16", "Entry 16 is not what was written"),
        ("UPDATE edit SET origin = 'x' WHERE seq = 3", "Entry 3 is not what was written"),
        ("UPDATE edit SET author_id = NULL WHERE seq = 16", "Entry 16 is not what was written"),
        ("DELETE FROM edit WHERE seq = 5", "Entry 5 is missing"),
        ("DELETE FROM edit WHERE seq = (SELECT max(seq) FROM edit)", "does not end where"),
        ("UPDATE edit SET seq = 99 WHERE seq = 5", "Entry 5 is missing"),
        ("UPDATE draft SET seq = seq + 1", "does not end where"),
        ("UPDATE draft SET hash = 'x'", "does not end where"),
        ("UPDATE draft SET title = 'Other'", "The draft's title"),
        ("UPDATE clause SET text = 'Forged.' WHERE text = 'It is presumed.'", ": text."),
        ("UPDATE clause SET heading = 'Forged' WHERE heading = 'Terms'", ": heading."),
        ("UPDATE clause SET struck = true WHERE heading = 'Terms'", ": struck."),
        ("UPDATE clause SET depth = 5 WHERE heading = 'Terms'", ": depth."),
        ("UPDATE clause SET number = '7' WHERE heading = 'Terms'", ": number."),
        ("UPDATE clause SET kind = 'annex' WHERE heading = 'Terms'", ": kind."),
        ("UPDATE clause SET version = 9 WHERE heading = 'Terms'", ": version."),
        ("UPDATE clause SET position = 1 WHERE heading = 'Terms'", "order"),
        ("DELETE FROM clause WHERE text LIKE 'Done in%'", "order"),
        ("UPDATE edition SET hash = 'x' WHERE slug = 'zero-draft'", "zero-draft is not the text"),
        ("DELETE FROM edition WHERE slug = 'zero-draft'", "not in both"),
        ("UPDATE edition SET slug = 'one' WHERE slug = 'zero-draft'", "not in both"),
        (
            "UPDATE edition SET content = replace(content, 'presumed', 'assumed')",
            "zero-draft is not the text",
        ),
        ("UPDATE edition SET name = 'Final' WHERE slug = 'zero-draft'", "zero-draft has another"),
        ("UPDATE edition SET seq = 1 WHERE slug = 'zero-draft'", "zero-draft has another"),
    ],
)
def test_tampering_shows(stores: Stores, statement: str, fault: str) -> None:
    world = a_history(stores)
    tamper(stores, [statement])
    found = report(stores, world)
    assert not found.sound
    assert any(fault in said for said in found.faults), found.faults


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE edit SET detail = '{' WHERE seq = 3", "Entry 3 cannot be read."),
        ("UPDATE edit SET changes = '[' WHERE seq = 16", "Entry 16 cannot be read."),
        ("UPDATE edit SET detail = '[]' WHERE seq = 3", "Entry 3 is not what was written"),
        ("UPDATE edit SET detail = 'null' WHERE seq = 18", "Entry 18 does not fit"),
        ("UPDATE edit SET changes = 'null' WHERE seq = 3", "Entry 3 is not what was written"),
        ("UPDATE edit SET changes = '[5]' WHERE seq = 16", "Entry 16 does not fit"),
        ("UPDATE edit SET act = 'renamed' WHERE seq = 3", "Entry 3 does not fit"),
        ("UPDATE edition SET content = '{' WHERE slug = 'rev-1'", "editions cannot be read"),
        ("UPDATE clause SET kind = 'song' WHERE heading = 'Terms'", "clauses cannot be read"),
    ],
)
def test_what_cannot_be_read_is_a_fault(stores: Stores, statement: str, fault: str) -> None:
    world = a_history(stores)
    tamper(stores, [statement])
    found = report(stores, world)
    assert any(fault in said for said in found.faults), found.faults


def test_a_time_that_is_none_is_a_fault_and_what_follows_is_checked(lite: Stores) -> None:
    world = a_history(lite)
    statements = ["UPDATE edit SET at = 'x' WHERE seq = 3", "DELETE FROM edit WHERE seq = 20"]
    tamper(lite, [*statements, "UPDATE edit SET author = 'Nobody' WHERE seq IN (4, 9)"])
    faults = report(lite, world).faults
    told = [fault for fault in faults if fault.startswith("Entry")]
    assert [fault[:9] for fault in told] == ["Entry 3 c", "Entry 9 i", "Entry 20 "]


def test_one_draft_that_cannot_be_read_leaves_the_others_to_be_checked(lite: Stores) -> None:
    world = a_history(lite)
    with lite.begin() as store:
        document = store.drafts.document(world.draft.id)
        other = drafting.new_draft(store, world.chair, title="Other", document=document)
    where = f"seq = 3 AND draft_id = {world.draft.id}"
    tamper(lite, [f"UPDATE edit SET detail = '{{' WHERE {where}"])  # noqa: S608 - a number
    assert not report(lite, world).sound
    with lite.read() as store:
        assert verify(store.drafts, other).sound


def test_two_entries_that_change_places_show(lite: Stores) -> None:
    world = a_history(lite)
    tamper(
        lite,
        [
            "UPDATE edit SET seq = 1000 WHERE seq = 16",
            "UPDATE edit SET seq = 16 WHERE seq = 17",
            "UPDATE edit SET seq = 17 WHERE seq = 1000",
        ],
    )
    assert not report(lite, world).sound


def test_an_edition_restamped_together_with_its_row_shows(lite: Stores) -> None:
    world = a_history(lite)
    with lite.read() as store:
        edition = store.drafts.editions(world.draft.id)[0]
    tamper(lite, ["UPDATE edition SET content = '{}', hash = :hash"], hash=edition.hash)
    assert any("zero-draft" in fault for fault in report(lite, world).faults)


def test_a_tail_cut_off_with_its_head_shows_in_seq_and_head_only(lite: Stores) -> None:
    """The known limit: compare the report with one that was kept elsewhere."""
    world = a_history(lite)
    before = report(lite, world)
    with lite.read() as store:
        kept = store.drafts.entry(world.draft.id, before.seq - 1)
    assert kept is not None
    tamper(
        lite,
        [
            "DELETE FROM edit WHERE seq > :seq",
            "DELETE FROM edition WHERE seq > :seq",
            "UPDATE draft SET seq = :seq, hash = :hash",
        ],
        seq=kept.seq,
        hash=kept.hash,
    )
    after = report(lite, world)
    assert after.sound
    assert (after.seq, after.head) != (before.seq, before.head)


def test_a_ruin_is_reported_briefly(lite: Stores) -> None:
    world = a_history(lite)
    with lite.begin() as store, store.drafts.pen(world.draft.id, world.chair) as pen:
        for _ in range(60):
            pen.describe({"dated": "x"})
    tamper(lite, ["UPDATE edit SET author = 'Nobody'"])
    found = report(lite, world)
    assert len(found.faults) == MOST + 1
    assert found.faults[-1].startswith("And ")
