from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from app.actions import (
    bracketing,
    claiming,
    convening,
    drafting,
    incorporating,
    negotiating,
    recording,
    replaying,
    settling,
    stating,
    voicing,
)
from app.actions.recording import Row, Told, Wanted
from app.actions.refusals import Invalid, Missing, SignInNeeded
from app.store.record import PlacedRecord
from app.store.seats import Role, SeatRecord
from app.store.status import Step
from app.store.unit import Store, Stores
from app.treaty import brackets
from app.treaty.diff import Piece
from tests.actions.test_redacting import redacted, taken_up
from tests.support.delegations import seat_them
from tests.support.sittings import typed_in
from tests.support.world import Clock, World, fill

PRESUMED = "Good faith is presumed."
TALKS = "Talks [shall] [should] be held in good faith."


@pytest.fixture
def read(store: Store, world: World) -> Callable[..., Told]:
    def ask(seat: SeatRecord | None = None, before: int | None = None, **wanted: object) -> Told:
        draft = store.drafts.by_id(world.draft.id)
        assert draft is not None
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        return recording.told(store, seat or world.chair, draft, asked, before=before)

    return ask


def deeds(told: Told) -> list[str]:
    return [row.deed for row in told.rows]


def words(row: Row) -> str:
    marks = {"ins": "+{}+", "del": "-{}-", "same": "{}"}
    return "".join(marks[piece.op].format(piece.text) for piece in row.pieces)


def reword(store: Store, world: World, uid: str, text: str, by: SeatRecord | None = None) -> None:
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    seat = by or world.chair
    drafting.reword(store, seat, world.draft, uid, text, seen=clause.version)


# What was done


