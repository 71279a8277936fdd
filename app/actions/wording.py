"""What people write into proposals and positions: a line, not too long, in whole characters."""

import re

from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.refusals import Invalid
from app.store.proposals import Wish
from app.treaty.changes import utf16_len
from app.treaty.document import Kind

LONGEST_REASON = 2_000
LONGEST_LINE = 120

LEVELS = (Kind.PARAGRAPH, Kind.SUBPARAGRAPH, Kind.ITEM)
"""What the lines of a new article's text become, by how deep they stand."""


def reason_of(reason: str) -> str:
    """A reason on one line; Invalid where there is none, or one that is too long."""
    reason = optional(reason, "reason")
    if not reason:
        raise Invalid("Please say why, in a sentence.")
    return reason


def optional(text: str, what: str) -> str:
    """A text on one line, "" for none; Invalid where it is too long, naming `what` it is."""
    text = cleaned(text)
    if len(text) > LONGEST_REASON:
        raise Invalid(f"The {what} is too long: at most {LONGEST_REASON:,} characters.")
    return text


def line(text: str, what: str) -> str:
    """The same for what stands on a line by itself, such as a name."""
    words = cleaned(text)
    if len(words) > LONGEST_LINE:
        raise Invalid(f"The {what} is too long: at most {LONGEST_LINE} characters.")
    return words


def short(words: str, kind: Kind) -> str:
    """The words, where a clause of this kind takes so many; else Invalid."""
    limit = LONGEST_HEADING if kind.bears_heading else LONGEST
    if utf16_len(words) > limit:
        raise Invalid(f"The clause would be too long: at most {limit:,} characters.")
    return words


def paragraphs(text: str) -> list[tuple[int, str]]:
    """The paragraphs of a new article, a line each, with how deep each stands below the first.

    A line begins with a tab for a subparagraph and with two for an item.
    """
    found: list[tuple[int, str]] = []
    for line in text.split("\n"):
        words = line.lstrip("\t")
        if words:
            deepest = found[-1][0] + 1 if found else 0
            found.append((min(len(line) - len(words), deepest, len(LEVELS) - 1), words))
    return found


def cleaned(text: str, wish: Wish | None = None, kind: Kind | str = "") -> str:
    """The text on one line, as the words of clauses are kept; that of a new article in several."""
    if re.search("[\ud800-\udfff]", text):
        raise Invalid("The text contains half a character.")
    if wish is Wish.INSERT and kind == Kind.ARTICLE:
        # As `paragraphs` reads it: the tabs before a line say how deep it stands.
        lines = (
            line[: len(line) - len(line.lstrip("\t"))] + _line_of(line) for line in _split(text)
        )
        return "\n".join(line for line in lines if line.strip())
    return _line_of(text)


def _split(text: str) -> list[str]:
    return re.split(r"\r\n|[\n\r\u2028\u2029]", text)


def _line_of(text: str) -> str:
    return re.sub(r"[ \x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")
