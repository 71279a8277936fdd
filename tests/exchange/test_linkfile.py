import json
from pathlib import Path
from typing import Any

import pytest

from app.exchange import linkfile
from app.exchange.package import Unreadable

FILES = Path(__file__).parents[1] / "files" / "annotations"


def read(value: Any) -> linkfile.Links:
    return linkfile.read(json.dumps(value).encode())


def test_a_collection_with_each_structure_of_the_recommendation_is_read_whole() -> None:
    content = (FILES / "structures.jsonld").read_bytes()
    links = linkfile.read(content)
    assert list(links.items) == json.loads(content)["first"]["items"]
    assert len(links.items) == 41
    assert links.losses == ()
    assert links.about["label"] == "One of each structure"


def test_every_row_of_hypothesis_is_read() -> None:
    content = (FILES / "hypothesis.json").read_bytes()
    links = linkfile.read(content)
    assert [one["hypothesis"] for one in links.items] == json.loads(content)["rows"]
    assert links.about == {}


ONE: dict[str, Any] = {
    "id": "http://a.example/1",
    "type": "Annotation",
    "target": "http://a.example",
}


@pytest.mark.parametrize(
    "value",
    [
        ONE,
        [ONE],
        {"type": "AnnotationPage", "items": [ONE]},
        {"@graph": [ONE]},
        {"type": "AnnotationCollection", "first": {"items": [], "next": {"items": [ONE]}}},
    ],
)
def test_one_annotation_is_found_in_whatever_holds_it(value: Any) -> None:
    assert read(value).items == (ONE,)


def test_lines_of_json_are_read_one_by_one() -> None:
    assert linkfile.read(f"{json.dumps(ONE)}\n\n{json.dumps(ONE)}\n".encode()).items == (ONE, ONE)


def test_what_is_elsewhere_is_said() -> None:
    links = read({"items": [ONE, "http://a.example/2"], "next": "http://a.example/page2"})
    assert links.items == (ONE,)
    assert len(links.losses) == 2
    assert "http://a.example/page2" in links.losses[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"{", "no JSON"),
        (b"[]", "No annotation"),
        (b'"words"', "No annotation"),
        (b'{"target": 1e999}', "number"),
        (b'{"target": NaN}', "number"),
        (b'{"target": "\\ud800"}', "half a character"),
        (b'{"target": ' + b"[" * 60 + b"]" * 60 + b"}", "too deep"),
        (b"[" * 100_000, "no JSON"),
        (b'{"target": "' + b"x" * 250_000 + b'"}', "characters"),
        (json.dumps([ONE] * 2_001).encode(), "at most 2,000"),
    ],
)
def test_what_cannot_be_kept_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        linkfile.read(content)


def test_control_characters_become_spaces() -> None:
    assert read({"target": "a\u0000b", "x\u0001": 1}).items == ({"target": "a b", "x ": 1},)
