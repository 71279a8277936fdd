import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.actions import citing
from app.actions.loading import load
from app.actions.policy import OPERATOR
from app.actions.refusals import Invalid
from app.store.citations import Relation
from app.store.library import SourceKind
from app.store.unit import Stores

TREATY = """Convention on Talks

The Parties to this Convention,

Recognizing that talks end wars,

Have agreed as follows:

Article 1
Use of terms

For the purposes of this Convention:

(a) “talks” means a peace negotiation;

(b) “panel” means the certifying panel.

Article 2
Safety

1. Mediators shall be safe:

(a) in their homes;

(b) on the road.

2. They shall not be prosecuted.

Article 3
Amendment

This Convention may be amended.
"""

SOURCES = [
    {
        "id": "founding-article",
        "type": "document",
        "title": "Founding article",
        "custom": {"travaux": {"kind": "document", "remark": "No date.", "founding": True}},
    },
    {"id": "cat", "type": "treaty", "title": "Convention against Torture"},
]

TOPICS = """
[[topic]]
code = "C16"
family = "D Protection"
mark = "E"
title = "Physical safety"
places = ["S4.P3"]
"""

PASSAGES = """
[[passage]]
source = "founding-article"
locator = "S4.P3"
heading = "Realities"
notes = ["44"]
topics = ["C16"]
digest = "The mediator was not safe."

[[passage]]
source = "cat"
digest = "Torture is a crime."
"""

CASES = """
[[case]]
slug = "denmark"
title = "Denmark"
lesson = "Informal protection is not enough."
places = ["S4.P3"]
topics = ["C16"]
record_depth = "rich"
"""

FIGURES = """
[[figure]]
figure = "15"
statement = "case studies"
place = "S1.P3"
remark = "Counted."
"""

LINKS = """
[[link]]
article = "2"
topics = ["C16"]

[[link.cite]]
passage = "founding-article S4.P3"
relation = "supports"
reason = "It says so."

[[link.cite]]
at = "1(b)"
case = "denmark"
relation = "precedent for"
pinpoint = "S4.P3"
reason = "It was so."

[[link.cite]]
at = "2"
passage = "cat"
relation = "contradicts"
reason = "It speaks against it."

[[link]]
article = "1"

[[link.cite]]
at = "(b)"
case = "denmark"
relation = "qualifies"
reason = "There was no panel."

[[link]]
article = "3"
no_source = "None is known."

[[link.cite]]
at = "1"
case = "denmark"
relation = "qualifies"
reason = "Its only paragraph."
"""

