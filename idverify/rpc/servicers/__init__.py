"""One module a service of the protos. An RPC's function converts, calls one use case, and converts back."""
