"""The spaces that a copied text lost: "are:(a)the act;(b)the person", "Convention,Recalling".

Pages turned into text often run a mark, a recital or a heading into the word before it.
Only spaces are put in, and only where no English word is ever written so.
"""

import re

_POINT = r"\((?:[a-z]{1,2}|[ivxl]{1,5}|\d{1,2})\)"
_GLUED = re.compile(
    # A mark after the end of a clause, or after "and": "act;(b)", "act, and(b) the".
    rf"(?<=[:;.])(?={_POINT}\s?[\w\"“(])|(?<=\band)(?={_POINT}\s?\w)|(?<=\bor)(?={_POINT}\s?\w)"
    rf"|(?<=[a-z)],)(?={_POINT}\s?[A-Z][a-z])|(?<=[a-z)\]\"”][.;])(?=\d{{1,2}}\.\s?[A-Z][a-z])"
    # A word after the end of a clause: "Convention,Recalling", "follows:Chapter".
    r"|(?<=[a-z)\]\"”][,;:])(?=[A-Z][a-z])|(?<=[a-z]{3}\.)(?=[A-Z][a-z]{2})"
    r"|(?<=[,;] or)(?=[A-Z][a-z])|(?<=[,;] and)(?=[A-Z][a-z])|(?<=[a-z][,;]\d)(?=[A-Z][a-z])"
    r"|(?<=[a-z)\]\"”][.:;])"
    r"(?=(?:Article|ARTICLE|Part|PART|Chapter|CHAPTER|Section|SECTION|Annex|ANNEX)\s[\dIVX])"
    # The word after the participle that opened a recital in italics: "Notingthat".
    r"|(?<=[a-z]ing)(?=(?:the|that|also|further)\b)|(?<=\bmind)(?=(?:the|that)\b)"
    r"|(?<=[a-z]ed)(?=(?:that|also|as follows)\b)"
)
_AFTER_POINT = re.compile(
    rf"(?:^|(?<=[\s\[]))(?!\(s\)){_POINT}(?=[A-Z“\"][a-z]|[a-z])"
    r"|^\[*(?:(?:\d{1,3}|[a-z])\)|\d{1,3}\.)(?=[“\"]?[A-Z]\s?[a-z]|[a-z]{2})"
    r"|(?:^|(?<=[.:;]\s))(?:Part|PART|Chapter|CHAPTER|Section|SECTION)\s[IVXL]+(?=[A-Z][a-z]{2})"
    r"|(?<=[a-z)\]\"”][.;]\s)\d{1,2}\.(?=[A-Z][a-z])"
)


def spaced(line: str) -> tuple[str, int]:
    """A line with the spaces it lost put in, and how many they are."""
    words, before = _GLUED.subn(" ", line)
    words, after = _AFTER_POINT.subn(_with_space, words)
    return words, before + after


def _with_space(match: re.Match[str]) -> str:
    return f"{match[0]} "
