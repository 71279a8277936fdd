"""What is asked of frozen numbers: they stay, whatever is done; and one renumbering mends all.

The draft is that of the tests on following, so that every number is named somewhere.
"""

import zipfile
from io import BytesIO

import pytest

from app.actions import checking, citing, drafting, renumbering, settling
from app.actions.refusals import Forbidden, Invalid, Missing
from app.exchange.word.read import read
from app.store.drafts import ClauseRecord, DraftRecord
from app.store.seats import Role, SeatRecord
from app.store.status import Status
from app.store.unit import Store
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import Scheme, citations
from app.treaty.references import Places, find
from tests.actions.test_following import DOCUMENT
from tests.support.world import seats


@pytest.fixture
def people(store: Store) -> dict[Role, SeatRecord]:
    return seats(store)


@pytest.fixture
def chair(people: dict[Role, SeatRecord]) -> SeatRecord:
    return people[Role.CHAIR]


@pytest.fixture
def draft(store: Store, chair: SeatRecord) -> DraftRecord:
    return store.drafts.create(slug="treaty", document=DOCUMENT, by=chair)


def fresh(store: Store) -> DraftRecord:
    found = store.drafts.by_slug("treaty")
    assert found is not None
    return found


def printed(store: Store) -> dict[str, str]:
    """How each live clause is cited, by uid."""
    document = store.drafts.document(fresh(store).id)
    return dict(
        zip((each.uid for each in document.clauses), citations(document.clauses), strict=True)
    )


def at(store: Store, citation: str) -> ClauseRecord:
    uid = next(uid for uid, said in printed(store).items() if said == citation)
    found = store.drafts.clause(fresh(store).id, uid)
    assert found is not None
    return found


def goals(store: Store) -> dict[tuple[str, int], str]:
    """Where each reference leads, by clause and its place in it."""
    document = store.drafts.document(fresh(store).id)
    places = Places(document, Scheme.UN)
    found = {}
    for index, clause in enumerate(document.clauses):
        for number, reference in enumerate(find(clause.text)):
            goal = places.resolve(index, reference)
            if goal is not None:
                found[clause.uid, number] = document.clauses[goal].uid
    return found


def sound(store: Store) -> None:
    report = drafting.verify(store, fresh(store))
    assert report.sound, report.faults


