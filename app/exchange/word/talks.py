"""What is said about the text as comments of Word: threads, who and when, resolved or not.

A thread is a comment and those that answer it, all on the same words (ECMA-376 part 1, 17.13.4).
Which answers which, and what is dealt with, stands in commentsExtended ([MS-DOCX] 2.5.4.2), by
which number a comment is known for good in commentsIds (2.5.4.5), who speaks in people (2.5.4.4).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.exchange.word.runs import NAMESPACES, escape, paragraph, runs
from app.exchange.word.treaty import Comment, Talk
from app.treaty.changes import from_units, to_units

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_W16 = "http://schemas.microsoft.com/office/word/2016/wordml/cid"
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_IGNORED = f'xmlns:mc="{_COMPATIBLE}" mc:Ignorable='
_MARK = '<w:rStyle w:val="AnnotationReference"/>'
_LONGEST_NAME = 255
# Numbers of paragraphs and of comments have to be below this one.
_TOP = 0x7FFFFFFF

STYLES = (
    '<w:style w:type="character" w:styleId="AnnotationReference">'
    '<w:name w:val="annotation reference"/><w:basedOn w:val="DefaultParagraphFont"/>'
    '<w:uiPriority w:val="99"/><w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="AnnotationText"><w:name w:val="annotation text"/>'
    '<w:basedOn w:val="Normal"/><w:uiPriority w:val="99"/>'
    '<w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:style>'
)
"""The two styles that comments are set in; a file without comments has neither."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A comment as it is kept: its number, that of the one it answers, its last paragraph."""

    number: int
    root: int | None
    comment: Comment
    resolved: bool
    key: str


class Talks:
    """The threads of one file, numbered in the order in which their places are written."""

    def __init__(self, talks: Mapping[str, Sequence[Talk]]) -> None:
        self._talks = talks
        self._kept: list[_Kept] = []
        self._paragraphs = 0
        self._bodies: list[str] = []
        self._durable: set[str] = set()

    def on(self, uid: str, words: str, content: str, before: str = "") -> str:
        """The runs of a clause, or those of the title for "", with the marks of their threads.

        `content` says `words`; `before` is set before it, and all of it is what a thread on
        no words in particular is on.
        """
        opened, places, closed = self.places(uid, words)
        return opened + before + (marked(content, places) if places else content) + closed

    def places(self, uid: str, words: str) -> tuple[str, dict[int, str], str]:
        """What stands before a clause, before which letters of its words, and behind it."""
        talks = self._talks.get(uid, ())
        if not talks:
            return "", {}, ""
        ends: dict[int, str] = {}
        starts: dict[int, str] = {}
        around: list[tuple[str, str]] = []
        for talk in sorted(talks, key=lambda one: (one.start, one.end)):
            start, end = self._marks(talk)
            if not 0 <= talk.start < talk.end:
                around.append((start, end))
                continue
            first, last = _letters(words, talk.start), _letters(words, talk.end)
            starts[first] = starts.get(first, "") + start
            ends[last] = ends.get(last, "") + end
        places = {at: ends.get(at, "") + starts.get(at, "") for at in {*ends, *starts}}
        opened, closed = "".join(one for one, _ in around), "".join(one for _, one in around)
        return opened, places, closed

    def parts(self) -> dict[str, str]:
        """The parts of the package that the threads are kept in; none without a thread."""
        if not self._kept:
            return {}
        names = dict.fromkeys(_name(one.comment) for one in self._kept)
        people = "".join(f'<w15:person w15:author="{name}"/>' for name in names)
        extended = "".join(map(self._extended, self._kept))
        ids = "".join(
            f'<w16cid:commentId w16cid:paraId="{one.key}" w16cid:durableId="{self._lasting(one)}"/>'
            for one in self._kept
        )
        w14, w15 = f'xmlns:w14="{_W14}"', f'xmlns:w15="{_W15}"'
        return {
            "word/comments.xml": (
                f'<w:comments {NAMESPACES} {w14} {_IGNORED}"w14">'
                f"{''.join(self._bodies)}</w:comments>"
            ),
            "word/commentsExtended.xml": (
                f'<w15:commentsEx {w15} {_IGNORED}"w15">{extended}</w15:commentsEx>'
            ),
            "word/commentsIds.xml": (
                f'<w16cid:commentsIds xmlns:w16cid="{_W16}" {_IGNORED}"w16cid">{ids}'
                "</w16cid:commentsIds>"
            ),
            "word/people.xml": f'<w15:people {w15} {_IGNORED}"w15">{people}</w15:people>',
        }

    def _marks(self, talk: Talk) -> tuple[str, str]:
        """What stands before and after the words of a thread; its comments are kept."""
        first = len(self._kept)
        start, end = "", ""
        for number, comment in enumerate(talk.comments, first):
            self._keep(number, None if number == first else first, comment, talk.is_resolved)
            start += f'<w:commentRangeStart w:id="{number}"/>'
            end += (
                f'<w:commentRangeEnd w:id="{number}"/><w:r><w:rPr>{_MARK}</w:rPr>'
                f'<w:commentReference w:id="{number}"/></w:r>'
            )
        return start, end

    def _keep(self, number: int, root: int | None, comment: Comment, resolved: bool) -> None:
        sign = f"<w:r><w:rPr>{_MARK}</w:rPr><w:annotationRef/></w:r>"
        made, key = [], ""
        for line in comment.lines or ("",):
            self._paragraphs += 1
            key = f"{self._paragraphs:08X}"
            words = paragraph("AnnotationText", sign + runs(line))
            made.append(words.replace("<w:p>", f'<w:p w14:paraId="{key}">', 1))
            sign = ""
        date = f' w:date="{comment.date}"' if comment.date else ""
        self._bodies.append(
            f'<w:comment w:id="{number}" w:author="{_name(comment)}"{date} '
            f'w:initials="{escape(_initials(comment.author))}">{"".join(made)}</w:comment>'
        )
        self._kept.append(_Kept(number, root, comment, resolved, key))

    def _extended(self, one: _Kept) -> str:
        over = f' w15:paraIdParent="{self._kept[one.root].key}"' if one.root is not None else ""
        done = "1" if one.resolved else "0"
        return f'<w15:commentEx w15:paraId="{one.key}"{over} w15:done="{done}"/>'

    def _lasting(self, one: _Kept) -> str:
        """The number of a comment that stays the same in every file; equal ones are told apart."""
        turn = 0
        while True:
            seed = f"{one.comment.key}\0{one.comment.author}\0{one.comment.date}\0{turn}"
            found = (
                int(sha256(seed.encode("utf-8", "replace")).hexdigest()[:8], 16) % (_TOP - 1) + 1
            )
            if (made := f"{found:08X}") not in self._durable:
                self._durable.add(made)
                return made
            turn += 1


