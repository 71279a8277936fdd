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
from itertools import pairwise

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
    "States Parties Members Member Contracting Coastal Signatories Articles"
    " Amendments Ships Persons Nationals Decisions Disputes Reservations Instruments Annex"
    " Annexes Part Ratification Accession Denunciation Withdrawal Negotiations Proceedings"
    " Measures Nobody Children Women Prisoners Civilians Proposals Representatives Governments"
    " Requests Access Requesting Requested Participants Negotiating Victims Reports"
    " Notifications Article Information Documents Paragraph Paragraphs Activities Marine"
)
_JOINTS = _set(
    "of the and to for in on by with from a an or at as its their under between other against"
    " into upon than that which not de this these each any all its such no every both"
)
_NAMERS = _set("annex part schedule section subsection article appendix table group list no")
_VERBS = _set(
    "shall may is are has have should will must undertake undertakes agree agrees apply"
    " applies consists consist means mean does do can cannot constitute constitutes"
    " undertaking recognize recognizes enjoy enjoys exercise exercises affects remain remains"
    " enters require requires need falls fall declare declares confirm confirms reaffirm"
    " reaffirms was were includes include relates relate prevail prevails becomes become takes"
    " accept accepts comprises designate condemn cooperate co-operate could would"
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
    if not _TERMINATED.search(words) and not is_sentence(words):
        return Split(words, "", True)
    if titled is False:
        return Split("", words, True)
    if titled and not _TERMINATED.search(words) and len(words.split()) <= 45:
        return Split(words, "", True)
    broken = _at_line_break(lines)
    if broken is not None:
        return broken
    capitals = _after_capitals(words)
    if capitals is not None:
        return capitals
    return _in_line(words, titled)


def is_sentence(words: str, *, strict: bool = False) -> bool:
    """Whether words without a full stop are a sentence all the same: with a verb of duty.

    `strict` takes any verb in words that open a sentence, or follow such an opener, for one.
    """
    found = [_bare(word) for word in words.split()]
    if any(word in _MODALS for word in found) or ". " in words:
        return True
    return strict and _in_line(words, None).heading != ""


def is_heading(words: str) -> bool:
    """Whether words look like a heading standing alone: short, capitalised, no full stop."""
    found = words.split()
    return (
        0 < len(found) <= 45
        and not _TERMINATED.search(words)
        and not is_sentence(words)
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
    while count < len(found) and (
        is_capitals(found[count]) or (count and found[count].rstrip(",").isdecimal())
    ):
        count += 1
    if count and count < len(found) and len(found[count - 1].strip('"“[(')) == 1:
        count -= 1  # A lone capital "A" begins the sentence.
    letters = sum(len(word) for word in found[:count])
    if count < 1 or letters < 4 or count == len(found) or not found[count][:1].isupper():
        return None
    return Split(" ".join(found[:count]), " ".join(found[count:]), True)


def _in_line(words: str, titled: bool | None) -> Split:
    spans = [match.span() for match in _WORD.finditer(words)]
    found = [words[a:b] for a, b in spans[:100]]
    best, best_score = 0, 0.0
    for at in range(1, min(len(found), 60)):
        if found[at - 1][-1] in ".:;" or found[at - 1].strip(",") in _MODALS:
            break
        if best_score >= 6 or (best and _bare(found[at - 1]) in _VERBS):
            break  # The sentence that may have begun has its verb: no heading goes on here.
        score = _score(found, at)
        if score > best_score:
            best, best_score = at, score
    headless = best_score < 6 and _opens_sentence(" ".join(found[:12]))
    if best_score < (1.0 if titled else 4.0) or (headless and not titled):
        return Split("", words, not titled and (headless or best_score <= 0))
    return Split(words[: spans[best - 1][1]], words[spans[best][0] :], best_score >= 4)


def _score(found: list[str], at: int) -> float:
    """How likely the text begins at a word; 0 where it cannot."""
    word, before = _bare(found[at]), _bare(found[at - 1]).lower()
    if not word[:1].isupper() or before in _JOINTS or found[at - 1].endswith(","):
        return 0.0
    if before in _NAMERS and len(word) <= 5 and is_capitals(word):
        return 0.0
    score = 0.0
    if word in _OPENERS:
        score = 6.0
    else:
        has_verb = _verb_follows(found, at)
        score += 3.5 if has_verb else 0.0
        score += 2.0 if word in _SUBJECTS else 0.0
    repeated = _repeated(found, at)
    if repeated <= 0 and at > 1 and found[at - 1][:1].isupper() and word not in _OPENERS:
        score -= 3.0  # "States Parties": the second word of a name begins no sentence.
    return score + repeated - 0.02 * at


def _verb_follows(found: list[str], at: int) -> bool:
    """Whether a verb comes before anything that opens another sentence."""
    for later in range(at + 1, min(at + 20, len(found))):
        word = _bare(found[later])
        if word in _VERBS:
            return True
        if word in _OPENERS and _bare(found[later - 1]).lower() not in _JOINTS:
            return False
    return False


def _repeated(found: list[str], at: int) -> float:
    """What it tells that the words from a place on say the heading's words again."""
    word, earlier = _stem(found[at]), [_stem(each) for each in found[:at]]
    if earlier[-1] == word:
        return 6.0
    after = _stem(found[at + 1]) if at + 1 < len(found) else ""
    if any(pair == (word, after) for pair in pairwise(earlier)):
        return 6.0
    if word not in earlier:
        return 0.0
    first = earlier.index(word)
    # A word that bears a capital inside the heading does so everywhere: it opens nothing.
    return 3.0 if first == 0 or found[first][:1].islower() else -2.0


def _bare(word: str) -> str:
    return word.strip("\"“”[](),;:’'")


def _stem(word: str) -> str:
    """A word without its marks, its case and its plural."""
    low = _bare(word).lower()
    return low[:-1] if low.endswith("s") and len(low) > 3 else low
