"""A draft of the size of the Law of the Sea Convention, made by code and always the same.

320 articles in 17 Parts, some with sections, more than 2,000 clauses, and 1,000
citations of 60 authorities: what speed is measured on. The sentences are put
together from stock phrases and mean nothing.
"""

from collections.abc import Iterator
from random import Random

from app.exchange.citation import Cite, NoteSeries, name, plain
from app.exchange.word.treaty import Authority, Mast, WordTreaty
from app.treaty.document import Clause, Document, Kind
from app.treaty.numbering import NO_NUMBER, Scheme, citations

ARTICLES = 320
NOTES = 1000

_SUBJECTS = (
    "Each State Party",
    "The States Parties",
    "The Conference",
    "The certifying panel",
    "A facilitator",
    "The competent authority",
    "The roster of experts",
)
_DUTIES = (
    "shall take the measures needed to give effect to the safe passage of those who talk",
    "may ask the depositary for the record of a communication made under this Convention",
    "shall keep the confidence in which an exchange of views was begun and carried on",
    "[shall][should] consult the communities that have borne the burden of the violence",
    "shall not treat participation in talks as a ground for suspicion or for prosecution",
    "shall inform the other States Parties [without delay][within thirty days] of its decision",
)
_ENDS = (
    ", in accordance with article {0}",
    ", subject to paragraph 1",
    ", without prejudice to article {0}, paragraph 1, and to the rights of third States",
    " to the fullest extent that its constitution and the general principles of its law allow",
    ", taking into account the circumstances that prevailed when the talks were opened",
    "",
)
_POINTS = (
    "the name of the person and the capacity in which that person takes part",
    "the period for which the arrangement is meant to last, and how it may be prolonged",
    "what has been agreed on the exchange of messages between those who talk and their families",
    "any [condition][reservation] that was stated when consent was given",
)
_WORDS = (
    *("scope", "duties", "notice", "review", "records", "travel"),
    *("safety", "consent", "costs", "language", "advice"),
)
_RELATIONS = ("supports", "precedent for", "wording taken from", "qualifies", "contradicts")


