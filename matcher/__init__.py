"""Fingerprint extraction, comparison and search: arrays and bytes in, arrays and bytes out."""
