"""Clauses that are being typed in leave the search index until they have settled.

Indexing a clause's words costs more than everything else that a pressed key costs together
(on PostgreSQL thirty times as much). What is not settled is searched without an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = {"heading": "A", "text": "B"}
ACCENTED = (
    "đøłıÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĒēĔĕĖėĘęĚěĜĝĞğĠ"
    "ġĢģĤĥĨĩĪīĬĭĮįİĴĵĶķĹĺĻļĽľŃńŅņŇňŌōŎŏŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžĐØŁ"
)
PLAIN = (
    "doliaaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuyyaaaaaaccccccccddeeeeeeeeeeggggg"
    "ggghhiiiiiiiiijjkkllllllnnnnnnoooooorrrrrrssssssssttttuuuuuuuuuuuuwwyyyzzzzzzdol"
)
JOINTS = "./@&+_-:"
GONE = "INSERT INTO clause_words(clause_words, rowid, heading, text) "
GONE += "VALUES ('delete', old.id, old.heading, old.text);"
COME = "INSERT INTO clause_words(rowid, heading, text) VALUES (new.id, new.heading, new.text);"
TRIGGERS = {
    "insert": f"INSERT ON clause WHEN new.settled BEGIN {COME} END",
    "delete": f"DELETE ON clause WHEN old.settled BEGIN {GONE} END",
    "update": "UPDATE OF heading, text ON clause WHEN old.settled AND new.settled "
    f"BEGIN {GONE} {COME} END",
    "unsettle": "UPDATE OF settled ON clause WHEN old.settled AND NOT new.settled "
    f"BEGIN {GONE} END",
    "settle": f"UPDATE OF settled ON clause WHEN new.settled AND NOT old.settled BEGIN {COME} END",
}


def upgrade() -> None:
    op.add_column(
        "clause", sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    unsettled = sa.text("NOT settled")
    op.create_index(
        "ix_clause_unsettled",
        "clause",
        ["draft_id"],
        unique=False,
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER clause_words_{act}")
        for act, what in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER clause_words_{act} AFTER {what}")
    else:
        op.execute("DROP INDEX clause_words")
        op.execute(f"CREATE INDEX clause_words ON clause USING gin (({vector()})) WHERE settled")


def downgrade() -> None:
    op.execute("UPDATE clause SET settled = true WHERE NOT settled")
    if op.get_bind().dialect.name == "sqlite":
        for act in TRIGGERS:
            op.execute(f"DROP TRIGGER clause_words_{act}")
        op.execute(f"CREATE TRIGGER clause_words_insert AFTER INSERT ON clause BEGIN {COME} END")
        op.execute(f"CREATE TRIGGER clause_words_delete AFTER DELETE ON clause BEGIN {GONE} END")
        op.execute(
            "CREATE TRIGGER clause_words_update AFTER UPDATE OF heading, text ON clause "
            f"BEGIN {GONE} {COME} END"
        )
    else:
        op.execute("DROP INDEX clause_words")
        op.execute(f"CREATE INDEX clause_words ON clause USING gin (({vector()}))")
    op.drop_index("ix_clause_unsettled", "clause")
    op.drop_column("clause", "settled")


def vector() -> str:
    folded, plain = ACCENTED + JOINTS, PLAIN + " " * len(JOINTS)
    return " || ".join(
        f"setweight(to_tsvector('english', translate({name}, '{folded}', '{plain}')), '{weight}')"
        for name, weight in COLUMNS.items()
    )
