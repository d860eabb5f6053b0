"""What two officers vouched for, and how often.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "presences",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("presence_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_presences_subject_id"),
        sa.PrimaryKeyConstraint("ordinal", name="pk_presences"),
        sa.UniqueConstraint("presence_id", name="uq_presences_presence_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_presences_subject_id", "presences", ["subject_id"])
    op.create_table(
        "presence_counts",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("second_officer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("day", "procedure_code", "agency_code", "officer_id", "second_officer_id", "kind", "reason"),
            name="pk_presence_counts",
        ),
    )
