"""Where the heading of an article ends and its text begins, when they run on in one line.

    Mouths of rivers If a river flows directly into the sea, ...
    Use of terms For the purposes of this Agreement:
    Title to minerals Title to minerals shall pass upon recovery ...

A text begins with a word that opens sentences ("If", "The", "Nothing"), or says the
heading's words again, or is a noun soon followed by a verb; a heading does not end in "of".
Where nothing tells them apart the words stay together.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\S+")
_TERMINATED = re.compile(r"[.;:,?!][\"”’')\]]*$")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPENERS = _set(
    "The A An In For If When Where Whenever Unless Except Nothing No Each Every All Any"
    " Subject Without This These Those Upon On At After Before During With Within It"
    " Notwithstanding Pursuant Should Either Neither To By As Such There Until While Whether"
    " Only Both Once Whoever Anyone Everyone Nobody None Not Having Provided They He She We"
    " Its Their Some Certain One Two Three Under Between Besides Nevertheless However"
    " Recognizing Considering Taking Acting Bearing From Among Throughout Further Likewise"
    " That Insofar Immediately Accordingly Pending Following Save Other Whereas Irrespective"
    " Apart Despite Since Although Though Unlawful"
)
_SUBJECTS = _set(
    "States State Parties Party Members Member Contracting Coastal Signatories Articles"
    " Amendments Ships Persons Nationals Decisions Disputes Reservations Instruments Annex"
    " Annexes Part Ratification Accession Denunciation Withdrawal Negotiations Proceedings"
    " Measures Nobody Children Women Prisoners Civilians Proposals Representatives Governments"
    " Requests Access Requesting Requested Participants Negotiating Victims Reports"
    " Notifications Article Information Documents Paragraph Paragraphs Activities Marine"
)
_JOINTS = _set(
    "of the and to for in on by with from a an or at as its their under between other against"
    " into upon than that which not de"
)
_NAMERS = _set("annex part schedule section subsection article appendix table group list no")
_VERBS = _set(
    "shall may is are has have should will must undertake undertakes agree agrees apply"
    " applies consists consist means mean does do can cannot constitute constitutes"
    " undertaking recognize recognizes enjoy enjoys exercise exercises affects remain remains"
    " enters require requires need falls fall declare declares confirm confirms reaffirm"
    " reaffirms was were includes include relates relate prevail prevails becomes become takes"
    " accept accepts comprises designate condemn cooperate co-operate"
)
_MODALS = frozenset(("shall", "must"))


@dataclass(frozen=True, slots=True)
class Split:
    """A heading and the text after it; `sure` when something other than a guess told them apart."""

    heading: str
    text: str
    sure: bool


def split_heading(lines: list[str], *, titled: bool | None = None) -> Split:
    """The heading and the text of the words after "Article 5".

    `lines` are the words as they were broken into lines; `titled` says whether the other
    articles of the text bear headings, None when that is not known.
    """
    words = " ".join(lines)
    if not _TERMINATED.search(words) and not _is_sentence(words):
        return Split(words, "", True)
    if titled is False:
        return Split("", words, True)
    broken = _at_line_break(lines)
    if broken is not None:
        return broken
    capitals = _after_capitals(words)
    if capitals is not None:
        return capitals
    return _in_line(words, titled)


def _is_sentence(words: str) -> bool:
    """Whether words without a full stop are a sentence all the same: long, with a verb of duty."""
    found = words.split()
    return len(found) > 14 and any(word in _MODALS for word in found)


def is_heading(words: str) -> bool:
    """Whether words look like a heading standing alone: short, capitalised, no full stop."""
    found = words.split()
    return (
        0 < len(found) <= 45
        and not _TERMINATED.search(words)
        and not _is_sentence(words)
        and (words[0].isupper() or not words[0].isalpha() or len(found) <= 12)
    )


def is_capitals(words: str) -> bool:
    """Whether words are printed in capitals throughout."""
    return words.upper() == words and any(char.isalpha() for char in words)


def _at_line_break(lines: list[str]) -> Split | None:
    """The heading ends where a line ends, if what stands before looks like one."""
    for at in range(1, min(len(lines), 5)):
        heading, text = " ".join(lines[:at]), " ".join(lines[at:])
        last = heading.split()[-1].lower()
        first = text.split()[0].strip('"“[(')
        starts = first[:1].isupper() or not first[:1].isalpha()
        if _TERMINATED.search(heading) or not starts or last in _JOINTS:
            continue
        opener = first in _OPENERS or first in _SUBJECTS or at == len(lines) - 1
        if opener and is_heading(heading) and not _opens_sentence(heading):
            return Split(heading, text, True)
    return None


def _opens_sentence(words: str) -> bool:
    """Whether words begin as a sentence does and hold its verb."""
    found = words.split()
    return found[0] in _OPENERS and any(word in _VERBS for word in found[1:])


def _after_capitals(words: str) -> Split | None:
    """A heading in capitals ends where the capitals end."""
    found = words.split()
    count = 0
    while count < len(found) and is_capitals(found[count]):
        count += 1
    if count and count < len(found) and len(found[count - 1].strip('"“[(')) == 1:
        count -= 1  # A lone capital "A" begins the sentence.
    letters = sum(len(word) for word in found[:count])
    if count < 1 or letters < 4 or count == len(found) or not found[count][:1].isupper():
        return None
    return Split(" ".join(found[:count]), " ".join(found[count:]), True)


def _in_line(words: str, titled: bool | None) -> Split:
    spans = [match.span() for match in _WORD.finditer(words)]
    found = [words[a:b] for a, b in spans]
    best, best_score = 0, 0.0
    for at in range(1, min(len(found), 60)):
        if _TERMINATED.search(found[at - 1]) and found[at - 1][-1] in ".:;":
            break
        score = _score(found, at)
        if score > best_score:
            best, best_score = at, score
    headless = _opens_sentence(" ".join(found[:12])) and best_score < 6
    least = 3.0 if titled else 4.0
    if best_score < least or (headless and not titled):
        return Split("", words, titled is False)
    return Split(words[: spans[best - 1][1]], words[spans[best][0] :], best_score >= 6)


def _score(found: list[str], at: int) -> float:
    """How likely the text begins at a word; 0 where it cannot."""
    word, before = found[at].strip('"“[('), found[at - 1].lower().rstrip(",")
    if not word[:1].isupper() or before in _JOINTS or found[at - 1].endswith(","):
        return 0.0
    if any(earlier in _MODALS for earlier in found[:at]):
        return 0.0
    if before in _NAMERS and (len(word) <= 5 and is_capitals(word)):
        return 0.0
    verb = next((n for n, later in enumerate(found[at + 1 : at + 25]) if later in _VERBS), 99)
    score = 0.0
    if word in _OPENERS:
        score += 6.0
    elif verb <= 12:
        score += 3.5 - 0.1 * verb
    if word in _SUBJECTS and verb <= 20:
        score += 2.0
    if _repeats(found, at):
        score += 6.0
    if at > 1 and found[at - 1][:1].isupper() and word not in _OPENERS:
        score -= 3.0  # "States Parties": the second word of a name begins no sentence.
    return score - 0.06 * at if score > 0 else 0.0


def _repeats(found: list[str], at: int) -> bool:
    """Whether the words from a place on say again how the heading began or ended."""
    if found[at - 1].lower() == found[at].lower().rstrip(","):
        return True
    first = [word.lower() for word in found[:2]]
    here = [word.lower() for word in found[at : at + 2]]
    return at >= 2 and first == here
