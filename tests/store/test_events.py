from app.actions.policy import OPERATOR
from app.store.seats import Role
from app.store.unit import Stores


def test_events_name_their_author_and_come_newest_first(stores: Stores) -> None:
    with stores.begin() as store:
        seat = store.seats.add(name="Chair", email="c@example.org", role=Role.CHAIR, password="h")
        store.journal_events.record("source.added", seat=OPERATOR, thing="source:cat")
        store.journal_events.record(
            "seat.invited", seat=seat, thing="invitation:x", detail={"role": "scholar"}
        )
    with stores.read() as store:
        latest, first = store.journal_events.recent()
        assert (first.author, first.author_id, dict(first.detail)) == ("Operator", None, {})
        assert (latest.author, latest.author_id) == ("Chair", seat.id)
        assert dict(latest.detail) == {"role": "scholar"}
        assert store.journal_events.recent(thing="source:cat") == (first,)
        assert store.journal_events.recent(1) == (latest,)
        assert latest.at.tzinfo is not None


def test_an_event_is_not_kept_when_what_it_tells_of_is_not(stores: Stores) -> None:
    class Stop(Exception):
        pass

    try:
        with stores.begin() as store:
            store.journal_events.record("source.added", seat=OPERATOR, thing="source:cat")
            raise Stop
    except Stop:
        pass
    with stores.read() as store:
        assert store.journal_events.recent() == ()


def test_it_is_known_whether_a_thing_was_done_from_a_place(stores: Stores) -> None:
    with stores.begin() as store:
        for detail in ({"place": "a"}, {}):
            store.journal_events.record("seat.in", seat=OPERATOR, thing="seat:1", detail=detail)
    with stores.read() as store:
        has = store.journal_events.has
        assert has("seat:1", "seat.in", "a")
        assert not has("seat:1", "seat.in", "b") and not has("seat:2", "seat.in", "a")
        assert not has("seat:1", "seat.out", "a")
