"""What may go after a while: the bodies of first answers, and events that were written to an archive.

Bodies have a table of their own, in the order in which they go: rows that are deleted leave whole pages free for new
ones, where rows that become shorter would leave gaps in all of them.

The indexes of the trail by time and by action go: nothing asked by them, and they took an eighth of its room.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE = (
    "DROP TRIGGER audit_no_delete",
    (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "WHEN OLD.sequence > coalesce((SELECT max(sequence) FROM audit_floor), 0) "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    ),
)

_POSTGRESQL = (
    "DROP TRIGGER audit_no_change ON audit",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    (
        "CREATE FUNCTION audit_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF OLD.sequence > coalesce((SELECT max(sequence) FROM audit_floor), 0) THEN "
        "RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN OLD; END $$"
    ),
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse_delete()",
)

_NUMBER_BODIES = (
    "UPDATE replies SET body_id = numbered.place FROM (SELECT caller, request_id, "
    "row_number() OVER (ORDER BY caller, request_id) AS place FROM replies WHERE body_sealed IS NOT NULL) AS numbered "
    "WHERE replies.caller = numbered.caller AND replies.request_id = numbered.request_id"
)


def upgrade() -> None:
    """Change everything."""
    op.create_table(
        "audit_floor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_floor"),
    )
    for guard in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[op.get_context().dialect.name]:
        op.execute(guard)
    op.drop_index("ix_audit_time", "audit")
    op.drop_index("ix_audit_action", "audit")
    op.create_table(
        "reply_bodies",
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("body_id", name="pk_reply_bodies"),
        sqlite_autoincrement=True,
    )
    op.add_column("replies", sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.execute(_NUMBER_BODIES)
    # Answers from before count as given now.
    op.execute(
        "INSERT INTO reply_bodies (body_id, event, body_sealed) SELECT body_id, (SELECT sequence FROM audit_head), "
        "body_sealed FROM replies WHERE body_id IS NOT NULL ORDER BY body_id"
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('reply_bodies', 'body_id'), "
            "(SELECT coalesce(max(body_id), 0) + 1 FROM reply_bodies), false)"
        )
    op.drop_column("replies", "body_sealed")
