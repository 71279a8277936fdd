"""What text may hold when it comes in: the one place where control characters are dealt with.

No reader sees a control character and no keyboard types one: they come along with words copied
out of a PDF, or on purpose. PostgreSQL cannot keep the first of them and no Word file can hold
the rest, so that each becomes a space before any route looks at what was sent. In an address
they have no business at all.
"""

import re
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, QueryParams

from app.actions.refusals import Invalid

SECRETS = frozenset({"password", "old", "new"})
"""Fields that hold a password: taken as they are typed, and never shown again."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """The text with a space for each control character; tabs and line ends stay as they are.

    As long as it was, so that places counted in it still hold. Invalid for half a character.
    """
    if _HALF.search(text):
        raise Invalid("The text contains half a character.")
    return _CONTROL.sub(" ", text)


def is_address(path: str) -> bool:
    """Whether a decoded path may be one of ours: without control characters."""
    return not (_CONTROL.search(path) or _HALF.search(path))


def clean_form(form: FormData) -> FormData:
    """The same form, its text made plain where it stands; files and passwords are left alone."""
    FormData.__init__(
        form,
        [
            (name, value if name in SECRETS or not isinstance(value, str) else plain(value))
            for name, value in form.multi_items()
        ],
    )
    return form


async def clean_sent(request: Request) -> None:
    """Make plain whatever text this request brings; stands before every route.

    The web framework reads a body before it asks what a route depends on, and hands its parts out
    afterwards: in between is the moment at which one place can reach all of it.
    """
    query = request.query_params
    QueryParams.__init__(query, [(name, plain(value)) for name, value in query.multi_items()])
    form = getattr(request, "_form", None)
    if isinstance(form, FormData):
        clean_form(form)
    _clean_json(getattr(request, "_json", None))


def _clean_json(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        value[:] = [_clean_json(one) for one in value]
    elif isinstance(value, dict):
        cleaned = {plain(name): _clean_json(one) for name, one in value.items()}
        value.clear()
        value.update(cleaned)
    return value
