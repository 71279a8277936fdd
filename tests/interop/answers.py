"""Do answers written with LibreOffice come home? Part of `python -m tests.interop`.

Several delegations edit files that were circulated: words, splits, joins, moves, deletions, new
paragraphs, comments; with tracking and without. Every one of their edits has to be found at its
clause, or in the inbox with a reason; and every tracked change and comment of the file has to be
accounted for. What is lost is counted.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

from app.actions import matching
from app.actions.sifting import Sifted, sift
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.exchange.word.treaty import Mast, WordTreaty
from app.exchange.word.write import write_clean
from app.store.rounds import Place
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from tests.support.large import large_document
from tests.support.word_rules import W

_HANDS = Path(__file__).with_name("hands.py")
_TRACKED = ("ins", "del", "moveFrom", "moveTo")
TEXT = Document("Convention on Talks", large_document().clauses[:700])


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody does at a clause, and a word by which it is known again.

    `shows` are words that a finding has to have: in what came, or, where `gone`, in what went.
    """

    clause: str
    do: tuple[str, ...]
    shows: str
    gone: bool = False


def _unlike() -> list[tuple[str, str]]:
    """Texts of the draft that stand there once, with their clauses."""
    texts = [clause.text for clause in TEXT.clauses]
    return [
        (clause.uid, clause.text)
        for clause in TEXT.clauses
        if len(clause.text) > 60
        and not re.search(r"article|paragraph", clause.text)
        and sum(clause.text in each for each in texts) == 1
    ]


def edits(turn: int) -> list[Edit]:
    """What one delegation does; each at clauses of its own choosing."""
    free = _unlike()
    free = free[turn:] + free[:turn]
    made: list[Edit] = []

    def take() -> tuple[str, str]:
        return free.pop(0)

    for number in range(2):
        token = f"Zq{turn}x{number}"
        uid, text = take()
        made.append(Edit(uid, ("replace", text, f"{text[:-1]} {token}."), token))
        uid, text = take()
        made.append(Edit(uid, ("insert", text, f" {token}b"), f"{token}b"))
        uid, text = take()
        made.append(Edit(uid, ("strike", text), text, gone=True))
        uid, text = take()
        made.append(Edit(uid, ("empty", text), text, gone=True))
        uid, text = take()
        cut = text.index(" ", len(text) // 2)
        made.append(Edit(uid, ("split", text, text[:cut]), text[cut:].strip()))
        uid, text = take()
        made.append(Edit(uid, ("add", text, f"{token}c is new here."), f"{token}c"))
        uid, text = take()
        made.append(Edit(uid, ("comment", text, f"{token}d?"), f"{token}d"))
        uid, text = take()
        other = free[5][1]
        made.append(Edit(uid, ("move", text, other), text, gone=True))
        uid, text = take()
        made.append(Edit(uid, ("join", text), text[-30:]))
    return made


def main(folder: Path) -> int:
    """Write, let others edit, read; the number of edits, changes and comments that were lost."""
    source = folder / "circulated.docx"
    source.write_bytes(write_clean(WordTreaty(TEXT, Scheme.UN, Mast("large"))))
    jobs, asked = [], {}
    for turn, (author, tracks) in enumerate(
        (("Delegation North", 1), ("Delegation South", 1), ("Ministry West", 0), ("Desk East", 1))
    ):
        wanted = edits(turn * 3)
        out = folder / f"answer-{turn}.docx"
        asked[str(out)] = wanted
        said = [[author, tracks, *each.do] for each in wanted]
        jobs.append({"file": str(source), "out": str(out), "edits": said})
    plan = folder / "jobs.json"
    plan.write_text(json.dumps(jobs))
    answer = subprocess.run(
        ["/usr/bin/python3", str(_HANDS), str(plan)], check=True, capture_output=True, text=True
    )
    lost = 0
    lines = answer.stdout.splitlines()
    for line in lines:
        told = json.loads(line)
        wanted = [
            edit
            for edit, was_done in zip(asked[told["out"]], told["done"], strict=True)
            if was_done
        ]
        missing, summary = _missing(Path(told["out"]), wanted)
        undone = len(told["done"]) - len(wanted)
        sys.stdout.write(
            f"{Path(told['out']).name}: {len(wanted)} edits ({undone} could not be made), "
            f"{summary}; lost: {missing or 'nothing'}\n"
        )
        lost += len(missing) + undone
    return lost + (len(lines) != len(jobs))


def _missing(file: Path, wanted: list[Edit]) -> tuple[list[str], str]:
    content = file.read_bytes()
    found = sift(read(content, View.MARKED), matching.sent(TEXT, Scheme.UN))
    missing = [f"{each.do[0]} at {each.clause}" for each in wanted if not _shown(found, each)]
    accounted = {each for one in found.findings for each in one.detail["revisions"]}
    left = found.tracked - len(accounted | set(found.form))
    missing += [f"{left} tracked changes"] if left else []
    comments = sum(one.detail.get("remarks", 0) for one in found.findings)
    in_file = _comments(file)
    missing += [f"{in_file - comments} comments"] if in_file != comments else []
    states = Counter(each.state for each in found.findings)
    return missing, (
        f"{_revisions(file)} elements of tracking, {found.tracked} changes, {in_file} comments, "
        f"{states[Place.PLACED]} findings placed, {states[Place.INBOX]} in the inbox"
    )


def _shown(found: Sifted, edit: Edit) -> bool:
    """Whether the edit is at its clause, or in the inbox with a reason."""
    for each in found.findings:
        words = each.before if edit.gone else f"{each.heading} {each.after}"
        if edit.shows in words and (each.clause == edit.clause or each.reason):
            return True
    return False


def _comments(file: Path) -> int:
    with ZipFile(file) as archive:
        if "word/comments.xml" not in archive.namelist():
            return 0
        root = etree.fromstring(archive.read("word/comments.xml"))
    return len(root.findall(f"{W}comment"))


def _revisions(file: Path) -> int:
    with ZipFile(file) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return sum(len(list(root.iter(f"{W}{name}"))) for name in _TRACKED)
