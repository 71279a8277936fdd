"""Which clauses an act takes out of their place, though it was done to another one.

An article is moved and its paragraphs go along; a clause is split, and what stood below it is
read under the half. The journal tells of the first alone. That headings come and go above
whole articles changes nothing of these: only what is read under text, or in an article, is.
"""

from collections.abc import Collection, Sequence

from app.actions.placing import DIVISIONS
from app.store.drafts import ClauseRecord
from app.store.journal import EntryRecord


def uprooted(
    entries: Collection[EntryRecord], clauses: Sequence[ClauseRecord]
) -> tuple[ClauseRecord, ...]:
    """The live clauses, in their order, that the entries of one act took along.

    `clauses` is the whole order after the act, struck ones included.
    """
    moved = {each.uid: int(each.detail.get("run", 1)) for each in entries if each.act == "moved"}
    come = {each.uid for each in entries if each.act in ("inserted", "restored")}
    gone = {each.uid for each in entries if each.act == "struck"}
    found: dict[str, ClauseRecord] = {}
    for at, clause in enumerate(clauses):
        if run := moved.get(clause.uid):
            found |= {each.uid: each for each in clauses[at + 1 : at + run]}
    now, then = _holders(clauses, set()), _holders(clauses, gone)
    for clause in clauses:
        # What came with the clause that holds it was not there to be taken along.
        above = now.get(clause.uid)
        if above in come | set(moved) and clause.uid not in come:
            found[clause.uid] = clause
        if then.get(clause.uid) in gone:
            found[clause.uid] = clause
    own = set(moved) | gone
    return tuple(each for each in found.values() if not each.struck and each.uid not in own)


def _holders(clauses: Sequence[ClauseRecord], living: Collection[str]) -> dict[str, str]:
    """By each live clause's uid, that of the one directly above it that is no division.

    Those of `living` are taken to live, though they were struck.
    """
    found: dict[str, str] = {}
    chain: list[ClauseRecord] = []
    for clause in clauses:
        if clause.struck and clause.uid not in living:
            continue
        while chain and chain[-1].depth >= clause.depth:
            chain.pop()
        if chain and chain[-1].kind not in DIVISIONS:
            found[clause.uid] = chain[-1].uid
        chain.append(clause)
    return found
