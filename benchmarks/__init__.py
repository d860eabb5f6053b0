"""Measuring accuracy and speed on public test sets."""
