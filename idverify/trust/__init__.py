"""What others rely on: encryption at rest, keys, signatures, the audit chain."""
