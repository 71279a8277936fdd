import pytest

from app.actions import drafting, seating
from app.store.drafts import DraftRecord
from app.store.seats import Role
from app.store.unit import Store
from app.web import states
from app.web.sheets import Sheets
from app.web.words import Sheet, set_out
from tests.support.site import SLUG, Site


def draft_of(store: Store) -> DraftRecord:
    draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    return draft


def act(site: Site, *words: str) -> None:
    """The chair rewords the clause that says the first so that it says the second, and so on."""
    with site.stores.begin() as store:
        seat = seating.seat_of_session(store, site.sessions[Role.CHAIR])
        uid = next(c.uid for c in store.drafts.clauses(draft_of(store).id) if words[0] in c.words)
        for said in words[1:]:
            clause = store.drafts.clause(draft_of(store).id, uid)
            assert clause is not None
            change = drafting.retitle if clause.kind.bears_heading else drafting.reword
            change(store, seat, draft_of(store), uid, said, seen=clause.version)


def now(site: Site, sheets: Sheets) -> Sheet:
    with site.stores.read() as store:
        return states.of_now(sheets, store, draft_of(store))


def anew(site: Site) -> Sheet:
    with site.stores.read() as store:
        return set_out(store.drafts.document(draft_of(store).id))


def is_same(one: Sheet, other: Sheet) -> bool:
    return one.blocks == other.blocks and one.outline == other.outline


def test_words_that_changed_are_set_without_reading_the_rest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets = Sheets()
    first = now(site, sheets)
    act(site, "by day", "A ferry crosses.", "A ferry crosses [by night].")
    act(site, "Hours", "Times")
    with monkeypatch.context() as patch:
        patch.setattr("app.store.drafts.Drafts.document", None)
        second = now(site, sheets)
    assert is_same(second, anew(site)) and not is_same(second, first)
    assert second.frame is first.frame and second.brackets == first.brackets + 1


def test_an_act_on_the_structure_is_read_anew(site: Site) -> None:
    sheets = Sheets()
    now(site, sheets)
    with site.stores.begin() as store:
        seat = seating.seat_of_session(store, site.sessions[Role.CHAIR])
        drafting.move(store, seat, draft_of(store), site.uid("Hours"), after=site.uid("Languages"))
    assert is_same(now(site, sheets), anew(site))
    act(site, "by day", "A ferry crosses by night.")
    assert is_same(now(site, sheets), anew(site))


def test_another_past_under_the_same_draft_is_read_anew(site: Site) -> None:
    sheets = Sheets()
    with site.stores.read() as store:
        draft = draft_of(store)
    # As if the draft had been restored from a copy in which something else was written last.
    sheets.take(draft.id, draft.seq, "of another past", lambda: anew(site).reworded({}))
    act(site, "by day", "A ferry crosses by night.")
    assert is_same(now(site, sheets), anew(site))


def test_more_entries_than_are_worth_reading_are_not_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "_CATCHING_UP", 2)
    sheets = Sheets()
    now(site, sheets)
    act(site, "by day", "A ferry crosses.", "A ferry crosses at night.", "A ferry does not cross.")
    assert is_same(now(site, sheets), anew(site))


def test_an_edition_is_set_as_it_was_frozen(site: Site) -> None:
    sheets = Sheets()
    with site.stores.begin() as store:
        seat = seating.seat_of_session(store, site.sessions[Role.CHAIR])
        edition = drafting.name_edition(
            store, seat, draft_of(store), name="Zero draft", symbol="", dated=""
        )
    then = now(site, sheets)
    act(site, "by day", "A ferry crosses by night.")
    with site.stores.read() as store:
        sheet = states.of_edition(sheets, store, draft_of(store), edition)
    assert is_same(sheet, then) and not is_same(sheet, now(site, sheets))
