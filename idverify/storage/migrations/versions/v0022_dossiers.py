"""By which version of its procedure a dossier began.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dossiers",
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("dossier_code", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("version_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "procedure_code", "dossier_code", name="pk_dossiers"),
    )
    op.create_index("ix_dossiers_last_day", "dossiers", ["last_day"])
