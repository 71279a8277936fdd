"""Files that come back: kept, read, accounted for, and made the delegation's."""

import pytest

from app.actions import annotating, drafting, negotiating, returning, rounding, sifting
from app.actions.forwarding import Fit
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.notes import Audience
from app.store.proposals import Stage, Wish
from app.store.readers import Reader
from app.store.rounds import FindingRecord, How, Place, Reading, ReturnedRecord, Sort
from app.store.seats import Role
from app.store.unit import Stores
from tests.support.circulated import Circulated, circulate, come_back
from tests.support.forms import Form
from tests.support.hands import Hand


@pytest.fixture
def sent(lite: Stores) -> Circulated:
    with lite.begin() as store:
        return circulate(store)


def back(
    stores: Stores, sent: Circulated, hand: Hand
) -> tuple[returning.Report, tuple[FindingRecord, ...], ReturnedRecord]:
    came, found = come_back(stores, sent, hand.saved())
    report = returning.report(came)
    assert report is not None, came.why
    assert report.lost == 0
    return report, found, came


def only(found: tuple[FindingRecord, ...]) -> FindingRecord:
    (one,) = found
    return one


class TestWhatItBecomes:
    def test_a_tracked_change_is_a_private_proposal_of_that_delegation(
        self, lite: Stores, sent: Circulated
    ) -> None:
        hand = sent.hand()
        hand.replace("negotiation;", "mediation;")
        report, found, came = back(lite, sent, hand)
        one = only(found)
        assert (report.tracked, report.placed, report.in_inbox, report.untracked) == (2, 1, 0, 0)
        assert came.recipient_id == sent.to[0].id
        assert (one.kind, one.wish, one.state, one.how) == (
            Sort.CHANGE,
            "replace",
            Place.PROPOSED,
            "bookmark",
        )
        assert one.author == "Capital A"
        assert one.clause == sent.world.uid("“talks”")
        with lite.read() as store:
            made = negotiating.proposal(store, sent.delegate, sent.draft, one.proposal)
            assert made.stage is Stage.PRIVATE
            assert made.words == "“talks” means a peace mediation;"
            assert made.delegation == "Delegation A"
            assert "First reading" in made.reason
            for role in (Role.CHAIR, Role.SECRETARIAT, Role.DRAFTER):
                with pytest.raises(Missing):
                    negotiating.proposal(store, sent.world.seats[role], sent.draft, one.proposal)

    def test_it_is_carried_over_what_was_edited_since(self, lite: Stores, sent: Circulated) -> None:
        hand = sent.hand()
        hand.replace("in good faith", "in the best of faith")
        uid = sent.world.uid("held in good faith")
        with lite.begin() as store:
            clause = store.drafts.clause(sent.draft.id, uid)
            assert clause is not None
            drafting.reword(
                store,
                sent.chair,
                sent.draft,
                uid,
                f"Henceforth {clause.words}",
                seen=clause.version,
            )
        _, found, _ = back(lite, sent, hand)
        with lite.read() as store:
            draft = store.drafts.by_id(sent.draft.id)
            assert draft is not None
            (shown,) = negotiating.proposals(store, sent.delegate, draft)
        assert shown.forwarded.fit is Fit.APPLIES
        assert shown.forwarded.would_be == (
            "Henceforth Talks [shall] [should] be held in the best of faith."
        )
        assert only(found).before == "Talks [shall] [should] be held in good faith."

    def test_a_comment_is_the_delegations_note_with_its_thread(
        self, lite: Stores, sent: Circulated
    ) -> None:
        hand = sent.hand()
        hand.comment("presumed", "By whom?", "By everybody.", resolved=True)
        report, found, _ = back(lite, sent, hand)
        assert report.remarks == 2
        one = only(found)
        assert (one.kind, one.state) == (Sort.COMMENT, Place.NOTED)
        with lite.read() as store:
            thread = annotating.note(store, sent.delegate, one.note)
            assert thread.note.body == "By whom?"
            assert thread.anchor is not None
            assert thread.anchor.quote == "presumed"
            assert [each.body for each in thread.answers] == ["By everybody."]
            assert not thread.note.is_open
            assert thread.note.audience is Audience.DELEGATION
            with pytest.raises(Missing):
                annotating.note(store, sent.chair, one.note)

    def test_what_was_changed_without_tracking_is_found_and_marked(
        self, lite: Stores, sent: Circulated
    ) -> None:
        hand = sent.hand(tracks=False)
        hand.replace("having talked", "having spoken")
        report, found, _ = back(lite, sent, hand)
        one = only(found)
        assert (report.tracked, report.untracked) == (0, 1)
        assert (one.kind, one.wish, one.state) == (Sort.UNTRACKED, "replace", Place.PROPOSED)
        with lite.read() as store:
            made = negotiating.proposal(store, sent.delegate, sent.draft, one.proposal)
        assert "not all of it was tracked" in made.reason

    def test_a_move_is_two_proposals_that_say_so(self, lite: Stores, sent: Circulated) -> None:
        hand = sent.hand()
        hand.move("Good faith is presumed.", "Nobody shall be")
        _, found, _ = back(lite, sent, hand)
        one = only(found)
        assert (one.kind, one.wish, one.state) == (Sort.MOVE, "move", Place.PROPOSED)
        assert one.detail["moved"]["after"] == sent.world.uid("Nobody shall")
        with lite.read() as store:
            made = [
                negotiating.proposal(store, sent.delegate, sent.draft, uid)
                for uid in one.detail["proposals"]
            ]
        assert [each.wish for each in made] == [Wish.INSERT, Wish.DELETE]
        assert all("moved" in each.reason for each in made)

    def test_the_same_change_in_a_second_file_is_the_same_proposal(
        self, lite: Stores, sent: Circulated
    ) -> None:
        hand = sent.hand()
        hand.replace("negotiation;", "mediation;")
        _, first, _ = back(lite, sent, hand)
        hand.replace("presumed", "assumed")
        _, second, _ = back(lite, sent, hand)
        assert first[0].proposal == second[0].proposal
        with lite.read() as store:
            assert len(negotiating.proposals(store, sent.delegate, sent.draft)) == 2

    def test_of_who_belongs_to_no_delegation_nothing_is_made(
        self, lite: Stores, sent: Circulated
    ) -> None:
        hand = sent.hand(2)
        hand.replace("negotiation;", "mediation;")
        hand.comment("presumed", "By whom?")
        report, found, came = back(lite, sent, hand)
        assert came.recipient_id == sent.to[2].id
        assert {each.state for each in found} == {Place.PLACED}
        assert all(each.reason for each in found)
        assert report.placed == 2


