"""Which programs may work on the database, beside those that know its last migration.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; no program from before it knows to look there."""
    table = op.create_table(
        "schema_oldest",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schema_oldest"),
    )
    op.bulk_insert(table, [{"id": 1, "revision": revision}])
