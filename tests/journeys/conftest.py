"""A browser, and a site that it can reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.store.seats import Role
from tests.support.browser import opened
from tests.support.site import Site, prepared, served, standing

# Long enough for a machine that does other things too; what is there sooner is seen sooner.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with opened() as started:
        yield started


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, str]]:
    """A folder with the made-up treaty's database, to be copied, and a session for each role."""
    folder = tmp_path_factory.mktemp("site")
    return folder, prepared(folder)


@pytest.fixture
def site(template: tuple[Path, dict[Role, str]], tmp_path: Path) -> Iterator[Site]:
    with standing(*template, tmp_path / "site") as made:
        yield made


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with served(site.app) as at:
        yield at
