"""Finding words in passages, cases, sources and clauses, on either database.

This is the only module that knows which database searches: SQLite by an FTS5
table beside each table, kept up by triggers; PostgreSQL by a GIN index over a
tsvector of the same columns. The migration makes both. Clauses that are being
typed in are in neither until they have settled; those few are searched as they stand.

Whatever a person types is taken as words, "phrases" and the beginning of the
last word, never as the database's own query language, so no input is an error:

    negotiat immun    both: the word "negotiat..." (by its stem) and one beginning with "immun"
    "good faith"      the two words next to each other

When nothing has all the words, the last one is shortened, and then any of them will do.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlmodel import Session


class FoundKind(StrEnum):
    """What a search finds."""

    PASSAGE = "passage"
    CASE = "case"
    SOURCE = "source"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Term:
    """One or more words that stand next to each other; with `begins`, the last may go on."""

    words: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: all of the terms, or with `any_of` at least one."""

    terms: tuple[Term, ...] = ()
    any_of: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Every word of every term."""
        return tuple(word for term in self.terms for word in term.words)


@dataclass(frozen=True, slots=True)
class Found:
    """Something found, and how well it fits: 1 is the best of its kind.

    A clause comes with its draft's id and its uid, by which it is known elsewhere.
    """

    kind: FoundKind
    id: int
    score: float
    draft_id: int = 0
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of plain text with the ranges [start, end) that match; str indices, in order."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, each with whether it matches: what a template walks over."""
        pieces = []
        at = 0
        for start, end in self.marks:
            pieces += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        pieces.append((self.text[at:], False))
        return tuple(piece for piece in pieces if piece[0])


MOST_WORDS = 24
"""More words than this in a query are left out."""

_LONGEST_QUERY = 1000
_SNIPPET = 240

_SAYING_NOTHING = """
a an and any are as at be been but by can for from had has have he her his if in into is it its may
more most must no nor not of on one only or other our out over shall she should so some such than
that the their them then there these they this those to under up upon was were what when where
which who whom whose will with within without would you your
"""
STOP_WORDS = frozenset(_SAYING_NOTHING.split())
"""English words that say nothing about what a text is about."""


def read_query(typed: str) -> Query:
    """The query in what a person typed; empty when no word of it says what to look for."""
    terms: list[Term] = []
    for phrase, run in re.findall(r'["“”]([^"“”]*)["“”]|([^"“”]+)', typed[:_LONGEST_QUERY]):
        if phrase:
            terms += [Term(words)] if (words := tuple(words_of(phrase))) else []
        else:
            terms += [Term((word,)) for word in words_of(run)]
    said = [term for term in terms if not set(term.words) <= STOP_WORDS][:MOST_WORDS]
    if said and len(said[-1].words) == 1 and re.search(r"\w$", typed):
        said[-1] = replace(said[-1], begins=True)
    return Query(tuple(said))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return [word.casefold() for word in re.findall(r"[^\W_]+", text)]


# Longest first. Not linguistics: enough to see that "negotiator", "negotiating" and
# "negotiations" are about the same thing.
_ENDINGS = """
izations isations ization isation ations ation ators ator ating ative ated ates ate ments ment
ences ence ances ance ities ity ings ing ions ion ors or ers er ies ied ily ive ful est ed es ly al
s y e
"""
_SUFFIXES = tuple(_ENDINGS.split())
_SHORTEST_STEM = 4


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word, folded, without its ending: words that share a stem are taken as the same."""
    word = fold(word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word[: -len(suffix)]
    return word


def fold(word: str) -> str:
    """The word in lower case without accents."""
    return word.lower().translate(_FOLDED)


def _accents() -> dict[int, str]:
    folded = {ord("đ"): "d", ord("ø"): "o", ord("ł"): "l", ord("ı"): "i"}
    for code in range(0xC0, 0x180):
        base = unicodedata.normalize("NFD", chr(code).lower())[0]
        if base.isascii():
            folded[code] = base
    return folded | {ord("Đ"): "d", ord("Ø"): "o", ord("Ł"): "l"}


_FOLDED = _accents()


def snippet(text: str, query: Query, *, width: int = _SNIPPET) -> Snippet:
    """The stretch of `text` where most of the query's words stand, about `width` characters.

    An ellipsis stands where the text goes on.
    """
    words = [(m.start(), m.end()) for m in re.finditer(r"[^\W_]+", text)]
    marks = [(start, end) for start, end in words if _matches(text[start:end], query)]
    start = _best_start(text, marks, width)
    end = _word_end(text, start + width)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = [(a - start, b - start) for a, b in marks if a >= start and b <= end]
    shift = len(before)
    return Snippet(
        before + text[start:end] + after, tuple((a + shift, b + shift) for a, b in moved)
    )


def _matches(word: str, query: Query) -> bool:
    folded, root = fold(word), stem(word)
    for term in query.terms:
        for wanted in term.words:
            if stem(wanted) == root or fold(wanted) == folded:
                return True
        if term.begins and folded.startswith(fold(term.words[-1])):
            return True
    return False


def exactness(text: str, query: Query) -> float:
    """What part of the query's terms the text has in the form they were asked for, 0 to 1.

    A plural counts as its singular, and the last word may go on when it was left open.
    """
    if not query.terms:
        return 0.0
    words = words_of(fold(text))
    forms = {_singular(word) for word in words}
    had = sum(
        all(_singular(fold(word)) in forms for word in term.words)
        or (term.begins and any(word.startswith(fold(term.words[-1])) for word in words))
        for term in query.terms
    )
    return had / len(query.terms)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _SHORTEST_STEM:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > _SHORTEST_STEM else word


def _best_start(text: str, marks: Sequence[tuple[int, int]], width: int) -> int:
    if not marks or len(text) <= width:
        return 0
    best = max(marks, key=lambda m: (sum(m[0] <= a < m[0] + width - 40 for a, _ in marks), -m[0]))
    start = max(0, best[0] - 40)
    if start and not text[start - 1].isspace():
        start = text.find(" ", start, best[0]) + 1 or best[0]
    return start


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    end = text.rfind(" ", 0, at)
    return end if end > at - 40 else at


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the words of one kind are: its table and columns, each with its weight."""

    table: str
    columns: tuple[tuple[str, str], ...]
    also: str = ""
    settles: bool = False


