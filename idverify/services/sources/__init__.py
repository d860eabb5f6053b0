"""Gathering records from their owners."""
