"""Assertions and confirmations as files."""
