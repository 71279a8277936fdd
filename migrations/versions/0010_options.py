"""Where proposals were carried to, the clauses that positions hang on, and what was redacted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEPT = {
    "edit": "draft_id seq uid version act author_id author at origin hash push",
    "edition": "id draft_id slug name symbol dated at seq author_id author",
}
"""The columns of an entry and of an edition that nothing ever changes."""


def upgrade() -> None:
    op.add_column(
        "proposal",
        sa.Column("carried_uid", sa.String(length=32), nullable=False, server_default=""),
    )
    op.add_column(
        "proposal", sa.Column("carried_seq", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("proposal", sa.Column("carried", sa.Text(), nullable=True))
    op.add_column(
        "position",
        sa.Column("linked_uid", sa.String(length=32), nullable=False, server_default=""),
    )
    op.add_column(
        "position", sa.Column("linked_words", sa.Text(), nullable=False, server_default="")
    )
    op.add_column(
        "position", sa.Column("linked_seq", sa.Integer(), nullable=False, server_default="0")
    )

    op.create_table(
        "erasure",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.PrimaryKeyConstraint("draft_id", "seq"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"WHEN NOT ({_allowed(table)}) "
                f"BEGIN SELECT RAISE(ABORT, 'entries of {table} are kept as they are'); END"
            )
    else:
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_kept ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
            )
            op.execute(
                f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN IF {_allowed(table)} THEN RETURN NEW; END IF; "
                f"RAISE EXCEPTION 'entries of {table} are kept as they are'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_erased BEFORE UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
            )


def _allowed(table: str) -> str:
    """The words of an entry that an erasure names, and nothing else of it."""
    equals = "IS" if op.get_bind().dialect.name == "sqlite" else "IS NOT DISTINCT FROM"
    same = " AND ".join(f"NEW.{name} {equals} OLD.{name}" for name in KEPT[table].split())
    named = "erasure WHERE erasure.draft_id = OLD.draft_id AND erasure.seq = OLD.seq"
    return f"EXISTS (SELECT 1 FROM {named}) AND {same}"  # noqa: S608 - names of this module


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'entries of {table} are kept as they are'); END"
            )
    else:
        for table in KEPT:
            op.execute(f"DROP TRIGGER {table}_erased ON {table}")
            op.execute(f"DROP FUNCTION keep_{table}()")
            op.execute(f"DROP TRIGGER {table}_kept ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_is()"
            )
    op.drop_table("erasure")
    for name in ("linked_seq", "linked_words", "linked_uid"):
        op.drop_column("position", name)
    for name in ("carried", "carried_seq", "carried_uid"):
        op.drop_column("proposal", name)
