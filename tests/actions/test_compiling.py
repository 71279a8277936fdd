"""What goes into a compilation, and what never does."""

import pytest

from app.actions import annotating, circulating, compiling, stating
from app.actions.circulating import Options
from app.actions.policy import Act, may
from app.actions.refusals import Forbidden
from app.exchange.word.read import read_views
from app.exchange.word.story import View
from app.store.notes import Audience
from app.store.proposals import Stance, Wish
from app.store.seats import Role
from app.store.unit import Store
from tests.support.delegations import Delegations, seat_them
from tests.support.tabling import suggest, tabled
from tests.support.word_rules import breaches
from tests.support.world import World

PRESUMED = "Good faith is presumed."
FOR = {"named": False}


@pytest.fixture
def people(store: Store, world: World) -> Delegations:
    return seat_them(store, world)


def beside(store: Store, world: World, role: Role = Role.CHAIR, *, named: bool = False):  # type: ignore[no-untyped-def]
    seat = world.seats[role]
    document = store.drafts.document(world.draft.id)
    return compiling.beside(store, seat, world.draft, document, {}, named=named)


def test_tabled_proposals_stand_beside_their_clause_and_private_ones_nowhere(
    store: Store, world: World, people: Delegations
) -> None:
    tabled(store, world, people, instead="Good faith is always presumed.")
    suggest(store, world, people.focal_b, instead="Private words of B.")
    for seat in (world.seats[Role.CHAIR], people.focal_b):
        found = compiling.beside(
            store,
            seat,
            world.draft,
            store.drafts.document(world.draft.id),
            {},
            named=False,
        )
        (proposal,) = found.proposals[world.uid(PRESUMED)]
        assert (proposal.who, proposal.old) == ("Proposal 1", PRESUMED)
        assert proposal.new == "Good faith is always presumed."
        assert proposal.reason == "It matters."


def test_delegations_are_named_if_those_who_steer_want_it(
    store: Store, world: World, people: Delegations
) -> None:
    tabled(store, world, people)
    (proposal,) = beside(store, world, named=True).proposals[world.uid(PRESUMED)]
    assert proposal.who == "Delegation A"
    for role in Role:
        if not may(world.seats[role], Act.NAME_AUTHORS):
            with pytest.raises(Forbidden):
                beside(store, world, role, named=True)


def test_each_wish_is_told_as_what_it_is(store: Store, world: World, people: Delegations) -> None:
    tabled(store, world, people, wish=Wish.INSERT, instead="A new paragraph.")
    tabled(store, world, people, wish=Wish.DELETE, instead="")
    tabled(store, world, people, wish=Wish.RETAIN, instead="")
    found = beside(store, world).proposals[world.uid(PRESUMED)]
    assert [(each.wish, each.old, each.new) for each in found] == [
        ("Insert after this clause:", "", "A new paragraph."),
        ("Delete.", PRESUMED, ""),
        ("Retain the text as it is.", "", ""),
    ]


def test_only_open_notes_for_everyone_are_comments(
    store: Store, world: World, people: Delegations
) -> None:
    uid = world.uid(PRESUMED)
    chair = world.seats[Role.CHAIR]
    for audience, body in ((Audience.EVERYONE, "Is it *fair*?"), (Audience.MINE, "My secret.")):
        annotating.write(
            store, chair, world.draft, uid=uid, kind="question", body=body, audience=audience
        )
    assert beside(store, world).comments == {uid: ("Question: Is it fair?",)}
    assert beside(store, world, named=True).comments == {uid: ("Chair: Is it fair?",)}


def test_released_reservations_are_footnotes(
    store: Store, world: World, people: Delegations
) -> None:
    made = tabled(store, world, people)
    chair, uid = world.seats[Role.CHAIR], world.uid(PRESUMED)
    position = stating.take_position(
        store, people.focal_b, world.draft, made.uid, stance=Stance.RESERVES, condition="if paid"
    )
    for seat in (chair, people.focal_b):
        assert compiling.reservations(store, seat, world.draft, named=False) == {}
    stating.release(store, chair, world.draft, made.uid, position)
    said = compiling.reservations(store, chair, world.draft, named=False)[uid]
    assert said == ("A delegation reserves its position on the proposal on this clause: if paid.",)
    wish = Options(reservations=True, named=True)
    content = circulating.export(store, chair, world.draft, "clean", options=wish).content
    assert breaches(content) == []
    (reading,) = read_views(content, (View.ACCEPTED,))
    assert [note.text for each in reading.paragraphs for note in each.notes] == [
        "Delegation B reserves its position on the proposal by Delegation A on this clause: "
        "if paid."
    ]


def test_the_table_as_a_file(store: Store, world: World, people: Delegations) -> None:
    tabled(store, world, people, instead="Good faith is always presumed.")
    content = circulating.export(store, world.seats[Role.CHAIR], world.draft, "compilation").content
    (reading,) = read_views(content, (View.ACCEPTED,))
    assert [(each.author, each.text) for each in reading.revisions] == [("Proposal 1", "always ")]
    assert "Delegation A" not in " ".join(each.text for each in reading.paragraphs)
