"""Everything between the socket and the use cases: gRPC, protobuf, deadlines, and nothing of the domain's own."""
