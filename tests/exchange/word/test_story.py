"""What each view shows of words that bear tracked changes."""

import pytest

from app.exchange.word.story import Field, Mark, Piece, Sort, Tracked, View, shows

IN, DEL = Mark(Tracked.INSERTED), Mark(Tracked.DELETED)
FROM, TO = Mark(Tracked.MOVED_FROM), Mark(Tracked.MOVED_TO)
FORM = Mark(Tracked.FORMAT)


@pytest.mark.parametrize(
    ("marks", "original", "accepted"),
    [
        ((), True, True),
        ((FORM,), True, True),
        ((IN,), False, True),
        ((DEL,), True, False),
        ((IN, DEL), False, False),
        ((TO,), False, True),
        ((FROM,), True, False),
        ((TO, DEL), False, False),
    ],
)
def test_what_views_show(marks: tuple[Mark, ...], original: bool, accepted: bool) -> None:
    assert shows(View.ORIGINAL, marks) is original
    assert shows(View.ACCEPTED, marks) is accepted
    assert shows(View.MARKED, marks)


def test_words_are_code_only_in_a_field_that_ends() -> None:
    field = Field()
    piece = Piece(Sort.WORDS, "x", within=(field,))
    assert not piece.is_code()
    field.is_closed = True
    assert piece.is_code()
