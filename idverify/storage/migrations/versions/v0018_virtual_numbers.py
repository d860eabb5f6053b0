"""Numbers that stand for a citizen's for a while.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "virtual_numbers",
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_virtual_numbers_subject_id"),
        sa.PrimaryKeyConstraint("number_hash", name="pk_virtual_numbers"),
    )
    op.create_index("ix_virtual_numbers_subject_id", "virtual_numbers", ["subject_id"])
