"""What live typing needs: a name for every typed update, and a quick way to a clause's entries.

A column is added and no table made anew, so the triggers that keep the journal stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "edit", sa.Column("push", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    named = sa.text("push <> ''")
    op.create_index(
        "ix_edit_push",
        "edit",
        ["draft_id", "push"],
        unique=True,
        sqlite_where=named,
        postgresql_where=named,
    )
    op.create_index("ix_edit_clause", "edit", ["draft_id", "uid", "seq"], unique=False)
    op.drop_index("ix_edit_uid", "edit")


def downgrade() -> None:
    op.create_index("ix_edit_uid", "edit", ["uid"], unique=False)
    op.drop_index("ix_edit_clause", "edit")
    op.drop_index("ix_edit_push", "edit")
    op.drop_column("edit", "push")
