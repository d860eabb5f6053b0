"""What may go after a while: the bodies of first answers, and events that were written to an archive.

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
    op.add_column("replies", sa.Column("event", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    # Answers from before count as given now.
    op.execute("UPDATE replies SET event = (SELECT sequence FROM audit_head) WHERE body_sealed IS NOT NULL")
    with_body = sa.text("body_sealed IS NOT NULL")
    op.create_index("ix_replies_event", "replies", ["event"], sqlite_where=with_body, postgresql_where=with_body)
