"""Disclosure, decided in one place: which fields of which records a procedure gets, and why not the others."""
