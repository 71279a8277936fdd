"""Brackets' stated owners and reasons, and the silence procedure."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("bracket_claim", "objection", "silence_clause", "silence")


def upgrade() -> None:
    op.add_column(
        "draft",
        sa.Column("guarded", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "clause_status",
        sa.Column("by_silence", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute("UPDATE draft SET guarded = TRUE WHERE id IN (SELECT draft_id FROM clause_status)")
    make_silences()
    op.create_table(
        "bracket_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("room_before", sa.Integer(), nullable=False),
        sa.Column("room_after", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owners", sa.Text(), nullable=False),
        sa.Column("nobodys", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.ForeignKeyConstraint(["uid"], ["clause.uid"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_bracket_claim_draft_id", "bracket_claim", ["draft_id"], unique=False)
    op.create_index("ix_bracket_claim_key", "bracket_claim", ["key"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("clause_status", "by_silence")
    op.drop_column("draft", "guarded")


def make_silences() -> None:
    op.create_table(
        "silence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"]),
        sa.ForeignKeyConstraint(["target"], ["clause.uid"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("ix_silence_draft_id", "silence", ["draft_id"], unique=False)
    op.create_table(
        "silence_clause",
        sa.Column("silence_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["silence_id"], ["silence.id"]),
        sa.ForeignKeyConstraint(["uid"], ["clause.uid"]),
        sa.PrimaryKeyConstraint("silence_id", "uid"),
    )
    op.create_index("ix_silence_clause_uid", "silence_clause", ["uid"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("silence_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("delegation", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_floor", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["silence_id"], ["silence.id"]),
        sa.ForeignKeyConstraint(["uid"], ["clause.uid"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_objection_silence_id", "objection", ["silence_id"], unique=False)
