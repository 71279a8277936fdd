"""The words of a form that could not be taken: given back to whoever wrote them, to be sent again.

A session ends, a database is away, a form is older than the session: whatever the reason, the
answer shows every field that was sent, and a form that sends them once more. Somebody signed out
signs in right there; their words travel along through the sign-in form, and are saved only when
the person then says so. Passwords and form tokens never come back.
"""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData

from app.web.guard import SAFE_METHODS, TOKEN_FIELD, within
from app.web.plain import SECRETS

SIGN_IN = "/sign-in"
ONTO = "kept-onto"
"""The field of the sign-in form that says where the kept fields were on their way to."""
PREFIX = "kept."
"""What the sign-in form puts before the names of the fields that it carries."""

_NEVER = SECRETS | {TOKEN_FIELD}
_NOT_AGAIN = ("/api/", "/sign-in", "/sign-out", "/setup/", "/reset/")
_BESIDE = frozenset({"seen_text", "carried", "was"})
_WRITTEN = frozenset({"text", "heading", "title", "reason", "name", "pinpoint", "symbol"})
_LONG = 20
_LABELS = {
    "text": "Words",
    "seen": "Version that was read",
    "seen_text": "Words that were read",
    "exact": "Exact words",
    "csl": "Reference",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it was sent; `is_words` tells what somebody wrote from what the page added."""

    name: str
    label: str
    value: str
    is_words: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A form on its way to `onto`, a path of ours: its fields, and the names of its files."""

    onto: str
    fields: tuple[Field, ...]
    files: tuple[str, ...]

    @property
    def words(self) -> tuple[Field, ...]:
        """What the person wrote."""
        return tuple(field for field in self.fields if field.is_words)

    @property
    def rest(self) -> tuple[Field, ...]:
        """What the page added, and what was left empty."""
        return tuple(field for field in self.fields if not field.is_words)


def kept_of(request: Request) -> Kept | None:
    """What this request's form carried; None when that is nothing, or came from another site.

    A sign-in form gives what it carries along, not its own fields.
    """
    sent: FormData | None = getattr(request.state, "sent", None)
    state = request.scope["state"]
    if sent is None or request.method in SAFE_METHODS or state["from_elsewhere"]:
        return None
    onto = request.url.path
    if request.url.query:
        onto += "?" + request.url.query
    items, prefix = sent.multi_items(), ""
    if request.url.path == SIGN_IN:
        prefix, asked = PREFIX, sent.get(ONTO, "")
        onto = asked if isinstance(asked, str) else ""
    onto = within(onto)
    if not onto or onto.startswith(_NOT_AGAIN):
        return None
    fields = tuple(
        _field(name.removeprefix(prefix), value)
        for name, value in items
        if isinstance(value, str) and name.startswith(prefix)
        if name.removeprefix(prefix) not in _NEVER
    )
    files = tuple(
        value.filename for _, value in items if not isinstance(value, str) and value.filename
    )
    return Kept(onto, fields, files) if fields or files else None


def _field(name: str, value: str) -> Field:
    label = _LABELS.get(name, name.replace("_", " ").replace("-", " ").capitalize())
    said = value.strip()
    is_words = name in _WRITTEN or len(said.split()) > 1 or len(said) > _LONG
    return Field(name, label, value, bool(said) and is_words and name not in _BESIDE)
