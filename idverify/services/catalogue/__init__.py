"""Keeping the catalogue: taking it in at a start, importing, exporting, and saying what changed."""
