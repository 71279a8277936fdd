from dataclasses import replace
from itertools import product

import pytest

from app.actions.policy import _WORDS, OPERATOR, TABLE, Act, State, allowed, may, require
from app.actions.refusals import Forbidden, SignInNeeded
from app.store.seats import Role, SeatRecord

ALL = set(Role)
STEERING = {Role.CHAIR, Role.SECRETARIAT}
DRAFTING = STEERING | {Role.DRAFTER}
CITING = DRAFTING | {Role.SCHOLAR}
CARRYING = CITING | {Role.DELEGATE}
NOBODY: set[Role] = set()


def seat(role: Role) -> SeatRecord:
    return replace(OPERATOR, id=1, name=role.value, role=role)


# Written apart from the table, from the words of the design: two hands have to agree.
EXPECTED = {
    (Act.READ_DRAFT, State.ANY): ALL,
    (Act.READ_JOURNAL, State.ANY): ALL,
    (Act.START_DRAFT, State.ANY): DRAFTING,
    (Act.CHANGE_MAST, State.ANY): DRAFTING,
    (Act.EDIT_TEXT, State.LIVE): DRAFTING,
    (Act.EDIT_TEXT, State.STRUCK): set(),
    (Act.EDIT_STRUCTURE, State.LIVE): DRAFTING,
    (Act.EDIT_STRUCTURE, State.STRUCK): set(),
    (Act.RESTORE_CLAUSE, State.LIVE): set(),
    (Act.RESTORE_CLAUSE, State.STRUCK): DRAFTING,
    (Act.NAME_EDITION, State.ANY): DRAFTING,
    (Act.CITE, State.LIVE): CITING,
    (Act.CITE, State.STRUCK): set(),
    (Act.UNCITE, State.LIVE): CITING,
    (Act.UNCITE, State.STRUCK): CITING,
    (Act.MARK_TOPICS, State.LIVE): CITING,
    (Act.MARK_TOPICS, State.STRUCK): set(),
    (Act.READ_LIBRARY, State.ANY): ALL,
    (Act.ADD_TO_LIBRARY, State.ANY): CITING,
    (Act.IMPORT_SOURCE, State.ANY): CITING,
    (Act.CHANGE_LIBRARY, State.ANY): CITING,
    (Act.DELETE_FROM_LIBRARY, State.UNUSED): CITING,
    (Act.DELETE_FROM_LIBRARY, State.RESTED_ON): set(),
    (Act.EXPORT, State.ANY): CARRYING,
    (Act.READ_EXPORTS, State.ANY): CARRYING,
    (Act.READ_SEATS, State.ANY): STEERING,
    (Act.INVITE, State.ANY): STEERING,
    (Act.WITHDRAW_INVITATION, State.ANY): STEERING,
    (Act.CHANGE_SEAT, State.OTHERS): STEERING,
    (Act.CHANGE_SEAT, State.CHAIRS): {Role.CHAIR},
    (Act.REMOVE_SEAT, State.OTHERS): STEERING,
    (Act.REMOVE_SEAT, State.CHAIRS): {Role.CHAIR},
    (Act.APPOINT_CHAIR, State.ANY): {Role.CHAIR},
    (Act.MAKE_RESET_LINK, State.OTHERS): STEERING,
    (Act.MAKE_RESET_LINK, State.CHAIRS): {Role.CHAIR},
    (Act.CHANGE_OWN_SEAT, State.ANY): ALL,
    (Act.END_OWN_SESSIONS, State.ANY): ALL,
    (Act.READ_EVENTS, State.ANY): STEERING,
    (Act.LOAD_DRAFT, State.ANY): STEERING,
    (Act.BACK_UP, State.ANY): {Role.CHAIR},
    # Notes
    (Act.READ_NOTES, State.ANY): ALL,
    (Act.WRITE_NOTE, State.FOR_ONESELF): ALL,
    (Act.WRITE_NOTE, State.FOR_DELEGATION): ALL,
    (Act.WRITE_NOTE, State.FOR_EVERYONE): CARRYING,
    (Act.RESOLVE_NOTE, State.FOR_ONESELF): ALL,
    (Act.RESOLVE_NOTE, State.FOR_DELEGATION): ALL,
    (Act.RESOLVE_NOTE, State.FOR_EVERYONE): CARRYING,
    (Act.CHANGE_NOTE, State.OWN_NOTE): ALL,
    (Act.CHANGE_NOTE, State.OTHERS_NOTE): set(),
    (Act.WRITE_COMMENTARY, State.ANY): CITING,
    (Act.REDACT_NOTE, State.OWN_NOTE): CITING | {Role.DELEGATE},
    (Act.REDACT_NOTE, State.OTHERS_NOTE): {Role.CHAIR, Role.SECRETARIAT},
    # proposals
    (Act.READ_PROPOSALS, State.ANY): ALL,
    (Act.PROPOSE, State.LIVE): {Role.DELEGATE, Role.DRAFTER},
    (Act.PROPOSE, State.STRUCK): NOBODY,
    (Act.CHANGE_PROPOSAL, State.PRIVATE): {Role.DELEGATE, Role.DRAFTER},
    (Act.CHANGE_PROPOSAL, State.TABLED): NOBODY,
    (Act.CHANGE_PROPOSAL, State.SETTLED): NOBODY,
    (Act.TABLE_PROPOSAL, State.PRIVATE): {Role.DELEGATE},
    (Act.TABLE_PROPOSAL, State.TABLED): NOBODY,
    (Act.TABLE_PROPOSAL, State.SETTLED): NOBODY,
    (Act.JOIN_PROPOSAL, State.PRIVATE): {Role.DELEGATE},
    (Act.JOIN_PROPOSAL, State.TABLED): {Role.DELEGATE},
    (Act.JOIN_PROPOSAL, State.SETTLED): NOBODY,
    (Act.WITHDRAW_PROPOSAL, State.PRIVATE): NOBODY,
    (Act.WITHDRAW_PROPOSAL, State.TABLED): {Role.DELEGATE},
    (Act.WITHDRAW_PROPOSAL, State.SETTLED): NOBODY,
    (Act.SETTLE_PROPOSAL, State.PRIVATE): NOBODY,
    (Act.SETTLE_PROPOSAL, State.TABLED): STEERING,
    (Act.SETTLE_PROPOSAL, State.SETTLED): NOBODY,
    (Act.STATE_POSITION, State.PRIVATE): NOBODY,
    (Act.STATE_POSITION, State.TABLED): {Role.DELEGATE},
    (Act.STATE_POSITION, State.SETTLED): NOBODY,
    (Act.RECORD_POSITION, State.PRIVATE): NOBODY,
    (Act.RECORD_POSITION, State.TABLED): STEERING,
    (Act.RECORD_POSITION, State.SETTLED): NOBODY,
    (Act.RELEASE_POSITION, State.ANY): {Role.CHAIR},
    (Act.REDACT_PROPOSAL, State.PRIVATE): NOBODY,
    (Act.REDACT_PROPOSAL, State.TABLED): STEERING | {Role.DELEGATE},
    (Act.REDACT_PROPOSAL, State.SETTLED): STEERING | {Role.DELEGATE},
    (Act.KEEP_MEETINGS, State.ANY): STEERING,
    (Act.KEEP_GROUPS, State.ANY): STEERING,
    (Act.READ_STATUS, State.ANY): ALL,
    (Act.SETTLE_CLAUSE, State.LIVE): STEERING,
    (Act.SETTLE_CLAUSE, State.STRUCK): NOBODY,
    (Act.REOPEN_CLAUSE, State.ANY): STEERING,
    (Act.AGREE_AD_REFERENDUM, State.ANY): {Role.DELEGATE},
    (Act.OPEN_SILENCE, State.LIVE): STEERING,
    (Act.OPEN_SILENCE, State.STRUCK): NOBODY,
    (Act.END_SILENCE, State.ANY): STEERING,
    (Act.OBJECT, State.ANY): {Role.DELEGATE},
    (Act.RECORD_OBJECTION, State.ANY): STEERING,
    (Act.STATE_OWNERS, State.ANY): DRAFTING,
    (Act.CLAIM_BRACKET, State.ANY): {Role.DELEGATE},
    (Act.SPEAK_ON_BRACKET, State.ANY): {Role.DELEGATE},
    (Act.RECORD_ON_BRACKET, State.ANY): {Role.CHAIR, Role.SECRETARIAT},
    (Act.NAME_AUTHORS, State.ANY): STEERING,
    (Act.FREEZE_NUMBERS, State.ANY): STEERING,
    (Act.RENUMBER, State.ANY): STEERING,
    (Act.READ_FINDINGS, State.ANY): ALL,
    (Act.WAIVE_FINDING, State.ANY): DRAFTING,
    (Act.READ_ROUNDS, State.ANY): DRAFTING | {Role.DELEGATE},
    (Act.RUN_ROUND, State.ANY): STEERING,
    (Act.PLACE_FINDING, State.ANY): STEERING,
    (Act.CONFIRM_FINDING, State.ANY): STEERING | {Role.DELEGATE},
    (Act.RETURN_FILE, State.ANY): STEERING | {Role.DELEGATE},
}


