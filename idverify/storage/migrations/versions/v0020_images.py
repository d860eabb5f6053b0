"""Images of enrolled impressions.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "images",
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("image_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounters.encounter_id"], name="fk_images_encounter_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_images_subject_id"),
        sa.PrimaryKeyConstraint("encounter_id", "place", name="pk_images"),
    )
    op.create_index("ix_images_subject_id", "images", ["subject_id"])
