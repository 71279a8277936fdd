from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from app.web import pages
from app.web.pages import asset, day, dom_id, environment, plural, when
from tests.support.site import Visitor


class CaseRecord:
    """Stands for a record with an id."""

    id = 7


class Novelty:
    """Stands for something known by its slug."""

    slug = "new"


MOMENT = datetime(2026, 3, 5, 14, 5, tzinfo=UTC)


def test_a_moment_is_written_out_and_machine_readable() -> None:
    assert when(MOMENT) == ('<time datetime="2026-03-05T14:05:00+00:00">5 March 2026, 14:05</time>')
    assert day(MOMENT) == "5 March 2026"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 sources"), (1, "1 source"), (1200, "1,200 sources")]
)
def test_a_count_has_its_noun(count: int, said: str) -> None:
    assert plural(count, "source") == said


def test_an_irregular_noun_is_given() -> None:
    assert plural(2, "party", "parties") == "2 parties"


def test_an_element_is_named_after_its_record() -> None:
    assert dom_id(CaseRecord()) == "case-7"
    assert dom_id(Novelty(), "thing") == "thing-new"


def test_an_unknown_name_in_a_template_is_a_mistake() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_templates_escape() -> None:
    assert environment().from_string("{{ it }}").render(it="<b>") == "&lt;b&gt;"


def test_a_built_file_has_the_mark_of_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    asset.cache_clear()
    (tmp_path / "a.css").write_text("a{}")
    first = asset("a.css")
    assert first.startswith("/static/a.css?v=") and asset("b.css").endswith("unbuilt")
    asset.cache_clear()
    (tmp_path / "a.css").write_text("b{}")
    assert asset("a.css") != first
    asset.cache_clear()


def test_page_and_part_are_told_apart_by_caches(chair: Visitor) -> None:
    assert "HX-Request" in chair.get("/drafts").headers["vary"]
