"""Alternatives of a whole clause: put beside it, and one of them chosen in the end.

Each is a clause of its own (treaty/options.py), so that its sources, notes and proposals are its
own too. Choosing one strikes the others; as all striking it is one act, which can be undone.
"""

from dataclasses import dataclass

from app.actions import policy
from app.actions.drafting import LONGEST, LONGEST_HEADING
from app.actions.following import following
from app.actions.placing import live_index, run_end, subtree
from app.actions.policy import Act, State
from app.actions.refusals import Invalid, Moved
from app.actions.settling import Sparing, sparing
from app.store.drafts import ClauseRecord, DraftRecord, Pen
from app.store.seats import SeatRecord
from app.store.unit import Store
from app.treaty import options
from app.treaty.changes import utf16_len
from app.treaty.document import Clause, Kind
from app.treaty.numbering import Scheme, labels
from app.treaty.options import NO_TEXT, Option, Style


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options of a clause: the clause that it is, its name, all words below it too."""

    clause: ClauseRecord
    name: str
    below: tuple[tuple[str, str], ...]

    @property
    def is_no_text(self) -> bool:
        """Whether it says that there is to be no text."""
        return options.is_no_text(self.clause.words)


def choices(
    store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str
) -> tuple[Choice, ...]:
    """The options that the clause is one of, in their order; none where it is no option.

    `below` has label and words of each clause below. Missing for a clause that is not live.
    """
    policy.require(seat, Act.READ_DRAFT)
    live = store.drafts.clauses(draft.id)
    at = live_index(live, uid)
    option = _option(live, at)
    if option is None:
        return ()
    printed = labels([each.clause() for each in live], Scheme(draft.scheme))
    return tuple(
        Choice(
            live[index],
            options.name_of(option.style, place),
            tuple(
                (printed[below], live[below].words)
                for below in range(index + 1, run_end(live, index))
            ),
        )
        for place, index in enumerate(option.members, 1)
    )


def add(
    store: Store,
    seat: SeatRecord | None,
    draft: DraftRecord,
    uid: str,
    *,
    words: str = "",
    no_text: bool = False,
    style: Style | str = Style.NUMBERED,
    seen: int | None = None,
) -> ClauseRecord:
    """A new option beside the clause, after those that are there; the clause becomes the first.

    `style` says how they are called where the clause has none yet. Of an article, the first line
    is the heading and every other one a paragraph. Invalid without words, and
    where there is an option without text already; Moved where the clause changed since `seen`.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE, State.LIVE)
    with store.drafts.pen(draft.id, seat) as pen, sparing(store, pen), following(store.drafts, pen):
        clauses = pen.clauses()
        clause = clauses[live_index(clauses, uid)]
        if seen is not None and clause.version != seen:
            raise Moved(
                "The clause was changed while you wrote. Please look at it again.",
                mine=words,
                theirs=clause.words,
                version=clause.version,
            )
        lines = [" ".join(line.split()) for line in words.splitlines()]
        if clause.kind is not Kind.ARTICLE:
            lines = [" ".join(filter(None, lines))]
        first, *below = [NO_TEXT] if no_text else list(filter(None, lines)) or [""]
        require_open(store, pen, clauses, clause)
        made = put(pen, clauses, clause, first, style=_style(style))
        after = made.uid
        for line in below:
            paragraph = Clause(Kind.PARAGRAPH, "", "", line, made.depth + 1)
            after = pen.insert(paragraph, after=after).uid
        return made


def require_open(
    store: Store, pen: Pen, clauses: tuple[ClauseRecord, ...], clause: ClauseRecord
) -> None:
    """Nothing, where options may be put beside the clause; Invalid where its words are agreed.

    So they may not where a part of them is, or other options of it are: what has an option beside
    it is open again, whatever is said of it.
    """
    live = [each for each in clauses if not each.struck]
    at = live_index(live, clause.uid)
    option = _option(live, at)
    members = [live[index].uid for index in option.members] if option else [clause.uid]
    runs = [subtree(clauses, live_index(clauses, uid)) for uid in members]
    uids = [each.uid for run in runs for each in run]
    spared = Sparing(store, pen.draft_id, uids, guarded=pen.is_guarded)
    for uid in uids:
        spared.require_open(uid)


def put(
    pen: Pen,
    clauses: tuple[ClauseRecord, ...],
    clause: ClauseRecord,
    words: str,
    *,
    style: Style = Style.NUMBERED,
) -> ClauseRecord:
    """The clause that says these words as one more option beside `clause`; within an act."""
    if not words:
        raise Invalid("An option needs words. Where there is to be none, choose “No text”.")
    if utf16_len(words) > (LONGEST_HEADING if clause.kind.bears_heading else LONGEST):
        raise Invalid("That is too long for a clause.")
    if clause.kind in _WITHOUT_NUMBER:
        raise Invalid(f"A {clause.kind.value} has no options: put its words in brackets.")
    live = [each for each in clauses if not each.struck]
    option = _option(live, live_index(live, clause.uid))
    members = [live[index] for index in option.members] if option else [clause]
    if any(each.words == words for each in members):
        raise Invalid("There is an option that says just this.")
    found = options.mark_of(members[-1].number) if option else None
    first = found[1] if found else clause.uid
    after = clauses[run_end(clauses, live_index(clauses, members[-1].uid)) - 1].uid
    mark = options.mark(option.style if option else style, first)
    heading, text = (words, "") if clause.kind.bears_heading else ("", words)
    return pen.insert(Clause(clause.kind, mark, heading, text, clause.depth), after=after)


_WITHOUT_NUMBER = frozenset({Kind.HEADING, Kind.FORMULA, Kind.CLOSING})


def choose(store: Store, seat: SeatRecord | None, draft: DraftRecord, uid: str) -> str:
    """Strike all options of the clause but this one; its uid, or "" where it was that of no text.

    One act: undoing it brings all of them back. Invalid where the clause has no options.
    """
    seat = policy.require(seat, Act.EDIT_STRUCTURE, State.LIVE)
    with store.drafts.pen(draft.id, seat) as pen, sparing(store, pen), following(store.drafts, pen):
        clauses = pen.clauses()
        live = [each for each in clauses if not each.struck]
        at = live_index(live, uid)
        option = _option(live, at)
        if option is None:
            raise Invalid("This clause has no other options.")
        none = options.is_no_text(live[at].words)
        gone = [live[index] for index in option.members if none or index != at]
        name = options.name_of(option.style, option.members.index(at) + 1)
        for each in gone:
            run = subtree(clauses, live_index(clauses, each.uid))
            if not pen.strike(run, detail={}):
                raise Moved("Somebody changed this clause at the same moment. Please try again.")
        pen.add_detail(0, {"chosen": uid, "option": name})
    return "" if none else uid


def owners(store: Store, draft: DraftRecord, clause: ClauseRecord) -> tuple[str, ...]:
    """The delegations whose proposal the option was taken up from; none where it was not."""
    first = store.drafts.history(draft.id, clause.uid, limit=1)
    return first[0].owners if first else ()


def _option(live: list[ClauseRecord] | tuple[ClauseRecord, ...], at: int) -> Option | None:
    clauses = [each.clause() for each in live]
    return options.options(clauses, options.parents(clauses)).get(at)


def _style(style: Style | str) -> Style:
    try:
        return Style(style)
    except ValueError:
        raise Invalid("Options are numbered, or lettered.") from None
