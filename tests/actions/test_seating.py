import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import argon2
import pytest
from sqlalchemy import event

from app.actions import seating
from app.actions.policy import OPERATOR
from app.actions.refusals import Forbidden, Invalid, Missing, SignInNeeded, TooMany
from app.actions.seating import CHEAP, PASSWORDS, Passwords, SignedIn
from app.store.seats import Role, SeatRecord
from app.store.unit import Stores

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PASSWORD = "seven green bridges"
OTHER = "eight yellow ferries"


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    strong, PASSWORDS.cost = PASSWORDS.cost, CHEAP
    yield
    PASSWORDS.cost = strong


def test_passwords_cost_what_the_rfc_recommends() -> None:
    assert seating.Cost(time=3, memory=65536, lanes=4) == seating.STRONG
    assert Passwords().cost == seating.STRONG


def later(**time: float) -> Callable[[], datetime]:
    return lambda: START + timedelta(**time)


@pytest.fixture
def chair(stores: Stores) -> SignedIn:
    stores.clock = later()
    with stores.begin() as store:
        token = seating.setup_token(store)
    assert token is not None
    return seating.take_chair(stores, token, "Chair", "chair@example.org", PASSWORD)


def seated(
    stores: Stores, chair: SignedIn, role: Role, email: str = "", delegation: str = ""
) -> SignedIn:
    with stores.begin() as store:
        token = seating.invite(
            store,
            chair.seat,
            email=email or f"{role}@example.org",
            role=role,
            delegation=delegation,
        )
    return seating.accept_invitation(stores, token, PASSWORD, role.value.title())


def signed_in(stores: Stores, token: str) -> SeatRecord | None:
    with stores.read() as store:
        return seating.seat_of_session(store, token)


