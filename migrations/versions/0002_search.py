"""What searching needs: FTS5 tables kept up by triggers on SQLite, GIN indexes on PostgreSQL.

The indexes on PostgreSQL are over the very expressions that app/store/search.py
asks for; a migration that changes one has to change both (a test compares them).
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEARCHED = {
    "passage": {"locator": "B", "heading": "B", "digest": "A", "exact": "C"},
    "case_study": {
        "title": "A",
        "label": "A",
        "groups": "B",
        "actors": "B",
        "facts": "C",
        "outcome": "C",
        "lesson": "B",
        "as_stated": "D",
        "position": "D",
    },
    "source": {"title": "A", "names": "B", "remark": "D"},
    "clause": {"heading": "A", "text": "B"},
}
ACCENTED = (
    "đøłıÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĒēĔĕĖėĘęĚěĜĝĞğĠ"
    "ġĢģĤĥĨĩĪīĬĭĮįİĴĵĶķĹĺĻļĽľŃńŅņŇňŌōŎŏŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžĐØŁ"
)
PLAIN = (
    "doliaaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuyyaaaaaaccccccccddeeeeeeeeeeggggg"
    "ggghhiiiiiiiiijjkkllllllnnnnnnoooooorrrrrrssssssssttttuuuuuuuuuuuuwwyyyzzzzzzdol"
)
JOINTS = "./@&+_-:"


def upgrade() -> None:
    for table, columns in SEARCHED.items():
        if op.get_bind().dialect.name == "sqlite":
            index_on_sqlite(table, ", ".join(columns), list(columns))
        else:
            vector = vector_of(columns)
            op.execute(f"CREATE INDEX {table}_words ON {table} USING gin (({vector}))")


def downgrade() -> None:
    for table in SEARCHED:
        if op.get_bind().dialect.name == "sqlite":
            for act in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {table}_words_{act}")
            op.execute(f"DROP TABLE {table}_words")
        else:
            op.execute(f"DROP INDEX {table}_words")


def index_on_sqlite(table: str, listed: str, columns: list[str]) -> None:
    words = f"{table}_words"
    op.execute(
        f"CREATE VIRTUAL TABLE {words} USING fts5({listed}, content='{table}', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    old = ", ".join(f"old.{name}" for name in columns)
    new = ", ".join(f"new.{name}" for name in columns)
    forgotten = f"INSERT INTO {words}({words}, rowid, {listed}) VALUES ('delete', old.id, {old});"  # noqa: S608
    learned = f"INSERT INTO {words}(rowid, {listed}) VALUES (new.id, {new});"  # noqa: S608
    op.execute(f"CREATE TRIGGER {words}_insert AFTER INSERT ON {table} BEGIN {learned} END")
    op.execute(f"CREATE TRIGGER {words}_delete AFTER DELETE ON {table} BEGIN {forgotten} END")
    op.execute(
        f"CREATE TRIGGER {words}_update AFTER UPDATE OF {listed} ON {table} "
        f"BEGIN {forgotten} {learned} END"
    )
    op.execute(f"INSERT INTO {words}({words}) VALUES ('rebuild')")  # noqa: S608


def vector_of(columns: dict[str, str]) -> str:
    folded, plain = ACCENTED + JOINTS, PLAIN + " " * len(JOINTS)
    return " || ".join(
        f"setweight(to_tsvector('english', translate({name}, '{folded}', '{plain}')), '{weight}')"
        for name, weight in columns.items()
    )
