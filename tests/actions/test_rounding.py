"""Sending an edition out: one text for everybody, marked copies, secret links."""

import io
import zipfile
from datetime import timedelta

import pytest

from app.actions import annotating, circulating, drafting, rounding
from app.actions.circulating import RECEIVED, Options
from app.actions.refusals import Forbidden, Invalid, Missing
from app.actions.rounding import To
from app.exchange.package import Package
from app.exchange.word.parts import properties_of
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.store.drafts import DraftRecord
from app.store.notes import Audience
from app.store.readers import Reader
from app.store.seats import Role
from app.store.unit import Store, Stores
from tests.support.circulated import circulate
from tests.support.world import Clock


def test_a_copy_says_whose_it_is_and_of_which_round(store: Store) -> None:
    sent = circulate(store)
    said = [read(content).properties or {} for content in sent.files]
    assert {each["TravauxRound"] for each in said} == {sent.round.uid}
    assert [each["TravauxCopy"] for each in said] == ["1", "2", "3"]
    assert all("TravauxClauses1" in each for each in said)
    again = rounding.copy_for(store, sent.chair, sent.draft, sent.round, sent.to[1])
    assert again.content == sent.files[1]
    assert len(rounding.files(store, sent.chair, sent.round)) == 3


def test_the_text_is_the_editions_whatever_is_written_since(store: Store) -> None:
    sent = circulate(store)
    uid = sent.world.uid("presumed")
    clause = store.drafts.clause(sent.draft.id, uid)
    assert clause is not None
    drafting.reword(store, sent.chair, sent.draft, uid, "Other words.", seen=clause.version)
    again = rounding.copy_for(store, sent.chair, sent.draft, sent.round, sent.to[0])
    assert again.content == sent.files[0]


def test_everything_in_a_zip(store: Store) -> None:
    sent = circulate(store, ("clean", "form"))
    zipped = rounding.everything_zipped(store, sent.chair, sent.draft, sent.round)
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        names = archive.namelist()
        assert archive.read(names[0]) == sent.files[0]
        forms = [archive.read(name) for name in names if "-form-" in name]
    assert len(names) == 6
    # Each has a form of their own, which says whose it is.
    said = [properties_of(Package(each)) for each in forms]
    assert [each["TravauxCopy"] for each in said] == ["1", "2", "3"]
    assert {each["TravauxRound"] for each in said} == {sent.round.uid}
    assert names[0].startswith("001 Delegation A/")
    assert zipped.filename == "small-first-reading.zip"
    again = rounding.everything_zipped(store, sent.chair, sent.draft, sent.round)
    assert again.content == zipped.content


def test_one_file_for_all(store: Store) -> None:
    sent = circulate(store)
    made = rounding.open_round(
        store,
        sent.chair,
        sent.draft,
        name="Open",
        edition="first",
        recipients=[To("Delegation A"), To("Delegation B")],
        each=False,
    )
    to = rounding.recipients(store, sent.chair, made)
    first, second = (
        rounding.copy_for(store, sent.chair, sent.draft, made, each).content for each in to
    )
    assert first == second
    assert "TravauxCopy" not in (read(first).properties or {})


def test_what_is_refused(store: Store) -> None:
    sent = circulate(store)
    chair, draft = sent.chair, sent.draft

    def opened(**said: object) -> None:
        wanted: dict[str, object] = {"name": "Second", "edition": "first"} | said
        rounding.open_round(store, chair, draft, **wanted)  # type: ignore[arg-type]

    for said, sentence in (
        ({"name": " "}, "name"),
        ({"edition": ""}, "edition"),
        ({"profiles": ()}, "what to send"),
        ({"profiles": ("poem",)}, "what to send"),
        ({"deadline": store.now}, "deadline"),
        ({"profiles": ("redline",)}, "earlier edition"),
        ({"recipients": [To()]}, "Name the delegation"),
        ({"recipients": [To("Delegation A"), To("Delegation A")]}, "already"),
        ({"cover": "x" * 5_000}, "too long"),
    ):
        with pytest.raises(Invalid, match=sentence), store.attempt():
            opened(**said)
    with pytest.raises(Missing), store.attempt():
        opened(edition="none")
    for role in (Role.DRAFTER, Role.DELEGATE, Role.OBSERVER):
        with pytest.raises(Forbidden):
            rounding.close(store, sent.world.seats[role], sent.round)


def test_a_delegation_sees_the_rounds_that_went_to_it(store: Store) -> None:
    sent = circulate(store)
    assert rounding.rounds(store, sent.delegate, sent.draft) == (sent.round,)
    assert rounding.recipients(store, sent.delegate, sent.round) == (sent.to[0],)
    with pytest.raises(Missing):
        rounding.recipient(store, sent.delegate, sent.round, sent.to[1].uid)
    # A drafter without a delegation may ask, and there is nothing for them.
    assert rounding.rounds(store, sent.world.drafter, sent.draft) == ()
    with pytest.raises(Missing):
        rounding.by_uid(store, sent.world.drafter, sent.draft, sent.round.uid)