class TestTheComments:
    def test_a_filled_form_is_proposals_and_notes(self, lite: Stores, sent: Circulated) -> None:
        with lite.begin() as store:
            file = rounding.copy_for(
                store, sent.chair, sent.draft, sent.round, sent.to[0], profile="form"
            )
        form = Form(file.content, "Capital A", tracks=False)
        form.fill("Article 2, paragraph 2", "Good faith is\nassumed.", "It is shorter.")
        form.add_after("Rows may be taken out", "We thank the Chair.", "TreatyText")
        form.replace("Convention", "Treaty", within="Convention on Peace Negotiation")
        report, found, came = back(lite, sent, form)
        assert came.recipient_id == sent.to[0].id
        assert (report.wordings, report.remarks, report.untracked) == (1, 1, 1)
        assert report.base == "First, in the comment form"
        assert report.warnings == ()
        title, outside, change, comment = found
        assert (change.state, comment.state) == (Place.PROPOSED, Place.NOTED)
        with lite.begin() as store:
            made = negotiating.proposal(store, sent.delegate, sent.draft, change.proposal)
            assert made.words == "Good faith is assumed."
            assert "2 paragraphs" in made.reason
            assert "“It is shorter.”" in made.reason
            uid = sent.world.uid("presumed")
            for one, said in ((title, "Untracked change of the title: “"), (outside, "We thank")):
                assert one.state is Place.INBOX
                placed = returning.place(store, sent.chair, sent.draft, sent.round, one.uid, uid)
                note = annotating.note(store, sent.delegate, placed.note)
                assert note.note.body.startswith(said)


