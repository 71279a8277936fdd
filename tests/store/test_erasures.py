import pytest

from app.store.erasures import FILL, filled, mark_of, without


@pytest.mark.parametrize(
    ("text", "passages", "parts", "left"),
    [
        ("It goes by common accord now.", ["by common accord now"], False, "It goes ####."),
        (
            "It applies by common accord.",
            ["by common accord"],
            False,
            "It applies by common accord.",
        ),
        ("It applies by common.", ["by common accord"], False, "It applies by common."),
        ("It applies: common accord.", ["by common accord"], True, "It applies:####."),
        ("They shall talk.", ["shall"], False, "They shall talk."),
        ("They shall talk, marshall.", ["shall"], True, "They ##### talk, marshall."),
        ("A or B.", ["or"], True, "A or B."),
    ],
)
def test_bars_stand_over_passages(text: str, passages: list[str], parts: bool, left: str) -> None:
    found = without(text, passages, parts=parts)
    assert len(found) == len(text)
    assert _short(found) == _short(left.replace("#", FILL))


def _short(text: str) -> str:
    while FILL * 2 in text:
        text = text.replace(FILL * 2, FILL)
    return text


def test_a_bar_is_as_long_as_what_it_covers() -> None:
    assert filled("a🕊b") == FILL * 4
    assert mark_of([1], {"a": 1}) != mark_of([1], {"a": 2})