class TestLinks:
    def test_a_link_shows_its_own_copy_and_nothing_else(self, store: Store) -> None:
        sent = circulate(store)
        token = rounding.make_link(store, sent.chair, sent.round, sent.to[1])
        assert len(token) >= 22  # 128 bits at least
        found = rounding.reply(store, token)
        assert (found.recipient, found.round) == (sent.to[1], sent.round)
        assert rounding.handed_out(store, token).content == sent.files[1]
        # Looking uses nothing up.
        assert rounding.reply(store, token).link.uses == 0
        assert token not in str(rounding.links(store, sent.chair, sent.round))

    def test_it_ends(self, lite: Stores, clock: Clock) -> None:
        with lite.begin() as store:
            sent = circulate(store)
            token = rounding.make_link(store, sent.chair, sent.round, sent.to[0])
            other = rounding.make_link(store, sent.chair, sent.round, sent.to[1])
            rounding.revoke_links(store, sent.chair, sent.round, sent.to[1])
            for wrong in (other, "", "x", token[:-1], token + "x"):
                with pytest.raises(Missing):
                    rounding.reply(store, wrong)
            with pytest.raises(Invalid):
                rounding.make_link(store, sent.chair, sent.round, sent.to[0], expires_at=store.now)
        clock.forward(rounding.LASTS + timedelta(seconds=1))
        with lite.begin() as store, pytest.raises(Missing):
            rounding.reply(store, token)

    def test_it_lasts_beyond_the_deadline(self, store: Store) -> None:
        sent = circulate(store)
        due = store.now + timedelta(days=100)
        rounding.describe(store, sent.chair, sent.round, name="Later", deadline=due, cover="Hi")
        found = rounding.by_uid(store, sent.chair, sent.draft, sent.round.uid)
        token = rounding.make_link(store, sent.chair, found, sent.to[0])
        assert rounding.reply(store, token).link.expires_at == due + rounding.GRACE

    def test_it_takes_only_so_much(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rounding, "MOST_USES", 1)
        sent = circulate(store)
        token = rounding.make_link(store, sent.chair, sent.round, sent.to[0])
        found = rounding.reply(store, token)
        rounding.use(store, found)
        assert not rounding.reply(store, token).is_open
        with pytest.raises(Invalid):
            rounding.use(store, found)


def test_comments_that_go_out_are_known(store: Store) -> None:
    sent = circulate(store)
    annotating.write(
        store,
        sent.chair,
        sent.draft,
        uid=sent.world.uid("presumed"),
        body="Is this meant?",
        audience=Audience.EVERYONE,
    )
    made = rounding.open_round(
        store,
        sent.chair,
        sent.draft,
        name="With notes",
        edition="first",
        recipients=[To("Delegation A")],
        with_notes=True,
    )
    (to,) = rounding.recipients(store, sent.chair, made)
    file = rounding.copy_for(store, sent.chair, sent.draft, made, to)
    (thread,) = read(file.content, View.MARKED).comments
    (kept,) = rounding.files(store, sent.chair, made)
    said = thread.remark
    assert kept.remarks == (rounding.remark_print(said.author, said.date, said.text),)


def test_a_person_without_a_seat_reads_like_nobody(store: Store) -> None:
    sent = circulate(store)
    assert Reader.of(rounding.seat_of(sent.to[0])).delegation == ""


def test_a_redline_starts_from_what_its_recipient_last_received(store: Store) -> None:
    sent = circulate(store)
    chair = sent.chair

    def reworded(words: str, name: str) -> DraftRecord:
        draft = drafting.open_draft(store, chair, sent.draft.slug)
        uid = sent.world.uid("presumed")
        clause = store.drafts.clause(draft.id, uid)
        assert clause is not None
        drafting.reword(store, chair, draft, uid, words, seen=clause.version)
        drafting.name_edition(store, chair, draft, name=name)
        return drafting.open_draft(store, chair, draft.slug)

    def against(content: bytes) -> str:
        return (read(content).properties or {})["TravauxAgainst"]

    reworded("Second words.", "Second")
    draft = reworded("Third words.", "Third")
    for_a = Options(against=RECEIVED, recipient="delegation a")
    made = circulating.export(store, chair, draft, "redline", options=for_a)
    assert against(made.content) == "First"
    for wrong, sentence in (("", "Say for whom"), ("Delegation C", "No round took")):
        asked = Options(against=RECEIVED, recipient=wrong)
        with pytest.raises(Invalid, match=sentence):
            circulating.export(store, chair, draft, "redline", options=asked)
    next_round = rounding.open_round(
        store,
        chair,
        draft,
        name="Second reading",
        edition="third",
        profiles=("redline",),
        recipients=[To("Delegation A"), To("Delegation C")],
        against=RECEIVED,
    )
    copies = [
        against(rounding.copy_for(store, chair, draft, next_round, each).content)
        for each in rounding.recipients(store, chair, next_round)
    ]
    # Delegation C was never sent anything: it sees what changed since the edition before.
    assert copies == ["First", "Second"]