def _name(comment: Comment) -> str:
    return escape(comment.author[:_LONGEST_NAME] or "Unknown")


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalnum()).upper()[:9] or "?"


def _letters(words: str, units: int) -> int:
    """How many letters so many UTF-16 units of the words are."""
    return len(from_units(to_units(words)[:units]))


# --- setting marks among runs


_TOKEN = re.compile(r"<w:r>.*?</w:r>|<[^>]*>", re.DOTALL)
_RUN = re.compile(r"<w:r>(<w:rPr>.*?</w:rPr>)?(.*)</w:r>", re.DOTALL)
_ATOM = re.compile(r"<w:t(?: [^>]*)?>(.*?)</w:t>|(<w:(?:br|tab)/>)|<[^>]*>", re.DOTALL)
_LETTER = re.compile(r"&[^;]*;|.", re.DOTALL)
_FIELD_END = re.compile('<w:fldChar [^>]*"end"')


def marked(content: str, places: Mapping[int, str]) -> str:
    """The runs with something set in after so many letters of their words, at every place.

    A run is cut in two where a place is within it. At the edge of a field or a link the mark
    stands outside, or Word would lose it with the next refreshing of the field.
    """
    made: list[str] = []
    left = sorted((at, xml) for at, xml in places.items() if xml)
    passed = 0
    for tag in _TOKEN.findall(content):
        run = _RUN.fullmatch(tag)
        if tag != "</w:hyperlink>" and not _FIELD_END.search(tag):
            while left and left[0][0] <= passed:
                made.append(left.pop(0)[1])
        if run is None or "<w:fldChar" in tag or "<w:instrText" in tag:
            made.append(tag)
            continue
        length = sum(map(len, _words(run[2])))
        inside: list[tuple[int, str]] = []
        while left and left[0][0] < passed + length:
            inside.append(left.pop(0))
        made += _cut(run, [(at - passed, xml) for at, xml in inside]) if inside else [tag]
        passed += length
    return "".join([*made, *(xml for _, xml in left)])


def _words(body: str) -> Iterator[list[str]]:
    """The letters that the pieces of a run say, as they are written; a break or tab is one."""
    for atom in _ATOM.finditer(body):
        if atom[1] is not None:
            yield _LETTER.findall(atom[1])
        elif atom[2]:
            yield [atom[2]]


def _cut(run: "re.Match[str]", places: Sequence[tuple[int, str]]) -> Iterable[str]:
    """The run in pieces, with what is set in between them."""
    look = run[1] or ""
    letters = [letter for piece in _words(run[2]) for letter in piece]
    begin = 0
    for at, xml in places:
        yield _piece(look, letters[begin:at]) + xml
        begin = at
    yield _piece(look, letters[begin:])


def _piece(look: str, letters: Sequence[str]) -> str:
    if not letters:
        return ""
    made = "".join(
        one if one.startswith("<") else f'<w:t xml:space="preserve">{one}</w:t>'
        for one in _stretches(letters)
    )
    return f"<w:r>{look}{made}</w:r>"


def _stretches(letters: Iterable[str]) -> Iterator[str]:
    """Letters put together up to the next break or tab."""
    waiting = ""
    for one in letters:
        if one.startswith("<"):
            if waiting:
                yield waiting
            yield one
            waiting = ""
        else:
            waiting += one
    if waiting:
        yield waiting
