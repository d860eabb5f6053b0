"""What the service knows of its tables, beside the end of the audit trail.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; who opens the database fills it."""
    op.add_column("audit_head", sa.Column("state_sealed", sa.LargeBinary(), nullable=True))