class TestSettingUp:
    def test_the_link_makes_the_first_seat_a_chair_and_signs_it_in(self, chair: SignedIn) -> None:
        assert (chair.seat.name, chair.seat.role) == ("Chair", Role.CHAIR)

    def test_it_works_once_and_never_when_there_is_a_seat(self, stores: Stores) -> None:
        with stores.begin() as store:
            first, second = seating.setup_token(store), seating.setup_token(store)
            assert first is not None and second is not None
            assert not seating.setup_valid(store, first)
            assert seating.setup_valid(store, second) and seating.setup_valid(store, second)
        with pytest.raises(Missing):
            seating.take_chair(stores, first, "Chair", "chair@example.org", PASSWORD)
        seating.take_chair(stores, second, "Chair", "chair@example.org", PASSWORD)
        with pytest.raises(Missing):
            seating.take_chair(stores, second, "Again", "again@example.org", PASSWORD)
        with stores.begin() as store:
            assert seating.setup_token(store) is None

    def test_a_field_that_will_not_do_does_not_use_the_link_up(self, stores: Stores) -> None:
        with stores.begin() as store:
            token = seating.setup_token(store) or ""
        for name, email, password in (
            ("", "chair@example.org", PASSWORD),
            ("Chair", "no address", PASSWORD),
            ("Chair", "chair@example.org", "too short"),
            ("Chair", "chair@example.org", "x" * 257),
            ("Chair", "chair@example.org", "aaaaaaaaaaaaaaa"),
            ("Chair", "chair@example.org", "Chair@Example.org"),
        ):
            with pytest.raises(Invalid):
                seating.take_chair(stores, token, name, email, password)
        assert seating.take_chair(stores, token, "Chair", "Chair@Example.org", PASSWORD)

    def test_two_who_hold_the_link_get_one_chair(self, stores: Stores) -> None:
        with stores.begin() as store:
            token = seating.setup_token(store) or ""
        outcomes: list[str] = []

        def take(name: str) -> None:
            try:
                seating.take_chair(stores, token, name, f"{name}@example.org", PASSWORD)
                outcomes.append("taken")
            except Missing:
                outcomes.append("missing")

        threads = [threading.Thread(target=take, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["missing", "taken"]


class TestSigningIn:
    def test_the_right_password_opens_a_new_session_each_time(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        again = seating.sign_in(stores, " CHAIR@example.org ", PASSWORD, address="::1")
        assert again.seat == chair.seat and again.token != chair.token
        assert signed_in(stores, again.token) == signed_in(stores, chair.token) == chair.seat

    def test_unknown_and_wrong_get_the_same_sentence(self, stores: Stores, chair: SignedIn) -> None:
        said = []
        for email, password in (
            ("chair@example.org", OTHER),
            ("nobody@example.org", PASSWORD),
            ("chair@example.org", "x" * 5000),
            ("\x00\ud800", "\x00\ud800"),
        ):
            with pytest.raises(Invalid) as refused:
                seating.sign_in(stores, email, password)
            said.append(refused.value.sentence)
        assert len(set(said)) == 1

    def test_an_unknown_address_costs_as_many_hashes_as_a_known_one(
        self, stores: Stores, chair: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed: list[str] = []
        verify = argon2.PasswordHasher.verify

        def counted(hasher: argon2.PasswordHasher, stored: str, password: bytes) -> bool:
            hashed.append(stored.rsplit("$", 2)[0])
            return verify(hasher, stored, password)

        monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
        for email in ("chair@example.org", "nobody@example.org"):
            with pytest.raises(Invalid):
                seating.sign_in(stores, email, OTHER)
        assert len(hashed) == 2 and hashed[0] == hashed[1]

    def test_a_dead_or_made_up_token_is_nobody(self, stores: Stores, chair: SignedIn) -> None:
        for token in ("", "made-up", chair.token[:-1], chair.token + "A", "\ud800"):
            assert signed_in(stores, token) is None

    def test_signing_out_ends_this_session_only(self, stores: Stores, chair: SignedIn) -> None:
        other = seating.sign_in(stores, "chair@example.org", PASSWORD)
        with stores.begin() as store:
            seating.sign_out(store, chair.token)
            seating.sign_out(store, chair.token)
        assert signed_in(stores, chair.token) is None
        assert signed_in(stores, other.token) == chair.seat

    def test_signing_out_everywhere_may_keep_the_session_one_is_in(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        other = seating.sign_in(stores, "chair@example.org", PASSWORD)
        with stores.begin() as store:
            assert len(seating.sessions(store, chair.seat)) == 2
            assert seating.sign_out_everywhere(store, chair.seat, keep=other.token) == 1
        assert signed_in(stores, chair.token) is None
        assert signed_in(stores, other.token) == chair.seat
        with stores.begin() as store:
            assert seating.sign_out_everywhere(store, chair.seat) == 1
        assert signed_in(stores, other.token) is None


class TestSessionTimes:
    def test_an_idle_session_ends_after_half_an_hour(self, stores: Stores, chair: SignedIn) -> None:
        stores.clock = later(minutes=30)
        assert signed_in(stores, chair.token) == chair.seat
        stores.clock = later(minutes=30, seconds=1)
        assert signed_in(stores, chair.token) is None
        with stores.read() as store:
            assert seating.sessions(store, chair.seat) == ()

    def test_a_used_session_slides_but_ends_after_twelve_hours(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        for minutes in range(20, 12 * 60, 20):
            stores.clock = later(minutes=minutes)
            seating.renew_session(stores, chair.token)
            assert signed_in(stores, chair.token) == chair.seat
        stores.clock = later(hours=12, seconds=1)
        seating.renew_session(stores, chair.token)
        assert signed_in(stores, chair.token) is None

    def test_use_is_written_down_at_most_once_a_minute(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        seen = []
        for seconds in (59, 60, 61):
            stores.clock = later(seconds=seconds)
            seating.renew_session(stores, chair.token)
            with stores.read() as store:
                seen.append(seating.sessions(store, chair.seat)[0].seen_at)
        assert seen == [START, START + timedelta(minutes=1), START + timedelta(minutes=1)]

    def test_everybody_at_a_table_is_looked_up_in_one_query(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        drafter = seated(stores, chair, Role.DRAFTER)
        gone = seated(stores, chair, Role.SCHOLAR)
        with stores.begin() as store:
            seating.remove_seat(store, chair.seat, gone.seat.id)
        asked: list[str] = []
        event.listen(stores.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        with stores.read() as store:
            asked.clear()
            found = seating.seats_of_sessions(
                store, [chair.token, drafter.token, gone.token, "no session", ""]
            )
            assert len([said for said in asked if said.startswith("SELECT")]) == 1
            assert seating.seats_of_sessions(store, []) == {}
        assert found == {chair.token: chair.seat, drafter.token: drafter.seat}

    def test_an_ended_session_is_left_out_of_the_look_up(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        stores.clock = later(minutes=31)
        with stores.read() as store:
            assert seating.seats_of_sessions(store, {chair.token}) == {}

    def test_the_look_up_ends_a_session_to_the_second_like_any_other_request(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        for seconds, unused in ((0, 30 * 60), (12 * 60 * 60, 0)):
            stores.clock = later(seconds=seconds)
            with stores.begin() as store:
                store.seats.touch_session(sha256(chair.token.encode()).hexdigest())
            for late in (0, 1):
                stores.clock = later(seconds=seconds + unused, microseconds=late)
                with stores.read() as store:
                    looked_up = seating.seats_of_sessions(store, {chair.token})
                    assert looked_up.get(chair.token) == seating.seat_of_session(store, chair.token)
                assert bool(looked_up) == (late == 0)

    def test_renewing_a_dead_session_does_not_revive_it(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        stores.clock = later(hours=1)
        seating.renew_session(stores, chair.token)
        assert signed_in(stores, chair.token) is None


class TestLimits:
    def fail(self, stores: Stores, email: str = "chair@example.org", address: str = "") -> type:
        with pytest.raises((Invalid, TooMany)) as refused:
            seating.sign_in(stores, email, OTHER, address=address)
        return refused.type

    def test_five_a_minute_and_ten_in_five_minutes_on_one_account(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        assert [self.fail(stores) for _ in range(6)] == [Invalid] * 5 + [TooMany]
        with pytest.raises(TooMany):
            seating.sign_in(stores, "chair@example.org", PASSWORD)
        stores.clock = later(seconds=61)
        assert [self.fail(stores) for _ in range(6)] == [Invalid] * 5 + [TooMany]
        stores.clock = later(seconds=122)
        assert self.fail(stores) is TooMany
        stores.clock = later(minutes=5, seconds=1)
        assert seating.sign_in(stores, "chair@example.org", PASSWORD).seat == chair.seat

    def test_an_unknown_account_is_limited_like_a_known_one(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        kinds = [self.fail(stores, "nobody@example.org") for _ in range(6)]
        assert kinds == [Invalid] * 5 + [TooMany]

    def test_success_counts_from_zero_again(self, stores: Stores, chair: SignedIn) -> None:
        for _ in range(3):
            for _ in range(4):
                assert self.fail(stores) is Invalid
            seating.sign_in(stores, "chair@example.org", PASSWORD)

    def test_one_account_does_not_lock_another(self, stores: Stores, chair: SignedIn) -> None:
        for _ in range(6):
            self.fail(stores, "nobody@example.org")
        assert seating.sign_in(stores, "chair@example.org", PASSWORD)

    def test_one_address_and_everybody_together_are_limited(
        self, stores: Stores, chair: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seating, "ATTEMPTS_FROM_ADDRESS", 3)
        monkeypatch.setattr(seating, "ATTEMPTS_EVERYWHERE", 5)
        kinds = [self.fail(stores, f"{n}@example.org", "1.1.1.1") for n in range(4)]
        assert kinds == [Invalid] * 3 + [TooMany]
        kinds = [self.fail(stores, f"{n}@example.org", "2.2.2.2") for n in range(4, 7)]
        assert kinds == [Invalid] * 2 + [TooMany]

    def sign_in(self, stores: Stores, address: str) -> SeatRecord:
        return seating.sign_in(stores, "chair@example.org", PASSWORD, address=address).seat

    def test_somebody_elses_guesses_do_not_shut_the_right_person_out(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        kinds = [self.fail(stores, address="9.9.9.9") for _ in range(6)]
        assert kinds == [Invalid] * 5 + [TooMany]
        assert self.sign_in(stores, "1.1.1.1") == chair.seat
        assert self.fail(stores, address="9.9.9.9") is TooMany, "nor does that help the guesser"

    def test_a_place_signed_in_from_before_stays_open_whoever_guesses(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        self.sign_in(stores, "1.1.1.1")
        stores.clock = later(days=40)
        for guesser in range(10):
            for _ in range(5):
                assert self.fail(stores, address=f"9.9.9.{guesser}") is Invalid
        assert self.fail(stores, address="9.9.9.99") is TooMany
        with pytest.raises(TooMany):
            self.sign_in(stores, "2.2.2.2")
        assert self.sign_in(stores, "1.1.1.1") == chair.seat
        kinds = [self.fail(stores, address="1.1.1.1") for _ in range(6)]
        assert kinds == [Invalid] * 5 + [TooMany], "the limits hold there too"
        stores.clock = later(days=40, minutes=5, seconds=1)
        assert self.sign_in(stores, "2.2.2.2") == chair.seat, "five minutes later everywhere"

    def test_an_unknown_account_shows_no_difference(self, stores: Stores, chair: SignedIn) -> None:
        self.sign_in(stores, "1.1.1.1")
        found = {
            email: [self.fail(stores, email, f"9.9.9.{n % 11}") for n in range(60)]
            for email in ("chair@example.org", "nobody@example.org")
        }
        assert found["chair@example.org"] == found["nobody@example.org"]

    def test_the_record_does_not_hold_the_address(self, stores: Stores, chair: SignedIn) -> None:
        self.sign_in(stores, "192.0.2.77")
        with stores.read() as store:
            assert "192.0.2.77" not in str(store.journal_events.recent())

    def test_many_at_once_do_not_slip_through_together(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        kinds: list[type] = []
        threads = [
            threading.Thread(target=lambda: kinds.append(self.fail(stores))) for _ in range(9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(kind.__name__ for kind in kinds) == ["Invalid"] * 5 + ["TooMany"] * 4


class TestInvitations:
    def test_an_invitation_gives_the_seat_it_was_made_for(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        with stores.begin() as store:
            token = seating.invite(
                store,
                chair.seat,
                email="D@example.org",
                name="Delegate A",
                role="delegate",
                delegation="North",
            )
            for _ in range(2):
                offered = seating.invitation(store, token)
                assert offered is not None and offered.delegation == "North"
            assert [i.email for i in seating.invitations(store, chair.seat)] == ["d@example.org"]
        guest = seating.accept_invitation(stores, token, PASSWORD)
        assert (guest.seat.name, guest.seat.role) == ("Delegate A", Role.DELEGATE)
        assert (guest.seat.email, guest.seat.delegation) == ("d@example.org", "North")
        assert signed_in(stores, guest.token) == guest.seat
        with pytest.raises(Missing):
            seating.accept_invitation(stores, token, PASSWORD)
        with stores.read() as store:
            assert seating.invitation(store, token) is None
            assert seating.invitations(store, chair.seat) == ()

    def test_it_ends_after_fourteen_days(self, stores: Stores, chair: SignedIn) -> None:
        with stores.begin() as store:
            token = seating.invite(store, chair.seat, email="s@example.org", role=Role.SCHOLAR)
        stores.clock = later(days=14, seconds=1)
        with pytest.raises(Missing):
            seating.accept_invitation(stores, token, PASSWORD, "Scholar")

    def test_a_second_one_to_the_address_ends_the_first(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        with stores.begin() as store:
            tokens = [
                seating.invite(store, chair.seat, email="s@example.org", role=role)
                for role in (Role.SCHOLAR, Role.OBSERVER)
            ]
            offered = [seating.invitation(store, token) for token in tokens]
        assert offered[0] is None and offered[1] is not None

    def test_one_that_was_withdrawn_is_gone(self, stores: Stores, chair: SignedIn) -> None:
        with stores.begin() as store:
            token = seating.invite(store, chair.seat, email="s@example.org", role=Role.SCHOLAR)
            (link,) = seating.invitations(store, chair.seat)
            seating.withdraw_invitation(store, chair.seat, link.id)
            assert seating.invitation(store, token) is None
            with pytest.raises(Missing):
                seating.withdraw_invitation(store, chair.seat, link.id)

    def test_what_makes_no_sense_is_refused(self, stores: Stores, chair: SignedIn) -> None:
        with stores.begin() as store:
            for email, role, delegation in (
                ("chair@example.org", "scholar", ""),
                ("d@example.org", "delegate", " "),
                ("d@example.org", "minister", ""),
                ("d@", "scholar", ""),
            ):
                with pytest.raises(Invalid):
                    seating.invite(store, chair.seat, email=email, role=role, delegation=delegation)

    def test_who_may_invite_whom(self, stores: Stores, chair: SignedIn) -> None:
        secretariat = seated(stores, chair, Role.SECRETARIAT).seat
        drafter = seated(stores, chair, Role.DRAFTER).seat
        with stores.begin() as store:
            seating.invite(store, secretariat, email="s@example.org", role=Role.SCHOLAR)
            with pytest.raises(Forbidden, match="chair"):
                seating.invite(store, secretariat, email="c@example.org", role=Role.CHAIR)
            with pytest.raises(Forbidden):
                seating.invite(store, drafter, email="x@example.org", role=Role.OBSERVER)
            with pytest.raises(SignInNeeded):
                seating.invite(store, None, email="x@example.org", role=Role.OBSERVER)
            with pytest.raises(Forbidden):
                seating.invitations(store, drafter)


class TestPasswords:
    def test_a_reset_link_sets_a_password_once_and_ends_the_old_sessions(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        drafter = seated(stores, chair, Role.DRAFTER)
        with stores.begin() as store:
            token = seating.reset_link(store, chair.seat, drafter.seat.id)
            assert seating.reset_valid(store, token) and seating.reset_valid(store, token)
        fresh = seating.use_reset(stores, token, OTHER)
        assert signed_in(stores, drafter.token) is None
        assert signed_in(stores, fresh.token) == drafter.seat
        with pytest.raises(Missing):
            seating.use_reset(stores, token, OTHER)
        with pytest.raises(Invalid):
            seating.sign_in(stores, drafter.seat.email, PASSWORD)
        assert seating.sign_in(stores, drafter.seat.email, OTHER)

    def test_a_reset_link_ends_after_a_day_and_opens_nothing_else(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        drafter = seated(stores, chair, Role.DRAFTER)
        with stores.begin() as store:
            token = seating.reset_link(store, chair.seat, drafter.seat.id)
            assert seating.invitation(store, token) is None
            assert not seating.setup_valid(store, token)
        with pytest.raises(Missing):
            seating.accept_invitation(stores, token, PASSWORD, "X")
        stores.clock = later(hours=24, seconds=1)
        with stores.read() as store:
            assert not seating.reset_valid(store, token)
        with pytest.raises(Missing):
            seating.use_reset(stores, token, OTHER)

    def test_a_reset_helps_somebody_who_was_locked_out(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        for _ in range(6):
            with pytest.raises((Invalid, TooMany)):
                seating.sign_in(stores, "chair@example.org", OTHER)
        with stores.begin() as store:
            token = seating.reset_link(store, OPERATOR, chair.seat.id)
        seating.use_reset(stores, token, OTHER)
        assert seating.sign_in(stores, "chair@example.org", OTHER)

    def test_the_secretariat_makes_no_reset_link_for_a_chair(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        secretariat = seated(stores, chair, Role.SECRETARIAT).seat
        with stores.begin() as store, pytest.raises(Forbidden, match="a chair's seat"):
            seating.reset_link(store, secretariat, chair.seat.id)

    def test_changing_ones_password_wants_the_old_one_and_ends_other_sessions(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        other = seating.sign_in(stores, "chair@example.org", PASSWORD)
        with pytest.raises(Invalid, match="present password"):
            seating.change_password(stores, chair.seat, OTHER, OTHER)
        with pytest.raises(Invalid, match="at least 12"):
            seating.change_password(stores, chair.seat, PASSWORD, "short")
        seating.change_password(stores, chair.seat, PASSWORD, OTHER, keep=other.token)
        assert signed_in(stores, chair.token) is None
        assert signed_in(stores, other.token) == chair.seat
        assert seating.sign_in(stores, "chair@example.org", OTHER)

    def test_guessing_the_old_password_is_limited(self, stores: Stores, chair: SignedIn) -> None:
        for _ in range(5):
            with pytest.raises(Invalid):
                seating.change_password(stores, chair.seat, OTHER, OTHER)
        with pytest.raises(TooMany):
            seating.change_password(stores, chair.seat, PASSWORD, OTHER)

    def test_a_hash_made_at_another_cost_is_renewed_on_signing_in(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        PASSWORDS.cost = seating.Cost(time=2, memory=16, lanes=1)
        seating.sign_in(stores, "chair@example.org", PASSWORD)
        with stores.read() as store:
            assert "m=16,t=2" in store.seats.password_of(chair.seat.id)
        assert seating.sign_in(stores, "chair@example.org", PASSWORD)

    def test_composed_and_decomposed_letters_are_the_same_password(self) -> None:
        passwords = Passwords(CHEAP)
        hashed = passwords.hash("caf\u00e9 au lait")
        assert passwords.verify(hashed, "cafe\u0301 au lait")
        assert not passwords.verify(hashed, "cafe au lait")
        assert not passwords.verify("", "cafe au lait")
        assert not passwords.verify("no hash", "cafe au lait")

    def test_only_hashes_are_kept(self, stores: Stores, chair: SignedIn) -> None:
        with stores.read() as store:
            assert store.seats.session(chair.token) is None
            assert PASSWORD not in store.seats.password_of(chair.seat.id)


class TestOtherPeoplesSeats:
    def test_another_role_ends_the_sessions_at_once(self, stores: Stores, chair: SignedIn) -> None:
        drafter = seated(stores, chair, Role.DRAFTER)
        with stores.begin() as store:
            changed = seating.change_seat(
                store, chair.seat, drafter.seat.id, name="Scholar", role="scholar"
            )
        assert (changed.role, changed.name) == (Role.SCHOLAR, "Scholar")
        assert signed_in(stores, drafter.token) is None

    def test_another_name_alone_does_not(self, stores: Stores, chair: SignedIn) -> None:
        drafter = seated(stores, chair, Role.DRAFTER)
        with stores.begin() as store:
            seating.change_seat(
                store, chair.seat, drafter.seat.id, name="Drafter B", role=Role.DRAFTER
            )
            assert seating.rename(store, chair.seat, "The Chair").name == "The Chair"
        seat = signed_in(stores, drafter.token)
        assert seat is not None and seat.name == "Drafter B"

    def test_a_removed_seat_loses_sessions_and_links_and_can_be_invited_again(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        secretariat = seated(stores, chair, Role.SECRETARIAT)
        with stores.begin() as store:
            stashed = seating.invite(
                store, secretariat.seat, email="back@example.org", role=Role.SECRETARIAT
            )
            reset = seating.reset_link(store, chair.seat, secretariat.seat.id)
            seating.remove_seat(store, chair.seat, secretariat.seat.id)
            assert seating.invitation(store, stashed) is None
            assert not seating.reset_valid(store, reset)
            with pytest.raises(Missing):
                seating.remove_seat(store, chair.seat, secretariat.seat.id)
            assert [s.active for s in seating.seats(store, chair.seat)] == [True, False]
        assert signed_in(stores, secretariat.token) is None
        with pytest.raises(Invalid):
            seating.sign_in(stores, secretariat.seat.email, PASSWORD)
        again = seated(stores, chair, Role.OBSERVER, secretariat.seat.email)
        assert (again.seat.id, again.seat.role) == (secretariat.seat.id, Role.OBSERVER)

    def test_the_last_chair_stays(self, stores: Stores, chair: SignedIn) -> None:
        with stores.begin() as store:
            with pytest.raises(Invalid, match="only chair"):
                seating.remove_seat(store, chair.seat, chair.seat.id)
            with pytest.raises(Invalid, match="only chair"):
                seating.change_seat(
                    store, chair.seat, chair.seat.id, name="Chair", role=Role.DRAFTER
                )
        second = seated(stores, chair, Role.CHAIR, "second@example.org")
        with stores.begin() as store:
            seating.remove_seat(store, second.seat, chair.seat.id)
            with pytest.raises(Invalid, match="only chair"):
                seating.remove_seat(store, second.seat, second.seat.id)

    def test_two_chairs_who_remove_each_other_leave_one(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        second = seated(stores, chair, Role.CHAIR, "second@example.org")
        gate = threading.Barrier(2)

        def remove(by: SeatRecord, whom: SeatRecord) -> None:
            gate.wait()
            try:
                with stores.begin() as store:
                    seating.remove_seat(store, by, whom.id)
            except Invalid:
                pass

        pairs = ((chair.seat, second.seat), (second.seat, chair.seat))
        threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with stores.read() as store:
            assert [s.active for s in store.seats.all()].count(True) == 1

    def test_the_secretariat_cannot_touch_or_make_a_chair(
        self, stores: Stores, chair: SignedIn
    ) -> None:
        secretariat = seated(stores, chair, Role.SECRETARIAT).seat
        with stores.begin() as store:
            for act in (
                lambda: seating.remove_seat(store, secretariat, chair.seat.id),
                lambda: seating.change_seat(
                    store, secretariat, chair.seat.id, name="X", role=Role.DRAFTER
                ),
                lambda: seating.change_seat(
                    store, secretariat, secretariat.id, name="X", role=Role.CHAIR
                ),
            ):
                with pytest.raises(Forbidden):
                    act()

    def test_a_delegation_has_one_focal_point(self, stores: Stores, chair: SignedIn) -> None:
        first, second = (
            seated(stores, chair, Role.DELEGATE, f"{n}@example.org", "North").seat for n in "ab"
        )
        with stores.begin() as store:
            for seat in (first, second):
                seating.change_seat(
                    store,
                    chair.seat,
                    seat.id,
                    name=seat.name,
                    role=seat.role,
                    delegation="North",
                    focal=True,
                )
            focal = {s.email: s.focal for s in seating.seats(store, chair.seat)}
            assert focal["a@example.org"] is False and focal["b@example.org"] is True
            with pytest.raises(Invalid, match="focal"):
                seating.change_seat(
                    store, chair.seat, second.id, name="B", role=Role.SCHOLAR, focal=True
                )

    def test_what_was_done_to_seats_is_on_record(self, stores: Stores, chair: SignedIn) -> None:
        drafter = seated(stores, chair, Role.DRAFTER).seat
        with stores.begin() as store:
            seating.remove_seat(store, chair.seat, drafter.id)
            acts = [event.act for event in store.journal_events.recent()]
        assert acts == ["seat.removed", "seat.taken", "seat.invited", "seat.taken"]
