import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.main import ROUTERS, create_app
from app.settings import Settings
from app.store.unit import Stores


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path)
    stores = Stores(settings.database_url)
    stores.migrate()
    stores.close()
    with TestClient(create_app(settings), follow_redirects=False) as visitor:
        yield visitor


def test_anyone_is_answered_at_the_first_address(visitor: TestClient) -> None:
    assert visitor.get("/").status_code == 200


def test_no_two_routes_claim_the_same_address_and_method() -> None:
    claims = [
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
    assert len(claims) > 60
    assert len(claims) == len(set(claims))


def test_a_fixed_address_is_not_taken_for_a_name(visitor: TestClient) -> None:
    # /drafts/new must reach the form for a text, not the draft called "new".
    answer = visitor.get("/drafts/new")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    paths = [r.path for router in ROUTERS for r in router.routes if isinstance(r, APIRoute)]
    assert paths.index("/drafts/new") < paths.index("/drafts/{slug}")


def test_long_answers_are_compressed_and_built_files_kept(visitor: TestClient) -> None:
    sheet = visitor.get("/sign-in").text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.get(sheet)
    assert answer.status_code == 200, "the bundle is not built: npm run build"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"


def test_a_database_that_fails_while_the_drafts_are_set_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Nothing was migrated, so that there are no tables to read.
    with TestClient(create_app(Settings(data=tmp_path))) as visitor:
        assert visitor.get("/static/nothing").status_code == 404
    assert "could not be set ahead" in caplog.text
    assert not [thread for thread in threading.enumerate() if thread.name == "warming"]