def large_document() -> Document:
    """The draft, with uids."""
    dice = Random(1982)  # noqa: S311
    clauses = [
        Clause(Kind.FORMULA, text="The States Parties to this Convention,"),
        *(
            Clause(Kind.RECITAL, text=f"Recalling that {phrase},")
            for phrase in (*_POINTS, *_POINTS[:2])
        ),
        Clause(Kind.FORMULA, text="Have agreed as follows:"),
    ]
    article = 0
    for part in range(17):
        clauses.append(Clause(Kind.PART, heading=_title(dice).upper()))
        sections = 2 + part % 3 if part % 2 else 0
        for at in range(ARTICLES // 17 + (part < ARTICLES % 17)):
            if sections and at % 5 == 0:
                clauses.append(Clause(Kind.SECTION, heading=_title(dice).upper(), depth=1))
            article += 1
            clauses.extend(_article(dice, article, depth=2 if sections else 1))
    clauses.append(
        Clause(Kind.CLOSING, text="IN WITNESS WHEREOF the undersigned have signed this Convention.")
    )
    return Document(
        "Convention on the Conduct of Talks",
        tuple(
            Clause(c.kind, c.number, c.heading, c.text, c.depth, f"u{index:05d}")
            for index, c in enumerate(clauses)
        ),
    )


def large_treaty() -> WordTreaty:
    """The draft with its mast and 1,000 citations, ready to be exported."""
    document = large_document()
    dice = Random(1995)  # noqa: S311
    items = list(_items())
    bearing = [c.uid for c in document.clauses if c.kind in (Kind.PARAGRAPH, Kind.SUBPARAGRAPH)]
    authorities: dict[str, tuple[Authority, ...]] = {}
    for number in range(NOTES):
        uid = bearing[number * len(bearing) // NOTES]
        csl = items[dice.randrange(len(items))]
        tie = Authority(
            kind="passage",
            csl=csl,
            relation=_RELATIONS[number % 5],
            pinpoint=f"art {dice.randint(1, 90)}" if csl["type"] == "treaty" else "[49]",
            reason="It states the duty in the same words and for the same persons.",
            title=str(csl["title"]),
            digest="A duty of States to let those who talk come and go in safety.",
        )
        authorities[uid] = (*authorities.get(uid, ()), tie)
    mast = Mast("large", "Zero draft", "A/CONF.999/L.1", "1 March 2026", "Limited")
    return WordTreaty(document, Scheme.UN, mast, authorities)


def as_markdown(treaty: WordTreaty) -> str:
    """The same words and notes for pandoc: what `write_commentary` prints, but for the two tables.

    Headings, paragraphs and lists; below each article a heading and a paragraph with a footnote
    for each thing it rests on.
    """
    lines: list[str] = [f"% {treaty.document.title}", ""]
    notes: list[str] = []
    waiting: list[str] = []
    series = NoteSeries()
    places = citations(treaty.document.clauses, treaty.scheme)
    for clause, place in zip(treaty.document.clauses, places, strict=True):
        if clause.kind.bears_heading and waiting:
            lines += ["### Sources and reasons (not part of the text)", "", *waiting]
            waiting = []
        words = _plain(clause.heading or clause.text)
        indent = {Kind.SUBPARAGRAPH: "a. ", Kind.PARAGRAPH: "1. "}.get(clause.kind, "")
        if clause.kind.bears_heading:
            indent = "## " if clause.kind is Kind.ARTICLE else "# "
        lines += [indent + words, ""]
        for tie in treaty.authorities.get(clause.uid, ()):
            runs = series.note(Cite(tie.csl, tie.pinpoint))
            note = "".join(f"*{run.text}*" if run.italic else _plain(run.text) for run in runs)
            notes += [f"[^{len(notes) // 2 + 1}]: {note}", ""]
            short = _plain(plain(name(tie.csl)))
            waiting += [
                f"1. {place}: *{tie.relation}* {short} {_plain(tie.pinpoint)}."
                f"[^{len(notes) // 2}] {tie.reason} In substance: {tie.digest}",
                "",
            ]
    return "\n".join([*lines, *waiting, *notes])


def _plain(words: str) -> str:
    return words.replace("[", "\\[").replace("]", "\\]").replace("*", "\\*")


def _article(dice: Random, number: int, depth: int) -> Iterator[Clause]:
    yield Clause(Kind.ARTICLE, heading=_title(dice), depth=depth)
    if number % 7 == 0:
        yield Clause(Kind.PARAGRAPH, text=_sentence(dice), depth=depth + 1)
        return
    for at in range(3 + number % 4):
        if at == 1 and number % 3 == 0:
            chapeau = "The notice shall contain:"
            number_of = NO_NUMBER if number % 9 == 0 else ""
            yield Clause(Kind.PARAGRAPH, number_of, text=chapeau, depth=depth + 1)
            for place, point in enumerate(_POINTS):
                end = "." if place == 3 else "; and" if place == 2 else ";"
                yield Clause(Kind.SUBPARAGRAPH, text=point + end, depth=depth + 2)
        else:
            words = " ".join(_sentence(dice) for _ in range(1 + (number + at) % 3))
            yield Clause(Kind.PARAGRAPH, text=words, depth=depth + 1)


def _sentence(dice: Random) -> str:
    end = dice.choice(_ENDS).format(dice.randint(1, ARTICLES))
    return f"{dice.choice(_SUBJECTS)} {dice.choice(_DUTIES)}{end}."


def _title(dice: Random) -> str:
    first, second = dice.sample(_WORDS, 2)
    return f"{first.capitalize()} and {second}"


def _items() -> Iterator[dict[str, object]]:
    for number in range(30):
        yield {
            "id": f"treaty-{number}",
            "type": "treaty",
            "title": f"Convention on {_WORDS[number % 11]} in talks, number {number}",
            "title-short": f"Convention {number}",
            "adopted": {"date-parts": [[1950 + number, 5, 1]]},
            "in-force": {"date-parts": [[1952 + number, 6, 2]]},
            "volume": str(1000 + number),
            "container-title-short": "UNTS",
            "page": str(number + 1),
        }
        yield {
            "id": f"judgment-{number}",
            "type": "legal_case",
            "title": f"Prosecutor v Person {number}",
            "genre": "Judgment",
            "number": f"XX-{number:02d}-T",
            "chamber": "Trial Chamber",
            "issued": {"date-parts": [[1990 + number, 3, 4]]},
        }