def test_freezing_changes_nothing_that_is_printed(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    before = printed(store)
    entry = renumbering.freeze(store, chair, draft)
    assert (entry.act, entry.detail["why"]) == ("numbered", "frozen")
    assert fresh(store).is_frozen
    assert printed(store) == before
    with pytest.raises(Invalid, match="frozen already"):
        renumbering.freeze(store, chair, fresh(store))
    sound(store)
    drafting.undo(store, chair, draft)
    assert not fresh(store).is_frozen
    assert {each.number for each in store.drafts.clauses(draft.id)} == {""}
    assert printed(store) == before
    sound(store)


def test_only_those_who_lead_the_talks_may(
    store: Store, people: dict[Role, SeatRecord], draft: DraftRecord
) -> None:
    for act in (renumbering.freeze, renumbering.renumber):
        with pytest.raises(Forbidden):
            act(store, people[Role.DRAFTER], draft)


def test_insertions_follow_as_bis_and_ter_and_are_named_so(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    renumbering.freeze(store, chair, draft)
    two = at(store, "Article 2, paragraph 1")
    first = drafting.insert(
        store, chair, draft, after=two.uid, kind=Kind.PARAGRAPH, text="As article 2, paragraph 2."
    )
    assert printed(store)[first.uid] == "Article 2, paragraph 1 bis"
    second = drafting.insert(
        store, chair, draft, after=two.uid, kind=Kind.PARAGRAPH, text="See paragraph 1 bis."
    )
    assert printed(store)[second.uid] == "Article 2, paragraph 1 bis"
    assert printed(store)[first.uid] == "Article 2, paragraph 1 ter"
    article = drafting.insert(
        store, chair, draft, after=two.uid, kind=Kind.ARTICLE, heading="More", text="Lone."
    )
    assert printed(store)[article.uid] == "Article 2 bis"
    # Frozen again they keep what they have, and what comes between takes the next free tag.
    renumbering.freeze(store, chair, fresh(store))
    third = drafting.insert(
        store, chair, draft, after=two.uid, kind=Kind.PARAGRAPH, text="And paragraph 1 ter."
    )
    assert printed(store)[third.uid] == "Article 2, paragraph 1 quater"
    assert store.drafts.clause(draft.id, first.uid).number == "1 ter"  # type: ignore[union-attr]
    sound(store)


def test_one_renumbering_mends_everything_in_one_act(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    renumbering.freeze(store, chair, draft)
    gone = at(store, "Article 1")
    drafting.strike(store, chair, draft, gone.uid, seen=gone.version)
    new = drafting.insert(
        store,
        chair,
        draft,
        after=at(store, "Article 3").uid,
        kind=Kind.ARTICLE,
        heading="New",
        text="This is of articles 3, 3 bis and 4.",
    )
    for clause in store.drafts.clauses(draft.id):
        settling.settle(store, chair, draft, clause.uid, status=Status.AGREED)
    before, led = printed(store), goals(store)
    foreseen = renumbering.preview(store, chair, fresh(store))
    entry = renumbering.renumber(store, chair, fresh(store))
    after = printed(store)
    assert entry.detail["followed"] > 5
    assert (before[new.uid], after[new.uid]) == ("Article 3 bis", "Article 3")
    assert at(store, "Article 2").heading == "Safety"
    assert at(store, "Article 3").heading == "New"
    texts = {each.text for each in store.drafts.clauses(draft.id)}
    assert "This is of articles 2, 3 and 4." in texts
    assert {each.number for each in store.drafts.clauses(draft.id)} == {""}
    live = {each.uid for each in store.drafts.clauses(draft.id)}
    assert goals(store) == {k: v for k, v in led.items() if k[0] in live and v in live}
    table = renumbering.concordance(store, chair, fresh(store), entry.seq)
    assert [(row.old, row.new) for row in table.rows] == [(row.old, row.new) for row in foreseen]
    numbered = {row.uid: (row.old, row.new) for row in table.rows if row.old and row.new}
    assert numbered == {uid: (before[uid], after[uid]) for uid in numbered}
    assert len(numbered) > 15
    assert [row.old for row in table.rows if not row.new] == ["Article 1"]
    assert table.followed == entry.detail["followed"]
    sound(store)
    with pytest.raises(Missing):
        renumbering.concordance(store, chair, fresh(store), 1)
    # It is undone as one, though everything is agreed by now.
    drafting.undo(store, chair, draft)
    assert (printed(store), goals(store), fresh(store).is_frozen) == (before, led, True)
    sound(store)


def test_the_table_as_a_word_file(store: Store, chair: SeatRecord, draft: DraftRecord) -> None:
    renumbering.freeze(store, chair, draft)
    two = at(store, "Article 2")
    drafting.insert(store, chair, draft, after=two.uid, kind=Kind.ARTICLE, heading="New", text="X.")
    entry = renumbering.renumber(store, chair, fresh(store))
    table = renumbering.concordance(store, chair, fresh(store), entry.seq)
    content = renumbering.as_word(fresh(store), table, table.rows)
    assert content == renumbering.as_word(fresh(store), table, table.rows)
    with zipfile.ZipFile(BytesIO(content)) as package:
        said = package.read("word/document.xml").decode()
    assert "Article 2 bis" in said
    assert any("Article 3" in each.text for each in read(content).paragraphs)


def test_what_names_what_was_deleted_is_told_when_its_number_is_anothers(
    store: Store, chair: SeatRecord
) -> None:
    words = ("One.", "Two.", "See article 2, and article 3.")
    clauses = [
        clause
        for number, said in enumerate(words)
        for clause in (
            Clause(Kind.ARTICLE, heading=f"Head {number}"),
            Clause(Kind.PARAGRAPH, text=said, depth=1),
        )
    ]
    made = store.drafts.create(slug="treaty", document=Document("T", tuple(clauses)), by=chair)
    renumbering.freeze(store, chair, made)
    head = next(each for each in store.drafts.clauses(made.id) if each.heading == "Head 1")
    drafting.strike(store, chair, fresh(store), head.uid, seen=head.version)
    gaps = citing.coverage(store, chair, fresh(store)).gaps
    assert "[Deleted]" not in {one.heading for one in gaps.articles}

    def lost() -> list[str]:
        found = checking.report(store, chair, fresh(store)).findings
        return [one.said for one in found if one.rule == "R02"]

    assert lost() == ["article 2"]
    entry = renumbering.renumber(store, chair, fresh(store))
    assert (entry.detail["followed"], entry.detail["unfollowed"]) == (1, 1)
    assert at_words(store, "See") == "See article 2, and article 2."
    # The first of them leads to what was article 3, which it never named.
    assert lost() == ["article 2"]
    said = next(each for each in store.drafts.clauses(made.id) if "See" in each.text)
    drafting.reword(store, chair, made, said.uid, "See article 2.", seen=said.version)
    assert len(lost()) <= 1


def at_words(store: Store, words: str) -> str:
    return next(e.text for e in store.drafts.document(fresh(store).id).clauses if words in e.text)
