"""The elements of tracked changes, as Word writes them."""

from app.exchange.word.runs import field, runs
from app.exchange.word.tracked import By, Pen, struck

A = By("Drafter <A>", "2026-03-01T10:00:00Z")


def test_inserted_and_deleted_runs_say_who_and_when() -> None:
    pen = Pen()
    made = pen.inserted(runs("new"), A) + pen.deleted(runs(" old "), By("B"))
    assert 'w:author="Drafter &lt;A&gt;" w:date="2026-03-01T10:00:00Z"' in made
    assert '<w:delText xml:space="preserve"> old </w:delText>' in made
    assert 'w:author="B"><w:r>' in made


def test_every_change_has_a_number_of_its_own() -> None:
    pen = Pen()
    made = [pen.inserted(runs("a"), A), pen.deleted(runs("b"), A), pen.mark("ins", A)]
    numbers = {each.split('w:id="')[1].split('"')[0] for each in made}
    assert len(numbers) == 3


def test_nothing_is_not_marked() -> None:
    assert Pen().inserted("", A) == Pen().deleted("", A) == Pen().left("", A) == ""


def test_words_moved_away_stay_words_and_their_span_has_one_name() -> None:
    pen = Pen()
    begin, end = pen.span("moveFrom", "move1", A)
    assert begin.endswith('w:name="move1"/>')
    assert end.split('"')[1] == begin.split('"')[1]
    assert "<w:t>gone</w:t>" in pen.left(runs("gone"), A)
    assert "<w:t>here</w:t>" in pen.came(runs("here"), A)


def test_the_code_of_a_deleted_field_is_deleted_too() -> None:
    made = struck(field("REF cl_a", "1"))
    assert "w:instrText" not in made.replace("w:delInstrText", "")
    assert made.count("w:delInstrText") == 2


def test_a_tab_is_no_text() -> None:
    assert "<w:tab/>" in struck(runs("a\tb"))
