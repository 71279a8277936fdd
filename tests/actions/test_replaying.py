from contextlib import suppress
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest

from app.actions import drafting, replaying, settling
from app.actions.policy import OPERATOR
from app.actions.refusals import Forbidden, Missing, Refusal
from app.actions.replaying import Replay
from app.store.seats import Role
from app.store.unit import Store
from app.treaty.document import Kind
from tests.support.sittings import typed_in
from tests.support.word_rules import breaches
from tests.support.world import World

PRESUMED = "Good faith is presumed."


def replayed(store: Store, world: World, uid: str) -> Replay:
    draft = store.drafts.by_id(world.draft.id)
    assert draft is not None
    return replaying.replay(store, world.chair, draft, uid)


def texts(found: Replay) -> list[str]:
    """The article after each step."""
    return [" | ".join(c.heading or c.text for c in step.now) for step in found.steps]


def marks(found: Replay, step: int) -> list[str]:
    sign = {"ins": "+{}+", "del": "-{}-", "same": "{}"}
    return [
        f"{line.label} {line.state}: "
        + "".join(sign[piece.op].format(piece.text) for piece in line.pieces)
        for line in found.steps[step].lines(found.scheme)
    ]


def test_an_article_is_replayed_from_its_first_word(store: Store, world: World) -> None:
    article, draft = world.citation.uid, world.draft
    talks = world.uid("be held in good faith")
    presumed = world.uid(PRESUMED)
    typed_in(store, "small", world.drafter, presumed, "Good faith is presumed. A", PRESUMED + " AB")
    drafting.split(store, world.chair, draft, talks, at=26, seen=1)
    drafting.strike(store, world.chair, draft, presumed, seen=3)
    drafting.restore(store, world.chair, draft, presumed)
    drafting.reword(store, world.chair, draft, world.uid("Nobody shall"), "Elsewhere.", seen=1)
    found = replayed(store, world, article)
    assert [step.row.deed for step in found.steps] == [
        "entered with the first text",
        "reworded",
        "split in two",
        "struck",
        "restored",
    ]
    last = store.drafts.clauses(draft.id)
    at = [clause.uid for clause in last].index(article)
    assert texts(found)[-1] == " | ".join(clause.words for clause in last[at : at + 4])
    assert texts(found)[0] == (
        "Good faith | Talks [shall] [should] be held in good faith. | Good faith is presumed."
    )
    assert marks(found, 1)[2] == "2. changed: Good faith is presumed.+ AB+"
    assert marks(found, 3)[-1] == "3. struck: -Good faith is presumed. AB-"
    assert [line.state for line in found.steps[2].lines(found.scheme)] == [
        "same",
        "changed",
        "inserted",
        "same",
    ]


def test_its_number_is_the_one_it_had_then(store: Store, world: World) -> None:
    article = world.citation.uid
    before = world.uid("General provisions")
    drafting.insert(store, world.chair, world.draft, after=before, kind="article", heading="Aims")
    drafting.reword(store, world.chair, world.draft, world.uid(PRESUMED), "It is presumed.", seen=1)
    found = replayed(store, world, article)
    assert [step.label for step in found.steps] == ["Article 2", "Article 3"]


def test_what_came_from_elsewhere_and_what_went_is_told(store: Store, world: World) -> None:
    article = world.citation.uid
    nobody = world.uid("Nobody shall")
    drafting.move(store, world.chair, world.draft, nobody, after=world.uid(PRESUMED))
    drafting.reword(store, world.chair, world.draft, nobody, "Nobody is tried.", seen=2)
    drafting.move(
        store, world.chair, world.draft, nobody, after=world.uid("Protection of negotiators")
    )
    drafting.reword(store, world.chair, world.draft, nobody, "Not told here.", seen=4)
    found = replayed(store, world, article)
    assert [step.row.deed for step in found.steps] == [
        "entered with the first text",
        "moved",
        "reworded",
        "moved",
    ]
    assert "Nobody is tried." in texts(found)[2] and "Nobody" not in texts(found)[3]
    assert "Not told here" not in "".join(texts(found))


