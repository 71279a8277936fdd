import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from app.actions import circulating, citing, convening, drafting, settling, silencing
from app.actions.attesting import standings
from app.actions.circulating import Options
from app.store.seats import Role
from app.store.unit import Store, Stores
from tests.support.world import Clock, World, fill


def prepare(store: Store, world: World) -> tuple[str, str]:
    bracketed, silent = world.uid("[shall]"), world.uid("presumed")
    convening.enter_meeting(store, world.chair, world.draft, name="Third meeting", held="4 May")
    (meeting,) = store.proposals.meetings(world.draft.id)
    settling.settle(
        store, world.chair, world.draft, bracketed, status="agreed", meeting=meeting.uid
    )
    settling.agree_ad_referendum(store, world.seats[Role.DELEGATE], world.draft, bracketed)
    due = store.now + timedelta(days=1)
    silencing.begin(store, world.chair, world.draft, silent, status="agreed", due=due)
    return bracketed, silent


def test_each_clause_that_is_not_open_has_its_line(store: Store, world: World) -> None:
    bracketed, silent = prepare(store, world)
    assert standings(store, world.chair, world.draft) == {
        bracketed: (
            "Agreed, 4 May 2026 (Third meeting). Ad referendum: one delegation. "
            "It still holds 2 brackets.",
        ),
        silent: ("Agreed unless an objection is made by 5 May 2026, 09:00 UTC.",),
    }
    (line,) = standings(store, world.chair, world.draft, named=True)[bracketed]
    assert "Ad referendum: Delegation A." in line


@pytest.mark.parametrize("profile", ["clean", "redline"])
def test_a_word_file_says_it_on_request_and_that_nothing_is_agreed(
    store: Store, world: World, profile: str
) -> None:
    drafting.name_edition(store, world.chair, world.draft, name="Rev.1")
    prepare(store, world)

    def parts(*, status: bool) -> str:
        made = circulating.export(
            store, world.chair, world.draft, profile, options=Options(status=status)
        )
        with ZipFile(BytesIO(made.content)) as package:
            return "".join(
                package.read(name).decode() for name in package.namelist() if name.endswith(".xml")
            )

    told = parts(status=True)
    assert settling.NOTHING_IS_AGREED in told and "It still holds 2 brackets." in told
    assert "unless an objection is made by 5 May 2026" in told and "Delegation A" not in told
    untold = parts(status=False)
    assert settling.NOTHING_IS_AGREED not in untold and "It still holds" not in untold


def xml_of(store: Store, world: World, profile: str, edition: str = "") -> str:
    made = circulating.export(
        store, world.chair, world.draft, profile, edition, options=Options(status=True)
    )
    with ZipFile(BytesIO(made.content)) as package:
        return "".join(
            package.read(name).decode() for name in package.namelist() if name.endswith(".xml")
        )


@pytest.mark.parametrize("profile", ["commentary", "compilation"])
def test_so_does_what_stands_around_the_text(store: Store, world: World, profile: str) -> None:
    prepare(store, world)
    told = xml_of(store, world, profile)
    assert settling.NOTHING_IS_AGREED in told and "It still holds 2 brackets." in told
    # The notes of a commentary count those of the status among themselves.
    numbers = re.findall(r'<w:footnoteReference w:id="(\d+)"/>', told)
    assert numbers == [str(at) for at in range(1, len(numbers) + 1)] and len(numbers) >= 2
    assert len(re.findall(r'<w:footnote w:id="[1-9]', told)) == len(numbers)


def test_a_commentary_points_back_at_its_notes_by_the_numbers_that_they_have(
    store: Store, world: World
) -> None:
    prepare(store, world)
    written = re.compile(r"NOTEREF nt_(\d+) .*?<w:t[^>]*>(\d+)</w:t>")
    for uid in (world.uid("[shall]"), world.uid("Nobody shall")):
        citing.cite(
            *(store, world.chair, world.draft, uid),
            passage=world.passages[0].id,
            relation="supports",
            reason="So.",
        )
    told = xml_of(store, world, "commentary")
    found = written.findall(told)
    assert found and all(note == printed for note, printed in found)
    notes = dict(re.findall(r'<w:footnote w:id="(\d+)">(.*?)</w:footnote>', told))
    assert world.source.title in notes[found[0][0]]


def test_an_edition_is_told_of_as_it_stood_when_it_was_named(lite: Stores) -> None:
    clock = Clock()
    stores = Stores(lite.url, clock=clock)
    with stores.begin() as store:
        world = fill(store)
        bracketed, silent = prepare(store, world)
    clock.forward(timedelta(hours=1))
    with stores.begin() as store:
        chair, draft = world.chair, world.draft
        first = drafting.name_edition(store, chair, draft, name="Rev.1")
        then = standings(store, chair, draft)
        assert standings(store, chair, draft, first) == then
        settling.reopen(store, chair, draft, bracketed, reason="Asked for")
        settling.settle(store, chair, draft, world.uid("Nobody shall"), status="agreed")
        assert standings(store, chair, draft, first) == then != standings(store, chair, draft)
    clock.forward(timedelta(days=2))
    with stores.begin() as store:
        # Nobody objected: it has become agreed, and was not when the edition was named.
        assert standings(store, chair, draft, first) == then
        assert standings(store, chair, draft)[silent] == ("Agreed by silence, 5 May 2026.",)
        second = drafting.name_edition(store, chair, draft, name="Rev.2")
        settling.reopen(store, chair, draft, silent, reason="Asked for")
        drafting.reword(store, chair, draft, bracketed, "Talks are held.", seen=1)
        assert standings(store, chair, draft, second)[silent] == ("Agreed by silence, 5 May 2026.",)
        assert standings(store, chair, draft, first) == then
        told = xml_of(store, world, "clean", first.slug)
        assert "It still holds 2 brackets." in told and settling.NOTHING_IS_AGREED in told
    stores.close()


def test_what_was_agreed_ad_referendum_is_told_with_the_edition(store: Store, world: World) -> None:
    bracketed, _ = prepare(store, world)
    edition = drafting.name_edition(store, world.chair, world.draft, name="Rev.1")
    settling.confirm(store, world.seats[Role.DELEGATE], world.draft, bracketed)
    (line,) = standings(store, world.chair, world.draft, edition, named=True)[bracketed]
    assert "Ad referendum: Delegation A." in line
    (line,) = standings(store, world.chair, world.draft, named=True)[bracketed]
    assert "Ad referendum" not in line
