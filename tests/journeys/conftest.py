"""A browser, and a site that it can reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import opened
from tests.support.site import Site, prepared, served, standing

# Long enough for a machine that does other things too; what is there sooner is seen sooner.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with opened() as started:
        yield started


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    sessions = prepared(tmp_path / "template")
    with standing(tmp_path / "template", sessions, tmp_path / "site") as made:
        yield made


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with served(site.app) as at:
        yield at