def test_an_act_is_one_row_with_all_that_it_brought_along(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    uid = world.citation.uid
    drafting.strike(store, world.chair, world.draft, uid, seen=1)
    row = read().rows[0]
    assert (row.deed, row.count, row.uid) == ("struck", 3, uid)
    assert words(row) == "-Good faith-"
    assert [piece.text for along in row.along for piece in along.pieces] == [TALKS, PRESUMED]
    drafting.restore(store, world.chair, world.draft, uid)
    assert words(read().rows[0]) == "+Good faith+"


def test_typing_is_one_row_and_anothers_words_between_are_not_ones_own(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    uid = world.uid(PRESUMED)
    typed_in(
        store,
        "small",
        world.drafter,
        uid,
        "Good faith is presumed. A",
        "Good faith is presumed. AB",
    )
    typed_in(store, "small", world.chair, uid, "Bad. AB")
    typed_in(store, "small", world.drafter, uid, "Bad. ABC")
    rows = read(person="Drafter A").rows
    assert [words(row) for row in rows] == ["Bad. -AB-+ABC+", "Good faith is presumed.+ AB+"]


def test_filters_combine(store: Store, world: World, read: Callable[..., Told]) -> None:
    one, other = world.uid(PRESUMED), world.uid("Nobody shall")
    reword(store, world, one, "Good faith is assumed.", world.drafter)
    reword(store, world, other, "Nobody shall be tried for having talked.", world.drafter)
    reword(store, world, one, "Good faith is expected.")
    article = world.citation.uid
    assert [row.uid for row in read(article=article).rows[:2]] == [one, one]
    assert [row.author for row in read(article=article, person="Drafter A").rows] == ["Drafter A"]
    assert read(article=other, person="Chair").rows[0].deed == "entered with the first text"
    assert read(person="Nobody of this name").rows == ()
    first = store.drafts.journal(world.draft.id)[-3].seq
    assert [row.uid for row in read(after=first).rows] == [one, other]
    with pytest.raises(Missing):
        read(article="c-no-such-clause")
    with pytest.raises(Missing):
        read(meeting="m-no-such-meeting")


def test_status_and_proposals_stand_in_the_record_with_their_meeting(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    them = seat_them(store, world)
    draft = world.draft
    uid = world.uid(PRESUMED)
    meeting = convening.enter_meeting(store, world.chair, draft, name="Third meeting")
    made = negotiating.propose(
        store,
        them.member_a,
        draft,
        uid,
        wish="replace",
        words="Good faith is owed.",
        reason="It is a duty.",
        seen=1,
    )
    assert "Good faith is owed" not in repr(read(them.focal_b)) + repr(read())
    negotiating.table(store, them.focal_a, draft, made.uid, meeting=meeting)
    tabled = read(them.focal_b).rows[0]
    assert (tabled.deed, tabled.meeting) == ("proposal tabled", "Third meeting")
    assert words(tabled) == "Good faith is -presumed-+owed+."
    incorporating.incorporate(store, world.chair, draft, made.uid, meeting=meeting)
    settling.settle(
        store, world.chair, draft, world.citation.uid, status="agreed", meeting=meeting, below=True
    )
    found = read(meeting=meeting)
    assert sorted(deeds(found)) == ["agreed", "proposal tabled", "reworded"]
    agreed = next(row for row in found.rows if row.deed == "agreed")
    assert agreed.count == 3
    taken = next(row for row in found.rows if row.deed == "reworded")
    assert taken.proposal == made.uid and taken.delegation == "Delegation A"
    assert {"proposal tabled", "reworded"} <= set(deeds(read(delegation="Delegation A")))
    assert read(delegation="Delegation B").rows == ()
    assert "Delegation B" not in recording.choices(store, world.chair, draft).delegations


def test_a_redacted_proposal_is_a_tombstone(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    them = seat_them(store, world)
    uid = world.uid(PRESUMED)
    made = negotiating.propose(
        store,
        them.member_a,
        world.draft,
        uid,
        wish="replace",
        words="SECRET words",
        reason="SECRET reason",
        seen=1,
    )
    negotiating.table(store, them.focal_a, world.draft, made.uid)
    assert "SECRET" in repr(read())
    negotiating.redact(store, them.focal_a, world.draft, made.uid)
    negotiating.redact(store, world.chair, world.draft, made.uid, reason="Pasted by mistake.")
    told = read()
    assert "SECRET" not in repr(told)
    assert {row.deed for row in told.rows if row.redacted} == {
        "proposal tabled",
        "words of a proposal redacted",
    }


def test_whose_a_bracket_is_said_to_be_is_on_record(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    them = seat_them(store, world)
    uid = world.uid("[shall]")

    def say(seat: SeatRecord, **more: Any) -> None:
        claiming.state(store, seat, world.draft, uid, start=6, end=13, seen=1, **more)

    say(world.drafter, owners=["Delegation Z"], reason="Asked for")
    claiming.claim(store, them.member_b, world.draft, uid, start=6, end=13, seen=1, ours=True)
    say(world.chair, nobodys=True)
    say(world.chair)
    told = [(row.author, row.deed, row.whose, row.why) for row in read().rows if not row.seq]
    stated = "bracket “shall”: owners stated"
    assert sorted(told) == sorted(
        [
            (world.drafter.name, stated, "Delegation Z", "Asked for"),
            (them.member_b.name, stated, "Delegation B, Delegation Z", "Asked for"),
            ("Chair", "bracket “shall”: said to be nobody’s", "", ""),
            ("Chair", "bracket “shall”: owners not stated any more", "", ""),
        ]
    )
    named = read(delegation="Delegation Z").rows
    assert {row.whose for row in named} == {"Delegation Z", "Delegation B, Delegation Z"}
    assert [row.whose for row in read(person="Drafter A").rows] == ["Delegation Z"]
    assert read(article=world.uid("Nobody shall")).rows[0].seq
    assert "Drafter A" in recording.choices(store, world.chair, world.draft).people
    assert recording.fresh(store, world.chair, world.draft)[0] == 2


def test_words_that_were_taken_up_and_redacted_are_told_nowhere(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    people = seat_them(store, world)
    pid = taken_up(store, world, people, in_brackets=True)
    uid = world.uid(PRESUMED)
    clause = store.drafts.clause(world.draft.id, uid)
    assert clause is not None
    (bracket,) = brackets.read(clause.words)
    claiming.state(
        store,
        world.chair,
        world.draft,
        uid,
        start=bracket.start,
        end=bracket.end,
        seen=clause.version,
        owners=["Delegation Z"],
    )
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None

    def everything() -> str:
        past = replaying.replay(store, world.chair, draft, world.citation.uid)
        lines = [step.lines(past.scheme) for step in past.steps]
        beside = replaying.remarks(store, world.chair, draft, past)
        annex = replaying.annex(store, world.chair, draft, world.citation.uid, with_names=True)
        with ZipFile(BytesIO(annex.content)) as parts:
            written = b"".join(map(parts.read, parts.namelist())).decode()
        return repr((read(), read(article=uid), lines, beside)) + written

    assert everything().count("zanzibarly") > 3
    redacted(store, world, people, pid)
    assert "zanzibarly" not in everything()
    rows = read().rows
    assert [row.deed for row in rows if row.redacted and row.seq] == ["reworded"]
    assert "words redacted" in {row.deed for row in rows if row.seq}
    (one,) = bracketing.of_clause(
        store, world.chair, draft, store.drafts.clause(draft.id, uid) or clause
    )
    assert one.owners == ("Delegation Z",) and "zanzibarly" not in repr(one)


def test_pages_follow_each_other_without_gap(
    store: Store, world: World, read: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "PAGE", 4)
    uid = world.uid(PRESUMED)
    for number in range(11):
        reword(store, world, uid, f"Text {number}.")
    seen, before = [], None
    while True:
        told = read(before=before)
        seen += [row.seq for row in told.rows if row.deed == "reworded"]
        before = told.older
        if before is None:
            break
    assert seen == sorted(seen, reverse=True) and len(seen) == 11


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_no_page_cuts_what_is_told_as_one(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    uid, other = world.uid(PRESUMED), world.uid("Nobody shall")
    for number in range(4):
        # Two people type at once, each in a clause: what the one does lies in the other's.
        typed_in(store, "small", world.drafter, uid, f"Text {'x' * number}")
        typed_in(store, "small", world.chair, other, f"Words {'y' * number}")
    drafting.split(store, world.drafter, world.draft, uid, at=4, seen=5)
    typed_in(store, "small", world.drafter, uid, "Texts", "Text one", "Text one and two")
    drafting.strike(store, world.chair, world.draft, world.citation.uid, seen=1)
    typed_in(store, "small", world.chair, other, "Words go on", "Words go on.")
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None

    def rows(wanted: Wanted) -> list[tuple[object, ...]]:
        found: list[Row] = []
        before: int | None = None
        while True:
            told = recording.told(store, world.chair, draft, wanted, before=before)
            found += told.rows
            before = told.older
            if before is None:
                return [(r.first, r.seq, r.author, r.deed, r.count, r.pieces) for r in found]

    asked = (
        Wanted(),
        Wanted(person="Drafter A"),
        Wanted(article=world.citation.uid),
        Wanted(after=world.draft.seq + 3),
    )
    whole = [rows(wanted) for wanted in asked]
    assert [row[3] for row in whole[0]][:3] == ["reworded", "struck", "reworded"]
    monkeypatch.setattr(recording, "PAGE", size)
    assert [rows(wanted) for wanted in asked] == whole
    monkeypatch.setattr(recording, "_WINDOW", size)
    assert [rows(wanted) for wanted in asked] == whole


def test_what_a_clause_stands_in_is_what_lives_above_it() -> None:
    placed = [
        PlacedRecord("seven", "article", 0, False),
        PlacedRecord("p1", "paragraph", 1, False),
        PlacedRecord("eight", "article", 0, True),
        PlacedRecord("gone", "paragraph", 1, True),
        PlacedRecord("p2", "paragraph", 1, False),
        PlacedRecord("nine", "article", 0, False),
    ]
    assert recording.below(placed, "seven") == {"seven", "p1", "p2"}
    assert recording.below(placed, "eight") == {"eight", "gone"}


def test_a_row_is_named_by_where_it_began_before_the_page_too(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = world.uid(PRESUMED)
    typed_in(store, "small", world.drafter, uid, *(f"Text {'x' * n}" for n in range(30)))
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    monkeypatch.setattr(recording, "PAGE", 7)
    monkeypatch.setattr(recording, "_WINDOW", 7)
    (row,) = recording.told(store, world.chair, draft, Wanted(), whole=True).rows
    assert row.first == row.began_at == world.draft.seq + 1


# What is new


def test_new_is_what_others_did_since_one_looked(stores: Stores, clock: Clock) -> None:
    with stores.begin() as store:
        world = fill(store)
    uid, draft, chair = world.uid(PRESUMED), world.draft, world.chair
    clock.forward(timedelta(hours=1))
    with stores.begin() as store:
        reword(store, world, uid, "One.", world.drafter)
        reword(store, world, uid, "Two.")
    with stores.read() as store:
        now = store.drafts.by_id(draft.id)
        assert now is not None
        assert recording.fresh(store, chair, now) == (1, False)
        page = recording.told(store, chair, now, Wanted(new=True))
        assert [row.author for row in page.rows] == ["Drafter A"]
    clock.forward(timedelta(minutes=10))
    with stores.begin() as store:
        # Between the page and the mark.
        reword(store, world, uid, "Three.", world.drafter)
    with stores.begin() as store:
        recording.mark(store, chair, draft, upto=page.seen.seq, at=page.seen.at, met=page.seen.met)
    with stores.read() as store:
        now = store.drafts.by_id(draft.id)
        assert now is not None
        assert recording.fresh(store, chair, now) == (1, False)
        (row,) = recording.told(store, chair, now, Wanted(new=True)).rows
        assert words(row) == "-Two-+Three+."
        seen = recording.seen(store, chair, now)
        assert (seen.seq, seen.was_seq) == (page.seen.seq, world.draft.seq)
        # Nobody else has seen anything.
        assert recording.fresh(store, world.seats[Role.OBSERVER], now)[0] == 3


def test_a_step_that_is_kept_late_is_still_new(stores: Stores, clock: Clock) -> None:
    with stores.begin() as store:
        world = fill(store)
    draft, drafter, early = world.draft, world.drafter, clock.now
    one, other = world.uid(PRESUMED), world.uid("Nobody shall")
    clock.forward(timedelta(hours=2))
    with stores.begin() as store:
        settling.settle(store, world.chair, draft, one, status="agreed")
    with stores.read() as store:
        page = recording.told(store, drafter, draft, Wanted(new=True))
        assert [row.uid for row in page.rows] == [one]
    with stores.begin() as store:
        recording.mark(
            store,
            drafter,
            draft,
            upto=page.seen.seq,
            at=page.seen.at,
            met=page.seen.met,
            steps=page.seen.steps,
        )
    with stores.begin() as store:
        assert recording.fresh(store, drafter, draft) == (0, False)
        # As silence that ran out is told of when the clause is touched.
        store.status.take(
            draft.id,
            other,
            Step.AGREED,
            seq=draft.seq,
            by=world.chair,
            at=early + timedelta(hours=1),
        )
    with stores.begin() as store:
        assert recording.fresh(store, drafter, draft) == (1, False)
        page = recording.told(store, drafter, draft, Wanted(new=True))
        assert [row.uid for row in page.rows] == [other]
        # What was met before is not met anew by marking again.
        recording.mark(
            store,
            drafter,
            draft,
            upto=page.seen.seq,
            at=page.seen.at,
            met=page.seen.met,
            steps=page.seen.steps,
        )
        assert recording.fresh(store, drafter, draft) == (0, False)


def test_what_has_not_happened_cannot_be_seen(store: Store, world: World) -> None:
    with pytest.raises(Invalid):
        recording.mark(store, world.chair, world.draft, upto=10_000, at=store.now)
    late = store.now + timedelta(days=1)
    with pytest.raises(Invalid):
        recording.mark(store, world.chair, world.draft, upto=1, at=late)
    with pytest.raises(SignInNeeded):
        recording.fresh(store, None, world.draft)


# Feeds


def test_a_feed_is_its_seats_own_and_ends(store: Store, world: World) -> None:
    observer = world.seats[Role.OBSERVER]
    secret = recording.make_feed(store, observer, world.draft, Wanted(person="Chair", new=True))
    seat, draft, wanted = recording.behind(store, secret)
    assert (seat, draft.slug, wanted) == (observer, "small", Wanted(person="Chair"))
    (feed,) = recording.feeds(store, observer, world.draft)
    assert secret not in repr(feed) and recording.feeds(store, world.chair, world.draft) == ()
    with pytest.raises(Missing):
        recording.end_feed(store, world.chair, world.draft, feed.uid)
    recording.end_feed(store, observer, world.draft, feed.uid)
    with pytest.raises(Missing):
        recording.behind(store, secret)


def test_a_seat_that_was_taken_away_has_no_feed(store: Store, world: World) -> None:
    observer = world.seats[Role.OBSERVER]
    secret = recording.make_feed(store, observer, world.draft, Wanted())
    store.seats.deactivate(observer.id)
    with pytest.raises(Missing):
        recording.behind(store, secret)


def test_a_described_draft_says_what_was_changed(
    store: Store, world: World, read: Callable[..., Told]
) -> None:
    drafting.describe(store, world.chair, world.draft, title="Convention on Talks", dated="Now")
    row = read().rows[0]
    assert [along.deed for along in row.along] == ["date", "title"]
    assert Piece("ins", "Now") in row.along[0].pieces


def test_a_released_position_is_its_delegations_and_the_proposal_is_anothers(store: Store) -> None:
    world = fill(store)
    them = seat_them(store, world)
    chair, draft = world.chair, world.draft
    made = negotiating.propose(
        store, them.member_a, draft, world.uid(PRESUMED), wish="delete", reason="So.", seen=1
    )
    negotiating.table(store, them.focal_a, draft, made.uid)
    for name in ("Delegation B", "Delegation C"):
        taken = stating.take_position(
            store, chair, draft, made.uid, stance="opposes", delegation=name
        )
        stating.release(store, chair, draft, made.uid, taken)
    negotiating.join(store, them.focal_b, draft, made.uid)
    found = recording.told(store, chair, draft, recording.Wanted()).rows
    told = [(row.deed, row.whose, row.delegation) for row in found if row.proposal]
    assert sorted(told) == [
        ("position on a proposal released", "Delegation B", "Delegation A"),
        ("position on a proposal released", "Delegation C", "Delegation A"),
        ("proposal joined", "Delegation B", "Delegation A"),
        ("proposal tabled", "", "Delegation A"),
    ]
    theirs = recording.told(store, chair, draft, recording.Wanted(delegation="Delegation C")).rows
    assert [row.whose for row in theirs if row.proposal] == ["Delegation C"]


def test_a_position_on_a_bracket_is_told_of_when_it_is_released(store: Store) -> None:
    world = fill(store)
    them = seat_them(store, world)
    chair, draft, uid = world.chair, world.draft, world.uid("[shall]")
    key = voicing.say(
        store, them.member_b, draft, uid, start=6, end=13, seen=1, wants="omit", condition="Now."
    )

    def deeds(wanted: Wanted) -> list[tuple[str, str, str, str]]:
        rows = recording.told(store, them.focal_a, draft, wanted).rows
        return [(row.deed, row.whose, row.why, row.author) for row in rows if row.seq == 0]

    assert deeds(Wanted()) == []
    voicing.release(store, chair, draft, key)
    told = [("position on bracket “shall” released: omit", "Delegation B", "Now.", "Chair")]
    assert deeds(Wanted()) == deeds(Wanted(person="Chair")) == told
    assert deeds(Wanted(delegation="Delegation B")) == deeds(Wanted(article=uid)) == told
    assert deeds(Wanted(delegation="Delegation C")) == deeds(Wanted(person="Member of B")) == []
