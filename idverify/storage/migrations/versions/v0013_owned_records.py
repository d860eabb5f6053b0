"""Records from their owners, as long as these allow them to be kept.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "owned_records",
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("keep_until", sa.Text(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "record_type", name="pk_owned_records"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_owned_records_subject_id"),
    )
    op.create_index("ix_owned_records_keep_until", "owned_records", ["keep_until"])