def test_a_clause_stands_in_its_article_struck_or_not(store: Store, world: World) -> None:
    draft, seat = world.draft, world.chair
    uid = world.uid(PRESUMED)
    recital = world.uid("Recognizing")
    assert replaying.article_of(store, seat, draft, uid) == world.citation.uid
    assert replaying.article_of(store, seat, draft, recital) == recital
    assert len(replayed(store, world, recital).steps[0].now) == 1
    drafting.strike(store, seat, draft, world.citation.uid, seen=1)
    assert replaying.article_of(store, seat, draft, uid) == world.citation.uid
    found = replayed(store, world, world.citation.uid)
    assert texts(found)[-1] == "" and replaying.last_name(found) == "Article 2"
    with pytest.raises(Missing):
        replaying.article_of(store, seat, draft, "c-no-such-clause")


@pytest.mark.parametrize("seed", range(6))
def test_the_last_step_is_the_article_as_it_stands(store: Store, world: World, seed: int) -> None:
    """Whatever was done, in the words of the clauses and in their order."""
    dice = Random(seed)  # noqa: S311
    for number in range(25):
        clauses = store.drafts.clauses(world.draft.id)
        clause = dice.choice(clauses)
        deed = dice.choice(("reword", "move", "strike", "restore", "split", "insert", "merge"))
        with suppress(Refusal), store.attempt():
            _do(store, world, clause.uid, clause.version, deed, number, dice)
    clauses = store.drafts.clauses(world.draft.id)
    for at, clause in enumerate(clauses):
        if clause.kind is not Kind.ARTICLE:
            continue
        run = [clause]
        for below in clauses[at + 1 :]:
            if below.depth <= clause.depth:
                break
            run.append(below)
        found = replayed(store, world, clause.uid)
        assert [c.uid for c in found.steps[-1].now] == [c.uid for c in run], seed
        assert texts(found)[-1] == " | ".join(c.words for c in run), seed
        for one, other in zip(found.steps, found.steps[1:], strict=False):
            assert one.now == other.was and one.seq < other.seq


def _do(
    store: Store, world: World, uid: str, version: int, deed: str, number: int, dice: Random
) -> None:
    draft, chair = world.draft, world.chair
    clauses = store.drafts.clauses(draft.id, with_struck=True)
    if deed == "reword":
        drafting.reword(store, chair, draft, uid, f"Words {number} of it.", seen=version)
    elif deed == "move":
        target = dice.choice(clauses).uid
        drafting.move(store, chair, draft, uid, after=target)
    elif deed == "strike":
        drafting.strike(store, chair, draft, uid, seen=version)
    elif deed == "restore":
        struck = [clause.uid for clause in clauses if clause.struck]
        drafting.restore(store, chair, draft, struck[-1] if struck else uid)
    elif deed == "split":
        drafting.split(store, chair, draft, uid, at=6, seen=version)
    elif deed == "merge":
        drafting.merge(store, chair, draft, uid, seen=version)
    else:
        drafting.insert(store, chair, draft, after=uid, kind="paragraph", text=f"New {number}.")


# The annex


def document(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return archive.read("word/document.xml").decode()


def test_the_annex_names_people_only_for_those_who_may_ask(store: Store, world: World) -> None:
    uid = world.uid(PRESUMED)
    drafting.reword(store, world.drafter, world.draft, uid, "Good faith is owed.", seen=1)
    settling.settle(store, world.chair, world.draft, uid, status="agreed")
    delegate = world.seats[Role.DELEGATE]
    made = replaying.annex(store, delegate, world.draft, world.citation.uid)
    text = document(made.content)
    assert breaches(made.content) == [] and made.filename == "small-history-article-2.docx"
    assert "Drafting history of Article 2" in text and "Drafter A" not in text
    assert "<w:strike/></w:rPr><w:t>presumed" in text and ": agreed." in text
    with pytest.raises(Forbidden):
        replaying.annex(store, delegate, world.draft, world.citation.uid, with_names=True)
    named = replaying.annex(store, world.chair, world.draft, world.citation.uid, with_names=True)
    assert "Drafter A, reworded" in document(named.content)
    assert [one.profile for one in store.exports.of_draft(world.draft.id)] == [
        "drafting history",
        "drafting history",
    ]
    again = replaying.annex(store, OPERATOR, world.draft, world.citation.uid)
    assert again.sha256 == made.sha256
