import pytest

from app.actions.refusals import (
    Forbidden,
    Invalid,
    Missing,
    Moved,
    Refusal,
    SignInNeeded,
    TooMany,
)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Missing, 404), (Forbidden, 403), (SignInNeeded, 401), (Invalid, 422)],
)
def test_each_kind_has_its_status_and_its_sentence(kind: type[Refusal], status: int) -> None:
    refusal = kind("There is no such thing.")
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.sentence, str(refusal)) == (
        status,
        "There is no such thing.",
        "There is no such thing.",
    )


def test_who_asked_too_often_hears_how_long_to_wait() -> None:
    refusal = TooMany("Please wait a minute.", 60)
    assert (refusal.status, refusal.wait) == (429, 60)


def test_nothing_is_lost_when_a_text_has_moved() -> None:
    refusal = Moved("It has changed.", base="a", mine="b", theirs="c", version=3)
    assert refusal.status == 409
    assert (refusal.base, refusal.mine, refusal.theirs, refusal.version) == ("a", "b", "c", 3)
