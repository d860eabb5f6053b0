"""What runs in the database and is none of this program's: a trigger keeps what is erased, or erases what counts."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from idverify.domain.findings import Finding

_OURS_ON_SQLITE = {
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    # From before the migration 0004, and since.
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "WHEN OLD.sequence > coalesce((SELECT max(sequence) FROM audit_floor), 0) "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    ),
    (
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
        "BEGIN SELECT RAISE(ABORT, 'audit_head is never deleted'); END"
    ),
}
_OURS_ON_POSTGRESQL = {
    *(("audit", "audit_no_change"), ("audit", "audit_no_delete"), ("audit", "audit_no_truncate")),
    *(("audit_head", "audit_head_no_delete"), ("audit_head", "audit_head_no_truncate")),
}
_ON_POSTGRESQL = (
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname = current_schema() "
    "UNION ALL SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema()"
)


def foreign_code(connection: Connection) -> Iterator[Finding]:
    """Say that there are triggers, rules or views that this program did not make."""
    if connection.dialect.name == "sqlite":
        there = connection.execute(text("SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'view')"))
        foreign = sum(sql not in _OURS_ON_SQLITE for (sql,) in there)
    else:
        there = connection.execute(text(_ON_POSTGRESQL))
        foreign = sum(tuple(row) not in _OURS_ON_POSTGRESQL for row in there)
        foreign += len(inspect(connection).get_view_names())
    if foreign:
        yield Finding("FOREIGN_CODE", _FOREIGN_CODE.format(foreign))


_FOREIGN_CODE = (
    "the database runs code that is not this program's: {} triggers, rules or views; find out who put them there, "
    "restore the database from before, or have its administrator drop them"
)
