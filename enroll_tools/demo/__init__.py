"""The demonstration: a server, a population, and a counter that works with both over gRPC. See ``make demo``."""
