import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.store.seats import Purpose, Role, SeatRecord
from app.store.unit import Stores

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def hours(after: int) -> Callable[[], datetime]:
    return lambda: START + timedelta(hours=after)


def a_seat(stores: Stores, email: str = "a@example.org", role: Role = Role.DRAFTER) -> SeatRecord:
    with stores.begin() as store:
        return store.seats.add(name="Drafter A", email=email, role=role, password="hash")


class TestSeats:
    def test_a_seat_comes_back_as_it_was_added(self, stores: Stores) -> None:
        seat = a_seat(stores)
        with stores.read() as store:
            assert store.seats.get(seat.id) == seat
            assert store.seats.by_email("a@example.org") == seat
            assert store.seats.password_of(seat.id) == "hash"
            assert seat.created_at.tzinfo is not None

    def test_a_removed_seat_keeps_its_row_but_not_its_address(self, stores: Stores) -> None:
        seat = a_seat(stores)
        with stores.begin() as store:
            store.seats.deactivate(seat.id)
        with stores.read() as store:
            assert store.seats.by_email("a@example.org") is None
            assert store.seats.password_of(seat.id) == ""
            assert [s.active for s in store.seats.all()] == [False]

    def test_somebody_who_returns_gets_the_same_seat_with_the_new_role(
        self, stores: Stores
    ) -> None:
        seat = a_seat(stores)
        with stores.begin() as store:
            store.seats.deactivate(seat.id)
        again = a_seat(stores, role=Role.SCHOLAR)
        assert (again.id, again.role, again.active) == (seat.id, Role.SCHOLAR, True)

    def test_two_active_seats_never_share_an_address(self, stores: Stores) -> None:
        a_seat(stores)
        with pytest.raises(ValueError, match="active seat"):
            a_seat(stores)

    def test_one_delegation_loses_its_focal_point_and_no_other_does(self, stores: Stores) -> None:
        with stores.begin() as store:
            for name in ("North", "South"):
                seat = store.seats.add(
                    name=name,
                    email=f"{name}@example.org",
                    role=Role.DELEGATE,
                    delegation=name,
                    password="hash",
                )
                store.seats.change(
                    seat.id, name=name, role=Role.DELEGATE, delegation=name, focal=True
                )
            store.seats.clear_focal("North")
        with stores.read() as store:
            assert {s.name: s.focal for s in store.seats.all()} == {"North": False, "South": True}


class TestSessions:
    def test_a_session_leads_to_its_seat_until_it_ends(self, stores: Stores) -> None:
        seat = a_seat(stores)
        with stores.begin() as store:
            store.seats.open_session(seat.id, "t1", address="::1", agent="Firefox")
        with stores.begin() as store:
            found = store.seats.session("t1")
            assert found is not None
            assert (found[1], found[0].address, found[0].agent) == (seat, "::1", "Firefox")
            store.seats.end_session("t1")
        with stores.read() as store:
            assert store.seats.session("t1") is None

    def test_ending_all_but_one_ends_only_those_of_the_seat(self, stores: Stores) -> None:
        first, second = a_seat(stores), a_seat(stores, "b@example.org")
        with stores.begin() as store:
            for seat, token in ((first, "t1"), (first, "t2"), (first, "t3"), (second, "t4")):
                store.seats.open_session(seat.id, token, address="", agent="")
            assert store.seats.end_sessions(first.id, but="t2") == 2
        with stores.read() as store:
            assert [len(store.seats.sessions(s.id)) for s in (first, second)] == [1, 1]
            assert store.seats.session("t2") is not None

    def test_old_sessions_are_swept_by_either_age(self, stores: Stores) -> None:
        seat = a_seat(stores)
        for token, started, seen in (("old", 0, 11), ("idle", 9, 9), ("used", 9, 11)):
            stores.clock = hours(started)
            with stores.begin() as store:
                store.seats.open_session(seat.id, token, address="", agent="")
            stores.clock = hours(seen)
            with stores.begin() as store:
                store.seats.touch_session(token)
        with stores.begin() as store:
            store.seats.end_sessions_before(
                seen=START + timedelta(hours=10), started=START + timedelta(hours=8)
            )
            kept = [token for token in ("old", "idle", "used") if store.seats.session(token)]
        assert kept == ["used"]


