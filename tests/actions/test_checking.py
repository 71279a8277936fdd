"""What is asked of the findings: all kinds are found, and what is set aside comes back."""

import pytest

from app.actions import checking, drafting, renumbering, settling
from app.actions.refusals import Forbidden, Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.seats import Role, SeatRecord
from app.store.status import Status
from app.store.unit import Store
from app.treaty.document import Clause, Document, Kind
from app.treaty.lint import House
from tests.support.world import seats

TEXT = Document(
    "Convention",
    (
        Clause(Kind.ARTICLE, heading="Aim"),
        Clause(
            Kind.PARAGRAPH, text="Parties shall talk under paragraph 7 of this article.", depth=1
        ),
        Clause(Kind.PARAGRAPH, text="They [shall][should] meet as article 2 says.", depth=1),
        Clause(Kind.ARTICLE, heading="Meetings"),
        Clause(Kind.PARAGRAPH, text="The present Convention rules; see article 9.", depth=1),
    ),
)


@pytest.fixture
def people(store: Store) -> dict[Role, SeatRecord]:
    return seats(store)


@pytest.fixture
def chair(people: dict[Role, SeatRecord]) -> SeatRecord:
    return people[Role.CHAIR]


@pytest.fixture
def draft(store: Store, chair: SeatRecord) -> DraftRecord:
    return store.drafts.create(slug="treaty", document=TEXT, by=chair)


def said(store: Store, seat: SeatRecord, draft: DraftRecord) -> set[tuple[str, str]]:
    return {(one.rule, one.said) for one in checking.report(store, seat, draft).findings}


