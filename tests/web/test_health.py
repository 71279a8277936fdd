"""The health check that the image asks is a page that is there."""

import re
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.store.unit import Stores
from tests.support.site import Site

ROOT = Path(__file__).parents[2]


def test_anybody_may_ask_and_is_told_no_more_than_ok(site: Site) -> None:
    with site.client(None) as visitor:
        answer = visitor.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_it_fails_when_the_database_does_not_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Stores) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(Stores, "ask", broken)
    with site.client(None) as visitor:
        visitor._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        assert visitor.get("/healthz").status_code >= 500


def test_the_image_asks_for_this_very_page(site: Site) -> None:
    found = re.search(r"http://127\.0\.0\.1:8000(/\w+)", (ROOT / "Dockerfile").read_text())
    assert found is not None
    with site.client(None) as visitor:
        assert visitor.get(found[1]).status_code == 200


def test_a_link_may_be_looked_at_without_its_page(site: Site) -> None:
    with site.client(None) as visitor:
        answer = visitor.head("/sign-in")
    assert answer.status_code == 200