class TestLinks:
    def test_a_link_is_used_once_even_by_two_at_the_same_time(self, stores: Stores) -> None:
        seat = a_seat(stores)
        with stores.begin() as store:
            link = store.seats.add_link(
                Purpose.RESET, "t", made_by=seat, role=seat.role, lasts=timedelta(hours=1)
            )
        used: list[bool] = []
        gate = threading.Barrier(2)

        def use() -> None:
            gate.wait()
            with stores.begin() as store:
                used.append(store.seats.use_link(link.id))

        threads = [threading.Thread(target=use) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(used) == [False, True]

    def test_withdrawing_reaches_the_unused_links_meant_and_no_others(self, stores: Stores) -> None:
        seat = a_seat(stores)
        with stores.begin() as store:
            for token, email in (("t1", "x@example.org"), ("t2", "y@example.org")):
                store.seats.add_link(
                    Purpose.INVITATION,
                    token,
                    made_by=seat,
                    role=Role.SCHOLAR,
                    email=email,
                    lasts=timedelta(days=1),
                )
            store.seats.withdraw_links(Purpose.INVITATION, email="x@example.org")
            assert store.seats.link("t1") is None
            assert [link.email for link in store.seats.open_links(Purpose.INVITATION)] == [
                "y@example.org"
            ]
            store.seats.withdraw_links_made_by(seat.id)
            assert store.seats.link("t2") is None

    def test_an_expired_link_is_not_open(self, stores: Stores) -> None:
        seat = a_seat(stores)
        stores.clock = lambda: START
        with stores.begin() as store:
            store.seats.add_link(
                Purpose.INVITATION,
                "t",
                made_by=seat,
                role=Role.SCHOLAR,
                lasts=timedelta(days=1),
            )
            assert len(store.seats.open_links(Purpose.INVITATION)) == 1
        stores.clock = lambda: START + timedelta(days=1, seconds=1)
        with stores.read() as store:
            assert store.seats.open_links(Purpose.INVITATION) == ()
            link = store.seats.link("t")
            assert link is not None and link.expires_at == START + timedelta(days=1)


class TestAttempts:
    def test_attempts_are_counted_by_account_address_and_time(self, stores: Stores) -> None:
        stores.clock = lambda: START
        with stores.begin() as store:
            store.seats.note_attempt("a", "1.1.1.1")
            store.seats.note_attempt("a", "2.2.2.2")
            store.seats.note_attempt("b", "1.1.1.1")
        before = START - timedelta(seconds=1)
        with stores.begin() as store:
            count = store.seats.attempts
            assert count(since=before) == 3
            assert count(since=before, account="a") == 2
            assert count(since=before, address="1.1.1.1") == 2
            assert count(since=START) == 0
            store.seats.forget_attempts("a")
            assert count(since=before) == 1
            store.seats.forget_attempts_before(START + timedelta(seconds=1))
            assert count(since=before) == 0


def test_units_of_work_that_lock_the_same_thing_run_one_after_the_other(stores: Stores) -> None:
    # Without the lock both threads would count none and both would add.
    gate = threading.Barrier(2)

    def add_unless_there() -> None:
        gate.wait()
        with stores.begin() as store:
            store.seats.lock("attempts of a")
            if store.seats.attempts(since=START - timedelta(days=9999), account="a") == 0:
                store.seats.note_attempt("a", "")

    threads = [threading.Thread(target=add_unless_there) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores.read() as store:
        assert store.seats.attempts(since=START - timedelta(days=9999), account="a") == 1
