"""How far an operation came that goes on in another.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing was kept of those before."""
    op.add_column("operations", sa.Column("reached_sealed", sa.LargeBinary(), nullable=True))
