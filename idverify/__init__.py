"""Verifies citizens by their fingerprints, over gRPC."""
