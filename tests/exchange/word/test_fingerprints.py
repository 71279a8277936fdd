"""Fingerprints of clauses go out in properties that Word keeps, and come back whole."""

from app.exchange.word.fingerprints import fingerprint, found, properties
from app.treaty.document import Clause, Kind
from tests.support.large import large_document


def test_every_clause_of_a_large_draft_comes_back() -> None:
    clauses = large_document().clauses
    kept = properties(clauses)
    assert max(map(len, kept.values())) <= 250
    told = found({**kept, "TravauxDraft": "talks"})
    assert list(told) == [clause.uid for clause in clauses]
    assert told[clauses[1].uid] == fingerprint(clauses[1].text)


def test_the_words_make_the_fingerprint() -> None:
    assert fingerprint("Talks are held.") != fingerprint("Talks are held")
    assert len(fingerprint("")) == 12


def test_what_has_no_uid_or_one_that_cannot_be_told_is_left_out() -> None:
    odd = [Clause(Kind.PARAGRAPH, text="A"), Clause(Kind.PARAGRAPH, text="B", uid="a b=c")]
    assert properties(odd) == {}
    assert found({}) == {}
