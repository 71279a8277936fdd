"""Numbers frozen on demand, what a house has settled about its text, and findings set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("numbers", "article_form", "self_form", "reference_form")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("draft", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_waiver_draft_id", "waiver", ["draft_id"], unique=False)


def downgrade() -> None:
    op.drop_table("waiver")
    for name in reversed(COLUMNS):
        op.drop_column("draft", name)
