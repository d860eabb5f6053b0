"""HTTP and JSON as a door to the dispatch: the same methods, callers, limits and refusals as by gRPC."""
