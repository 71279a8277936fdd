import json
from pathlib import Path
from typing import Any

import pytest

from app.actions.refusals import Invalid
from app.web.entries import SourceForm, fields_of, fields_typed, kinds, source_of
from tests.support.table import FOLDER

SHIPPED: list[dict[str, Any]] = json.loads(
    Path(FOLDER / "library" / "sources.json").read_text(encoding="utf-8")
)


def sent(csl: dict[str, Any], kind: str) -> SourceForm:
    """What a browser sends when the form of this source is sent as it was shown."""
    shown = fields_of(kind, csl)
    values = {field.name: field.value for field in shown.fields}
    return SourceForm(kind=shown.kind, title=shown.title, **values)


@pytest.mark.parametrize("csl", SHIPPED, ids=lambda csl: csl["id"])
def test_a_form_sent_as_it_was_shown_changes_nothing(csl: dict[str, Any]) -> None:
    kind = csl["custom"]["travaux"]["kind"]
    form = sent(csl, kind)
    assert form.kind in {choice.value for choice in kinds()}
    assert source_of(form, csl) == (kind, csl)


def test_authors_and_dates_are_read() -> None:
    form = SourceForm(
        kind="document/book", title="T", author="Doe, Jane; The Panel", issued="2011-05"
    )
    _, csl = source_of(form)
    assert csl == {
        "type": "book",
        "title": "T",
        "author": [{"family": "Doe", "given": "Jane"}, {"literal": "The Panel"}],
        "issued": {"date-parts": [[2011, 5]]},
    }


def test_a_field_that_was_emptied_is_gone() -> None:
    _, csl = source_of(SourceForm(kind="document/book", title="T"), {"publisher": "P", "note": "N"})
    assert csl == {"type": "book", "title": "T", "note": "N"}


@pytest.mark.parametrize(
    "typed", ["yesterday", "2000-13", "2000-01-40", "2000-", "-1", "15.3.2000"]
)
def test_a_date_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="Adopted: type a date"):
        source_of(SourceForm(kind="instrument/treaty", title="T", adopted=typed))


def test_what_was_typed_is_shown_again() -> None:
    shown = fields_typed(SourceForm(kind="x/y", title="T", issued="yesterday", remark="R"))
    assert (shown.kind, shown.title, shown.remark) == ("x/y", "T", "R")
    assert {f.name: f.value for f in shown.fields}["issued"] == "yesterday"


def test_a_type_that_a_bibliography_brought_is_kept_but_not_invented() -> None:
    csl = {"type": "thesis", "title": "T"}
    form = sent(csl, "document")
    assert source_of(form, csl) == ("document", csl)
    assert kinds(form.kind)[-1].value == "document/thesis"
    with pytest.raises(Invalid, match="what kind"):
        source_of(form)
