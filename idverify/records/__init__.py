"""Linked administrative records: what kinds there are, and who may see what."""
