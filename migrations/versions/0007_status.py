"""Where the text stands: the status of clauses, by what steps, and who agrees ad referendum."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("referendum", "status_step", "clause_status")


def upgrade() -> None:
    op.create_table(
        "clause_status",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["uid"], ["clause.uid"]),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("uid"),
    )
    op.create_index("ix_clause_status_draft_id", "clause_status", ["draft_id"], unique=False)
    op.create_table(
        "status_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("delegation", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.ForeignKeyConstraint(["uid"], ["clause.uid"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_status_step_draft_id", "status_step", ["draft_id"], unique=False)
    op.create_index("ix_status_step_uid", "status_step", ["uid"], unique=False)
    op.create_table(
        "referendum",
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("delegation", sa.String(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["uid"], ["clause.uid"]),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.PrimaryKeyConstraint("uid", "delegation"),
    )
    op.create_index("ix_referendum_draft_id", "referendum", ["draft_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
