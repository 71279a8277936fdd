"""What a file says of itself, and what is made of claims that do not fit."""

from dataclasses import replace

from app.actions import drafting, rounding
from app.actions.recognising import Base, recognised
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.store.rounds import How, ReturnedRecord
from app.store.unit import Store
from tests.support.circulated import Circulated, circulate
from tests.support.hands import Hand


def kept(store: Store, sent: Circulated, content: bytes, to: int | None = None) -> ReturnedRecord:
    uid = store.rounds.receive(
        sent.round.id,
        recipient_id=to,
        filename="x.docx",
        content=content,
        sha256=str(len(content)),
        how=How.UPLOAD,
        word="",
        author=sent.chair,
    )
    came = store.rounds.returned_by_uid(uid)
    assert came is not None
    return came


def known(store: Store, sent: Circulated, content: bytes, to: int | None = None) -> Base:
    came = kept(store, sent, content, to)
    return recognised(store, sent.draft, sent.round, came, read(content, View.MARKED))


def test_a_copy_is_known_by_its_number(store: Store) -> None:
    sent = circulate(store)
    base = known(store, sent, sent.files[1])
    assert base.recipient == sent.to[1]
    assert (base.seq, base.name, base.warnings) == (sent.round.seq, "First", ())
    assert "number of the copy" in base.by


def test_who_sent_it_in_counts_for_more_than_its_number(store: Store) -> None:
    sent = circulate(store)
    base = known(store, sent, sent.files[1], sent.to[0].id)
    assert base.recipient == sent.to[0]
    (warning,) = base.warnings
    assert "somebody else" in warning
    # Whose it was is not told: who may read the report need not know who else was asked.
    assert "Delegation B" not in warning


def test_unchanged_bytes_tell_whose_they_are(store: Store) -> None:
    sent = circulate(store)
    hand = sent.hand()
    hand.without_properties()
    content = hand.saved()
    came = kept(store, sent, content)
    reading = read(content, View.MARKED)
    assert recognised(store, sent.draft, sent.round, came, reading).recipient is None
    file = store.rounds.files(sent.round.id, sent.to[2].id)[0]
    same = replace(came, sha256=file.sha256)
    found = recognised(store, sent.draft, sent.round, same, reading)
    assert found.recipient == sent.to[2]
    assert any("as well as could be" in each for each in found.warnings)


def test_a_file_of_a_later_text_is_compared_with_that(store: Store) -> None:
    sent = circulate(store)
    uid = sent.world.uid("presumed")
    clause = store.drafts.clause(sent.draft.id, uid)
    assert clause is not None
    drafting.reword(store, sent.chair, sent.draft, uid, "Other words.", seen=clause.version)
    draft = store.drafts.by_id(sent.draft.id)
    assert draft is not None
    drafting.name_edition(store, sent.chair, draft, name="Second")
    second = rounding.open_round(
        store, sent.chair, draft, name="R2", edition="second", recipients=[rounding.To("X")]
    )
    (to,) = rounding.recipients(store, sent.chair, second)
    file = rounding.copy_for(store, sent.chair, draft, second, to)
    base = known(store, sent, file.content)
    assert base.seq == second.seq
    assert base.name == "Second"
    assert base.recipient is None
    index = next(at for at, each in enumerate(base.sent.clauses) if each.uid == uid)
    assert base.sent.words(index) == "Other words."
    assert len(base.warnings) == 3  # another round, another text, nobody's copy


def test_words_that_the_file_claims_otherwise_are_told(store: Store) -> None:
    sent = circulate(store)
    hand = Hand(sent.files[0])
    custom = hand.files["docProps/custom.xml"]
    uid = sent.world.uid("presumed").encode()
    at = custom.index(uid + b"=") + len(uid) + 1
    hand.files["docProps/custom.xml"] = custom[:at] + b"000000000000" + custom[at + 12 :]
    base = known(store, sent, hand.saved())
    assert any("of 1 clauses" in each for each in base.warnings)


def test_a_claim_about_an_entry_that_is_not_so_is_not_believed(store: Store) -> None:
    sent = circulate(store)
    hand = Hand(sent.files[0])
    custom = hand.files["docProps/custom.xml"].decode()
    seq = f">{sent.round.seq}<"
    assert seq in custom
    hand.files["docProps/custom.xml"] = custom.replace(seq, ">3<").encode()
    base = known(store, sent, hand.saved())
    assert base.seq == sent.round.seq
    assert any("not known here" in each for each in base.warnings)
