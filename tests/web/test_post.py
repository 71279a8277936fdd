import logging
import smtplib
from email.message import EmailMessage
from typing import Any, ClassVar

import pytest

from app.web import post
from app.web.post import Letter, Post

LETTER = Letter("a@example.org", "Your seat", "https://example.org/invitations/token")


class Server:
    """A mail server that keeps what it was told; it offers no TLS."""

    said: ClassVar[list[Any]] = []

    def __init__(self, host: str, port: int, timeout: float = 0) -> None:
        self.said.append((host, port))
        self.sock = object()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.said.append("closed")

    def ehlo(self) -> None:
        self.said.append("ehlo")

    def has_extn(self, name: str) -> bool:
        return False

    def login(self, user: str, password: str) -> None:
        self.said.append("login")

    def send_message(self, message: EmailMessage) -> None:
        self.said.append(message)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    Server.said = []
    monkeypatch.setattr(smtplib, "SMTP", Server)
    return Server


def test_a_letter_is_handed_over() -> None:
    Post("mail.example.org", 25, sender="travaux@example.org").deliver(LETTER)
    message = next(said for said in Server.said if isinstance(said, EmailMessage))
    assert message["To"] == "a@example.org"
    assert message["From"] == "travaux@example.org"
    assert message.get_content().strip() == LETTER.words
    assert Server.said[0] == ("mail.example.org", 25)
    assert Server.said[-1] == "closed"


def test_a_password_is_never_sent_in_the_clear() -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        Post("mail.example.org", 25, user="u", password="p").deliver(LETTER)
    assert "login" not in Server.said


def test_a_letter_that_cannot_be_sent_is_logged_without_its_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no route to token")

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    with caplog.at_level(logging.WARNING, logger=post.__name__):
        Post("mail.example.org", 25).send(LETTER).join(5)
    assert "mail.example.org" in caplog.text
    assert "token" not in caplog.text
    assert "a@example.org" not in caplog.text
