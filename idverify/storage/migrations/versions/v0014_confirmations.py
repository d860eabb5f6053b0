"""Confirmations that were issued, for as long as their bits of the status lists mean something.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "confirmations",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("confirmation_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("consent_ref", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_confirmations"),
        sa.UniqueConstraint("confirmation_id", name="uq_confirmations_confirmation_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_confirmations_subject_id", "confirmations", ["subject_id"])
    op.create_index("ix_confirmations_consent_ref", "confirmations", ["consent_ref"])
