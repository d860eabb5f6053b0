"""What each row held when it was written, by the event that wrote it; filled at the first start.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "row_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("event", big, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "row", name="pk_row_marks"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_row_marks_event", "row_marks", ["event"])
    # A program that leaves no marks would have its rows named as nobody's.
    op.execute(sa.text("UPDATE schema_oldest SET revision = '0029'"))
