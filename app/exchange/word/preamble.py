"""Where the opening words of a recital end: the participle or adjective that is set in italics."""

import re

_ADVERBS = (
    "also|again|deeply|further|fully|gravely|strongly|firmly|profoundly|seriously|particularly"
    "|reaffirming also|equally|solemnly|keenly|highly|increasingly|moreover|furthermore|and"
)
_ADJECTIVES = (
    "aware|mindful|conscious|desirous|anxious|cognizant|cognisant|alarmed|certain|confident|eager"
    "|grateful|hopeful|whereas"
)
_TAILS = (
    "in mind|into account|into consideration|note|due note|with appreciation|with satisfaction"
    "|with concern|with regret|with deep concern|regard to|account|also|further|again|with approval"
)
# "Recalling", "Deeply concerned", "Bearing in mind", "Recognizing also", "[Noting"; a word in -ing
# or -ed opens a recital whatever it is.
_OPENING = re.compile(
    rf"[\[\s“\"]*((?:(?:{_ADVERBS})\s+)*(?:[A-Za-z]+(?:ing|ed|nced)|{_ADJECTIVES})\b"
    rf"(?:\s+(?:{_TAILS})\b)*)",
    re.IGNORECASE,
)


def opening(text: str) -> tuple[int, int]:
    """The start and end of a recital's opening words; (0, 0) where it opens otherwise."""
    found = _OPENING.match(text)
    return found.span(1) if found else (0, 0)