FILES = {
    "treaty.txt": TREATY,
    "library/sources.json": json.dumps(SOURCES),
    "library/topics.toml": TOPICS,
    "library/passages.toml": PASSAGES,
    "library/cases.toml": CASES,
    "library/figures.toml": FIGURES,
    "library/links.toml": LINKS,
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writing(name: str = "small-treaty", **changed: str | None) -> Path:
        folder = tmp_path / name
        (folder / "library").mkdir(parents=True, exist_ok=True)
        for path, text in FILES.items():
            said = changed.get(Path(path).stem, text)
            if said is not None:
                (folder / path).write_text(said, encoding="utf-8")
        return folder

    return writing


def test_a_folder_becomes_a_draft_with_its_library(stores: Stores, write: Write) -> None:
    with stores.begin() as store:
        loaded = load(store, write())
    assert (loaded.draft, loaded.title) == ("small-treaty", "Convention on Talks")
    assert (loaded.sources, loaded.passages, loaded.cases) == (2, 2, 1)
    assert (loaded.topics, loaded.figures, loaded.citations) == (1, 1, 5)
    with stores.read() as store:
        draft = store.drafts.by_slug("small-treaty")
        assert draft is not None and draft.title == "Convention on Talks"
        assert loaded.clauses == len(store.drafts.clauses(draft.id))
        founding, cat = (store.library.source(slug) for slug in ("founding-article", "cat"))
        assert founding is not None and founding.founding and founding.remark == "No date."
        assert "custom" not in founding.csl
        assert cat is not None and cat.kind is SourceKind.INSTRUMENT
        (figure,) = store.library.figures()
        assert (figure.source_slug, figure.locator) == ("founding-article", "S1.P3")
        case = store.library.case("denmark")
        assert case is not None and case.topics == ("C16",) and case.record_depth == "rich"


def test_links_lead_to_their_clauses(stores: Stores, write: Write) -> None:
    with stores.begin() as store:
        load(store, write())
    with stores.read() as store:
        draft = store.drafts.by_slug("small-treaty")
        assert draft is not None
        clauses = {clause.uid: clause for clause in store.drafts.clauses(draft.id)}
        ties = store.citations.of_draft(draft.id)
        found = [(clauses[tie.uid].words, tie.relation, tie.pinpoint) for tie in ties]
        assert found == [
            ("Safety", Relation.SUPPORTS, "S4.P3"),
            ("on the road.", Relation.PRECEDENT, "S4.P3"),
            ("They shall not be prosecuted.", Relation.CONTRADICTS, ""),
            ("“panel” means the certifying panel.", Relation.QUALIFIES, ""),
            ("This Convention may be amended.", Relation.QUALIFIES, ""),
        ]
        coverage = citing.coverage(store, OPERATOR, draft)
        assert [article.cites for article in coverage.articles] == [1, 3, 1]
        assert coverage.articles[1].topics == ("C16",)
        assert [gap.remark for gap in coverage.gaps.clauses] == ["None is known."]


def test_numbers_that_the_rule_gives_are_automatic(stores: Stores, write: Write) -> None:
    with stores.begin() as store:
        load(store, write())
        draft = store.drafts.by_slug("small-treaty")
        assert draft is not None
        assert {clause.number for clause in store.drafts.clauses(draft.id)} == {""}


def test_a_folder_with_a_text_alone_is_enough(stores: Stores, write: Write) -> None:
    only = {Path(path).stem: None for path in FILES if path != "treaty.txt"}
    with stores.begin() as store:
        loaded = load(store, write(**only))
    assert (loaded.citations, loaded.sources, loaded.topics) == (0, 0, 0)


def test_loading_it_again_is_refused_and_changes_nothing(stores: Stores, write: Write) -> None:
    folder = write()
    with stores.begin() as store:
        load(store, folder)
    with stores.begin() as store:
        before = (store.drafts.all(), store.library.passages(), store.journal_events.recent())
        with pytest.raises(Invalid, match="small-treaty is here already"):
            load(store, folder)
    with stores.read() as store:
        after = (store.drafts.all(), store.library.passages(), store.journal_events.recent())
    assert after == before


def test_a_second_draft_shares_the_library_that_is_there(stores: Stores, write: Write) -> None:
    with stores.begin() as store:
        load(store, write())
        loaded = load(store, write("second-treaty"))
    assert (loaded.sources, loaded.passages, loaded.cases, loaded.topics) == (0, 0, 0, 0)
    assert (loaded.figures, loaded.citations) == (0, 5)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"treaty": None}, r"There is no treaty\.txt"),
        ({"sources": "{"}, r"sources\.json is not JSON"),
        ({"sources": "{}"}, r"sources\.json is not a list"),
        ({"sources": '["x"]'}, r"sources\.json, item 1: an item has an id and a title"),
        ({"sources": '[{"id": "x"}]'}, r"sources\.json, item 1: an item has an id and a title"),
        (
            {"sources": '[{"id": "x", "title": "y", "custom": {"travaux": {"kind": "rumour"}}}]'},
            "no kind of source called 'rumour'",
        ),
        ({"topics": TOPICS.replace('"E"', '"X"')}, r"topics\.toml, topic 1 \(C16\): the mark"),
        ({"topics": "[[topic]\n"}, r"topics\.toml is not TOML"),
        ({"topics": TOPICS.replace("[[topic]]", "[[topics]]")}, "entries called topics"),
        ({"passages": PASSAGES.replace('"cat"', '"dog"')}, r"passage 2 \(dog\): .* no source dog"),
        ({"passages": PASSAGES.replace("C16", "C99")}, "there is no topic C99"),
        ({"passages": PASSAGES.replace('["44"]', "44")}, "notes is not a list of texts"),
        ({"cases": CASES.replace('"denmark"', '""')}, "slug is missing"),
        ({"figures": FIGURES + 'source = "dog"'}, r"figure 1 \(15\): there is no source dog"),
        ({"links": LINKS.replace('"2"\nt', '"9"\nt')}, r"link 1 \(9\): .* no article 9"),
        ({"links": LINKS.replace('"1(b)"', '"1(z)"')}, r"link 1 \(2\), cite 2: .* place 1\(z\)"),
        ({"links": LINKS.replace('S4.P3"\nrel', 'S4.P9"\nrel')}, "no passage 'founding-article"),
        ({"links": LINKS.replace('"denmark"', '"norway"')}, "no case 'norway'"),
        ({"links": LINKS.replace('"supports"', '"proves"')}, "no relation 'proves'"),
        ({"links": LINKS.replace('"cat"', '"cat"\ncase = "denmark"')}, "one passage or one case"),
        ({"links": LINKS.replace('reason = "It says so."', "")}, "cite 1: reason is missing"),
        ({"links": LINKS.replace("C16", "C99")}, "there is no topic C99"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(
    lite: Stores, write: Write, changed: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence), lite.begin() as store:
        load(store, write(**changed))
    with lite.read() as store:
        assert (store.drafts.all(), store.library.sources(), store.library.topics()) == ((), (), ())


def test_a_folder_whose_name_makes_no_address_is_refused(lite: Stores, write: Write) -> None:
    with pytest.raises(Invalid, match="letters, digits and hyphens"), lite.begin() as store:
        load(store, write("my treaty!"))