class TestOtherProfiles:
    @pytest.mark.parametrize("profile", ["commentary", "compilation"])
    def test_what_we_set_beside_the_text_is_not_theirs(self, lite: Stores, profile: str) -> None:
        with lite.begin() as store:
            sent = circulate(store, (profile,))
        _, found = come_back(lite, sent, sent.files[0])
        assert found == ()
        hand = sent.hand(1)
        hand.replace("presumed", "assumed")
        _, found, _ = back(lite, sent, hand)
        assert (only(found).wish, only(found).after) == ("replace", "Good faith is assumed.")

    def test_what_is_changed_beside_the_text_waits(self, lite: Stores) -> None:
        with lite.begin() as store:
            sent = circulate(store, ("commentary",))
        hand = sent.hand()
        hand.replace("It says so.", "It says something else.")
        hand.add_after("In substance:", "We differ.")
        report, found, _ = back(lite, sent, hand)
        assert {each.state for each in found} == {Place.INBOX}
        assert all("no clause" in each.reason for each in found)
        assert report.tracked == sum(len(each.detail["revisions"]) for each in found)

    def test_a_redline_comes_back_with_changes_upon_ours(self, lite: Stores) -> None:
        with lite.begin() as store:
            sent = circulate(store)
            uid = sent.world.uid("presumed")
            clause = store.drafts.clause(sent.draft.id, uid)
            assert clause is not None
            drafting.reword(
                store,
                sent.chair,
                sent.draft,
                uid,
                "Good faith is taken as given.",
                seen=clause.version,
            )
            draft = store.drafts.by_id(sent.draft.id)
            assert draft is not None
            drafting.name_edition(store, sent.chair, draft, name="Second")
            round_ = rounding.open_round(
                store,
                sent.chair,
                draft,
                name="Second reading",
                edition="second",
                profiles=("redline",),
                against="first",
                recipients=[rounding.To("Delegation A")],
            )
            (to,) = rounding.recipients(store, sent.chair, round_)
            file = rounding.copy_for(store, sent.chair, draft, round_, to)
            hand = Hand(file.content, "Capital A")
            hand.replace("given", "read")
            hand.replace("talked", "spoken")
            came = returning.receive(
                store, sent.chair, draft, round_, "a.docx", hand.saved(), to=to
            )
        read = returning.read_return(lite, came.uid)
        report = returning.report(read)
        assert report is not None
        assert (report.lost, report.in_inbox, report.placed) == (0, 0, 2)
        assert report.ours
        with lite.read() as store:
            found = returning.findings(store, sent.chair, round_)
        assert [each.after for each in found] == [
            "Good faith is taken as read.",
            "Nobody shall be prosecuted for having spoken.",
        ]


