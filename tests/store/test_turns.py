import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from app.store.engine import is_out_of_reach
from app.store.turns import Turns
from app.store.unit import Stores


def waiting(turns: Turns, count: int) -> None:
    """Return when so many threads stand in the queue."""
    for _ in range(5_000):
        if len(turns._waiting) == count:
            return
        time.sleep(0.001)
    raise AssertionError(f"{len(turns._waiting)} are waiting, not {count}")


def test_who_came_first_is_served_first() -> None:
    turns = Turns(60)
    served: list[int] = []

    def stand(number: int) -> None:
        with turns.turn():
            served.append(number)

    threads = [threading.Thread(target=stand, args=(number,)) for number in range(8)]
    with turns.turn():
        for number, thread in enumerate(threads, start=1):
            thread.start()
            waiting(turns, number)
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_who_comes_back_at_once_does_not_starve_who_waits() -> None:
    """As typing does beside a form: with a plain lock, the form waits for luck."""
    turns = Turns(60)
    served: list[str] = []

    def form() -> None:
        with turns.turn():
            served.append("form")

    waiter = threading.Thread(target=form)
    for round_ in range(3):
        with turns.turn():
            served.append("typing")
            if round_ == 0:
                waiter.start()
                waiting(turns, 1)
    waiter.join()
    assert served == ["typing", "form", "typing", "typing"]


def test_a_turn_that_fails_is_passed_on() -> None:
    turns = Turns(60)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_patience_ends_as_it_does_with_sqlite_itself() -> None:
    turns = Turns(0.01)
    with turns.turn():
        with pytest.raises(OperationalError, match="database is locked") as failed, turns.turn():
            pass
        assert is_out_of_reach(failed.value)
    with turns.turn():
        pass


def test_units_of_one_process_take_turns_on_sqlite(lite: Stores) -> None:
    assert lite._turns is not None
    with lite.begin():
        assert lite._turns._taken
    assert not lite._turns._taken
