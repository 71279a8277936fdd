import logging
from threading import Event

import pytest

from app.actions import returning
from app.store.unit import Stores
from app.web.reading import Reading
from tests.support.site import Site


def test_what_comes_while_it_reads_is_read_as_well(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on, times = Event(), Event(), []

    def read(stores: Stores) -> tuple[()]:
        assert stores is site.stores
        times.append(1)
        began.set()
        assert goes_on.wait(10)
        return ()

    monkeypatch.setattr(returning, "read_waiting", read)
    reading = Reading(site.stores)
    reading.wait()
    reading.begin()
    assert began.wait(10)
    reading.begin()
    reading.begin()
    goes_on.set()
    reading.wait(10)
    assert len(times) == 2
    reading.begin()
    reading.wait(10)
    assert len(times) == 3


def test_a_fault_is_in_the_log_and_ends_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Stores) -> None:
        raise RuntimeError("a fault")

    reading = Reading(site.stores)
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(returning, "read_waiting", fail)
        reading.begin()
        reading.wait(10)
    assert "could not be read" in caplog.text
    reading.begin()
    reading.wait(10)
