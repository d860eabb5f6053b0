"""Samples that were presented, by keyed digests.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "seen_samples",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_seen_samples"),
    )
    op.create_index("ix_seen_samples_seen", "seen_samples", ["seen"])
