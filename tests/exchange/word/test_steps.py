"""What happened in its order: what went before what came, halves as one, moves by their words."""

from app.exchange.word.steps import Step, steps
from app.treaty.align import align
from app.treaty.document import Clause, Kind


def test_what_went_is_told_before_what_came() -> None:
    old, new = ["Alpha stays here.", "Zeta goes.", "Omega stays too."], ["Alpha stays here."]
    new += ["Nothing alike at all comes now.", "Omega stays too."]
    made = steps(old, new, align(_clauses(old), _clauses(new)))
    assert [(step.old, step.new) for step in made] == [
        ((0,), (0,)),
        ((1,), ()),
        ((), (1,)),
        ((2,), (2,)),
    ]


def test_halves_are_told_as_one() -> None:
    old = ["The Parties shall meet each year. They shall report to the depositary."]
    new = ["The Parties shall meet each year.", "They shall report to the depositary."]
    assert steps(old, new, align(_clauses(old), _clauses(new))) == [Step((0,), (0, 1))]
    assert steps(new, old, align(_clauses(new), _clauses(old))) == [Step((0, 1), (0,))]


def test_what_was_moved_and_rewritten_is_none() -> None:
    old = [Clause(Kind.PARAGRAPH, text=text, uid=text[0]) for text in ("A one.", "B two.", "C it.")]
    new = [old[1], old[2], Clause(Kind.PARAGRAPH, text="Wholly other words stand here", uid="A")]
    ours, theirs = [each.text for each in old], [each.text for each in new]
    assert [step.move for step in steps(ours, theirs, align(old, new))] == [""] * 4


def _clauses(texts: list[str]) -> list[Clause]:
    return [Clause(Kind.PARAGRAPH, text=text) for text in texts]
