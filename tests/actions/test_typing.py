from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import event

from app.actions import drafting, seating, typing
from app.actions.typing import Deed, Do, Done, Push, Recent, Refused, Taken
from app.store.drafts import ClauseRecord
from app.store.seats import Role, SeatRecord
from app.store.strokes import Outrun
from app.store.unit import Store
from app.treaty.changes import ChangeSet
from tests.support.world import World

PRESUMED = "Good faith is presumed."
LENGTH = len(PRESUMED)
"""“Good faith is presumed.” has 23 units."""


@dataclass
class Desk:
    """The small world with everybody signed in; pushes and does as somebody."""

    store: Store
    world: World
    sessions: dict[Role, str]
    recent: Recent
    last: Taken = field(init=False)
    told: Deed = field(init=False)

    def push(
        self,
        *edits: tuple[int, int, str],
        uid: str = PRESUMED,
        by: Role = Role.DRAFTER,
        client: str = "aaaaaaaa",
        n: int = 1,
        base: int | None = None,
        length: int = LENGTH,
    ) -> Push:
        """One update as a push; `uid` may be words of the clause."""
        changes = ChangeSet.build(length, edits)
        found = self.world.uid(uid) if " " in uid else uid
        at = self.recent.seq if base is None else base
        return Push(self.sessions[by], client, n, found, at, (changes,), member=by)

    def take(self, *pushes: Push) -> Taken:
        self.last = typing.take(self.store, self.recent, pushes)
        self.recent = self.last.recent
        return self.last

    def do(self, deed: Deed) -> Done | Refused:
        self.told = deed
        answer, self.last = typing.do(self.store, self.recent, deed)
        self.recent = self.last.recent
        return answer

    def strike(self, words: str) -> None:
        """Somebody else strikes a clause."""
        seat, uid = self.seat(), self.world.uid(words)
        drafting.strike(self.store, seat, self.world.draft, uid, seen=self.clause(uid).version)

    def clause(self, uid: str = PRESUMED) -> ClauseRecord:
        found = self.store.drafts.clause(
            self.world.draft.id, self.world.uid(uid) if " " in uid else uid
        )
        assert found is not None
        return found

    def texts(self) -> list[str]:
        return [clause.words for clause in self.store.drafts.clauses(self.world.draft.id)]

    def seat(self, role: Role = Role.CHAIR) -> SeatRecord:
        return self.world.seats[role]


def signed_in(store: Store, seats: dict[Role, SeatRecord]) -> dict[Role, str]:
    """A session token for everybody."""
    return {role: seating._open_session(store, seat) for role, seat in seats.items()}


@pytest.fixture
def desk(store: Store, world: World) -> Desk:
    sessions = signed_in(store, world.seats)
    return Desk(store, world, sessions, Recent.of(store, world.draft.id))


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine = store._session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def words(taken: Taken) -> Sequence[str]:
    return [back.why for back in taken.backs]


def test_what_was_pushed_is_an_entry_of_its_author(desk: Desk) -> None:
    taken = desk.take(desk.push((0, 4, "Bad")))
    (entry,) = taken.entries
    assert (entry.author, entry.act, entry.origin, entry.push) == (
        "Drafter A",
        "reworded",
        "typed",
        "aaaaaaaa.1",
    )
    assert desk.clause().text == "Bad faith is presumed." and desk.clause().version == 2
    assert taken.backs == () and taken.kept == () and taken.recent.seq == entry.seq


def test_two_on_one_version_are_both_kept_in_the_order_they_came(desk: Desk) -> None:
    taken = desk.take(
        desk.push((0, 0, "A"), client="aaaaaaaa"), desk.push((0, 0, "B"), client="bbbbbbbb")
    )
    assert [entry.push for entry in taken.entries] == ["aaaaaaaa.1", "bbbbbbbb.1"]
    assert desk.clause().text == "AB" + PRESUMED


def test_what_comes_twice_is_kept_once(desk: Desk) -> None:
    push = desk.push((0, 0, "A"))
    assert len(desk.take(push, push).entries) == 1
    again = desk.take(push)
    assert again.entries == () and again.kept[0].n == (1,) and again.kept[0].push is push
    desk.recent = Recent.of(desk.store, desk.world.draft.id)
    assert desk.take(push).entries == ()
    assert desk.clause().text == "A" + PRESUMED


# --- what comes back


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.SCHOLAR, Role.OBSERVER])
def test_who_may_not_write_has_the_words_back(desk: Desk, role: Role) -> None:
    taken = desk.take(desk.push((0, 0, "A"), by=role))
    (back,) = taken.backs
    assert back.why == f"A seat as {role.value} does not let you change the words of this clause."
    assert back.n == (1,) and back.push.member is role and taken.entries == ()


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SECRETARIAT, Role.DRAFTER])
def test_who_may_write_writes(desk: Desk, role: Role) -> None:
    assert desk.take(desk.push((0, 0, "A"), by=role)).entries[0].author == desk.seat(role).name


