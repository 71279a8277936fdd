from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from app.actions import circulating, drafting, negotiating, settling, silencing
from app.actions.attesting import standings
from app.actions.circulating import Options
from app.actions.refusals import Invalid
from app.store.seats import Role
from app.store.unit import Store
from tests.support.world import World


def prepare(store: Store, world: World) -> tuple[str, str]:
    bracketed, silent = world.uid("[shall]"), world.uid("presumed")
    negotiating.enter_meeting(store, world.chair, world.draft, name="Third meeting", held="4 May")
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


def test_an_edition_and_other_profiles_have_no_status(store: Store, world: World) -> None:
    edition = drafting.name_edition(store, world.chair, world.draft, name="Rev.1")
    for profile, slug in (("clean", edition.slug), ("commentary", "")):
        with pytest.raises(Invalid, match="status"):
            circulating.export(
                store, world.chair, world.draft, profile, slug, options=Options(status=True)
            )
