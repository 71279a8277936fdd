"""A table with its people, for every web test."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.actions import seating
from app.store.seats import Role
from tests.support.site import Site, Visitor, prepared, standing
from tests.support.table import Table, laid, make_template


@pytest.fixture(autouse=True)
def _spared_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own PostgreSQL does not wait for the disk, and the application would refuse it."""
    monkeypatch.setenv("TRAVAUX_ACCEPT_LOSS", "acknowledged edits may be lost")


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    folder = tmp_path_factory.mktemp("table")
    return folder, make_template(folder)


@pytest.fixture
def table(
    _template: tuple[Path, Mapping[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Table]:
    monkeypatch.setattr(seating.PASSWORDS, "cost", seating.CHEAP)
    folder, tokens = _template
    with laid(folder / "full", tokens, tmp_path) as made:
        yield made


@pytest.fixture
def bare_table(
    _template: tuple[Path, Mapping[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Table]:
    monkeypatch.setattr(seating.PASSWORDS, "cost", seating.CHEAP)
    folder, _ = _template
    with laid(folder / "bare", {}, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, str]]:
    folder = tmp_path_factory.mktemp("site")
    return folder, prepared(folder)


@pytest.fixture
def site(_prepared: tuple[Path, dict[Role, str]], tmp_path: Path) -> Iterator[Site]:
    with standing(*_prepared, tmp_path / "site") as made:
        yield made


@pytest.fixture
def chair(site: Site) -> Iterator[Visitor]:
    with site.client() as visitor:
        yield visitor