def test_a_seat_that_was_removed_meanwhile_writes_no_more(desk: Desk) -> None:
    push = desk.push((0, 0, "A"))
    seating.remove_seat(desk.store, desk.seat(), desk.seat(Role.DRAFTER).id)
    assert words(desk.take(push)) == ["Please sign in first."]


def test_one_bad_push_spoils_nothing_for_the_others(desk: Desk) -> None:
    taken = desk.take(
        desk.push((0, 0, "A"), client="aaaaaaaa"),
        desk.push((0, 0, "\n"), client="bbbbbbbb"),
        desk.push((0, 0, "C"), client="cccccccc", by=Role.OBSERVER),
        desk.push((0, 0, "D"), client="dddddddd", length=7),
        desk.push((0, 0, "E"), client="eeeeeeee", uid="cnosuchclause"),
        desk.push((0, 0, "F"), client="ffffffff", base=99_999),
        desk.push((0, 0, "G"), client="gggggggg"),
    )
    assert desk.clause().text == "AG" + PRESUMED
    assert [back.push.client[0] for back in taken.backs] == ["b", "c", "d", "e", "f"]
    assert words(taken) == [
        "A clause is one line of text, without tabs, breaks and other controls.",
        "A seat as observer does not let you change the words of this clause.",
        "Your change does not fit the words as they stood.",
        "There is no such clause in this draft.",
        "This page knows of more than the draft does. Please load it anew.",
    ]


def test_a_push_of_which_one_update_is_bad_comes_back_whole(desk: Desk) -> None:
    good = ChangeSet.build(LENGTH, [(0, 0, "A")])
    bad = ChangeSet.build(LENGTH + 5, [(0, 0, "B")])
    push = replace(desk.push((0, 0, "A")), updates=(good, bad))
    assert desk.take(push).backs[0].n == (1, 2) and desk.clause().text == PRESUMED


def test_half_a_character_cannot_be_taken_away(desk: Desk) -> None:
    desk.take(desk.push((0, 0, "\U0001d538")))
    taken = desk.take(desk.push((0, 1, ""), n=2, length=LENGTH + 2))
    assert words(taken) == ["Your change does not fit the words as they stood."]


def test_a_clause_grows_no_longer_than_it_may(desk: Desk) -> None:
    assert words(desk.take(desk.push((0, 0, "x" * 100_000)))) == [
        "A clause may have 100,000 characters at most."
    ]
    uid, length = "Good faith", len("Good faith")
    uid = next(c.uid for c in desk.world.clauses if c.heading == uid)
    assert words(desk.take(desk.push((0, 0, "x" * 1000), uid=uid, length=length))) == [
        "A heading may have 1,000 characters at most."
    ]


def test_a_heading_is_typed_in_like_any_words(desk: Desk) -> None:
    uid = next(c.uid for c in desk.world.clauses if c.heading == "Good faith")
    (entry,) = desk.take(desk.push((0, 4, "Better"), uid=uid, length=10)).entries
    assert entry.act == "retitled" and desk.clause(uid).heading == "Better faith"


def test_a_struck_clause_gives_the_words_back_with_who_struck_it(desk: Desk) -> None:
    push = desk.push((0, 0, "A"))
    desk.strike(PRESUMED)
    taken = desk.take(push)
    assert words(taken) == ["Chair has struck it."] and taken.backs[0].by == "Chair"
    later = desk.take(desk.push((0, 0, "A")))
    assert words(later) == ["You cannot change the words of this clause: it is struck."]


def test_numbers_that_are_taken_come_back_and_spoil_nothing(desk: Desk) -> None:
    other = desk.world.uid("held in good faith")
    first = desk.push((0, 0, "A"))
    elsewhere = desk.push((0, 0, "B"), uid=other, length=len(desk.clause(other).text))
    taken = desk.take(first, elsewhere)
    assert words(taken) == ["Other changes are kept under the same numbers."]
    stolen = desk.push((0, 0, "C"), by=Role.CHAIR, base=first.base)
    assert words(desk.take(stolen)) == ["These changes bear the name of somebody else's."]
    again = desk.push((0, 0, "D"), length=LENGTH + 1)
    assert words(desk.take(again)) == ["Other changes are kept under the same numbers."]


# --- carried


