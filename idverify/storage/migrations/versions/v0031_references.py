"""What foreign programmes gave of encounters of people known to them by identifiers of their own.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reference_encounters",
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("encounter_id", name="pk_reference_encounters"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.encounter_id"], name="fk_reference_encounters_encounter_id"
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_reference_encounters_subject_id"),
    )
    op.create_index("ix_reference_encounters_subject_id", "reference_encounters", ["subject_id"])
    op.create_table(
        "reference_galleries",
        sa.Column("gallery_hash", sa.LargeBinary(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gallery_hash", "encounter_id", name="pk_reference_galleries"),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.encounter_id"], name="fk_reference_galleries_encounter_id"
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.subject_id"], name="fk_reference_galleries_subject_id"),
    )
    op.create_index("ix_reference_galleries_subject_id", "reference_galleries", ["subject_id"])
    # The program before would find a citizen where there is a reference, and erase them without these rows.
    op.execute(sa.text("UPDATE schema_oldest SET revision = '0031'"))
