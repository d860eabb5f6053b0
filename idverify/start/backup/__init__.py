"""Backups: taken while the service runs, looked at, and restored into an empty folder."""
