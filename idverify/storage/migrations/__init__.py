"""Migrations. Each is run once, in order, in one transaction; a published one is never changed."""
