from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlmodel import col

from app.store.tables import CaseTopicRow, DraftRow, EventRow, canonical
from app.store.unit import Stores


def test_a_table_is_named_after_its_row() -> None:
    assert DraftRow.__tablename__ == "draft"
    assert CaseTopicRow.__tablename__ == "case_topic"


def test_a_time_comes_back_with_its_zone_and_to_the_microsecond(stores: Stores) -> None:
    zone = timezone(timedelta(hours=2))
    at = datetime(2026, 5, 4, 1, 30, 15, 123456, tzinfo=zone)
    row = {"at": at, "act": "x", "author": "x", "thing": "x", "detail": {}}
    with stores.engine.begin() as connection:
        connection.execute(insert(EventRow).values(**row))
        back = connection.execute(select(col(EventRow.at))).scalar_one()
    assert back == at
    assert back.tzinfo is UTC
    assert back.hour == 23


def test_a_time_without_a_zone_is_refused(stores: Stores) -> None:
    row = {"act": "x", "author": "x", "thing": "x", "detail": {}}
    naive = datetime(2026, 5, 4)  # noqa: DTZ001 - that is the point
    with pytest.raises(Exception, match="without a zone"), stores.engine.begin() as connection:
        connection.execute(insert(EventRow).values(at=naive, **row))


def test_json_is_kept_as_one_text(stores: Stores) -> None:
    said = {"b": [1, "é𝔸\n"], "a": None}
    row = {"at": datetime.now(UTC), "act": "x", "author": "x", "thing": "x", "detail": said}
    with stores.engine.begin() as connection:
        connection.execute(insert(EventRow).values(**row))
        assert connection.execute(select(col(EventRow.detail))).scalar_one() == said
        kept = connection.execute(text("SELECT detail FROM event")).scalar_one()
    assert kept == canonical(said) == '{"a":null,"b":[1,"é𝔸\\n"]}'
