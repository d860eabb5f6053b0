"""Counter transactions, and what citizens agreed to.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "transactions",
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id", name="pk_transactions"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_transactions_subject_id"),
    )
    op.create_index("ix_transactions_subject_id", "transactions", ["subject_id"])
    op.create_index("ix_transactions_expires", "transactions", ["expires"])
    op.create_table(
        "consents",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("consent_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name="pk_consents"),
        sa.UniqueConstraint("consent_id", name="uq_consents_consent_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_consents_subject_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_subject_id", "consents", ["subject_id"])
