"""What was changed about citizens since they were enrolled, and the numbers that they bore before.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "citizen_changes",
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_citizen_changes_subject_id"),
        sa.PrimaryKeyConstraint("subject_id", "version", name="pk_citizen_changes"),
    )
    op.create_table(
        "former_numbers",
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_former_numbers_subject_id"),
        sa.PrimaryKeyConstraint("number_hash", name="pk_former_numbers"),
    )
    op.create_index("ix_former_numbers_subject_id", "former_numbers", ["subject_id"])
