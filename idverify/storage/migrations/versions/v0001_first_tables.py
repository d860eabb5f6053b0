"""The first tables, and the triggers that keep the audit trail as it is.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE_GUARDS = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    (
        "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head "
        "BEGIN SELECT RAISE(ABORT, 'audit_head is never deleted'); END"
    ),
)

_POSTGRESQL_GUARDS = (
    (
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ),
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    (
        "CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    ),
)


def upgrade() -> None:
    """Make everything."""
    _make_subjects()
    _make_templates()
    _make_records()
    _make_replies()
    _make_audit()
    guards = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}
    for guard in guards[op.get_context().dialect.name]:
        op.execute(guard)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _make_subjects() -> None:
    op.create_table(
        "subjects",
        sa.Column("ordinal", _big(), autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("personal_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.Text(), nullable=False),
        sa.Column("data_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_subjects"),
        sa.UniqueConstraint("subject_id", name="uq_subjects_subject_id"),
        sa.UniqueConstraint("number_hash", name="uq_subjects_number_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "encounters",
        sa.Column("ordinal", _big(), autoincrement=True, nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_encounters"),
        sa.UniqueConstraint("encounter_id", name="uq_encounters_encounter_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_encounters_subject_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_encounters_subject_id", "encounters", ["subject_id"])


def _make_templates() -> None:
    op.create_table(
        "templates",
        sa.Column("template_id", _big(), autoincrement=True, nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("quality_score", sa.Integer(), nullable=False),
        sa.Column("quality_algorithm", sa.Text(), nullable=False),
        sa.Column("quality_minutiae", sa.Integer(), nullable=False),
        sa.Column("quality_advice", sa.Text(), nullable=False),
        sa.Column("quality_usable", sa.Boolean(), nullable=False),
        sa.Column("template_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("template_id", name="pk_templates"),
        sa.UniqueConstraint("encounter_id", "place", name="uq_templates_encounter_id_place"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_templates_subject_id"),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.encounter_id"], name="fk_templates_encounter_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_templates_subject_id", "templates", ["subject_id"])


def _make_records() -> None:
    op.create_table(
        "records",
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owning_agency", sa.Text(), nullable=False),
        sa.Column("updated", sa.Text(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "record_type", "version", name="pk_records"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_records_subject_id"),
    )


def _make_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "request_id", name="pk_replies"),
    )
    op.create_index("ix_replies_subject_id", "replies", ["subject_id"])


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", _big(), autoincrement=False, nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit"),
    )
    op.create_index("ix_audit_subject_id_sequence", "audit", ["subject_id", "sequence"])
    op.create_index("ix_audit_time", "audit", ["time"])
    op.create_index("ix_audit_action", "audit", ["action"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", _big(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
