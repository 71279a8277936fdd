from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from app.actions import circulating, citing, drafting
from app.actions.policy import Act, may
from app.actions.refusals import Forbidden, Invalid, Missing, SignInNeeded
from app.store.citations import Relation
from app.store.seats import Role
from app.store.unit import Store, Stores
from tests.support.word_rules import WordFile, breaches, style_of, words
from tests.support.world import Clock, World, fill


def texts(content: bytes) -> list[str]:
    return [words(paragraph) for paragraph in WordFile(content).paragraphs()]


@pytest.mark.parametrize("profile", circulating.PROFILES)
def test_an_export_is_a_sound_file_of_the_draft(store: Store, world: World, profile: str) -> None:
    made = circulating.export(store, world.seats[Role.CHAIR], world.draft, profile)
    assert breaches(made.content) == []
    assert made.sha256 == sha256(made.content).hexdigest()
    assert made.filename == f"{world.draft.slug}-{profile}.docx"
    found = WordFile(made.content).clause_paragraphs()
    assert list(found) == [f"cl_{clause.uid}" for clause in store.drafts.clauses(world.draft.id)]


def test_an_export_is_written_down_with_what_went_into_it(stores: Stores) -> None:
    with stores.begin() as store:
        world = fill(store)
        made = circulating.export(store, world.seats[Role.DELEGATE], world.draft, "clean")
        circulating.export(store, world.seats[Role.SCHOLAR], world.draft, "commentary")
    with stores.read() as store:
        newest, oldest = circulating.exports(store, world.seats[Role.CHAIR], world.draft)
        assert store.exports.by_sha256(made.sha256) == (oldest,)
    assert (oldest.profile, newest.profile) == ("clean", "commentary")
    assert oldest.sha256 == made.sha256
    assert oldest.size == len(made.content)
    assert (oldest.edition, oldest.author) == ("", "Delegate A")
    assert (oldest.seq, oldest.head) == (world.draft.seq, world.draft.hash)


def test_an_edition_is_exported_as_it_was_named_with_what_it_cited_then(
    lite: Stores, clock: Clock
) -> None:
    with lite.begin() as store:
        world = fill(store)
        chair = world.seats[Role.CHAIR]
        clause = next(c for c in store.drafts.clauses(world.draft.id) if "presumed" in c.text)
        citing.cite(
            store,
            chair,
            world.draft,
            clause.uid,
            passage=world.passages[0].id,
            relation=Relation.SUPPORTS,
            pinpoint="",
            reason="It was cited before.",
        )
        named = drafting.name_edition(
            store, chair, world.draft, name="Zero draft", symbol="A/CONF.1/L.2", dated="May 2026"
        )
    clock.forward(timedelta(hours=1))
    with lite.begin() as store:
        draft = drafting.open_draft(store, chair, world.draft.slug)
        drafting.reword(
            store, chair, draft, clause.uid, "Good faith is proved.", seen=clause.version
        )
        citing.cite(
            store,
            chair,
            draft,
            clause.uid,
            passage=world.passages[0].id,
            relation=Relation.QUALIFIES,
            pinpoint="",
            reason="It was cited after.",
        )
        then = circulating.export(store, chair, draft, "commentary", named.slug)
        now = circulating.export(store, chair, draft, "commentary")
        newest, of_edition = circulating.exports(store, chair, draft)
    assert "Good faith is presumed." in texts(then.content)
    assert "Good faith is proved." in texts(now.content)
    assert "It was cited before." in " ".join(texts(then.content))
    assert "It was cited after." not in " ".join(texts(then.content))
    assert "It was cited after." in " ".join(texts(now.content))
    assert texts(then.content)[0] == "Zero draft\tA/CONF.1/L.2"
    assert (of_edition.edition, newest.edition) == (named.slug, "")
    assert of_edition.seq == named.seq
    assert newest.seq > named.seq


def test_a_case_is_cited_by_its_places_in_the_founding_source(store: Store, world: World) -> None:
    chair = world.seats[Role.CHAIR]
    uid = store.drafts.clauses(world.draft.id)[0].uid
    citing.cite(
        store,
        chair,
        world.draft,
        uid,
        case=world.case.id,
        relation=Relation.PRECEDENT,
        pinpoint="",
        reason="It happened.",
    )
    content = circulating.export(store, chair, world.draft, "commentary").content
    assert any(f"precedent in the case of {world.case.title}" in text for text in texts(content))
    tables = [p for p in WordFile(content).paragraphs() if style_of(p) == "TableHeading"]
    assert any(words(p).startswith("Table of cases by article") for p in tables)


def test_unchanged_drafts_give_equal_files(store: Store, world: World) -> None:
    chair = world.seats[Role.CHAIR]
    first, second = (
        circulating.export(store, chair, world.draft, "commentary").content for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("role", Role)
def test_who_may_export_is_what_the_policy_says(store: Store, world: World, role: Role) -> None:
    seat = world.seats[role]
    if may(seat, Act.EXPORT):
        assert circulating.export(store, seat, world.draft, "clean").content
    else:
        with pytest.raises(Forbidden):
            circulating.export(store, seat, world.draft, "clean")
    if not may(seat, Act.READ_EXPORTS):
        with pytest.raises(Forbidden):
            circulating.exports(store, seat, world.draft)


def test_a_refused_export_leaves_no_record(store: Store, world: World) -> None:
    chair = world.seats[Role.CHAIR]
    with pytest.raises(Invalid, match="no profile “redline”"):
        circulating.export(store, chair, world.draft, "redline")
    with pytest.raises(Missing, match="no edition “nowhere”"):
        circulating.export(store, chair, world.draft, "clean", "nowhere")
    with pytest.raises(SignInNeeded):
        circulating.export(store, None, world.draft, "clean")
    with pytest.raises(SignInNeeded):
        circulating.export(store, replace(chair, active=False), world.draft, "clean")
    assert circulating.exports(store, chair, world.draft) == ()
