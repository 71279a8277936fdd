import pytest

from app.actions.citing import Hit
from app.store.search import Snippet
from app.web.found import address_of, shown, tone_of


def hit(kind: str) -> Hit:
    said = Snippet("a truce held", ((2, 7),))
    return Hit(kind, 7, "denmark", "Truce", "where", said, ("C17",), "u1")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("passage", "/library/passages/7"),
        ("case", "/library/cases/denmark"),
        ("source", "/library/sources/denmark"),
        ("topic", "/library/topics/denmark"),
        ("clause", "/drafts/denmark/clauses/u1#u1"),
    ],
)
def test_each_kind_leads_to_its_page(kind: str, address: str) -> None:
    assert address_of(hit(kind)) == address
    assert shown(hit(kind)).href == address


def test_the_words_found_are_marked() -> None:
    found = shown(hit("case"))
    assert found.parts == (("a ", False), ("truce", True), (" held", False))
    assert found.topics == ("C17",)


@pytest.mark.parametrize(
    ("relation", "tone"),
    [("supports", "supports"), ("precedent for", "precedent"), ("wording taken from", "wording")],
)
def test_a_relation_is_coloured_by_its_first_word(relation: str, tone: str) -> None:
    assert tone_of(relation) == tone
