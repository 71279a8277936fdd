"""Does the comment form come home that LibreOffice filled? Part of `python -m tests.interop`.

Rows are filled with tracking and without, dropped and sorted, and the text as circulated is
changed; everything has to be found at its clause, and what is lost is counted.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

from app.actions import matching
from app.actions.filling import sift_form
from app.exchange.word.filled import is_form
from app.exchange.word.form import GENERAL, names_of, words_of, write_form
from app.exchange.word.read import read
from app.exchange.word.story import View
from app.exchange.word.treaty import Mast, WordTreaty
from app.store.rounds import Place, Sort
from app.treaty.document import Document
from app.treaty.numbering import Scheme
from tests.support.large import large_document

_HANDS = Path(__file__).with_name("hands.py")
_ROWS = 30
TEXT = Document("Large", large_document().clauses[:200])

Wanted = list[tuple[Sort, str, str]]
"""What has to be found: of which sort, at which clause, with which words."""


def filled(turn: int, *, tracks: bool) -> tuple[list[list[object]], Wanted]:
    """What somebody does to the form, and what has to come home of it."""
    dice = random.Random(turn)  # noqa: S311 - the same edits every time
    names = names_of(TEXT.clauses, Scheme.UN)
    by = f"Delegation {turn}"
    edits: list[list[object]] = []
    wanted: Wanted = []
    chosen = dice.sample(range(len(names)), _ROWS)
    for at in chosen:
        uid = TEXT.clauses[at].uid
        wording = f"{words_of(TEXT.clauses[at])} And word {at}."
        edits.append([by, tracks, "fill", names[at], "C", wording])
        edits.append([by, tracks, "fill", names[at], "D", f"Reason {at}.\nAnd more."])
        wanted.append((Sort.CHANGE, uid, wording))
        wanted.append((Sort.COMMENT, uid, f"Reason {at}.\nAnd more."))
    edits.append([by, tracks, "fill", GENERAL, "D", "A fine text."])
    wanted.append((Sort.COMMENT, "", "A fine text."))
    for at in range(len(names)):
        if at not in chosen and at % 9 == turn:
            edits.append([by, 0, "drop", names[at]])
    if not tracks:
        edits.append([by, 0, "sort", "B"])
    return edits, wanted


def main(folder: Path) -> int:
    """Write, let LibreOffice fill, read; how many things were lost."""
    source = folder / "form.docx"
    source.write_bytes(write_form(WordTreaty(TEXT, Scheme.UN, Mast("large"))))
    jobs, asked = [], {}
    for turn, tracks in enumerate((True, False)):
        edits, wanted = filled(turn, tracks=tracks)
        out = folder / f"filled-{turn}.docx"
        asked[str(out)] = wanted
        jobs.append({"file": str(source), "out": str(out), "edits": edits})
    plan = folder / "forms.json"
    plan.write_text(json.dumps(jobs))
    answer = subprocess.run(
        ["/usr/bin/python3", str(_HANDS), str(plan)], check=True, capture_output=True, text=True
    )
    lost = len(jobs)
    for line in answer.stdout.splitlines():
        told = json.loads(line)
        lacks = _missing(Path(told["out"]), asked[told["out"]])
        undone = told["done"].count(False)
        sys.stdout.write(
            f"{Path(told['out']).name}: {len(told['done'])} edits of the form ({undone} could not "
            f"be made), {len(asked[told['out']])} things to find; lost: {lacks or 'nothing'}\n"
        )
        lost += len(lacks) + undone - 1
    return lost


def _missing(file: Path, wanted: Wanted) -> list[str]:
    reading = read(file.read_bytes(), View.MARKED)
    if not is_form(reading):
        return ["it is no form any more"]
    found = sift_form(reading, matching.sent(TEXT, Scheme.UN))
    lacks = []
    placed = [
        (each.kind, each.clause, each.after)
        for each in found.findings
        if each.state is Place.PLACED
    ]
    for each in wanted:
        if each in placed:
            placed.remove(each)
        else:
            lacks.append(f"{each[0]} at {each[1]}: {each[2]}")
    told = {each for one in found.findings for each in one.detail["revisions"]}
    if found.tracked != len(told | set(found.form)):
        lacks.append(f"{found.tracked - len(told)} tracked changes")
    lacks += [f"nobody did this: {each}" for each in placed if each[0] is not Sort.OTHER]
    lacks += [f"not placed: {e.after}" for e in found.findings if e.state is not Place.PLACED]
    return lacks
