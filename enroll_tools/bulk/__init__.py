"""Enrolling a whole test set through the service."""
