"""Where proposals were carried to, the clauses that positions hang on, and what was redacted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    for name in ("linked_seq", "linked_words", "linked_uid"):
        op.drop_column("position", name)
    for name in ("carried", "carried_seq", "carried_uid"):
        op.drop_column("proposal", name)