def test_what_nothing_else_finds_is_found(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    clauses = store.drafts.clauses(draft.id)
    settling.settle(store, chair, draft, clauses[2].uid, status=Status.AGREED)
    found = said(store, chair, draft)
    assert ("R01", "paragraph 7 of this article") in found
    assert ("X01", "article 9") in found
    assert {("B11", "[shall][should]"), ("B12", "[shall]")} <= found
    assert ("C01", "") in found
    report = checking.report(store, chair, draft)
    ranks = [list(checking.Weight).index(one.weight) for one in report.findings]
    assert ranks == sorted(ranks)
    assert sum(report.counts.values()) == len(report.findings)
    (meet,) = (one for one in report.findings if one.rule == "X01")
    assert (meet.where, meet.article) == ("Article 2", clauses[3].uid)


def test_a_term_with_capitals_and_no_definition(store: Store, chair: SeatRecord) -> None:
    said_often = "Then the Panel meets; here the Panel sits, and the Panel rests in a Chamber."
    known = "For the purposes of this Convention, “Chamber” means a room."
    words = "See a Chamber, each Chamber, any Chamber and the Parties, the Parties, the Parties."
    texts = (said_often, known, words)
    document = Document("T", tuple(Clause(Kind.FORMULA, text=text) for text in texts))
    draft = store.drafts.create(slug="terms", document=document, by=chair)
    report = checking.report(store, chair, draft)
    assert [one.said for one in report.findings if one.rule == "T11"] == ["Panel"]


@pytest.mark.parametrize(
    "texts",
    [
        ("There shall be an Assembly. Then the Court sits, the Court rests, and the Court rules.",),
        (
            "The Court shall elect its President.",
            "Here the President, the President, the President.",
        ),
        ("The Law of the Sea, the Law of the Sea, on the Law of the Sea and the Law of the Sea.",),
        ("It has a Governing Board.", "So the Board, the Board, the Board and the Board."),
    ],
)
def test_names_that_a_heading_or_the_text_sets_up_need_no_definition(
    store: Store, chair: SeatRecord, texts: tuple[str, ...]
) -> None:
    heads = (
        Clause(Kind.ARTICLE, heading="The Court"),
        Clause(Kind.ARTICLE, heading="Governing Board"),
    )
    clauses = (*heads, *(Clause(Kind.PARAGRAPH, text=text, depth=1) for text in texts))
    draft = store.drafts.create(slug="names", document=Document("T", clauses), by=chair)
    found = checking.report(store, chair, draft).findings
    assert [one.said for one in found if one.rule == "T11"] == []


def references(store: Store, chair: SeatRecord, *clauses: Clause) -> list[str]:
    """What is said to lead nowhere."""
    draft = store.drafts.create(slug="led", document=Document("T", clauses), by=chair)
    found = checking.report(store, chair, draft).findings
    return [one.said for one in found if one.rule == "R01"]


def test_what_only_looks_as_if_it_led_nowhere(store: Store, chair: SeatRecord) -> None:
    words = (
        "An Annex VII arbitral tribunal sits under this section, of Part I and of Annex I.",
        "Annex IV says so, and paragraph 9 of this article.",
    )
    annex = Clause(Kind.ANNEX, number="I", heading="Lists")
    said = references(
        store,
        chair,
        Clause(Kind.PART, heading="Aim"),
        Clause(Kind.SECTION, heading="Talks"),
        Clause(Kind.ARTICLE, heading="Aim"),
        *(Clause(Kind.PARAGRAPH, text=text, depth=1) for text in words),
        annex,
        annex,
    )
    assert said == ["Annex IV", "paragraph 9 of this article"]


def test_a_reference_to_what_was_deleted(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    renumbering.freeze(store, chair, draft)
    article = store.drafts.clauses(draft.id)[3]
    drafting.strike(store, chair, draft, article.uid, seen=article.version)
    found = said(store, chair, draft)
    assert ("R02", "article 2") in found
    assert not [one for one in found if one[1] == "[Deleted]"]


def test_the_house_decides_where_it_has_settled_a_form(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    assert not {rule for rule, _ in said(store, chair, draft)} & {"X04", "X05"}
    house = House("Article", "this", "eu")
    now = checking.settle_house(store, chair, draft, house)
    assert checking.house_of(now) == house
    found = said(store, chair, now)
    assert ("X04", "The present Convention") in found
    assert {what for rule, what in found if rule == "X05"} == {"article 2", "article 9"}
    with pytest.raises(Invalid):
        checking.settle_house(store, chair, draft, House(article="Art."))
    assert drafting.verify(store, now).sound
    drafting.undo(store, chair, now)
    assert checking.house_of(store.drafts.by_slug("treaty") or now) == House()


def test_what_is_set_aside_comes_back_when_the_words_change(
    store: Store, people: dict[Role, SeatRecord], draft: DraftRecord
) -> None:
    chair = people[Role.CHAIR]
    one = next(f for f in checking.report(store, chair, draft).findings if f.rule == "R01")
    sent = {"rule": one.rule, "uid": one.uid, "key": one.key}
    with pytest.raises(Forbidden):
        checking.waive(store, people[Role.SCHOLAR], draft, **sent, reason="Known.")
    with pytest.raises(Invalid):
        checking.waive(store, chair, draft, **sent, reason=" ")
    checking.waive(store, chair, draft, **sent, reason="It will come.")
    with pytest.raises(Missing):
        checking.waive(store, chair, draft, **sent, reason="Twice.")
    report = checking.report(store, chair, draft)
    assert [(f.rule, f.waiver and f.waiver.reason) for f in report.waived] == [
        ("R01", "It will come.")
    ]
    clause = store.drafts.clause(draft.id, one.uid)
    assert clause is not None
    drafting.reword(store, chair, draft, one.uid, f"Today {clause.text}", seen=clause.version)
    report = checking.report(store, chair, draft)
    assert not report.waived
    assert "R01" in {f.rule for f in report.findings}
    drafting.undo(store, chair, draft)
    (waived,) = checking.report(store, chair, draft).waived
    assert waived.waiver is not None
    checking.take_up(store, chair, draft, waived.waiver.id)
    assert not checking.report(store, chair, draft).waived
    with pytest.raises(Missing):
        checking.take_up(store, chair, draft, waived.waiver.id)