def test_what_was_typed_across_a_cut_is_one_act_in_two_clauses(desk: Desk) -> None:
    push = desk.push((3, 8, "X"))
    made = drafting.split(
        desk.store, desk.seat(), desk.world.draft, desk.world.uid(PRESUMED), at=5, seen=1
    )
    taken = desk.take(push)
    first, second = taken.entries[-2:]
    assert (desk.clause().text, desk.clause(made.uid).text) == ("GooX", "th is presumed.")
    assert first.push == "aaaaaaaa.1" and second.push == ""
    assert second.detail == {"carried": "aaaaaaaa.1", "of": first.seq}
    assert drafting.verify(desk.store, desk.world.draft).faults == ()
    assert desk.take(push).kept[0].n == (1,)


def test_entries_of_others_come_along_in_their_order(desk: Desk) -> None:
    desk.strike("“panel” means")
    before = desk.recent.seq
    taken = desk.take(desk.push((0, 0, "A"), base=before))
    assert [entry.seq for entry in taken.entries] == [before + 1, before + 2]
    assert [entry.act for entry in taken.entries] == ["struck", "reworded"]


def test_looking_finds_what_others_have_written(desk: Desk) -> None:
    assert typing.look(desk.store, desk.recent).entries == ()
    desk.strike(PRESUMED)
    looked = typing.look(desk.store, desk.recent)
    assert [entry.act for entry in looked.entries] == ["struck"]
    assert looked.recent.seq == desk.recent.seq + 1


def test_since_tells_all_or_that_it_is_too_much(desk: Desk) -> None:
    draft_id, seq = desk.world.draft.id, desk.recent.seq
    assert typing.since(desk.store, draft_id, seq) == ()
    assert typing.since(desk.store, draft_id, seq + 1) is None
    desk.take(desk.push((0, 0, "A")), desk.push((0, 0, "B"), client="bbbbbbbb"))
    found = typing.since(desk.store, draft_id, seq)
    assert found is not None and [entry.push for entry in found] == ["aaaaaaaa.1", "bbbbbbbb.1"]
    assert typing.since(desk.store, draft_id, seq, limit=1) is None


# --- what it costs


def test_a_push_asks_the_same_of_a_large_draft_and_of_many(desk: Desk) -> None:
    with counted(desk.store) as asked:
        desk.take(desk.push((0, 0, "A")))
    cold = len(asked)
    length = LENGTH + 1
    with counted(desk.store) as asked:
        desk.take(desk.push((0, 0, "B"), n=2, length=length))
    warm = len(asked)
    pushes = [
        desk.push((0, 0, "C"), n=1, length=length + 1, client=f"client{k:04d}") for k in range(20)
    ]
    desk.take(*pushes)
    again = [
        replace(push, n=2, base=desk.recent.seq, updates=(ChangeSet.unchanged(length + 21),))
        for push in pushes
    ]
    with counted(desk.store) as asked:
        desk.take(*again)
    # The head, the seats; the entries, the clause, the head again.
    assert len(asked) == warm == 5 < cold


# --- deeds


def deed(desk: Desk, do: Do, at: int = 0, uid: str = PRESUMED, base: int | None = None) -> Deed:
    found = desk.world.uid(uid) if " " in uid else uid
    base = desk.recent.seq if base is None else base
    return Deed(desk.sessions[Role.DRAFTER], found, base, at, do, member="me", id=3)


def test_enter_in_the_midst_splits_where_its_author_meant_it(desk: Desk) -> None:
    base = desk.recent.seq
    desk.take(desk.push((0, 0, "Indeed: ")))
    answer = desk.do(deed(desk, "split", at=11, base=base))
    assert isinstance(answer, Done) and answer.at == 0 and answer.deed.member == "me"
    assert desk.clause().text == "Indeed: Good faith"
    assert desk.clause(answer.uid).text == "is presumed."
    assert [entry.act for entry in desk.last.entries] == ["split", "inserted"]
    assert desk.recent.seq == desk.last.entries[-1].seq
    desk.take(desk.push((0, 0, "It "), uid=answer.uid, length=12, client="cccccccc"))
    assert desk.clause(answer.uid).text == "It is presumed."


def test_enter_at_the_end_begins_an_empty_clause_and_at_the_front_one_before(desk: Desk) -> None:
    answer = desk.do(deed(desk, "split", at=LENGTH))
    assert isinstance(answer, Done) and desk.clause(answer.uid).text == "" and answer.at == 0
    assert desk.do(deed(desk, "split", at=0)) == Done(desk.told, desk.world.uid(PRESUMED), 0)
    texts = desk.texts()
    at = texts.index(PRESUMED)
    assert texts[at - 1 : at + 2] == ["", PRESUMED, ""]
    began = desk.do(deed(desk, "begin"))
    assert isinstance(began, Done) and desk.clause(began.uid).text == ""


