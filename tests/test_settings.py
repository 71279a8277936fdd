"""What the environment may say, and what follows from it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "DATA", "DATABASE_URL", "PUBLIC_URL", "PROCESSES"):
        monkeypatch.delenv(f"TRAVAUX_{name}", raising=False)


def test_without_a_word_it_is_sqlite_under_data_on_the_loopback() -> None:
    settings = Settings()
    assert settings.database_url == "sqlite:///data/travaux.sqlite3"
    assert settings.public_url == "http://127.0.0.1:8000"


def test_data_moves_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAVAUX_DATA", str(tmp_path))
    assert Settings().database_url == f"sqlite:///{tmp_path}/travaux.sqlite3"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_gets_its_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("TRAVAUX_DATABASE_URL", f"{scheme}://u:p@db/travaux")
    assert Settings().database_url == "postgresql+psycopg://u:p@db/travaux"


def test_listening_everywhere_is_still_opened_by_one_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAVAUX_HOST", "0.0.0.0")  # noqa: S104 - read, not bound
    monkeypatch.setenv("TRAVAUX_PORT", "8080")
    assert Settings().public_url == "http://127.0.0.1:8080"


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAVAUX_PORT", "eighty")
    with pytest.raises(ValidationError):
        Settings()


def test_loss_is_accepted_in_full_words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().accept_loss == ""
    monkeypatch.setenv("TRAVAUX_ACCEPT_LOSS", "acknowledged edits may be lost")
    assert Settings().accept_loss
    for other in ("1", "true", "Acknowledged edits may be lost"):
        monkeypatch.setenv("TRAVAUX_ACCEPT_LOSS", other)
        with pytest.raises(ValidationError, match="acknowledged edits may be lost"):
            Settings()
