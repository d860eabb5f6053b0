"""Checking what the service signed without the service: with its public keys alone."""
