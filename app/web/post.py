"""Letters: a link sent by e-mail where the installation has a mail server; nothing here needs one.

A letter goes out in a thread of its own, so that nobody waits for a mail server, and a letter
that cannot be sent is only logged: the same link is always shown on the page as well.
"""

import logging
import smtplib
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

_LOG = logging.getLogger(__name__)
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom, about what, and the words."""

    to: str
    subject: str
    words: str


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server to hand letters to; `sender` is the address they come from.

    TLS is used from the start on port 465 and asked for on every other port where the
    server offers it; a password is never sent without it.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    sender: str = ""

    def send(self, letter: Letter) -> threading.Thread:
        """The thread that sends the letter, already started."""
        thread = threading.Thread(target=self._try, args=(letter,), daemon=True)
        thread.start()
        return thread

    def deliver(self, letter: Letter) -> None:
        """Hand the letter over and wait for it; raises OSError or SMTPException when it fails."""
        opened: smtplib.SMTP
        if self.port == smtplib.SMTP_SSL_PORT:
            opened = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_PATIENCE, context=ssl.create_default_context()
            )
        else:
            opened = smtplib.SMTP(self.host, self.port, timeout=_PATIENCE)
        with opened as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self.user:
                self._sign_in(server)
            server.send_message(self._message(letter))

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if not isinstance(server.sock, ssl.SSLSocket):
            raise smtplib.SMTPNotSupportedError("The mail server offers no TLS.")
        server.login(self.user, self.password)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender or self.user
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = make_msgid(domain=self.host)
        message.set_content(letter.words)
        return message

    def _try(self, letter: Letter) -> None:
        try:
            self.deliver(letter)
        except (OSError, smtplib.SMTPException):
            # Neither the address nor the words are logged: they carry the link.
            _LOG.warning("A letter could not be handed to the mail server %s.", self.host)
