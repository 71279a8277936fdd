"""Rounds in the database: who may know of what, numbers of copies, links, files once read."""

from datetime import timedelta

import pytest

from app.store.readers import Reader
from app.store.rounds import How, NewFinding, Place, Reading, Sort
from app.store.seats import Role
from app.store.unit import Stores
from tests.support.circulated import Circulated, circulate


@pytest.fixture
def sent(stores: Stores) -> Circulated:
    with stores.begin() as store:
        return circulate(store)


def reader(delegation: str, role: Role = Role.DELEGATE) -> Reader:
    return Reader(9_999, delegation, role)


def test_a_delegation_knows_of_its_own_alone(stores: Stores, sent: Circulated) -> None:
    with stores.begin() as store:
        uids = [
            store.rounds.receive(
                sent.round.id,
                recipient_id=to,
                filename="x",
                content=bytes([at]),
                sha256=str(at),
                how=How.UPLOAD,
                word="",
                author=sent.chair,
            )
            for at, to in enumerate((sent.to[0].id, sent.to[1].id, sent.to[2].id, None))
        ]
        for uid in uids:
            came = store.rounds.returned_by_uid(uid)
            assert came is not None
            finding = NewFinding(Sort.OTHER, Place.INBOX, reason="Why.")
            store.rounds.keep_reading(
                came.id, recipient_id=came.recipient_id, report={}, findings=[finding]
            )
    with stores.read() as store:
        ids = [each.id for each in store.rounds.returns(Reader.of(sent.chair), sent.round.id)]
        assert len(ids) == 4
        for who, count in (
            (Reader.of(sent.chair), 4),
            (reader("", Role.SECRETARIAT), 4),
            (reader("Delegation A"), 1),
            (reader("Delegation B", Role.DRAFTER), 1),
            (reader("Delegation C"), 0),
            (reader(""), 0),
            (reader("Delegation A", Role.OBSERVER), 0),
            (reader("Delegation A", Role.SCHOLAR), 0),
        ):
            assert len(store.rounds.returns(who, sent.round.id)) == count
            found = store.rounds.findings(who, ids)
            assert len(found) == count
            assert len(store.rounds.counts(who, sent.round.id)) == count
            is_known = count > 0
            assert bool(store.rounds.get(who, sent.draft.id, sent.round.uid)) is is_known
            assert bool(store.rounds.of_draft(who, sent.draft.id)) is is_known
            expected = 3 if count == 4 else count
            assert len(store.rounds.recipients(who, sent.round.id)) == expected
        theirs = store.rounds.findings(reader("Delegation B"), ids)[0]
        other = store.rounds.finding(reader("Delegation A"), sent.round.id, theirs.uid)
        assert other is None


def test_copies_are_numbered(sent: Circulated) -> None:
    assert [each.number for each in sent.to] == [1, 2, 3]


def test_a_link_is_used_at_most_so_often_and_not_after_its_end(
    stores: Stores, sent: Circulated
) -> None:
    with stores.begin() as store:
        to = sent.to[0].id
        store.rounds.add_link(to, "t1", expires_at=store.now + timedelta(days=1), by=sent.chair)
        store.rounds.add_link(to, "t2", expires_at=store.now - timedelta(seconds=1), by=sent.chair)
        first, second = store.rounds.link("t1"), store.rounds.link("t2")
        assert first is not None
        assert second is not None
        assert [store.rounds.use_link(first.id, 2) for _ in range(3)] == [True, True, False]
        assert not store.rounds.use_link(second.id, 2)
        assert store.rounds.revoke_links(to) == 2
        assert store.rounds.links([to]) == {}
        assert not store.rounds.use_link(first.id, 9)


def test_a_file_is_read_once(stores: Stores, sent: Circulated) -> None:
    with stores.begin() as store:
        uid = store.rounds.receive(
            sent.round.id,
            recipient_id=None,
            filename="x",
            content=b"\x00\xff",
            sha256="s",
            how=How.UPLOAD,
            word="",
            author=sent.chair,
        )
        came = store.rounds.returned_by_uid(uid)
        assert came is not None
        assert store.rounds.content(came.id) == b"\x00\xff"
        assert store.rounds.waiting(sent.round.id) == (came,)
        assert store.rounds.begin_reading(came.id)
        # Where a reading was broken off, it is begun again.
        assert [each.state for each in store.rounds.waiting()] == [Reading.READING]
        for once in (True, False):
            kept = store.rounds.keep_reading(
                came.id,
                recipient_id=None,
                report={},
                findings=[NewFinding(Sort.OTHER, Place.INBOX)],
            )
            assert kept is once
        assert not store.rounds.begin_reading(came.id)
        store.rounds.fail(came.id, "Too late.")
        found = store.rounds.returned_by_uid(uid)
        assert found is not None
        assert found.state is Reading.READ
        assert len(store.rounds.findings(Reader.of(sent.chair), [came.id])) == 1
