"""The gallery in parts, on several machines."""