_PLACES = {
    FoundKind.PASSAGE: _Place(
        "passage", (("locator", "B"), ("heading", "B"), ("digest", "A"), ("exact", "C"))
    ),
    FoundKind.CASE: _Place(
        "case_study",
        (
            ("title", "A"),
            ("label", "A"),
            ("groups", "B"),
            ("actors", "B"),
            ("facts", "C"),
            ("outcome", "C"),
            ("lesson", "B"),
            ("as_stated", "D"),
            ("position", "D"),
        ),
    ),
    FoundKind.SOURCE: _Place("source", (("title", "A"), ("names", "B"), ("remark", "D"))),
    FoundKind.CLAUSE: _Place(
        "clause", (("heading", "A"), ("text", "B")), ", t.draft_id, t.uid", True
    ),
}
_WEIGHTS = {"A": 4.0, "B": 2.0, "C": 1.0, "D": 0.5}


class Search:
    """Searches within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sqlite = session.get_bind().dialect.name == "sqlite"

    def find(
        self,
        query: Query,
        kinds: Sequence[FoundKind] = (FoundKind.PASSAGE, FoundKind.CASE),
        *,
        limit: int = 50,
        draft_id: int | None = None,
    ) -> tuple[tuple[Found, ...], Query]:
        """What fits the query, best first, at most `limit` of each kind; and the query that fitted.

        The query comes back wider than it was asked when nothing fitted as asked.
        Clauses are looked for in one draft, or in all; struck clauses are left out.
        """
        for wider in _widenings(query):
            found = [hit for kind in kinds for hit in self._find_kind(wider, kind, limit, draft_id)]
            if found:
                return tuple(sorted(found, key=lambda hit: -hit.score)), wider
        return (), query

    def _find_kind(
        self, query: Query, kind: FoundKind, limit: int, draft_id: int | None
    ) -> list[Found]:
        place = _PLACES[kind]
        narrowed = ""
        if kind is FoundKind.CLAUSE:
            narrowed = " AND NOT t.struck"
            narrowed += " AND t.draft_id = :draft" if draft_id is not None else ""
        values = {
            "query": _fts5(query) if self._sqlite else _tsquery(query),
            "limit": limit,
            **({"draft": draft_id} if ":draft" in narrowed else {}),
        }
        select = _sqlite_select(place) if self._sqlite else _postgres_select(place)
        rows = self._rows(select.replace("/* narrowed */", narrowed), values)
        best = max((row[1] for row in rows), default=1.0) or 1.0
        found = [Found(kind, row[0], row[1] / best, *row[2:]) for row in rows]
        if place.settles and self._sqlite:
            found += self._unsettled(kind, place, narrowed, values)
        return sorted(found, key=lambda hit: -hit.score)[:limit]

    def _unsettled(
        self, kind: FoundKind, place: _Place, narrowed: str, values: dict[str, Any]
    ) -> list[Found]:
        """What fits among the rows that SQLite's index does not have, by an index made for it."""
        columns = ", ".join(f"t.{name}" for name, _ in place.columns)
        asked = {name: value for name, value in values.items() if name == "draft"}
        rows = self._rows(
            f"SELECT t.id{place.also}, {columns} FROM {place.table} t "  # noqa: S608 - our own names
            f"WHERE NOT t.settled{narrowed}",
            asked,
        )
        if not rows:
            return []
        also = {row[0]: row[1 : -len(place.columns)] for row in rows}
        words = [(row[0], *row[-len(place.columns) :]) for row in rows]
        scores = _sqlite_scores(place, words, values["query"])
        best = max(scores.values(), default=1.0) or 1.0
        return [Found(kind, id_, score / best, *also[id_]) for id_, score in scores.items()]

    def _rows(self, sql: str, values: dict[str, Any]) -> list[Any]:
        return list(self._session.execute(text(sql), values).all())