class TestTaking:
    def test_a_file_that_nobody_can_read_is_kept_with_the_reason(
        self, lite: Stores, sent: Circulated
    ) -> None:
        content = b"PK\x03\x04 but nothing more"
        came, found = come_back(lite, sent, content)
        assert came.state is Reading.FAILED
        assert came.why.endswith(".")
        assert not found
        with lite.read() as store:
            assert returning.content(store, sent.chair, sent.round, came.uid) == content
            assert returning.report(came) is None

    def test_a_failure_leaves_the_others_alone(self, lite: Stores, sent: Circulated) -> None:
        good = sent.hand(1, "Capital B")
        good.replace("negotiation;", "mediation;")
        told: list[tuple[int, int]] = []
        with lite.begin() as store:
            for name, content in (("a.docx", b"nothing"), ("b.docx", good.saved())):
                returning.receive(store, sent.chair, sent.draft, sent.round, name, content)
        done = returning.read_waiting(lite, progress=lambda *count: told.append(count))
        assert [each.state for each in done] == [Reading.FAILED, Reading.READ]
        assert told == [(1, 2), (2, 2)]
        assert returning.read_waiting(lite) == ()

    def test_a_fault_of_ours_is_told_and_not_hidden(
        self, lite: Stores, sent: Circulated, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError("planted")

        monkeypatch.setattr(sifting, "sift", broken)
        came, _ = come_back(lite, sent, sent.files[0])
        assert came.state is Reading.FAILED
        assert "kept as it came" in came.why

    def test_the_very_same_file_is_taken_once(self, lite: Stores, sent: Circulated) -> None:
        come_back(lite, sent, sent.files[0])
        with pytest.raises(Invalid, match="come already"):
            come_back(lite, sent, sent.files[0])

    def test_an_unchanged_file_says_nothing(self, lite: Stores, sent: Circulated) -> None:
        came, found = come_back(lite, sent, sent.files[0])
        report = returning.report(came)
        assert report is not None
        assert not found
        assert (report.tracked, report.remarks, report.untracked) == (0, 0, 0)
        assert (report.matched, report.warnings, report.losses) == (1.0, (), ())

    def test_by_link(self, lite: Stores, sent: Circulated) -> None:
        with lite.begin() as store:
            token = rounding.make_link(store, sent.chair, sent.round, sent.to[1])
        hand = sent.hand(1, "Capital B")
        hand.replace("negotiation;", "mediation;")
        with lite.begin() as store:
            reply = rounding.reply(store, token)
            came = returning.receive_by_link(store, reply, "..\\C:\\b.docx", hand.saved())
            assert (came.how, came.filename) == (How.LINK, "b.docx")
        (came,) = returning.read_waiting(lite)
        assert came.recipient_id == sent.to[1].id
        with lite.read() as store:
            assert rounding.reply(store, token).returns == (came,)
            # Nobody of Delegation B has a seat; Delegation A knows nothing of it.
            assert returning.returns(store, sent.delegate, sent.round) == ()
            with pytest.raises(Missing):
                returning.returned(store, sent.delegate, sent.round, came.uid)

    def test_the_comment_form(self, lite: Stores, sent: Circulated) -> None:
        uid = sent.world.uid("presumed")
        with lite.begin() as store:
            token = rounding.make_link(store, sent.chair, sent.round, sent.to[0])
            reply = rounding.reply(store, token)
            said = [(uid, "Who presumes?"), ("", "A fine text."), (uid, "  ")]
            came = returning.say_by_link(store, reply, said, name="Desk officer")
            assert came.state is Reading.READ
            found = returning.findings(store, sent.delegate, sent.round, came=came)
            assert [each.state for each in found] == [Place.NOTED, Place.NOTED]
            bodies = [annotating.note(store, sent.delegate, each.note).note.body for each in found]
            assert bodies == ["Who presumes?", "A fine text."]
            with pytest.raises(Missing):
                returning.say_by_link(store, reply, [("cunknown", "What?")])

    def test_a_closed_round_takes_nothing_by_link(self, lite: Stores, sent: Circulated) -> None:
        with lite.begin() as store:
            token = rounding.make_link(store, sent.chair, sent.round, sent.to[0])
            rounding.close(store, sent.chair, sent.round)
            reply = rounding.reply(store, token)
            assert not reply.is_open
            with pytest.raises(Invalid, match="closed"):
                returning.receive_by_link(store, reply, "a.docx", sent.files[0])

    def test_a_delegate_hands_in_their_own(self, lite: Stores, sent: Circulated) -> None:
        with lite.begin() as store:
            came = returning.receive(
                store, sent.delegate, sent.draft, sent.round, "a.docx", b"x", to=sent.to[1]
            )
            assert came.recipient_id == sent.to[0].id
            with pytest.raises(Forbidden):
                returning.receive(store, sent.world.drafter, sent.draft, sent.round, "a.docx", b"y")

    def test_whose_it_is_may_have_to_be_said(self, lite: Stores, sent: Circulated) -> None:
        hand = sent.hand()
        hand.replace("negotiation;", "mediation;")
        hand.without_properties()
        report, found, came = back(lite, sent, hand)
        assert came.recipient_id is None
        assert any("name the recipient" in each for each in report.warnings)
        assert only(found).state is Place.PLACED
        with lite.begin() as store:
            returning.assign(store, sent.chair, sent.draft, sent.round, came.uid, sent.to[0])
            one = returning.finding(store, sent.delegate, sent.round, only(found).uid)
            assert one.state is Place.PROPOSED
            with pytest.raises(Invalid):
                returning.assign(store, sent.chair, sent.draft, sent.round, came.uid, sent.to[1])


class TestSettling:
    @pytest.fixture
    def waiting(self, lite: Stores, sent: Circulated) -> FindingRecord:
        """A change of the title, which no clause has."""
        hand = sent.hand()
        hand.replace("on Peace", "on Lasting Peace")
        _, found, _ = back(lite, sent, hand)
        return next(each for each in found if each.state is Place.INBOX)

    def test_what_is_no_clauses_waits_with_a_reason(self, waiting: FindingRecord) -> None:
        assert "around the text" in waiting.reason

    def test_place(self, lite: Stores, sent: Circulated, waiting: FindingRecord) -> None:
        uid = sent.world.uid("presumed")
        with lite.begin() as store:
            put = returning.place(store, sent.secretariat, sent.draft, sent.round, waiting.uid, uid)
            assert (put.state, put.clause, put.how) == (Place.NOTED, uid, "by hand")
            assert put.settled_by == "Secretariat"
            with pytest.raises(Invalid, match="dealt with"):
                returning.place(store, sent.secretariat, sent.draft, sent.round, waiting.uid, uid)

    def test_nothing_leaves_without_a_reason(
        self, lite: Stores, sent: Circulated, waiting: FindingRecord
    ) -> None:
        with lite.begin() as store:
            with pytest.raises(Invalid):
                returning.set_aside(store, sent.chair, sent.round, waiting.uid, " ")
            put = returning.set_aside(
                store, sent.chair, sent.round, waiting.uid, "A slip of the pen."
            )
            assert (put.state, put.reason) == (Place.SET_ASIDE, "A slip of the pen.")
            again = returning.bring_back(store, sent.chair, sent.round, waiting.uid)
            assert (again.state, again.reason) == (Place.INBOX, waiting.reason)

    def test_a_delegation_does_not_place(
        self, lite: Stores, sent: Circulated, waiting: FindingRecord
    ) -> None:
        with lite.begin() as store, pytest.raises(Forbidden):
            returning.set_aside(store, sent.delegate, sent.round, waiting.uid, "No.")


class TestConfirming:
    @pytest.fixture
    def proposed(self, lite: Stores, sent: Circulated) -> FindingRecord:
        hand = sent.hand()
        hand.replace("negotiation;", "mediation;")
        return only(back(lite, sent, hand)[1])

    def test_the_focal_point_tables_it(
        self, lite: Stores, sent: Circulated, proposed: FindingRecord
    ) -> None:
        with lite.begin() as store:
            with pytest.raises(Forbidden):
                returning.confirm(store, sent.delegate, sent.draft, sent.round, proposed.uid)
            uid = returning.confirm(store, sent.focal, sent.draft, sent.round, proposed.uid)
            made = negotiating.proposal(store, sent.chair, sent.draft, uid)
            assert made.stage is Stage.TABLED

    def test_the_secretariat_does_on_its_word_which_is_recorded(
        self, lite: Stores, sent: Circulated, proposed: FindingRecord
    ) -> None:
        with lite.begin() as store:
            with pytest.raises(Invalid):
                returning.confirm(store, sent.secretariat, sent.draft, sent.round, proposed.uid)
            uid = returning.confirm(
                store,
                sent.secretariat,
                sent.draft,
                sent.round,
                proposed.uid,
                word="the head of delegation, by telephone on 4 May",
            )
            told = negotiating.happened(store, sent.chair, sent.draft, uid)
            assert [each.act for each in told] == ["tabled", "confirmed"]
            assert "telephone" in told[1].detail["on the word of"]
            made = negotiating.proposal(store, sent.chair, sent.draft, uid)
            assert store.proposals.sound(made)

    def test_not_what_the_delegation_has_changed_since(
        self, lite: Stores, sent: Circulated, proposed: FindingRecord
    ) -> None:
        with lite.begin() as store:
            negotiating.change(
                store,
                sent.delegate,
                sent.draft,
                proposed.proposal,
                words="Other words.",
                reason="Ours.",
            )
        with lite.begin() as store, pytest.raises(Forbidden) as refused:
            returning.confirm(
                store, sent.secretariat, sent.draft, sent.round, proposed.uid, word="Said so."
            )
        with lite.begin() as store:
            reader = Reader.of(sent.delegate)
            made = store.proposals.get(reader, sent.draft.id, proposed.proposal)
            assert made is not None
            store.proposals.delete(made)
        with lite.begin() as store, pytest.raises(Forbidden, match=str(refused.value)):
            returning.confirm(
                store, sent.secretariat, sent.draft, sent.round, proposed.uid, word="Said so."
            )


def test_on_either_kind_of_database(stores: Stores) -> None:
    with stores.begin() as store:
        sent = circulate(store)
    hand = sent.hand()
    hand.replace("negotiation;", "mediation;")
    hand.comment("presumed", "By whom?")
    hand.strike("Recognizing that")
    hand.add_after("Nobody shall", "Everybody shall talk.")
    report, found, _ = back(stores, sent, hand)
    assert {each.state for each in found} == {Place.PROPOSED, Place.NOTED}
    assert (report.placed, report.in_inbox) == (4, 0)