def expected(act: Act, role: Role, state: State) -> bool:
    states = {said for of, said in EXPECTED if of is act}
    if State.ANY in states:
        return role in EXPECTED[act, State.ANY]
    if state is State.ANY:
        return any(role in EXPECTED[act, said] for said in states)
    return role in EXPECTED.get((act, state), set())


# One test an act: to report six thousand of them takes longer than to ask.
@pytest.mark.parametrize("act", list(Act))
def test_every_act_role_and_state(act: Act) -> None:
    asked = list(product(Role, State))
    allowed = {(role, state) for role, state in asked if may(seat(role), act, state)}
    assert allowed == {(role, state) for role, state in asked if expected(act, role, state)}


def test_the_table_has_a_row_and_words_for_every_act_and_none_besides() -> None:
    assert set(TABLE) == set(Act) == set(_WORDS) == {act for act, _ in EXPECTED}
    assert {(act, state) for act, row in TABLE.items() for state in row} == set(EXPECTED)


@pytest.mark.parametrize("act", list(Act))
def test_nobody_and_a_removed_seat_may_do_nothing(act: Act) -> None:
    gone = replace(seat(Role.CHAIR), active=False)
    for nobody in (None, gone):
        assert not may(nobody, act)
        with pytest.raises(SignInNeeded):
            require(nobody, act)


@pytest.mark.parametrize("act", list(Act))
def test_the_operator_may_whatever_a_chair_may(act: Act) -> None:
    assert may(OPERATOR, act) is (Role.CHAIR in allowed(act))


def test_requiring_gives_the_seat_or_says_what_stands_in_the_way() -> None:
    drafter = seat(Role.DRAFTER)
    assert require(drafter, Act.EDIT_TEXT, State.LIVE) == drafter
    with pytest.raises(Forbidden, match="it is struck"):
        require(drafter, Act.EDIT_TEXT, State.STRUCK)
    with pytest.raises(Forbidden, match="A seat as observer does not let you change the words"):
        require(seat(Role.OBSERVER), Act.EDIT_TEXT, State.LIVE)
    with pytest.raises(Forbidden, match="it is a chair's seat"):
        require(seat(Role.SECRETARIAT), Act.REMOVE_SEAT, State.CHAIRS)
