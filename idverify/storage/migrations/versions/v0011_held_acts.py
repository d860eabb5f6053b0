"""Acts that wait for a second person.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "held_acts",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("act_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_held_acts"),
        sa.UniqueConstraint("act_id", name="uq_held_acts_act_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_held_acts_caller_key", "held_acts", ["caller", "key"])
    op.create_index("ix_held_acts_expires", "held_acts", ["expires"])
