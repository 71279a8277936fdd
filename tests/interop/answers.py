"""Do answers written with LibreOffice come home? Part of `python -m tests.interop`.

Several delegations edit files that were circulated: words, splits, joins, moves, deletions, new
paragraphs, comments; with tracking and without. What has to be found of it then, home.py says.
"""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from app.actions import matching
from app.exchange.word.treaty import Mast, WordTreaty
from app.exchange.word.write import write_clean
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from tests.interop.home import Done, Edit, missing
from tests.support.large import large_document

_HANDS = Path(__file__).with_name("hands.py")
TEXT = Document("Convention on Talks", large_document().clauses[:700])


def unlike() -> list[tuple[str, str]]:
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
    free = unlike()
    free = free[turn:] + free[:turn]
    made: list[Edit] = []

    def take() -> tuple[str, str]:
        return free.pop(0)

    for number in range(2):
        token = f"Zq{turn}x{number}"
        uid, text = take()
        made.append(Edit(uid, ("replace", text, f"{text[:-1]} {token}a."), f"{token}a"))
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
        # Who commented is known of a file without tracking, too.
        wanted = [
            replace(each, by=author if tracks or each.do[0] == "comment" else "") for each in wanted
        ]
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
    sent = matching.sent(TEXT, Scheme.UN)
    lines = answer.stdout.splitlines()
    for line in lines:
        told = json.loads(line)
        wanted = [
            edit
            for edit, was_done in zip(asked[told["out"]], told["done"], strict=True)
            if was_done
        ]
        lacks, summary = missing(Path(told["out"]), sent, Done(wanted))
        undone = len(told["done"]) - len(wanted)
        sys.stdout.write(
            f"{Path(told['out']).name}: {len(wanted)} edits ({undone} could not be made), "
            f"{summary}; lost: {lacks or 'nothing'}\n"
        )
        lost += len(lacks) + undone
    return lost + (len(lines) != len(jobs))
