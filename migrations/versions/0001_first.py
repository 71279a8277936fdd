"""The first tables, and the triggers that keep the journal and the editions as they are."""

from alembic import op
from sqlmodel import SQLModel

import app.store.tables  # noqa: F401

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT = ("edit", "edition")


def upgrade() -> None:
    SQLModel.metadata.create_all(op.get_bind())
    for table in KEPT:
        if op.get_bind().dialect.name == "sqlite":
            keep_on_sqlite(table)
    if op.get_bind().dialect.name == "postgresql":
        keep_on_postgresql()


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first tables; restore a backup instead.")


def keep_on_sqlite(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'entries of {table} are kept as they are'); END"
        )


def keep_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION keep_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'entries of % are kept as they are', TG_TABLE_NAME; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
        )
