"""What gRPC is told of a channel: which servers, in which order, and what it may call again."""
