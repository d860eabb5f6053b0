"""The last impressions shown for a citizen.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "recent_probes",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("probe_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("template_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_recent_probes"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_recent_probes_subject_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recent_probes_subject_id", "recent_probes", ["subject_id"])
