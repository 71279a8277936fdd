from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from app.actions import annotating, circulating, citing, drafting
from app.actions.circulating import Options
from app.actions.policy import Act, may
from app.actions.refusals import Forbidden, Invalid, Missing, SignInNeeded
from app.exchange.word.read import read_views
from app.exchange.word.story import View
from app.store.citations import Relation
from app.store.notes import Audience, NoteKind
from app.store.seats import Role
from app.store.unit import Store, Stores
from tests.support.word_rules import W, WordFile, breaches, style_of, words
from tests.support.world import Clock, World, fill


def texts(content: bytes) -> list[str]:
    return [words(paragraph) for paragraph in WordFile(content).paragraphs()]


@pytest.mark.parametrize("profile", circulating.PROFILES)
def test_an_export_is_a_sound_file_of_the_draft(store: Store, world: World, profile: str) -> None:
    chair = world.seats[Role.CHAIR]
    if profile == "redline":
        drafting.name_edition(store, chair, world.draft, name="Zero draft")
    made = circulating.export(store, chair, world.draft, profile)
    assert breaches(made.content) == []
    assert made.sha256 == sha256(made.content).hexdigest()
    since = "-since-zero-draft" if profile == "redline" else ""
    assert made.filename == f"{world.draft.slug}-{profile}{since}.docx"
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
    with pytest.raises(Invalid, match="no profile “sculpture”"):
        circulating.export(store, chair, world.draft, "sculpture")
    with pytest.raises(Invalid, match="no earlier edition"):
        circulating.export(store, chair, world.draft, "redline")
    with pytest.raises(Invalid, match="The recipient has 200 letters"):
        circulating.export(store, chair, world.draft, "clean", options=Options(recipient="x" * 200))
    with pytest.raises(Missing, match="no edition “nowhere”"):
        circulating.export(store, chair, world.draft, "clean", "nowhere")
    with pytest.raises(SignInNeeded):
        circulating.export(store, None, world.draft, "clean")
    with pytest.raises(SignInNeeded):
        circulating.export(store, replace(chair, active=False), world.draft, "clean")
    assert circulating.exports(store, chair, world.draft) == ()


def _edited(store: Store, world: World) -> tuple[str, str]:
    """An edition, and two changes since by two people; the slug and the clause's uid."""
    chair = world.seats[Role.CHAIR]
    slug = drafting.name_edition(store, chair, world.draft, name="Zero draft").slug
    clause = next(c for c in store.drafts.clauses(world.draft.id) if "presumed" in c.text)
    drafting.reword(
        store, chair, world.draft, clause.uid, "Good faith is always presumed.", seen=clause.version
    )
    struck = next(c for c in store.drafts.clauses(world.draft.id) if "prosecuted" in c.text)
    drafting.strike(store, world.seats[Role.DRAFTER], world.draft, struck.uid, seen=struck.version)
    return slug, clause.uid


def _revisions(content: bytes) -> list[tuple[str, str, str]]:
    (reading,) = read_views(content, (View.ACCEPTED,))
    return [(each.kind, each.author, each.text) for each in reading.revisions]


def test_a_redline_is_the_secretariats_unless_names_are_wanted(store: Store, world: World) -> None:
    _edited(store, world)
    chair = world.seats[Role.CHAIR]
    made = circulating.export(store, chair, world.draft, "redline")
    struck = "Nobody shall be prosecuted for having talked.\n"
    assert _revisions(made.content) == [
        ("insertion", "Secretariat", "always "),
        ("deletion", "Secretariat", struck),
    ]
    named = circulating.export(store, chair, world.draft, "redline", options=Options(named=True))
    assert _revisions(named.content) == [
        ("insertion", "Chair", "always "),
        ("deletion", "Drafter A", struck),
    ]
    again = circulating.export(store, chair, world.draft, "redline")
    assert again.content == made.content


def test_any_edition_can_stand_against_any_other(store: Store, world: World) -> None:
    slug, _ = _edited(store, world)
    chair = world.seats[Role.CHAIR]
    later = drafting.name_edition(store, chair, world.draft, name="Rev.1").slug
    forth = circulating.export(store, chair, world.draft, "redline", later)
    assert forth.filename.endswith(f"{later}-redline-since-{slug}.docx")
    back = circulating.export(
        store, chair, world.draft, "redline", slug, options=Options(against=later)
    )
    assert ("deletion", "Secretariat", "always ") in _revisions(back.content)
    with pytest.raises(Invalid, match="choose the older text first"):
        circulating.export(
            store, chair, world.draft, "redline", slug, options=Options(against=later, named=True)
        )


@pytest.mark.parametrize("role", Role)
def test_only_who_steers_may_name_people(store: Store, world: World, role: Role) -> None:
    _edited(store, world)
    seat, wish = world.seats[role], Options(named=True)
    if may(seat, Act.NAME_AUTHORS):
        assert circulating.export(store, seat, world.draft, "redline", options=wish).content
        return
    for profile in circulating.PROFILES:
        with pytest.raises(Forbidden):
            circulating.export(store, seat, world.draft, profile, options=wish)


def test_a_copy_says_whose_it_is_on_every_page(store: Store, world: World) -> None:
    wish = Options(marking="Confidential", recipient="Capital A", copy="7", line_numbers=True)
    made = circulating.export(store, world.seats[Role.CHAIR], world.draft, "clean", options=wish)
    file = WordFile(made.content)
    assert made.filename.endswith("-clean-copy-7.docx")
    assert "Copy 7 for Capital A" in words(file.parts["word/footer1.xml"])
    for name in ("word/header1.xml", "word/header2.xml"):
        assert words(file.parts[name]).startswith("Confidential")
    assert next(file.document.iter(f"{W}lnNumType"), None) is not None
    assert breaches(made.content) == []


def test_a_redline_takes_notes_along_and_a_table_does_not(store: Store, world: World) -> None:
    chair, draft = world.seats[Role.CHAIR], world.draft
    drafting.name_edition(store, chair, draft, name="Zero draft")
    clause = next(c for c in store.drafts.clauses(draft.id) if "presumed" in c.text)
    annotating.write(
        store,
        chair,
        draft,
        uid=clause.uid,
        words=None,
        body="Presumed by whom?",
        audience=Audience.EVERYONE,
        kind=NoteKind.COMMENT,
    )
    words = clause.text.replace("presumed", "always presumed")
    drafting.reword(store, chair, draft, clause.uid, words, seen=clause.version)
    made = circulating.export(store, chair, draft, "redline", notes="everyone")
    assert made.filename.endswith("-redline-since-zero-draft-notes.docx")
    assert breaches(made.content) == []
    before, after = read_views(made.content, (View.ORIGINAL, View.ACCEPTED))
    (thread,) = after.comments
    assert (thread.remark.text, thread.words) == ("Presumed by whom?", words)
    assert before.comments[0].words == clause.text
    assert circulating.export(store, chair, draft, "redline").content != made.content
    with pytest.raises(Invalid, match="clean” or “redline"):
        circulating.export(store, chair, draft, "compilation", notes="everyone")