def test_backspace_at_the_start_joins_and_says_where_the_caret_is(desk: Desk) -> None:
    answer = desk.do(deed(desk, "merge"))
    target = desk.world.uid("held in good faith")
    words = "Talks [shall] [should] be held in good faith."
    assert answer == Done(desk.told, target, len(words) + 1)
    assert desk.clause(target).text == f"{words} {PRESUMED}"


def test_an_empty_clause_is_dropped_and_the_caret_goes_to_the_end_before(desk: Desk) -> None:
    began = desk.do(deed(desk, "begin"))
    assert isinstance(began, Done)
    assert desk.do(deed(desk, "drop", uid=began.uid)) == Done(
        desk.told, desk.world.uid(PRESUMED), LENGTH
    )
    assert isinstance(desk.do(deed(desk, "drop")), Refused)


def test_tab_changes_the_level_and_keeps_the_caret(desk: Desk) -> None:
    uid = desk.world.uid(PRESUMED)
    assert desk.do(deed(desk, "deeper", at=4)) == Done(desk.told, uid, 4)
    assert desk.clause().depth == 3
    assert desk.do(deed(desk, "shallower", at=4)) == Done(desk.told, uid, 4)
    assert desk.clause().depth == 2


def test_a_deed_that_cannot_be_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.recent.seq
    for asked in (
        deed(desk, "merge", uid="Recognizing that"),
        deed(desk, "split", at=99),
        deed(desk, "split", uid="cnosuchclause"),
        deed(desk, "split", at=3, base=99_999),
        replace(deed(desk, "split", at=3), session=desk.sessions[Role.OBSERVER]),
        replace(deed(desk, "split", at=3), session="nobody's"),
        deed(desk, "split", at=3, uid="General provisions"),
    ):
        answer = desk.do(asked)
        assert isinstance(answer, Refused) and answer.why.endswith((".", "?")), asked
    assert desk.recent.seq == before
    assert drafting.verify(desk.store, desk.world.draft).faults == ()


def test_a_deed_in_words_that_went_elsewhere_goes_along(desk: Desk) -> None:
    asked = deed(desk, "split", at=LENGTH - 1)
    made = drafting.split(
        desk.store, desk.seat(), desk.world.draft, desk.world.uid(PRESUMED), at=5, seen=1
    )
    answer = desk.do(asked)
    assert isinstance(answer, Done) and desk.clause(answer.uid).text == "."
    assert desk.clause(made.uid).text == "faith is presumed"
    struck = deed(desk, "split", at=3)
    desk.strike(PRESUMED)
    assert desk.do(struck) == Refused(struck, "Chair has struck it.")


@pytest.mark.parametrize("do", ["split", "begin", "merge", "deeper", "drop"])
def test_a_deed_that_comes_twice_is_done_once_and_answered_the_same(desk: Desk, do: Do) -> None:
    began = desk.do(deed(desk, "begin"))
    assert isinstance(began, Done)
    changes = desk.store.drafts.changes(desk.world.draft.id)
    uid = began.uid if do == "drop" else PRESUMED
    asked = replace(deed(desk, do, at=5 if do == "split" else 0, uid=uid), client="page0000")
    first = desk.do(asked)
    before = desk.store.drafts.journal(desk.world.draft.id)
    assert isinstance(first, Done) and desk.do(asked) == first
    # Also asked of a process that has just started, and counted as one who has.
    desk.recent = Recent.of(desk.store, desk.world.draft.id)
    assert desk.do(asked) == first
    after = desk.store.drafts.journal(desk.world.draft.id)
    assert after == before and [e.push for e in after if e.push] == ["page0000.d3"]
    assert desk.store.drafts.changes(desk.world.draft.id) > changes
    assert drafting.verify(desk.store, desk.world.draft).faults == ()
    stranger = replace(asked, session=desk.sessions[Role.CHAIR])
    assert desk.do(stranger) == Refused(stranger, "Other changes are kept under the same numbers.")


def test_the_page_that_a_deed_is_named_after_may_type_under_the_same_name(desk: Desk) -> None:
    desk.take(desk.push((0, 0, "A"), client="page0000"))
    desk.do(replace(deed(desk, "begin"), client="page0000"))
    taken = desk.take(desk.push((0, 0, "B"), n=2, length=LENGTH + 1, client="page0000"))
    assert [entry.push for entry in taken.entries] == ["page0000.2"]


def test_a_journal_that_ends_before_what_is_remembered_is_looked_at_anew(desk: Desk) -> None:
    desk.recent = Recent(desk.world.draft.id, desk.recent.seq + 5)
    for act in (
        lambda: desk.take(desk.push((0, 0, "A"), base=1)),
        lambda: desk.do(deed(desk, "begin")),
        lambda: typing.look(desk.store, desk.recent),
    ):
        with pytest.raises(Outrun):
            act()
