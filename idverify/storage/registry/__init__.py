"""Registered clients in the database."""
