"""MOSIP's ABIS interface 0.9: requests from a queue, answers to another."""
