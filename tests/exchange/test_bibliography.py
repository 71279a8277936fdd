"""References in three forms: read forgivingly, nothing dropped, written to be read again."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.bibliography import Unreadable, read, write_bibtex, write_csl, write_ris

BIBTEX = r"""
A line that is no entry.
@string{cup = "Cambridge {U}niversity Press"}
@comment{ignored, title = {x}}
@Article{first2020,
  author  = {M{\"u}ller, J{\'o}zef and van der Berg, Anna and {Institute for Talks} and others},
  title   = {On \emph{good} faith --- a {UN} study \& more},
  journal = "Journal of {Talks}",
  year    = 2020, month = may,
  volume  = {3}, number = {2}, pages = {10--24},
  doi     = {10.1000/x_y},
  url     = {https://example.org/a_b?c=1%20},
  howpublished = {Online}
}
@book{second, title = {Rules}, subtitle = {A guide}, publisher = cup # { (CUP)},
  editor = {Ludwig van Beethoven}, date = {2005-03-01}, edition = {2}}
@misc(third, title = {Un \c{c}a va na\"{\i}f, {\L}\'od\'z, \v{S}koda, \o{} et \ss},
  note = {See also})
@online{broken, title = {No end
"""

RIS = """TY  - JOUR
ID  - first
AU  - Example, Anna
AU  - Institute for Talks
TI  - On good faith
 and more
JO  - Journal of Talks
PY  - 2020
DA  - 2020/05/01/
VL  - 3
SP  - 10
EP  - 24
KW  - peace
KW  - law
C7  - 12345
ER  -
TY  - BOOK
T1  - Rules
SN  - 978-0-00-000000-0
Y1  - 2005///
ER  -
"""


def test_bibtex() -> None:
    first, second, third, broken = read("x.bib", BIBTEX)
    assert first["id"] == "first2020"
    assert first["type"] == "article-journal"
    assert first["title"] == "On good faith — a UN study & more"
    assert first["author"] == [
        {"family": "Müller", "given": "Józef"},
        {"family": "van der Berg", "given": "Anna"},
        {"literal": "Institute for Talks"},
    ]
    assert first["container-title"] == "Journal of Talks"
    assert first["issued"] == {"date-parts": [[2020, 5]]}
    assert (first["volume"], first["issue"], first["page"]) == ("3", "2", "10-24")
    assert first["URL"] == "https://example.org/a_b?c=1%20"
    assert first["note"] == "howpublished: Online"
    assert second["title"] == "Rules: A guide"
    assert second["publisher"] == "Cambridge University Press (CUP)"
    assert second["editor"] == [{"family": "van Beethoven", "given": "Ludwig"}]
    assert second["issued"] == {"date-parts": [[2005, 3, 1]]}
    assert third["title"] == "Un ça va naïf, Łódź, Škoda, ø et ß"
    assert broken["title"] == "No end"


def test_ris() -> None:
    first, second = read("x.ris", RIS)
    assert first["author"] == [
        {"family": "Example", "given": "Anna"},
        {"literal": "Institute for Talks"},
    ]
    assert first["title"] == "On good faith and more"
    assert first["issued"] == {"date-parts": [[2020, 5, 1]]}
    assert first["page"] == "10-24"
    assert first["keyword"] == "peace, law"
    assert first["note"] == "C7: 12345"
    assert second["ISBN"] == "978-0-00-000000-0"
    assert second["issued"] == {"date-parts": [[2005]]}
    assert second["id"] == "2005-rules"


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": "a", "title": "One"}, {"title": "Two"}, 7, {}]',
        '{"items": [{"id": "a", "title": "One"}, {"title": "Two"}]}',
        '\ufeff [{"id": "a", "title": "One"}, {"title": "Two"}]',
    ],
)
def test_csl_json(text: str) -> None:
    assert [(item["id"], item["type"]) for item in read("x.json", text)] == [
        ("a", "document"),
        ("two", "document"),
    ]


def test_a_single_item_is_a_list_of_one() -> None:
    assert read("x.json", '{"id": 7, "title": "One", "custom": {"a": 1}}') == [
        {"id": "7", "title": "One", "type": "document", "custom": {"a": 1}}
    ]


def test_ids_are_unique() -> None:
    items = read("x.json", json.dumps([{"id": "a", "title": "x"}] * 3))
    assert [item["id"] for item in items] == ["a", "a-2", "a-3"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "neither"),
        ("Some words.", "neither"),
        ("[{", "damaged"),
        ("[]", "No entry"),
        ("{}", "No entry"),
        ("@comment{x}", "No entry"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_what_holds_no_entry_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read("x.bib", text)


ITEM: dict[str, Any] = {
    "id": "a",
    "type": "article-journal",
    "title": "Talks & {faith} 100% ~ a\\b #1",
    "author": [{"family": "van Berg", "given": "Anna"}, {"literal": "Institute"}],
    "container-title": "Journal",
    "issued": {"date-parts": [[2020, 5, 1]]},
    "page": "10-24",
    "volume": "3",
    "issue": "2",
    "DOI": "10.1000/x_y",
    "note": "See the record.",
    "URL": "https://example.org/a_b?c=1&d=%20~x",
}


@pytest.mark.parametrize("write", [write_csl, write_bibtex, write_ris])
def test_what_is_written_can_be_read(
    write: Callable[[Iterable[Mapping[str, Any]]], str],
) -> None:
    assert read("x", write([ITEM, ITEM | {"id": "b"}])) == [ITEM, ITEM | {"id": "b"}]


def test_a_treaty_keeps_its_date_in_the_other_forms() -> None:
    treaty = {
        "id": "t",
        "type": "treaty",
        "title": "Charter",
        "adopted": {"date-parts": [[1945, 6, 26]]},
    }
    (from_bibtex,) = read("x", write_bibtex([treaty]))
    (from_ris,) = read("x", write_ris([treaty]))
    assert from_bibtex["issued"] == from_ris["issued"] == {"date-parts": [[1945, 6, 26]]}
    assert from_ris["type"] == "treaty"


@given(st.text(st.sampled_from('@{}"\\,=#()abTY  - \n[]:'), max_size=60))
def test_reading_refuses_or_gives_items_but_never_breaks(text: str) -> None:
    for start in ("@book{", "TY  - BOOK\n", "[", ""):
        try:
            items = read("x", start + text)
        except Unreadable:
            continue
        assert all(isinstance(item["id"], str) and item["type"] for item in items)
