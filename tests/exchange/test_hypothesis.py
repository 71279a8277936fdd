import json
from typing import Any

from app.exchange import hypothesis, linkfile, weblinks
from app.exchange.pointing import quotes
from tests.exchange.test_linkfile import FILES


def rows() -> dict[str, dict[str, Any]]:
    items = linkfile.read((FILES / "hypothesis.json").read_bytes()).items
    return {str(one["id"]).removeprefix(hypothesis.ADDRESS): one for one in items}


def test_a_row_says_as_a_web_annotation_what_it_said() -> None:
    made = rows()["Aferry0001"]
    assert made["motivation"] == "commenting"
    assert made["created"].startswith("2026-02-03")
    assert weblinks.author_of(made) == "Scholar of the quay"
    assert weblinks.words_of(made) == (
        "Who says **which** reason is enough?\n\nTags: detention, to ask"
    )
    assert quotes(made) == ["without a reason"]
    selectors = {one["type"]: one for one in made["target"][0]["selector"]}
    assert selectors["RangeSelector"]["startSelector"]["refinedBy"]["start"] == 0
    assert selectors["RangeSelector"]["endSelector"]["value"] == "/div[1]/p[3]"


def test_an_answer_points_at_what_it_answers_and_knows_the_whole_thread() -> None:
    made = rows()["Aferry0004"]
    assert made["motivation"] == "replying"
    assert weblinks.answered_by(made) == [
        hypothesis.ADDRESS + "Aferry0003",
        hypothesis.ADDRESS + "Aferry0002",
    ]


def test_a_highlight_without_words_and_a_name_without_a_name() -> None:
    made = rows()["Aferry0005"]
    assert weblinks.words_of(made) == "Highlighted."
    assert weblinks.author_of(made) == "lock"


def test_only_what_nobody_else_could_read_is_private() -> None:
    private = {key for key, made in rows().items() if hypothesis.is_private(made)}
    assert private == {"Aferry0008", "Aferry0009"}
    assert not hypothesis.is_private({"target": "x", "hypothesis": []})


def test_broken_rows_are_taken_as_far_as_they_go() -> None:
    row = {"uri": 3, "target": ["x", {}, {"source": "s", "selector": None}], "text": None}
    made = hypothesis.annotation({**row, "tags": [1, "a"], "references": "x"})
    assert json.loads(json.dumps(made))["motivation"] == "replying"
    assert weblinks.words_of(made) == "Tags: a"
    assert not hypothesis.is_row({"text": "no address"})
