"""Which of several servers works on an operation, and that another one was asked to end it.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a server that works alone has no name."""
    op.add_column("operations", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("operations", sa.Column("cancel_asked", sa.Boolean(), nullable=True))
