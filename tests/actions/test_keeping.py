"""What is asked of every act while numbers are frozen: they stay, and undoing brings all back."""

from collections import Counter
from random import Random

import pytest

from app.actions import drafting, renumbering
from app.actions.refusals import Invalid, Missing
from app.store.drafts import DraftRecord
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty.document import DELETED, Kind
from app.treaty.numbering import INSERTED, labels, numbers, series
from tests.actions.test_renumbering import at, chair, draft, fresh, goals, people, printed, sound

__all__ = ["chair", "draft", "people"]


def test_what_is_struck_leaves_its_number_behind_and_takes_it_again(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    renumbering.freeze(store, chair, draft)
    before, led = printed(store), goals(store)
    gone = at(store, "Article 2, paragraph 2 (a)")
    drafting.strike(store, chair, draft, gone.uid, seen=gone.version)
    left = at(store, "Article 2, paragraph 2 (a)")
    assert (left.text, left.uid != gone.uid) == (DELETED, True)
    article = at(store, "Article 3")
    drafting.strike(store, chair, draft, article.uid, seen=article.version)
    assert at(store, "Article 3").heading == DELETED
    assert {uid for uid in before if printed(store).get(uid, before[uid]) != before[uid]} == set()
    assert [each.uid for each in drafting.struck(store, chair, draft)] == [gone.uid, article.uid]
    sound(store)
    drafting.restore(store, chair, draft, gone.uid)
    drafting.undo(store, chair, draft)
    assert at(store, "Article 2, paragraph 2 (a)").text == DELETED
    drafting.restore(store, chair, draft, gone.uid)
    drafting.restore(store, chair, draft, article.uid)
    assert printed(store) == before
    assert goals(store) == led
    sound(store)


def test_what_is_moved_out_of_turn_leaves_its_number_behind(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    renumbering.freeze(store, chair, draft)
    before, led = printed(store), goals(store)
    moved = at(store, "Article 3")
    drafting.move(store, chair, draft, moved.uid, after=at(store, "Article 1").uid)
    assert printed(store)[moved.uid] == "Article 1 bis"
    assert at(store, "Article 3").heading == DELETED
    assert at(store, "Article 2, paragraph 3").text.startswith(
        "See paragraphs 1 and 2 of article 1 bis"
    )
    drafting.undo(store, chair, draft)
    assert (printed(store), goals(store)) == (before, led)
    sound(store)


def test_joining_leaves_the_number_of_what_went(
    store: Store, chair: SeatRecord, draft: DraftRecord
) -> None:
    renumbering.freeze(store, chair, draft)
    one = at(store, "Annex I, paragraph 2")
    kept = drafting.merge(store, chair, draft, one.uid, seen=one.version)
    assert at(store, "Annex I, paragraph 2").text == DELETED
    assert printed(store)[kept.uid] == "Annex I, paragraph 1"
    half = drafting.split(store, chair, draft, kept.uid, at=10, seen=kept.version)
    assert printed(store)[half.uid] == "Annex I, paragraph 1 bis"
    sound(store)


@pytest.mark.parametrize("seed", range(3))
def test_no_frozen_number_ever_names_another_clause(
    store: Store, chair: SeatRecord, draft: DraftRecord, seed: int
) -> None:
    dice = Random(seed)  # noqa: S311 - the same numbers each time are wanted
    drafting.insert(store, chair, draft, after=None, kind=Kind.RECITAL, text="Noting article 2,")
    renumbering.freeze(store, chair, draft)
    frozen = {c.uid: c.number for c in store.drafts.clauses(draft.id)}
    for step in range(25):
        live = store.drafts.clauses(draft.id)
        one, other = dice.choice(live), dice.choice(live)
        try:
            with store.attempt():
                match dice.randrange(6):
                    case 0:
                        drafting.strike(store, chair, draft, one.uid, seen=one.version)
                    case 1:
                        drafting.move(store, chair, draft, one.uid, after=other.uid)
                    case 2:
                        drafting.insert(
                            store,
                            chair,
                            draft,
                            after=one.uid,
                            kind=one.kind,
                            heading="Put in" if one.kind.bears_heading else "",
                            text="" if one.kind.bears_heading else "As article 2 says.",
                        )
                    case 3:
                        drafting.undo(store, chair, draft)
                    case 4:
                        drafting.merge(store, chair, draft, one.uid, seen=one.version)
                    case _:
                        gone = drafting.struck(store, chair, draft)
                        if gone:
                            drafting.restore(store, chair, draft, dice.choice(gone).uid)
        except (Invalid, Missing):
            continue
        if not fresh(store).is_frozen:
            renumbering.freeze(store, chair, fresh(store))
        document = store.drafts.document(draft.id)
        for clause, label in zip(document.clauses, labels(document.clauses), strict=True):
            was = frozen.get(clause.uid, "")
            if clause.number == was and was not in ("", INSERTED):
                assert label.endswith((was, f"({was})", f"{was}.")), (seed, step)
        found = zip(series(document.clauses), numbers(document.clauses), strict=True)
        met = Counter(each for each in found if each[1])
        assert not [each for each, times in met.items() if times > 1], (seed, step)
    sound(store)
    renumbering.renumber(store, chair, fresh(store))
    assert not fresh(store).is_frozen
    assert DELETED not in {each.words for each in store.drafts.clauses(draft.id) if each.number}
    sound(store)