def _widenings(query: Query) -> Iterator[Query]:
    if not query.terms:
        return
    yield query
    last = query.terms[-1]
    if last.begins:
        # Stems are shorter than words half typed: "negotia" begins no stem, "negoti" does.
        word = last.words[0]
        for length in range(len(word) - 1, max(_SHORTEST_STEM, len(word) - 6) - 1, -1):
            shorter = Term((word[:length],), begins=True)
            yield replace(query, terms=(*query.terms[:-1], shorter))
    if len(query.terms) > 1:
        yield replace(query, any_of=True)


def _sqlite_select(place: _Place) -> str:
    words = f"{place.table}_words"
    weights = ", ".join(str(_WEIGHTS[weight]) for _, weight in place.columns)
    return (  # the names are those of this module, no one's input
        f"SELECT t.id, -bm25({words}, {weights}) AS score{place.also}"  # noqa: S608
        f" FROM {words} JOIN {place.table} t ON t.id = {words}.rowid"
        f" WHERE {words} MATCH :query /* narrowed */"
        f" ORDER BY score DESC, t.id LIMIT :limit"
    )


def _sqlite_scores(place: _Place, rows: Sequence[tuple[Any, ...]], query: str) -> dict[int, float]:
    """The score of each of these rows (id, words) that fits, searched as the table itself is."""
    names = ", ".join(name for name, _ in place.columns)
    weights = ", ".join(str(_WEIGHTS[weight]) for _, weight in place.columns)
    marks = ", ".join("?" for _ in place.columns)
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute(
            f"CREATE VIRTUAL TABLE words USING fts5({names}, "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        made.executemany(f"INSERT INTO words(rowid, {names}) VALUES (?, {marks})", rows)  # noqa: S608 - our own names
        hits = made.execute(
            f"SELECT rowid, -bm25(words, {weights}) FROM words WHERE words MATCH ?",  # noqa: S608 - our own names
            (query,),
        )
        return dict(hits.fetchall())


def _postgres_select(place: _Place) -> str:
    vector = vector_of(place.columns, "t.")
    fitting = (
        f"SELECT t.id, ts_rank({vector}, q) AS score{place.also}"  # noqa: S608 - as above
        f" FROM {place.table} t, to_tsquery('english', :query) q"
        f" WHERE {vector} @@ q /* narrowed */"
    )
    if place.settles:
        fitting = f"{fitting} AND t.settled UNION ALL {fitting} AND NOT t.settled"
    return f"{fitting} ORDER BY score DESC, id LIMIT :limit"


# PostgreSQL would take "S3a.P10" for the name of a host, and "ill-treatment" for one word. The
# colon stands last: before a letter SQLAlchemy would take it for the beginning of a value's name.
_JOINTS = "./@&+_-:"


def vector_of(columns: Sequence[tuple[str, str]], prefix: str = "") -> str:
    """The PostgreSQL expression that the GIN index is over, letter by letter."""
    folded = "".join(map(chr, _FOLDED)) + _JOINTS
    plain = "".join(_FOLDED.values()) + " " * len(_JOINTS)
    return " || ".join(
        f"setweight(to_tsvector('english', translate({prefix}{name}, '{folded}', '{plain}')), "
        f"'{weight}')"
        for name, weight in columns
    )


def _fts5(query: Query) -> str:
    joined = " OR " if query.any_of else " AND "
    return joined.join(
        '"' + " ".join(term.words) + '"' + ("*" if term.begins else "") for term in query.terms
    )


def _tsquery(query: Query) -> str:
    joined = " | " if query.any_of else " & "
    terms = []
    for term in query.terms:
        words = [f"'{fold(word)}'" for word in term.words]
        words[-1] += ":*" if term.begins else ""
        terms.append("(" + " <-> ".join(words) + ")")
    return joined.join(terms)
