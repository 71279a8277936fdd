"""How Alembic reaches the database: by a connection handed to it, or by the configured address."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import app.store.tables  # noqa: F401 - fills the metadata
from app.settings import Settings
from app.store.engine import open_engine


def of_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is described in tables.py; the search index is made of tables of its own."""
    return not (kind == "table" and name is not None and "_words" in name)


def run(connection: Connection) -> None:
    """Bring the database behind the connection to the revision asked for, in its transaction."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=of_ours,
        transaction_per_migration=False,
    )
    context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with open_engine(Settings().database_url).begin() as opened:
        run(opened)
