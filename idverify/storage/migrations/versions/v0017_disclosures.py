"""How often what was disclosed.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "disclosures",
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("disclosed", sa.BigInteger(), nullable=False),
        sa.Column("papers_saved", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "procedure_code", "agency_code", "record_type", name="pk_disclosures"),
    )
