import sqlite3

import pytest
from fastapi import Response

from app.actions.refusals import Invalid
from app.store.unit import Store
from app.web.deps import SeatDep, StoreDep
from tests.support.site import SLUG, Site, Visitor


def held(store: Store) -> int:
    draft = store.drafts.by_slug(SLUG)
    assert draft is not None
    return draft.seq


def test_a_change_is_committed_before_the_answer_leaves(site: Site) -> None:
    seen: list[int] = []

    def change(store: StoreDep, seat: SeatDep) -> Response:
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        with store.drafts.pen(draft.id, seat) as pen:
            pen.write_down("described", detail={"from": {}, "to": {}})
        return Answer()

    class Answer(Response):
        async def __call__(self, *asgi: object) -> None:
            with site.stores.read() as store:
                seen.append(held(store))
            await super().__call__(*asgi)  # type: ignore[arg-type]

    with site.stores.read() as store:
        before = held(store)
    site.app.router.add_api_route("/change", change, methods=["POST"])
    with site.client() as visitor:
        answer = visitor.post("/change", data={"csrf": visitor.form_token()})
    assert answer.status_code == 200
    assert seen == [before + 1]


def test_a_refused_change_is_not_kept(site: Site) -> None:
    def change(store: StoreDep, seat: SeatDep) -> None:
        draft = store.drafts.by_slug(SLUG)
        assert draft is not None
        with store.drafts.pen(draft.id, seat) as pen:
            pen.write_down("described", detail={"from": {}, "to": {}})
        raise Invalid("On second thoughts, no.")

    with site.stores.read() as store:
        before = held(store)
    site.app.router.add_api_route("/change", change, methods=["POST"])
    with site.client() as visitor:
        answer = visitor.post("/change", data={"csrf": visitor.form_token()})
    assert answer.status_code == 422 and "On second thoughts" in answer.text
    with site.stores.read() as store:
        assert held(store) == before


@pytest.mark.parametrize("path", ["/drafts", f"/drafts/{SLUG}", f"/drafts/{SLUG}/journal"])
def test_looking_changes_nothing(chair: Visitor, site: Site, path: str) -> None:
    url = site.stores.url.removeprefix("sqlite:///")

    def dump() -> list[str]:
        with sqlite3.connect(url) as database:
            return [line for line in database.iterdump() if '"session"' not in line]

    before = dump()
    assert chair.get(path).status_code == 200
    assert dump() == before
